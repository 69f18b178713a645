"""The span of days that an occurrence speaks of: what is counted for it, and what a declared zero has to cover."""

from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.grammar import Cycle, Monthly, Quarterly, Weekly, When, Window, Yearly

MONTHS = {"calendar-year": 12, "calendar-half": 6, "calendar-quarter": 3, "calendar-month": 1}
ONE_DAY = timedelta(days=1)
SHORTEST_MONTH = 28


def period(when: When, day: date, opens_on: date) -> tuple[date, date]:
    """First and last day. `day` is the occurrence's day by the rule.

    A cycle and a window speak of their own months; a weekly, monthly, quarterly or yearly day of the time since the one before;
    anything else of the time since it opened.
    """
    match when:
        case Cycle() if when.cycle in MONTHS:
            return block(day, MONTHS[when.cycle])
        case Window():
            return block(day, 1)
        case Weekly():
            return day - timedelta(days=6), day
        case Monthly():
            return _since(day, 1, when.monthly), day
        case Quarterly():
            return _since(day, 3, when.quarterly), day
        case Yearly() if len(when.yearly) == 1:
            return _since(day, 12, 1), day
        case _:
            return min(opens_on, day), day


def block(day: date, months: int) -> tuple[date, date]:
    """The month, quarter, half or year that a day lies in."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return first, date(year, month + 1, 1) - ONE_DAY


def _since(day: date, months: int, rule: int | str) -> date:
    """The day after the same day so many months earlier; near the end of a month the first day of the months' block."""
    if not isinstance(rule, int) or rule >= SHORTEST_MONTH:
        return block(day, months)[0]
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, day.day) + ONE_DAY


def covers(first: date, last: date, span: tuple[date, date], calendar: WorkCalendar) -> bool:
    """Whether a zero declared from `first` to `last` covers a span: up to its last working day is enough."""
    return first <= span[0] and last >= min(span[1], calendar.previous_workday(span[1]))
