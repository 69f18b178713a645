"""The ranking of units by a month: the share of what was due in it that was done in time. It names units only, no person and no duty.

Whether something was in time is judged by the day of the fact. Outside bodies are not ranked, nor is what waits for one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from models.queries import overdue as units_read
from models.queries import ranking as queries
from tasks.live import Live
from tasks.reporting.overdue import Figures

LEAST = 2  # units that make a ranking; with one it would be a verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One unit. Units with the same rate share a place, and the next place is left out: 1, 1, 3. `overdue`: of that month, still open."""

    place: int
    key: str
    title: str
    due: int
    on_time: int
    overdue: int

    @property
    def rate(self) -> float | None:
        """按期办结率 in percent, one decimal; 100.0 is said only of all."""
        return Figures(due=self.due, done=self.on_time).on_time_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A month from `first` to `last`, as it stood at `as_of` (office-local). `idle`: titles of units in which nothing was due."""

    first: date
    last: date
    as_of: datetime
    ranked: tuple[Ranked, ...]
    idle: tuple[str, ...]

    @property
    def total(self) -> Ranked:
        """All of them together."""
        return Ranked(
            place=0, key="", title="", due=sum(each.due for each in self.ranked), on_time=sum(each.on_time for each in self.ranked),
            overdue=sum(each.overdue for each in self.ranked),
        )  # fmt: skip

    @property
    def empty(self) -> bool:
        """Whether there is nothing to compare."""
        return len(self.ranked) < LEAST


def month_before(day: date) -> tuple[date, date]:
    """First and last day of the calendar month before that of a day."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def month_end(first: date) -> date:
    """The last day of the month that begins on a day."""
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def ranking(
    session: Session, live: Live, *, month: tuple[date, date], units: Collection[int], now: datetime
) -> Ranking:
    """Rank these units by a month that is over. What was due before duban began in the office does not count."""
    first, last = max(month[0], live.start_on), month[1]
    found = {
        row.unit_id: row for row in queries.by_unit(session, first=first, last=last, units=sorted(units))
    }
    known = [unit for unit in units_read.units(session) if unit.id in units and unit.kind != "external"]
    # Units without anything due come last, in the order of the office; the sort keeps that order among equals.
    counted = sorted((unit for unit in known if unit.id in found), key=lambda unit: -_share(found[unit.id]))
    ranked: list[Ranked] = []
    for number, unit in enumerate(counted, start=1):
        row = found[unit.id]
        same = bool(ranked) and Fraction(ranked[-1].on_time, ranked[-1].due) == _share(row)
        ranked.append(
            Ranked(
                place=ranked[-1].place if same else number, key=unit.key, title=unit.title, due=row.due, on_time=row.on_time,
                overdue=row.overdue,
            )
        )  # fmt: skip
    idle = tuple(unit.title for unit in known if unit.id not in found and unit.head_id is not None)
    return Ranking(
        first=month[0], last=last, as_of=now.astimezone(live.office.tz), ranked=tuple(ranked), idle=idle
    )


def _share(row: object) -> Fraction:
    return Fraction(int(row.on_time), int(row.due))  # type: ignore[attr-defined]  # a row of the query
