"""What each person owes anew some time after having done it: due `every` after the last completion, else after joining or the issue
of a certificate.
"""

from collections.abc import Iterator
from datetime import date

from schedules.audience import expression, roll_of
from schedules.grammar import Anniversary, Schedule
from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec, Person
from schedules.slot import Slot
from schedules.terms import Term, first_day, is_provisional, last_day
from schedules.whole import in_force, whole
from schedules.words import phrase


def anniversaries(
    schedule: Schedule, when: Anniversary, office: OfficeSpec, first: date, last: date
) -> Iterator[Slot]:
    """The due days in [first, last] of everybody who belongs to `who` on the day it opens, ordered by day and person.

    A person of whom it is not known when it begins has one skipped occurrence that says so.
    """
    members, roll = expression(schedule.who, office), roll_of(office)
    found: list[Slot] = []
    for person in office.people:
        since = _since(schedule, when, office, person)
        if since is None:
            if person.id in roll.evaluate(members, last):
                found.append(_unknown(when, office, person, first))
            continue
        for due in _dues(since, when, office, first, last):
            opens_on = first_day(due, when.opens, office.calendar)
            if in_force(when, due) and person.id in roll.evaluate(members, opens_on):
                provisional = is_provisional(since, due, when.every, office.calendar) or is_provisional(
                    opens_on, due, when.opens, office.calendar
                )
                opens_at = instant(opens_on, MIDNIGHT, office.tz)
                key = f"{person.id}@{due.isoformat()}"
                found.append(
                    whole(schedule, office, key, due, opens_at, provisional=provisional, subject=person.id)
                )
    yield from sorted(found, key=lambda slot: (slot.date or first, slot.key))


def _since(schedule: Schedule, when: Anniversary, office: OfficeSpec, person: Person) -> date | None:
    """The day that the next one is counted from."""
    completed = office.completions.get(schedule.id, {}).get(person.id)
    if completed is not None:
        return completed
    if when.from_ == "joining":
        return person.joined_on
    held = [
        each for each in office.credentials if each.kind == when.from_.issued and each.holder == person.id
    ]
    return max((each.issued_on for each in held if each.state == "valid"), default=None)


def _dues(since: date, when: Anniversary, office: OfficeSpec, first: date, last: date) -> Iterator[date]:
    """`since` plus the term once, twice and so on; each counted from `since`, so that a month's end is not lost on the way."""
    turns = 1
    while (due := last_day(since, _times(when.every, turns), office.calendar)) <= last:
        if due >= first:
            yield due
        turns += 1


def _times(term: Term, n: int) -> Term:
    return Term(term.n * n, term.unit, term.roll)


def _unknown(when: Anniversary, office: OfficeSpec, person: Person, day: date) -> Slot:
    why = (
        phrase("it is not known when {person} joined", person=person.name)
        if when.from_ == "joining"
        else phrase("{person} has no valid certificate to count from", person=person.name)
    )
    opens_at = instant(day, MIDNIGHT, office.tz)
    return Slot(
        key=person.id, date=None, starts_at=None, due_on=None, due_at=None, opens_at=opens_at, skipped=why, subject=person.id
    )  # fmt: skip
