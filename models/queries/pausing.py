"""What is silent while its schedule is paused, and where it goes on afterwards."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.queries.duties import coming
from models.schedules import ScheduleRow


def running() -> ColumnElement[bool]:
    """Obligations of schedules that are not paused."""
    paused = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.paused_at.is_not(None))
    )
    return ObligationRow.occurrence_id.not_in(paused)


def silence_paused(session: Session) -> int:
    """Take the next rung from every obligation of a paused schedule; return how many had one."""
    paused = session.scalars(select(ScheduleRow.id).where(ScheduleRow.paused_at.is_not(None))).all()
    if not paused:
        return 0
    result = session.execute(
        update(ObligationRow)
        .where(ObligationRow.next_at.is_not(None), ObligationRow.occurrence_id.in_(_of(paused)))
        .values(next_no=None, next_at=None)
        .execution_options(synchronize_session=False)
    )
    return result.rowcount  # type: ignore[attr-defined, no-any-return]


def speak_again(session: Session, schedule_id: int, *, now: datetime, today: date) -> None:
    """Point everything open of a schedule at the first rung still to come; what others are at work on stays silent."""
    asked = ObligationRow.approval_id
    session.execute(
        update(ObligationRow)
        .where(ObligationRow.state == "submitted", ObligationRow.occurrence_id.in_(_of([schedule_id])))
        .values(next_no=coming(RungRow.no, now, of=asked), next_at=coming(RungRow.at, now, of=asked))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.state == "open", ObligationRow.occurrence_id.in_(_of([schedule_id])),
            or_(ObligationRow.quiet_until.is_(None), ObligationRow.quiet_until <= today),
        )
        .values(next_no=coming(RungRow.no, now), next_at=coming(RungRow.at, now))
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def still_quiet(session: Session, schedule_id: int, *, today: date) -> Sequence[ObligationRow]:
    """What is open of a schedule and silent because somebody else is at work."""
    query = select(ObligationRow).where(
        ObligationRow.state == "open", ObligationRow.occurrence_id.in_(_of([schedule_id])), ObligationRow.quiet_until > today
    )  # fmt: skip
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _of(schedule_ids: Sequence[int]) -> Select[int]:
    return select(OccurrenceRow.id).where(OccurrenceRow.schedule_id.in_(schedule_ids))
