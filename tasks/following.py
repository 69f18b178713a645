"""What a recorded step leads to: the steps that come after it, and the silence while somebody else is at work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow, RungRow
from schedules.errors import Refused
from schedules.instants import MIDNIGHT, instant
from schedules.parts import parts, step_due
from schedules.states import Obligation
from schedules.terms import last_day
from schedules.words import phrase
from tasks.duty import LIVE_RECORDS, Duty
from tasks.live import Live
from tasks.portion import Place, open_part, slot_of


def open_following(
    session: Session, live: Live, duty: Duty, *, facts: Mapping[str, date], now: datetime
) -> int:
    """Open the steps that come after this one, their terms counted from the recorded dates. Return how many duties opened."""
    place = Place(
        occurrence=duty.occurrence, schedule=duty.schedule, slot=slot_of(duty.occurrence), late=True
    )
    opened = 0
    for part in parts(duty.schedule, place.slot, live.office):
        if part.opens != f"after:{duty.part}" or part.kind != "step":
            continue
        due = step_due(duty.schedule, part.key, place.slot, facts, live.office)
        if due is not None:
            dated = replace(part, due_on=due.on, due_at=due.at, provisional=due.provisional)
            opened += open_part(session, live, place, dated, now=now, opens_at=now)
    return opened


def pause_while_pending(session: Session, live: Live, duty: Duty, done_on: date) -> None:
    """Silence the main duty from this step on. The cursor jumps to the first rung after the silence, at the latest to the due day's."""
    pending = duty.schedule.pending
    if pending is None or pending.after != duty.part:
        return
    until = last_day(done_on, pending.quiet, live.office.calendar)
    mains = select(ObligationRow).where(
        ObligationRow.occurrence_id == duty.occurrence.id,
        ObligationRow.part == "",
        ObligationRow.state == "open",
    )
    for row in session.scalars(mains):
        row.quiet_until = until
        limit = min(until, row.due_on) if row.due_on else until
        set_cursor(session, row, since=instant(limit, MIDNIGHT, live.office.tz))


def set_cursor(session: Session, row: ObligationRow, *, since: datetime) -> None:
    """Point the duty at the first rung at or after an instant; what was passed is not made up for."""
    rung = session.execute(
        select(RungRow.no, RungRow.at)
        .where(RungRow.timeline_id == row.timeline_id, RungRow.at >= since)
        .order_by(RungRow.no)
        .limit(1)
    ).first()
    row.next_no, row.next_at = (rung.no, rung.at) if rung else (None, None)


def cancel_following(session: Session, duty: Duty, *, now: datetime) -> None:
    """Cancel the steps and items that this record opened; refuse when one of them has a record of its own."""
    after = [key for key, step in duty.schedule.steps.items() if step.after == duty.part]
    opened = list(
        session.scalars(
            select(ObligationRow).where(
                ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part.in_(after)
            )
        )
    )
    children = list(session.scalars(select(OccurrenceRow).where(OccurrenceRow.parent_id == duty.row.id)))
    opened += session.scalars(
        select(ObligationRow).where(ObligationRow.occurrence_id.in_([each.id for each in children]))
    )
    ids = [row.id for row in opened]
    recorded = select(ConfirmationRow.id).where(
        ConfirmationRow.obligation_id.in_(ids), ConfirmationRow.state.in_(LIVE_RECORDS)
    )
    if session.scalars(recorded).first() is not None:
        raise Refused(phrase("what came after it has been recorded; take that back first"))
    for child in children:
        child.state, child.closed_at = "cancelled", now
    for row in opened:
        if row.state == Obligation.OPEN or row.closed_why == "transferred":
            row.state, row.closed_at, row.closed_why = Obligation.CANCELLED, now, "undone"
            row.next_no = row.next_at = None
