"""Whose certificate an occurrence is about: the holder's name beside a duty that somebody else owes, and the card itself."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session, aliased

from models.obligations import OccurrenceRow
from models.people import CredentialRow, PersonRow, UnitRow
from models.schedules import ScheduleRow

CREDENTIAL = "credential"


def holder_name() -> ScalarSelect[str]:
    """The name of the holder as a column beside OccurrenceRow and ScheduleRow; NULL where it is not about a certificate."""
    holder = aliased(PersonRow)
    return (
        select(holder.name)
        .where(ScheduleRow.kind == CREDENTIAL, holder.key == OccurrenceRow.subject)
        .correlate(ScheduleRow, OccurrenceRow)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Card:
    """The certificate that is to be renewed, with its holder and the holder's unit."""

    holder: str
    unit: str | None
    number: str
    expires_on: date


def card_of(session: Session, occurrence: OccurrenceRow) -> Card | None:
    """The certificate that an occurrence asks to renew; None where it is about none."""
    kind = select(ScheduleRow.kind).where(ScheduleRow.id == occurrence.schedule_id).scalar_subquery()
    query = (
        select(PersonRow.name, UnitRow.title, CredentialRow.number, CredentialRow.expires_on)
        .select_from(CredentialRow)
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(kind == CREDENTIAL, PersonRow.key == occurrence.subject)
        .where(CredentialRow.expires_on == occurrence.due_on)
        .order_by(CredentialRow.id.desc())
    )
    found = session.execute(query).first()
    return Card(*found) if found else None
