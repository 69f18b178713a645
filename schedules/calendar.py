"""The working-day calendar: which days are worked, how far the notices reach, and what is only an estimate.

Days come from the State Council's yearly notices (国务院办公厅关于部分节假日安排的通知) in the holiday-cn shape. A notice may set days of
the December before its year, and wins there over the notice of the year before. A dated override wins over every notice. Beyond the
last notice a day is estimated from the holidays that stand in law and marked provisional: doubtful days count as worked, the earlier
and so the safe side of a legal deadline.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, NamedTuple

from schedules.standing_holidays import standing_holidays

DaySource = Literal["week", "notice", "override", "estimate"]
_AHEAD = 4  # years after the last notice that are tabulated; beyond them days are counted one by one
_ONE_DAY = timedelta(days=1)


class Notice(NamedTuple):
    """The notice of a year: whether each of its days is WORKED, and what the day is called."""

    year: int
    days: Mapping[date, bool]
    names: Mapping[date, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One day that is otherwise than the notices say (an emergency, a local rule), and why."""

    day: date
    is_workday: bool
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day of a year as it is shown. `source` says what decided it; `week`: the notice leaves it as the week has it."""

    day: date
    is_workday: bool
    name: str
    source: DaySource


@dataclass(frozen=True)
class WorkCalendar:
    """Worked and off days by date where a notice says; `years` are those whose notice is loaded; `revision` rises with each change."""

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()
    revision: int = 0
    names: Mapping[date, str] = field(default_factory=dict)
    overridden: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether `day` is worked. For a year without a notice: Monday to Friday less the holidays that stand in law."""
        known = self.days.get(day)
        if known is not None:
            return known
        if day.weekday() >= 5:
            return False
        return day.year in self.years or day not in standing_holidays(day.year)

    def year(self, year: int) -> tuple[CalendarDay, ...]:
        """Every day of a year, with its name where it has one."""
        first = date(year, 1, 1).toordinal()
        return tuple(
            self._day(date.fromordinal(first + n))
            for n in range((date(year, 12, 31).toordinal() - first) + 1)
        )

    def _day(self, day: date) -> CalendarDay:
        source: DaySource
        if day in self.overridden:
            source = "override"
        elif day in self.days:
            source = "notice"
        else:
            source = "week" if day.year in self.years else "estimate"
        name = self.names.get(day, "") or (
            standing_holidays(day.year).get(day, "") if source == "estimate" else ""
        )
        return CalendarDay(day=day, is_workday=self.is_workday(day), name=name, source=source)

    def announced(self, day: date) -> bool:
        """Whether the notice for the year of `day` is loaded."""
        return day.year in self.years

    def provisional(self, first: date, last: date) -> bool:
        """Whether any day of the span [first, last] is only estimated."""
        return any(year not in self.years for year in range(first.year, last.year + 1))

    def next_workday(self, day: date) -> date:
        """The first working day on or after `day`."""
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    def previous_workday(self, day: date) -> date:
        """The last working day on or before `day`."""
        while not self.is_workday(day):
            day -= _ONE_DAY
        return day

    def add_workdays(self, start: date, n: int) -> date:
        """The n-th working day after `start` (before it, for a negative n); `start` itself does not count."""
        table = self._workdays
        day = start.toordinal()
        if n > 0:
            index = bisect_right(table, day) + n - 1
            inside = table and table[0] <= day and index < len(table)
        else:
            index = bisect_left(table, day) + n
            inside = table and day <= table[-1] and index >= 0
        return date.fromordinal(table[index]) if n and inside else self._step(start, n)

    def workdays_between(self, start: date, end: date) -> int:
        """Working days in (start, end]; negative when `end` is before `start`."""
        if end < start:
            return -self.workdays_between(end, start)
        table = self._workdays
        if table and table[0] <= start.toordinal() and end.toordinal() <= table[-1]:
            return bisect_right(table, end.toordinal()) - bisect_right(table, start.toordinal())
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    @cached_property
    def last_announced(self) -> date | None:
        """The last day of the last year whose notice is loaded."""
        return date(max(self.years), 12, 31) if self.years else None

    def missing_years(self, until: int) -> tuple[int, ...]:
        """Years without a notice between the first loaded one and `until`, inclusive."""
        if not self.years:
            return (until,)
        return tuple(year for year in range(min(self.years), until + 1) if year not in self.years)

    def gaps(self, first: int, last: int) -> tuple[int, ...]:
        """Years of [first, last] without a notice although a later one is loaded. They cannot be estimated: they were announced."""
        return tuple(
            year
            for year in range(first, last + 1)
            if year not in self.years and year < max(self.years, default=year)
        )

    def _step(self, start: date, n: int) -> date:
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        day, left = start, abs(n)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    @cached_property
    def _workdays(self) -> tuple[int, ...]:
        """The ordinals of all working days from the year before the first notice to some years after the last one."""
        if not self.years:
            return ()
        first = date(max(min(self.years) - 1, 1), 1, 1).toordinal()
        last = date(min(max(self.years) + _AHEAD, 9999), 12, 31).toordinal()
        return tuple(day for day in range(first, last + 1) if self.is_workday(date.fromordinal(day)))


def merge(
    notices: Iterable[Notice | tuple[int, Mapping[date, bool]]],
    *,
    overrides: Iterable[Override] = (),
    revision: int = 0,
) -> WorkCalendar:
    """Join several notices into one calendar: for a shared day the later year wins, and an override over both."""
    days: dict[date, bool] = {}
    names: dict[date, str] = {}
    years: set[int] = set()
    for notice in sorted((Notice(*each) for each in notices), key=lambda each: each.year):
        days.update(notice.days)
        names.update({day: notice.names.get(day, "") for day in notice.days})
        years.add(notice.year)
    exceptions = tuple(overrides)
    days.update({each.day: each.is_workday for each in exceptions})
    names.update({each.day: each.name for each in exceptions})
    return WorkCalendar(
        days=days, years=frozenset(years), revision=revision, names=names,
        overridden=frozenset(each.day for each in exceptions),
    )  # fmt: skip
