"""Whom and what a question names: a person by id or by a name that only one has, a schedule by id or by its title."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.people import PersonRow, UnitRow
from models.schedules import ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.problems import alike, nearest
from schedules.words import phrase
from tasks.live import Live
from tasks.pausing import named


def person_named(session: Session, text: str) -> PersonRow:
    """The person with this id, else the only one of this name; who has left counts too.

    Raise NotFound naming the nearest, or Refused where several have the name.
    """
    sought = text.strip()
    rows = session.scalars(
        select(PersonRow).where(or_(PersonRow.key == sought, PersonRow.name == sought)).order_by(PersonRow.id)
    ).all()
    by_id = next((row for row in rows if row.key == sought), None)
    if by_id is not None:
        return by_id
    if not rows:
        known = [each for row in session.execute(select(PersonRow.key, PersonRow.name)) for each in row]
        allowed = nearest(sought, alike(sought, known)) or "—"
        raise NotFound(
            phrase(
                "there is no person '{person}' in the roster; allowed: {allowed}",
                person=sought,
                allowed=allowed,
            )
        )
    if len(rows) > 1:
        ids = ", ".join(_with_unit(session, row) for row in rows)
        raise Refused(
            phrase("several people are called '{name}'; give one of the ids: {ids}", name=sought, ids=ids)
        )
    return rows[0]


def _with_unit(session: Session, row: PersonRow) -> str:
    unit = session.get(UnitRow, row.unit_id) if row.unit_id is not None else None
    return f"{row.key} ({unit.title})" if unit else row.key


def schedules_named(session: Session, live: Live, text: str) -> Sequence[ScheduleRow]:
    """The schedules that an id names: one, or all of an entry with `for_each`; else those with this title. Raise NotFound."""
    sought = text.strip()
    titled = session.scalars(
        select(ScheduleRow)
        .where(
            ScheduleRow.title == sought,
            ScheduleRow.removed_at.is_(None),
            ScheduleRow.live_version_id.is_not(None),
        )
        .order_by(ScheduleRow.key)
    ).all()
    if titled:
        return titled
    removed = session.scalars(
        select(ScheduleRow).where(ScheduleRow.key == sought, ScheduleRow.removed_at.is_not(None))
    ).all()
    return removed or named(session, live.office, sought)
