"""What the desk reads about phones: who has one, since when, and who has none yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models.people import DeviceRow, PersonRow, SlipRow, UnitRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A bound phone as the desk lists it."""

    id: int
    person: str
    unit: str | None
    how: str
    bound_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A person for whom a slip may be printed. `phones`: whether one is bound; `slip_at`: when an unused slip was printed."""

    id: int
    name: str
    key: str
    unit_id: int | None
    unit: str
    phones: bool
    slip_at: datetime | None


def _here(today: date) -> ColumnElement[bool]:
    return or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)


def _alive(since: datetime) -> ColumnElement[bool]:
    return and_(DeviceRow.ended_at.is_(None), DeviceRow.seen_at >= since)


def phones(session: Session, *, today: date, since: datetime, limit: int = 500) -> list[Phone]:
    """Phones that open something: of people still here, seen since an instant; by unit and name as in the roster."""
    query = (
        select(DeviceRow, PersonRow.name, UnitRow.title)
        .join(PersonRow, PersonRow.id == DeviceRow.person_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(_alive(since), _here(today))
        .order_by(UnitRow.position, PersonRow.id, DeviceRow.id)
        .limit(limit)
    )
    return [
        Phone(id=row.id, person=name, unit=unit, how=row.how, bound_at=row.bound_at, seen_at=row.seen_at)
        for row, name, unit in session.execute(query)
    ]


def own_phones(session: Session, person_id: int, *, since: datetime) -> list[DeviceRow]:
    """The phones of one person that open something, the newest first."""
    query = select(DeviceRow).where(DeviceRow.person_id == person_id, _alive(since))
    return list(session.scalars(query.order_by(DeviceRow.id.desc())))


def holders(
    session: Session, *, today: date, since: datetime, only: Collection[int] | None = None
) -> list[Holder]:
    """Everybody still here, by unit in the order of the office; `only` these units."""
    bound = exists().where(DeviceRow.person_id == PersonRow.id, _alive(since))
    slip = (
        select(SlipRow.issued_at)
        .where(SlipRow.person_id == PersonRow.id, SlipRow.used_at.is_(None), SlipRow.ended_at.is_(None))
        .order_by(SlipRow.id.desc())
        .limit(1)
        .correlate(PersonRow)
        .scalar_subquery()
    )
    query = (
        select(PersonRow, UnitRow.title, bound, slip)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(_here(today))
        .order_by(UnitRow.position, PersonRow.id)
    )
    if only is not None:
        query = query.where(PersonRow.unit_id.in_(set(only)))
    return [
        Holder(id=person.id, name=person.name, key=person.key, unit_id=person.unit_id, unit=unit or "", phones=phones_, slip_at=slip_at)
        for person, unit, phones_, slip_at in session.execute(query)
    ]  # fmt: skip


def unbound(session: Session, *, today: date, since: datetime) -> int:
    """How many people still here have no phone that opens something."""
    bound = exists().where(DeviceRow.person_id == PersonRow.id, _alive(since))
    return session.scalar(select(func.count()).select_from(PersonRow).where(_here(today), ~bound)) or 0


def slips_between(session: Session, first: int, last: int, *, limit: int) -> list[int]:
    """The slips of a batch, in the order in which they were made."""
    query = select(SlipRow.id).where(SlipRow.id.between(first, last)).order_by(SlipRow.id).limit(limit)
    return list(session.scalars(query))
