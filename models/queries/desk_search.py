"""What the desk looks for: duties by words, unit, schedule and state, a page at a time; and counts of lists that are cut."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import MembershipRow, PartyRow, PersonRow, UnitRow
from models.queries.holders import CREDENTIAL
from models.queries.pages import DutyRow, read_duties, select_duties
from models.schedules import ScheduleRow

State = Literal["open", "overdue", "soon", "submitted", "paused", "done", "waived", "history"]
STATES: tuple[State, ...] = ("open", "overdue", "soon", "submitted", "paused", "done", "waived", "history")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for. `words`: each has to stand in a name or an id; `units`: ids, None for all; `done_since` bounds what is done."""

    words: str = ""
    units: Collection[int] | None = None
    schedule: str = ""
    state: State = "open"
    done_since: date | None = None


def search(session: Session, sought: Sought, *, today: date, limit: int, offset: int = 0) -> list[DutyRow]:
    """Duties that fit, the most urgent first, what is done the latest first.

    Looked at are who owes it, holders of the role that owes it, the person a certificate belongs to, the unit and its head, and
    the titles and ids of schedule and occurrence. Wildcards count as letters.
    """
    query = select_duties(
        *_wanted(sought, today), *(_holds(word, today) for word in sought.words.split()[:4])
    )
    order = (
        (ObligationRow.done_on.desc(), ObligationRow.id.desc())
        if sought.state in ("done", "waived")
        else (ObligationRow.due_on, ObligationRow.id)
    )
    return read_duties(session, query.order_by(*order).limit(limit).offset(offset))


def _wanted(sought: Sought, today: date) -> list[ColumnElement[bool]]:
    where = [_state(sought, today)]
    if sought.units is not None:
        where.append(PartyRow.unit_id.in_(sorted(sought.units)))
    if sought.schedule:
        where.append(ScheduleRow.key == sought.schedule)
    return where


def _state(sought: Sought, today: date) -> ColumnElement[bool]:
    match sought.state:
        case "overdue":
            return and_(ObligationRow.state == "open", ObligationRow.due_on < today)
        case "soon":
            return and_(
                ObligationRow.state == "open", ObligationRow.soon_on <= today, ObligationRow.due_on >= today
            )
        case "paused":
            return or_(
                ObligationRow.state == "paused",
                and_(ObligationRow.state == "open", ScheduleRow.paused_at.is_not(None)),
            )
        case "done":
            since = sought.done_since
            met = ObligationRow.state == "done"
            return and_(met, ObligationRow.done_on >= since) if since else met
        case "submitted" | "waived" | "history":
            return ObligationRow.state == sought.state
        case _:
            return ObligationRow.state.in_(("open", "submitted"))


def _holds(word: str, today: date) -> ColumnElement[bool]:
    columns = (
        PartyRow.title, PartyRow.key, UnitRow.title, OccurrenceRow.title, OccurrenceRow.key, ScheduleRow.key,
    )  # fmt: skip
    return or_(
        _named(PersonRow.id == UnitRow.head_id, word),
        _named(and_(ScheduleRow.kind == CREDENTIAL, PersonRow.key == OccurrenceRow.subject), word),
        _held_by(word, today),
        *(column.contains(word, autoescape=True) for column in columns),
    )


def _named(who: ColumnElement[bool], word: str) -> ColumnElement[bool]:
    """Whether the person that a condition on the duty picks has the word in the name."""
    query = select(PersonRow.id).where(who, PersonRow.name.contains(word, autoescape=True))
    return query.correlate(UnitRow, OccurrenceRow, ScheduleRow).exists()


def _held_by(word: str, today: date) -> ColumnElement[bool]:
    """Whether a holder of the role that owes the duty has the word in the name."""
    query = (
        select(MembershipRow.person_id)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(PartyRow.kind == "role", MembershipRow.kind == "role", MembershipRow.key == PartyRow.key)
        .where(MembershipRow.valid_from <= today, MembershipRow.valid_to > today)
        .where(PersonRow.name.contains(word, autoescape=True))
    )
    return query.correlate(PartyRow).exists()


def unit_ids(session: Session, keys: Collection[str]) -> frozenset[int]:
    """The ids of units by their ids in the office's files."""
    return frozenset(session.scalars(select(UnitRow.id).where(UnitRow.key.in_(sorted(keys)))))


# ── tick lists ────────────────────────────────────────────────
@dataclass(frozen=True, slots=True, kw_only=True)
class Tickable:
    """One part of an open occurrence with how many still owe it."""

    occurrence_id: int
    part: str
    schedule: str
    title: str
    version_id: int
    due_on: date | None
    open: int


def tickable(session: Session, *, limit: int, offset: int = 0) -> list[Tickable]:
    """Parts of open occurrences that more than one party owes, the most urgent first."""
    owed = func.count(ObligationRow.id)
    query = (
        select(
            OccurrenceRow.id, ObligationRow.part, ScheduleRow.key, OccurrenceRow.title, OccurrenceRow.version_id,
            func.min(ObligationRow.due_on), owed,
        )
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ObligationRow.state == "open")
        .group_by(OccurrenceRow.id, ObligationRow.part, ScheduleRow.key, OccurrenceRow.title, OccurrenceRow.version_id)
        .having(owed > 1)
        .order_by(func.min(ObligationRow.due_on), OccurrenceRow.id, ObligationRow.part)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [
        Tickable(
            occurrence_id=one, part=part, schedule=key, title=title, version_id=version, due_on=due, open=n
        )
        for one, part, key, title, version, due, n in session.execute(query)
    ]


def of_part(
    session: Session, occurrence_id: int, part: str, *, limit: int, units: Collection[int] | None = None
) -> list[DutyRow]:
    """Who owes one part of an occurrence and still has to, by unit in the order of the office; `units`: only of these."""
    where = [
        ObligationRow.occurrence_id == occurrence_id, ObligationRow.part == part, ObligationRow.state == "open"
    ]  # fmt: skip
    if units is not None:
        where.append(PartyRow.unit_id.in_(sorted(units)))
    query = select_duties(*where)
    return read_duties(session, query.order_by(UnitRow.position, ObligationRow.id).limit(limit))
