"""A year of working days as a picture of months: every rest day, holiday and worked weekend has a mark in text, and a colour."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, zip_longest

import click

from schedules.calendar import CalendarDay, WorkCalendar
from worker.cli.cells import cells, pad
from worker.cli.counted_days import HEADS
from worker.cli.language import N_, _, count, current

CELL = 5  # terminal cells of one day
MONTH = 7 * CELL
GAP = 2
MOST_BESIDE = 4
HOLIDAY, WORKED, WEEKEND = N_("H"), N_("W"), "·"


def year_picture(calendar: WorkCalendar, year: int, *, width: int) -> Iterator[str]:
    """The lines of the picture: heading, months beside each other as `width` cells allow, legend, holidays by name."""
    days = calendar.year(year)
    estimated = not calendar.announced(date(year, 1, 1))
    yield _title(days, year, estimated=estimated)
    yield ""
    months = [list(_month(number, group)) for number, group in groupby(days, key=lambda day: day.day.month)]
    beside = max(1, min(MOST_BESIDE, (width + GAP) // (MONTH + GAP)))
    for first in range(0, 12, beside):
        for lines in zip_longest(*months[first : first + beside], fillvalue=""):
            yield (" " * GAP).join(_padded(line) for line in lines).rstrip()
        yield ""
    yield _("{holiday} day off, {worked} weekend that is worked, {weekend} weekend").format(
        holiday=_(HOLIDAY), worked=_(WORKED), weekend=WEEKEND
    )
    yield from named(days)


def _title(days: Sequence[CalendarDay], year: int, *, estimated: bool) -> str:
    worked = sum(day.is_workday for day in days)
    if estimated:
        return _(
            "{year} (provisional: not announced; only the holidays that stand in law): {n} working days"
        ).format(year=year, n=worked)
    return _("{year}: {n} working days").format(year=year, n=worked)


def _month(number: int, group: Iterator[CalendarDay]) -> Iterator[str]:
    days = list(group)
    yield _("{year}-{month:02}").format(year=days[0].day.year, month=number)
    yield "".join(pad(_(head), CELL) for head in HEADS)
    row = [" " * CELL] * days[0].day.weekday()
    for day in days:
        row.append(_cell(day))
        if len(row) == 7:
            yield "".join(row)
            row = []
    if row:
        yield "".join(row)


def _cell(day: CalendarDay) -> str:
    mark, colour, bold = mark_of(day)
    text = f"{day.day.day:>2}{mark}"
    room = " " * (CELL - cells(text))
    return (click.style(text, fg=colour, bold=bold) if colour else text) + room


def mark_of(day: CalendarDay) -> tuple[str, str | None, bool]:
    """The mark of a day, with the colour that says the same, and whether it is bold."""
    weekend = day.day.weekday() >= 5
    if day.is_workday:
        return (_(WORKED), "yellow", True) if weekend else ("", None, False)
    if weekend and day.source in ("week", "estimate") and not day.name:
        return WEEKEND, "bright_black", False
    return _(HOLIDAY), "red", True


def _padded(line: str) -> str:
    return line + " " * max(0, MONTH - cells(click.unstyle(line)))


def named(days: Sequence[CalendarDay]) -> Iterator[str]:
    """The holidays by name with their first and last day, and the weekends that are worked for them."""
    off = [day for day in days if not day.is_workday and day.name]
    for name, first, last in _spans(off):
        n = (last - first).days + 1
        span = _day(first) if n == 1 else f"{_day(first)}–{_day(last)}"
        yield f"  {name}  {span}  {count(_('1 day'), _('{n} days'), n)}"
    worked = [_day(day.day) for day in days if day.is_workday and day.day.weekday() >= 5]
    if worked:
        yield "  " + _("Worked weekends: {days}").format(days=_(", ").join(worked))
    for day in days:
        if day.source == "override":
            what = _("worked") if day.is_workday else _("off")
            yield "  " + _("By override: {day} {what} {name}").format(
                day=_day(day.day), what=what, name=day.name
            )


def _spans(days: Sequence[CalendarDay]) -> Iterator[tuple[str, date, date]]:
    """Runs of days that follow each other without a gap, under their names."""
    start = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at].day - days[at - 1].day > timedelta(days=1):
            run = days[start:at]
            names = dict.fromkeys(day.name for day in run)
            yield "、".join(names), run[0].day, run[-1].day
            start = at


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日" if current() == "zh_CN" else f"{day:%m-%d}"
