"""Looking at what an office would change, whole: the comparison, what it means for people, and the messages to come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.engine import Database
from schedules.office import OfficeSpec
from tasks.apply import Fate, Plan
from tasks.applying.outlook import Outlook, outlook
from tasks.applying.rehearsal import rehearse_days
from tasks.days.calendar_change import Corrected
from tasks.roster.people import Cipher
from worker.cli.forecast import Changes, Forecast, Known, forecast
from worker.cli.language import _
from worker.cli.plan_shape import shape
from worker.cli.plan_words import tell
from worker.cli.putting import Seen, look
from worker.cli.terminal import progress


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that is shown of a plan."""

    seen: Seen
    ahead: Outlook
    coming: Forecast
    days: Corrected | None = None  # what new working days do to what is open

    def tell(self) -> None:
        """Print it."""
        tell(self.seen, self.coming, self.ahead, self.days)

    def shape(self) -> dict[str, object]:
        """It as JSON."""
        return shape(self.seen, self.coming, self.ahead, self.days)


def view(
    session: Session,
    spec: OfficeSpec,
    texts: Mapping[str, str],
    cipher: Cipher,
    *,
    now: datetime,
    close: Fate | None = None,
) -> View:
    """Look at it, with a bar where that takes long and somebody watches. `close`: what becomes of open duties of removed schedules."""
    with progress(_("comparing")):
        seen = look(session, spec, texts, cipher)
        ahead = outlook(session, seen.plan, spec, now=now)
    changes, known = _changes(seen.plan, close), _known(ahead)
    with progress(_("Counting messages")) as step:
        coming = forecast(ahead.before, ahead.after, changes, known, now=now, step=step)
    return View(seen=seen, ahead=ahead, coming=coming)


def with_days(found: View, database: Database, spec: OfficeSpec, *, now: datetime) -> View:
    """The same with what new working days would do to open duties; tried in a transaction that is taken back."""
    plan = found.seen.plan
    if plan.first or not plan.calendar:
        return found
    with database.writing() as session:
        days = rehearse_days(session, spec, now=now)
        session.rollback()
    return replace(found, days=days)


def _changes(found: Plan, close: Fate | None) -> Changes:
    return Changes(
        fresh=(*found.added, *found.changed),
        redefined={*found.changed, *found.ladders, *found.removed},
        cancelled=() if close == "keep" else found.removed,
    )


def _known(ahead: Outlook) -> Known:
    keys = [
        (schedule, key, state) for schedule, states in ahead.known.items() for key, state in states.items()
    ]
    return Known(
        opened={(schedule, key) for schedule, key, _state in keys},
        over={(schedule, key) for schedule, key, state in keys if state != "open"},
        taken=ahead.taken,
        done=ahead.done,
    )
