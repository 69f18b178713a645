"""Quiet hours and rest days: when a message that is ready may go out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec


def next_sending(now: datetime, office: OfficeSpec) -> datetime:
    """The first instant at or after `now` (aware) outside quiet hours and, unless the office sends on them, rest days. UTC-safe."""
    local = now.astimezone(office.tz)
    while True:
        if office.file.rest_days == "quiet" and not office.calendar.is_workday(local.date()):
            local = _next(local, MIDNIGHT, office.tz, days=1)
            continue
        end = _quiet_end(local, office)
        if end is None:
            return max(now, local.astimezone(now.tzinfo))
        local = end


def is_quiet(clock: time, office: OfficeSpec) -> bool:
    """Whether a time of day lies in quiet hours. A span may run over midnight."""
    return any(
        span.from_ <= clock < span.to if span.from_ <= span.to else clock >= span.from_ or clock < span.to
        for span in office.file.quiet
    )


def _quiet_end(local: datetime, office: OfficeSpec) -> datetime | None:
    """When the quiet that covers `local` ends, or None outside every quiet span. A span may run over midnight."""
    clock = local.time()
    for span in office.file.quiet:
        if span.from_ <= span.to:
            if span.from_ <= clock < span.to:
                return _next(local, span.to, office.tz)
        elif clock >= span.from_:
            return _next(local, span.to, office.tz, days=1)
        elif clock < span.to:
            return _next(local, span.to, office.tz)
    return None


def _next(local: datetime, clock: time, tz: ZoneInfo, *, days: int = 0) -> datetime:
    """That time, so many days after `local`: the first of two equal ones that is not past, the end of a gap for one that is left out."""
    found = instant(local.date() + timedelta(days), clock, tz)
    return found.astimezone(tz).replace(fold=int(found < local.astimezone(UTC)))
