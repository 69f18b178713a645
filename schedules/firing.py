"""Schedules that would never come round."""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.grammar import Dated, Dates, Schedule
from schedules.recurrence import held_days
from schedules.references import Remark
from schedules.words import phrase

# Eight years: a leap day comes round even over a century, and every weekday meets every date.
_LONG_ENOUGH = timedelta(days=8 * 366)
_YEAR = timedelta(days=365)


def never_fires(schedule: Schedule, calendar: WorkCalendar) -> Iterator[Remark]:
    """Say so if the rule ends before it begins, or names no day that is held."""
    when = schedule.when
    first, last = when.effective_from, when.effective_to
    if first is not None and last is not None and last < first:
        yield Remark(
            ("when", "effective_to"),
            phrase("the rule ends on {last}, before it begins on {first}", first=first, last=last),
        )
        return
    if not isinstance(when, Dated):
        return
    if isinstance(when, Dates):
        begin, end = min(when.dates), max(when.dates)
    else:
        begin = first or last or date(max(calendar.years, default=2024), 1, 1)
        end = begin + _LONG_ENOUGH
    if first is None and last is not None and not isinstance(when, Dates):
        begin = last - _LONG_ENOUGH
    if not any(each.day for span in _years(begin, end) for each in held_days(when, calendar, *span)):
        yield Remark(("when",), phrase("this rule never fires: it names no day that takes place"))


def _years(begin: date, end: date) -> Iterator[tuple[date, date]]:
    """The span in pieces of a year: most rules name a day in the first."""
    while begin <= end:
        last = min(end, begin + _YEAR)
        yield begin, last
        begin = last + timedelta(days=1)
