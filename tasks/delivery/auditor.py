"""The auditor: does delivery do what it promises? Looked at every minute, said in `/healthz`, in summaries and by an outside monitor.

Nothing is repaired here, since the sweep, the senders and the rescue find their work by themselves; who is not told of by them is
told here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries import troubles
from models.schedules import OfficeStateRow
from tasks.delivery.broken import broken, tell_of_broken
from tasks.delivery.unreached import unreached
from tasks.delivery.unreleased import remind_of_drafts
from tasks.live import Live
from tasks.roster.silence_ends import follow_ends

# Longer than a back-off between two looks of a sweep, two claims, one lease.
UNSENT, UNSWEPT, FROZEN = timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is wrong. Ages in seconds, None where nothing is late; `broken` are the ids of channels in `office.yaml`."""

    unsent_seconds: int | None = None
    unswept_seconds: int | None = None
    frozen_seconds: int | None = None
    stopped: bool = False
    broken: tuple[str, ...] = ()
    unreached: int = 0

    @property
    def well(self) -> bool:
        """Whether everything that is due goes out, to everybody."""
        ages = (self.unsent_seconds, self.unswept_seconds, self.frozen_seconds)
        return not (any(age is not None for age in ages) or self.stopped or self.broken or self.unreached)


def examine(session: Session, *, now: datetime, machine_now: datetime) -> Findings:
    """Look. `now` is office time; five reads over small indexes."""
    stopped = session.scalar(select(OfficeStateRow.sending_stopped).where(OfficeStateRow.id == 1))
    return Findings(
        unsent_seconds=_late(troubles.oldest_unsent(session), now, UNSENT),
        unswept_seconds=_late(troubles.oldest_cursor(session), now, UNSWEPT),
        frozen_seconds=_late(troubles.oldest_lease(session), machine_now, FROZEN),
        stopped=bool(stopped), broken=tuple(each.key for each in broken(session)), unreached=len(unreached(session, now=now)),
    )  # fmt: skip


def _late(at: datetime | None, now: datetime, patience: timedelta) -> int | None:
    return int((now - at).total_seconds()) if at is not None and now - at > patience else None


def speak_up(session: Session, live: Live, *, now: datetime) -> int:
    """Say what nobody else says; return how many messages were written.

    To the clerk what waits for him, at most once a day: broken channels, drafts nobody released. To authors and readers, once, that a
    silence or a snooze is over.
    """
    told = tell_of_broken(session, live, now=now) + remind_of_drafts(session, live, now=now)
    return told + follow_ends(session, live, now=now)
