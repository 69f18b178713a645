"""What simulated people do about figures: courses, sessions, entries in registers, declared zeros; and what they write into fields."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Literal

from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from schedules.grammar import Evidence, FromRegister, Quota, Schedule, Topics
from schedules.instants import instant
from schedules.parts import evidence_of
from schedules.periods import quota_period
from schedules.reach import EACH, EVENTS
from tasks.duties.held import HELD_ON, span_held
from tasks.duties.standing import span_of
from tasks.live import Live
from tasks.registers import add_entry, declare_zero

Behaviour = Literal["early", "in-time", "late", "never"]
MORNING, EVENING = time(9, 0), time(17, 30)
ONE_DAY = timedelta(days=1)
COURSES = 9  # a year and person
MORE: Mapping[Behaviour, int] = {"early": 1, "in-time": 0, "late": -1}


def counting_days(
    dice: Random,
    live: Live,
    schedule: Schedule,
    occurrence: OccurrenceRow,
    behaviour: Behaviour,
    *,
    now: datetime,
) -> list[date]:
    """The days on which somebody does something that counts."""
    done, today = schedule.done, live.today(now)
    if isinstance(done, Topics):
        return []  # covered by what is recorded elsewhere
    first, last = span_of(schedule, occurrence, live)
    if isinstance(done, FromRegister) and done.declared:
        return [] if behaviour == "never" else [max(today, live.office.calendar.previous_workday(last))]
    if isinstance(done, Quota) and done.sum == "hours":
        number = {"early": COURSES + 2, "in-time": COURSES + 1, "late": COURSES - 2, "never": 3}[behaviour]
        period = quota_period(schedule, occurrence.held_on)
        first, last = period.first + 7 * ONE_DAY, period.last - 3 * ONE_DAY
    else:
        number = 0 if behaviour == "never" else max(0, _asked(live, done) + MORE[behaviour])
    first = max(today, first)
    return sorted(
        first + timedelta(days=dice.randrange(max(1, (last - first).days + 1))) for _ in range(number)
    )


def _asked(live: Live, done: object) -> int:
    """How often something has to be done for the figures."""
    if isinstance(done, Quota):
        return done.reach
    if not isinstance(done, FromRegister) or done.reach is None:
        return 0
    choices = live.office.register(done.register_).options()
    each = done.reach.get(EACH, {})
    fields = (
        [len(choices.get(name, ())) * least for name, least in each.items()]
        if isinstance(each, Mapping)
        else []
    )
    events = done.reach.get(EVENTS, 0)
    return max([*fields, events if isinstance(events, int) else 0, 1])


def amount_of(dice: Random, quota: Quota) -> int:
    """Hundredths of one course, or one time."""
    return dice.choice((400, 600, 800)) if quota.sum == "hours" else 100


def enter(
    session: Session, live: Live, schedule: Schedule, occurrence: OccurrenceRow, duty: ObligationRow, dice: Random, source: str, *,
    now: datetime,
) -> None:  # fmt: skip
    """Enter something in the register that a duty counts; where a zero will do, declare one."""
    done, today = schedule.done, live.today(now)
    if not isinstance(done, FromRegister):
        raise TypeError(schedule.id)
    if done.declared:
        first, last = span_of(schedule, occurrence, live)
        declare_zero(
            session,
            live,
            register=done.register_,
            from_on=first,
            to_on=min(last, today),
            by=None,
            how="sim",
            now=now,
        )
        return
    fields = live.office.register(done.register_).beside_day
    add_entry(
        session, live, register=done.register_, held_on=today, values=plausible(fields, duty, dice, today), files={}, by=None,
        source=source, how="sim", now=now,
    )  # fmt: skip


def office_hour(dice: Random, live: Live, day: date, *, now: datetime) -> datetime:
    """An instant in office hours on that day, or on the next working day."""
    minutes = dice.randrange((EVENING.hour - MORNING.hour) * 60)
    day = day if live.office.calendar.is_workday(day) else live.office.calendar.next_workday(day)
    return max(now, instant(day, MORNING, live.office.tz) + timedelta(minutes=minutes))


def filled_in(
    live: Live, schedule: Schedule, occurrence: OccurrenceRow, duty: ObligationRow, dice: Random, today: date
) -> dict[str, str]:
    """What somebody hands in for a part of a duty: what was held was held in its span."""
    found = plausible(evidence_of(schedule, duty.part), duty, dice, today)
    span = span_held(live, schedule, occurrence)
    if HELD_ON in found and span is not None:
        found[HELD_ON] = min(today, span[1]).isoformat()
    return found


def plausible(fields: Evidence, duty: ObligationRow, dice: Random, today: date) -> dict[str, str]:
    """Something plausible in every field."""
    found = {}
    for name, field in fields.items():
        match field.kind:
            case "number":
                found[name] = str(dice.randrange(1, 20))
            case "date":
                later = (duty.due_on or today).replace(day=1) + timedelta(days=5 * 365 + 2)
                found[name] = (later if "expiry" in name else today).isoformat()
            case "choice":
                found[name] = dice.choice(field.options) if field.options else "有"
            case "yes-no":
                found[name] = "yes"
            case "url":
                found[name] = "https://www.example.gov.cn/"
            case _:
                found[name] = "已存档，见纸质材料"
    return found
