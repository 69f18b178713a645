"""When to occurrences: which days a schedule names, what becomes of them, and when each opens."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from schedules.anniversaries import anniversaries
from schedules.campaigns import campaign
from schedules.conditions import Values
from schedules.dues import due_instant
from schedules.expiries import expiries
from schedules.grammar import (
    Anniversary,
    ByPeople,
    Cycle,
    Dated,
    Event,
    Expiry,
    Once,
    RelativeDue,
    Schedule,
    Window,
)
from schedules.instants import MIDNIGHT, instant
from schedules.ladder import ladder
from schedules.office import OfficeSpec
from schedules.parts import parts
from schedules.periods import periods
from schedules.recurrence import LONGEST_HOLIDAY, last_of_month, months
from schedules.single_days import another_day, dated
from schedules.slot import Slot
from schedules.terms import Term, is_provisional, last_day, longest_span
from schedules.whole import in_force, whole
from schedules.words import phrase

__all__ = ["Slot", "event_slot", "holding", "moved_to", "next_opening", "opening", "slots", "taking_place"]

HORIZONS = (40, 400, 1500, 3700)  # days ahead in which the next opening is looked for, nearest first
_YEAR = timedelta(days=366)


def slots(schedule: Schedule, office: OfficeSpec, first: date, last: date) -> tuple[Slot, ...]:
    """Occurrences whose rule day (single days) or due day (all others) lies in [first, last], in that order.

    What was moved or skipped by hand stays in the place of its rule's own day.
    """
    return tuple(_decided(schedule, office, slot) for slot in _by_rule(schedule, office, first, last))


def _by_rule(schedule: Schedule, office: OfficeSpec, first: date, last: date) -> tuple[Slot, ...]:
    match schedule.when:
        case Window():
            found = _windows(schedule, schedule.when, office, first, last)
        case Cycle():
            found = _cycles(schedule, schedule.when, office, first, last)
        case Expiry():
            found = expiries(schedule, schedule.when, office, first, last)
        case Event():
            return ()  # an event comes when it is recorded: see `event_slot`
        case Anniversary():
            found = anniversaries(schedule, schedule.when, office, first, last)
        case Once():
            found = campaign(schedule, schedule.when, office, first, last)
        case when:
            found = dated(schedule, when, office, first, last)
    return tuple(found)


def event_slot(
    schedule: Schedule,
    office: OfficeSpec,
    *,
    key: str,
    on: date,
    at: datetime | None,
    fields: Values,
    opens_at: datetime,
) -> Slot:
    """The occurrence that an event opens. `on` is its day, `at` its instant if that is known, `opens_at` when it is recorded."""
    within = schedule.done.within if isinstance(schedule.done, ByPeople) else None
    due_on = last_day(on, within, office.calendar) if within else None
    return Slot(
        key=key, date=on, starts_at=at, due_on=due_on, due_at=due_instant(due_on, schedule.basis, office) if due_on else None,
        opens_at=opens_at, provisional=bool(within and due_on and is_provisional(on, due_on, within, office.calendar)),
        subject=key, fields=fields,
    )  # fmt: skip


def opening(schedule: Schedule, office: OfficeSpec, *, after: datetime, until: datetime) -> tuple[Slot, ...]:
    """Occurrences that open in (after, until] (aware), in that order; skipped ones are left out."""
    first, last = _rule_range(schedule, office, after, until)
    found = [
        slot
        for slot in _in_reach(schedule, office, first, last)
        if slot.skipped is None and after < slot.opens_at <= until
    ]
    return tuple(
        sorted(found, key=lambda slot: slot.opens_at)
    )  # what opens together stays in the order of the rule


def taking_place(schedule: Schedule, office: OfficeSpec, first: date, last: date) -> tuple[Slot, ...]:
    """Occurrences held or due in [first, last] after holidays and decisions by hand, in the order of their days."""
    found = _in_reach(schedule, office, first - LONGEST_HOLIDAY, last + LONGEST_HOLIDAY)
    there = [slot for slot in found if slot.date is not None and first <= slot.date <= last]
    return tuple(sorted(there, key=lambda slot: str(slot.date)))


def next_opening(schedule: Schedule, office: OfficeSpec, *, after: datetime) -> datetime | None:
    """The instant at which the next occurrence opens; None if there is none in the next ten years."""
    for days in HORIZONS:
        found = opening(schedule, office, after=after, until=after + timedelta(days=days))
        if found:
            return found[0].opens_at
    return None


def holding(schedule: Schedule, office: OfficeSpec, now: datetime) -> tuple[Slot, ...]:
    """Occurrences that are open and not past: begun, and the last known due day of their parts not over."""
    begin = now - max(_spans(schedule, office)) - _YEAR
    first, last = _rule_range(schedule, office, begin, now)
    found = [
        slot
        for slot in _in_reach(schedule, office, first, last)
        if slot.skipped is None and slot.opens_at <= now
    ]
    return tuple(slot for slot in found if _last_due(schedule, slot, office) >= now)


def _in_reach(schedule: Schedule, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    """The occurrences of a range of rule days, and those outside it that were moved by hand, maybe into it."""
    yield from slots(schedule, office, first, last)
    for each in office.overrides.get(schedule.id, ()):
        if each.action == "move" and not first <= each.rule_on <= last:
            found = slots(schedule, office, each.rule_on, each.rule_on)
            yield from (slot for slot in found if slot.key == each.key)


def _decided(schedule: Schedule, office: OfficeSpec, slot: Slot) -> Slot:
    """The occurrence as it was decided by hand, if somebody did."""
    decision = office.override(schedule.id, slot.key)
    if decision is None:
        return slot
    if decision.to is None:
        why = phrase("skipped by hand: {reason}", reason=decision.reason)
        return replace(slot, date=None, starts_at=None, due_on=None, due_at=None, skipped=why)
    return moved_to(schedule, office, slot, decision.to, rule_on=decision.rule_on, reason=decision.reason)


def moved_to(
    schedule: Schedule, office: OfficeSpec, slot: Slot, day: date, *, rule_on: date, reason: str
) -> Slot:
    """The occurrence held or due on another day, with the rule's own day kept. What is due as a whole opens no later than that day."""
    why = phrase("moved by hand: {reason}", reason=reason)
    when = schedule.when
    if isinstance(when, Dated):
        return another_day(schedule, when, office, slot, day, rule_on=rule_on, why=why)
    opens_at = min(slot.opens_at, instant(day, MIDNIGHT, office.tz))
    found = whole(schedule, office, slot.key, day, opens_at, subject=slot.subject, title=slot.title)
    return replace(found, moved_from=rule_on, moved_why=why)


