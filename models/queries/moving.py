"""Set-based moving of due dates: one INSERT for the trail, one UPDATE for the dates, whatever the number of duties."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, case, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from models.obligations import DueChangeRow, ObligationRow, RungRow
from models.types import UtcDateTime

TRAIL = (
    "obligation_id", "seq", "old_due_on", "new_due_on", "kind", "reason", "basis", "asked_by_id", "approved_by_id",
    "calendar_revision", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What the trail keeps of a move beside the two days. `asked_by` and `approved_by` are persons' ids."""

    kind: str
    reason: str
    basis: str | None = None
    asked_by: int | None = None
    approved_by: int | None = None
    calendar_revision: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDue:
    """What moved duties get: their dates, their timeline, and `since`, before which none of its rungs speaks."""

    due_on: date
    due_at: datetime
    soon_on: date | None
    provisional: bool
    internal_on: date | None
    timeline_id: int | None
    since: datetime


def write_trail(
    session: Session, which: ColumnElement[bool], due_on: date, trail: Trail, *, now: datetime
) -> None:
    """Add a row to the trail of every duty that matches and is due on another day."""
    last = (
        select(func.max(DueChangeRow.seq))
        .where(DueChangeRow.obligation_id == ObligationRow.id)
        .correlate(ObligationRow)
        .scalar_subquery()
    )
    values = select(
        ObligationRow.id, func.coalesce(last, 0) + 1, ObligationRow.due_on, literal(due_on), literal(trail.kind),
        literal(trail.reason), _or_null(trail.basis), _or_null(trail.asked_by), _or_null(trail.approved_by),
        literal(trail.calendar_revision), literal(now, UtcDateTime()),
    ).where(which, ObligationRow.due_on.is_distinct_from(due_on))  # fmt: skip
    session.execute(insert(DueChangeRow).from_select(TRAIL, values))


def _or_null(value: str | int | None) -> ColumnElement[str] | ColumnElement[int] | ColumnElement[None]:
    if value is None:
        return null()
    return literal(value) if isinstance(value, str) else literal(value, Integer())


def write_due(session: Session, which: ColumnElement[bool], new: NewDue, *, bump: bool) -> int:
    """Give the duties that match their new dates and put open ones before the first rung from `since` on; others stay silent,
    but for those that wait for approval.

    `bump`: the ladder speaks anew. Return how many rows changed.
    """
    rung = session.execute(
        select(RungRow.no, RungRow.at)
        .where(RungRow.timeline_id == new.timeline_id, RungRow.at >= new.since)
        .order_by(RungRow.no)
        .limit(1)
    ).first()
    speaks = ObligationRow.state == "open"
    waits = ObligationRow.state == "submitted"  # its cursor asks for approval, whatever the day
    no, at = (rung.no, rung.at) if rung else (None, None)
    result = session.execute(
        update(ObligationRow)
        .where(which)
        .values(
            due_on=new.due_on, due_at=new.due_at, soon_on=new.soon_on, provisional=new.provisional,
            internal_on=func.coalesce(new.internal_on, ObligationRow.internal_on), timeline_id=new.timeline_id,
            epoch=ObligationRow.epoch + case((waits, 0), else_=int(bump)),
            next_no=case((waits, ObligationRow.next_no), (speaks, literal(no, Integer())), else_=null()),
            next_at=case((waits, ObligationRow.next_at), (speaks, literal(at, UtcDateTime())), else_=null()),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return result.rowcount  # type: ignore[attr-defined, no-any-return]
