"""A rollback opens again what ended only because its schedule was gone: it was there in the version gone back to."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, null, select, update
from sqlalchemy.orm import Session

from models.events import ClockStopRow
from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow, RungRow
from models.queries.duties import coming
from models.schedules import OfficeVersionRow, ScheduleRow
from schedules.ladder import MAKE_UP
from schedules.states import Obligation
from tasks.applying.write import REMOVED
from tasks.roster.people import mark_members


def ended_since(session: Session, keys: Collection[str], version: int) -> int:
    """How many duties of these schedules ended with them after a version."""
    found = select(func.count()).select_from(ObligationRow).join(OccurrenceRow).join(ScheduleRow)
    return session.scalar(found.where(ScheduleRow.key.in_(keys), _ended(session, version))) or 0


def reopen_ended(session: Session, keys: Collection[str], version: int, *, now: datetime) -> int:
    """Open them again; each goes on with the first rung to come. Return how many.

    What had been handed in waits for approval again. Who joined or left meanwhile is followed at the next opening run.
    """
    mine = select(OccurrenceRow.id).join(ScheduleRow).where(ScheduleRow.key.in_(keys))
    ended = _ended(session, version)
    session.flush()
    session.execute(
        update(OccurrenceRow)
        .where(
            OccurrenceRow.state == "cancelled",
            OccurrenceRow.id.in_(mine),
            OccurrenceRow.id.in_(select(ObligationRow.occurrence_id).where(ended)),
        )
        .values(state="open", closed_at=null())
        .execution_options(synchronize_session=False)
    )
    again = session.execute(
        update(ObligationRow)
        .where(ObligationRow.occurrence_id.in_(mine.where(OccurrenceRow.state == "open")), ended)
        .values(**_again(now))
        .execution_options(synchronize_session=False)
    )
    count: int = again.rowcount  # type: ignore[attr-defined]
    if count:
        session.expire_all()
        mark_members(session, at=now)
    return count


def _ended(session: Session, version: int) -> ColumnElement[bool]:
    applied_at = session.scalar(select(OfficeVersionRow.applied_at).where(OfficeVersionRow.id == version))
    return (
        (ObligationRow.state == Obligation.CANCELLED)
        & (ObligationRow.closed_why == REMOVED)
        & (ObligationRow.closed_at >= applied_at)
    )


def _again(now: datetime) -> dict[str, object]:
    """The state in which each was, and its next rung: whoever is expected at a gathering has no ladder yet."""
    waits = exists().where(
        ConfirmationRow.obligation_id == ObligationRow.id, ConfirmationRow.state == "submitted"
    )
    expected = (ObligationRow.part == MAKE_UP) & ObligationRow.due_on.is_(None)
    stands = exists().where(ClockStopRow.obligation_id == ObligationRow.id, ClockStopRow.until_on.is_(None))
    return {
        "state": case((waits, Obligation.SUBMITTED), (stands, Obligation.PAUSED), (expected, Obligation.EXPECTED), else_=Obligation.OPEN),
        "closed_at": null(), "closed_why": null(),
        "next_no": case((waits, coming(RungRow.no, now, of=ObligationRow.approval_id)), (stands, null()), else_=coming(RungRow.no, now)),
        "next_at": case((waits, coming(RungRow.at, now, of=ObligationRow.approval_id)), (stands, null()), else_=coming(RungRow.at, now)),
    }  # fmt: skip
