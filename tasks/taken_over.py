"""Occurrences of a schedule that was changed while it runs: what was opened by the former rule is not opened once more by the new one."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import OccurrenceRow
from models.schedules import ScheduleRow, ScheduleVersionRow
from schedules.grammar import Cycle, Dated, Schedule, Window
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.shifts import place, shifts
from schedules.slot import Slot
from tasks.live import definition


def taken_over(
    session: Session, row: ScheduleRow, schedule: Schedule, office: OfficeSpec
) -> Callable[[Slot], bool]:
    """Whether an occurrence of the rule in force stands for one that a former rule opened: this week's study on another weekday.

    What was called off leaves its place free.
    """
    opened = select(OccurrenceRow.version_id, OccurrenceRow.key).where(
        OccurrenceRow.schedule_id == row.id,
        OccurrenceRow.version_id != row.live_version_id,
        OccurrenceRow.state != "cancelled",
    )
    if not isinstance(schedule.when, Dated):
        return lambda _slot: False
    keys: dict[int, set[str]] = {}
    for version_id, key in session.execute(opened):
        keys.setdefault(version_id, set()).add(key)
    former = [(definition(session, version_id), found) for version_id, found in keys.items()]
    return lambda slot: any(stands_for(slot, schedule, old, office, opened=found) for old, found in former)


def stands_for(
    slot: Slot, schedule: Schedule, old: Schedule, office: OfficeSpec, *, opened: set[str]
) -> bool:
    """Whether `slot` of `schedule` has the place of one of the `opened` keys of the `old` rule."""
    where = place(old, schedule)
    span = where(slot.key) if isinstance(old.when, Dated) else None
    if span is None or not any(where(key) == span for key in opened):
        return False
    pairs = shifts(slots(old, office, *span), slots(schedule, office, *span), where)
    return any(
        pair.new is not None
        and pair.new.key == slot.key
        and pair.old is not None
        and pair.old.key != slot.key
        and pair.old.key in opened
        for pair in pairs
    )


def changed_since(session: Session, row: ScheduleRow, schedule: Schedule) -> bool:
    """Whether the definition in force is newer than the last look: what it has running now may never have been opened.

    What hangs on people, certificates or tables is looked at whole each time.
    """
    if row.opened_through is None or not isinstance(schedule.when, Dated | Window | Cycle):
        return False
    applied_at = session.scalar(
        select(ScheduleVersionRow.applied_at).where(ScheduleVersionRow.id == row.live_version_id)
    )
    return applied_at is not None and applied_at >= row.opened_through
