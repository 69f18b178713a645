"""The times at which the office writes to people, on the days on which it does."""

from datetime import date, datetime, time, timedelta

from schedules.instants import instant
from schedules.office import OfficeSpec

_ONE_DAY = timedelta(days=1)


def sends_on(day: date, office: OfficeSpec) -> bool:
    """Whether messages go out on this day."""
    return office.file.rest_days == "send" or office.calendar.is_workday(day)


def first_sending(at: datetime, office: OfficeSpec, *, clocks: tuple[time, ...] = ()) -> datetime:
    """The first sending instant at or after `at` (aware), UTC; of these times of day, else of the office's."""
    day = at.astimezone(office.tz).date()
    while True:
        for clock in clocks or office.file.sending if sends_on(day, office) else ():
            found = instant(day, clock, office.tz)
            if found >= at:
                return found
        day += _ONE_DAY


def sending_day_from(day: date, office: OfficeSpec) -> date:
    """The first day on or after `day` on which messages go out."""
    while not sends_on(day, office):
        day += _ONE_DAY
    return day


def sending_day_to(day: date, office: OfficeSpec) -> date:
    """The last day on or before `day` on which messages go out."""
    while not sends_on(day, office):
        day -= _ONE_DAY
    return day
