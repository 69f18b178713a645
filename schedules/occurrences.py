"""When to occurrences: which days a schedule names, what becomes of them, and when each opens."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from schedules.anniversaries import anniversaries
from schedules.campaigns import campaign
from schedules.conditions import Values
from schedules.cron import read_cron
from schedules.day_step import DAY_ANCHORS
from schedules.dues import due_instant, step_day
from schedules.grammar import (
    Anniversary,
    ByPeople,
    Cron,
    Cycle,
    Dated,
    Event,
    Expiry,
    Once,
    RelativeDue,
    Rung,
    Schedule,
    Window,
)
from schedules.instants import MIDNIGHT, instant, instants
from schedules.ladder import ladder, rung_day
from schedules.office import Credential, OfficeSpec
from schedules.parts import parts
from schedules.periods import periods
from schedules.recurrence import LONGEST_HOLIDAY, RuleDay, held_days, held_span, last_of_month, months
from schedules.sending import sending_day_to
from schedules.slot import Slot
from schedules.terms import SUB_DAY, Term, first_day, is_provisional, last_day, longest_span
from schedules.whole import in_force, whole

__all__ = ["Slot", "event_slot", "holding", "next_opening", "opening", "slots"]

HORIZONS = (40, 400, 1500, 3700)  # days ahead in which the next opening is looked for, nearest first
_ONE_DAY = timedelta(days=1)
_YEAR = timedelta(days=366)


def slots(schedule: Schedule, office: OfficeSpec, first: date, last: date) -> tuple[Slot, ...]:
    """Occurrences whose rule day (single days) or due day (all others) lies in [first, last], in that order."""
    match schedule.when:
        case Window():
            found = _windows(schedule, schedule.when, office, first, last)
        case Cycle():
            found = _cycles(schedule, schedule.when, office, first, last)
        case Expiry():
            found = _expiries(schedule, schedule.when, office, first, last)
        case Event():
            return ()  # an event comes when it is recorded: see `event_slot`
        case Anniversary():
            found = anniversaries(schedule, schedule.when, office, first, last)
        case Once():
            found = campaign(schedule, schedule.when, office, first, last)
        case when:
            found = _dated(schedule, when, office, first, last)
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
        for slot in slots(schedule, office, first, last)
        if slot.skipped is None and after < slot.opens_at <= until
    ]
    return tuple(sorted(found, key=lambda slot: (slot.opens_at, slot.key)))


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
        slot for slot in slots(schedule, office, first, last) if slot.skipped is None and slot.opens_at <= now
    ]
    return tuple(slot for slot in found if _last_due(schedule, slot, office) >= now)


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


def _dated(schedule: Schedule, when: Dated, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    rule = read_cron(when.cron) if isinstance(when, Cron) else None
    several = rule is not None and len(rule.times) > 1
    early = _early_rungs(schedule, office)
    for each in held_days(when, office.calendar, first, last):
        key = f"{each.by_rule.isoformat()}T{each.clock:%H:%M}" if several else each.by_rule.isoformat()
        if each.day is None:
            opens_at = instant(each.by_rule, office.file.sending[0], office.tz)
            yield Slot(
                key=key, date=None, starts_at=None, due_on=None, due_at=None, opens_at=opens_at,
                provisional=each.provisional, moved_why=each.why, skipped=each.skipped,
            )  # fmt: skip
        else:
            for again, starts_at in _starts(
                each.day, each.clock, office, wildcard=rule is not None and rule.wildcard
            ):
                yield _held(schedule, when, office, each, each.day, starts_at, key + again, early)


def _starts(
    day: date, clock: time | None, office: OfficeSpec, *, wildcard: bool
) -> Iterator[tuple[str, datetime | None]]:
    """When it begins, after what is added to its key: the offset, where the same local time comes a second time."""
    if clock is None or not wildcard:
        yield "", instant(day, clock, office.tz) if clock else None
        return
    for number, at in enumerate(instants(day, clock, office.tz)):
        yield at.astimezone(office.tz).isoformat()[-6:] if number else "", at


def _held(
    schedule: Schedule,
    when: Dated,
    office: OfficeSpec,
    rule: RuleDay,
    day: date,
    starts_at: datetime | None,
    key: str,
    early: tuple[Rung, ...],
) -> Slot:
    within = schedule.done.within if isinstance(schedule.done, ByPeople) else None
    first, last = held_span(when, day, office.calendar)
    due_on = last_day(last, within, office.calendar) if within else last
    terms = [within] if within else []
    terms += [when.held.from_, when.held.to] if when.held else []
    provisional = rule.provisional or any(
        is_provisional(first, due_on, term, office.calendar) for term in terms
    )
    opens_on = _opens_on(schedule, when, office, day, due_on, early)
    return Slot(
        key=key, date=day, starts_at=starts_at,
        due_on=due_on, due_at=due_instant(due_on, schedule.basis, office),
        opens_at=instant(opens_on, office.file.sending[0], office.tz), provisional=provisional,
        moved_from=rule.by_rule if day != rule.by_rule else None, moved_why=rule.why,
    )  # fmt: skip


def _early_rungs(schedule: Schedule, office: OfficeSpec) -> tuple[Rung, ...]:
    """Rungs on or before days that are known before the occurrence opens."""
    known = {"start", "due", *DAY_ANCHORS, *schedule.steps}
    rungs = (
        rung for rung in ladder(schedule, office) if rung.phase in ("before", "on") and rung.anchor in known
    )
    return tuple(rung for rung in rungs if rung.by is None or rung.by.unit not in SUB_DAY)


def _opens_on(
    schedule: Schedule, when: Dated, office: OfficeSpec, day: date, due_on: date, early: tuple[Rung, ...]
) -> date:
    """As the rule's `opens` says; else the day of the earliest rung, at the latest the working day before it may be held."""
    if when.opens is not None:
        return sending_day_to(first_day(day, when.opens, office.calendar), office)
    first, last = held_span(when, day, office.calendar)
    eve = office.calendar.previous_workday(first - _ONE_DAY)
    days = [eve]
    for rung in early:
        if rung.anchor in schedule.steps:
            found = step_day(schedule, rung.anchor, start=day, due=due_on, office=office)
            days += [rung_day(rung, found[0], office)] if found else []
        elif schedule.steps and rung.anchor == "due":
            dues = [step_day(schedule, key, start=day, due=due_on, office=office) for key in schedule.steps]
            days += [rung_day(rung, due[0], office) for due in dues if due]
        else:
            days.append(rung_day(rung, {"due": due_on, "held_on": last}.get(rung.anchor, day), office))
    return min(days)


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


