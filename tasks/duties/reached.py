"""Close a duty whose figures are reached, and open it again when something that counted is taken away."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from schedules.states import Obligation, move_obligation
from tasks.duties.closing import close_if_done, reopen
from tasks.duties.duty import Duty, silence
from tasks.duties.following import set_cursor

REACHED = "reached"


def settle(session: Session, duty: Duty, *, reached: bool, done_on: date | None, now: datetime) -> None:
    """Done on the day of the fact that reached it; what falls short again is open again and its ladder goes on.

    A duty that somebody settled otherwise (history, waived) stays as it is.
    """
    row = duty.row
    by_figures = row.state == Obligation.DONE and row.closed_why == REACHED
    if reached and (by_figures or row.state in (Obligation.OPEN, Obligation.HISTORY)):
        row.done_on = done_on
    if reached and row.state in (Obligation.OPEN, Obligation.HISTORY):
        row.state = move_obligation(row.state, Obligation.DONE)
        row.closed_at, row.closed_why = now, REACHED
        silence(row)
        session.flush()
        close_if_done(session, duty, now=now)
    elif not reached and by_figures:
        row.state = move_obligation(row.state, Obligation.OPEN)
        row.done_on = row.closed_at = row.closed_why = None
        set_cursor(session, row, since=now)
        reopen(duty, session)
