"""What the pages behind the board read: a unit's people, a schedule's occurrences, who owes an occurrence, a person's year."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from models.obligations import ConfirmationRow, EvidenceRow, FileRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, PersonRow, UnitRow
from models.queries.overdue import OPEN
from models.schedules import ScheduleRow

Units = frozenset[int] | None
OWED = ("open", "submitted")
OUT = ("withdrawn", "cancelled")
OWN = aliased(ObligationRow)


def within(units: Units) -> ColumnElement[bool]:
    """Obligations that are counted under these units; a party of no unit belongs to the whole office."""
    return true() if units is None else PartyRow.unit_id.in_(units)


# ── a unit ────────────────────────────────────────────────────
def unit(session: Session, key: str) -> UnitRow | None:
    """A unit by its id in the office's files."""
    return session.scalars(select(UnitRow).where(UnitRow.key == key)).first()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a unit with what is open and late of the own duties."""

    id: int
    key: str
    name: str
    post: str
    unit: str
    open: int
    late: int


def members(session: Session, units: Sequence[int], *, today: date, limit: int, offset: int) -> list[Member]:
    """The people of these units who are here today, in the order of units and roster."""
    owed = (
        select(
            PartyRow.person_id, func.count().label("open"),
            func.sum(case((ObligationRow.due_on < today, 1), else_=0)).label("late"),
        )
        .select_from(PartyRow)
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .where(PartyRow.kind == "person", PartyRow.unit_id.in_(units), OPEN, ObligationRow.due_on.is_not(None))
        .group_by(PartyRow.person_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(
            PersonRow.id, PersonRow.key, PersonRow.name, PersonRow.post, UnitRow.title, func.coalesce(owed.c.open, 0),
            func.coalesce(owed.c.late, 0),
        )
        .join(UnitRow, UnitRow.id == PersonRow.unit_id)
        .outerjoin(owed, owed.c.person_id == PersonRow.id)
        .where(PersonRow.unit_id.in_(units), here(today))
        .order_by(UnitRow.position, PersonRow.id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [Member(*row) for row in session.execute(query)]


def here(today: date) -> ColumnElement[bool]:
    """People who have not left."""
    return or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)


def size(session: Session, units: Sequence[int], *, today: date) -> int:
    """How many people these units have."""
    query = select(func.count()).select_from(PersonRow).where(PersonRow.unit_id.in_(units), here(today))
    return int(session.execute(query).scalar_one())


def certificates(session: Session, people: Sequence[int]) -> Mapping[int, list[CredentialRow]]:
    """The certificates of these people by their ids, the latest first."""
    found: dict[int, list[CredentialRow]] = defaultdict(list)
    query = select(CredentialRow).where(CredentialRow.holder_id.in_(people))
    for row in session.scalars(query.order_by(CredentialRow.expires_on.desc(), CredentialRow.id.desc())):
        found[row.holder_id].append(row)
    return found


# ── a schedule ────────────────────────────────────────────────
def schedule(session: Session, key: str) -> ScheduleRow | None:
    """A schedule by its id, also one that was removed."""
    return session.scalars(select(ScheduleRow).where(ScheduleRow.key == key)).first()


def schedule_key(session: Session, schedule_id: int) -> str | None:
    """The id of a schedule in the office's files."""
    return session.scalar(select(ScheduleRow.key).where(ScheduleRow.id == schedule_id))


def is_owed_in(session: Session, schedule_id: int, units: Units) -> bool:
    """Whether anything of a schedule was ever owed in these units."""
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(OccurrenceRow.schedule_id == schedule_id, within(units))
        .limit(1)
    )
    return session.scalar(query) is not None


@dataclass(frozen=True, slots=True)
class Occurred:
    """One occurrence with its counts: of what is counted, what is done, done late, open, late."""

    occurrence: OccurrenceRow
    counted: int = 0
    done: int = 0
    done_late: int = 0
    late: int = 0


def occurrences(
    session: Session, schedule_id: int, *, today: date, units: Units, limit: int, offset: int
) -> list[Occurred]:
    """The occurrences of a schedule, the latest first; only what is owed in these units is counted, and what is not owed there left out."""
    query = select(OccurrenceRow).where(OccurrenceRow.schedule_id == schedule_id)
    if units is not None:
        query = query.where(_owed_in(units))
    rows = session.scalars(
        query.order_by(OccurrenceRow.held_on.desc(), OccurrenceRow.id.desc()).limit(limit).offset(offset)
    ).all()
    counted = counts(session, [row.id for row in rows], today=today, units=units)
    return [Occurred(row, *counted.get(row.id, (0, 0, 0, 0))) for row in rows]


def number(session: Session, schedule_id: int, *, units: Units) -> int:
    """How many occurrences of a schedule there are to see."""
    query = select(func.count()).select_from(OccurrenceRow).where(OccurrenceRow.schedule_id == schedule_id)
    return int(session.execute(query if units is None else query.where(_owed_in(units))).scalar_one())


