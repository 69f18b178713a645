"""Every operation of the API, in the order of the document."""

from worker.api import confirming, duties, events, files, others
from worker.api.operation import Operation
from worker.api.shapes_read import (
    Me,
    MessageLine,
    MessageQuery,
    Obligation_,
    ObligationDetail,
    ObligationQuery,
    Overdue,
    OverdueQuery,
    Page,
)
from worker.api.shapes_write import (
    Attendance,
    AttendanceRecorded,
    Confirmation,
    Confirmed,
    Credential,
    CredentialRecorded,
    Event,
    EventRecorded,
    File,
    FileKept,
)

RULES = ("not-found", "refused", "key-reused", "in-progress")

OPERATIONS = (
    Operation(
        name="me", method="GET", path="/me", tag="client", scope=None, handler=others.me, answers={200: Me},
        about="The client whose key this is. 查看本密钥对应的系统和权限。",
    ),
    Operation(
        name="recordEvent", method="POST", path="/events", tag="events", scope="events:write", handler=events.record,
        body=Event, answers={201: EventRecorded, 200: EventRecorded}, refuses=RULES,
        about="Record an event. 登记事件。",
        detail="Everything that follows from it opens at once. 200: recorded before with the same words, nothing changed. "
        "登记后相应任务立即开启；返回200表示此前已登记，未作改动。",
    ),
    Operation(
        name="listObligations", method="GET", path="/obligations", tag="obligations", scope="obligations:read",
        handler=duties.obligations, query=ObligationQuery, answers={200: Page[Obligation_]}, refuses=("refused",),
        about="Duties, page by page. 任务列表。",
        detail="In the order in which they were opened; `next` is stable while duties come and go. 按开启先后排列，翻页稳定。",
    ),
    Operation(
        name="readObligation", method="GET", path="/obligations/{id}", tag="obligations", scope="obligations:read",
        handler=duties.obligation, answers={200: ObligationDetail}, refuses=("not-found",),
        about="One duty, and what its confirmation asks for. 一项任务及办结要求。",
    ),
    Operation(
        name="confirm", method="POST", path="/obligations/{id}/confirmation", tag="obligations", scope="confirmations:write",
        handler=confirming.confirmation, body=Confirmation, answers={201: Confirmed, 200: Confirmed}, refuses=RULES,
        about="Record that a duty is done. 办结登记。",
        detail="Its reminders stop at once, what follows opens. 200: recorded before, nothing changed. "
        "登记后立即停止催办；返回200表示此前已登记。",
    ),
    Operation(
        name="recordAttendance", method="POST", path="/occurrences/{schedule}/{key}/attendance", tag="attendance",
        scope="attendance:write", handler=confirming.attendance, body=Attendance, answers={200: AttendanceRecorded}, refuses=RULES,
        about="Record who was missing from a gathering. 登记未到人员。",
        detail="Recording again corrects the record. 再次登记即更正。",
    ),
    Operation(
        name="recordCredential", method="POST", path="/credentials", tag="credentials", scope="credentials:write",
        handler=others.credential, body=Credential, answers={201: CredentialRecorded, 200: CredentialRecorded}, refuses=RULES,
        about="Record a certificate. 登记证件。",
        detail="As an import does: a later one closes the open renewal, one that is not valid ends it. "
        "与导入相同：新证办结换证任务，失效的终止换证任务。",
    ),
    Operation(
        name="sendFile", method="POST", path="/files", tag="files", scope="files:write", handler=files.keep, body=File,
        largest=files.LARGEST, answers={201: FileKept}, refuses=RULES,
        about="Send a photo or PDF, to name it in a record. 上传佐证，供登记时引用。",
    ),
    Operation(
        name="overdue", method="GET", path="/overdue", tag="supervision", scope="overdue:read", handler=duties.overdue_report,
        query=OverdueQuery, answers={200: Overdue}, refuses=("refused",),
        about="What is overdue and soon due, by unit. 逾期和临期情况，按单位。",
        detail="The same as `duban overdue --json`. 与 duban overdue --json 相同。",
    ),
    Operation(
        name="listMessages", method="GET", path="/messages", tag="messages", scope="messages:read", handler=others.messages,
        query=MessageQuery, answers={200: Page[MessageLine]}, refuses=("refused",),
        about="The ledger of messages, the newest first, without their words. 消息台账，新的在前，不含正文。",
    ),
)  # fmt: skip
