"""Occurrences of the rules that name single days: when each is held or due, and when it opens."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from schedules.cron import read_cron
from schedules.day_step import DAY_ANCHORS
from schedules.dues import due_instant, step_day
from schedules.grammar import ByPeople, Cron, Dated, Rung, Schedule
from schedules.instants import instant, instants
from schedules.ladder import ladder, rung_day
from schedules.office import OfficeSpec
from schedules.recurrence import RuleDay, held_days, held_span
from schedules.sending import sending_day_to
from schedules.slot import Slot
from schedules.terms import SUB_DAY, first_day, is_provisional, last_day
from schedules.words import Words

_ONE_DAY = timedelta(days=1)


def dated(schedule: Schedule, when: Dated, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    """The occurrences of the rule days in [first, last]."""
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


def another_day(
    schedule: Schedule, when: Dated, office: OfficeSpec, slot: Slot, day: date, *, rule_on: date, why: Words
) -> Slot:
    """The occurrence on another day than the rule gives it."""
    clock = _clock(when, slot.key)
    rule = RuleDay(by_rule=rule_on, clock=clock, day=day, why=why)
    starts_at = instant(day, clock, office.tz) if clock else None
    return _held(schedule, when, office, rule, day, starts_at, slot.key, _early_rungs(schedule, office))


def _clock(when: Dated, key: str) -> time | None:
    """The time of day of an occurrence: that in its key where there are several a day."""
    if not isinstance(when, Cron):
        return when.time
    _day, _t, clock = key.partition("T")
    return time.fromisoformat(clock[:5]) if clock else next(iter(read_cron(when.cron).times))
