"""What goes before a claim: messages on a broken channel, messages that go on paper, and what else waits for the same reader."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, exists, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow, PersonChannelRow, RecipientRow
from models.ways import BREAKING

WAITING = ("queued", "retry")
MOST = 100  # in one transaction; the next claim takes more


def broken_channels(session: Session) -> list[int]:
    """The channels that do not work now."""
    return list(session.scalars(select(ChannelRow.id).where(ChannelRow.broken_at.is_not(None))))


def on_broken(session: Session, *, now: datetime) -> Sequence[MessageRow]:
    """Due messages whose channel is broken and whose readers have another one, locked, the oldest first.

    Those without one must not stand in front of the others, so they are left out here.
    """
    other = aliased(ChannelRow)
    tried = exists().where(
        AttemptRow.message_id == MessageRow.id, AttemptRow.channel_id == PersonChannelRow.channel_id
    )
    another = (
        exists()
        .where(
            PersonChannelRow.person_id == RecipientRow.person_id, RecipientRow.id == MessageRow.recipient_id,
            other.id == PersonChannelRow.channel_id, other.broken_at.is_(None), PersonChannelRow.refused_at.is_(None), ~tried,
        )
        .correlate(MessageRow)
    )  # fmt: skip
    query = (
        select(MessageRow)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(
            MessageRow.state.in_(WAITING),
            MessageRow.send_at <= now,
            ChannelRow.broken_at.is_not(None),
            another,
        )
        .order_by(MessageRow.send_at, MessageRow.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=MessageRow)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def put_off(session: Session, *, before: datetime, until: datetime, urgent: bool) -> None:
    """Let what was due before an instant wait until another one, on channels that keep quiet hours; `urgent`: what is urgent too."""
    keeps = select(ChannelRow.id).where(ChannelRow.quiet_exempt.is_(False))
    lanes = () if urgent else (MessageRow.lane.not_in(BREAKING),)
    session.execute(
        update(MessageRow)
        .where(
            MessageRow.state.in_(WAITING),
            MessageRow.send_at <= before,
            MessageRow.channel_id.in_(keeps),
            *lanes,
        )
        .values(send_at=until)
        .execution_options(synchronize_session=False)
    )


def on_channel(session: Session, channel_id: int, *, until: datetime | None = None) -> Sequence[MessageRow]:
    """Messages that wait on a channel, locked: those due by then, or all."""
    due = () if until is None else (MessageRow.send_at <= until,)
    query = (
        select(MessageRow)
        .where(MessageRow.state.in_(WAITING), MessageRow.channel_id == channel_id, *due)
        .order_by(MessageRow.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).all()


def take(
    session: Session, *, now: datetime, machine_now: datetime, lease: timedelta, owner: str, limit: int,
    but: Collection[int] = (),
) -> list[int]:  # fmt: skip
    """Lease up to `limit` due messages on channels that work, the attempt counted, with whatever else is due for the same readers
    on the same channels, so that a reader gets one message and not several at one moment. `but`: channels from which nothing is taken.
    """
    closed = {*but, *broken_channels(session)}
    due = (MessageRow.state.in_(WAITING), MessageRow.send_at <= now, MessageRow.channel_id.not_in(closed))
    first = (
        select(MessageRow.id)
        .where(*due)
        .order_by(MessageRow.send_at, MessageRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=MessageRow)
    )
    values = {
        "state": "sending", "attempt": MessageRow.attempt + 1, "owner": owner, "lease_until": machine_now + lease,
    }  # fmt: skip

    def taken(chosen: Select[int]) -> Sequence[Row[int, int, int]]:
        statement = (
            update(MessageRow)
            .where(MessageRow.id.in_(chosen.scalar_subquery()))
            .values(**values)
            .returning(MessageRow.id, MessageRow.recipient_id, MessageRow.channel_id)
        )
        return session.execute(statement.execution_options(synchronize_session=False)).all()

    found = taken(first)
    if not found:
        return []
    readers = tuple_(MessageRow.recipient_id, MessageRow.channel_id).in_({(row[1], row[2]) for row in found})
    beside = select(MessageRow.id).where(*due, readers).with_for_update(skip_locked=True, of=MessageRow)
    return sorted(row[0] for row in (*found, *taken(beside)))
