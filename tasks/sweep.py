"""Turn what is due into reminders and messages. Run as often as you like: each rung of an obligation fires once for a recipient."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.queries.pausing import silence_paused
from models.queries.sweep import sweep_chunk
from schedules.quiet import next_sending
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
    later = next_sending(now, live.office)
    seen, messages, reminders = sweep_chunk(session, now=now, later=later, trial=live.trial, chunk=CHUNK)
    return Swept(seen, messages, reminders)
