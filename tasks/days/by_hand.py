"""One occurrence moved to another day, or skipped, by somebody's decision. The rule's own day, the reason and who decided are kept.

What has not opened yet is decided where slots are made, so that the preview of the running office and the opening agree. What
is open moves with everything that is owed in it, or ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import OccurrenceOverrideRow, ScheduleRow
from schedules.dates_text import said_day
from schedules.dues import Due, basis_of
from schedules.errors import NotFound, Refused
from schedules.grammar import Before, By, Event, Schedule
from schedules.occurrences import Slot, moved_to, slots
from schedules.parts import parts
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.closing import look_again
from tasks.duties.due import CLOSED, move_due
from tasks.duties.duty import load
from tasks.duties.evidence import said
from tasks.duties.extend import check_own_day
from tasks.duties.portion import slot_of
from tasks.duties.records import as_recorded
from tasks.live import Live, definition
from tasks.open import open_slot
from tasks.pausing import named

BEHIND, AHEAD = (
    timedelta(days=400),
    timedelta(days=1100),
)  # where an occurrence to come is looked for by its key
MOST_SHOWN = 8
SKIPPED = "skipped"  # why what was owed ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What was decided: of which schedule, the rule's own day, and how many open duties it changed."""

    schedule: str
    key: str
    rule_on: date
    duties: int


def move(
    session: Session, live: Live, *, schedule: str, key: str, to: date, reason: str, actor: str, now: datetime
) -> Decided:
    """Have an occurrence held or due on another day.

    Raise Refused for a past day, a closed occurrence, a day that is not the office's to move, or without a reason.
    """
    words = said(reason, field="reason", missing=phrase("say in a few words why it is moved"))
    if to < live.today(now):
        raise Refused(phrase("the day {day} lies in the past", day=said_day(to)), field="to")
    case = _find(session, live, schedule, key, now=now)
    _check_own(session, case, to)
    rule_on = _write(session, case, "move", to, words, actor=actor, now=now)
    place = moved_to(case.definition, case.live.office, case.slot, to, rule_on=rule_on, reason=words)
    duties = 0
    if case.occurrence is not None:
        duties = _move_open(
            session, case.live, case.occurrence, case.definition, place, reason=words, now=now
        )
    elif place.opens_at <= now and case.row.paused_at is None:
        duties = open_slot(session, case.live, case.row, case.definition, place, now=now, late=True)
    look_again(session, case.row.id, at=now)
    return Decided(schedule=case.row.key, key=key, rule_on=rule_on, duties=duties)


def skip(
    session: Session, live: Live, *, schedule: str, key: str, reason: str, actor: str, now: datetime
) -> Decided:
    """Have an occurrence not take place. What is open of it is cancelled. Raise Refused for a closed one, or without a reason."""
    words = said(reason, field="reason", missing=phrase("say in a few words why it is skipped"))
    case = _find(session, live, schedule, key, now=now)
    rule_on = _write(session, case, "skip", None, words, actor=actor, now=now)
    duties = _cancel(session, case.occurrence, now=now) if case.occurrence is not None else 0
    look_again(session, case.row.id, at=now)
    return Decided(schedule=case.row.key, key=key, rule_on=rule_on, duties=duties)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The occurrence that is decided about: its row if it is open, its slot and its definition, the office as it is recorded."""

    live: Live
    row: ScheduleRow
    definition: Schedule
    slot: Slot
    occurrence: OccurrenceRow | None


def _find(session: Session, live: Live, schedule: str, key: str, *, now: datetime) -> _Case:
    """The occurrence with this key, open or still to come. Raise NotFound naming the next ones, Refused for a closed one."""
    recorded = replace(live, office=as_recorded(session, live.office))
    rows = named(session, live.office, schedule)
    known: list[str] = []
    for row in rows:
        occurrence = session.scalars(
            select(OccurrenceRow).where(OccurrenceRow.schedule_id == row.id, OccurrenceRow.key == key)
        ).one_or_none()
        if occurrence is not None and occurrence.parent_id is None:
            if occurrence.state != "open":
                raise Refused(phrase("'{key}' is closed; it cannot be moved or skipped any more", key=key))
            found = definition(session, occurrence.version_id)
            return _Case(
                live=recorded, row=row, definition=found, slot=slot_of(occurrence), occurrence=occurrence
            )
        if row.kind == "summary" or row.live_version_id is None:
            continue
        rule = definition(session, row.live_version_id)
        coming = _coming(rule, recorded, now=now)
        if key in coming:
            return _Case(live=recorded, row=row, definition=rule, slot=coming[key], occurrence=None)
        known += list(coming)[:MOST_SHOWN]
    allowed = ", ".join(known[:MOST_SHOWN]) or "—"
    raise NotFound(
        phrase(
            "'{schedule}' has no occurrence '{key}' open or to come; allowed: {allowed}",
            schedule=schedule,
            key=key,
            allowed=allowed,
        )
    )


def _coming(schedule: Schedule, live: Live, *, now: datetime) -> dict[str, Slot]:
    """What opens after `now`, by key, in order; also what was skipped, by the rule or by hand. Decisions so far are left out."""
    today = live.today(now)
    office = replace(live.office, overrides={})
    found = slots(schedule, office, today - BEHIND, today + AHEAD)
    return {
        slot.key: slot
        for slot in found
        if slot.opens_at > now or (slot.date is not None and slot.date >= today)
    }


def _check_own(session: Session, case: _Case, to: date) -> None:
    """What began with an event has the event's day, and the law's last day is not passed by hand."""
    schedule = case.definition
    check_own_day(schedule)
    if isinstance(schedule.when, Event):
        raise Refused(phrase("its day is that of the event; correct the event instead"))
    basis = basis_of(schedule, "")
    limited = isinstance(schedule.when, (Before, By)) and basis is not None and basis.kind == "law"
    if limited and basis is not None and to > _rule_day(case, _decisions(session, case)):
        raise Refused(
            phrase("its term is set by {basis}; only the extension that its schedule allows makes it longer", basis=basis.text),
            field="to",
        )  # fmt: skip


def _decisions(session: Session, case: _Case) -> Sequence[OccurrenceOverrideRow]:
    """What was decided about it so far, the first decision first."""
    rows = select(OccurrenceOverrideRow).where(
        OccurrenceOverrideRow.schedule_id == case.row.id, OccurrenceOverrideRow.key == case.slot.key
    )
    return session.scalars(rows.order_by(OccurrenceOverrideRow.seq)).all()


def _rule_day(case: _Case, known: Sequence[OccurrenceOverrideRow]) -> date:
    """The rule's own day, whatever was decided since."""
    slot = case.slot
    opens_on = slot.opens_at.astimezone(case.live.office.tz).date()
    return known[0].rule_on if known else slot.moved_from or slot.date or opens_on


