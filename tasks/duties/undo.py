"""Take a record back: the duty is open again and its ladder goes on from where it stands; nothing passed is made up for."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.obligations import CreditRow, ObligationRow
from models.queries.duties import lock_occurrence, reopen_others
from schedules.errors import Refused
from schedules.grammar import Quota
from schedules.ladder import MAKE_UP, RECORD
from schedules.quota import counts_up
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties import feeding
from tasks.duties.approve import require_approver
from tasks.duties.closing import reopen, settle_quorum
from tasks.duties.credit import count
from tasks.duties.duty import Duty, actor, load, record_of, require_actor
from tasks.duties.evidence import said
from tasks.duties.following import cancel_following, set_cursor
from tasks.duties.may import may
from tasks.live import Live
from tasks.roster.renew import forget


def undo(
    session: Session, live: Live, *, obligation_id: int, by: int | None, reason: str, given_back: bool = False, now: datetime
) -> None:  # fmt: skip
    """Take back the record of a duty. Raise Refused when there is none, or when something recorded later rests on it.

    What somebody agreed to is taken back by those who may agree, not by who handed it in; anything by those who may give it back.
    `given_back`: it goes back to who recorded it, who reads the reason on the page.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    _require_running(duty)
    if not may(session, live, duty, "give-back", by, now=now):
        require = require_approver if duty.row.closed_why == "approved" else require_actor
        require(session, live, duty, by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is taken back"))
    if isinstance(duty.schedule.done, Quota) and duty.part == "":
        _last_credit(session, duty, words, now=now)
    else:
        _record(session, live, duty, words, state="returned" if given_back else "undone", now=now)
    reopen(duty, session)
    session.flush()
    settle_quorum(session, duty, now=now)
    note(
        session,
        actor=actor(by, "cli"),
        act="give-back" if given_back else "undo",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )


def _require_running(duty: Duty) -> None:
    """Raise Refused where nothing could be done anew: the whole ended early, or was skipped."""
    if duty.occurrence.closed_as is not None:
        ended = duty.schedule.branches.get(duty.occurrence.closed_as, duty.occurrence.closed_as)
        raise Refused(phrase("it ended early ({branch}); what was recorded stays", branch=ended))
    if duty.occurrence.state == "cancelled":
        raise Refused(phrase("it was cancelled as a whole; what was recorded stays"))


def _record(session: Session, live: Live, duty: Duty, reason: str, *, state: str, now: datetime) -> None:
    if counts_up(duty.schedule.done) and duty.part == "":
        raise Refused(phrase("it counts entries and records; take those back"))
    record = record_of(session, duty.row.id)
    if record is None or duty.row.closed_why == "renewed":
        raise Refused(phrase("there is no record to take back"))
    cancel_following(session, live, duty, now=now)
    forget(session, duty, record.id, now=now)
    record.state, record.reason = state, reason
    feeding.taken_back(session, live, duty, record, reason=reason, now=now)
    back = Obligation(record.was)
    duty.row.state = back if back is Obligation.HISTORY else move_obligation(duty.row.state, back)
    duty.row.done_on = duty.row.closed_at = duty.row.closed_why = None
    if back is Obligation.OPEN:
        set_cursor(session, duty.row, since=now)
    if duty.part == RECORD:
        _expect_again(session, duty)
    _speak_again(session, duty, now=now)
    reopen_others(session, occurrence_id=duty.occurrence.id, part=duty.part, today=live.today(now), now=now)


def _expect_again(session: Session, duty: Duty) -> None:
    """Without a record nobody is present or absent; who has made up for it keeps that."""
    session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == MAKE_UP, ObligationRow.mark.is_not(None),
            (ObligationRow.closed_why.is_(None)) | (ObligationRow.closed_why != "confirmed"),
        )
        .values(
            state=Obligation.EXPECTED, mark=None, due_on=None, due_at=None, soon_on=None, closed_at=None, closed_why=None, done_on=None,
            timeline_id=None, next_no=None, next_at=None,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def _speak_again(session: Session, duty: Duty, *, now: datetime) -> None:
    """If this step had silenced the main duty, the silence ends."""
    if duty.schedule.pending is None or duty.schedule.pending.after != duty.part:
        return
    mains = select(ObligationRow).where(
        ObligationRow.occurrence_id == duty.occurrence.id,
        ObligationRow.part == "",
        ObligationRow.state == "open",
    )
    for row in session.scalars(mains):
        row.quiet_until = None
        set_cursor(session, row, since=now)


def _last_credit(session: Session, duty: Duty, reason: str, *, now: datetime) -> None:
    last = session.scalars(
        select(CreditRow)
        .where(CreditRow.obligation_id == duty.row.id, CreditRow.state.in_(("submitted", "accepted")))
        .order_by(CreditRow.id.desc())
    ).first()
    if last is None:
        raise Refused(phrase("there is no record to take back"))
    last.state, last.reason = "undone", reason
    session.flush()
    count(session, duty, now=now)
