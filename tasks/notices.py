"""Messages that are no rungs of a ladder and need no release: written once for a key and a recipient, sent when it is not quiet.

What is still waiting on the same lane gives way to the newer message, which therefore has to say all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import PersonRow, RecipientRow
from schedules.quiet import next_sending
from schedules.states import Message, move_message
from tasks.live import Live
from tasks.payloads import Rendered

SUPERSEDED = "superseded"
WAITING = (Message.HELD, Message.QUEUED, Message.RETRY)


@dataclass(frozen=True, slots=True)
class To:
    """A recipient and the channel that reaches them."""

    recipient_id: int
    channel_id: int


def readers(session: Session, told: Mapping[To, object]) -> dict[int, PersonRow]:
    """Who reads, by recipient."""
    ids = [to.recipient_id for to in told]
    query = (
        select(RecipientRow.id, PersonRow)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(RecipientRow.id.in_(ids))
    )
    return dict(session.execute(query).all())


def waiting_data(session: Session, lane: str, kind: str) -> dict[To, object]:
    """What the messages say that wait on a lane, by recipient."""
    query = (
        select(MessageRow.recipient_id, MessageRow.channel_id, NoticeRow.data)
        .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
        .where(MessageRow.lane == lane, MessageRow.state.in_(WAITING), NoticeRow.kind == kind)
    )
    return {To(row.recipient_id, row.channel_id): row.data for row in session.execute(query)}


def write_notice(
    session: Session,
    live: Live,
    to: To,
    text: Rendered,
    *,
    kind: str,
    key: str,
    lane: str,
    data: object,
    now: datetime,
) -> bool:
    """Write the message; nothing if this recipient has had this key. Return whether it was written."""
    if session.get(NoticeRow, (kind, key, to.recipient_id)) is not None:
        return False
    older = select(MessageRow).where(
        MessageRow.lane == lane, MessageRow.recipient_id == to.recipient_id, MessageRow.channel_id == to.channel_id,
        MessageRow.state.in_(WAITING),
    )  # fmt: skip
    for message in session.scalars(older):
        message.state, message.reason = move_message(message.state, Message.WITHDRAWN), SUPERSEDED
    session.flush()
    message = MessageRow(
        recipient_id=to.recipient_id, channel_id=to.channel_id, lane=lane, state=Message.QUEUED,
        send_at=next_sending(now, live.office), merged_at=now, title=text.title, body=text.body,
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add(NoticeRow(kind=kind, key=key, recipient_id=to.recipient_id, message_id=message.id, data=data))
    session.flush()
    return True
