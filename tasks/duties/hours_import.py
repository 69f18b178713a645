"""Hours from a table: compared with those on record, then entered together, all or none.

A course is known by whose it is, its day, its title and its kind; the same one with other hours is a correction.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import CreditRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.queries.duties import lock_occurrence
from models.schedules import ScheduleRow
from schedules.grammar import Quota, Schedule
from schedules.hours_table import HourRow
from schedules.periods import quota_period
from schedules.quota import HUNDREDTHS
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.duties.credit import count
from tasks.duties.duty import Duty, load
from tasks.duties.hours_asked import tell_of_hours
from tasks.live import Live, definition

STANDS = ("submitted", "accepted")
TAKES = (Obligation.OPEN, Obligation.DONE, Obligation.HISTORY)
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, the duty it counts for, and what is on record of it: hundredths, or None."""

    row: HourRow
    obligation_id: int
    was: int | None


@dataclass(slots=True)
class HoursChange:
    """What a table of hours would change; `refused`: why, by the number of the row and the field."""

    fresh: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    same: list[Entry] = field(default_factory=list)
    refused: list[tuple[HourRow, str, Words]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.fresh or self.changed)


def compare_hours(
    session: Session, schedule: Schedule, rows: Sequence[HourRow], *, today: date
) -> HoursChange:
    """Compare rows with the record. `schedule` counts hours; every row that cannot count for it is refused."""
    change = HoursChange()
    owed = _owed(session, schedule, {row.person for row in rows})
    known = _on_record(session, [each.id for duties in owed.values() for each, _, _ in duties])
    for row in rows:
        duty, why = _duty(owed.get(row.person, ()), row, schedule, today)
        if duty is None:
            change.refused.append((row, *why))
            continue
        was = known.get(duty.id, {}).get((row.done_on, row.title, row.kind))
        entry = Entry(row, duty.id, was)
        (change.fresh if was is None else change.same if was == row.amount else change.changed).append(entry)
    _check_days(schedule, change, known)
    return change


Owed = tuple[ObligationRow, date, Schedule]


def _owed(session: Session, schedule: Schedule, people: set[str]) -> dict[str, list[Owed]]:
    """The duties of each person, with a day of the period and the definition they were opened with."""
    query = (
        select(ObligationRow, OccurrenceRow.held_on, OccurrenceRow.version_id, PersonRow.key)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(PersonRow, PersonRow.id == PartyRow.person_id)
        .where(ScheduleRow.key == schedule.id)
    )
    found: dict[str, list[Owed]] = defaultdict(list)
    versions: dict[int, Schedule] = {}
    for row, held_on, version_id, person in session.execute(query):
        if person in people and held_on is not None:
            if version_id not in versions:
                versions[version_id] = definition(session, version_id)
            found[person].append((row, held_on, versions[version_id]))
    return found


def _on_record(session: Session, duties: Sequence[int]) -> dict[int, dict[tuple[date, str, str], int]]:
    """What stands, by duty and course; asked for in pieces that both databases take."""
    found: dict[int, dict[tuple[date, str, str], int]] = defaultdict(dict)
    for first in range(0, len(duties), 500):
        query = select(CreditRow).where(
            CreditRow.obligation_id.in_(duties[first : first + 500]), CreditRow.state.in_(STANDS)
        )
        for credit in session.scalars(query):
            course = (credit.done_on, credit.title, credit.kind)
            found[credit.obligation_id][course] = credit.amount
    return found


def _duty(
    duties: Sequence[Owed], row: HourRow, schedule: Schedule, today: date
) -> tuple[ObligationRow | None, tuple[str, Words]]:
    if row.done_on > today:
        return None, ("done_on", phrase("the day it was done cannot lie in the future"))
    if not duties:
        return None, (
            "id",
            phrase("{name} owes no hours of '{schedule}'", name=row.person, schedule=schedule.title),
        )
    for duty, held_on, own in duties:
        period = quota_period(own, held_on)
        if period.first <= row.done_on <= period.last and isinstance(own.done, Quota):
            closed = phrase("this duty is closed and cannot be recorded any more")
            return (duty if duty.state in TAKES else None), ("id", closed)
    years = "、".join(dict.fromkeys(quota_period(own, held_on).key for _, held_on, own in duties))
    return None, ("done_on", phrase("the course was not in {year}", year=years))


