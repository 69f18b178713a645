"""Quiet hours and rest days: when a message that is ready may go out."""

from datetime import datetime, time, timedelta

from schedules.office import OfficeSpec


def next_sending(now: datetime, office: OfficeSpec) -> datetime:
    """The first instant at or after `now` (aware) outside quiet hours and, unless the office sends on them, rest days. UTC-safe."""
    local = now.astimezone(office.tz)
    while True:
        if office.file.rest_days == "quiet" and not office.calendar.is_workday(local.date()):
            local = _midnight_after(local)
            continue
        end = _quiet_end(local, office)
        if end is None:
            return max(now, local.astimezone(now.tzinfo))
        local = end


def _quiet_end(local: datetime, office: OfficeSpec) -> datetime | None:
    """When the quiet that covers `local` ends, or None outside every quiet span. A span may run over midnight."""
    clock = local.time()
    for span in office.file.quiet:
        if span.from_ <= span.to:
            if span.from_ <= clock < span.to:
                return _at(local, span.to)
        elif clock >= span.from_:
            return _at(local + timedelta(days=1), span.to)
        elif clock < span.to:
            return _at(local, span.to)
    return None


def _at(local: datetime, clock: time) -> datetime:
    return local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)


def _midnight_after(local: datetime) -> datetime:
    return _at(local + timedelta(days=1), time(0))
