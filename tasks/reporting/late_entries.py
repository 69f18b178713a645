"""Everything that was recorded more than 3 working days after the fact (补录), by kind of record. A year at most is looked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Literal

from sqlalchemy import Select
from sqlalchemy.orm import Session

from models.queries import inspection as read
from models.queries.inspection import Belated, Limits
from schedules.belated import MOST_LATE
from schedules.grammar import Event
from schedules.instants import instant
from schedules.terms import last_day
from tasks.events import listeners
from tasks.live import Live
from tasks.reporting.sealed import sealed_versions

Of = Literal["duties", "hours", "entries", "events"]
KINDS: tuple[Of, ...] = ("duties", "hours", "entries", "events")
LONGEST = timedelta(days=366)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Days of the facts from `first` to `last`, both included and at most a year; `open`: nothing of what is sealed."""

    first: date
    last: date
    open: bool


def limits(live: Live, first: date, last: date) -> Limits:
    """Each day of a span with the instant from which a record of a fact on that day is late."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    tz, calendar = live.office.tz, live.office.calendar
    return [(day, instant(last_day(day, MOST_LATE, calendar) + _DAY, time(), tz)) for day in days]


def counts(session: Session, live: Live, asked: Asked) -> dict[Of, int]:
    """How many there are of each kind."""
    return {kind: read.counted(session, _query(session, live, kind, asked)) for kind in KINDS}


def late_entries(
    session: Session, live: Live, kind: Of, asked: Asked, *, limit: int, offset: int = 0
) -> Sequence[Belated]:
    """Some of a kind, the latest facts first."""
    return read.belated(session, _query(session, live, kind, asked), limit=limit, offset=offset)


def _query(session: Session, live: Live, kind: Of, asked: Asked) -> Select[Any]:
    days = limits(live, asked.first, min(asked.last, asked.first + LONGEST - _DAY))
    match kind:
        case "duties":
            return read.late_confirmations(days, hidden=sealed_versions(session) if asked.open else ())
        case "hours":
            return read.late_hours(days, hidden=sealed_versions(session) if asked.open else ())
        case "entries":
            sealed = [each.id for each in live.office.registers if each.privacy == "sealed"]
            return read.late_entries(days, hidden=sealed if asked.open else ())
        case "events":
            return read.late_events(days, hidden=_sealed_kinds(session) if asked.open else ())


def _sealed_kinds(session: Session) -> list[str]:
    return [
        each.schedule.when.event
        for each in listeners(session)
        if isinstance(each.schedule.when, Event) and each.schedule.privacy == "sealed"
    ]
