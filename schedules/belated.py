"""Records made afterwards (补录): the fact and the record lie further apart than a busy week explains."""

from datetime import date

from schedules.calendar import WorkCalendar
from schedules.terms import Term, last_day

MOST_LATE = Term(3, "workdays")


def entered_late(done_on: date, recorded_on: date, calendar: WorkCalendar) -> bool:
    """Whether a record was made more than 3 working days after the fact; the day of the fact itself does not count."""
    return recorded_on > last_day(done_on, MOST_LATE, calendar)