def _write(
    session: Session, case: _Case, action: str, to: date | None, reason: str, *, actor: str, now: datetime
) -> date:
    """Add the decision to those before it; the rule's own day stays that of the first. Return it."""
    known, slot = _decisions(session, case), case.slot
    rule_on = _rule_day(case, known)
    session.add(
        OccurrenceOverrideRow(
            schedule_id=case.row.id, key=slot.key, seq=len(known) + 1, action=action, rule_on=rule_on, to_date=to, reason=reason,
            decided_by=actor, at=now,
        )
    )  # fmt: skip
    session.flush()
    note(
        session, actor=actor, act=f"{action}-occurrence", subject_kind="schedule", subject_id=case.row.id, at=now,
        key=slot.key, rule_on=rule_on.isoformat(), to=to.isoformat() if to else None,
    )  # fmt: skip
    return rule_on


def _move_open(
    session: Session, live: Live, occurrence: OccurrenceRow, schedule: Schedule, slot: Slot, *, reason: str, now: datetime
) -> int:  # fmt: skip
    """Move an open occurrence and every duty in it that hangs on its day; what hangs on a recorded fact stays."""
    occurrence.held_on, occurrence.starts_at = slot.date or occurrence.held_on, slot.starts_at
    occurrence.due_on, occurrence.due_at = slot.due_on, slot.due_at
    occurrence.moved_from, occurrence.provisional = slot.moved_from, slot.provisional
    session.flush()
    dues = {
        part.key: Due(part.due_on, part.due_at, part.provisional)
        for part in parts(schedule, slot, live.office)
        if part.due_on is not None and part.due_at is not None
    }
    moved = 0
    for obligation_id in _open_ids(session, occurrence):
        duty = load(session, obligation_id)
        if duty.part in dues:
            moved += move_due(
                session, live, duty, dues[duty.part], kind="manual", reason=reason, now=now, new_epoch=True
            )
    return moved


def _open_ids(session: Session, occurrence: OccurrenceRow) -> list[int]:
    query = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == occurrence.id, ObligationRow.state.not_in(CLOSED)
    )
    return list(session.scalars(query.order_by(ObligationRow.id)))


def _cancel(session: Session, occurrence: OccurrenceRow, *, now: datetime) -> int:
    occurrence.state, occurrence.closed_at = "cancelled", now
    ids = _open_ids(session, occurrence)
    for obligation_id in ids:
        row = load(session, obligation_id).row
        row.state = move_obligation(row.state, Obligation.CANCELLED)
        row.closed_at, row.closed_why, row.next_no, row.next_at = now, SKIPPED, None, None
    session.flush()
    return len(ids)
