"""Follow the table of a campaign: a row that is gone stops, one that comes back goes on, a row with another owner changes hands.

What was done stays done. New rows are opened like any occurrence: see `open.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.grammar import Once, Schedule
from schedules.office import OfficeSpec
from schedules.parts import AT_OPEN, parts
from tasks.duties.portion import Place, open_part, owners_of, slot_of
from tasks.live import Live, definition

GONE = "target"  # why what is owed for a row ended: the row is gone, or names somebody else
OWED = ("open", "expected", "submitted")
STANDING = (*OWED, "paused")  # and what is owed again as soon as its clock runs on


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Numbers of rows of one campaign that an office's table adds or no longer has."""

    schedule: str
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign is: done of all that are not stopped."""

    schedule: str
    title: str
    done: int
    total: int


def has_targets(schedule: object) -> bool:
    """Whether it is a campaign with a table."""
    return (
        isinstance(schedule, Schedule)
        and isinstance(schedule.when, Once)
        and schedule.when.targets is not None
    )


def follow_targets(session: Session, live: Live, row: ScheduleRow, *, now: datetime) -> int:
    """Follow the applied table in what was opened before. Return how many obligations changed."""
    changed = 0
    opened = select(OccurrenceRow).where(
        OccurrenceRow.schedule_id == row.id, OccurrenceRow.state.in_(("open", "cancelled"))
    )
    for occurrence in session.scalars(opened).all():
        schedule = definition(session, occurrence.version_id)
        if live.office.target(schedule.when, occurrence.key) is None:
            changed += _stop(session, occurrence, now=now)
        elif occurrence.state == "open" or _stopped(session, occurrence):
            occurrence.state, occurrence.closed_at = "open", None
            changed += _hand_over(session, live, occurrence, schedule, now=now)
    return changed


def _stop(session: Session, occurrence: OccurrenceRow, *, now: datetime) -> int:
    if occurrence.state != "open":
        return 0
    occurrence.state, occurrence.closed_at = "cancelled", now
    return _withdraw(session, occurrence, now=now)


def _withdraw(session: Session, occurrence: OccurrenceRow, *, now: datetime, keep: Sequence[int] = ()) -> int:
    result = session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.occurrence_id == occurrence.id, ObligationRow.state.in_(OWED), ObligationRow.party_id.not_in(keep)
        )
        .values(state="withdrawn", closed_why=GONE, closed_at=now, next_no=None, next_at=None)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def _stopped(session: Session, occurrence: OccurrenceRow) -> bool:
    """Whether the occurrence ended because its row was gone, not by anybody's decision."""
    gone = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == occurrence.id, ObligationRow.closed_why == GONE
    )
    return session.scalars(gone).first() is not None


def _hand_over(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, *, now: datetime
) -> int:
    """Withdraw it from whom the row does not name any more, and open it for whom it names."""
    if schedule.who.target is None:
        return 0
    place = Place(occurrence=occurrence, schedule=schedule, slot=slot_of(occurrence), late=True)
    found = [part for part in parts(schedule, place.slot, live.office) if part.kind != "child"]
    owners = {part.key: set(owners_of(session, live, place, part, now=now)) for part in found}
    keep = [party for parties in owners.values() for party in parties]
    changed = _withdraw(session, occurrence, now=now, keep=keep)
    for part in found:
        if part.opens == AT_OPEN and owners[part.key] - _owing(session, occurrence, part.key):
            changed += open_part(session, live, place, part, now=now, opens_at=now)
    return changed


def _owing(session: Session, occurrence: OccurrenceRow, part: str) -> set[int]:
    """The parties that owe or did a part."""
    query = select(ObligationRow.party_id).where(
        ObligationRow.occurrence_id == occurrence.id, ObligationRow.part == part, ObligationRow.state != "withdrawn"
    )  # fmt: skip
    return set(session.scalars(query))


def changes(session: Session, office: OfficeSpec) -> tuple[Change, ...]:
    """What an office's tables would add to and take from campaigns that have begun. Rows are compared by their number."""
    found = []
    for schedule in office.schedules:
        if not isinstance(schedule.when, Once) or schedule.when.targets is None:
            continue
        rows = session.execute(
            select(OccurrenceRow.key, OccurrenceRow.state)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == schedule.id)
            .order_by(OccurrenceRow.id)
        ).all()
        wanted = [target.number for target in office.targets.get(schedule.when.targets, ())]
        here = [key for key, state in rows if state == "open"]
        known = {key for key, state in rows if state != "cancelled"}
        if rows:
            added = tuple(key for key in wanted if key not in known)
            removed = tuple(key for key in here if key not in wanted)
            found.append(Change(schedule=schedule.id, added=added, removed=removed))
    return tuple(each for each in found if each.added or each.removed)


def progress(session: Session, live: Live) -> tuple[Progress, ...]:
    """How far each campaign with a table is, in the order of the office's files."""
    counted: dict[str, dict[str, int]] = {}
    campaigns = [schedule for schedule in live.office.schedules if has_targets(schedule)]
    query = (
        select(ScheduleRow.key, OccurrenceRow.state)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key.in_([each.id for each in campaigns]), OccurrenceRow.parent_id.is_(None))
    )
    for key, state in session.execute(query) if campaigns else ():
        states = counted.setdefault(key, {})
        states[state] = states.get(state, 0) + 1
    found = [(each, counted[each.id]) for each in campaigns if each.id in counted]
    return tuple(
        Progress(
            schedule=each.id, title=each.title, done=states.get("closed", 0),
            total=states.get("closed", 0) + states.get("open", 0),
        )
        for each, states in found
    )  # fmt: skip