def _last_due(schedule: Schedule, slot: Slot, office: OfficeSpec) -> datetime:
    known = [part.due_at for part in parts(schedule, slot, office) if part.due_at is not None]
    return max([*known, slot.due_at or slot.opens_at])


def _rule_range(
    schedule: Schedule, office: OfficeSpec, after: datetime, until: datetime
) -> tuple[date, date]:
    """Rule days or due days outside this range cannot open in (after, until]."""
    first, last = after.astimezone(office.tz).date(), until.astimezone(office.tz).date()
    if isinstance(schedule.when, (Expiry, Once)):
        return date.min, date.max
    lead = (
        sum(_spans(schedule, office), start=LONGEST_HOLIDAY)
        if isinstance(schedule.when, (Dated, Anniversary))
        else _YEAR
    )
    return first - LONGEST_HOLIDAY, last + lead


def _spans(schedule: Schedule, office: OfficeSpec) -> Iterator[timedelta]:
    """Upper bounds of every term that can put an opening before, or a due day after, the day of the rule."""
    terms: list[Term | None] = [schedule.done.within] if isinstance(schedule.done, ByPeople) else []
    terms += [schedule.record.within] if schedule.record else []
    terms += [step.due.by for step in schedule.steps.values() if isinstance(step.due, RelativeDue)]
    terms += [schedule.when.opens] if isinstance(schedule.when, (Dated, Anniversary)) else []
    held = schedule.when.held if isinstance(schedule.when, Dated) else None
    terms += [held.from_, held.to] if held else []
    yield from (longest_span(term) for term in terms if term is not None)
    before = [longest_span(rung.by) for rung in ladder(schedule, office) if rung.before and rung.by]
    yield max(before, default=timedelta(0))


def _windows(schedule: Schedule, when: Window, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    for year, month in months(first, last):
        end = last_of_month(year, month)
        day = office.calendar.previous_workday(end) if when.due == "last-workday" else end
        if month in when.window and first <= day <= last and in_force(when, day):
            provisional = when.due == "last-workday" and not office.calendar.announced(day)
            opens_at = instant(day.replace(day=1), MIDNIGHT, office.tz)
            yield whole(schedule, office, f"{year}-{month:02}", day, opens_at, provisional=provisional)


def _cycles(schedule: Schedule, when: Cycle, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    for period in periods(when.cycle, first, last):
        if in_force(when, period.last):
            yield whole(schedule, office, period.key, period.last, instant(period.first, MIDNIGHT, office.tz))
