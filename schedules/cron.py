"""Five-field cron, as Debian's cron reads it. The one place that knows croniter.

croniter only parses: it accepts six fields (seconds last, others put them first), `5/15` and reversed ranges with a meaning of
its own, and fires twice in the hour that occurs twice in autumn. So the fields are checked here, days are matched as sets of
numbers, and `instants.py` turns local times into instants. See docs/decisions/0015-cron-and-clock-changes.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from croniter import CroniterBadCronError, CroniterError, croniter

from schedules.fields import refusal, shown
from schedules.words import phrase

ALLOWED = 'five fields "minute hour day month weekday": "30 8 1,15 * *", "0 15 * * fri", "0 9 1-7 */3 *"'
_NAME = "[0-9]{1,2}|[a-z]{3}"
_PART = re.compile(rf"(\*|({_NAME})-({_NAME}))(/[0-9]{{1,2}})?|{_NAME}")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CronRule:
    """The days and times of an expression. `either`: a day matches by its number or by its weekday, else by both.

    `wildcard`: its minutes or hours begin with a star, so that it follows the clock through a night of change: it fires in both
    of two equal hours and not in one that is left out. Others name times of the day: each fires once, a nonexistent one late.
    """

    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    times: tuple[time, ...]
    wildcard: bool = False

    def matches(self, day: date) -> bool:
        """Whether the rule names this day."""
        if day.month not in self.months:
            return False
        by_number, by_weekday = day.day in self.days, day.weekday() in self.weekdays
        return by_number or by_weekday if self.either else by_number and by_weekday

    def between(self, first: date, last: date) -> Iterator[date]:
        """The days of [first, last] that the rule names."""
        day = first
        while day <= last:
            if self.matches(day):
                yield day
            day += _ONE_DAY


@lru_cache(maxsize=512)
def read_cron(text: str) -> CronRule:
    """Read an expression. Raise a pydantic error that says what is wrong with it."""
    fields = text.lower().split()
    if len(fields) != 5:
        raise refusal(
            phrase("cron '{found}' has {n} fields, not five", found=shown(text), n=len(fields)), ALLOWED
        )
    for field in fields:
        _check_field(field)
    try:
        minutes, hours, days, months, weekdays = croniter.expand(" ".join(fields))[0]
    except (CroniterBadCronError, CroniterError, ValueError) as error:
        raise refusal(
            phrase("cron '{found}' has a value out of range", found=shown(text)), ALLOWED
        ) from error
    return CronRule(
        days=_numbers(days, range(1, 32)),
        months=_numbers(months, range(1, 13)),
        weekdays=frozenset((day - 1) % 7 for day in _numbers(weekdays, range(7))),
        either=not fields[2].startswith("*") and not fields[4].startswith("*"),
        times=tuple(
            time(hour, minute)
            for hour in sorted(_numbers(hours, range(24)))
            for minute in sorted(_numbers(minutes, range(60)))
        ),
        wildcard=fields[0].startswith("*") or fields[1].startswith("*"),
    )


def _check_field(field: str) -> None:
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise refusal(phrase("'{found}' is not a cron field", found=shown(part)), ALLOWED)
        low, high = match[2], match[3]
        if low and low.isdigit() and high.isdigit() and int(low) > int(high):
            raise refusal(phrase("the cron range '{found}' runs backwards", found=part), ALLOWED)


def _numbers(values: Sequence[int | str], everything: range) -> frozenset[int]:
    if "*" in values:
        return frozenset(everything)
    return frozenset(int(value) for value in values)
