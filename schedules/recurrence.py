"""The days that a rule names, and what becomes of those that are rest days."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, time, timedelta

from schedules.calendar import WorkCalendar
from schedules.cron import read_cron
from schedules.dates_text import said_day
from schedules.grammar import Before, By, Cron, Dated, Dates, Monthly, Quarterly, Weekly, Yearly
from schedules.terms import first_day, last_day, longest_span, term_words
from schedules.words import Words, phrase

QUARTER_ENDS = (3, 6, 9, 12)
LONGEST_HOLIDAY = timedelta(days=45)  # no run of rest days moves a day by more
_LOOK_BACK_AT_MOST = timedelta(days=1500)
_WEEK = timedelta(days=7)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDay:
    """A day that the rule names: held on `day`, or on none with a reason in `skipped`."""

    by_rule: date
    clock: time | None
    day: date | None
    provisional: bool = False
    why: Words | None = None
    skipped: Words | None = None


def held_days(when: Dated, calendar: WorkCalendar, first: date, last: date) -> tuple[RuleDay, ...]:
    """What becomes of every day of the rule in [first, last]. The same for a day whatever the range it is asked in."""
    days = list(rule_days(when, calendar, first, last))
    if when.min_gap is None or not days or calendar.is_workday(days[0][0]):
        before: list[tuple[date, time | None]] = []
    else:
        before = _since_unmoved(when, calendar, first)
    moved = [_moved(when, calendar, day, clock) for day, clock in (*before, *days)]
    return tuple(_spaced(when, calendar, moved))[len(before) :]


def _since_unmoved(when: Dated, calendar: WorkCalendar, first: date) -> list[tuple[date, time | None]]:
    """Days of the rule before `first`, back to one that is not moved: whether a moved day is too close depends on the held ones before."""
    span = longest_span(when.min_gap) + LONGEST_HOLIDAY if when.min_gap else LONGEST_HOLIDAY
    while True:
        days = list(rule_days(when, calendar, first - span, first - timedelta(days=1)))
        regular = [index for index, (day, _) in enumerate(days) if calendar.is_workday(day)]
        if regular:
            return days[regular[-1] :]
        if span > _LOOK_BACK_AT_MOST:
            return days
        span *= 2


def _moved(when: Dated, calendar: WorkCalendar, day: date, clock: time | None) -> RuleDay:
    provisional = not calendar.announced(day) and (when.on_holiday != "keep" or _last_workday(when))
    if when.on_holiday == "keep" or calendar.is_workday(day):
        return RuleDay(by_rule=day, clock=clock, day=day, provisional=provisional)
    why = phrase("a rest day")
    if when.on_holiday == "skip":
        return RuleDay(by_rule=day, clock=clock, day=None, provisional=provisional, skipped=why)
    held = (
        calendar.previous_workday(day)
        if when.on_holiday == "previous-workday"
        else calendar.next_workday(day)
    )
    provisional = provisional or not calendar.announced(held)
    return RuleDay(by_rule=day, clock=clock, day=held, provisional=provisional, why=why)


def _last_workday(when: Dated) -> bool:
    return (
        getattr(when, "monthly", None) == "last-workday" or getattr(when, "quarterly", None) == "last-workday"
    )


def _spaced(when: Dated, calendar: WorkCalendar, days: list[RuleDay]) -> Iterator[RuleDay]:
    """Skip moved days that come less than `min_gap` after the one held before."""
    previous: date | None = None
    for each in days:
        gap = when.min_gap
        if gap and each.why and each.day and previous and previous > first_day(each.day, gap, calendar):
            reason = phrase(
                "moved to {day} it would come less than {gap} after {previous}",
                day=said_day(each.day), gap=term_words(gap), previous=said_day(previous),
            )  # fmt: skip
            yield replace(each, day=None, skipped=reason)
        else:
            previous = each.day or previous
            yield each


def held_span(when: object, day: date, calendar: WorkCalendar) -> tuple[date, date]:
    """The first and the last day on which what the rule names for `day` may be held; that day alone where no span is given."""
    held = when.held if isinstance(when, Dated) else None
    if held is None:
        return day, day
    return first_day(day, held.from_, calendar), last_day(day, held.to, calendar)


def rule_days(
    when: Dated, calendar: WorkCalendar, first: date, last: date
) -> Iterator[tuple[date, time | None]]:
    """Days of [first, last] in order, each with its time of day if it has one; bounded by `effective_from` and `effective_to`."""
    first = max(first, when.effective_from or first)
    last = min(last, when.effective_to or last)
    if isinstance(when, Cron):
        rule = read_cron(when.cron)
        yield from ((day, clock) for day in rule.between(first, last) for clock in rule.times)
    elif first <= last:
        yield from ((day, when.time) for day in _days(when, calendar, first, last) if first <= day <= last)


def _days(when: Dated, calendar: WorkCalendar, first: date, last: date) -> Iterator[date]:
    match when:
        case Weekly():
            day = first + timedelta(days=(when.weekly - first.weekday()) % 7)
            while day <= last:
                yield day
                day += _WEEK
        case Monthly():
            yield from (_in_month(year, month, when.monthly, calendar) for year, month in months(first, last))
        case Quarterly():
            ends = ((year, month) for year, month in months(first, last) if month in QUARTER_ENDS)
            yield from (_in_month(year, month, when.quarterly, calendar) for year, month in ends)
        case Yearly():
            yield from _every_year(when.yearly, first.year, last.year)
        case Before():
            yield from (
                day - _ONE_DAY for day in _every_year(when.before, first.year, min(last.year + 1, MAXYEAR))
            )
        case By():
            yield from _every_year(when.by, first.year, last.year)
        case Dates():
            yield from sorted(set(when.dates))
        case _:
            raise TypeError(f"{type(when).__name__} is not a rule of days")


def _every_year(days: tuple[tuple[int, int], ...], first: int, last: int) -> Iterator[date]:
    return (date(year, month, day) for year in range(first, last + 1) for month, day in sorted(set(days)))


def months(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Year and month of every month that [first, last] touches."""
    for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield index // 12, index % 12 + 1


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])


def _in_month(year: int, month: int, day: int | str, calendar: WorkCalendar) -> date:
    end = last_of_month(year, month)
    if isinstance(day, str):
        return calendar.previous_workday(end)
    return end.replace(day=min(day, end.day))
