"""The days of a deadline as a small calendar, a month after the other: which were counted, which passed over."""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.calendar import WorkCalendar
from schedules.terms import Deadline, Term
from worker.cli.cells import pad
from worker.cli.language import N_, _

HEADS = (N_("Mo"), N_("Tu"), N_("We"), N_("Th"), N_("Fr"), N_("Sa"), N_("Su"))
CELL = 9  # terminal cells of one day
MOST_MONTHS = 7
COUNTED = frozenset({"workdays", "days", "weeks"})


def counted_days(found: Deadline, term: Term, calendar: WorkCalendar) -> Iterator[str]:
    """The lines of the calendar. A long span shows its first and its last months.

    Under a day stands its number in the count, or why it was not counted: rest day 休; 班 is a weekend that is worked.
    """
    marks = _marks(found, term, calendar)
    months = _months(found.start, max(found.due, found.start))
    shown = months if len(months) <= MOST_MONTHS else [*months[:3], None, *months[-3:]]
    for month in shown:
        if month is None:
            yield _("… {n} months …").format(n=len(months) - 6)
            yield ""
        else:
            yield from _month(month, marks)
    yield _(
        "[ ] the first and the last day; a number: the day counts; × rest day, not counted; + weekend worked"
    )


def _marks(found: Deadline, term: Term, calendar: WorkCalendar) -> dict[date, str]:
    marks: dict[date, str] = {}
    number, day = 0, found.start
    skipped = set(found.skipped)
    while day < found.due:
        day += timedelta(days=1)
        if day in skipped:
            marks[day] = "×"
            continue
        number += 1
        worked = "+" if day.weekday() >= 5 and calendar.is_workday(day) and term.unit == "workdays" else ""
        marks[day] = f"{number}{worked}" if term.unit in COUNTED else ""
    marks[found.start] = "[0]"
    if found.due > found.start:
        marks[found.due] = f"[{marks[found.due] or '='}]"
    return marks


def _months(first: date, last: date) -> list[date | None]:
    found: list[date | None] = []
    month = first.replace(day=1)
    while month <= last:
        found.append(month)
        month = (month + timedelta(days=31)).replace(day=1)
    return found


def _month(first: date, marks: dict[date, str]) -> Iterator[str]:
    yield f"{first:%Y-%m}"
    yield "".join(pad(_(head), CELL) for head in HEADS).rstrip()
    day = first - timedelta(days=first.weekday())
    while day.replace(day=1) <= first:
        week = [day + timedelta(days=offset) for offset in range(7)]
        yield "".join(
            pad(_cell(each, marks) if each.month == first.month else "", CELL) for each in week
        ).rstrip()
        day += timedelta(days=7)
    yield ""


def _cell(day: date, marks: dict[date, str]) -> str:
    return f"{day.day:>2} {marks.get(day, '')}"
