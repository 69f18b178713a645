"""The time of day at which somebody wishes to read what is not urgent: one of the office's hours, on a day on which it sends."""

from datetime import datetime, time

from schedules.office import OfficeSpec
from schedules.quiet import is_quiet, next_sending
from schedules.sending import first_sending

_HALF_HOURS = tuple(time(hour, minute) for hour in range(24) for minute in (0, 30))


def digest_times(office: OfficeSpec) -> tuple[time, ...]:
    """What may be wished for: every half hour outside quiet hours, and the office's own sending times."""
    free = {clock for clock in _HALF_HOURS if not is_quiet(clock, office)}
    return tuple(sorted(free | set(office.file.sending)))


def next_digest(now: datetime, clock: time, office: OfficeSpec) -> datetime:
    """The next instant (UTC) at or after `now` (aware) at which messages go out to somebody who wishes that time of day.

    That is within the next day on which the office sends, and never inside quiet hours, should those be others by now.
    """
    return next_sending(first_sending(now, office, clocks=(clock,)), office)
