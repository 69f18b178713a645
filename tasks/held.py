"""The span in which something may be held: what is recorded as held outside it is refused."""

from schedules.errors import Refused
from schedules.grammar import Dated
from schedules.recurrence import held_span
from schedules.words import phrase
from tasks.duty import Duty
from tasks.evidence import Values, parse_date
from tasks.live import Live

HELD_ON = "held_on"  # the field of evidence that says on which day it was held


def require_in_span(live: Live, duty: Duty, values: Values) -> None:
    """Raise Refused if `held_on` lies outside the span of the occurrence. Without a span any day will do."""
    when, given = duty.schedule.when, values.get(HELD_ON)
    if not isinstance(when, Dated) or when.held is None or not given:
        return
    day = parse_date(given if isinstance(given, str) else given[0])
    first, last = held_span(when, duty.occurrence.held_on, live.office.calendar)
    if day is not None and not first <= day <= last:
        days = {"first": first.isoformat(), "last": last.isoformat(), "day": day.isoformat()}
        raise Refused(phrase("it may be held from {first} to {last}, not on {day}", **days), field=HELD_ON)
