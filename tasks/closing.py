"""Close an occurrence when everything that its `done` names is met; and open it again when something is taken back."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from schedules.grammar import AllOf, ByPeople
from tasks.duty import Duty

UNMET = frozenset({"open", "submitted", "expected", "history"})
NEVER_OWED = ("undone", "transferred")
CHILDREN = "children"
QUORUM = "quorum"


def close_if_done(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Close the occurrence if nothing it needs is unmet, then the one it is a child of, if it was the last.

    Return whether it closed.
    """
    if not settle_quorum(session, duty, now=now) and _unmet(session, duty):
        return False
    duty.occurrence.state, duty.occurrence.closed_at = "closed", now
    session.flush()
    if duty.occurrence.parent_id is not None:
        _close_parent(session, duty, now=now)
    return True


def settle_quorum(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Whether the share that is enough is reached; what the rest still owe is then not needed. False where no share is asked for.

    Counted are those not excused; what was handed in counts when it is approved.
    """
    done = duty.schedule.done
    if (
        not isinstance(done, ByPeople)
        or done.quorum is None
        or duty.part
        or duty.occurrence.parent_id is not None
    ):
        return False
    ours = (ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == duty.part)
    owed = or_(ObligationRow.state.in_((*UNMET, "done")), ObligationRow.closed_why == QUORUM)
    met, all_ = session.execute(
        select(
            func.coalesce(func.sum(case((ObligationRow.state == "done", 1), else_=0)), 0), func.count()
        ).where(*ours, owed)
    ).one()
    if not all_ or met * 100 < done.quorum * all_:
        return False
    session.execute(
        update(ObligationRow)
        .where(*ours, ObligationRow.state.in_(("open", "history")))
        .values(state="waived", closed_at=now, closed_why=QUORUM, next_no=None, next_at=None)
        .execution_options(synchronize_session="fetch")
    )
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
    """The states of each part; what an undo cancelled was never owed, what was handed over is owed by another."""
    query = (
        select(ObligationRow.part, ObligationRow.state)
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            or_(ObligationRow.closed_why.is_(None), ObligationRow.closed_why.not_in(NEVER_OWED)),
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


def reopen(duty: Duty, session: Session) -> None:
    """Something was taken back: the occurrence, and the one it is a child of, are open again."""
    occurrence: OccurrenceRow | None = duty.occurrence
    while occurrence is not None:
        if occurrence.state == "closed":
            occurrence.state, occurrence.closed_at = "open", None
        parent = session.get(ObligationRow, occurrence.parent_id) if occurrence.parent_id else None
        occurrence = session.get(OccurrenceRow, parent.occurrence_id) if parent else None