def _owed_in(units: frozenset[int]) -> ColumnElement[bool]:
    mine = (
        select(ObligationRow.id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id == OccurrenceRow.id, PartyRow.unit_id.in_(units))
    )
    return mine.exists()


def counts(
    session: Session, occurrence_ids: Sequence[int], *, today: date, units: Units
) -> Mapping[int, tuple[int, int, int, int]]:
    """Of each occurrence: what counts, what is done, what was done late, what is late."""
    late_done = and_(ObligationRow.state == "done", ObligationRow.done_on > ObligationRow.due_on)
    query = (
        select(
            ObligationRow.occurrence_id, func.count(),
            func.sum(case((ObligationRow.state == "done", 1), else_=0)), func.sum(case((late_done, 1), else_=0)),
            func.sum(case((and_(OPEN, ObligationRow.due_on < today), 1), else_=0)),
        )
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id.in_(occurrence_ids), within(units))
        .where(ObligationRow.state.not_in((*OUT, "waived", "expected")))
        .group_by(ObligationRow.occurrence_id)
    )  # fmt: skip
    return {
        each: (n, int(done), int(done_late), int(late))
        for each, n, done, done_late, late in session.execute(query)
    }


# ── an occurrence ─────────────────────────────────────────────
def owed_states(
    session: Session, occurrence_id: int, *, units: Units
) -> Mapping[tuple[str, str, str | None], int]:
    """How many parties there are by part, state and mark."""
    query = (
        select(ObligationRow.part, ObligationRow.state, ObligationRow.mark, func.count())
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id == occurrence_id, within(units))
        .group_by(ObligationRow.part, ObligationRow.state, ObligationRow.mark)
    )
    return {(part, state, mark): n for part, state, mark, n in session.execute(query)}


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part of an occurrence stands: parties, of them done and open; the last day of each kind."""

    number: int
    done: int
    open: int
    due_on: date | None
    done_on: date | None


def part_states(session: Session, occurrence_id: int) -> Mapping[str, PartState]:
    """Each part that was opened, by its key."""
    query = (
        select(
            ObligationRow.part, func.count(), func.sum(case((ObligationRow.state == "done", 1), else_=0)),
            func.sum(case((ObligationRow.state.in_(("open", "submitted", "paused")), 1), else_=0)),
            func.max(ObligationRow.due_on), func.max(ObligationRow.done_on),
        )
        .where(ObligationRow.occurrence_id == occurrence_id, ObligationRow.state.not_in(OUT))
        .group_by(ObligationRow.part)
    )  # fmt: skip
    return {
        part: PartState(n, int(done), int(still), due, on)
        for part, n, done, still, due, on in session.execute(query)
    }


def children(session: Session, occurrence_id: int, *, units: Units, limit: int) -> list[OccurrenceRow]:
    """What was found in an occurrence, as occurrences of their own."""
    query = (
        select(OccurrenceRow)
        .join(ObligationRow, ObligationRow.id == OccurrenceRow.parent_id)
        .where(ObligationRow.occurrence_id == occurrence_id)
    )
    if units is not None:
        mine = (
            select(PartyRow.id)
            .join(OWN, OWN.party_id == PartyRow.id)
            .where(OWN.occurrence_id == OccurrenceRow.id, PartyRow.unit_id.in_(units))
        )
        query = query.where(mine.exists())
    return list(session.scalars(query.order_by(OccurrenceRow.due_on, OccurrenceRow.id).limit(limit)))


def parent(session: Session, obligation_id: int) -> OccurrenceRow | None:
    """The occurrence in which one was found."""
    query = (
        select(OccurrenceRow)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(ObligationRow.id == obligation_id)
    )
    return session.scalars(query).first()


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of an occurrence: of which part and field, who owes it."""

    obligation_id: int
    part: str
    field: str
    who: str
    file: FileRow


def files(session: Session, occurrence_id: int, *, units: Units, limit: int) -> list[Kept]:
    """The files of the records that count, in the order in which they came."""
    query = (
        select(ObligationRow.id, ObligationRow.part, EvidenceRow.name, PartyRow.title, FileRow)
        .select_from(EvidenceRow)
        .join(FileRow, FileRow.id == EvidenceRow.file_id)
        .join(ConfirmationRow, ConfirmationRow.id == EvidenceRow.confirmation_id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(ObligationRow.occurrence_id == occurrence_id, ConfirmationRow.state.in_(("submitted", "accepted")), within(units))
        .order_by(EvidenceRow.id)
        .limit(limit)
    )  # fmt: skip
    return [Kept(*row) for row in session.execute(query)]


def recorded(session: Session, obligation_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When each of these was recorded as done."""
    query = select(ConfirmationRow.obligation_id, ConfirmationRow.recorded_at).where(
        ConfirmationRow.obligation_id.in_(obligation_ids),
        ConfirmationRow.state.in_(("submitted", "accepted")),
    )
    return dict(session.execute(query).all())
