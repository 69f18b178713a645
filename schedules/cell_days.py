"""Days as people and spreadsheets write them into a cell, in the one form in which the office keeps them. What is no day stays as it is."""

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from schedules.cell_text import narrow
from schedules.roster_table import Cell

# Day 60 of Excel is a 29 February 1900 that never was; later numbers count from 1899-12-30 (ECMA-376 part 1, 18.17.4.1).
EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050  # 1954-10-03 to 2099-12-31
_DAY = re.compile(
    r"([12]\d{3})(?:([-./])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2}))[日号]?(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_EIGHT = re.compile(r"([12]\d{3})(\d{2})(\d{2})(?:\.0)?")
_MONTH = re.compile(r"([12]\d{3})[-./年](\d{1,2})月?")
_SPAN = re.compile(
    r"((?P<year>[12]\d{3})[-./年](?P<month>\d{1,2})(?P<day>[-./月]\d{1,2})?[月日号]?)(?:至|到|~|-{1,2})"
    r"(?:([12]\d{3})[-./年])?(?:(\d{1,2})[-./月])?(\d{1,2})[月日号]?"
)
_SIGNS = str.maketrans({"—": "-", "–": "-", "―": "-", "－": "-", "。": ".", "、": "."})


def first_day(cell: Cell) -> str:
    """A day as 2026-09-01; a month alone is its first day, a span of days begins on it."""
    span = _span(cell)
    return _day(span[0] if span else cell, last=False)


def last_day(cell: Cell) -> str:
    """A day as 2026-09-01; a month alone is its last day, a span of days ends on it."""
    span = _span(cell)
    return _day(span[1] if span else cell, last=True)


def held_day(cell: Cell) -> str:
    """The day on which something was done: the last one of a span of days, the first one of a month."""
    span = _span(cell)
    return _day(span[1] if span else cell, last=span is not None)


def is_month(cell: Cell) -> bool:
    """Whether a cell names a month without the day."""
    return _months(cell) is not None


def is_span(cell: Cell) -> bool:
    """Whether a cell names a span of days or of months."""
    return _span(cell) is not None


def _day(cell: Cell, *, last: bool) -> str:
    text = re.sub(r"\s*([-./年月日])\s*", r"\1", _plain(cell))
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6])).isoformat()
        if match := _EIGHT.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if month := _months(cell):
            return date(*month, monthrange(*month)[1] if last else 1).isoformat()
    except ValueError:
        return text
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        serial = int(text.partition(".")[0]) + cell.later
        if FIRST_SERIAL <= serial <= LAST_SERIAL:
            return (EPOCH + timedelta(days=serial)).isoformat()
    return text


def _plain(cell: Cell) -> str:
    """Narrow, with the dashes and stops of Chinese as those of numbers, without the ' by which Excel keeps a text."""
    return narrow(cell.text).translate(_SIGNS).lstrip("'")


def _months(cell: Cell) -> tuple[int, int] | None:
    """A spreadsheet makes 2026.10 the number 2026.1: as a number that one is either month, so it is none."""
    match = _MONTH.fullmatch(re.sub(r"\s", "", _plain(cell)))
    if match is None or not 1 <= int(match[2]) <= 12 or (cell.number and match[2] == "1"):
        return None
    return int(match[1]), int(match[2])


def _span(cell: Cell) -> tuple[Cell, Cell] | None:
    """The first and the last day of 2021.9.1-2026.8.31, 2026年9月1日至3日, 2026.9-2026.10; what the second leaves out is the first's."""
    text = re.sub(r"\s", "", _plain(cell))
    match = None if _DAY.fullmatch(text) or _MONTH.fullmatch(text) else _SPAN.fullmatch(text)
    if match is None:
        return None
    year, month, end = match[5] or match["year"], match[6], match[7]
    to_month = month is None and (match[5] is not None or match["day"] is None)
    second = f"{year}-{end}" if to_month else f"{year}-{month or match['month']}-{end}"
    days = (
        replace(cell, text=match[1].rstrip("月日号"), number=False),
        replace(cell, text=second, number=False),
    )
    return days if _day(days[0], last=False) <= _day(days[1], last=True) else None
