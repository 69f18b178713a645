"""Channels that their provider refuses: nothing more is sent there until a test succeeds, and the clerk is told once a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import ChannelRow
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.not_reached import clerks
from tasks.delivery.tell import tell
from tasks.live import Live

KIND = "channel-broken"


def mark_broken(
    session: Session, live: Live, channel_id: int, words: str, *, now: datetime, machine_now: datetime
) -> None:
    """Stop using a channel and tell the clerk. Once is enough. One that the office has no more is not used anyway."""
    channel = session.get_one(ChannelRow, channel_id, with_for_update=True, populate_existing=True)
    if channel.broken_at is None and channel.key in live.office.file.channels:
        channel.broken_at, channel.broken_words = machine_now, words[:400]
        note(session, actor="duban", act="broken", subject_kind="channel", subject_id=channel.id, at=now)
        session.flush()
    tell_of_broken(session, live, now=now)


def broken(session: Session) -> Sequence[ChannelRow]:
    """The channels that do not work now."""
    return session.scalars(
        select(ChannelRow).where(ChannelRow.broken_at.is_not(None)).order_by(ChannelRow.id)
    ).all()


def tell_of_broken(session: Session, live: Live, *, now: datetime) -> int:
    """Tell the clerk of each channel that does not work, once a day, on a channel that does. Return how many notices there are."""
    readers = clerks(session, live, now=now)
    return sum(
        tell(
            session, live, kind=KIND, key=f"{channel.key}@{live.today(now).isoformat()}", people=readers, now=now,
            title=phrase("A channel does not work"),
            lines=lambda _lang, channel=channel: [  # type: ignore[misc]
                phrase(
                    "“{channel}” was refused by its provider: {words}. Nothing is sent there any more. Correct it, then run: "
                    "duban channels test {channel}", channel=channel.key, words=channel.broken_words or "—",
                )
            ],
        )
        for channel in broken(session)
    )  # fmt: skip
