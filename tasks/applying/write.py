"""Write what an office in force consists of: its version, its schedules with their versions, and the end of those that are gone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import OfficeVersionRow, ScheduleRow, ScheduleVersionRow
from schedules.grammar import Anniversary, Event, Expiry, Schedule, Summary
from schedules.office import OfficeSpec
from schedules.serial import digest, to_json
from schedules.states import Obligation
from tasks.applying.compare import Plan, definitions, files_digest, in_force, without_numbers
from tasks.duties.records import PERSONAL
from tasks.duties.targets import STANDING, has_targets

Fate = Literal["keep", "cancel"]
Origin = Literal["folder", "rollback", "desk"]
REMOVED = "removed"  # why a duty ended: its schedule is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What leads to a version: where its files come from, what was said about it, and the version gone back to."""

    origin: Origin = "folder"
    note: str | None = None
    returned_to: int | None = None


def write_version(
    session: Session, files: Mapping[str, str], found: Plan, cause: Cause, *, by: str, now: datetime
) -> OfficeVersionRow:
    """Keep a version. Its number is the next: callers hold the lock of `lock_office`, so none is left out."""
    was = in_force(session)
    row = OfficeVersionRow(
        id=(session.scalar(select(func.max(OfficeVersionRow.id))) or 0) + 1,
        digest=files_digest(files), files=without_numbers(files), applied_at=now, applied_by=by,
        based_on=was.id if was else None, origin=cause.origin, returned_to=cause.returned_to, note=cause.note,
        changes=changes_of(found),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def changes_of(found: Plan) -> dict[str, object]:
    """What a plan changes, as it is kept: ids and counts, never names of people."""
    roster = found.roster
    return {
        "added": list(found.added), "changed": list(found.changed), "removed": list(found.removed),
        "ladders": list(found.ladders), "joined": list(roster.joined), "left": list(roster.left),
        "moved": list(roster.moved), "people": list(roster.changed), "credentials": found.credentials,
        "settings": found.settings_changed, "registers": found.registers_changed, "calendar": list(found.calendar),
        "targets": [
            {"schedule": each.schedule, "added": len(each.added), "removed": len(each.removed)} for each in found.targets
        ],
    }  # fmt: skip


def kind_of(item: Schedule | Summary) -> str:
    """The kind under which a schedule is kept."""
    if isinstance(item, Summary):
        return "summary"
    if isinstance(item.when, Event):
        return "event"
    if isinstance(item.when, Anniversary):
        return PERSONAL
    return "credential" if isinstance(item.when, Expiry) else "duty"


def write_schedules(session: Session, office: OfficeSpec, *, now: datetime) -> None:
    """Write new versions; a schedule that is new or changed is looked at by the next opening run at once.

    One that was removed and comes back begins as a new one does: what passed meanwhile is not made up for.
    """
    rows = {row.key: row for row in session.scalars(select(ScheduleRow))}
    for item in definitions(office):
        row = rows.get(item.id) or ScheduleRow(key=item.id, title=item.title, kind=kind_of(item), runs=0)
        session.add(row)
        session.flush()
        live = session.get(ScheduleVersionRow, row.live_version_id) if row.live_version_id else None
        if row.removed_at is not None or live is None or live.digest != digest(item):
            if row.removed_at is not None:
                row.opened_through = None
            row.live_version_id = _next_version(session, row, item, live, now=now).id
            row.title, row.kind, row.removed_at, row.next_at = item.title, kind_of(item), None, now
        elif has_targets(item):
            row.next_at = now  # its table may have changed
        row.obligatory = isinstance(item, Schedule) and item.must_remind


def _next_version(
    session: Session,
    row: ScheduleRow,
    item: Schedule | Summary,
    live: ScheduleVersionRow | None,
    *,
    now: datetime,
) -> ScheduleVersionRow:
    version = ScheduleVersionRow(
        schedule_id=row.id, no=(live.no if live else 0) + 1, spec_json=to_json(item), digest=digest(item), applied_at=now
    )  # fmt: skip
    session.add(version)
    session.flush()
    return version


def remove_schedules(session: Session, keys: tuple[str, ...], *, now: datetime, fate: Fate | None) -> None:
    """End schedules that are no longer there. `fate`: what becomes of what is open of them."""
    for row in session.scalars(select(ScheduleRow).where(ScheduleRow.key.in_(keys))):
        row.removed_at, row.next_at = now, None
        row.paused_at = row.paused_until = None
        if fate == "cancel":
            cancel_open(session, row.id, now=now)


def cancel_open(session: Session, schedule_id: int, *, now: datetime) -> None:
    """Cancel everything still open of a schedule; its reminders fall silent at once."""
    is_open = (OccurrenceRow.schedule_id == schedule_id, OccurrenceRow.state == "open")
    session.flush()
    session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.occurrence_id.in_(select(OccurrenceRow.id).where(*is_open)), ObligationRow.state.in_(STANDING)
        )
        .values(state=Obligation.CANCELLED, closed_at=now, closed_why=REMOVED, next_no=null(), next_at=null())
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    session.execute(
        update(OccurrenceRow)
        .where(*is_open)
        .values(state="cancelled", closed_at=now)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
