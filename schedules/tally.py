"""How far several figures are reached, and by which day, from the facts of a register or of session records.

Progress is one number, so that one threshold on a rung can ask for it: hundredths of a per cent, 10000 when everything is reached.
Milestones cut it into equal spans; a span ends where the figures of its milestone are all reached, and within a span the least
fulfilled figure decides. A figure that a later milestone does not name stays asked for as the earlier one said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schedules.grammar import FromRegister, Schedule, Topics
from schedules.periods import milestones_in
from schedules.reach import EACH, EVENTS, flat

HUNDREDTHS = 100
WHOLE = 10_000
Options = Mapping[str, Sequence[str]]
Wanted = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry: the day of the fact, and its values by field."""

    on: date
    values: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `events`, a number field, or (`choice` set) one choice of a choice field. Amounts in hundredths."""

    name: str
    choice: str
    done: int
    wanted: int

    @property
    def missing(self) -> int:
        """What is still to be done."""
        return max(0, self.wanted - self.done)


class Tally:
    """Facts added up one by one."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._events = 0
        self._sums: Counter[str] = Counter()
        self._choices: Counter[tuple[str, str]] = Counter()
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Count one more."""
        self._events += HUNDREDTHS
        for name, values in fact.values.items():
            for value in values:
                self._choices[name, value] += HUNDREDTHS
            self._sums[name] += sum(hundredths(value) for value in values if _is_number(value))

    def measures(self, wanted: Wanted, options: Options) -> tuple[Measure, ...]:
        """Each figure that is asked for as it stands."""
        found: list[Measure] = []
        for (name, field), least in wanted.items():
            figure = least * HUNDREDTHS
            if name == EACH:
                found += [
                    Measure(field, choice, self._choices[field, choice], figure)
                    for choice in options.get(field, ())
                ]
            else:
                done = self._events if name == EVENTS else self._sums[name]
                found.append(Measure(name, "", done, figure))
        return tuple(found)


def hundredths(number: str) -> int:
    """A number as it is recorded, with at most two decimals: "1.5" is 150."""
    return int(Decimal(number) * HUNDREDTHS)


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()


def stages(schedule: Schedule, day: date) -> tuple[Wanted, ...]:
    """The figures of each milestone of the turn that `day` lies in and, last, of the whole; each asks for at least what those before
    it did.
    """
    if not isinstance(schedule.done, FromRegister) or schedule.done.reach is None:
        return ()
    found: list[Wanted] = []
    asked: dict[tuple[str, str], int] = {}
    several = [each.reach for each in milestones_in(schedule, day) if isinstance(each.reach, Mapping)]
    for reach in (*several, schedule.done.reach):
        asked = asked | flat(reach)
        found.append(asked)
    return tuple(found)


def mark(number: int, of: int) -> int:
    """Where a span ends: the progress of whoever has reached `number` of `of` stages."""
    return number * WHOLE // of


def progress(asked: Sequence[Wanted], tally: Tally, options: Options) -> int:
    """Hundredths of a per cent; at least a milestone's mark exactly when its figures are all reached."""
    for number, wanted in enumerate(asked):
        measures = tally.measures(wanted, options)
        least = min((min(each.done, each.wanted) * WHOLE // each.wanted for each in measures), default=0)
        if least < WHOLE:
            begin, end = mark(number, len(asked)), mark(number + 1, len(asked))
            return min(begin + (end - begin) * least // WHOLE, end - 1)
    return WHOLE


def reached_on(wanted: Wanted, facts: Iterable[Fact], options: Options) -> date | None:
    """The day of the fact with which everything was reached, in the order of the facts; None if it is not."""
    tally = Tally()
    for fact in sorted(facts, key=lambda each: each.on):
        tally.add(fact)
        if not any(each.missing for each in tally.measures(wanted, options)):
            return fact.on
    return None


@dataclass(frozen=True, slots=True)
class Covered:
    """Topics that are covered, in the order of the schedule, those that are not, and the day on which the last one was."""

    topics: tuple[str, ...]
    missing: tuple[str, ...]
    on: date | None


def covered(done: Topics, facts: Iterable[tuple[date, str]]) -> Covered:
    """What the records, as day and topic, cover."""
    first: dict[str, date] = {}
    for day, topic in sorted(facts):
        first.setdefault(topic, day)
    found = tuple(topic for topic in done.topics if topic in first)
    missing = tuple(topic for topic in done.topics if topic not in first)
    return Covered(found, missing, None if missing else max(first[topic] for topic in found))
