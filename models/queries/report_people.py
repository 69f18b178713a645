"""People in the annual report: hours of a quota, and certificates on a day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow, PartyRow, PersonRow, UnitRow
from models.schedules import ScheduleRow


@dataclass(frozen=True, slots=True)
class Hours:
    """What one party reached of a quota and what it owes, in hundredths."""

    obligation_id: int
    party: str
    unit: str | None
    progress: int
    target: int
    done_on: date | None


def hours(session: Session, schedule: str, first: date, last: date) -> list[Hours]:
    """The quotas of a schedule that are due in the span; who left is not among them, who was excused neither."""
    query = (
        select(
            ObligationRow.id, PartyRow.title, UnitRow.title, ObligationRow.progress, func.coalesce(ObligationRow.target, 0),
            ObligationRow.done_on,
        )
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ScheduleRow.key == schedule, ObligationRow.part == "", ObligationRow.due_on.between(first, last))
        .where(ObligationRow.state.not_in(("withdrawn", "cancelled", "waived")), OccurrenceRow.state != "cancelled")
        .order_by(ObligationRow.progress, ObligationRow.id)
    )  # fmt: skip
    return [Hours(*row) for row in session.execute(query)]


@dataclass(frozen=True, slots=True)
class Card:
    """The certificate of a holder that expires last, as it was issued by the day asked about."""

    holder: str
    key: str
    unit: str | None
    number: str
    issued_on: date
    expires_on: date
    state: str


def cards(session: Session, kind: str, on: date) -> list[Card]:
    """One certificate of each holder who was here on that day, the first to expire first; cancelled ones are left out."""
    live = and_(
        CredentialRow.kind == kind,
        CredentialRow.issued_on <= on,
        CredentialRow.state.not_in(("cancelled", "revoked")),
    )
    nth = func.row_number().over(
        partition_by=CredentialRow.holder_id,
        order_by=(CredentialRow.expires_on.desc(), CredentialRow.id.desc()),
    )
    ranked = select(CredentialRow.id, nth.label("nth")).where(live).subquery()
    query = (
        select(
            PersonRow.name, PersonRow.key, UnitRow.title, CredentialRow.number, CredentialRow.issued_on,
            CredentialRow.expires_on, CredentialRow.state,
        )
        .join(ranked, and_(ranked.c.id == CredentialRow.id, ranked.c.nth == 1))
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where((PersonRow.left_on.is_(None)) | (PersonRow.left_on > on))
        .order_by(CredentialRow.expires_on, PersonRow.id)
    )  # fmt: skip
    return [Card(*row) for row in session.execute(query)]
