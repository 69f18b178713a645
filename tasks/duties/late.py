"""Why something is late and when it will be done. The deadline stays what it is."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from models.queries.duties import lock_occurrence
from schedules.errors import Refused
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import actor, load, require_actor
from tasks.duties.evidence import said
from tasks.live import current


def explain_late(
    session: Session, *, obligation_id: int, reason: str, new_date: date | None, by: int | None, now: datetime
) -> None:
    """Keep the reason and the new day; both are shown in summaries. Raise Refused unless who owes it, or the desk, says so."""
    live = current(session)
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is late"))
    if duty.row.state not in (Obligation.OPEN, Obligation.SUBMITTED):
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    if new_date is not None and new_date < live.today(now):
        raise Refused(phrase("the new date cannot lie in the past"), field="new_date")
    duty.row.late_reason, duty.row.new_date = words, new_date
    note(
        session,
        actor=actor(by, "desk"),
        act="explain",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )
