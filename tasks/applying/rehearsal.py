"""What new working days would do to open duties: it is done, and taken back."""

from datetime import datetime

from sqlalchemy.orm import Session

from schedules.office import OfficeSpec
from tasks.days import calendar
from tasks.days.calendar_change import Corrected, follow, reason_for, sweep_all
from tasks.live import current

NOBODY = "plan"  # who writes what is taken back


def rehearse_days(session: Session, office: OfficeSpec, *, now: datetime) -> Corrected:
    """Put the working days of an office's files on record and follow, as `apply` does. Callers roll the transaction back.

    An office is in force already.
    """
    before = current(session)
    sweep_all(session, before, now=now)
    years = calendar.write_files(session, office.notices, office.day_overrides, by=NOBODY, now=now)
    live = current(session)
    why = reason_for(max(years, default=0), known=True)
    return follow(session, before, live, why, by=NOBODY, now=now)
