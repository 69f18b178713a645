"""Months as grids of a terminal, Monday first: working days as the office's calendar has them, and what opens, is due and is told each day.

Only plain characters are drawn, since lines, dots and circles are of one cell on some terminals and of two on others (East Asian
Ambiguous in Unicode's annex 11).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import click

from schedules.calendar import CalendarDay
from schedules.recurrence import months
from worker.cli.cells import cells, pad, wrap
from worker.cli.foreseen import Foreseen, alike, day_of, people_of
from worker.cli.language import N_, _, count
from worker.cli.preview_words import Item, Wording
from worker.cli.terminal import Tint, plain, tint
from worker.cli.weekdays import WEEKDAYS
from worker.cli.year_picture import named

DUE, OPENS, DROPPED, TOLD = "*", ">", "x", "@"
NARROWEST, WIDEST = 11, 18  # cells of a day
MOST_LINES = 4  # entries of one day in the grid; all of them stand below it
OFF, WORKED = N_("off"), N_("work")


@dataclass(slots=True)
class _Day:
    """What a day brings: entries as (mark, title, the whole line for below), who is told, and posts in the group."""

    entries: list[tuple[str, str, str]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    posts: int = 0


def months_of(seen: Foreseen, words: Wording, *, width: int) -> Iterator[str]:
    """The months that the span touches, each with its days in words below, and a legend at the end."""
    days = _days(seen, words)
    cell = max(NARROWEST, min(WIDEST, width // 7))
    for year, month in months(seen.first, seen.last):
        yield ""
        yield from _month(year, month, days, seen, words, cell)
    yield ""
    yield from wrap(_legend(days), cell * 7)


def _month(
    year: int, month: int, days: dict[date, _Day], seen: Foreseen, words: Wording, cell: int
) -> Iterator[str]:
    whole = [each for each in seen.office.calendar.year(year) if each.day.month == month]
    rule = "-" * (cell * 7)
    yield from wrap(_title(year, month, whole, announced=year in seen.office.calendar.years), cell * 7)
    yield "".join(pad(_(head), cell) for head in WEEKDAYS).rstrip()
    yield rule
    week: list[list[str]] = [[]] * whole[0].day.weekday()
    for each in whole:
        week.append(_cell(each, days.get(each.day), seen, words, cell))
        if len(week) == 7:
            yield from _week(week, cell)
            yield rule
            week = []
    if week:
        yield from _week(week, cell)
        yield rule
    yield from named(whole)
    yield from _below(year, month, days, words, cell * 7)


def _title(year: int, month: int, whole: Sequence[CalendarDay], *, announced: bool) -> str:
    worked = sum(day.is_workday for day in whole)
    text = _("{year}-{month:02}: {n} working days").format(year=year, month=month, n=worked)
    if announced:
        return text
    return text + _(
        " (provisional: the holidays of {year} are not announced, only those in law are taken off)"
    ).format(year=year)


def _week(week: Sequence[Sequence[str]], cell: int) -> Iterator[str]:
    for number in range(max(len(lines) for lines in week)):
        row = [lines[number] if number < len(lines) else "" for lines in week]
        yield "".join(text + " " * max(0, cell - cells(click.unstyle(text))) for text in row).rstrip()


def _cell(day: CalendarDay, found: _Day | None, seen: Foreseen, words: Wording, cell: int) -> list[str]:
    """The lines of a day: its number with what kind of day it is, entries, and how many people are told."""
    lines = [_head(day, seen, words, cell)]
    if found is None:
        return lines
    shown = found.entries if len(found.entries) <= MOST_LINES else found.entries[: MOST_LINES - 1]
    lines += [cut(f"{mark}{title}", cell - 1) for mark, title, _line in shown]
    if len(shown) < len(found.entries):
        lines.append(cut(_("+{n} more").format(n=len(found.entries) - len(shown)), cell - 1))
    if found.people or found.posts:
        told = str(len(found.people)) if found.people else ""
        lines.append(cut(TOLD + told + (_("+group") if told else _("group")) * bool(found.posts), cell - 1))
    return lines


def _head(day: CalendarDay, seen: Foreseen, words: Wording, cell: int) -> str:
    weekend = day.day.weekday() >= 5
    number = f"{day.day.day:>2}"
    colour: Tint | None
    if day.is_workday:
        text = f"{number} {_(WORKED)}" if weekend else number
        colour = "yellow" if weekend else None
    else:
        plain_rest = weekend and day.source in ("week", "estimate") and not day.name
        text, colour = f"{number} {_(OFF)}", None if plain_rest else "red"
        for gap in (" ", "") if day.name else ():
            named_too = f"{number}{gap}{_(OFF)}{gap}{plain(day.name)}"
            if cells(named_too) < cell:
                text = named_too
                break
    if day.day == words.today:
        text += _(" today") if cells(text) + cells(_(" today")) < cell else "!"
    text = cut(text, cell - 1)
    if not seen.first <= day.day <= seen.last:
        return tint(text, "bright_black")
    return tint(text, colour) if colour else text


def cut(text: str, width: int) -> str:
    """A text in at most so many cells; what is cut ends with two dots."""
    text = plain(text)
    if cells(text) <= width:
        return text
    kept = ""
    for char in text:
        if cells(kept + char) > width - 2:
            break
        kept += char
    return kept + ".."


def _below(year: int, month: int, days: dict[date, _Day], words: Wording, width: int) -> Iterator[str]:
    """Every entry of the month in whole, by day."""
    found = sorted(each for each in days if (each.year, each.month) == (year, month))
    room = max((cells(words.day(day)) for day in found), default=0) + 2
    for day in found:
        for number, (mark, _title, line) in enumerate(days[day].entries):
            first, *rest = wrap(line, width - room - 2)
            yield f"{pad(words.day(day) if number == 0 else '', room)}{mark} {first}"
            yield from (" " * (room + 2) + each for each in rest)


def _days(seen: Foreseen, words: Wording) -> dict[date, _Day]:
    days: dict[date, _Day] = defaultdict(_Day)
    both = sorted((*seen.inside, *seen.around), key=lambda item: (item["schedule"], str(item["date"])))
    for each in alike(both):
        for mark, day, line in _marks(each.item, len(each.items), seen, words):
            days[day].entries.append((mark, _named(each.item, len(each.items)), line))
    for item in both:
        _add_told(days, item, seen, words)
    for found in days.values():
        found.entries.sort(key=lambda entry: (DUE, DROPPED, OPENS).index(entry[0]))
    return {day: found for day, found in days.items() if seen.first <= day <= seen.last}


def _marks(item: Item, n: int, seen: Foreseen, words: Wording) -> Iterator[tuple[str, date, str]]:
    """On which days an occurrence stands, and what is said of it below the grid."""
    name = f"{_named(item, n)} ({item['schedule']})"
    inside = seen.first <= day_of(item) <= seen.last
    if item["skipped"]:
        if inside:
            yield DROPPED, day_of(item), _("{name}: skipped, {why}").format(name=name, why=item["skipped"])
        return
    opens = words.day_at(item["opens_at"])
    remarks = "".join(_("; ") + remark for remark in words.remarks(item))
    if inside:
        if item["starts_at"]:
            at = f"{words.local(item['starts_at']):%H:%M}"
        else:
            at = _("due {at}").format(at=words.due(item, day=False)) if item["due_at"] else ""
        yield DUE, day_of(item), f"{name} {at}{remarks}".rstrip()
    if seen.first <= opens <= seen.last and opens != day_of(item):
        due = words.due(item) if item["due_at"] else words.day(day_of(item))
        yield OPENS, opens, _("{name} opens, due {at}").format(name=name, at=due) + remarks


def _named(item: Item, n: int) -> str:
    title = plain(item["title"])
    if n == 1:
        return title
    return count(_("{title} (1 item)"), _("{title} ({n} items)"), n, title=title.partition("：")[0])


def _add_told(days: dict[date, _Day], item: Item, seen: Foreseen, words: Wording) -> None:
    begin, end = seen.span
    for rung in () if item.get("paused") else item["rungs"]:
        at = datetime.fromisoformat(rung["at"])
        if begin <= at < end:
            found = days[words.day_at(rung["at"])]
            found.people.update(people_of(rung, item))
            found.posts += rung["to"] == "group" and bool(rung["channels"])


def _legend(days: dict[date, _Day]) -> str:
    marks = {mark for found in days.values() for mark, _title, _line in found.entries}
    told = any(found.people or found.posts for found in days.values())
    texts = [
        *([_("* held or due")] if DUE in marks else []),
        *([_("> opens")] if OPENS in marks else []),
        *([_("x does not take place")] if DROPPED in marks else []),
        *([_("@12 so many people are told, if nobody is done")] if told else []),
        _("{off} = rest day or holiday").format(off=_(OFF)),
        _("{work} = weekend that is worked").format(work=_(WORKED)),
    ]
    return _("Marks: {marks}").format(marks=_("; ").join(texts))
