"""What a recorded step leads to: the steps that come after it, and the silence while somebody else is at work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, RungRow
from schedules.instants import MIDNIGHT, instant
from schedules.parts import parts, step_due
from schedules.terms import last_day
from tasks.duty import Duty
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
