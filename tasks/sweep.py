"""Turn what is due into reminders and messages. Run as often as you like: each rung of an obligation fires once for a recipient."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import RecipientRow
from models.queries import wished_times
from models.queries.fire import Terms
from models.queries.pausing import silence_paused
from models.queries.sweep import sweep_chunk
from models.ways import NOBODY, PAPER
from schedules.digest import next_digest
from schedules.quiet import next_sending
from tasks.delivery.divert import to_channel
from tasks.delivery.ways import built_in, office_way
from tasks.live import Live

CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Swept:
    """What one chunk did. `full`: there may be more, call again in a new transaction."""

    seen: int
    messages: int
    reminders: int

    @property
    def full(self) -> bool:
        """Whether the chunk was filled."""
        return self.seen >= CHUNK


def sweep(session: Session, live: Live, *, now: datetime) -> Swept:
    """Sweep one chunk in the caller's transaction. In trial nothing waits for release: the clerk is the only reader.

    What opened or was reopened under a paused schedule is silenced first.
    """
    silence_paused(session)
    terms = Terms(
        now=now, later=next_sending(now, live.office), trial=live.trial, breaks=live.office.file.urgent == "break",
        paper=built_in(session, PAPER), nobody=built_in(session, NOBODY), group=the_group(session, live),
    )  # fmt: skip
    newest = wished_times.newest_if_wished(session)
    seen, messages, reminders = sweep_chunk(session, terms, chunk=CHUNK)
    if newest is not None and reminders:
        _as_wished(session, live, terms, after=newest)
    return Swept(seen, messages, reminders)


def _as_wished(session: Session, live: Live, terms: Terms, *, after: int) -> None:
    """Hold what was just written until the time of day that its reader wishes; what is obligatory goes the office's way.

    `after`: the newest message of before.
    """
    for wish in wished_times.wishes(session):
        until = next_digest(terms.now, time.fromisoformat(wish), live.office)
        wished_times.arrange(
            session, wish, until=until, day=live.today(until), after=after, now=terms.now, later=terms.later, today=live.today(terms.now)
        )  # fmt: skip
    for message, person in wished_times.by_own_order(session, now=terms.now):
        way = office_way(session, live.office, person)
        if way is not None and way != message.channel_id:
            to_channel(session, live, message, way, at=message.send_at)


def the_group(session: Session, live: Live) -> int:
    """The recipient that is the group, where people are told there what they owe; else 0."""
    if live.office.file.reach.level != "group":
        return 0
    return session.scalar(select(RecipientRow.id).where(RecipientRow.person_id.is_(None))) or 0