def _check_days(
    schedule: Schedule, change: HoursChange, known: Mapping[int, Mapping[tuple[date, str, str], int]]
) -> None:
    """Refuse what would make a day longer than it may be."""
    quota = schedule.done
    if not isinstance(quota, Quota) or quota.sum != "hours":
        return
    days: dict[tuple[int, date], int] = defaultdict(int)
    for duty, courses in known.items():
        for (day, _, _), amount in courses.items():
            days[duty, day] += amount
    for each in (*change.fresh, *change.changed):
        days[each.obligation_id, each.row.done_on] += each.row.amount - (each.was or 0)
    what = phrase("at most {n} hours of one day; a longer course is entered day by day", n=quota.per_day)
    for entries in (change.fresh, change.changed):
        long = [
            each
            for each in entries
            if days[each.obligation_id, each.row.done_on] > quota.per_day * HUNDREDTHS
        ]
        change.refused += [(each.row, "amount", what) for each in long]


def write_hours(
    session: Session, live: Live, change: HoursChange, *, by: str, clerk: str | None, now: datetime,
    step: Step = lambda done, total: None,
) -> int:  # fmt: skip
    """Enter what is new and correct what changed, duty by duty; what the desk enters counts at once.

    `by` is the actor of the trail; the hours of the `clerk` who does it (a staff number) wait for somebody else's yes. Return how many
    rows were written.
    """
    entries: dict[int, list[Entry]] = defaultdict(list)
    for each in (*change.fresh, *change.changed):
        entries[each.obligation_id].append(each)
    for done, obligation_id in enumerate(sorted(entries), start=1):
        lock_occurrence(session, obligation_id)
        duty = load(session, obligation_id)
        known = {
            (credit.done_on, credit.title, credit.kind): credit
            for credit in session.scalars(
                select(CreditRow)
                .where(CreditRow.obligation_id == obligation_id)
                .order_by(CreditRow.state.in_(STANDS))
            )
        }
        for each in entries[obligation_id]:
            course = (each.row.done_on, each.row.title, each.row.kind)
            credit = _enter(session, each, known.get(course), by=by, now=now)
            if clerk is not None and each.row.person == clerk:
                _ask(session, live, duty, credit, now=now)
        session.flush()
        count(session, duty, now=now)
        step(done, len(entries))
    return len(change.fresh) + len(change.changed)


def _enter(session: Session, entry: Entry, known: CreditRow | None, *, by: str, now: datetime) -> CreditRow:
    row = entry.row
    credit = known or CreditRow(obligation_id=entry.obligation_id, source=_source(row))
    credit.amount, credit.kind, credit.title, credit.done_on = row.amount, row.kind, row.title, row.done_on
    credit.recorded_at, credit.state, credit.reason = now, "accepted", None
    session.add(credit)
    act, was = ("credit", {}) if entry.was is None else ("credit-correct", {"was": entry.was})
    note(
        session, actor=by, act=act, subject_kind="obligation", subject_id=entry.obligation_id, at=now, amount=row.amount, **was
    )  # fmt: skip
    return credit


def _ask(session: Session, live: Live, duty: Duty, credit: CreditRow, *, now: datetime) -> None:
    """Nobody agrees to what he handed in for himself."""
    quota = duty.schedule.done
    if isinstance(quota, Quota) and quota.approve is not None:
        credit.state = "submitted"
        session.flush()
        tell_of_hours(session, live, duty, credit, quota.approve.role, now=now)


def _source(row: HourRow) -> str:
    text = f"{row.done_on}\n{row.kind}\n{row.title}"
    return f"import:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
