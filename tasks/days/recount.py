"""Count everything that is open anew with a corrected calendar: days of occurrences, due days, ladders. One transaction, no new epoch.

A day that somebody granted (an extension, a stop, a move by hand) stays as it was granted; a day that is over stays as it was.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, not_, select, update
from sqlalchemy.orm import Session

from models.obligations import DueChangeRow, ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.calendar import WorkCalendar
from schedules.dues import due_instant, make_up_due, step_due
from schedules.grammar import Attendance, Event, Expiry, Schedule
from schedules.ladder import MAKE_UP
from schedules.occurrences import Slot, event_slot, holding, slots
from schedules.parts import parts
from schedules.terms import last_day
from tasks.duties.due import CLOSED, Alike, Due, Trail, groups, move_many
from tasks.duties.known import known
from tasks.duties.portion import slot_of
from tasks.duties.records import PERSONAL, as_recorded
from tasks.live import Live, definition
from tasks.open import busy, open_slot

SEARCH = timedelta(
    days=62
)  # around the known days of an occurrence, in which its day by the rule is looked for
REACH = timedelta(days=62)  # beyond a due day, in which its ladder may still have rungs
DUTIES = ("duty", "credential", PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMove:
    """A gathering, or what else is held on its day, that moved; `new` None: it does not take place."""

    occurrence_id: int
    old: date
    new: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """What a corrected calendar changed: how many duties were counted anew, and which occurrences are held on another day."""

    duties: int
    held: tuple[HeldMove, ...]
    opened: int


def recount(session: Session, before: Live, live: Live, reason: str, *, now: datetime) -> Recounted:
    """Count anew what is open. `before` has the calendar that it was counted with, `live` the corrected one."""
    work = _Recount(session, before, live, Trail(kind="calendar", reason=reason), now)
    duties = 0
    held: list[HeldMove] = []
    roots = select(OccurrenceRow).where(OccurrenceRow.state.in_(("open", "closed")), owes_something())
    for occurrence in session.scalars(roots.order_by(OccurrenceRow.id)).all():
        schedule = definition(session, occurrence.version_id)
        placed = occurrence.parent_id is None and occurrence.state == "open"
        move = work.place(occurrence, schedule) if placed else None
        held += [move] if move else []
        if move is None or move.new is not None:
            duties += work.dues(occurrence, schedule)
    work.confirm_granted()
    opened = work.catch_up()
    session.expire_all()
    return Recounted(duties=duties, held=tuple(held), opened=opened)


def owes_something() -> ColumnElement[bool]:
    """Occurrences of which something is not closed yet: also where the steps that count are done."""
    return exists().where(ObligationRow.occurrence_id == OccurrenceRow.id, ObligationRow.state.not_in(CLOSED))


def by_hand() -> ColumnElement[bool]:
    """Duties whose day somebody granted."""
    return exists().where(
        DueChangeRow.obligation_id == ObligationRow.id,
        DueChangeRow.kind != "calendar",
        DueChangeRow.at >= ObligationRow.opened_at,
    )


class _Recount:
    def __init__(self, session: Session, before: Live, live: Live, trail: Trail, now: datetime) -> None:
        self.session, self.live, self.trail, self.now = session, live, trail, now
        self.records = replace(live, office=as_recorded(session, live.office))
        self.today = live.today(now)
        self.changed = changed_days(before.office.calendar, live.office.calendar)

    def place(self, occurrence: OccurrenceRow, schedule: Schedule) -> HeldMove | None:
        """Put an occurrence on its day by the corrected calendar. Return a move of the day it is held on, if there is one."""
        slot = self._slot(occurrence, schedule)
        if slot.date is None:
            self._cancel(occurrence)
            return HeldMove(occurrence_id=occurrence.id, old=occurrence.held_on, new=None)
        old = occurrence.held_on
        occurrence.held_on, occurrence.starts_at = slot.date, slot.starts_at
        occurrence.due_on, occurrence.due_at = slot.due_on, slot.due_at
        occurrence.moved_from, occurrence.provisional = slot.moved_from, slot.provisional
        self.session.flush()
        gathers = isinstance(schedule.done, Attendance) and slot.date != old
        return HeldMove(occurrence_id=occurrence.id, old=old, new=slot.date) if gathers else None

    def _slot(self, occurrence: OccurrenceRow, schedule: Schedule) -> Slot:
        """The occurrence by its rule. What was held stays on its day; what no rule names any more stays as it is."""
        was = slot_of(occurrence)
        calendar, office = self.live.office.calendar, self.records.office
        if isinstance(schedule.when, Event) and was.date is not None:
            return event_slot(
                schedule,
                office,
                key=was.key,
                on=was.date,
                at=was.starts_at,
                fields=was.fields,
                opens_at=was.opens_at,
            )
        days = [day for day in (was.date, was.due_on, was.moved_from) if day is not None]
        found = slots(schedule, office, min(days) - SEARCH, max(days) + SEARCH)
        fresh = next((each for each in found if each.key == occurrence.key), None)
        if fresh is None:
            return replace(was, provisional=was.provisional and not calendar.announced(max(days)))
        begun = occurrence.held_on < self.today or (fresh.date is not None and fresh.date < self.today)
        if fresh.date == was.date or isinstance(schedule.when, Expiry) or not begun:
            return fresh
        within = getattr(schedule.done, "within", None)
        due_on = last_day(occurrence.held_on, within, calendar) if within else was.due_on
        due_at = due_instant(due_on, schedule.basis, office) if due_on else None
        return replace(was, due_on=due_on, due_at=due_at, provisional=False)

    def _cancel(self, occurrence: OccurrenceRow) -> None:
        """It does not take place: its day is a rest day now, and the rule skips such days."""
        self.session.execute(
            update(ObligationRow)
            .where(ObligationRow.occurrence_id == occurrence.id, ObligationRow.state.not_in(CLOSED))
            .values(state="cancelled", closed_at=self.now, closed_why="calendar", next_no=None, next_at=None)
            .execution_options(synchronize_session=False)
        )
        occurrence.state, occurrence.closed_at = "cancelled", self.now
        self.session.flush()

    def dues(self, occurrence: OccurrenceRow, schedule: Schedule) -> int:
        """Count the duties of an occurrence anew; return how many were touched."""
        count = 0
        for alike in groups(self.session, occurrence.id, which=not_(by_hand())):
            due = self._due(occurrence, schedule, alike)
            if due is not None and self._concerned(alike, due):
                count += move_many(
                    self.session, self.live, occurrence, schedule, alike, due, self.trail, which=not_(by_hand()), now=self.now
                )  # fmt: skip
        for alike in groups(self.session, occurrence.id, which=by_hand()):
            due = self._as_granted(alike)
            if due is not None and self._concerned(alike, due):
                count += move_many(
                    self.session, self.live, occurrence, schedule, alike, due, self.trail, which=by_hand(), now=self.now
                )  # fmt: skip
        return count

    def _as_granted(self, alike: Alike) -> Due | None:
        """The day as it stands; only the ladder follows the calendar."""
        if alike.due_on is None or alike.due_at is None:
            return None
        earlier = alike.internal_on
        internal = Due(earlier, due_instant(earlier, None, self.live.office)) if earlier else None
        return Due(alike.due_on, alike.due_at, alike.provisional, internal)

    def _concerned(self, alike: Alike, due: Due) -> bool:
        """Whether the day, its certainty or a day on which the ladder may speak has changed."""
        if (alike.due_on, alike.provisional) != (due.on, due.provisional):
            return True
        return any(self.today <= day <= due.on + REACH for day in self.changed)

    def _due(self, occurrence: OccurrenceRow, schedule: Schedule, alike: Alike) -> Due | None:
        """When a part is due; None if it has no day, or one that no calendar moves."""
        if alike.due_on is None:
            return None
        slot = slot_of(occurrence)
        if alike.part == MAKE_UP:
            return make_up_due(schedule, occurrence.held_on, self.live.office)
        part = next(
            (each for each in parts(schedule, slot, self.live.office) if each.key == alike.part), None
        )
        if part is None:
            return None
        if part.kind == "child":
            return self._as_granted(alike)
        if part.due_on is not None and part.due_at is not None:
            return Due(part.due_on, part.due_at, part.provisional)
        if alike.part not in schedule.steps:
            return None
        facts = known(self.session, occurrence, schedule)
        return step_due(schedule, alike.part, slot, facts, self.live.office)

    def confirm_granted(self) -> None:
        """Granted days of a year that is announced now are no longer provisional."""
        last = self.live.office.calendar.last_announced
        if last is None:
            return
        self.session.execute(
            update(ObligationRow)
            .where(ObligationRow.provisional, ObligationRow.due_on <= last, ObligationRow.state.not_in(CLOSED), by_hand())
            .values(provisional=False)
            .execution_options(synchronize_session=False)
        )  # fmt: skip

    def catch_up(self) -> int:
        """Open what by the corrected calendar opened before the last look, and have every schedule looked at again."""
        opened = 0
        rows = select(ScheduleRow).where(
            ScheduleRow.kind.in_(DUTIES), ScheduleRow.removed_at.is_(None), ScheduleRow.opened_through.is_not(None),
            ScheduleRow.live_version_id.is_not(None),
        )  # fmt: skip
        for row in self.session.scalars(rows).all():
            schedule = definition(self.session, row.live_version_id or 0)
            is_busy = busy(self.session, row, schedule, self.records.office)
            for slot in holding(schedule, self.records.office, self.now):
                if not is_busy(slot) and row.opened_through and slot.opens_at <= row.opened_through:
                    opened += open_slot(
                        self.session, self.records, row, schedule, slot, now=self.now, late=True
                    )
        self.session.execute(
            update(ScheduleRow)
            .where(ScheduleRow.kind.in_((*DUTIES, "summary")), ScheduleRow.removed_at.is_(None))
            .values(next_at=self.now)
            .execution_options(synchronize_session=False)
        )
        return opened


def changed_days(before: WorkCalendar, after: WorkCalendar) -> Collection[date]:
    """The days that are worked by one calendar and not by the other, as far as either names days."""
    years = {day.year for day in (*before.days, *after.days)} | before.years | after.years
    both = sorted({each.day for year in years for each in after.year(year)})
    return [day for day in both if before.is_workday(day) != after.is_workday(day)]
