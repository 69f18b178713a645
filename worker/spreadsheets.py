"""Workbooks written with openpyxl. Loaded at first use only, see `worker.web.workbook`."""

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from worker.sheet import Sheet

WRAPPED, BOLD = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
TEXT = "@"
_NO_NAME: dict[int, str | None] = {
    ord(each): "_" for each in "[]:*?/\\"
}  # what the name of a sheet cannot hold
# Characters that XML cannot hold; with one of them in any cell there would be no workbook.
_UNFIT: dict[int, str | None] = {
    code: None for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)
}


def written(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of these sheets, every cell a text."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title.translate(_UNFIT | _NO_NAME)[:31]), sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


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
