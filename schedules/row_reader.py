"""Reads the cells of a table row by row; what cannot be read becomes a problem at its cell."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import takewhile
from typing import TypeVar

from schedules.fields import KEY_LENGTH, read_key
from schedules.problems import MOST_OF_A_FILE, Problem, alike, nearest
from schedules.roster_table import NO_COLUMN, Cell, Row
from schedules.source_text import SourceFile
from schedules.words import Words, phrase

NOTHING = Cell("", 1, 1)
DATES_ALLOWED = "2026-09-01, 2026.9.1, 2026年9月1日, 20260901"
_DATE = re.compile(r"([12]\d{3})(?:([-./])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))")

T = TypeVar("T")


class RowReader:
    """Reads cells; what cannot be read becomes a problem and None."""

    def __init__(self, source: SourceFile, problems: list[Problem], subject: str) -> None:
        self.source, self.problems, self._subject = source, problems, subject

    def until_full(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, as long as there are not more mistakes than anybody reads."""
        return takewhile(lambda _: len(self.problems) <= MOST_OF_A_FILE, rows)

    def refuse(self, row: Row, cell: Cell, what: Words, allowed: Words | str | None = None) -> None:
        """Say what is wrong with a cell. A row without its key is called '?': whose subject is empty is no row's."""
        self._add(cell, row[self._subject].text or "?", what, allowed)

    def _add(self, cell: Cell, subject: str, what: Words, allowed: Words | str | None = None) -> None:
        if cell.col == NO_COLUMN:  # said once, of the whole table
            return
        self.problems.append(
            Problem(self.source.path, cell.line, cell.col, subject[:KEY_LENGTH], what, allowed)
        )

    def refuse_same(self, cells: Iterable[tuple[Cell, str]], what: Words) -> None:
        """Say it of every cell whose value stood in one before."""
        seen: set[str] = set()
        for cell, value in cells:
            if value and value in seen and len(self.problems) <= MOST_OF_A_FILE:
                self._add(cell, value, what)
            seen.add(value)

    def key(self, row: Row, field: str) -> str | None:
        """A name; None, with a problem, if it is none."""
        cell = row[field]
        try:
            return read_key(cell.text)
        except ValueError:
            what = (
                phrase("the cell is empty")
                if not cell.text
                else phrase("'{found}' is not a name", found=cell.text[:40])
            )
            self.refuse(row, cell, what, phrase("letters, digits, '-', '_', '·', '.'"))
            return None

    def day(self, row: Row, field: str, *, needed: bool = False) -> date | None:
        """A date in one of the forms that offices write; None for an empty cell, or with a problem."""
        cell = row.get(field)
        if cell is None or (not cell.text and not needed):
            return None
        match = _DATE.fullmatch(cell.text)
        try:
            if match:
                year, month, day = (int(part) for part in match.groups() if part and part.isdigit())
                return date(year, month, day)
        except ValueError:
            pass
        what = (
            phrase("'{found}' is not a date", found=cell.text[:40])
            if cell.text
            else phrase("the cell is empty")
        )
        self.refuse(row, cell, what, DATES_ALLOWED)
        return None

    def one_of(
        self, row: Row, field: str, known: Mapping[str, T], what: Callable[[str], Words], names: Iterable[str]
    ) -> T | None:
        """What a cell stands for in `known`; None, with a problem, for anything else."""
        cell = row.get(field, NOTHING)
        if cell.text in known:
            return known[cell.text]
        said = what(cell.text[:40]) if cell.text else phrase("the cell is empty")
        self.refuse(row, cell, said, nearest(cell.text, alike(cell.text, filter(None, names))))
        return None
