"""Close an occurrence when everything that its `done` names is met; and open it again when something is taken back."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from schedules.grammar import AllOf
from tasks.duty import Duty

UNMET = ("open", "submitted", "expected", "history")
CHILDREN = "children"


def close_if_done(session: Session, duty: Duty, *, now: datetime) -> bool:
    """Close the occurrence if nothing it needs is unmet, then the one it is a child of, if it was the last.

    Return whether it closed.
    """
    if _unmet(session, duty):
        return False
    duty.occurrence.state, duty.occurrence.closed_at = "closed", now
    session.flush()
    if duty.occurrence.parent_id is not None:
        _close_parent(session, duty, now=now)
    return True


def _unmet(session: Session, duty: Duty) -> bool:
    done = duty.schedule.done
    named = done.all if isinstance(done, AllOf) and duty.occurrence.parent_id is None else None
    parts = [name for name in named if name != CHILDREN] if named is not None else None
    unmet = select(func.count()).where(
        ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.state.in_(UNMET)
    )
    if parts is None:
        return bool(session.scalar(unmet))
    met = select(func.count(ObligationRow.part.distinct())).where(
        ObligationRow.occurrence_id == duty.occurrence.id,
        ObligationRow.part.in_(parts),
        ObligationRow.state.not_in(UNMET),
    )
    if session.scalar(unmet.where(ObligationRow.part.in_(parts))) or session.scalar(met) != len(parts):
        return True
    return named is not None and CHILDREN in named and _open_children(session, duty.occurrence.id) > 0


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
