"""What the board lists: the longest late, what falls due in a week, each by a bounded statement whatever is owed in all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow, UnitRow
from models.queries.overdue import OPEN, described, of_schedule, ours, soon
from models.queries.pausing import running
from models.schedules import ScheduleRow


def late(
    session: Session, *, today: date, units: Sequence[int] | None, schedule: str | None, limit: int | None
) -> Sequence[Row[Any]]:
    """Open obligations whose day is over, the longest late first; at most `limit`."""
    statement = (
        described()
        .where(ours(units), OPEN, running(), ObligationRow.due_on < today, *_of(schedule))
        .order_by(ObligationRow.due_on, UnitRow.position, ObligationRow.id)
        .limit(limit)
    )
    found: Sequence[Row[Any]] = session.execute(statement).all()
    return found


def _of(schedule: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if schedule is None else (of_schedule(schedule),)


@dataclass(frozen=True, slots=True)
class Due:
    """One part of one occurrence that is due: how many parties still owe it; the row describes one of them."""

    row: Row[Any]
    number: int


def due_until(
    session: Session, *, today: date, until: date, soon_until: date, units: Sequence[int] | None, schedule: str | None, limit: int
) -> list[Due]:  # fmt: skip
    """What is open and due from today on: until a day (included), or inside its warning time. What waits for others outside is in."""
    mine = and_(
        ObligationRow.due_on.is_not(None), PartyRow.kind != "body", or_(UnitRow.kind.is_(None), UnitRow.kind != "external")
    )  # fmt: skip
    if units is not None:
        mine = and_(mine, PartyRow.unit_id.in_(units))
    grouped = (
        select(func.min(ObligationRow.id).label("id"), func.count().label("number"))
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(mine, OPEN, running(), ObligationRow.due_on >= today, *_of(schedule))
        .where(or_(ObligationRow.due_on <= until, soon(today, soon_until)))
        .group_by(ObligationRow.occurrence_id, ObligationRow.part, ObligationRow.due_on)
        .order_by(ObligationRow.due_on, func.min(ObligationRow.id))
        .limit(limit)
    )
    numbers = {row.id: row.number for row in session.execute(grouped)}
    rows = session.execute(described().where(ObligationRow.id.in_(numbers))).all()
    by_id = {row.id: row for row in rows}
    return [Due(by_id[each], number) for each, number in numbers.items()]


@dataclass(frozen=True, slots=True)
class Owing:
    """Somebody who owes a part: the name, and the unit's where it is a person; `head` answers for a unit."""

    kind: str
    title: str
    unit: str
    head: str


def owing(
    session: Session, occurrence_ids: Sequence[int], *, units: Sequence[int] | None
) -> Mapping[tuple[int, str, date | None], list[Owing]]:
    """Who still owes parts of a few occurrences, by occurrence, part and due day."""
    head = aliased(PersonRow)
    query = (
        select(
            ObligationRow.occurrence_id, ObligationRow.part, ObligationRow.due_on, PartyRow.kind, PartyRow.title, UnitRow.title, head.name
        )
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .outerjoin(head, head.id == UnitRow.head_id)
        .where(ObligationRow.occurrence_id.in_(occurrence_ids), OPEN)
        .order_by(UnitRow.position, ObligationRow.id)
    )  # fmt: skip
    if units is not None:
        query = query.where(PartyRow.unit_id.in_(units))
    found: dict[tuple[int, str, date | None], list[Owing]] = defaultdict(list)
    for occurrence, part, due_on, kind, title, unit, name in session.execute(query):
        found[occurrence, part, due_on].append(Owing(kind, title, unit or "", name or ""))
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one schedule, how many occurrences, or items found in them, are done of all that were not stopped."""

    done: int
    total: int


def campaigns(
    session: Session, keys: Sequence[str], *, units: Sequence[int] | None, children: bool
) -> Mapping[str, Counts]:
    """How far each of these campaigns is, by its id; with `children` how many of the items found in it are closed."""
    is_one = OccurrenceRow.parent_id.is_not(None) if children else OccurrenceRow.parent_id.is_(None)
    query = (
        select(ScheduleRow.key, OccurrenceRow.state, func.count())
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key.in_(keys), is_one, OccurrenceRow.state.in_(("open", "closed")))
        .group_by(ScheduleRow.key, OccurrenceRow.state)
    )
    if units is not None:
        seen = (
            select(ObligationRow.id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ObligationRow.occurrence_id == OccurrenceRow.id, ObligationRow.state != "withdrawn")
            .where(PartyRow.unit_id.in_(units))
        )
        query = query.where(seen.exists())
    states: dict[str, dict[str, int]] = defaultdict(dict)
    for key, state, number in session.execute(query):
        states[key][state] = number
    return {key: Counts(found.get("closed", 0), sum(found.values())) for key, found in states.items()}
