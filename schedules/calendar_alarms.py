"""When the clerk is told that the notice of next year is missing: weekly from 1 November, daily from 10 December, until it is there.

The notices of 2023 to 2026 came between 25 October and 8 December of the year before.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from schedules.calendar import WorkCalendar
from schedules.instants import instant
from schedules.office import OfficeSpec
from schedules.sending import sending_day_from

WEEKLY_FROM, DAILY_FROM, RED_FROM = (11, 1), (12, 10), (12, 20)
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


def missing_year(calendar: WorkCalendar, today: date) -> int | None:
    """The year whose notice is waited for: this one, or from 1 November the next. None if it is there, or if no year ever was."""
    if not calendar.years:
        return None
    if today.year not in calendar.years and today.year > max(calendar.years):
        return today.year
    asked = (today.month, today.day) >= WEEKLY_FROM
    return today.year + 1 if asked and today.year + 1 not in calendar.years else None


def red_year(calendar: WorkCalendar, today: date) -> int | None:
    """The missing year where it is late enough to be red: from 20 December, and in the year itself."""
    year = missing_year(calendar, today)
    return year if year is not None and (year == today.year or (today.month, today.day) >= RED_FROM) else None


def alarm_day(office: OfficeSpec, *, after: datetime, until: datetime) -> date | None:
    """The latest day whose alarm falls into (after, until], if the notice is missing at `until`."""
    today = until.astimezone(office.tz).date()
    year = missing_year(office.calendar, today)
    days = [] if year is None else _days(year, office, until=today)
    return max((day for day in days if after < _at(day, office) <= until), default=None)


def next_alarm(office: OfficeSpec, *, after: datetime) -> datetime | None:
    """The next instant at which something may have to be asked for; None if the office keeps no notices at all."""
    if not office.calendar.years:
        return None
    year = max(office.calendar.years) + 1
    until = max(after.astimezone(office.tz).date(), date(year, 1, 1)) + timedelta(days=60)
    return next(at for day in _days(year, office, until=until) if (at := _at(day, office)) > after)


def _at(day: date, office: OfficeSpec) -> datetime:
    return instant(day, office.file.sending[0], office.tz)


def _days(year: int, office: OfficeSpec, *, until: date) -> Iterator[date]:
    """The days on which the notice of a year is asked for, in order; a rest day gives way to the next day that is none."""
    weekly, daily = date(year - 1, *WEEKLY_FROM), date(year - 1, *DAILY_FROM)
    day = weekly
    while day <= until:
        yield sending_day_from(day, office)
        day = day + _DAY if day >= daily else min(day + _WEEK, daily)
