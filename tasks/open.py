"""Open what begins: occurrences, their parts, and an obligation for everyone who owes one. Safe to run again at any time."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.obligations import OccurrenceRow
from models.schedules import ScheduleRow, ScheduleVersionRow
from schedules.errors import NotFound
from schedules.grammar import Expiry, Schedule, Summary
from schedules.occurrences import Slot, holding, next_opening, opening, slots
from schedules.parts import parts as parts_of
from schedules.quota import counts_up
from schedules.serial import summary_from_json
from schedules.words import phrase
from tasks import people, summarise
from tasks.live import Live, definition
from tasks.portion import Place, follow_members, open_part
from tasks.recount import recount_all

log = logging.getLogger(__name__)

TROUBLE = timedelta(hours=1)
LONG_AGO = timedelta(days=36_500)
HISTORY = timedelta(days=31)


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
    occurrences = obligations = 0
    for row in rows:
        try:
            with session.begin_nested():
                opened = _run(session, live, row, now=now)
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
    match row.kind:
        case "summary":
            return _open_summary(session, live, row, now=now)
        case people.MEMBERS:
            return Opened(0, follow(session, live, now=now))
        case _:
            return _open_duty(session, live, row, now=now)


def follow(session: Session, live: Live, *, now: datetime) -> int:
    """Follow joins and leaves in what is open, and set when memberships change next. Return how many obligations changed."""
    people.refresh_members(session, live.office, now=now)
    changed = follow_members(session, live, now=now)
    if changed:
        recount_all(session, live, now=now)
    people.mark_next_change(session, live.office, now=now)
    return changed


def _open_duty(session: Session, live: Live, row: ScheduleRow, *, now: datetime) -> Opened:
    if row.live_version_id is None:
        raise NotFound(phrase("schedule '{key}' has no version", key=row.key))
    schedule = definition(session, row.live_version_id)
    records = Live(
        version_id=live.version_id,
        office=people.with_records(session, live.office),
        trial=live.trial,
        start_on=live.start_on,
    )
    known = set(session.scalars(select(OccurrenceRow.key).where(OccurrenceRow.schedule_id == row.id)))
    count = owed = 0
    for slot, late in _fresh(schedule, records, row, now=now):
        if slot.key not in known:
            count, owed = (
                count + 1,
                owed + open_slot(session, records, row, schedule, slot, now=now, late=late),
            )
    row.next_at = next_opening(schedule, records.office, after=now)
    return Opened(count, owed)


def _fresh(schedule: Schedule, live: Live, row: ScheduleRow, *, now: datetime) -> list[tuple[Slot, bool]]:
    """The slots to open now, each with whether it is opened late (its passed rungs are then not made up for)."""
    since = row.opened_through
    if isinstance(schedule.when, Expiry):
        begun = opening(schedule, live.office, after=now - LONG_AGO, until=now)
        return [(slot, since is None or slot.opens_at <= since) for slot in begun]
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
        for slot in _missed(schedule, opening(schedule, live.office, after=since, until=now), live.today(now))
    ]


def _missed(schedule: Schedule, begun: Sequence[Slot], today: date) -> list[Slot]:
    """Apply the schedule's policy to slots whose day has passed before they could open."""
    policy = getattr(schedule.when, "missed", "all")
    passed = [slot for slot in begun if _last_day(slot) < today]
    kept = {"all": passed, "latest": passed[-1:], "skip": []}[policy]
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
) -> int:
    """Open one occurrence and the parts that begin with it. Return how many obligations were opened."""
    if slot.date is None:
        return 0
    history = _last_day(slot) < live.start_on
    occurrence = OccurrenceRow(
        schedule_id=row.id, key=slot.key, version_id=row.live_version_id, title=schedule.title, subject=slot.subject,
        held_on=slot.date, starts_at=slot.starts_at, opens_at=slot.opens_at, due_on=slot.due_on, due_at=slot.due_at,
        moved_from=slot.moved_from, provisional=slot.provisional, state="open",
    )  # fmt: skip
    session.add(occurrence)
    session.flush()
    place = Place(occurrence=occurrence, schedule=schedule, slot=slot, late=late, history=history)
    owed = 0
    for part in parts_of(schedule, slot, live.office):
        if part.opens == "at-open" and not (history and part.kind == "attend"):
            owed += open_part(session, live, place, part, now=now)
    if counts_up(schedule.done):
        recount_all(session, live, now=now)
    return owed


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
