"""Before a claim: messages leave a channel that is broken or given up, and what is told on paper waits for the clerk."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow
from models.people import ChannelRow, RecipientRow
from models.queries import ledger, taking
from models.ways import NOBODY, PAPER
from schedules.states import Message, move_message
from tasks.live import Live
from tasks.ways import built_in, next_way

UNREACHABLE = "unreachable"


def leave_broken(session: Session, *, now: datetime) -> None:
    """Move due messages from broken channels to their readers' next ones. Where there is none they wait until it works again."""
    for message in taking.on_broken(session, now=now):
        after = next_way(session, message)
        if after is not None:
            to_channel(session, message, after, send_at=now)


def leave_given_up(session: Session, live: Live) -> None:
    """Move what waits on channels that the office has no more, on any channel where all is told on paper, to the way of now."""
    level, group = live.office.file.reach.level, live.office.file.reach.group
    ids = dict(session.execute(select(ChannelRow.key, ChannelRow.id)).all())
    kept = {PAPER, NOBODY} if level == "paper" else {PAPER, NOBODY, *live.office.file.channels}
    last = ids.get(NOBODY if level == "personal" else PAPER)
    for key in sorted(ids.keys() - kept):
        for message in taking.on_channel(session, ids[key]):
            after = None if level == "paper" else next_way(session, message)
            if after is None and level != "paper" and _is_to_group(session, message):
                after = ids.get(group or "")
            if (after := after or last) is not None:
                to_channel(session, message, after, send_at=message.send_at)


def _is_to_group(session: Session, message: MessageRow) -> bool:
    return (
        session.scalar(select(RecipientRow.person_id).where(RecipientRow.id == message.recipient_id)) is None
    )


def to_channel(session: Session, message: MessageRow, channel_id: int, *, send_at: datetime) -> None:
    """Let a message go out on another channel; if one waits there already for the same reader, they become one."""
    message.channel_id, message.tried_since = channel_id, None
    twin = ledger.twin_of(session, message, *taking.WAITING)
    if twin is not None:
        # Out of the way of the one place that a reader, a channel and a lane have.
        message.state = Message.SENDING
        ledger.absorb(session, message.id, into=twin)
        return
    message.state, message.send_at, message.lease_until = Message.RETRY, send_at, None
    session.flush()


def put_on_paper(session: Session, live: Live) -> None:
    """What waits to be sent on paper is held: the clerk prints it and hands it over. What would reach nobody is withdrawn.

    In a trial of an office without personal channels the clerk finds everything there.
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


def _hold(session: Session, message: MessageRow) -> None:
    held = ledger.twin_of(session, message, Message.HELD)
    if held is not None:
        ledger.absorb(session, message.id, into=held)
    else:
        message.state = move_message(message.state, Message.HELD)
        session.flush()
