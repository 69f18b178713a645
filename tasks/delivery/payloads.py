"""What a message is made from: values only, chosen and counted before a template sees them.

A person's message may hold a personal link; a group's message has no field for one and its renderer does not know the word.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Literal

from schedules.grammar import EvidenceField, Privacy
from schedules.words import Words
from tasks.duties.standing import ShownFigure
from tasks.reporting.overdue import OverdueReport
from tasks.reporting.ranking import Ranking

Phase = Literal["open", "before", "on", "after", "approve"]
Kind = Literal["duty", "session", "steps", "quota", "figures", "declared", "credential", "child"]
Stage = Literal["open", "before", "today", "late"]
Variant = Literal[
    "duty", "gathering", "record", "make_up", "quota", "figures", "credential", "child", "approval"
]
PartyKind = Literal["person", "people", "unit", "role", "group", "body"]

SUPERVISORS = frozenset({"unit-head", "deputy-leader", "leader"})
# Characters that turn, hide or break a line of text, and the noncharacters that `tasks.delivery.links` uses.
_UNSAFE = frozenset({"Cc", "Zl", "Zp", "Cs"})
_BIDI = frozenset(
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


def plain(value: str) -> str:
    """One line of text that cannot turn, break or imitate the text around it."""
    kept = (" " if character in "\t\n\r\u2028\u2029" else character for character in value)
    safe = (
        c for c in kept if not (unicodedata.category(c) in _UNSAFE or c in _BIDI or "\ufdd0" <= c <= "\ufdef")
    )
    return " ".join("".join(safe).split())


def evidence_hint(evidence: Mapping[str, EvidenceField]) -> tuple[str, ...]:
    """The labels of the fields that a confirmation must carry; fields without a label are left to the form."""
    return tuple(field.label for field in evidence.values() if field.required and field.label)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: the office's contact in words, and the extension."""

    person: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLine:
    """One reminder in a message.

    `today`, `due_on`, `anchor_on` are office-local days, `due_at` and `starts_at` instants. `days_left` and `days_late` are natural days,
    `workdays_late` working days; both late figures are 0 until the due day is over. `progress`, `target` and `threshold` are hundredths.
    `anchor_on` is the day the rung speaks of (a milestone's own day), `party_title` who owes where that is not the recipient, `text`
    the clerk's own words instead of the standing instruction, `evidence_hint` the labels of what must be handed in,
    `waits_for` the outside body (or "party", a party concerned) that has to act. `own` is False where the recipient is told about
    somebody else's duty (a supervisor, or the keeper of other people's certificates). `cycle` is the time in which a figure is to be
    reached, in the words of the grammar. `notice` is the word of a coloured notice, `sign` asks for a signature, `unsigned` says that
    nobody gave it, `stands_for` is who is away. `of_leaders`: a leader owes it, and whoever is told supervises nobody. `over`: a term
    in hours has passed, on its very day. `public_title` stands for the title of a case where others read it too: titles of items are
    typed by people.
    """

    schedule_key: str
    schedule_kind: Kind = "duty"
    occurrence_key: str
    title: str
    public_title: str = ""
    part: str = ""
    part_title: str = ""
    phase: Phase
    anchor: str = "due"
    anchor_on: date | None = None
    due_on: date | None
    due_at: datetime | None = None
    today: date
    days_left: int = 0
    days_late: int = 0
    workdays_late: int = 0
    party_kind: PartyKind = "person"
    party_title: str = ""
    unit_title: str = ""
    to_kind: str = "assignee"
    as_list: bool = False
    progress: int = 0
    target: int | None = None
    threshold: int | None = None
    counted_in: Literal["hours", "count"] = "hours"
    cycle: str = "calendar-year"
    figures: tuple[ShownFigure, ...] = ()
    basis: str = ""
    provisional: bool = False
    text: str = ""
    subject: str = ""
    starts_at: datetime | None = None
    privacy: Privacy = "internal"
    evidence_hint: tuple[str, ...] = ()
    what_to_do: str = ""
    urged: int = 0
    late_reason: str = ""
    new_date: date | None = None
    waits_for: str = ""
    own: bool = True
    notice: Words | str = ""
    sign: bool = False
    unsigned: bool = False
    stands_for: str = ""
    of_leaders: bool = False
    over: bool = False

    @property
    def stage(self) -> Stage:
        """Where the recipient stands, by the days and not by the rung: a late message must not speak of a deadline to come."""
        if self.over or (self.due_on is not None and self.today > self.due_on):
            return "late"
        if self.phase == "open":
            return "open"
        return "today" if self.due_on == self.today else "before"

    @property
    def supervised(self) -> bool:
        """Whether the recipient is told as a supervisor of whoever owes."""
        return self.to_kind in SUPERVISORS

    @property
    def variant(self) -> Variant:
        """Which family of sentences speaks of this duty."""
        if self.phase == "approve":
            return "approval"
        if self.part == "make_up":
            return "make_up"
        if self.part == "record":
            return "gathering" if self.anchor == "start" and self.phase == "before" else "record"
        if self.schedule_kind == "quota":
            return "quota"
        if self.figures:
            return "figures"
        if self.schedule_kind == "credential" and not self.part:
            return "credential"
        return "child" if self.schedule_kind == "child" else "duty"

    @property
    def day(self) -> date:
        """The day by which this line is put in order of urgency."""
        return (self.anchor_on if self.variant in ("quota", "figures") else None) or self.due_on or date.max

    @property
    def behind(self) -> int:
        """Hundredths still missing to the figure that this rung asks for."""
        return max(0, (self.threshold if self.threshold is not None else self.target or 0) - self.progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMessage:
    """To one person. `overheard` channels (SMS, mail gateways) are read by others too: subjects of cases stay out.

    `whole`: on paper, where there is neither a limit nor a link to the rest.
    """

    recipient_name: str
    lines: tuple[ReminderLine, ...]
    tz: tzinfo
    contact: Contact = Contact()
    trial_for: str | None = None
    overheard: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMessage:
    """To a group. There is no link; names of persons appear only after the clerk's release (`released`)."""

    lines: tuple[ReminderLine, ...]
    tz: tzinfo
    contact: Contact = Contact()
    trial_for: str | None = None
    released: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryMessage:
    """An overdue summary to one supervisor. `answer_by` is the instant until which causes and new dates are asked for.

    `overheard`: as for one person.
    """

    report: OverdueReport
    recipient_name: str
    tz: tzinfo
    answer_by: datetime
    released_by: str = ""
    contact: Contact = Contact()
    trial_for: str | None = None
    overheard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingMessage:
    """How the units under one supervisor did in a month, to that supervisor. Nothing in it names a person or a duty."""

    ranking: Ranking
    tz: tzinfo
    released_by: str = ""
    contact: Contact = Contact()
    trial_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingYearMessage:
    """To the clerk: the notice of `year` is not there. `valid_to` is the last day that is announced."""

    year: int
    valid_to: date | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLine:
    """One due day, or one day of a gathering, that moved. `new` None: it does not take place; `held`: a gathering's day."""

    title: str
    part_title: str = ""
    old: date
    new: date | None
    held: bool = False
    provisional: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedMessage:
    """To one person, once for a corrected calendar: every day of theirs that moved. `reasons` are whole clauses."""

    reasons: tuple[str, ...]
    lines: tuple[MovedLine, ...]
    today: date
    contact: Contact = Contact()


MessagePayload = (
    PersonMessage | GroupMessage | SummaryMessage | RankingMessage | MissingYearMessage | MovedMessage
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready for the ledger; `body` may hold `tasks.delivery.links.LINK`."""

    title: str
    body: str

    @property
    def pair(self) -> tuple[str, str]:
        """Title and body."""
        return self.title, self.body
