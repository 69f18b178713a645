"""Record that something is done: the fact and its day, who recorded it and when; the ladder stops, what follows opens."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, ObligationRow
from models.people import PersonRow
from models.queries.duties import lock_occurrence
from schedules.chain import counted_from, fact_day, shut
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.grammar import Attendance, ByPeople, Event, Expiry, LaterCredential, Quota, RoleExcept
from schedules.ladder import CHILD, MAKE_UP
from schedules.parts import evidence_of
from schedules.quota import counts_up
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note as audit
from tasks.duties import evidence as proof
from tasks.duties.approvals import approving_role, ask_for_approval, take_effect
from tasks.duties.children import ChildEntry, open_children
from tasks.duties.closing import close_if_done
from tasks.duties.duty import Duty, How, actor, load, require_actor, silence, way
from tasks.duties.following import open_following
from tasks.duties.held import require_in_span
from tasks.duties.known import known
from tasks.live import Live

__all__ = ["Confirmed", "How", "approver_of", "confirm", "record", "settle_history"]
Verdict = Literal["done", "late", "drop"]
MET = (Obligation.DONE, Obligation.SUBMITTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a confirmation led to. `again`: it had been recorded before, nothing changed."""

    state: Obligation
    done_on: date
    on_time: bool
    again: bool = False


def confirm(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    by: int | None,
    done_on: date,
    evidence: proof.Values,
    files: proof.Files,
    note: str | None,
    how: How,
    now: datetime,
    children: Sequence[ChildEntry] = (),
) -> Confirmed:
    """Record that a duty is met. `by` is a person's id, None for the shell. Repeating it answers the same and changes nothing.

    Raise Refused (a BadEvidence names every field) when a rule forbids it.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require_actor(session, live, duty, by, now=now)
    if duty.row.state in MET:
        return _again(session, duty, by=by, how=how, now=now)
    _require_open(duty)
    _check_day(live, duty, done_on, now=now)
    fields = evidence_of(duty.schedule, duty.part)
    facts = counted_from(duty.schedule, duty.part)
    proof.check(session, fields, evidence, files, today=live.today(now), facts=facts)
    _check_facts(duty, evidence, facts)
    _check_gates(session, live, duty, by, done_on, evidence)
    require_in_span(live, duty, evidence)
    state = Obligation.SUBMITTED if approver_of(duty) else Obligation.DONE
    written = record(
        session, duty, by=by, done_on=done_on, how=how, note=note, state=state, now=now, values=evidence, files=files
    )  # fmt: skip
    if duty.part == _children_from(duty):
        open_children(session, live, duty, children, by=by, now=now)
    if state is Obligation.DONE:
        take_effect(session, live, duty, written, now=now)
    else:
        ask_for_approval(session, live, duty, now=now)
    session.flush()
    close_if_done(session, duty, now=now)
    return _answer(duty)


def _again(session: Session, duty: Duty, *, by: int | None, how: str, now: datetime) -> Confirmed:
    """It was recorded before: the same answer, and a note that somebody clicked once more."""
    audit(
        session, actor=actor(by, how), act="confirm-again", subject_kind="obligation", subject_id=duty.row.id, at=now, how=way(how)
    )  # fmt: skip
    return _answer(duty, again=True)


def record(
    session: Session, duty: Duty, *, by: int | None, done_on: date, how: str, note: str | None, state: Obligation,
    now: datetime, values: proof.Values, files: proof.Files,
) -> ConfirmationRow:  # fmt: skip
    """Write the confirmation with its evidence, and move the obligation."""
    row = duty.row
    was = row.state
    if note and proof.unseen(note):
        raise Refused(phrase("the text holds a character that cannot be seen"), field="note")
    row.state = move_obligation(row.state, state)
    row.done_on = done_on
    row.closed_at = now if state is Obligation.DONE else None
    row.closed_why = "confirmed" if state is Obligation.DONE else None
    silence(row)
    confirmation = ConfirmationRow(
        obligation_id=row.id, by_id=by, done_on=done_on, recorded_at=now, how=way(how), note=note or None, was=was,
        state="accepted" if state is Obligation.DONE else "submitted",
    )  # fmt: skip
    session.add(confirmation)
    session.flush()
    proof.write(session, confirmation.id, values, files)
    audit(
        session, actor=actor(by, how), act="confirm", subject_kind="obligation", subject_id=row.id, at=now,
        done_on=done_on.isoformat(), how=way(how), state=state.value,
    )  # fmt: skip
    _done_for_all(session, duty, now=now)
    return confirmation


def _done_for_all(session: Session, duty: Duty, *, now: datetime) -> None:
    """Where any one of several may act, one confirmation closes the duty of the others."""
    if isinstance(duty.schedule.done, ByPeople) and duty.schedule.done.by == "any":
        session.execute(
            update(ObligationRow)
            .where(
                ObligationRow.occurrence_id == duty.row.occurrence_id, ObligationRow.part == duty.part,
                ObligationRow.id != duty.row.id, ObligationRow.state == Obligation.OPEN,
            )
            .values(state=Obligation.WAIVED, closed_at=now, closed_why="other", next_no=None, next_at=None)
        )  # fmt: skip


def _require_open(duty: Duty) -> None:
    if isinstance(duty.schedule.done, Quota):
        raise Refused(phrase("hours are recorded one course at a time"))
    if counts_up(duty.schedule.done) and duty.part == "":
        raise Refused(phrase("it is done when the entries and records reach the figures"))
    if duty.part == "record" and isinstance(duty.schedule.done, Attendance):
        raise Refused(phrase("a gathering is recorded with who was missing"))
    if (
        isinstance(duty.schedule.done, LaterCredential)
        and duty.part == ""
        and duty.row.state == Obligation.OPEN
    ):
        raise Refused(phrase("it is done when the new certificate is recorded"))
    if duty.row.state in (Obligation.OPEN, Obligation.HISTORY):
        return
    if duty.row.state == Obligation.PAUSED:
        raise Refused(phrase("its clock is stopped; have it run again first"))
    if duty.row.state == Obligation.EXPECTED:
        raise Refused(phrase("attendance is recorded for the whole gathering"))
    raise Refused(phrase("this duty is closed and cannot be recorded any more"))


def _check_day(live: Live, duty: Duty, done_on: date, *, now: datetime) -> None:
    if done_on > live.today(now):
        raise Refused(phrase("the day it was done cannot lie in the future"), field="done_on")
    held = duty.part == MAKE_UP or (isinstance(duty.schedule.when, Event) and duty.part != CHILD)
    first = duty.occurrence.held_on if held else live.today(duty.occurrence.opens_at)
    if done_on < first and not isinstance(duty.schedule.when, Expiry):
        raise Refused(
            phrase(
                "it cannot have been done before it began on {day}",
                day=said_day(first, today=live.today(now)),
            ),
            field="done_on",
        )


def _check_facts(duty: Duty, evidence: proof.Values, facts: Collection[str]) -> None:
    """Raise Refused for a date of an event's chain that a later term counts from and that lies before the event."""
    if not isinstance(duty.schedule.when, Event) or duty.part == CHILD:
        return
    first = duty.occurrence.held_on
    for name in sorted(facts):
        if any(day < first.isoformat() for day in proof.as_given(evidence).get(name, ())):
            raise Refused(
                phrase("it cannot have been done before it began on {day}", day=said_day(first)), field=name
            )


