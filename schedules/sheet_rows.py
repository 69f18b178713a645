"""The visible sheets of an .xlsx as rows of values, within bounds: a few kilobytes can claim a billion cells.

A workbook says itself how wide and long it is, and Excel writes the last cell that ever had a format: a column that was formatted as a
whole reaches to row 1,048,576. Nothing of that is believed; only cells with something in them count.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module

from schedules.sheet_bounds import TooManyElements, require_bounds
from schedules.sheet_marks import Marks, marks_of

MOST_UNPACKED = 50_000_000  # bytes of the parts, whose sizes the archive says and its reader holds it to
MOST_ROWS = 100_000
MOST_COLUMNS = 256
MOST_CELLS = 2_000_000
# A workbook of the 1904 date system counts days from 1904-01-01 (ECMA-376 part 1, 18.2.28 `date1904`, 18.17.4.1).
SINCE_1904 = 1462
LAST_ROW = 1_048_576  # of any sheet
MOST_SHEETS = 20  # that are looked into
Values = tuple[object, ...]


class NoWorkbook(Exception):
    """The bytes are no .xlsx that can be read."""


class TooLarge(Exception):
    """More than any table that people filled in."""


@dataclass(frozen=True, slots=True)
class SheetRows:
    """One sheet: its rows as `sheet_rows` gives them, what is marked in it, and by how many days its serial numbers count later."""

    name: str
    rows: list[Values]
    marks: Marks
    later: int = 0


def sheet_rows(data: bytes) -> list[Values]:
    """The rows of the first visible sheet, from the first to the last one with something in it, all as wide as the widest.

    Raise NoWorkbook, TooLarge.
    """
    return next((sheet.rows for sheet in _read(data, most=1, marked=False)), [])


def visible_sheets(data: bytes) -> list[SheetRows]:
    """Every visible sheet, in the order of the workbook. Raise NoWorkbook, TooLarge."""
    return _read(data, most=MOST_SHEETS, marked=True)


def _read(data: bytes, *, most: int, marked: bool) -> list[SheetRows]:
    try:
        return list(_sheets(data, most=most, marked=marked))
    except TooLarge:
        raise
    except TooManyElements as error:
        raise TooLarge from error
    except (
        Exception
    ) as error:  # the archive, its XML and the library each have their own ways to fail on a broken file
        raise NoWorkbook from error


def _sheets(data: bytes, *, most: int, marked: bool) -> Iterator[SheetRows]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise TooLarge
        require_bounds(packed)
        # Loaded by the first workbook: the library takes 15 MB, and most processes never read one.
        book = import_module("openpyxl").load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        shown = [each for each in book.worksheets if each.sheet_state == "visible"] or book.worksheets[:1]
        cells, later = 0, SINCE_1904 if book.epoch.year == 1904 else 0
        for sheet in shown[:most]:
            sheet.reset_dimensions()
            rows = _bounded(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS))
            cells += sum(map(len, rows))
            if cells > MOST_CELLS:
                raise TooLarge
            width = max(map(len, rows), default=0)
            marks = Marks()
            if marked and rows:
                with packed.open(sheet._worksheet_path.lstrip("/")) as part:  # noqa: SLF001 - which part it is says nothing else
                    marks = marks_of(part)
            yield SheetRows(sheet.title, [row + (None,) * (width - len(row)) for row in rows], marks, later)
        book.close()


def _bounded(given: Iterable[Values]) -> list[Values]:
    rows: list[Values] = []
    filled = cells = 0
    for number, values in enumerate(given, start=1):
        if number > LAST_ROW:
            raise TooLarge
        row = _stripped(values)
        if not row:
            rows.append(row)
            continue
        cells, filled = cells + len(row), number
        rows.append(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise TooLarge
    return rows[:filled]


def _stripped(values: Values) -> Values:
    """Without the empty cells at the end."""
    if values.count(None) == len(values):  # most rows of a sheet that claims to be long
        return ()
    end = len(values)
    while end and values[end - 1] in (None, ""):
        end -= 1
    return values[:end]
