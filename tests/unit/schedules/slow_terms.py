"""Term arithmetic a second time: day by day, knowing nothing of tables, and asking another program which days are worked."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar
import holidays

from schedules.terms import Roll, Unit

KNOWN = range(2023, 2027)
LAST_MOVABLE = 2045
LAW = holidays.country_holidays("CN", years=range(2027, LAST_MOVABLE + 1), language="en_US")
_FIXED = ("01-01", "05-01", "05-02", "10-01", "10-02", "10-03")


@cache
def worked(day: date) -> bool:
    """Whether a day is worked: by the notice of its year, else Monday to Friday less the holidays that stand in law."""
    if day.year in KNOWN or day == date(2022, 12, 31):
        return bool(chinese_calendar.is_workday(day))
    if day.isoweekday() > 5 or f"{day:%m-%d}" in _FIXED:
        return False
    if day.year < KNOWN.start or day.year > LAST_MOVABLE:  # only what never moves is known then
        return True
    names = LAW.get(day, "").split("; ")
    return not any(name and "observed" not in name and "Day off" not in name for name in names)


def days(start: date, step: int) -> Iterator[date]:
    """The days after a day, or before it, one by one."""
    while True:
        start += timedelta(days=step)
        yield start


def end_of(start: date, n: int, unit: Unit, roll: Roll, step: int = 1) -> date:
    """The last day of a term counted forward, or with a step of -1 the first day of one that lies before."""
    if unit == "workdays":
        return _nth((day for day in days(start, step) if worked(day)), n)
    last = _natural(start, n, unit, step)
    if roll == "none" or worked(last):
        return last
    return _nth((day for day in days(last, 1 if roll == "next-workday" else -1) if worked(day)), 1)


def _nth(found: Iterator[date], n: int) -> date:
    return next(day for number, day in enumerate(found, start=1) if number == n)


def _natural(start: date, n: int, unit: Unit, step: int) -> date:
    match unit:
        case "days":
            return start if n == 0 else _nth(days(start, step), n)
        case "weeks":
            return (
                start if n == 0 else _nth((d for d in days(start, step) if d.weekday() == start.weekday()), n)
            )
        case "months":
            return _months(start, n, step)
        case "years":
            return _months(start, n * 12, step)
        case "hours":
            return _hours(start, timedelta(hours=n), step)
        case _:
            return _hours(start, timedelta(minutes=n), step)


def _months(start: date, n: int, step: int) -> date:
    """The same day of the month that is n months on; if that has none, its last day."""
    year, month = start.year, start.month
    for _ in range(n):
        month += step
        if month == 13:
            year, month = year + 1, 1
        elif month == 0:
            year, month = year - 1, 12
    day = start.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def _hours(start: date, span: timedelta, step: int) -> date:
    """The day reached from the very end of the day of the event, or back from its very beginning."""
    event = datetime.combine(start, time(23, 59, 59) if step == 1 else time(0))
    return (event + step * span).date()
