"""A chain of steps: which of them apply, when each begins, and what must come first. Pure: what is recorded comes in as `Known`.

A step begins on the day that its `after` names: the event's, the day of another step (or the date field `from` of it), the last of
several, or the earlier of several. Steps whose `if` does not hold are passed over. A waiting period is over at the end of its last day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from schedules.calendar import WorkCalendar
from schedules.conditions import Condition, Values
from schedules.dates_text import said_day
from schedules.grammar import EVENT, Gate, Schedule, Step
from schedules.terms import Term, last_day
from schedules.words import Words, phrase

RESULT = "result"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFact:
    """A step that is met: the day of the fact (None: excused) and the fields of its record."""

    done_on: date | None
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is recorded of an occurrence: its own day, the event's fields, and the steps that are met, by key."""

    on: date | None
    fields: Values = field(default_factory=dict)
    done: Mapping[str, StepFact] = field(default_factory=dict)


def applies(schedule: Schedule, key: str, known: Known) -> bool:
    """Whether a step belongs to this occurrence, as far as is recorded."""
    condition = schedule.steps[key].if_
    if condition is None:
        return True
    step = _asked(schedule, condition)
    if step is None:
        return condition.holds(known.fields)
    fact = known.done.get(step)
    return fact is not None and replace(condition, field=condition.field.removeprefix(f"{step}.")).holds(
        fact.values
    )


def passed_over(schedule: Schedule, key: str, known: Known) -> bool:
    """Whether a step will not come, by what is recorded: its condition does not hold, or it waits for one that was excused."""
    condition = schedule.steps[key].if_
    if condition is not None and not applies(schedule, key, known):
        step = _asked(schedule, condition)
        return step is None or step in known.done
    return dropped(schedule, key, known)


def _asked(schedule: Schedule, condition: Condition) -> str | None:
    """The step whose record a condition speaks of; None if it speaks of the event."""
    step, dot, _ = condition.field.partition(".")
    return step if dot and step in schedule.steps else None


def begins(schedule: Schedule, key: str, known: Known, calendar: WorkCalendar) -> date | None:
    """The day from which the term of a step counts; None while it is not recorded."""
    step = schedule.steps[key]
    if step.after is None:
        return known.on
    names = [name for name in step.after.names if name == EVENT or applies(schedule, name, known)]
    if not names:  # everything it would wait for is passed over, so it takes their place
        found = [begins(schedule, name, known, calendar) for name in step.after.names]
    else:
        found = [_day_of(schedule, step, name, known, calendar) for name in names]
    days = [day for day in found if day is not None]
    if step.after.earlier:
        return min(days, default=None)
    return max(days) if len(days) == len(found) else None


def _day_of(schedule: Schedule, step: Step, name: str, known: Known, calendar: WorkCalendar) -> date | None:
    if name == EVENT:
        return known.on if step.from_ is None else _date_in(known.fields, step.from_)
    if step.from_ is not None:
        return date_of(known, name, step.from_)
    return over(schedule, name, known, calendar)


def date_of(known: Known, step: str, name: str) -> date | None:
    """A date that the record of a step gives."""
    fact = known.done.get(step)
    return _date_in(fact.values, name) if fact else None


def _date_in(values: Values, name: str) -> date | None:
    given = values.get(name, ())
    return date.fromisoformat(given[0]) if given else None


def counted_from(schedule: Schedule, key: str) -> frozenset[str]:
    """The date fields of a step from which the terms of following ones count."""
    following = (
        step for step in schedule.steps.values() if step.after is not None and key in step.after.names
    )
    return frozenset(step.from_ for step in following if step.from_ is not None)


def fact_day(schedule: Schedule, key: str, done_on: date, values: Values) -> date:
    """The earliest day on which a record says that a step was done: its own, or a date in it that a later term counts from."""
    given = (_date_in(values, name) for name in counted_from(schedule, key))
    return min([done_on, *(day for day in given if day is not None)])


def over(schedule: Schedule, key: str, known: Known, calendar: WorkCalendar) -> date | None:
    """The day on which a step is done, or on which a waiting period ends; None while that is not known."""
    step = schedule.steps[key]
    if step.wait is None:
        fact = known.done.get(key)
        return fact.done_on if fact else None
    start = begins(schedule, key, known, calendar)
    return last_day(start, step.wait, calendar) if start else None


def term_of(step: Step) -> Term | None:
    """The term of a step with what becomes of its last day."""
    if step.within is None or step.roll == "none":
        return step.within
    return replace(step.within, roll=step.roll)


def dropped(schedule: Schedule, key: str, known: Known) -> bool:
    """Whether a step waits for one that was excused, so that it never begins."""
    step = schedule.steps[key]
    if step.after is None or step.after.earlier or key in known.done:
        return False
    names = [name for name in step.after.names if name != EVENT and applies(schedule, name, known)]
    return any(_excused(known, name) or dropped(schedule, name, known) for name in names)


def _excused(known: Known, key: str) -> bool:
    fact = known.done.get(key)
    return fact is not None and fact.done_on is None


def unmet(schedule: Schedule, known: Known) -> tuple[str, ...]:
    """The steps that still belong to the occurrence and are not met."""
    return tuple(
        key
        for key, step in schedule.steps.items()
        if step.wait is None
        and key not in known.done
        and applies(schedule, key, known)
        and not dropped(schedule, key, known)
    )


def shut(
    schedule: Schedule, key: str, known: Known, done_on: date, calendar: WorkCalendar
) -> Iterator[Words]:
    """Why a step cannot have been done on a day: each gate that was not open, in words. `done_on`: see `fact_day`."""
    for gate in schedule.steps[key].gate:
        if applies(schedule, gate.step, known) and not dropped(schedule, gate.step, known):
            yield from _shut(schedule, gate, known, done_on, calendar)


def _shut(
    schedule: Schedule, gate: Gate, known: Known, done_on: date, calendar: WorkCalendar
) -> Iterator[Words]:
    step = schedule.steps[gate.step]
    day = over(schedule, gate.step, known, calendar)
    if step.wait is not None:
        if day is None:
            yield phrase("'{step}' has not begun yet", step=step.title)
        elif done_on <= day:
            yield phrase("'{step}' lasts until {day}", step=step.title, day=said_day(day))
        return
    fact = known.done.get(gate.step)
    if fact is not None and fact.done_on is not None:
        day = fact_day(schedule, gate.step, fact.done_on, fact.values)
    if fact is None:
        yield phrase("'{step}' has to be done first", step=step.title)
    elif day is not None and day > done_on:
        yield phrase("'{step}' was done only on {day}", step=step.title, day=said_day(day))
    elif (
        gate.result is not None
        and day is not None
        and gate.result not in fact.values.get(result_field(step) or "", ())
    ):
        yield phrase("'{step}' has to end with '{result}'", step=step.title, result=gate.result)


def result_field(step: Step) -> str | None:
    """The field that says how a step ended: `result`, else its only choice."""
    choices = [name for name, each in step.evidence.items() if each.kind == "choice"]
    return RESULT if RESULT in choices else choices[0] if len(choices) == 1 else None
