"""What a recorded step leads to: the steps that come after it, and the silence while somebody else is at work."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.events import ClockStopRow, ExtensionRow
from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow, RungRow
from schedules.chain import Known, applies, begins, dropped, over
from schedules.dues import step_due
from schedules.errors import Refused
from schedules.grammar import EVENT, Event, Schedule
from schedules.instants import MIDNIGHT, end_of_day, instant
from schedules.parts import AT_OPEN, Part, parts
from schedules.states import Obligation
from schedules.terms import last_day
from schedules.words import phrase
from tasks.duties.duty import LIVE_RECORDS, Duty
from tasks.duties.known import known
from tasks.duties.portion import Place, open_part, slot_of
from tasks.live import Live


def open_following(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, *, now: datetime
) -> int:
    """Open every step whose time has come by what is recorded, its term counted from the recorded day. Return how many duties opened."""
    if occurrence.parent_id is not None:  # an item has no steps of its own
        return 0
    facts = known(session, occurrence, schedule)
    begun = _begun(session, occurrence.id)
    place = Place(occurrence=occurrence, schedule=schedule, slot=slot_of(occurrence), late=True)
    opened = 0
    for part in parts(schedule, place.slot, live.office):
        if part.kind == "step" and part.key not in begun and _is_ready(schedule, part, facts, live):
            due = step_due(schedule, part.key, place.slot, facts, live.office)
            at = opens_at(schedule, part.key, facts, live, now=now)
            opened += open_part(session, live, place, part.due_by(due), now=now, opens_at=at)
    return opened


def _begun(session: Session, occurrence_id: int) -> set[str]:
    """The parts that were opened and not taken back."""
    query = select(ObligationRow.part).where(
        ObligationRow.occurrence_id == occurrence_id,
        (ObligationRow.closed_why.is_(None)) | (ObligationRow.closed_why != "undone"),
    )
    return set(session.scalars(query))


def opens_at(schedule: Schedule, key: str, facts: Known, live: Live, *, now: datetime) -> datetime:
    """When those who owe it are told: now, or once the waiting period before it is over."""
    after = schedule.steps[key].after
    waits = [
        name
        for name in (after.names if after else ())
        if name != EVENT and schedule.steps[name].wait is not None
    ]
    ends = [
        over(schedule, name, facts, live.office.calendar) for name in waits if applies(schedule, name, facts)
    ]
    last = max((end for end in ends if end is not None), default=None)
    return now if last is None else max(now, end_of_day(last, live.office.tz))


def _is_ready(schedule: Schedule, part: Part, facts: Known, live: Live) -> bool:
    at_open = part.opens == AT_OPEN and not isinstance(schedule.when, Event)
    if at_open or not applies(schedule, part.key, facts) or dropped(schedule, part.key, facts):
        return False
    return begins(schedule, part.key, facts, live.office.calendar) is not None


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


def cancel_following(session: Session, live: Live, duty: Duty, *, now: datetime) -> None:
    """Cancel the steps and items that this record opened; refuse when one of them, or one it is a gate of, has a record of its own."""
    opened = _parts_owed(session, duty, _resting_on(session, live, duty))
    children = list(session.scalars(select(OccurrenceRow).where(OccurrenceRow.parent_id == duty.row.id)))
    opened += session.scalars(
        select(ObligationRow).where(ObligationRow.occurrence_id.in_([each.id for each in children]))
    )
    gated = [
        key for key, step in duty.schedule.steps.items() if any(gate.step == duty.part for gate in step.gate)
    ]
    ids = [row.id for row in (*opened, *_parts_owed(session, duty, gated))]
    recorded = select(ConfirmationRow.id).where(
        ConfirmationRow.obligation_id.in_(ids), ConfirmationRow.state.in_(LIVE_RECORDS)
    )
    if session.scalars(recorded).first() is not None:
        raise Refused(phrase("what came after it has been recorded; take that back first"))
    for child in children:
        child.state, child.closed_at = "cancelled", now
    for row in opened:
        if row.state in (Obligation.OPEN, Obligation.PAUSED) or row.closed_why == "transferred":
            end_open_matters(session, row, on=live.today(now))
            row.state, row.closed_at, row.closed_why = Obligation.CANCELLED, now, "undone"
            row.next_no = row.next_at = None


def open_parts(session: Session, occurrence: OccurrenceRow) -> list[ObligationRow]:
    """What is owed in an occurrence and not closed."""
    rows = select(ObligationRow).where(
        ObligationRow.occurrence_id == occurrence.id, ObligationRow.state.in_(("open", "paused", "submitted"))
    )
    return list(session.scalars(rows.order_by(ObligationRow.id)))


def end_open_matters(session: Session, row: ObligationRow, *, on: date) -> None:
    """What a duty that is cancelled leaves behind: its clock stands still no longer, nothing handed in or asked for waits."""
    mine = {"obligation_id": row.id}
    session.execute(update(ClockStopRow).filter_by(**mine, until_on=None).values(until_on=on))
    session.execute(update(ConfirmationRow).filter_by(**mine, state="submitted").values(state="undone"))
    session.execute(update(ExtensionRow).filter_by(**mine, state="asked").values(state="dropped"))


def _resting_on(session: Session, live: Live, duty: Duty) -> list[str]:
    """The steps that would not have begun without this record."""
    facts = known(session, duty.occurrence, duty.schedule)
    before = replace(facts, done={key: fact for key, fact in facts.done.items() if key != duty.part})
    calendar = live.office.calendar

    def begun(key: str, what: Known) -> bool:
        return applies(duty.schedule, key, what) and begins(duty.schedule, key, what, calendar) is not None

    return [key for key in duty.schedule.steps if begun(key, facts) and not begun(key, before)]


def _parts_owed(session: Session, duty: Duty, parts: Sequence[str]) -> list[ObligationRow]:
    owed = select(ObligationRow).where(
        ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part.in_(parts)
    )
    return list(session.scalars(owed))
