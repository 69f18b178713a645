"""What the page of a person reads: attendance in a year, what was owed and done in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, CreditRow, EvidenceRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.queries.drill import OUT
from models.schedules import ScheduleVersionRow


def person(session: Session, key: str) -> PersonRow | None:
    """A person by the id of the roster, also one who has left."""
    return session.scalars(select(PersonRow).where(PersonRow.key == key)).first()


@dataclass(frozen=True, slots=True)
class Came:
    """A person at one gathering: `mark` is present, absent or leave, None before it is recorded."""

    occurrence_id: int
    title: str
    held_on: date
    mark: str | None
    state: str


def attendance(
    session: Session, person_id: int, *, first: date, last: date, without: Collection[int] = ()
) -> list[Came]:
    """Every gathering in [first, last] at which a person was expected, the latest first; `without` those of these schedule versions."""
    query = (
        select(
            OccurrenceRow.id,
            OccurrenceRow.title,
            OccurrenceRow.held_on,
            ObligationRow.mark,
            ObligationRow.state,
        )
        .select_from(PartyRow)
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(
            PartyRow.person_id == person_id, ObligationRow.part == "make_up", ObligationRow.state.not_in(OUT)
        )
        .where(OccurrenceRow.held_on.between(first, last), OccurrenceRow.version_id.not_in(without))
        .order_by(OccurrenceRow.held_on.desc(), OccurrenceRow.id.desc())
    )
    return [Came(*row) for row in session.execute(query)]


def own(person_id: int, *, first: date, last: date) -> ColumnElement[bool]:
    """A person's own duties that fell due or were done in [first, last]; who simply was present owed nothing."""
    in_year = or_(ObligationRow.due_on.between(first, last), ObligationRow.done_on.between(first, last))
    attended = and_(ObligationRow.part == "make_up", ObligationRow.due_on.is_(None))
    return and_(
        PartyRow.person_id == person_id,
        in_year,
        ~attended,
        ObligationRow.state.not_in((*OUT, "open", "submitted")),
    )


def number(session: Session, *where: ColumnElement[bool]) -> int:
    """How many obligations fulfil conditions on them and their party."""
    query = (
        select(func.count()).select_from(ObligationRow).join(PartyRow, PartyRow.id == ObligationRow.party_id)
    )
    return int(session.execute(query.where(*where)).scalar_one())


@dataclass(frozen=True, slots=True)
class Holds:
    """Where a file is evidence: which duty, counted under which unit, opened by which definition."""

    obligation_id: int
    unit_id: int | None
    version_id: int


def holding(session: Session, file_id: int) -> Sequence[Holds]:
    """The duties of whose records or hours a file is part."""
    evidence = (
        select(ConfirmationRow.obligation_id)
        .join(EvidenceRow, EvidenceRow.confirmation_id == ConfirmationRow.id)
        .where(EvidenceRow.file_id == file_id)
    )
    credit = select(CreditRow.obligation_id).where(CreditRow.file_id == file_id)
    query = (
        select(ObligationRow.id, PartyRow.unit_id, OccurrenceRow.version_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleVersionRow, ScheduleVersionRow.id == OccurrenceRow.version_id)
        .where(or_(ObligationRow.id.in_(evidence), ObligationRow.id.in_(credit)))
        .order_by(ObligationRow.id)
    )
    return [Holds(*row) for row in session.execute(query)]
