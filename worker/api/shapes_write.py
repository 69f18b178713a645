"""What clients send, and what they are answered when it was recorded."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from worker.api.types import (
    Day,
    EventKey,
    Files,
    Instant,
    Key,
    Keys,
    Line,
    Note,
    Sent,
    Shape,
    Shown,
    Text,
    Values,
)


class Event(Sent):
    """Something that happened and starts a chain. 发生的事项，由它起算各项期限。"""

    kind: Key = Field(
        description="What happened, as the schedules name it. 事件种类，与日程里写的一致。",
        examples=["case.filed"],
    )
    key: EventKey = Field(
        description="What it is known by, once for a kind. 编号，同类不重复。", examples=["〔2026〕17号"]
    )
    on: Day | None = Field(
        default=None,
        description="The day it happened; default: that of `at`, else today. 发生日期；不写取 at 的日期或今天。",
        examples=["2026-11-20"],
    )
    at: Instant | None = Field(
        default=None,
        description="The instant, needed where a term counts hours. 发生时刻；按小时计算期限的必填。",
        examples=["2026-11-20T09:30:00+08:00"],
    )
    fields: Values = Field(
        default={},
        description="Its fields by name; people by roster id. 各字段；人员写工号。",
        examples=[
            {"handlers": ["zhaogang", "machao"], "major": "yes", "hearing": "no", "publishable": "yes"}
        ],
    )
    note: Note = Field(default="", description="A remark. 备注。")


class Opened(Shape):
    """An occurrence that the event opened. 由此开启的一期事项。"""

    schedule: str
    key: str
    title: str
    open: int = Field(description="How many duties it has. 任务数。")


class EventRecorded(Shape):
    """What came of it. `again`: it had been recorded before with the same words. 登记结果；again 表示此前已登记。"""

    kind: str
    key: str
    on: date
    at: Shown | None
    again: bool
    opened: list[Opened]


class Child(Sent):
    """An item that the step found, to be closed one by one. 发现的问题，逐条销号。"""

    title: Annotated[Line, StringConstraints(min_length=1)]
    owner: Key = Field(description="The unit, by id or title. 责任单位。")
    due_on: Day


class Confirmation(Sent):
    """That a duty is done. 办结登记。"""

    done_on: Day | None = Field(
        default=None,
        description="The day of the fact; default: today. 办结日期；不写为今天。",
        examples=["2026-11-23"],
    )
    evidence: Values = Field(
        default={},
        description="The fields that the duty asks for. 该事项要求的各项。",
        examples=[{"held_on": "2026-11-23"}],
    )
    files: Files = Field(
        default={}, description="Tokens of uploaded files by field. 按字段列出已上传文件的令牌。"
    )
    note: Text = ""
    children: Annotated[list[Child], Field(max_length=200)] = Field(default=[])


class Confirmed(Shape):
    """What came of it. `submitted` waits for approval; `again`: recorded before, nothing changed. 登记结果。"""

    id: int
    state: Literal["done", "submitted"]
    done_on: date
    on_time: bool
    again: bool


class Attendance(Sent):
    """Who was missing from a gathering; everybody else came. 未到人员；其余均为到会。

    Who is on leave by the absences on record counts as on leave unless named here. 已登记请假的，未列出的按请假计。
    """

    absent: Keys = Field(
        default=[], description="Absent without leave, by roster id. 缺席，写工号。", examples=[["heli"]]
    )
    leave: Keys = Field(default=[], description="On leave. 请假。")
    present: Keys = Field(default=[], description="Came although a leave is recorded. 登记了请假但到会的。")
    done_on: Day | None = Field(default=None, description="The day of the record; default: today. 登记日期。")
    evidence: Values = Field(default={})
    files: Files = Field(
        default={}, description="Tokens of uploaded files by field. 按字段列出已上传文件的令牌。"
    )


class AttendanceRecorded(Shape):
    """应到、实到、请假、缺席. `leave_on_record`: who counts as on leave by the absences on record."""

    schedule: str
    key: str
    expected: int
    present: int
    leave: int
    absent: int
    leave_on_record: list[str]


class Credential(Sent):
    """A certificate with the expiry date printed on it. 证件，以证面有效期为准。"""

    kind: Key = Field(examples=["enforcement"])
    number: Key = Field(examples=["ZF-2026-0117"])
    holder: Key = Field(description="Roster id. 持证人工号。", examples=["zhaogang"])
    issued_on: Day = Field(examples=["2026-11-20"])
    expires_on: Day = Field(examples=["2031-11-19"])
    issuer: Annotated[Line, StringConstraints(max_length=120)] = ""
    state: Literal["valid", "suspended", "revoked", "cancelled"] = "valid"
    type: Literal["first", "renewal", "temporary"] = "first"


class CredentialRecorded(Shape):
    """The certificate as it is kept. `again`: it stood so already. 登记结果；again 表示原已如此。"""

    kind: str
    number: str
    holder: str
    issued_on: date
    expires_on: date
    issuer: str
    state: str
    type: str
    days_left: int
    again: bool


class File(Sent):
    """A photo or PDF of evidence, at most 10 MB. 佐证照片或PDF，不超过10 MB。"""

    name: Annotated[Line, StringConstraints(min_length=1)] = Field(examples=["签到表.jpg"])
    content: Annotated[str, StringConstraints(min_length=4, pattern=r"^[A-Za-z0-9+/]+={0,2}$")] = Field(
        description="The bytes in base64. 文件内容，base64。", json_schema_extra={"contentEncoding": "base64"}
    )


class FileKept(Shape):
    """The token by which a confirmation or an attendance names the file. 办结或签到时引用文件的令牌。"""

    token: str
    name: str
    media_type: str
    size: int
    at: Shown
