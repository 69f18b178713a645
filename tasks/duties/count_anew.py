"""Count anew what depends on a register or on the topics of a schedule, in the transaction that changed them."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.queries.duties import lock_occurrence
from models.schedules import ScheduleRow
from schedules.done import Done, FromRegister, Topics
from schedules.states import Obligation
from tasks.duties.duty import load
from tasks.duties.reached import settle
from tasks.duties.standing import span_of, standing
from tasks.live import Live, definition

COUNTING = (Obligation.OPEN, Obligation.HISTORY, Obligation.DONE)
LONGEST_MONTH = timedelta(
    days=31
)  # a window is due on its last working day and counts to the end of its month


def recount_register(
    session: Session, live: Live, register: str, days: Collection[date], *, now: datetime
) -> None:
    """After entries or zeros of these days changed."""

    def counts(done: Done) -> bool:
        return isinstance(done, FromRegister) and done.register_ == register

    _recount(session, live, counts, days, now=now)


def recount_topics(
    session: Session, live: Live, schedule: str, days: Collection[date], *, now: datetime
) -> None:
    """After records of a schedule about these days changed."""

    def counts(done: Done) -> bool:
        return isinstance(done, Topics) and done.source[0] == schedule

    _recount(session, live, counts, days, now=now)


def recount_all(session: Session, live: Live, *, now: datetime) -> None:
    """Count everything that counts entries or records and is open: for what was opened after the facts."""
    _recount(session, live, lambda done: isinstance(done, FromRegister | Topics), None, now=now)


def _recount(
    session: Session,
    live: Live,
    counts: Callable[[Done], bool],
    days: Collection[date] | None,
    *,
    now: datetime,
) -> None:
    keys = [each.id for each in live.office.schedules if counts(each.done)]
    if not keys:
        return
    session.flush()
    query = (
        select(ObligationRow.id, OccurrenceRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key.in_(keys), ObligationRow.part == "", ObligationRow.state.in_(COUNTING))
        .order_by(ObligationRow.id)
    )
    if days is None:
        query = query.where(ObligationRow.state != Obligation.DONE)
    else:
        query = query.where(OccurrenceRow.held_on >= min(days) - LONGEST_MONTH)
    for obligation_id, occurrence in session.execute(query).all():
        if days is None or _speaks_of(session, live, occurrence, days):
            _count(session, live, obligation_id, now=now)


def _speaks_of(session: Session, live: Live, occurrence: OccurrenceRow, days: Collection[date]) -> bool:
    first, last = span_of(definition(session, occurrence.version_id), occurrence, live)
    return any(first <= day <= last for day in days)


def _count(session: Session, live: Live, obligation_id: int, *, now: datetime) -> None:
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    found = standing(session, live, duty.schedule, duty.occurrence, duty.party)
    if found is None:
        return
    duty.row.progress = found.progress
    settle(session, duty, reached=found.reached, done_on=found.done_on, now=now)
