"""Give back what was done or handed in 退回: it is owed again, and whoever recorded it is told why."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.queries.duties import lock_occurrence
from schedules.errors import Refused
from schedules.states import Obligation
from schedules.words import phrase
from tasks.duties.approvals import tell_given_back
from tasks.duties.approve import give_back
from tasks.duties.duty import load, record_of
from tasks.duties.may import require
from tasks.duties.undo import undo
from tasks.live import Live


def send_back(
    session: Session, live: Live, *, obligation_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Give a handed-in or done duty back with a reason. Raise Refused where there is no record, or where something rests on it."""
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require(session, live, duty, "give-back", by, now=now)
    match duty.row.state:
        case Obligation.SUBMITTED:
            give_back(session, live, obligation_id=obligation_id, by=by, reason=reason, now=now)
        case Obligation.DONE:
            record = record_of(session, obligation_id)
            undo(session, live, obligation_id=obligation_id, by=by, reason=reason, given_back=True, now=now)
            duty.row.epoch += 1
            tell_given_back(session, live, duty, record, reason.strip(), now=now)
        case _:
            raise Refused(phrase("there is no record to give back"))
