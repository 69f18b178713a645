"""Tables of a roster: csv or xlsx bytes as rows with a header, wherever in the sheet the header stands."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from schedules.fields import spoils_text
from schedules.problems import Problem
from schedules.sheet_rows import NoWorkbook, TooLarge, sheet_rows
from schedules.source_text import SourceFile, read_bytes, unreadable
from schedules.words import phrase

HEADER_WITHIN = 10  # rows in which the header is looked for, below titles and dates of the sheet
NO_COLUMN = 0
LONGEST_ROW = 20_000  # characters of csv
_FOOTER = re.compile(r"合\s*计|总\s*计|填表人|审核人")


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and its place; `number` says that a spreadsheet held it as a number. Column 0: there is no such column.

    `later`: by how many days a serial number counts from another day than 1899-12-30.
    """

    text: str
    line: int
    col: int
    number: bool = False
    later: int = 0


Row = Mapping[str, Cell]


def read_table(
    source: SourceFile, headers: Mapping[str, str], required: Sequence[str]
) -> tuple[list[Row], list[Problem]]:
    """Rows by field name. `headers`: a column's heading -> field; `required` fields must have a column.

    A required column that is missing is one problem; its cells are empty and stand in column 0, so that the others can be read.
    """
    if source.fault is not None:
        return [], [unreadable(source)]
    if source.path.lower().endswith(".xlsx"):
        grid, problems = _xlsx(source)
    else:
        grid, problems = _csv(source)
    if not grid:
        return [], problems or [
            Problem(source.path, 1, 1, "", phrase("the file is empty"), ", ".join(headers))
        ]
    top, columns = _header(grid, headers)
    missing = [name for name in required if name not in columns.values()]
    first = {field: heading for heading, field in reversed(list(headers.items()))}
    for name in missing:
        what = phrase("there is no column '{column}'", column=first[name])
        problems.append(
            Problem(source.path, grid[top][0].line if grid[top] else 1, 1, "", what, _headings(headers, name))
        )
    return list(_rows(grid[top + 1 :] if columns else [], columns, missing)), problems


def _headings(headers: Mapping[str, str], field: str) -> str:
    return ", ".join(heading for heading, name in headers.items() if name == field)


def _header(grid: list[list[Cell]], headers: Mapping[str, str]) -> tuple[int, dict[int, str]]:
    """The row that names most columns, and field by column."""
    best: tuple[int, dict[int, str]] = (0, {})
    for index, cells in enumerate(grid[:HEADER_WITHIN]):
        named = [(cell.col, headers.get(re.sub(r"\s", "", cell.text).lower())) for cell in cells]
        columns = {col: field for col, field in named if field is not None}
        if len(columns) > len(best[1]):
            best = (index, columns)
    return best


def _rows(grid: list[list[Cell]], columns: Mapping[int, str], missing: Sequence[str]) -> Iterator[Row]:
    for cells in grid:
        by_column = {cell.col: cell for cell in cells}
        row = {field: by_column.get(col) or Cell("", cells[0].line, col) for col, field in columns.items()}
        row |= {field: Cell("", cells[0].line, NO_COLUMN) for field in missing}
        written = [cell.text for cell in cells if cell.text]
        if written and not _FOOTER.match(written[0]):
            yield row


def _csv(source: SourceFile) -> tuple[list[list[Cell]], list[Problem]]:
    read = read_bytes(source)
    if read is None:
        return [], [unreadable(source)]
    if (longest := max(map(len, read.text.split("\n")))) > LONGEST_ROW:
        what = phrase("the line is {n} characters long", n=longest)
        return [], [Problem(source.path, 1, 1, "", what, phrase("at most {n} characters", n=LONGEST_ROW))]
    reader = csv.reader(io.StringIO(read.text), strict=True)
    grid: list[list[Cell]] = []
    try:
        line = 1
        for values in reader:
            if values:
                grid.append([text_cell(text, line, col) for col, text in enumerate(values, start=1)])
            line = reader.line_num + 1
    except csv.Error:
        read.problems.append(Problem(source.path, reader.line_num, 1, "", phrase("a quote is not closed")))
    return grid, read.problems


def _xlsx(source: SourceFile) -> tuple[list[list[Cell]], list[Problem]]:
    try:
        rows = sheet_rows(source.data)
    except NoWorkbook:
        allowed = phrase("save it as .xlsx or as UTF-8 csv")
        return [], [Problem(source.path, 1, 1, "", phrase("this is not an xlsx file"), allowed)]
    except TooLarge:
        return [], [Problem(source.path, 1, 1, "", phrase("the file is too large"))]
    grid = [
        [cell_of(value, line, col) for col, value in enumerate(values, start=1)]
        for line, values in enumerate(rows, start=1)
    ]
    return [cells for cells in grid if cells], []


def text_cell(text: str, line: int, col: int) -> Cell:
    """A text of a csv as a cell."""
    return Cell(_clean(text), line, col)


def cell_of(value: object, line: int, col: int, later: int = 0) -> Cell:
    """A value of a workbook as a cell; `later` as of a cell."""
    if value is None:
        return Cell("", line, col)
    if isinstance(value, (datetime, date)):
        return Cell(value.strftime("%Y-%m-%d"), line, col)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)), line, col, number=True, later=later)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return Cell(_clean(str(value)), line, col, number=number, later=later if number else 0)


def _clean(text: str) -> str:
    if text.isprintable():  # most are, and Python knows at once
        return text.strip()
    return "".join(" " if spoils_text(char) else char for char in text).strip()
