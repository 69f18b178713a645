"""Files of working days: a year's notice in the holiday-cn shape, or single days that are otherwise than the notices say.

{"year": 2026, "papers": [...], "days": [{"name", "date", "isOffDay"}]}
{"overrides": [{"name", "date", "isOffDay", "reason"}]}
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from schedules.calendar import Notice, Override
from schedules.fields import shown
from schedules.problems import MOST_OF_A_FILE, Problem
from schedules.source_text import SourceFile, read_bytes, unreadable
from schedules.words import Words, phrase

SHAPE = '{"year": 2026, "papers": […], "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}, …]}'
OVERRIDES_SHAPE = '{"overrides": [{"date": "2026-09-03", "isOffDay": true, "name": "…", "reason": "…"}, …]}'
EARLIEST, LATEST = 1900, 9998
COMMA_TOO_MANY = re.compile(r",\s*(?=[\]}])")
_STRING = re.compile(r'"[^"\\\n]*"')
_NAMED_YEAR = re.compile(r"(?:^|/)([12][0-9]{3})\.json$")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file says: the notice of a year, or overrides; neither, if it has problems."""

    notice: Notice | None = None
    overrides: tuple[Override, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def read_calendar(source: SourceFile) -> CalendarFile:
    """A notice or overrides, whichever the file holds."""
    read = read_bytes(source)
    if read is None:
        return CalendarFile(problems=[unreadable(source)])
    try:
        twice: list[str] = []
        content = json.loads(read.text, object_pairs_hook=lambda pairs: _once(pairs, twice))
    except json.JSONDecodeError as error:
        return CalendarFile(problems=[*read.problems, _no_json(source, read.text, error)])
    except (RecursionError, ValueError):
        what = Problem(source.path, 1, 1, "", phrase("this is not JSON"), SHAPE)
        return CalendarFile(problems=[*read.problems, what])
    reader = _Reader(source, read.text)
    for key in twice[:MOST_OF_A_FILE]:
        reader.refuse(f'"{key}"', phrase("'{key}' stands here twice in one pair of braces", key=shown(key)))
    if isinstance(content, dict) and isinstance(content.get("overrides"), list):
        exceptions = reader.overrides(content["overrides"])
        problems = [*read.problems, *reader.problems]
        return CalendarFile(None, () if problems else exceptions, problems)
    notice = reader.notice(content)
    problems = [*read.problems, *reader.problems]
    return CalendarFile(None if problems else notice, (), problems)


def _no_json(source: SourceFile, text: str, error: json.JSONDecodeError) -> Problem:
    """What keeps a text from being JSON, where it was noticed."""
    # Of a comma too many some Pythons name the place of the comma, others that of the bracket.
    closing = COMMA_TOO_MANY.match(text, error.pos)
    at = closing.end() if closing else error.pos
    before, here = text[:at].rstrip()[-1:], text[at : at + 1]
    if before == "," and here in ("]", "}"):
        what = phrase("a comma too many before '{found}'", found=here)
    elif error.msg.startswith("Expecting ','"):
        what = phrase("a comma or a closing bracket is missing")
    else:
        what = phrase("this is not JSON")
    line, col = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return Problem(source.path, line, col, "", what, SHAPE)


def _once(pairs: list[tuple[str, object]], twice: list[str]) -> dict[str, object]:
    """An object; keys that stand in it twice are added to `twice`, for JSON itself takes the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(key for key, _ in pairs)
        twice += [key for key, n in counted.items() if n > 1]
    return found


def notice_json(notice: Notice) -> str:
    """A notice as a file of the office, one day a line."""
    return _json({"year": notice.year, "papers": []}, "days", [
        {"name": notice.names.get(day, ""), "date": day.isoformat(), "isOffDay": not worked}
        for day, worked in sorted(notice.days.items())
    ])  # fmt: skip


def overrides_json(overrides: Sequence[Override]) -> str:
    """Overrides as a file of the office, one day a line."""
    return _json({}, "overrides", [
        {"name": each.name, "date": each.day.isoformat(), "isOffDay": not each.is_workday, "reason": each.reason}
        for each in sorted(overrides, key=lambda each: each.day)
    ])  # fmt: skip


def _json(head: dict[str, object], key: str, entries: Sequence[dict[str, object]]) -> str:
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    inner = ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
    return "\n".join(["{", *lines, f'  "{key}": [', inner, "  ]", "}", ""])


class _Reader:
    def __init__(self, source: SourceFile, text: str) -> None:
        self.source, self.places = source, _places(text)
        self.problems: list[Problem] = []

    def notice(self, content: object) -> Notice:
        if (
            not isinstance(content, dict)
            or not isinstance(content.get("days"), list)
            or type(content.get("year")) is not int
        ):
            self.refuse("", phrase("not a holiday notice"), SHAPE)
            return Notice(0, {})
        year: int = content["year"]
        named = _NAMED_YEAR.search(self.source.path)
        if not EARLIEST <= year <= LATEST:
            self.refuse(
                '"year"',
                phrase("there is no calendar for the year {year}", year=year),
                f"{EARLIEST}–{LATEST}",
            )
        elif named and int(named[1]) != year:
            self.refuse(
                '"year"',
                phrase("the file is named {name} but holds the year {year}", name=named[1], year=year),
            )
        days: dict[date, bool] = {}
        names: dict[date, str] = {}
        for entry in content["days"]:
            if len(self.problems) > MOST_OF_A_FILE:
                break
            day, worked, name = self._entry(entry, SHAPE)
            if day is None:
                continue
            if outside(day, year):
                self.refuse(f'"{day}"', phrase("{day} is outside the notice of {year}", day=day, year=year))
            elif day in days:
                self.refuse(f'"{day}"', phrase("{day} stands here twice", day=day))
            else:
                days[day], names[day] = worked, name
        if not days:
            self.refuse('"days"', phrase("the notice names no day"))
        return Notice(year, days, names)

    def overrides(self, entries: Sequence[object]) -> tuple[Override, ...]:
        found: dict[date, Override] = {}
        for entry in entries:
            day, worked, name = self._entry(entry, OVERRIDES_SHAPE)
            if day is None:
                continue
            given = entry.get("reason") if isinstance(entry, dict) else None
            reason = given.strip() if isinstance(given, str) else ""
            if not reason:
                self.refuse(f'"{day}"', phrase("{day} needs a reason", day=day), OVERRIDES_SHAPE)
            elif day in found:
                self.refuse(f'"{day}"', phrase("{day} stands here twice", day=day))
            else:
                found[day] = Override(day=day, is_workday=worked, name=name, reason=reason)
        return tuple(found.values())

    def _entry(self, entry: object, shape: str) -> tuple[date | None, bool, str]:
        """Day, whether it is worked, its name; without a day the entry was refused."""
        text, off = (entry.get("date"), entry.get("isOffDay")) if isinstance(entry, dict) else (None, None)
        try:
            day = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            day = None
        if day is None or not isinstance(off, bool):
            self.refuse(
                f'"{text}"',
                phrase('a day needs "date" and "isOffDay", found {found}', found=str(entry)[:60]),
                shape,
            )
            return None, False, ""
        name = entry.get("name") if isinstance(entry, dict) else None
        return day, not off, name.strip() if isinstance(name, str) else ""

    def refuse(self, near: str, what: Words, allowed: str | None = None) -> None:
        """JSON keeps no positions: a mistake is shown where its text last stands."""
        line, col = self.places.get(near, (1, 1))
        self.problems.append(Problem(self.source.path, line, col, "", what, allowed))


def _places(text: str) -> dict[str, tuple[int, int]]:
    """Where each string of a JSON text last stands."""
    return {
        found[0]: (number, found.start() + 1)
        for number, line in enumerate(text.split("\n"), start=1)
        for found in _STRING.finditer(line)
    }


def outside(day: date, year: int) -> bool:
    """Whether a notice of that year cannot speak of the day: it may reach back into December, no further."""
    return day.year != year and (day.year, day.month) != (year - 1, 12)
