"""The days of a deadline as a small calendar, a month after the other: which were counted, which passed over."""

from calendar import monthcalendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.recurrence import months
from schedules.terms import Deadline, Term, natural
from worker.cli.cells import pad, wrap
from worker.cli.language import N_, _

HEADS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
CELL = 11  # terminal cells of one day, as many as `[#999 work]` takes: a week takes 77 of 80
WIDTH = 78
MOST_MONTHS = 7
COUNTED = frozenset({"workdays", "days", "weeks"})
OFF, WORK, START, END = N_("off"), N_("work"), N_("start"), N_("end")
LATER, EARLIER = N_("later"), N_("earlier")
NUMBER = N_("#{n}")
_ONE_DAY = timedelta(days=1)


def counted_days(found: Deadline, term: Term, calendar: WorkCalendar) -> Iterator[str]:
    """The lines of the calendar, at most 80 cells wide. A long span shows its first and its last months.

    Under each day of the span stands its number in the count, or why it was not counted. Words, not colours, say what a day is.
    """
    end = max(found.due, found.start, by_count(found, term))
    marks = _marks(found, term, calendar, end)
    span = list(months(found.start, end))
    for month in span if len(span) <= MOST_MONTHS else [*span[:3], None, *span[-3:]]:
        if month is None:
            yield _("… {n} months …").format(n=len(span) - 6)
            yield ""
        else:
            yield from _month(*month, marks)
    yield from wrap(_legend(marks, term), WIDTH)


def by_count(found: Deadline, term: Term) -> date:
    """The last day before it is moved off a rest day."""
    return found.due if term.unit == "workdays" else natural(found.start, term, sign=1)


def _marks(found: Deadline, term: Term, calendar: WorkCalendar, end: date) -> Mapping[date, str]:
    """What stands under each day of [start, end]."""
    marks = {found.start: _(START)}
    number, day, counted_to = 0, found.start, by_count(found, term)
    while day < end:
        day += _ONE_DAY
        worked = calendar.is_workday(day)
        counts = day <= counted_to and (worked or term.unit != "workdays")
        number += counts
        words = [_(NUMBER).format(n=number)] if counts and term.unit in COUNTED else []
        if not worked and (term.unit == "workdays" or day >= min(counted_to, found.due)):
            words.append(_(OFF))
        elif term.unit == "workdays" and day.weekday() >= 5:
            words.append(_(WORK))
        marks[day] = " ".join(words)
    moved = "" if found.due == counted_to else _(LATER if found.due > counted_to else EARLIER)
    marks[found.due] = f"[{moved or marks[found.due] or _(END)}]"
    return marks


def _legend(marks: Mapping[date, str], term: Term) -> str:
    """What the marks mean that are there."""
    there = " ".join(marks.values())
    words = [_("{mark}: the day of the event, not counted").format(mark=_(START))]
    if term.unit in COUNTED:
        words.append(_("{mark}: the day counts").format(mark=_(NUMBER).format(n="n")))
    if _(OFF) in there:
        words.append(_("{mark}: a rest day").format(mark=_(OFF)))
    if _(WORK) in there:
        words.append(_("{mark}: a weekend that is worked").format(mark=_(WORK)))
    return _("; ").join([*words, _("[ ]: the last day")])


def _month(year: int, month: int, marks: Mapping[date, str]) -> Iterator[str]:
    yield f"{year:04}-{month:02}"
    yield _row([_(head) for head in HEADS])
    for week in monthcalendar(year, month):
        yield _row([f"{day:>2}" if day else "" for day in week])
        below = [marks.get(date(year, month, day), "") if day else "" for day in week]
        if any(below):
            yield _row(below)
    yield ""


def _row(words: list[str]) -> str:
    return "".join(pad(word, CELL) for word in words).rstrip()
