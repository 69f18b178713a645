"""Close an occurrence when everything that its `done` names is met; and open it again when something is taken back."""

from datetime import datetime

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.chain import unmet
from schedules.grammar import AllOf, Anniversary, ByPeople, Event, Schedule
from tasks.duties.duty import Duty
from tasks.duties.known import known

UNMET = frozenset({"open", "paused", "submitted", "expected", "history"})
CHILDREN = "children"
QUORUM = "quorum"


def close_if_done(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Close the occurrence of a duty if nothing it needs is unmet or the share that is enough is reached. Return whether it closed."""
    enough = settle_quorum(session, duty, now=now)
    return close_if_met(session, duty.occurrence, duty.schedule, enough=enough, now=now)


def close_if_met(
    session: Session, occurrence: OccurrenceRow, schedule: Schedule, *, enough: bool = False, now: datetime
) -> bool:
    """Close an occurrence if nothing it needs is unmet, then the one it is a child of, if it was the last. Return whether it closed."""
    if not enough and _unmet(session, occurrence, schedule):
        return False
    occurrence.state, occurrence.closed_at = "closed", now
    session.flush()
    if isinstance(schedule.when, Anniversary) and occurrence.parent_id is None:
        look_again(session, occurrence.schedule_id, at=now)
    if occurrence.parent_id is not None:
        _close_parent(session, occurrence.parent_id, schedule, now=now)
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


def _unmet(session: Session, occurrence: OccurrenceRow, schedule: Schedule) -> bool:
    """Whether something the occurrence needs is still owed. Without named parts that is everything that was opened, and of a chain
    every step that has not begun.
    """
    done, is_child = schedule.done, occurrence.parent_id is not None
    missing = () if is_child else unmet(schedule, known(session, occurrence, schedule))
    if isinstance(done, AllOf) and not is_child:
        waits = CHILDREN in done.all and _open_children(session, occurrence.id) > 0
        return waits or any(part in missing for part in done.all)
    is_chain = isinstance(schedule.when, Event)
    return _owes(session, occurrence.id) or (is_chain and bool(missing))


def _owes(session: Session, occurrence_id: int) -> bool:
    """Whether anything that was opened is not met."""
    open_one = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == occurrence_id, ObligationRow.state.in_(UNMET)
    )
    return session.scalars(open_one.limit(1)).first() is not None


def _open_children(session: Session, occurrence_id: int) -> int:
    return session.scalar(
        select(func.count())
        .select_from(OccurrenceRow)
        .join(ObligationRow, ObligationRow.id == OccurrenceRow.parent_id)
        .where(ObligationRow.occurrence_id == occurrence_id, OccurrenceRow.state == "open")
    ) or 0  # fmt: skip


def _close_parent(session: Session, obligation_id: int, schedule: Schedule, *, now: datetime) -> None:
    parent = session.get_one(ObligationRow, obligation_id)
    occurrence = session.get_one(OccurrenceRow, parent.occurrence_id)
    if occurrence.state == "open":
        close_if_met(session, occurrence, schedule, now=now)


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
