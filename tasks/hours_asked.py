"""Tell those who may agree to hours that some were handed in, never of their own, and whoever handed them in that they came back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import CreditRow
from models.people import PartyRow
from models.queries.duties import told_of
from schedules.words import phrase
from tasks.duty import Duty
from tasks.live import Live
from tasks.message_templates import amount
from tasks.tell import tell


def tell_of_hours(
    session: Session, live: Live, duty: Duty, credit: CreditRow, role: str, *, now: datetime
) -> None:
    """Write to the holders of the role that agrees, or to the clerk where only he who handed them in holds it."""
    own = duty.party.person_id
    people = _holders(session, role, now=now) - {own} or _holders(
        session, live.office.file.clerk, now=now
    ) - {own}
    tell(
        session, live, kind="hours", key=f"{credit.id}@{now.isoformat()}", people=[each for each in people if each], now=now,
        title=phrase("Hours wait for your approval"),
        lines=lambda _: [
            phrase("{person}: {hours} h, {course}", person=duty.party.title, hours=amount(credit.amount), course=credit.title or "—")
        ],
    )  # fmt: skip


def tell_hours_returned(
    session: Session, live: Live, duty: Duty, credit: CreditRow, reason: str, *, now: datetime
) -> None:
    """Write to whoever owes the hours that they were given back, and why."""
    people = told_of(session, duty.row.party_id, now=now)
    given = {"hours": amount(credit.amount), "course": credit.title or "—", "reason": reason}
    tell(
        session, live, kind="given-back", key=f"hours-{credit.id}@{now.isoformat()}", people=people, now=now,
        title=phrase("Given back: {title}", title=duty.name),
        lines=lambda _: [
            phrase("{hours} h, {course}, were given back. Reason: {reason}. Please put it right and record it again.", **given)
        ],
    )  # fmt: skip


def _holders(session: Session, role: str, *, now: datetime) -> set[int | None]:
    party = session.scalar(select(PartyRow.id).where(PartyRow.kind == "role", PartyRow.key == role))
    return set(told_of(session, party, now=now)) if party is not None else set()
