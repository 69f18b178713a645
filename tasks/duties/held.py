"""The span in which something may be held: what is recorded as held outside it is refused."""

from datetime import date

from models.obligations import OccurrenceRow
from schedules.dates_text import said_day
from schedules.errors import Refused
from schedules.grammar import Dated, Schedule
from schedules.recurrence import held_span
from schedules.words import phrase
from tasks.duties.duty import Duty
from tasks.duties.evidence import Values, parse_date
from tasks.live import Live

HELD_ON = "held_on"  # the field of evidence that says on which day it was held


def require_in_span(live: Live, duty: Duty, values: Values) -> None:
    """Raise Refused if `held_on` lies outside the span of the occurrence. Without a span any day will do."""
    given, span = values.get(HELD_ON), span_held(live, duty.schedule, duty.occurrence)
    if span is None or not given:
        return
    day = parse_date(given if isinstance(given, str) else given[0])
    first, last = span
    if day is not None and not first <= day <= last:
        days = {"first": said_day(first), "last": said_day(last), "day": said_day(day)}
        raise Refused(phrase("it may be held from {first} to {last}, not on {day}", **days), field=HELD_ON)


def span_held(live: Live, schedule: Schedule, occurrence: OccurrenceRow) -> tuple[date, date] | None:
    """The first and the last day on which it may be held; None where any day will do."""
    if not isinstance(schedule.when, Dated) or schedule.when.held is None:
        return None
    return held_span(schedule.when, occurrence.held_on, live.office.calendar)
