"""Close an occurrence when everything that its `done` names is met; and open it again when something is taken back."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.grammar import AllOf, Anniversary
from tasks.duty import Duty

UNMET = frozenset({"open", "submitted", "expected", "history"})
CHILDREN = "children"


def close_if_done(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Close the occurrence if nothing it needs is unmet, then the one it is a child of, if it was the last.

    Return whether it closed.
    """
    if _unmet(session, duty):
        return False
    duty.occurrence.state, duty.occurrence.closed_at = "closed", now
    session.flush()
    if isinstance(duty.schedule.when, Anniversary) and duty.occurrence.parent_id is None:
        look_again(session, duty.occurrence.schedule_id, at=now)
    if duty.occurrence.parent_id is not None:
        _close_parent(session, duty, now=now)
    return True


def _unmet(session: Session, duty: Duty) -> bool:
    """Whether something the occurrence needs is still owed. Without named parts that is everything that was opened."""
    states = _states(session, duty.occurrence.id)
    done = duty.schedule.done
    if not isinstance(done, AllOf) or duty.occurrence.parent_id is not None:
        return any(state in UNMET for found in states.values() for state in found)
    needed = [part for part in done.all if part != CHILDREN and not _dropped(duty, part, states)]
    if any(not states.get(part) or states[part] & UNMET for part in needed):
        return True
    return CHILDREN in done.all and _open_children(session, duty.occurrence.id) > 0


def _states(session: Session, occurrence_id: int) -> dict[str, set[str]]:
    """The states of each part; what an undo cancelled was never owed."""
    query = (
        select(ObligationRow.part, ObligationRow.state)
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            or_(ObligationRow.closed_why.is_(None), ObligationRow.closed_why != "undone"),
        )
        .distinct()
    )
    found: dict[str, set[str]] = defaultdict(set)
    for part, state in session.execute(query):
        found[part].add(state)
    return found


def _dropped(duty: Duty, part: str, states: Mapping[str, set[str]]) -> bool:
    """Whether the part waits for a step that was excused, so that it will never open."""
    step = duty.schedule.steps.get(part)
    if step is None or step.after is None or states.get(part):
        return False
    return states.get(step.after) == {"waived"} or _dropped(duty, step.after, states)


def _open_children(session: Session, occurrence_id: int) -> int:
    return session.scalar(
        select(func.count())
        .select_from(OccurrenceRow)
        .join(ObligationRow, ObligationRow.id == OccurrenceRow.parent_id)
        .where(ObligationRow.occurrence_id == occurrence_id, OccurrenceRow.state == "open")
    ) or 0  # fmt: skip


def _close_parent(session: Session, duty: Duty, *, now: datetime) -> None:
    parent = session.get_one(ObligationRow, duty.occurrence.parent_id)
    occurrence = session.get_one(OccurrenceRow, parent.occurrence_id)
    if occurrence.state == "open":
        close_if_done(
            session,
            Duty(row=parent, occurrence=occurrence, schedule=duty.schedule, party=duty.party),
            now=now,
        )


def look_again(session: Session, schedule_id: int, *, at: datetime) -> None:
    """Have the next opening run compute anew when the schedule comes round."""
    session.get_one(ScheduleRow, schedule_id).next_at = at


def reopen(duty: Duty, session: Session) -> None:
    """Something was taken back: the occurrence, and the one it is a child of, are open again."""
    occurrence: OccurrenceRow | None = duty.occurrence
    while occurrence is not None:
        if occurrence.state == "closed":
            occurrence.state, occurrence.closed_at = "open", None
        parent = session.get(ObligationRow, occurrence.parent_id) if occurrence.parent_id else None
        occurrence = session.get(OccurrenceRow, parent.occurrence_id) if parent else None
