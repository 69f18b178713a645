"""By how much a term grows when its clock has stood still, and to which day it is extended."""

from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.terms import Term, last_day

_ONE_DAY = timedelta(days=1)


def longer_by(
    due_on: date, stopped_on: date, again_on: date, term: Term, calendar: WorkCalendar
) -> tuple[int, date]:
    """The days of [stopped_on, again_on) that do not count, and the due day moved by them.

    Working days for a term in working days, natural days for every other; a term that rolls its last day rolls the moved one.
    """
    if term.unit == "workdays":
        days = calendar.workdays_between(stopped_on - _ONE_DAY, again_on - _ONE_DAY)
        return days, calendar.add_workdays(due_on, days) if days else due_on
    days = (again_on - stopped_on).days
    return days, last_day(due_on, Term(days, "days", term.roll), calendar)


def extended(due_on: date, by: Term, calendar: WorkCalendar) -> date:
    """The last day of a longer term, counted on from the due day."""
    return last_day(due_on, by, calendar)
