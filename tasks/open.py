"""Open what begins: occurrences, their parts, and an obligation for everyone who owes one. Safe to run again at any time."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.obligations import OccurrenceRow
from models.schedules import OfficeStateRow, ScheduleRow, ScheduleVersionRow
from schedules.errors import NotFound, Refused
from schedules.grammar import Anniversary, Expiry, FromRegister, Once, Schedule, Summary, Topics
from schedules.occurrences import Slot, holding, next_opening, opening, slots
from schedules.office import OfficeSpec
from schedules.parts import AT_OPEN
from schedules.parts import parts as parts_of
from schedules.serial import summary_from_json
from schedules.terms import first_day
from schedules.words import phrase
from tasks.days import calendar_alarm
from tasks.duties.count_anew import recount_all
from tasks.duties.evidence import said
from tasks.duties.portion import Place, follow_members, is_history, open_part
from tasks.duties.records import as_recorded
from tasks.duties.targets import follow_targets, has_targets
from tasks.live import Live, definition
from tasks.pausing import end_pause, named, pause_ends
from tasks.reporting import summarise
from tasks.roster import people
from tasks.roster.orphans import tell_of_orphans
from tasks.taken_over import changed_since, taken_over

log = logging.getLogger(__name__)

TROUBLE = timedelta(hours=1)
LONG_AGO = timedelta(days=36_500)
HISTORY = timedelta(days=31)
CLOCK = "clock"  # who ends a pause whose day has come


@dataclass(frozen=True, slots=True)
class Opened:
    """How many occurrences and obligations a run opened."""

    occurrences: int
    obligations: int


def open_due(session: Session, live: Live, *, now: datetime, key: str | None = None) -> Opened:
    """Open everything whose time has come, of one schedule or of all. What is to open follows from the high-water mark alone.

    A schedule that fails is logged and looked at again an hour later; the others are not held up by it.
    """
    due = (
        select(ScheduleRow)
        .where(ScheduleRow.next_at <= now, ScheduleRow.removed_at.is_(None))
        .order_by(ScheduleRow.id)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(due if key is None else due.where(ScheduleRow.key == key)).all()
    if rows and session.scalar(select(OfficeStateRow.version_id)) != live.version_id:
        return Opened(0, 0)  # another office came into force before they were locked; they are still due
    occurrences = obligations = 0
    records = replace(live, office=as_recorded(session, live.office)) if rows else live
    for row in rows:
        try:
            with session.begin_nested():
                opened = _run(session, records, row, now=now)
                row.opened_through, row.last_run_at, row.runs = now, now, row.runs + 1
                session.flush()
        except DBAPIError:
            raise  # the database's trouble is not the schedule's: the whole run is tried again
        except Exception:
            log.exception("schedule %s cannot be opened; it is looked at again in an hour", row.key)
            row.next_at = now + TROUBLE
            continue
        occurrences, obligations = occurrences + opened.occurrences, obligations + opened.obligations
    session.flush()
    return Opened(occurrences, obligations)


def _run(session: Session, live: Live, row: ScheduleRow, *, now: datetime) -> Opened:
    """`live`: with what is on record, read once for all; nothing that opens changes it."""
    if row.paused_at is not None:
        over = row.paused_until is not None and row.paused_until <= live.today(now)
        if over:
            return resume(session, live, row, actor=CLOCK, reason=None, now=now)
        row.next_at = pause_ends(row, live.office)
        return Opened(0, 0)
    match row.kind:
        case "summary":
            return _open_summary(session, live, row, now=now)
        case people.MEMBERS:
            return Opened(0, follow(session, live, now=now))
        case calendar_alarm.CALENDAR:
            return Opened(0, calendar_alarm.alarm(session, live, row, now=now))
        case _:
            return _open_duty(session, live, row, now=now)


def follow(session: Session, live: Live, *, now: datetime) -> int:
    """Follow joins and leaves in what is open, and set when memberships change next. Return how many obligations changed.

    What was left behind without an owner is told to those who can give it to somebody.
    """
    people.refresh_members(session, live.office, now=now)
    changed = follow_members(session, live, now=now)
    if changed:
        recount_all(session, live, now=now)
    people.follow_people(session, at=now)
    session.flush()
    tell_of_orphans(session, live, now=now)
    people.mark_next_change(session, live.office, now=now)
    return changed


def _open_duty(
    session: Session, live: Live, row: ScheduleRow, *, now: datetime, resumed: bool = False
) -> Opened:
    if row.live_version_id is None:
        raise NotFound(phrase("schedule '{key}' has no version", key=row.key))
    schedule = definition(session, row.live_version_id)
    count, owed = 0, follow_targets(session, live, row, now=now) if has_targets(schedule) else 0
    is_busy = busy(session, row, schedule, live.office)
    begun = _resumed(schedule, live, now=now) if resumed else _fresh(schedule, live, row, now=now)
    if not resumed and changed_since(session, row, schedule):
        fresh = {slot.key for slot, _late in begun}
        begun = [*begun, *(each for each in _resumed(schedule, live, now=now) if each[0].key not in fresh)]
    for slot, late in begun:
        if not is_busy(slot):
            count, owed = (
                count + 1,
                owed + open_slot(session, live, row, schedule, slot, now=now, late=late),
            )
    row.next_at = next_opening(schedule, live.office, after=now)
    return Opened(count, owed)


def busy(
    session: Session, row: ScheduleRow, schedule: Schedule, office: OfficeSpec
) -> Callable[[Slot], bool]:
    """Whether a slot is not to be opened: it was before, by this rule or a former one, or its person still owes the one before."""
    known = set(session.scalars(select(OccurrenceRow.key).where(OccurrenceRow.schedule_id == row.id)))
    if not isinstance(schedule.when, Anniversary):
        is_taken = taken_over(session, row, schedule, office)
        return lambda slot: slot.key in known or is_taken(slot)
    still_open = select(OccurrenceRow.subject).where(
        OccurrenceRow.schedule_id == row.id, OccurrenceRow.state == "open"
    )
    owing = set(session.scalars(still_open))
    return lambda slot: slot.key in known or slot.subject in owing


def _resumed(schedule: Schedule, live: Live, *, now: datetime) -> list[tuple[Slot, bool]]:
    """After a pause: what is running now, and of certificates and campaigns whatever has begun; nothing that is over."""
    if isinstance(schedule.when, Expiry):
        return [(slot, True) for slot in opening(schedule, live.office, after=now - LONG_AGO, until=now)]
    return [(slot, True) for slot in holding(schedule, live.office, now)]


def _fresh(schedule: Schedule, live: Live, row: ScheduleRow, *, now: datetime) -> list[tuple[Slot, bool]]:
    """The slots to open now, each with whether it is opened late (its passed rungs are then not made up for)."""
    since = row.opened_through
    if isinstance(schedule.when, Expiry):
        begun = opening(schedule, live.office, after=now - LONG_AGO, until=now)
        return [(slot, since is None or slot.opens_at <= since) for slot in begun]
    if isinstance(schedule.when, Anniversary) or (isinstance(schedule.when, Once) and since is not None):
        return _running(schedule, live, since=since, now=now)
    if since is None:
        current = list(holding(schedule, live.office, now))
        first = live.start_on - HISTORY
        past = [
            s
            for s in slots(schedule, live.office, first, live.start_on - timedelta(days=1))
            if s.date and s.opens_at <= now
        ]
        explicit = live.office.file.start_on is not None
        ahead = {slot.key for slot in current}
        return [
            (slot, True)
            for slot in (*([s for s in past if s.key not in ahead] if explicit else ()), *current)
        ]
    return [
        (slot, False)
        for slot in _missed(schedule, opening(schedule, live.office, after=since, until=now), live, now)
    ]


def _running(
    schedule: Schedule, live: Live, *, since: datetime | None, now: datetime
) -> list[tuple[Slot, bool]]:
    """Where people and rows come and go: what is running now, and what began since the last run."""
    running = holding(schedule, live.office, now)
    begun = opening(schedule, live.office, after=since, until=now) if since else ()
    kept = _missed(schedule, begun, live, now)
    late = [(slot, True) for slot in running if slot not in begun]
    return [*late, *((slot, False) for slot in kept)]


def _missed(schedule: Schedule, begun: Sequence[Slot], live: Live, now: datetime) -> list[Slot]:
    """Apply the schedule's policy to slots whose day has passed before they could open."""
    rule, today = schedule.when.missed, live.today(now)
    passed = [slot for slot in begun if _last_day(slot) < today]
    first = first_day(today, rule.within, live.office.calendar) if rule.within else date.min
    recent = [slot for slot in passed if _last_day(slot) >= first]
    kept = {"all": recent, "latest": recent[-1:], "skip": []}[rule.policy]
    return [slot for slot in begun if slot in kept or slot not in passed]


