"""A gathering and who is expected: the check-in, arrivals, leave asked for, live counts, and gatherings to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from models.gatherings import ArrivalRow, CheckInRow, LeaveRequestRow
from models.obligations import AuditRow, ObligationRow, OccurrenceRow
from models.people import AbsenceRow, PartyRow, PersonRow, RecipientRow, RouteRow, UnitRow
from models.ways import OWING

GONE = ("withdrawn", "cancelled")
ATTEND, RECORD = "make_up", "record"  # the parts of a gathering: to be there, and to record who was


def record_of(session: Session, occurrence_id: int) -> int | None:
    """The duty to record a gathering; None if there is none."""
    query = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == occurrence_id,
        ObligationRow.part == RECORD,
        ObligationRow.state.not_in(GONE),
    )
    return session.scalars(query.order_by(ObligationRow.id.desc())).first()


def check_in_of(session: Session, occurrence_id: int, *, share: bool = False) -> CheckInRow | None:
    """The check-in of a gathering. `share`: so that it cannot be closed before this transaction ends."""
    query = select(CheckInRow).where(CheckInRow.occurrence_id == occurrence_id)
    return session.scalars(query.with_for_update(read=True) if share else query).first()


def hold_check_in(session: Session, occurrence_id: int) -> None:
    """Let nobody arrive before this transaction ends."""
    session.execute(
        select(CheckInRow.occurrence_id).where(CheckInRow.occurrence_id == occurrence_id).with_for_update()
    )


def place_of(session: Session, occurrence_id: int, person_id: int) -> ObligationRow | None:
    """A person's own part of a gathering; None for whoever is not expected."""
    query = (
        select(ObligationRow)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ObligationRow.occurrence_id == occurrence_id, ObligationRow.part == ATTEND, PartyRow.person_id == person_id,
            ObligationRow.state.not_in(GONE),
        )
    )  # fmt: skip
    return session.scalars(query).first()


# ── arrivals ──────────────────────────────────────────────────
def arrival(session: Session, occurrence_id: int, person_id: int) -> ArrivalRow | None:
    """When a person arrived; None if nobody noted it."""
    return session.get(ArrivalRow, {"occurrence_id": occurrence_id, "person_id": person_id})


def arrivals(session: Session, occurrence_id: int) -> dict[int, ArrivalRow]:
    """Who arrived, by person id."""
    rows = session.scalars(select(ArrivalRow).where(ArrivalRow.occurrence_id == occurrence_id))
    return {row.person_id: row for row in rows}


def add_arrival(
    session: Session, occurrence_id: int, person_id: int, *, at: datetime, late: bool, how: str
) -> bool:
    """Note an arrival, once; False if it was there. Two in the same moment are one."""
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(ArrivalRow)
    values = {"occurrence_id": occurrence_id, "person_id": person_id, "at": at, "late": late, "how": how}
    written = session.execute(
        statement.values(values).on_conflict_do_nothing().returning(ArrivalRow.person_id)
    )
    return written.first() is not None


@dataclass(frozen=True, slots=True)
class Counts:
    """应到, 实到 so far, of them 迟到, and 请假 of those who are not there."""

    expected: int
    present: int
    late: int
    leave: int

    @property
    def missing(self) -> int:
        """Neither there nor on leave."""
        return self.expected - self.present - self.leave


def counts(session: Session, occurrence_id: int, held_on: date) -> Counts:
    """The figures of a gathering while it takes place, in one statement."""
    here = ArrivalRow.person_id.is_not(None)
    away = and_(~here, or_(_granted(), _away(held_on)))

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = (
        select(func.count(), number(here), number(and_(here, ArrivalRow.late)), number(away))
        .select_from(ObligationRow)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(
            ArrivalRow,
            (ArrivalRow.occurrence_id == ObligationRow.occurrence_id)
            & (ArrivalRow.person_id == PartyRow.person_id),
        )
        .where(ObligationRow.occurrence_id == occurrence_id, ObligationRow.part == ATTEND)
        .where(ObligationRow.state.not_in(GONE))
    )
    expected, present, late, leave = session.execute(query).one()
    return Counts(int(expected), int(present), int(late), int(leave))


def _granted() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            LeaveRequestRow.occurrence_id == ObligationRow.occurrence_id,
            LeaveRequestRow.person_id == PartyRow.person_id,
            LeaveRequestRow.state == "granted",
        )
        .correlate(ObligationRow, PartyRow)
    )


def _away(held_on: date) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            AbsenceRow.person_id == PartyRow.person_id,
            AbsenceRow.from_on <= held_on,
            AbsenceRow.until_on > held_on,
        )
        .correlate(PartyRow)
    )


# ── leave ─────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Leave:
    """A request with whose it is."""

    row: LeaveRequestRow
    name: str
    unit: str


