"""The bar and the dots of a quota: figures placed on a line, in hundredths of a unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from schedules.grammar import Quota, Schedule
from schedules.periods import Period
from schedules.quota import milestone as asked_by
from worker.web.display import Display

LEFT, WIDTH = 1.0, 350.0
UNIT = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the line and what is written there."""

    x: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """How far the bar is filled, its milestones, where one should be today, and its end."""

    done: float
    marks: Sequence[Mark]
    today: Mark | None
    end: str


def milestones(schedule: Schedule, quota: Quota, target: int, period: Period) -> list[tuple[date, int]]:
    """Day and figure of each milestone and of the period's end, less what a card obtained in the year is spared."""
    spared = quota.reach * UNIT - target
    days = [(period.milestone(one), asked_by(schedule, no)) for no, one in enumerate(schedule.milestones)]
    points = [(day, max(0, figure - spared)) for day, figure in days if day is not None]
    return [*sorted(points), (period.last, target)]


def expected_by(points: Sequence[tuple[date, int]], today: date, first: date) -> int:
    """The figure one should have today: between two milestones in proportion to the days, up to the next whole unit."""
    before, figure = first, 0
    for day, reach in points:
        if today <= day:
            span = max(1, (day - before).days)
            exact = figure + (reach - figure) * max(0, (today - before).days) / span
            return min(reach, ceil(exact / UNIT) * UNIT)
        before, figure = day, reach
    return figure


def bar(d: Display, points: Sequence[tuple[date, int]], progress: int, target: int, expected: int) -> Bar:
    """Place everything on a line as wide as a phone."""

    def at(figure: int) -> float:
        return round(LEFT + WIDTH * min(1.0, figure / max(target, 1)), 1)

    marks = [
        Mark(
            at(figure),
            d._("by {name} {figure}", name=month_name(d, day), figure=d.amount(figure)),
        )
        for day, figure in points[:-1]
        if 0 < figure < target
    ]
    x = at(expected)
    anchor = "start" if x < 60 else ("end" if x > 290 else "middle")
    today = Mark(x, d._("today {figure}", figure=d.amount(expected)), anchor) if expected > 0 else None
    end = d._(
        "by {name} {figure}",
        name=month_name(d, points[-1][0]),
        month=points[-1][0].month,
        figure=d.amount(target),
    )
    return Bar(at(progress) - LEFT, marks, today, end)


def month_name(d: Display, day: date) -> str:
    """Jul."""
    return d.month(day.month)
