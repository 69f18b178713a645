"""When every channel of a person failed, those who can walk over to him are told: the head of his unit and the clerk."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import MembershipRow, PersonRow, RecipientRow, UnitRow
from schedules.words import phrase
from tasks.delivery.tell import tell
from tasks.live import Live
from tasks.roster.parties import GROUP

KIND = "not-reached"
OWN = (KIND, "channel-broken")  # lanes of what is told about delivery itself


def tell_not_reached(session: Session, live: Live, message: MessageRow, *, now: datetime) -> int:
    """Tell that a person could not be reached, at most once a day for each; nothing of what the message was about.

    A failed notice of this kind is told to nobody. Of what a group was to read the clerk is told, since nobody else would miss it.
    """
    person = session.scalar(
        select(PersonRow)
        .join(RecipientRow, RecipientRow.person_id == PersonRow.id)
        .where(RecipientRow.id == message.recipient_id)
    )
    if message.lane in OWN:
        return 0
    if person is None:
        return _tell_of_group(session, live, message, now=now)
    unit = session.get(UnitRow, person.unit_id) if person.unit_id is not None else None
    above = (unit.leader_id if unit.head_id == person.id else unit.head_id) if unit else None
    people = {*clerks(session, live, now=now), *([above] if above is not None else [])} - {person.id}
    why = message.reason or "—"
    return tell(
        session, live, kind=KIND, key=f"{person.key}@{live.today(now).isoformat()}", people=people, now=now,
        title=phrase("Not reached"),
        lines=lambda _lang: [
            phrase(
                "{person} could not be reached on any channel ({why}). Please tell them in person and have the address corrected.",
                person=person.name, why=why,
            )
        ],
    )  # fmt: skip


def _tell_of_group(session: Session, live: Live, message: MessageRow, *, now: datetime) -> int:
    why = message.reason or "—"
    return tell(
        session, live, kind=KIND, key=f"{GROUP}/{live.today(now).isoformat()}", people=clerks(session, live, now=now), now=now,
        title=phrase("Not reached"),
        lines=lambda _lang: [
            phrase("A message to the work group could not be sent ({why}). Please tell those concerned another way.", why=why)
        ],
    )  # fmt: skip


def clerks(session: Session, live: Live, *, now: datetime) -> set[int]:
    """The persons who hold the clerk's role today."""
    today = live.today(now)
    held = select(MembershipRow.person_id).where(
        MembershipRow.kind == "role", MembershipRow.key == live.office.file.clerk, MembershipRow.valid_from <= today,
        MembershipRow.valid_to > today,
    )  # fmt: skip
    return set(session.scalars(held))
