"""What a schedule may say: when, who, done, remind. The one definition that the loader, the JSON Schema and the help share.

These are frozen pydantic models of the YAML as a clerk writes it. Nothing here computes a date: see `occurrences.py` for when,
`audience.py` for who, `parts.py` for steps and `ladder.py` for reminders.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from schedules.done import (
    AllOf,
    Attendance,
    Basis,
    BasisText,
    ByPeople,
    ByRole,
    Done,
    Evidence,
    EvidenceField,
    EvidenceKind,
    FromRegister,
    LaterCredential,
    Quota,
    SessionRecord,
    Topics,
)
from schedules.fields import DayMonth, Figure, Flag, Key, Keys, TermText, Text, Texts
from schedules.reach import OneOrSeveral
from schedules.remind import OwnRungs, Release, Remind, Rung, UseLadder
from schedules.steps import (
    EVENT,
    HANDLERS,
    After,
    Branches,
    ByUnit,
    DueAt,
    Extend,
    Gate,
    Outside,
    Pause,
    RelativeDue,
    RoleExcept,
    Step,
)
from schedules.strict import Definition
from schedules.when import (
    WHEN_KEYS,
    Anniversary,
    Before,
    By,
    Cron,
    Cycle,
    Dated,
    Dates,
    Deadline,
    Event,
    EventField,
    Expiry,
    Held,
    Issued,
    Missed,
    MissedRule,
    Monthly,
    Once,
    OnHoliday,
    Quarterly,
    Rhythm,
    Weekly,
    When,
    Window,
    Yearly,
)

__all__ = [
    "EVENT", "HANDLERS", "WHEN_KEYS", "After", "AllOf", "Anniversary", "Approval", "Attendance", "Basis", "Before", "Branches", "By",
    "ByPeople", "ByRole", "ByUnit", "ByUnits", "Children", "Cron", "Cycle", "Dated", "Dates", "Deadline", "Done", "DueAt", "Effect",
    "Event", "EventField", "Evidence", "EvidenceField", "EvidenceKind", "Expiry", "Extend", "FromRegister", "Gate", "Held", "Issued",
    "LaterCredential", "Milestone", "Missed", "MissedRule", "Monthly", "OnHoliday", "Once", "Outside", "OwnRungs", "Pause", "Pending",
    "Privacy", "Quarterly", "Quota", "RelativeDue", "Release", "Remind", "Rhythm", "RoleExcept", "Rung", "Schedule", "SessionRecord",
    "Step", "Summary", "Topics", "UseLadder", "Weekly", "When", "Who", "Window", "Yearly",
]  # fmt: skip

MOST_STEPS = 100
Privacy = Literal["open", "internal", "case", "sealed"]


class ByUnits(Definition):
    """Units by id or title; a group node stands for every unit below it that has a head."""

    units: Texts


class Who(Definition):
    """The people or the body that owe. Several keys are joined (union); `except` is taken away."""

    roles: Keys = Field((), description="holders of these roles 这些角色的人")
    role: Key | None = None
    units: Texts = Field((), description="people of these units, sub-units included 这些单位的人，含下属")
    unit: Text | None = None
    tags: Texts = ()
    people: Keys = Field((), description="single people by id 工号")
    credential: Key | None = Field(None, description="holders of a kind of certificate 持某种证件的人")
    valid: Flag = Field(True, description="only while the certificate is valid 证件在有效期内")
    prorate: Literal["by-month"] | None = Field(
        None, description="a quota shrinks for those who began in the year 按月折算"
    )
    holder: Flag = Field(False, description="the holder of the expiring certificate 持证人")
    target: Literal["owner"] | None = Field(
        None, description="the unit or person that the row of the campaign names 清单上的责任单位或责任人"
    )
    post: Text | None = Field(None, description="the body that owes it as one 责任主体")
    responsible: ByRole | None = Field(None, description="who acts for the body 主办")
    assist: ByUnits | None = Field(None, description="units that contribute 协办")
    from_event: Key | None = Field(
        None, description="the people named in a field of the event 事件里写明的承办人"
    )
    at_least: Figure = Field(1, description="how many the event must name 至少几人")
    valid_on: Literal["event"] | None = Field(
        None, description="the certificate must be valid on that day 证件在事发日有效"
    )
    but: "Who | None" = Field(None, alias="except", description="taken away again 除外")


class Approval(Definition):
    """Who agrees that it is done, or returns it with a reason (退回)."""

    approve: ByRole


class Pending(Definition):
    """Silence while somebody else works: after the step, for the term; nothing is silenced from the due day on."""

    after: Key
    quiet: TermText


class Milestone(Definition):
    """A figure to have reached by a day "MM-DD" of the cycle (included)."""

    by: DayMonth
    reach: OneOrSeveral


class Children(Definition):
    """Items found by a step: each becomes an occurrence of its own with owner and date, closed one by one (销号)."""

    from_: Key = Field(alias="from")
    template: Mapping[Literal["title", "owner", "due"], Text]
    closed_by: Approval | None = None
    remind: Remind | None = None


class Effect(Definition):
    """What is forbidden from an anchor on; recorded for the duties that ask."""

    after: Key
    block: Key


class Entry(Definition):
    """An entry of a file of schedules. `id` is its key in the file, not a key inside it."""

    id: Key

    @classmethod
    def written_keys(cls) -> tuple[str, ...]:
        """Everything but the id."""
        return tuple(key for key in cls.allowed_keys() if key != "id")


class Schedule(Entry):
    """What is owed by whom and when, how it is done, and how it is asked for."""

    title: Text = Field(description="shown to people 名称")
    when: When = Field(description="when it comes round 什么时候")
    who: Who = Field(description="who owes it 谁来办")
    done: Done = Field(default_factory=ByPeople, description="what counts as done 怎样算办结")
    record: SessionRecord | None = Field(None, description="one record for the whole gathering 场次记录")
    steps: Mapping[Key, Step] = Field(
        default={}, max_length=MOST_STEPS, description="parts with their own owner and term 环节"
    )
    children: Children | None = Field(None, description="items found, closed one by one 子任务、销号")
    milestones: tuple[Milestone, ...] = Field((), description="figures to have reached on the way 阶段目标")
    on_time: Key | None = Field(
        None, description="the step that decides whether it was on time 按哪个环节算按期"
    )
    pause: Pause | None = Field(None, description="reasons that stop the clock 哪些情形中止计时")
    branches: Branches = Field(default={}, description="ways in which it may end early 提前了结的方式")
    pending: Pending | None = Field(None, description="silence while others work 等待期间不催")
    effect: Effect | None = Field(None, description="what is forbidden from then on 到期后果")
    remind: Remind | None = Field(None, description="reminders 催办")
    privacy: Privacy = "internal"
    obligatory: Flag | None = Field(
        None,
        description="reminded as the office decides, whatever people prefer; law is by default 必须按单位的时间和渠道提醒，法定默认为是",
    )
    basis: BasisText | None = Field(None, description="law or rule that asks for it 依据")
    register_: Key | None = Field(
        None, alias="register", description="a confirmation becomes an entry 记入哪本台账"
    )
    soon: TermText | None = Field(None, description="yellow from here on 从多久前起亮黄灯")

    @property
    def done_through_attendance(self) -> bool:
        """Whether it is a gathering: recorded once, and made up for by those who were absent."""
        return isinstance(self.done, Attendance)

    @property
    def rests_on_law(self) -> bool:
        """Whether a law asks for it or sets the term of one of its steps."""
        bases = (self.basis, *(step.basis for step in self.steps.values()))
        return any(basis is not None and basis.kind == "law" for basis in bases)

    @property
    def must_remind(self) -> bool:
        """Whether its reminders keep the office's times and channels whatever people prefer, and cannot be snoozed."""
        return self.rests_on_law if self.obligatory is None else self.obligatory


class Summary(Entry):
    """An overdue summary, or a ranking of units: drafted at one time, released by the clerk, sent at another."""

    title: Text
    draft: Rhythm = Field(description="when it is drafted 起草时间")
    send: Rhythm = Field(description="when it is sent 发送时间")
    to: Keys = ("unit-head", "deputy-leader")
    release: Release = "clerk"
    rank: Literal["units"] | None = Field(
        None, description="rank the units by the month before instead 改为按上月按期办结率给单位排名"
    )
