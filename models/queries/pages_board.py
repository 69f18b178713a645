"""What the board shows beside the overdue figures: attendance of the last sessions, hours, certificates. Aggregated in the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, PersonRow, UnitRow
from models.schedules import ScheduleRow

Units = frozenset[int] | None


def _within(units: Units) -> ColumnElement[bool]:
    return literal(True) if units is None else PersonRow.unit_id.in_(units)


@dataclass(frozen=True, slots=True)
class SessionDay:
    """One gathering that was held."""

    occurrence_id: int
    schedule: str
    title: str
    held_on: date


def last_sessions(
    session: Session, *, today: date, each: int = 12, without: Collection[int] = ()
) -> list[SessionDay]:
    """The last gatherings of every schedule that keeps attendance and that took place, the oldest first.

    `without` those of these schedule versions.
    """
    nth = func.row_number().over(
        partition_by=OccurrenceRow.schedule_id, order_by=OccurrenceRow.held_on.desc()
    )
    kept = (
        select(ObligationRow.id)
        .where(ObligationRow.occurrence_id == OccurrenceRow.id, ObligationRow.part == "record")
        .exists()
    )
    ranked = (
        select(
            OccurrenceRow.id, ScheduleRow.key, OccurrenceRow.title, OccurrenceRow.held_on, nth.label("nth")
        )
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            OccurrenceRow.held_on <= today,
            OccurrenceRow.state != "cancelled",
            OccurrenceRow.version_id.not_in(without),
            kept,
        )
        .subquery()
    )
    query = select(ranked).where(ranked.c.nth <= each).order_by(ranked.c.key, ranked.c.held_on)
    return [SessionDay(row.id, row.key, row.title, row.held_on) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Attended:
    """One unit at one gathering: present, absent, on leave."""

    occurrence_id: int
    unit_id: int
    key: str
    unit: str
    present: int
    absent: int
    leave: int


def attendance(session: Session, occurrence_ids: Sequence[int], *, units: Units) -> list[Attended]:
    """Marks counted by gathering and unit, in the order of the office's file."""

    def marked(mark: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((ObligationRow.mark == mark, 1), else_=0)), 0)

    query = (
        select(
            ObligationRow.occurrence_id,
            UnitRow.id,
            UnitRow.key,
            UnitRow.title,
            marked("present"),
            marked("absent"),
            marked("leave"),
        )
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(PersonRow, PersonRow.id == PartyRow.person_id)
        .join(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(
            ObligationRow.occurrence_id.in_(occurrence_ids), ObligationRow.part == "make_up", _within(units)
        )
        .group_by(ObligationRow.occurrence_id, UnitRow.id, UnitRow.key, UnitRow.title, UnitRow.position)
        .order_by(UnitRow.position, UnitRow.id)
    )
    return [Attended(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Hours:
    """One person's quota, in hundredths."""

    version_id: int
    title: str
    held_on: date
    key: str
    name: str
    progress: int
    target: int


def quotas(session: Session, keys: Sequence[str], *, today: date, units: Units) -> list[Hours]:
    """Everybody's standing in the quotas of the running year of these schedules, the furthest behind first."""
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    running = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            ScheduleRow.key.in_(keys),
            OccurrenceRow.due_on.between(first, last),
            OccurrenceRow.state != "cancelled",
        )
    )
    query = (
        select(
            OccurrenceRow.version_id, OccurrenceRow.title, OccurrenceRow.held_on, PersonRow.key, PersonRow.name, ObligationRow.progress,
            func.coalesce(ObligationRow.target, 0),
        )
        .select_from(ObligationRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(PersonRow, PersonRow.id == PartyRow.person_id)
        .where(ObligationRow.occurrence_id.in_(session.scalars(running).all()), ObligationRow.part == "", _within(units))
        .where(ObligationRow.target.is_not(None), ObligationRow.state.in_(("open", "done", "submitted")))
        .order_by(OccurrenceRow.version_id, ObligationRow.progress, PersonRow.id)
    )  # fmt: skip
    return [Hours(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate near or past its expiry. `quiet_until`: a renewal was filed and somebody else is at work."""

    key: str
    holder: str
    unit: str | None
    kind: str
    expires_on: date
    quiet_until: date | None


def credentials(session: Session, *, until: date, today: date, units: Units) -> list[Card]:
    """The latest certificate of each kind of those still here, if it expires by `until`, the soonest first."""
    later = aliased(CredentialRow)
    replaced = (
        select(later.id)
        .where(
            later.holder_id == CredentialRow.holder_id,
            later.kind == CredentialRow.kind,
            later.expires_on > CredentialRow.expires_on,
        )
        .exists()
    )
    quiet = (
        select(func.max(ObligationRow.quiet_until))
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(PartyRow.person_id == PersonRow.id, ObligationRow.part == "", ObligationRow.state == "open")
        .where(ObligationRow.due_on == CredentialRow.expires_on)
        .correlate(PersonRow, CredentialRow)
        .scalar_subquery()
    )
    query = (
        select(
            PersonRow.key, PersonRow.name, UnitRow.title, CredentialRow.kind, CredentialRow.expires_on, quiet
        )
        .select_from(CredentialRow)
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(CredentialRow.state == "valid", CredentialRow.expires_on <= until, ~replaced, _within(units))
        .where((PersonRow.left_on.is_(None)) | (PersonRow.left_on > today))
        .order_by(CredentialRow.expires_on, PersonRow.id)
    )
    return [Card(*row) for row in session.execute(query)]


def supervises(session: Session, person_id: int) -> bool:
    """Whether a person is the 分管领导 of some unit, and not only the head of one."""
    return bool(session.scalar(select(exists().where(UnitRow.leader_id == person_id))))