def _expiries(
    schedule: Schedule, when: Expiry, office: OfficeSpec, first: date, last: date
) -> Iterator[Slot]:
    rungs = [
        rung
        for rung in ladder(schedule, office)
        if rung.phase in ("before", "on") and rung.anchor in ("expiry", "due")
    ]
    chosen = sorted(_current(office, when.expiry), key=lambda each: (each.expires_on, each.number))
    for credential in chosen:
        day = credential.expires_on
        if first <= day <= last and in_force(when, day):
            opens_on = min(
                [
                    first_day(day, when.opens, office.calendar),
                    *(rung_day(rung, day, office) for rung in rungs),
                ]
            )
            yield whole(
                schedule, office, f"{credential.number}@{day.isoformat()}", day, instant(opens_on, MIDNIGHT, office.tz),
                provisional=is_provisional(opens_on, day, when.opens, office.calendar), subject=credential.holder,
            )  # fmt: skip


def _current(office: OfficeSpec, kind: str) -> list[Credential]:
    """The certificates to renew: of each holder the one that expires last, if it is valid. A temporary one ends and is not renewed."""
    latest: dict[str, Credential] = {}
    for credential in office.credentials:
        held = latest.get(credential.holder)
        if (
            credential.kind == kind
            and credential.type != "temporary"
            and (held is None or held.expires_on < credential.expires_on)
        ):
            latest[credential.holder] = credential
    return [credential for credential in latest.values() if credential.state == "valid"]
