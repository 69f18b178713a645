"""Before a claim: messages leave a channel that is broken or given up, and what is told on paper waits for the clerk."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import ChannelRow, RecipientRow
from models.queries import ledger, taking
from models.ways import BREAKING, NOBODY, PAPER
from schedules.quiet import next_sending
from schedules.states import Message, move_message
from tasks.delivery.not_reached import tell_not_reached
from tasks.delivery.ways import BUILT_IN, built_in, last_resort, next_way
from tasks.live import Live

UNREACHABLE = "unreachable"
BACKLOG = timedelta(minutes=5)


def leave_broken(session: Session, live: Live, *, now: datetime) -> None:
    """Move due messages from broken channels to their readers' next ones. Where there is none they wait until it works again."""
    for message in taking.on_broken(session, now=now) if taking.broken_channels(session) else ():
        after = next_way(session, message)
        if after is not None:
            to_channel(session, live, message, after, at=now)


def leave_given_up(session: Session, live: Live, *, now: datetime) -> Collection[int]:
    """Move due messages from channels that the office has no more, and from all where everything is told on paper.

    They go to their readers' first ones, else where nothing else reaches. Return those channels: some messages may wait there for the
    next look.
    """
    on_paper = live.office.file.reach.level == "paper"
    kept = tuple(BUILT_IN) if on_paper else (*live.office.file.channels, *BUILT_IN)
    given_up = session.scalars(select(ChannelRow.id).where(ChannelRow.key.not_in(kept))).all()
    for channel_id in given_up:
        for message in taking.on_channel(session, channel_id, until=now):
            after = None if on_paper else next_way(session, message)
            after = after or _without_way(session, live, message)
            if after == built_in(session, NOBODY):
                tell_not_reached(session, live, message, now=now)
            to_channel(session, live, message, after, at=now)
    return given_up


def _without_way(session: Session, live: Live, message: MessageRow) -> int:
    """The group's own channel, or the one for whom no other channel reaches."""
    of_group = session.get_one(RecipientRow, message.recipient_id).person_id is None
    group, level = live.office.file.reach.group, live.office.file.reach.level
    by_bot = of_group and group is not None and level != "paper"
    return built_in(session, group if by_bot and group is not None else last_resort(live.office))


def to_channel(session: Session, live: Live, message: MessageRow, channel_id: int, *, at: datetime) -> None:
    """Let a message go out on another channel, within its hours; if one waits there already for the same reader, they become one."""
    message.channel_id, message.tried_since = channel_id, None
    send_at = within_hours(session, live, message, at)
    twin = ledger.twin_of(session, message, *taking.WAITING)
    if twin is not None:
        # Out of the way of the one place that a reader, a channel and a lane have.
        message.state = Message.SENDING
        ledger.absorb(session, message.id, into=twin, send_at=send_at)
        return
    message.state, message.send_at, message.lease_until = Message.RETRY, send_at, None
    session.flush()


def within_hours(session: Session, live: Live, message: MessageRow, at: datetime) -> datetime:
    """The first instant from `at` on at which a message may go out on its channel."""
    with session.no_autoflush:
        exempt = session.scalar(select(ChannelRow.quiet_exempt).where(ChannelRow.id == message.channel_id))
    urgent = message.lane in BREAKING and live.office.file.urgent == "break"
    return at if exempt or urgent else next_sending(at, live.office)


def keep_quiet(session: Session, live: Live, *, now: datetime) -> None:
    """After an outage: what should have gone out earlier does not go out at night, but as one message when the quiet ends.

    What became due just now was meant for now, by a clerk who released it or a person who asks for a link.
    """
    until = next_sending(now, live.office)
    if until > now:
        taking.put_off(session, before=now - BACKLOG, until=until, urgent=live.office.file.urgent != "break")


def put_on_paper(session: Session, live: Live) -> Collection[int]:
    """What waits to be sent on paper is held: the clerk prints it and hands it over. What would reach nobody is withdrawn.

    In a trial of an office without personal channels the clerk finds everything there. Return the channels that have no wire, from which
    nothing may be claimed: some of it may still wait for the next look.
    """
    paper, nobody = built_in(session, PAPER), built_in(session, NOBODY)
    for message in taking.on_channel(session, nobody) if nobody else ():
        message.state, message.reason = move_message(message.state, Message.WITHDRAWN), UNREACHABLE
    kept = {paper} if paper else set()
    if live.trial and not live.office.file.reach.people:
        kept = set(session.scalars(select(ChannelRow.id).where(ChannelRow.id != nobody)))
    for channel_id in sorted(kept):
        for message in taking.on_channel(session, channel_id):
            _hold(session, message)
    return kept | {nobody}


def _hold(session: Session, message: MessageRow) -> None:
    held = ledger.twin_of(session, message, Message.HELD)
    if held is not None:
        ledger.absorb(session, message.id, into=held)
    else:
        message.state = move_message(message.state, Message.HELD)
        session.flush()
