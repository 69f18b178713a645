"""Whether what belongs to one occurrence reaches back before the one before it: a ladder or an opening longer than the cycle.

A duty that comes round every week cannot be asked for thirty days ahead: four would be open at a time, and each message would
speak of another Friday.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise

from schedules.cron import read_cron
from schedules.day_step import DAY_ANCHORS
from schedules.grammar import (
    Anniversary,
    Before,
    By,
    Cron,
    Cycle,
    Dates,
    Monthly,
    OwnRungs,
    Quarterly,
    Rung,
    Schedule,
    UseLadder,
    Weekly,
    Window,
    Yearly,
)
from schedules.references import Path, Remark
from schedules.terms import Term, term_words
from schedules.words import phrase

_CYCLES = {"calendar-year": 365, "calendar-half": 181, "calendar-quarter": 90, "calendar-month": 28}
_DAYS = {"days": 1, "weeks": 7, "months": 28, "years": 365}


def longer_than_cycle(schedule: Schedule, ladders: Mapping[str, tuple[Rung, ...]]) -> Iterator[Remark]:
    """Say so of every rung that the schedule's author chose, and of `opens`."""
    cycle = cycle_days(schedule)
    if cycle is None:
        return
    opens = getattr(schedule.when, "opens", None)
    if isinstance(opens, Term) and least_days(opens) > cycle:
        what = phrase(
            "it opens {term} before, but comes round every {n} days", term=term_words(opens), n=cycle
        )
        yield Remark(("when", "opens"), what, phrase("less than {n} days", n=cycle))
    for path, rung in _chosen(schedule, ladders):
        if (
            rung.before in ("due", "start", *DAY_ANCHORS)
            and rung.by is not None
            and least_days(rung.by) > cycle
        ):
            what = phrase(
                "the reminder {term} before is longer than the cycle: it comes round every {n} days",
                term=term_words(rung.by),
                n=cycle,
            )
            yield Remark(path, what, phrase("less than {n} days", n=cycle))


def _chosen(schedule: Schedule, ladders: Mapping[str, tuple[Rung, ...]]) -> Iterator[tuple[Path, Rung]]:
    match schedule.remind:
        case OwnRungs(rungs=rungs):
            yield from (((("remind", number, "by")), rung) for number, rung in enumerate(rungs))
        case UseLadder(use=name):
            yield from ((("remind", "use"), rung) for rung in ladders.get(name, ()))
        case _:
            pass


def least_days(term: Term) -> int:
    """The days that a term takes at the least; five working days are a week."""
    if term.unit == "workdays":
        return term.n // 5 * 7 + term.n % 5
    return term.n * _DAYS.get(term.unit, 0)


def cycle_days(schedule: Schedule) -> int | None:
    """The fewest days from one occurrence to the next; None for what comes round once, or by an event or a date of somebody's own."""
    when = schedule.when
    match when:
        case Weekly():
            return 7
        case Monthly():
            return 28
        case Quarterly():
            return 90
        case Yearly() | Before() | By():
            days = (
                when.yearly
                if isinstance(when, Yearly)
                else when.before
                if isinstance(when, Before)
                else when.by
            )
            return _apart([date(2025, month, day) for month, day in days], round_=365)
        case Window():
            return _apart([date(2025, month, 1) for month in when.window], round_=365)
        case Cycle():
            return _CYCLES[when.cycle]
        case Anniversary():
            return least_days(when.every)
        case Dates():
            return _apart(list(when.dates), round_=None)
        case Cron():
            return _apart(
                list(read_cron(when.cron).between(date(2025, 1, 1), date(2025, 12, 31))), round_=365
            )
        case _:
            return None


def _apart(days: list[date], *, round_: int | None) -> int | None:
    """The least distance between days; `round_`: the year after, the first comes again."""
    rising = sorted(set(days))
    gaps = [(later - earlier).days for earlier, later in pairwise(rising)]
    if round_ is not None and rising:
        gaps.append(round_ - (rising[-1] - rising[0]).days)
    return min(gaps, default=None)
