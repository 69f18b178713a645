"""What clients read: the client itself, duties, what is overdue, messages; and how they choose and page."""

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from schedules.lights import Light
from schedules.states import Message, Obligation
from worker.api.types import Day, Instant, Key, Shape, Shown

T = TypeVar("T")
MOST = 200
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


def _whole(value: object) -> object:
    if isinstance(value, str) and not (value.isascii() and value.isdecimal() and len(value) < 5):
        raise ValueError("write a whole number")
    return value


Limit = Annotated[int, Field(ge=1, le=MOST), BeforeValidator(_whole)]


class Me(Shape):
    """The client whose key this is. 本密钥对应的系统。"""

    client: str
    title: str
    scopes: list[str]
    until: date | None = Field(description="Its last day, if it has one. 有效期至。")
    office: str
    now: Shown = Field(description="Office time. 单位时间。")


class Page(Shape, Generic[T]):
    """A part of a list. `next` leads to the next part and is null at the end. 列表的一页；next 为下一页，末页为 null。"""

    items: list[T]
    next: str | None


class ObligationQuery(Shape):
    """Which duties. 筛选条件。"""

    schedule: Key | None = Field(default=None, description="Id of a schedule. 日程编号。")
    key: Annotated[str, StringConstraints(min_length=1, max_length=120)] | None = Field(
        default=None, description="Key of an occurrence. 期次。"
    )
    state: Obligation | None = None
    person: Key | None = Field(
        default=None,
        description="Roster id: what this person owes, also in a role or as head of a unit. 工号：本人应办的，含角色和所负责单位的。",
    )
    unit: Key | None = Field(default=None, description="Id or title, with all units below. 单位，含下级。")
    due_from: Day | None = None
    due_to: Day | None = Field(default=None, description="Included. 含当日。")
    light: Light | None = None
    cursor: Cursor | None = Field(default=None, description="From `next`. 取自 next。")
    limit: Limit = 50


class Obligation_(Shape):  # noqa: N801 - the enumeration of its states has the name
    """What one person, unit or role owes. Days late are natural days. 一项任务；逾期天数为自然日。

    Of a sealed matter nothing is told but that it exists. 密件只给出有此一项。
    """

    id: int
    schedule: str
    key: str
    title: str
    part: str
    unit: str
    person: str = Field(description="Who answers for it. 责任人。")
    person_id: str | None = Field(description="Roster id, where one person owes it. 工号。")
    owed_by: str
    state: Obligation
    light: Light
    opened_at: Shown
    due_on: date | None
    due_at: Shown | None
    provisional: bool = Field(
        description="The year's holidays are not announced yet. 当年放假安排未公布，日期待定。"
    )
    days_late: int
    workdays_late: int
    reason: str | None
    new_date: date | None
    done_on: date | None
    on_time: bool | None = Field(description="Judged by `done_on`; null while it is open. 按办结日期判断。")
    progress: float
    target: float | None


class Asked(Shape):
    """A field that the confirmation of a duty asks for. 办结时要填的一项。"""

    name: str
    label: str
    kind: str
    required: bool
    many: bool
    options: list[str]


class ObligationDetail(Obligation_):
    """A duty and what its confirmation asks for. 一项任务及办结要求。

    `form`: evidence is confirmed here, record is an attendance; hours, later and figures are met in other ways.
    """

    form: Literal["evidence", "record", "hours", "later", "figures"]
    asks: list[Asked]


class OverdueQuery(Shape):
    """Which units. 哪些单位。"""

    unit: Annotated[list[Key], Field(max_length=50)] = Field(
        default=[], description="Id or title, with all units below; may be repeated. 单位，含下级，可重复。"
    )


class OverdueItem(Shape):
    """One open duty that is late or soon due. 逾期或临期的一项。"""

    schedule: str
    key: str
    title: str
    part: str
    unit: str
    person: str
    due_at: str = Field(description="An instant, or a date where the day counts. 时刻或日期。")
    days_late: int
    workdays_late: int
    urged: int = Field(description="How many messages reached whoever owes it. 已催次数。")
    reason: str | None
    new_date: date | None
    light: Literal["red", "yellow", "grey"]
    provisional: bool


class Counts(Shape):
    """Counts of duties of this year; the rate in percent, null when nothing was due. 本年任务数；按期办结率为百分比。"""

    due: int
    done: int
    done_late: int
    submitted: int
    overdue: int
    carried: int
    soon: int
    on_time_rate: float | None


class UnitCounts(Counts):
    """The counts of one unit. 一个单位的任务数。"""

    key: str
    title: str
    next: OverdueItem | None


class Silent(Shape):
    """A silence that runs. 正在生效的免打扰。"""

    id: int
    schedule: str | None
    person: str | None
    since: date
    until: date
    reason: str
    author: str


class Campaign(Shape):
    """How far a campaign is. 专项进度。"""

    schedule: str
    title: str
    done: int
    total: int


class Overdue(Counts):
    """What `duban overdue --json` prints. 与 duban overdue --json 相同。"""

    as_of: Shown
    units: list[UnitCounts]
    items: list[OverdueItem]
    coming: list[OverdueItem]
    missing_year: int | None
    unreached: list[str]
    silences: list[Silent]
    campaigns: list[Campaign]


class MessageQuery(Shape):
    """Which messages. 筛选条件。"""

    state: Message | None = None
    person: Key | None = Field(default=None, description="Roster id of the recipient. 收件人工号。")
    since: Instant | None = Field(default=None, description="Due to go out at or after. 发送时间不早于。")
    cursor: Cursor | None = None
    limit: Limit = 50


class MessageLine(Shape):
    """One message of the ledger, without its words: those are for its reader alone. 一条消息，不含正文。"""

    id: int
    state: Message
    recipient: str
    name: str | None
    channel: str
    lane: str
    send_at: Shown
    sent_at: Shown | None
    attempts: int
    reason: str | None
    reminders: int
