"""What follows when a message was not accepted: again on the same channel, the reader's next channel, or those above are told.

Nothing is dropped: what only waits for a limit or for a channel to work again keeps waiting and is joined by what comes later.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow
from models.queries import ledger
from schedules.states import Message
from tasks.delivery.broken import mark_broken
from tasks.delivery.divert import to_channel, within_hours
from tasks.delivery.not_reached import OWN, tell_not_reached
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.ways import next_way, refuse
from tasks.live import Live, current

MOST_ATTEMPTS = 5  # on one channel
BACK_OFF = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
JITTER = 0.2  # up to so much longer, so that what failed together does not come back together
# How long a message is worth trying on one channel while another one might reach its reader.
USEFUL = timedelta(hours=2)
# How long it is tried while nothing but this channel might: the network of a whole office may be away for an afternoon. What tells that
# somebody was not reached is tried longer, since it is told to nobody if it fails.
ALONE, ALONE_OWN = timedelta(hours=24), timedelta(days=7)
LIMITED = "limit"


def after_refusal(
    session: Session, message: MessageRow, result: Result, *, now: datetime, machine_now: datetime
) -> None:
    """Decide what becomes of a message that was not accepted. `now` is office time."""
    message.reason = result.said[:400] or None
    live = current(session)
    match result.outcome:
        case Outcome.LATER:
            message.reason = LIMITED
            wait = (result.retry_after or 1) + result.every * _ahead(session, message)
            _again(session, live, message, now + timedelta(seconds=wait))
        case Outcome.CHANNEL:
            refused = _refused_channel(session, message, result)
            mark_broken(session, live, refused, result.said, now=now, machine_now=machine_now)
            if refused != message.channel_id:
                # In a trial everything goes to the clerk, whichever channel it stands on.
                _again(session, live, message, now + BACK_OFF[-1])
                return
            _elsewhere(session, live, message, now=now, waits=True)
        case Outcome.PERSON:
            if not live.trial:
                refuse(session, live.office, message, result.said, machine_now=machine_now)
            _elsewhere(session, live, message, now=now)
        case Outcome.CONTENT:
            _elsewhere(session, live, message, now=now)
        case Outcome.UNKNOWN if not may_be_sent_again(session, message):
            message.state, message.lease_until = Message.UNKNOWN, None
        case _:
            _later(session, live, message, result, now=now)


def _refused_channel(session: Session, message: MessageRow, result: Result) -> int:
    """The channel that the message really went on."""
    found = session.scalar(select(ChannelRow.id).where(ChannelRow.key == result.channel))
    return message.channel_id if found is None else found


def _ahead(session: Session, message: MessageRow) -> int:
    """How many messages wait for the limit of the same channel already."""
    query = select(func.count()).where(
        MessageRow.channel_id == message.channel_id,
        MessageRow.state == Message.RETRY,
        MessageRow.reason == LIMITED,
    )
    return session.scalar(query) or 0


def may_be_sent_again(session: Session, message: MessageRow) -> bool:
    """Whether a message that may have arrived is sent again: as its channel says, and not for ever."""
    policy = session.scalar(select(ChannelRow.unknown).where(ChannelRow.id == message.channel_id))
    return policy != "hold" and tries(session, message, Outcome.UNKNOWN) < MOST_ATTEMPTS


def tries(session: Session, message: MessageRow, *outcomes: Outcome) -> int:
    """How often it was tried on its channel, or came to one of these outcomes there."""
    query = select(func.count()).where(
        AttemptRow.message_id == message.id, AttemptRow.channel_id == message.channel_id
    )
    return session.scalar(query.where(AttemptRow.outcome.in_(outcomes)) if outcomes else query) or 0


def _later(session: Session, live: Live, message: MessageRow, result: Result, *, now: datetime) -> None:
    """The same channel again, unless its tries or its time are used up and there is another one, or a day has passed."""
    message.tried_since = message.tried_since or now
    count = tries(session, message)
    wait = BACK_OFF[min(count, len(BACK_OFF)) - 1] * (1 + JITTER * _spread(message))
    if result.retry_after is not None:
        wait = max(wait, timedelta(seconds=result.retry_after))
    used_up = count >= MOST_ATTEMPTS
    if used_up or now + wait > message.tried_since + USEFUL:
        after = next_way(session, message)
        if after is not None:
            to_channel(session, live, message, after, at=now)
            return
        if used_up and now > message.tried_since + (ALONE_OWN if message.lane in OWN else ALONE):
            _give_up(session, live, message, now=now)
            return
    _again(session, live, message, now + wait)


def _spread(message: MessageRow) -> float:
    """A number from 0 to 1 that differs from message to message and try to try, and is the same after a crash."""
    return (message.id * 2_654_435_761 + message.attempt * 40_503) % 1_000 / 1_000


def _again(session: Session, live: Live, message: MessageRow, at: datetime) -> None:
    """Wait, within the hours of the office; a newer message for the same reader takes this one along."""
    send_at = within_hours(session, live, message, at)
    twin = ledger.open_twin(session, message.id)
    if twin is not None:
        ledger.absorb(session, message.id, into=twin, send_at=send_at)
        return
    message.state, message.send_at, message.lease_until = Message.RETRY, send_at, None
    session.flush()


def _elsewhere(
    session: Session, live: Live, message: MessageRow, *, now: datetime, waits: bool = False
) -> None:
    """The reader's next channel. Without one: wait for this one to work again, or give up."""
    after = next_way(session, message)
    if after is not None:
        to_channel(session, live, message, after, at=now)
    elif waits:
        _again(session, live, message, now)
    else:
        _give_up(session, live, message, now=now)


def _give_up(session: Session, live: Live, message: MessageRow, *, now: datetime) -> None:
    message.state, message.lease_until = Message.FAILED, None
    session.flush()
    tell_not_reached(session, live, message, now=now)
