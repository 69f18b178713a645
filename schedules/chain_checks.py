"""What somebody who looks a chain of dates over wants to know of each step: in the right order, and within its term?

Everything follows from the schedule's definition: gates and `after` say the order (行政处罚法58条: review before the decision),
`within` and `due` the terms (国办发〔2018〕118号: publication within 7 working days). Pure; what is recorded comes in as `Known`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from schedules.calendar import WorkCalendar
from schedules.chain import Known, StepFact, applies, begins, dropped, fact_day, shut
from schedules.dates_text import said_day
from schedules.grammar import EVENT, Schedule, Step
from schedules.lights import days_late, workdays_late
from schedules.terms import term_words
from schedules.words import Words, phrase

Kind = Literal["order", "term"]
Verdict = Literal["kept", "broken", "open"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `asked`: what the definition asks for; `found`: what is wrong, nothing where it is kept."""

    step: str
    kind: Kind
    verdict: Verdict
    asked: Words
    found: tuple[Words, ...] = ()


def checks(
    schedule: Schedule, known: Known, dues: Mapping[str, date], calendar: WorkCalendar, *, today: date
) -> tuple[Check, ...]:
    """Each check of each step that belongs to the occurrence, in the order of the definition. `dues`: the due day of a step, as moved."""
    found: list[Check] = []
    for key, step in schedule.steps.items():
        if step.wait is not None or not applies(schedule, key, known) or dropped(schedule, key, known):
            continue
        fact = known.done.get(key)
        if fact is not None and fact.done_on is None:  # excused
            continue
        found += _order(schedule, key, step, known, calendar)
        if key in dues:
            found.append(_term(key, step, fact, dues[key], calendar, today=today))
    return tuple(found)


def _order(schedule: Schedule, key: str, step: Step, known: Known, calendar: WorkCalendar) -> Iterator[Check]:
    first = _comes_first(schedule, step, known)
    if not first:
        return
    asked = phrase("'{step}' only after: {steps}", step=step.title, steps=_listed(first))
    fact = known.done.get(key)
    if fact is None or fact.done_on is None:
        yield Check(key, "order", "open", asked)
        return
    day = fact_day(schedule, key, fact.done_on, fact.values)
    wrong = list(shut(schedule, key, known, day, calendar))
    start = begins(schedule, key, known, calendar)
    if start is not None and day < start:
        wrong.append(
            phrase("'{step}' was done on {day}, before {start}", step=step.title, day=said_day(day), start=said_day(start))
        )  # fmt: skip
    yield Check(key, "order", "broken" if wrong else "kept", asked, tuple(wrong))


def _comes_first(schedule: Schedule, step: Step, known: Known) -> list[Words | str]:
    """The titles of what has to come before: gates with their results, and the steps that open it."""
    gates = {gate.step: gate.result for gate in step.gate}
    names = [*gates, *(name for name in (step.after.names if step.after else ()) if name != EVENT)]
    titles: list[Words | str] = []
    for name in dict.fromkeys(names):
        if applies(schedule, name, known) and not dropped(schedule, name, known):
            title, result = schedule.steps[name].title, gates.get(name)
            titles.append(phrase("{step} ({result})", step=title, result=result) if result else title)
    return titles


def _listed(titles: Sequence[Words | str]) -> Words | str:
    """The titles one after the other, parted as the reader's language does."""
    first, rest = titles[0], titles[1:]
    return phrase("{first}, {rest}", first=first, rest=_listed(rest)) if rest else first


def told_day(step: Step, fact: StepFact) -> date | None:
    """The day of the fact as the record itself names it: the only date it asks for, else the day that was given for the record."""
    dates = [name for name, field in step.evidence.items() if field.kind == "date"]
    given = fact.values.get(dates[0], ()) if len(dates) == 1 else ()
    return date.fromisoformat(given[0]) if given else fact.done_on


def _term(
    key: str, step: Step, fact: StepFact | None, due: date, calendar: WorkCalendar, *, today: date
) -> Check:
    asked = (
        phrase("'{step}' within {term}, by {day}", step=step.title, term=term_words(step.within), day=said_day(due))
        if step.within
        else phrase("'{step}' by {day}", step=step.title, day=said_day(due))
    )  # fmt: skip
    day = told_day(step, fact) if fact else None
    if day is None:
        if today <= due:
            return Check(key, "term", "open", asked)
        return Check(key, "term", "broken", asked, (_late(None, due, today, calendar),))
    if day <= due:
        return Check(key, "term", "kept", asked)
    return Check(key, "term", "broken", asked, (_late(day, due, day, calendar),))


def _late(done: date | None, due: date, day: date, calendar: WorkCalendar) -> Words:
    days, workdays = days_late(due, day), workdays_late(due, day, calendar)
    if done is None:
        return phrase("not done, {days} days late ({workdays} working days)", days=days, workdays=workdays)
    return phrase(
        "done on {day}, {days} days late ({workdays} working days)",
        day=said_day(done),
        days=days,
        workdays=workdays,
    )
