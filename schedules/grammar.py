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

    roles: Keys = ()
    role: Key | None = None
    units: Texts = ()
    unit: Text | None = None
    tags: Texts = ()
    people: Keys = ()
    credential: Key | None = None
    valid: Flag = True
    prorate: Literal["by-month"] | None = None
    holder: Flag = False
    target: Literal["owner"] | None = None
    post: Text | None = None
    responsible: ByRole | None = None
    assist: ByUnits | None = None
    from_event: Key | None = None
    at_least: Figure = 1
    valid_on: Literal["event"] | None = None
    but: "Who | None" = Field(None, alias="except")


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

    title: Text
    when: When
    who: Who
    done: Done = Field(default_factory=ByPeople)
    record: SessionRecord | None = None
    steps: Mapping[Key, Step] = Field(default={}, max_length=MOST_STEPS)
    children: Children | None = None
    milestones: tuple[Milestone, ...] = ()
    on_time: Key | None = None
    pause: Pause | None = None
    branches: Branches = Field(default={})
    pending: Pending | None = None
    effect: Effect | None = None
    remind: Remind | None = None
    privacy: Privacy = "internal"
    obligatory: Flag | None = None
    basis: BasisText | None = None
    register_: Key | None = Field(None, alias="register")
    soon: TermText | None = None

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
    draft: Rhythm
    send: Rhythm
    to: Keys = ("unit-head", "deputy-leader")
    release: Release = "clerk"
    rank: Literal["units"] | None = None
