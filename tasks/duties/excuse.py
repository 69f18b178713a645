"""Excuse somebody who was absent from a gathering: the mark becomes leave 请假, nothing has to be made up for."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.queries.duties import lock_occurrence
from schedules.errors import Refused
from schedules.ladder import MAKE_UP
from schedules.states import Obligation, move_obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.closing import close_if_done
from tasks.duties.decided import tell_excused
from tasks.duties.duty import Duty, actor, load, silence
from tasks.duties.evidence import said
from tasks.duties.may import require
from tasks.live import Live

ABSENT, LEAVE = "absent", "leave"


def excuse(
    session: Session, live: Live, *, obligation_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Turn an absence that was recorded into leave, with a reason. A second time changes nothing. Raise Refused for anything else."""
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require(session, live, duty, "excuse", by, now=now)
    if duty.row.mark == LEAVE:
        return
    if not excusable(duty):
        raise Refused(phrase("only who was recorded absent and has not made up for it is excused"))
    words = said(reason, field="reason", missing=phrase("say in a few words why the absence is excused"))
    duty.row.late_reason = words
    duty.row.state, duty.row.mark = move_obligation(duty.row.state, Obligation.WAIVED), LEAVE
    duty.row.closed_at, duty.row.closed_why, duty.row.done_on = now, LEAVE, None
    silence(duty.row)
    note(
        session,
        actor=actor(by, "cli"),
        act="excuse",
        subject_kind="obligation",
        subject_id=obligation_id,
        at=now,
    )
    session.flush()
    tell_excused(session, live, duty, words, but=(by,), now=now)
    close_if_done(session, duty, now=now)


def excusable(duty: Duty) -> bool:
    """Whether it is the make-up of somebody who was absent and still owes it."""
    return duty.part == MAKE_UP and duty.row.mark == ABSENT and duty.row.state == Obligation.OPEN
