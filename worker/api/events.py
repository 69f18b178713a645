"""Events from other systems: recorded once, and everything that follows from them opens in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.events import EventRow
from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.event_fields import asked, unanswered
from tasks.duties.evidence import BadEvidence
from tasks.events import listening, record_event
from worker.api.again import Answer
from worker.api.operation import Call, told
from worker.api.shapes_write import Event, EventRecorded, Opened


def record(call: Call) -> Answer:
    """Record an event: 201, or 200 if it had been recorded before with the same words."""
    event: Event = call.body
    given = event.fields
    at = event.at
    on = event.on or call.live.today(at or call.now)
    fields = asked(each.schedule for each in listening(call.session, event.kind))
    if faults := list(unanswered(fields, given)):
        raise BadEvidence(faults)
    done = record_event(
        call.session, call.live, kind=event.kind, key=event.key, on=on, at=at, given=given, by=None, note=event.note or None,
        how=call.client, now=call.now,
    )  # fmt: skip
    kept = call.session.get_one(EventRow, done.event_id)
    found = EventRecorded(
        kind=kept.kind, key=kept.key, on=kept.happened_on, at=call.shown(kept.happened_at) if kept.happened_at else None,
        again=done.again, opened=_opened(call.session, done.occurrences),
    )  # fmt: skip
    return told(200 if done.again else 201, found)


def _opened(session: Session, occurrences: Sequence[int]) -> list[Opened]:
    query = (
        select(ScheduleRow.key, OccurrenceRow.key, OccurrenceRow.title, func.count(ObligationRow.id))
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .outerjoin(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(OccurrenceRow.id.in_(occurrences))
        .group_by(OccurrenceRow.id, ScheduleRow.key, OccurrenceRow.key, OccurrenceRow.title)
        .order_by(ScheduleRow.key, OccurrenceRow.id)
    )
    return [
        Opened(schedule=schedule, key=key, title=title, open=n)
        for schedule, key, title, n in session.execute(query)
    ]