def leave_of(session: Session, occurrence_id: int, person_id: int) -> LeaveRequestRow | None:
    """What a person asked for; None if nothing."""
    return session.get(LeaveRequestRow, {"occurrence_id": occurrence_id, "person_id": person_id})


def leaves(session: Session, occurrence_id: int) -> list[Leave]:
    """Requests that stand: those to decide first, then as they were made."""
    query = (
        select(LeaveRequestRow, PersonRow.name, UnitRow.title)
        .join(PersonRow, PersonRow.id == LeaveRequestRow.person_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(LeaveRequestRow.occurrence_id == occurrence_id, LeaveRequestRow.state != "withdrawn")
        .order_by(
            case((LeaveRequestRow.state == "asked", 0), else_=1), LeaveRequestRow.asked_at, PersonRow.id
        )
    )
    return [Leave(row, name, unit or "") for row, name, unit in session.execute(query)]


def hosts(session: Session, obligation_id: int, *, now: datetime) -> list[int]:
    """Who owes a record at present, or stands in: person ids."""
    query = (
        select(RecipientRow.person_id)
        .join(RouteRow, RouteRow.recipient_id == RecipientRow.id)
        .join(ObligationRow, ObligationRow.party_id == RouteRow.party_id)
        .where(
            ObligationRow.id == obligation_id, RouteRow.to_kind.in_(OWING), RouteRow.valid_from <= now, RouteRow.valid_to > now,
            RecipientRow.person_id.is_not(None),
        )
        .distinct()
    )  # fmt: skip
    return sorted(person for person in session.scalars(query) if person is not None)


# ── what the host should look at ──────────────────────────────
def bound_here(session: Session, occurrence_id: int, since: datetime) -> list[str]:
    """Who checked in with a phone that was bound after the check-in was opened: names."""
    bound = exists().where(
        AuditRow.subject_kind == "person", AuditRow.subject_id == PersonRow.id, AuditRow.act == "bind-phone", AuditRow.at >= since
    )  # fmt: skip
    query = (
        select(PersonRow.name)
        .join(ArrivalRow, ArrivalRow.person_id == PersonRow.id)
        .where(ArrivalRow.occurrence_id == occurrence_id, ArrivalRow.how == "scan", bound)
        .order_by(PersonRow.id)
    )
    return list(session.scalars(query))


def second_persons(session: Session, occurrence_id: int) -> list[tuple[str, str]]:
    """Phones that had checked somebody in and were then used for another, who was not let in: both names, each pair once."""
    query = select(AuditRow.detail).where(
        AuditRow.subject_kind == "occurrence",
        AuditRow.subject_id == occurrence_id,
        AuditRow.act == "second-person",
    )
    pairs = {
        (int(detail["first"]), int(detail["second"])): None
        for detail in session.scalars(query.order_by(AuditRow.id).limit(200))
    }
    ids = {one for pair in pairs for one in pair}
    names = dict(session.execute(select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))).all())
    return [(names[first], names[second]) for first, second in pairs if first in names and second in names]


# ── to come ───────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Coming:
    """A gathering that has not begun, or begins today: the duty, the gathering, what stands about leave."""

    obligation_id: int
    occurrence: OccurrenceRow
    leave: str | None


def coming(session: Session, person_id: int, *, since: datetime, until: datetime) -> list[Coming]:
    """Gatherings at which a person is expected and that start within a span, the first one first."""
    query = (
        select(ObligationRow.id, OccurrenceRow, LeaveRequestRow.state)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .outerjoin(
            LeaveRequestRow,
            (LeaveRequestRow.occurrence_id == OccurrenceRow.id) & (LeaveRequestRow.person_id == person_id),
        )
        .where(
            PartyRow.person_id == person_id, ObligationRow.part == ATTEND, ObligationRow.state == "expected"
        )
        .where(OccurrenceRow.starts_at >= since, OccurrenceRow.starts_at < until)
        .order_by(OccurrenceRow.starts_at)
        .limit(5)
    )
    return [Coming(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Held:
    """A gathering as the desk announces it: its record duty, and how many ask for leave."""

    obligation_id: int
    occurrence: OccurrenceRow
    asked: int


def to_be_held(session: Session, *, now: datetime, until: datetime) -> Sequence[Held]:
    """Gatherings that have not begun, and how many requests wait for a word."""
    asked = (
        select(func.count())
        .where(LeaveRequestRow.occurrence_id == OccurrenceRow.id, LeaveRequestRow.state == "asked")
        .correlate(OccurrenceRow)
        .scalar_subquery()
    )
    query = (
        select(ObligationRow.id, OccurrenceRow, asked)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(ObligationRow.part == RECORD, ObligationRow.state == "open")
        .where(OccurrenceRow.starts_at > now, OccurrenceRow.starts_at < until)
        .order_by(OccurrenceRow.starts_at, ObligationRow.id)
        .limit(5)
    )
    return [Held(*row) for row in session.execute(query)]
