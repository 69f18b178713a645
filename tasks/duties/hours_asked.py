"""Tell those who may agree to hours that some were handed in, never of their own, and whoever handed them in that they came back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import CreditRow
from models.people import PartyRow
from models.queries.duties import told_of
from schedules.words import phrase
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.duty import Duty
from tasks.live import Live
from tasks.wording.message_templates import amount


def tell_of_hours(
    session: Session, live: Live, duty: Duty, credit: CreditRow, role: str, *, now: datetime
) -> None:
    """Write to the holders of the role that agrees, or to the clerk where only he who handed them in holds it."""
    own = duty.party.person_id
    people = _holders(session, role, now=now) - {own} or _holders(
        session, live.office.file.clerk, now=now
    ) - {own}
    title, who = phrase("Hours wait for your approval"), duty.party.title
    shown = phrase(
        "{person}: {hours} h, {course}", person=who, hours=amount(credit.amount), course=credit.title or "—"
    )
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="hours", key=f"{credit.id}@{now.isoformat()}",
        people=[each for each in people if each], now=now, full=Saying(title, lambda _: [shown]),
        public=Saying(title, lambda _: [phrase("{person}: {hours} h", person=who, hours=amount(credit.amount))]),
    )  # fmt: skip


def tell_hours_returned(
    session: Session, live: Live, duty: Duty, credit: CreditRow, reason: str, *, now: datetime
) -> None:
    """Write to whoever owes the hours that they were given back, and why."""
    people = told_of(session, duty.row.party_id, now=now)
    given = {"hours": amount(credit.amount), "course": credit.title or "—", "reason": reason}
    again = phrase(
        "{hours} h, {course}, were given back. Reason: {reason}. Please put it right and record it again.",
        **given,
    )
    look = phrase(
        "{title} was given back. Open it to read why, put it right and record it again.",
        title=duty.public_name,
    )
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="given-back", key=f"hours-{credit.id}@{now.isoformat()}", people=people,
        now=now, full=Saying(phrase("Given back: {title}", title=duty.name), lambda _: [again]),
        public=Saying(phrase("Given back: {title}", title=duty.public_name), lambda _: [look]),
    )  # fmt: skip


def _holders(session: Session, role: str, *, now: datetime) -> set[int | None]:
    party = session.scalar(select(PartyRow.id).where(PartyRow.kind == "role", PartyRow.key == role))
    return set(told_of(session, party, now=now)) if party is not None else set()
