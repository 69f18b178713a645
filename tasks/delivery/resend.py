"""Messages by hand: send one again that failed or may have been lost, or keep one back that waits to be sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import RecipientRow
from models.queries import ledger
from schedules.errors import NotFound, Refused
from schedules.states import Message, move_message
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.routes import refresh_routes
from tasks.delivery.ways import forgive
from tasks.live import current
from tasks.roster.people import with_records

AGAIN = (Message.FAILED, Message.UNKNOWN, Message.UNVERIFIED)
BACK = (Message.QUEUED, Message.RETRY)


def send_again(session: Session, *, message_id: int, by: str, now: datetime) -> Message:
    """Queue a message at once that failed, or of which nobody knows whether it arrived.

    If another waits for the same recipient, its reminders go with that one. That its channel refused the reader is forgotten: a provider
    that still does will say so again.

    Return the state it is in then. Raise NotFound, or Refused for a message in any other state.
    """
    row = _message(session, message_id, AGAIN)
    note(session, actor=by, act="resend", subject_kind="message", subject_id=row.id, at=now)
    person = session.scalar(select(RecipientRow.person_id).where(RecipientRow.id == row.recipient_id))
    if person is not None and forgive(session, person_id=person, channel_id=row.channel_id):
        refresh_routes(session, with_records(session, current(session).office), now=now)
    if (twin := ledger.open_twin(session, row.id)) is not None:
        ledger.absorb(session, row.id, into=twin, send_at=now)
        return Message.WITHDRAWN
    row.state, row.send_at, row.reason = move_message(row.state, Message.QUEUED), now, None
    return Message.QUEUED


def keep_back(session: Session, *, message_id: int, by: str, now: datetime) -> Message:
    """Hold a waiting message until the clerk releases it; if one is held already for the same recipient, it joins that one.

    Return the state it is in then. Raise NotFound, or Refused for a message in any other state.
    """
    row = _message(session, message_id, BACK)
    note(session, actor=by, act="hold", subject_kind="message", subject_id=row.id, at=now)
    held = session.scalar(
        select(MessageRow.id).where(
            MessageRow.recipient_id == row.recipient_id, MessageRow.channel_id == row.channel_id,
            MessageRow.lane == row.lane, MessageRow.state == Message.HELD,
        )
    )  # fmt: skip
    if held is not None:
        ledger.absorb(session, row.id, into=held)
        return Message.WITHDRAWN
    row.state = move_message(row.state, Message.HELD)
    return Message.HELD


def _message(session: Session, message_id: int, states: tuple[Message, ...]) -> MessageRow:
    """The message, locked, if it is in one of `states`."""
    row = session.get(MessageRow, message_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(phrase("there is no message {id}", id=message_id))
    if row.state not in states:
        raise Refused(
            phrase(
                "message {id} is {state}; this is for messages that are {allowed}",
                id=message_id, state=row.state, allowed=", ".join(states),
            )
        )  # fmt: skip
    return row
