"""Messages that are no rungs of a ladder and need no release: written once for a key and a recipient, sent when it is not quiet.

What is still waiting on the same lane gives way to the newer message, which therefore has to say all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import PersonRow, RecipientRow
from schedules.quiet import next_sending
from schedules.states import Message, move_message
from tasks.delivery.payloads import Rendered
from tasks.live import Live

SUPERSEDED = "superseded"
WAITING = (Message.HELD, Message.QUEUED, Message.RETRY)


@dataclass(frozen=True, slots=True)
class To:
    """A recipient and the channel that reaches them."""

    recipient_id: int
    channel_id: int


def readers(session: Session, told: Mapping[To, object]) -> dict[int, PersonRow]:
    """Who reads, by recipient."""
    query = select(RecipientRow.id, PersonRow).join(PersonRow, PersonRow.id == RecipientRow.person_id)
    ids = {to.recipient_id for to in told}
    return {found: person for found, person in session.execute(query) if found in ids}


def waiting_data(session: Session, lane: str, kind: str) -> dict[To, object]:
    """What the messages say that wait on a lane, by recipient."""
    query = (
        select(MessageRow.recipient_id, MessageRow.channel_id, NoticeRow.data)
        .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
        .where(MessageRow.lane == lane, MessageRow.state.in_(WAITING), NoticeRow.kind == kind)
    )
    return {To(row.recipient_id, row.channel_id): row.data for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it was rendered, and what it was made from."""

    text: Rendered
    data: object


def write_notices(
    session: Session, live: Live, said: Mapping[To, Said], *, kind: str, key: str, lane: str, now: datetime
) -> int:
    """Write the messages, none to a recipient who has had this key. Return how many were written."""
    had = set(
        session.scalars(select(NoticeRow.recipient_id).where(NoticeRow.kind == kind, NoticeRow.key == key))
    )
    fresh = {to: each for to, each in said.items() if to.recipient_id not in had}
    _supersede(session, lane, fresh)
    send_at = next_sending(now, live.office)
    if not fresh:
        return 0
    session.execute(
        insert(MessageRow),
        [
            {
                "recipient_id": to.recipient_id, "channel_id": to.channel_id, "lane": lane, "state": Message.QUEUED,
                "send_at": send_at, "merged_at": now, "title": each.text.title, "body": each.text.body,
            }
            for to, each in fresh.items()
        ],
    )  # fmt: skip
    placed = session.execute(
        select(MessageRow.recipient_id, MessageRow.channel_id, MessageRow.id).where(
            MessageRow.lane == lane, MessageRow.state == Message.QUEUED
        )
    )
    ids = {To(row.recipient_id, row.channel_id): row.id for row in placed}
    session.execute(
        insert(NoticeRow),
        [
            {"kind": kind, "key": key, "recipient_id": to.recipient_id, "message_id": ids[to], "data": each.data}
            for to, each in fresh.items()
        ],
    )  # fmt: skip
    return len(fresh)


def _supersede(session: Session, lane: str, told: Mapping[To, object]) -> None:
    """Withdraw what waits on this lane for these recipients; their place there is unique."""
    waiting = select(MessageRow).where(MessageRow.lane == lane, MessageRow.state.in_(WAITING))
    for message in session.scalars(waiting):
        if To(message.recipient_id, message.channel_id) in told:
            message.state, message.reason = move_message(message.state, Message.WITHDRAWN), SUPERSEDED
    session.flush()
