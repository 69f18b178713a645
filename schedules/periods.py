"""Calendar years, half-years, quarters and months: "2026", "2026-H1", "2026-Q1", "2026-01". No gap and no overlap."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from schedules.grammar import Cycle, Milestone, Schedule
from schedules.recurrence import last_of_month

MONTHS: Mapping[str, int] = {
    "calendar-year": 12, "calendar-half": 6, "calendar-quarter": 3, "calendar-month": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a cycle, both days included."""

    key: str
    first: date
    last: date

    def milestone(self, milestone: Milestone) -> date | None:
        """The day of a milestone, if it lies in this period."""
        day = date(self.last.year, *milestone.by)
        return day if self.first <= day <= self.last else None


def period_at(cycle: str, day: date) -> Period:
    """The turn of a cycle that a day belongs to."""
    length = MONTHS[cycle]
    number = (day.month - 1) // length
    begin = date(day.year, number * length + 1, 1)
    end = last_of_month(day.year, (number + 1) * length)
    names = {12: f"{day.year}", 6: f"{day.year}-H{number + 1}", 3: f"{day.year}-Q{number + 1}"}
    return Period(names.get(length, f"{day.year}-{number + 1:02}"), begin, end)


def periods(cycle: str, first: date, last: date) -> Iterator[Period]:
    """The turns whose last day lies in [first, last], in order."""
    for year in range(first.year, last.year + 1):
        for month in range(MONTHS[cycle], 13, MONTHS[cycle]):
            found = period_at(cycle, date(year, month, 1))
            if first <= found.last <= last:
                yield found


def quota_period(schedule: Schedule, day: date) -> Period:
    """The time in which what counts toward a quota must have been done; `day` lies in it. A calendar year unless the cycle is another."""
    cycle = schedule.when.cycle if isinstance(schedule.when, Cycle) else "calendar-year"
    return period_at(cycle, day)


def milestones_in(schedule: Schedule, day: date) -> tuple[Milestone, ...]:
    """The milestones of the turn that `day` lies in; every turn of the cycle begins from nothing."""
    turn = quota_period(schedule, day)
    return tuple(each for each in schedule.milestones if turn.milestone(each) is not None)
