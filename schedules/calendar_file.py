"""Holiday notices in the holiday-cn JSON shape: {"year": 2026, "papers": [...], "days": [{"name", "date", "isOffDay"}]}."""

import json
import re
from datetime import date

from schedules.problems import Problem
from schedules.source_text import SourceFile, read_bytes, unreadable
from schedules.words import Words, phrase

SHAPE = '{"year": 2026, "papers": […], "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}, …]}'
_NAMED_YEAR = re.compile(r"(?:^|/)([12][0-9]{3})\.json$")


def read_notice(source: SourceFile) -> tuple[tuple[int, dict[date, bool]] | None, list[Problem]]:
    """The year of a notice and whether each of its days is WORKED; or every problem of the file."""
    read = read_bytes(source)
    if read is None:
        return None, [unreadable(source)]
    try:
        content = json.loads(read.text)
    except json.JSONDecodeError as error:
        return None, [
            *read.problems,
            Problem(source.path, error.lineno, error.colno, "", phrase("this is not JSON"), SHAPE),
        ]
    except (RecursionError, ValueError):
        return None, [*read.problems, Problem(source.path, 1, 1, "", phrase("this is not JSON"), SHAPE)]
    notice = _Notice(source, read.text)
    found = notice.read(content)
    problems = [*read.problems, *notice.problems]
    return (None if problems else found), problems


class _Notice:
    def __init__(self, source: SourceFile, text: str) -> None:
        self.source, self.lines = source, text.split("\n")
        self.problems: list[Problem] = []

    def read(self, content: object) -> tuple[int, dict[date, bool]]:
        if (
            not isinstance(content, dict)
            or not isinstance(content.get("days"), list)
            or type(content.get("year")) is not int
        ):
            self._problem("", phrase("not a holiday notice"), SHAPE)
            return 0, {}
        year: int = content["year"]
        named = _NAMED_YEAR.search(self.source.path)
        if not 1900 <= year <= 9998:
            self._problem(
                '"year"', phrase("there is no calendar for the year {year}", year=year), "1900–9998"
            )
        elif named and int(named[1]) != year:
            self._problem(
                '"year"',
                phrase("the file is named {name} but holds the year {year}", name=named[1], year=year),
            )
        days: dict[date, bool] = {}
        for entry in content["days"]:
            self._take(entry, year, days)
        if not days:
            self._problem('"days"', phrase("the notice names no day"))
        return year, days

    def _take(self, entry: object, year: int, days: dict[date, bool]) -> None:
        text, off = (entry.get("date"), entry.get("isOffDay")) if isinstance(entry, dict) else (None, None)
        try:
            day = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            day = None
        if day is None or not isinstance(off, bool):
            self._problem(
                f'"{text}"',
                phrase('a day needs "date" and "isOffDay", found {found}', found=str(entry)[:60]),
                SHAPE,
            )
        elif day.year != year and (day.year, day.month) != (year - 1, 12):
            self._problem(f'"{text}"', phrase("{day} is outside the notice of {year}", day=text, year=year))
        elif day in days:
            self._problem(f'"{text}"', phrase("{day} stands here twice", day=text))
        else:
            days[day] = not off

    def _problem(self, near: str, what: Words, allowed: str | None = None) -> None:
        """JSON keeps no positions: a mistake is shown where its text last stands."""
        places = [
            (no, line.find(near) + 1) for no, line in enumerate(self.lines, start=1) if near and near in line
        ]
        line, col = places[-1] if places else (1, 1)
        self.problems.append(Problem(self.source.path, line, col, "", what, allowed))
