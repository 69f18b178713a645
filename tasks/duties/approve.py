"""Agree that something is done, give it back with a reason (退回), or excuse it."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.queries.duties import lock_occurrence, reopen_others
from schedules.errors import Refused
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.approvals import take_effect, tell_given_back
from tasks.duties.children import tell_of_items
from tasks.duties.closing import close_if_done, reopen, settle_quorum
from tasks.duties.confirm import approver_of
from tasks.duties.decided import tell_waived
from tasks.duties.duty import Duty, actor, agrees, load, record_of, role_title, silence
from tasks.duties.evidence import said
from tasks.duties.following import cancel_following, open_following, set_cursor
from tasks.duties.may import may, require
from tasks.live import Live

WHY_CLOSED = phrase("say in a few words why it can be closed")
WAIVABLE = (Obligation.OPEN, Obligation.PAUSED, Obligation.EXPECTED, Obligation.HISTORY)


def approve(
    session: Session, live: Live, *, obligation_id: int, by: int | None, words: str = "", now: datetime
) -> None:
    """Agree; `words` say why, and stay with the record and in the trail.

    Raise Refused unless it waits for approval and the person may give it; approving twice changes nothing.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    if duty.row.state == Obligation.DONE:
        return
    _require_submitted(duty)
    require_approver(session, live, duty, by, now=now)
    record = record_of(session, obligation_id)
    if record is None:
        raise Refused(phrase("there is no record that waits for approval"))
    reason = said(words, field="reason", missing=WHY_CLOSED) if words else None
    record.state, record.reason = "accepted", reason
    duty.row.state = move_obligation(duty.row.state, Obligation.DONE)
    duty.row.closed_at, duty.row.closed_why = now, "approved"
    silence(duty.row)
    take_effect(session, live, duty, record, now=now)
    tell_of_items(session, obligation_id)
    note(
        session,
        actor=actor(by, "cli"),
        act="approve",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )
    session.flush()
    close_if_done(session, duty, now=now)


def give_back(
    session: Session, live: Live, *, obligation_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Return it: open again, the ladder goes on with the first rung still to come."""
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    _require_submitted(duty)
    if not may(session, live, duty, "give-back", by, now=now):
        require_approver(session, live, duty, by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is given back"))
    record = record_of(session, obligation_id)
    if record is not None:
        cancel_following(session, live, duty, now=now)
        record.state, record.reason = "returned", words
    duty.row.state = move_obligation(duty.row.state, Obligation.OPEN)
    duty.row.done_on = duty.row.closed_at = duty.row.closed_why = None
    duty.row.epoch += 1
    set_cursor(session, duty.row, since=now)
    tell_given_back(session, live, duty, record, words, now=now)
    reopen_others(session, occurrence_id=duty.occurrence.id, part=duty.part, today=live.today(now), now=now)
    reopen(duty, session)
    session.flush()
    settle_quorum(session, duty, now=now)
    note(
        session,
        actor=actor(by, "cli"),
        act="give-back",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )


def waive(
    session: Session, live: Live, *, obligation_id: int, by: int | None, reason: str, asked_by: int | None = None, now: datetime
) -> None:  # fmt: skip
    """Excuse somebody from a duty, with a reason. Whoever may is said in `tasks.duties.may`. Who owed it is told.

    `asked_by` had asked for it, and is answered by the caller.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require(session, live, duty, "waive", by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it need not be done"))
    if duty.row.state not in WAIVABLE:
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    if duty.row.state in (Obligation.OPEN, Obligation.PAUSED):
        tell_waived(session, live, duty, words, but=(by, asked_by), now=now)
    duty.row.state = move_obligation(duty.row.state, Obligation.WAIVED)
    duty.row.closed_at, duty.row.closed_why, duty.row.late_reason = now, "waived", words
    silence(duty.row)
    note(
        session,
        actor=actor(by, "cli"),
        act="waive",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )
    session.flush()
    open_following(session, live, duty.occurrence, duty.schedule, now=now)
    close_if_done(session, duty, now=now)


def _require_submitted(duty: Duty) -> None:
    if duty.row.state != Obligation.SUBMITTED:
        raise Refused(phrase("there is no record that waits for approval"))


def require_approver(session: Session, live: Live, duty: Duty, by: int | None, *, now: datetime) -> None:
    """Raise Refused unless the person holds the role that agrees, stands in for one who does, works the desk, or may close it."""
    role = approver_of(duty) or live.office.file.clerk
    if may(session, live, duty, "close", by, now=now) or (
        by is not None and agrees(session, live, role, duty.party, by, now=now)
    ):
        return
    raise Refused(phrase("only {role} can agree to this", role=role_title(live, role)))
