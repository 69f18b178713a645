"""What becomes of the occurrences of a schedule whose rule is written anew: which of the new ones stands for which of the old.

The same key is the same occurrence. Of the others those of one week, month, quarter or year belong together, in their order: the study
day of this week is this week's, on whatever weekday it is held.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from schedules.grammar import Monthly, Quarterly, Schedule, Weekly
from schedules.slot import Slot
from schedules.when import Before, By, Yearly

Span: TypeAlias = tuple[date, date]
_YEARLY = (Yearly, Before, By)
_SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Shift:
    """One occurrence by the old rule and by the new one; None where it has no counterpart."""

    old: Slot | None
    new: Slot | None

    @property
    def alike(self) -> bool:
        """Whether it stays on its days."""
        old, new = self.old, self.new
        return old is not None and new is not None and _days(old) == _days(new)


def _days(slot: Slot) -> tuple[object, ...]:
    return slot.date, slot.starts_at, slot.due_on, slot.due_at


def place(old: Schedule, new: Schedule) -> Callable[[str], Span | None]:
    """The span of days, both included, to which the key of an occurrence belongs; None where the two rules have no such spans."""
    kinds = (old.when, new.when)
    if all(isinstance(when, Weekly) for when in kinds):
        return lambda key: _week(_day(key))
    if all(isinstance(when, Monthly) for when in kinds):
        return lambda key: _months(_day(key), 1)
    if all(isinstance(when, Quarterly) for when in kinds):
        return lambda key: _months(_day(key), 3)
    if all(isinstance(when, _YEARLY) for when in kinds):
        return lambda key: _months(_day(key), 12)
    return lambda _key: None


def _day(key: str) -> date:
    return date.fromisoformat(key[:10])


def _week(day: date) -> Span:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + _SIX_DAYS


def _months(day: date, n: int) -> Span:
    first = (day.month - 1) // n * n + 1
    last = first + n - 1
    return date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1])


def shifts(
    old: Sequence[Slot], new: Sequence[Slot], where: Callable[[str], Span | None]
) -> tuple[Shift, ...]:
    """Pair the occurrences of the two rules, those of the new rule in order, then what is left of the old one."""
    named = {slot.key: slot for slot in old}
    fresh = {slot.key for slot in new}
    free = _by_place((slot for slot in old if slot.key not in fresh), where)
    return tuple(_paired(named, free, new, where))


def _paired(
    named: dict[str, Slot],
    free: dict[Span | None, list[Slot]],
    new: Iterable[Slot],
    where: Callable[[str], Span | None],
) -> Iterator[Shift]:
    for slot in new:
        if slot.key in named:
            yield Shift(named[slot.key], slot)
            continue
        span = where(slot.key)
        waiting = free.get(span) if span else None
        yield Shift(waiting.pop(0) if waiting else None, slot)
    for left in free.values():
        for slot in left:
            yield Shift(slot, None)


def _by_place(found: Iterable[Slot], where: Callable[[str], Span | None]) -> dict[Span | None, list[Slot]]:
    places: dict[Span | None, list[Slot]] = {}
    for slot in found:
        places.setdefault(where(slot.key), []).append(slot)
    return places