def _last_day(slot: Slot) -> date:
    days = [day for day in (slot.date, slot.due_on) if day is not None]
    return max(days)


def open_slot(
    session: Session,
    live: Live,
    row: ScheduleRow,
    schedule: Schedule,
    slot: Slot,
    *,
    now: datetime,
    late: bool,
    event_id: int | None = None,
) -> int:
    """Open one occurrence and the parts that begin with it. Return how many obligations were opened."""
    if slot.date is None:
        return 0
    occurrence = OccurrenceRow(
        schedule_id=row.id, key=slot.key, version_id=row.live_version_id, title=(slot.title or schedule.title)[:200],
        subject=slot.subject[:120] if slot.subject else None,
        held_on=slot.date, starts_at=slot.starts_at, opens_at=slot.opens_at, due_on=slot.due_on, due_at=slot.due_at,
        moved_from=slot.moved_from, provisional=slot.provisional, state="open", event_id=event_id,
        fields={name: list(values) for name, values in slot.fields.items()},
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    place = Place(occurrence=occurrence, schedule=schedule, slot=slot, late=late)
    begun = [part for part in parts_of(schedule, slot, live.office) if part.opens == AT_OPEN]
    # Of a gathering whose record was due before the start nobody is asked who was there.
    over = any(part.kind == "record" and is_history(live, place, part) for part in begun)
    opened = sum(
        open_part(session, live, place, part, now=now)
        for part in begun
        if not (over and part.kind == "attend")
    )
    if isinstance(schedule.done, FromRegister | Topics):
        recount_all(session, live, now=now)
    return opened


def resume(
    session: Session, live: Live, row: ScheduleRow, *, actor: str, reason: str | None, now: datetime
) -> Opened:
    """End a pause: what is open speaks again from now on, what is running now is opened; what passed meanwhile is not made up for."""
    end_pause(session, live, row, actor=actor, reason=reason, now=now)
    if row.kind == "summary":
        row.next_at = summarise.next_draft(summary_of(session, row), live.office, after=now)
        opened = Opened(0, 0)
    else:
        records = replace(live, office=as_recorded(session, live.office))
        opened = _open_duty(session, records, row, now=now, resumed=True)
        people.mark_members(session, at=now)  # who joined or left meanwhile is followed at the next run
    row.opened_through = now
    return opened


def resume_by_hand(
    session: Session, live: Live, *, key: str, reason: str, actor: str, now: datetime
) -> list[str]:
    """End the pause of what an id names before its time. Return the ids. Raise Refused if nothing of it is paused, or without a reason."""
    words = said(reason, field="reason", missing=phrase("say in a few words why it is resumed"))
    rows = [row for row in named(session, live.office, key) if row.paused_at is not None]
    if not rows:
        raise Refused(phrase("'{key}' is not paused", key=key))
    for row in rows:
        resume(session, live, row, actor=actor, reason=words, now=now)
    return [row.key for row in rows]


def _open_summary(session: Session, live: Live, row: ScheduleRow, *, now: datetime) -> Opened:
    summary = summary_of(session, row)
    drafted = 0
    for draft in summarise.drafts_between(summary, live.office, after=row.opened_through, until=now):
        drafted += summarise.draft_summary(session, live, summary, draft, now=now)
    row.next_at = summarise.next_draft(summary, live.office, after=now)
    return Opened(0, drafted)


def summary_of(session: Session, row: ScheduleRow) -> Summary:
    """The live definition of a summary."""
    if row.live_version_id is None:
        raise NotFound(phrase("schedule '{key}' has no version", key=row.key))
    return summary_from_json(session.get_one(ScheduleVersionRow, row.live_version_id).spec_json)
