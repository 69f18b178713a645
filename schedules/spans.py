"""The span of days that an occurrence speaks of: what is counted for it, and what a declared zero has to cover."""

from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.grammar import Cycle, Monthly, Quarterly, Weekly, When, Window, Yearly
from schedules.periods import MONTHS, period_at

ONE_DAY = timedelta(days=1)
SHORTEST_MONTH = 28


def span(when: When, day: date, opens_on: date) -> tuple[date, date]:
    """First and last day. `day` is the occurrence's day by the rule.

    A cycle and a window speak of their own months; a weekly, monthly, quarterly or yearly day of the time since the one before;
    anything else of the time since it opened.
    """
    match when:
        case Cycle():
            return _whole(when.cycle, day)
        case Window():
            return _whole("calendar-month", day)
        case Weekly():
            return day - timedelta(days=6), day
        case Monthly():
            return _since(day, "calendar-month", when.monthly), day
        case Quarterly():
            return _since(day, "calendar-quarter", when.quarterly), day
        case Yearly() if len(when.yearly) == 1:
            return _since(day, "calendar-year", 1), day
        case _:
            return min(opens_on, day), day


def _whole(cycle: str, day: date) -> tuple[date, date]:
    turn = period_at(cycle, day)
    return turn.first, turn.last


def _since(day: date, cycle: str, rule: int | str) -> date:
    """The day after the same day one turn earlier; near the end of a month the first day of the turn."""
    if not isinstance(rule, int) or rule >= SHORTEST_MONTH:
        return period_at(cycle, day).first
    year, month = divmod(day.year * 12 + day.month - 1 - MONTHS[cycle], 12)
    return date(year, month + 1, day.day) + ONE_DAY


def covers(first: date, last: date, span: tuple[date, date], calendar: WorkCalendar) -> bool:
    """Whether a zero declared from `first` to `last` covers a span: up to its last working day is enough."""
    return first <= span[0] and last >= min(span[1], calendar.previous_workday(span[1]))
