"""The first visible sheet of an .xlsx as rows of values, within bounds: a few kilobytes can claim a billion cells.

A workbook says itself how wide and long it is, and Excel writes the last cell that ever had a format: a column that was formatted as a
whole reaches to row 1,048,576. Nothing of that is believed; only cells with something in them count.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator
from importlib import import_module

MOST_UNPACKED = 50_000_000  # bytes of the parts, whose sizes the archive says and its reader holds it to
MOST_ROWS = 100_000
MOST_COLUMNS = 256
MOST_CELLS = 2_000_000
LAST_ROW = 1_048_576  # of any sheet
Values = tuple[object, ...]


class NoWorkbook(Exception):
    """The bytes are no .xlsx that can be read."""


class TooLarge(Exception):
    """More than any table that people filled in."""


def sheet_rows(data: bytes) -> list[Values]:
    """The rows from the first to the last one with something in it, all as wide as the widest. Raise NoWorkbook, TooLarge."""
    try:
        rows = _bounded(_values(data))
    except TooLarge:
        raise
    except (
        Exception
    ) as error:  # the archive, its XML and the library each have their own ways to fail on a broken file
        raise NoWorkbook from error
    width = max(map(len, rows), default=0)
    return [row + (None,) * (width - len(row)) for row in rows]


def _values(data: bytes) -> Iterator[Values]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
            raise TooLarge
    # Loaded by the first workbook: the library takes 15 MB, and most processes never read one.
    book = import_module("openpyxl").load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
    sheet.reset_dimensions()
    yield from sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
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
