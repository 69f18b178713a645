"""Who reads a channel, and what a class of privacy lets be said there (OFFICE-VOICE 20).

Class `case`: what it is about, reasons, opinions and typed titles reach only the reader. Class `sealed`: nothing but that there is a
duty. On a group's channel neither persons nor anything personal appears before the clerk's release, in no class.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import NoticeRow
from models.people import ChannelRow
from models.queries import payload as read
from schedules.channel_urls import scheme_of
from schedules.grammar import Privacy
from tasks.live import Live, definition

PRIVATE = "private"  # in the data of a notice: its words are for a channel that only its reader reads
# Channels that end with the reader: the local outbox, the office's WeCom application. Whatever else there is passes gateways,
# mailboxes, other people's servers or a desk.
OWN = frozenset({"outbox", "wechat", "wecomapp"})


def overheard(url: str) -> bool:
    """Whether others than the reader may see what is said on the channel with this address."""
    return scheme_of(url) not in OWN


def others_read(live: Live, channel: ChannelRow) -> bool:
    """The same of a channel as it is used now: in a trial everything goes where the clerk is reached."""
    reach, channels = live.office.file.reach, live.office.file.channels
    by_clerk = live.trial and bool(reach.people) and overheard(channels[reach.people[0]].url)
    return channel.is_group or overheard(channel.url) or by_clerk


def written_for_one(session: Session, message_id: int) -> bool:
    """Whether a message was written for a channel that only its reader reads, and may say more than another one allows."""
    notices = session.scalars(select(NoticeRow.data).where(NoticeRow.message_id == message_id))
    return any(isinstance(data, dict) and bool(data.get(PRIVATE)) for data in notices)


def any_of(session: Session, rows: Sequence[read.Line], privacy: Privacy) -> bool:
    """Whether any of these reminders is about something of that class."""
    return any(definition(session, row[3].version_id).privacy == privacy for row in rows)
