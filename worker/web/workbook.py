"""A table as an .xlsx file that people open: every cell is text, so that nothing in it is run as a formula."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

WRAPPED, BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
TEXT = "@"
# Control characters that a workbook cannot hold.
_NO_NAME: dict[int, str | None] = {
    ord(each): "_" for each in "[]:*?/\\"
}  # what the name of a sheet cannot hold
_UNFIT: dict[int, str | None] = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading that stays in sight and rows that wrap; `widths` in characters."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]


def workbook(
    title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]
) -> bytes:
    """One sheet."""
    return workbook_of([Sheet(title, heading, rows, widths)])


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """Several sheets, in order."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title.translate(_UNFIT | _NO_NAME)[:31]), sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for line, row in enumerate((sheet.heading, *sheet.rows), start=1):
        for column, text in enumerate(row, start=1):
            cell = page.cell(line, column)
            cell.value, cell.data_type = text.translate(_UNFIT), "s"
            cell.number_format, cell.alignment = TEXT, WRAPPED
    for column, width in enumerate(sheet.widths, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
        # What is typed below stays text too: a mobile number is no amount.
        page.column_dimensions[get_column_letter(column)].number_format = TEXT
        page.cell(1, column).font = BOLD
    page.freeze_panes = "A2"