def _check_gates(
    session: Session, live: Live, duty: Duty, by: int | None, done_on: date, evidence: proof.Values
) -> None:
    """Raise Refused for a step that something else has to come before, or that the one who records it may not do."""
    step = duty.schedule.steps.get(duty.part)
    if step is None:
        return
    facts = known(session, duty.occurrence, duty.schedule)
    done_on = fact_day(duty.schedule, duty.part, done_on, proof.as_given(evidence))
    reasons = list(shut(duty.schedule, duty.part, facts, done_on, live.office.calendar))
    if reasons:
        what = reasons[0]
        for reason in reasons[1:]:
            what = phrase("{first}; {rest}", first=what, rest=reason)
        raise Refused(
            phrase("it cannot have been done on {day}: {why}", day=said_day(done_on), why=what),
            field="done_on",
        )
    if isinstance(step.owed_by, RoleExcept) and step.owed_by.but and by is not None:
        field = duty.schedule.who.from_event or ""
        if session.get_one(PersonRow, by).key in facts.fields.get(field, ()):
            raise Refused(phrase("who handles the case cannot do '{step}'", step=step.title))


def approver_of(duty: Duty) -> str | None:
    """The role that has to agree, if one has to."""
    return approving_role(duty.schedule, duty.part)


def _children_from(duty: Duty) -> str | None:
    return duty.schedule.children.from_ if duty.schedule.children else None


def _answer(duty: Duty, *, again: bool = False) -> Confirmed:
    done_on = duty.row.done_on or duty.occurrence.held_on
    on_time = duty.row.due_on is None or done_on <= duty.row.due_on
    return Confirmed(state=Obligation(duty.row.state), done_on=done_on, on_time=on_time, again=again)


def settle_history(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    verdict: Verdict,
    by: int | None,
    now: datetime,
    done_on: date | None = None,
) -> None:
    """Settle what was due before the office began with duban: done on a day, recorded late elsewhere, or dropped.

    Nothing is asked for but the day; whoever has the evidence confirms instead. Raise NotFound for what is not on that list.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    if duty.row.state != Obligation.HISTORY:
        raise NotFound(phrase("this duty is not on the list of earlier ones"))
    require_actor(session, live, duty, by, now=now)
    if verdict == "done":
        _done_then(session, live, duty, done_on, by=by, now=now)
    else:
        state = Obligation.WAIVED if verdict == "late" else Obligation.CANCELLED
        duty.row.state, duty.row.closed_at = move_obligation(duty.row.state, state), now
    duty.row.closed_why = verdict
    audit(
        session,
        actor=actor(by, "desk"),
        act=f"history-{verdict}",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )
    session.flush()
    open_following(session, live, duty.occurrence, duty.schedule, now=now)
    close_if_done(session, duty, now=now)


def _done_then(
    session: Session, live: Live, duty: Duty, done_on: date | None, *, by: int | None, now: datetime
) -> None:
    if isinstance(duty.schedule.done, Quota) and duty.part == "":
        raise Refused(phrase("hours are recorded one course at a time"))
    if done_on is None:
        raise Refused(phrase("say on which day it was done"), field="done_on")
    if done_on > live.today(now):
        raise Refused(phrase("the day it was done cannot lie in the future"), field="done_on")
    record(
        session, duty, by=by, done_on=done_on, how="desk", note=None, state=Obligation.DONE, now=now, values={}, files={}
    )  # fmt: skip
