"""Five-field cron, as Debian's cron reads it. The one place that knows croniter.

croniter alone reads `15-15` as every day, turns `nov-feb` around the year where Debian refuses it, takes a sixth field, and fires
twice in the hour that comes twice in autumn. So ranges are checked and written out before it reads an expression, days are matched as
sets of numbers, and `instants.py` turns local times into instants. See docs/decisions/0015-cron-and-clock-changes.md.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from croniter import croniter

from schedules.fields import refusal, shown
from schedules.words import phrase

ALLOWED = phrase(
    "five fields for minute, hour, day, month, weekday, like {examples}",
    examples='"30 8 1,15 * *", "0 15 * * fri", "0 9 1-7 */3 *"',
)
_NAME = "[0-9]{1,2}|[a-z]{3}"
_PART = re.compile(rf"(?:(\*)|({_NAME})-({_NAME}))(?:/([0-9]{{1,2}}))?|({_NAME})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[int, int, Mapping[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(_MONTHS, start=1)}),
    (0, 7, {name: number for number, name in enumerate(_WEEKDAYS)}),  # 0 and 7 are Sunday
)
_ALL = (range(60), range(24), range(1, 32), range(1, 13), range(7))
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
    plain = " ".join(_plain(field, *allowed, text) for field, allowed in zip(fields, _FIELDS, strict=True))
    minutes, hours, days, months, weekdays = (
        _numbers(values, everything)
        for values, everything in zip(croniter.expand(plain)[0], _ALL, strict=True)
    )
    return CronRule(
        days=days,
        months=months,
        weekdays=frozenset((day - 1) % 7 for day in weekdays),
        either=not fields[2].startswith("*") and not fields[4].startswith("*"),
        times=tuple(time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)),
        wildcard=fields[0].startswith("*") or fields[1].startswith("*"),
    )


def _plain(field: str, low: int, high: int, names: Mapping[str, int], text: str) -> str:
    """The field in numbers, as croniter reads it rightly. Raise a pydantic error."""
    return ",".join(_plain_part(part, low, high, names, text) for part in field.split(","))


def _plain_part(part: str, low: int, high: int, names: Mapping[str, int], text: str) -> str:
    match = _PART.fullmatch(part)
    if match is None:
        raise refusal(phrase("'{found}' is not a cron field", found=shown(part)), ALLOWED)
    star, begin, end, step, single = match.groups()
    first = low if star else _number(begin or single, names)
    last = high if star else _number(end or single, names)
    every = int(step or 1)
    if not (low <= first <= high and low <= last <= high) or every == 0:
        raise refusal(phrase("cron '{found}' has a value out of range", found=shown(text)), ALLOWED)
    if first > last:
        raise refusal(phrase("the cron range '{found}' runs backwards", found=part), ALLOWED)
    if star and every == 1:
        return "*"
    return ",".join(str(number) for number in range(first, last + 1, every))


def _number(word: str, names: Mapping[str, int]) -> int:
    """The number of a word; -1, which is in no range, for a name that the field does not know."""
    return int(word) if word.isdigit() else names.get(word, -1)


def _numbers(values: Sequence[int | str], everything: range) -> frozenset[int]:
    if "*" in values:
        return frozenset(everything)
    return frozenset(int(value) for value in values)
