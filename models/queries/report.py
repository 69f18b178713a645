"""What the annual report is counted from: a fixed number of statements for each figure, whatever the number of duties and people.

Days are office-local and included on both sides. Nothing here decides what counts; see `tasks/reporting/report_duties.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, EvidenceRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow, UnitRow
from models.schedules import ScheduleRow

STANDS = "accepted"
Keys = Collection[str]
Condition = ColumnElement[bool]
# What waits for approval is not done yet.
DONE_ON = case(
    (ObligationRow.state == "submitted", None),
    else_=func.coalesce(ConfirmationRow.done_on, ObligationRow.done_on),
)


@dataclass(frozen=True, slots=True)
class Duty:
    """One obligation with its record, if there is one that stands; `by` is who recorded it, `version_id` its definition."""

    schedule: str
    occurrence_id: int
    key: str
    title: str
    version_id: int
    event_id: int | None
    held_on: date
    obligation_id: int
    part: str
    state: str
    due_on: date | None
    done_on: date | None
    waits_for: str | None
    closed_as: str | None
    party: str
    unit: str | None
    by: str | None
    confirmation_id: int | None
    recorded_at: datetime | None


def of_schedules(keys: Keys) -> Condition:
    """Of these schedules."""
    return ScheduleRow.key.in_(keys)


def of_parts(parts: Keys) -> Condition:
    """These parts."""
    return ObligationRow.part.in_(parts)


def recorded_between(first: date, last: date) -> Condition:
    """A record that stands, of a fact in the span."""
    return and_(ConfirmationRow.id.is_not(None), ConfirmationRow.done_on.between(first, last))


def due_between(first: date, last: date) -> Condition:
    """Due in the span."""
    return ObligationRow.due_on.between(first, last)


def held_between(first: date, last: date) -> Condition:
    """Of occurrences of the span: an event by its day, a gathering by the day it was held."""
    return OccurrenceRow.held_on.between(first, last)


def opened_between(begin: datetime, end: datetime) -> Condition:
    """Opened at an instant in [begin, end), UTC."""
    return and_(ObligationRow.opened_at >= begin, ObligationRow.opened_at < end)


def _joined(query: Any, where: Sequence[Condition]) -> Any:  # a select of so many columns has no useful type
    return (
        query.select_from(ObligationRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .outerjoin(
            ConfirmationRow, and_(ConfirmationRow.obligation_id == ObligationRow.id, ConfirmationRow.state == STANDS)
        )
        .outerjoin(PersonRow, PersonRow.id == ConfirmationRow.by_id)
        .where(ObligationRow.state.not_in(("withdrawn", "cancelled")), OccurrenceRow.state != "cancelled", *where)
    )  # fmt: skip


def duties(session: Session, *where: Condition) -> list[Duty]:
    """The obligations that match, with their records, in the order of the facts."""
    query = select(
        ScheduleRow.key, OccurrenceRow.id, OccurrenceRow.key, OccurrenceRow.title, OccurrenceRow.version_id,
        OccurrenceRow.event_id, OccurrenceRow.held_on, ObligationRow.id, ObligationRow.part, ObligationRow.state, ObligationRow.due_on,
        DONE_ON, ObligationRow.waits_for, OccurrenceRow.closed_as,
        PartyRow.title, UnitRow.title, PersonRow.name, ConfirmationRow.id, ConfirmationRow.recorded_at,
    )  # fmt: skip
    ordered = func.coalesce(
        ConfirmationRow.done_on, ObligationRow.done_on, ObligationRow.due_on, OccurrenceRow.held_on
    )
    return [Duty(*row) for row in session.execute(_joined(query, where).order_by(ordered, ObligationRow.id))]


@dataclass(frozen=True, slots=True)
class Given:
    """What records carry: values by record and field, and which fields of which record hold a file."""

    values: Mapping[int, Mapping[str, Sequence[str]]]
    files: Mapping[int, Collection[str]]


def given(session: Session, names: Keys, *where: Condition) -> Given:
    """These fields of the records of the obligations that match."""
    values: dict[int, dict[str, list[str]]] = defaultdict(dict)
    files: dict[int, set[str]] = defaultdict(set)
    if names:
        query = select(EvidenceRow.confirmation_id, EvidenceRow.name, EvidenceRow.value, EvidenceRow.file_id)
        joined = _joined(query, where).join(EvidenceRow, EvidenceRow.confirmation_id == ConfirmationRow.id)
        for record, name, value, file_id in session.execute(
            joined.where(EvidenceRow.name.in_(names)).order_by(EvidenceRow.id)
        ):
            if file_id is not None:
                files[record].add(name)
            elif value is not None:
                values[record].setdefault(name, []).append(value)
    return Given(values, files)


@dataclass(frozen=True, slots=True)
class Began:
    """One occurrence; `closed_as` is the branch by which it ended early, `subject` a person or a number of a list."""

    id: int
    schedule: str
    key: str
    title: str
    held_on: date
    due_on: date | None
    state: str
    closed_at: datetime | None
    closed_as: str | None
    version_id: int
    event_id: int | None


def began(session: Session, keys: Keys, *where: Condition) -> list[Began]:
    """The occurrences of schedules that match, by their day; items found by others and cancelled ones are left out."""
    query = (
        select(
            OccurrenceRow.id, ScheduleRow.key, OccurrenceRow.key, OccurrenceRow.title, OccurrenceRow.held_on, OccurrenceRow.due_on,
            OccurrenceRow.state, OccurrenceRow.closed_at, OccurrenceRow.closed_as, OccurrenceRow.version_id, OccurrenceRow.event_id,
        )
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(of_schedules(keys), OccurrenceRow.parent_id.is_(None), OccurrenceRow.state != "cancelled", *where)
        .order_by(OccurrenceRow.held_on, OccurrenceRow.id)
    )  # fmt: skip
    return [Began(*row) for row in session.execute(query)]


def opened_keys(session: Session, keys: Keys) -> set[tuple[str, str]]:
    """Schedule and key of every occurrence that was ever opened, cancelled ones too."""
    query = (
        select(ScheduleRow.key, OccurrenceRow.key)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(of_schedules(keys))
    )
    return {(schedule, key) for schedule, key in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Attended:
    """Marks at one gathering; `made_up`: absent, and studied afterwards."""

    present: int
    leave: int
    absent: int
    made_up: int

    @property
    def asked(self) -> int:
        """应到 less approved leave."""
        return self.present + self.absent


def attendance(session: Session, keys: Keys, first: date, last: date) -> dict[int, Attended]:
    """Marks by gathering, of those that were recorded."""

    def count(condition: Condition) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    mark, state = ObligationRow.mark, ObligationRow.state
    query = (
        select(
            ObligationRow.occurrence_id, count(mark == "present"), count(mark == "leave"), count(mark == "absent"),
            count((mark == "absent") & (state == "done")),
        )
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(of_schedules(keys), held_between(first, last), ObligationRow.part == "make_up", mark.is_not(None))
        .where(state.not_in(("withdrawn", "cancelled")))
        .group_by(ObligationRow.occurrence_id)
    )  # fmt: skip
    return {row[0]: Attended(*map(int, row[1:])) for row in session.execute(query)}
