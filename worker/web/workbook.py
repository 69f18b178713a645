"""A table as an .xlsx file that people open: every cell is text, so that nothing in it is run as a formula."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "@"
# Control characters that a workbook cannot hold.
_UNFIT = {code: None for code in range(32) if code not in (9, 10, 13)}


def workbook(
    title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]
) -> bytes:
    """One sheet with a heading that stays in sight and rows that wrap; `widths` in characters."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    wrapped = Alignment(wrap_text=True, vertical="top")
    for line, row in enumerate((heading, *rows), start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(line, column)
            cell.value, cell.data_type = text.translate(_UNFIT), "s"
            cell.number_format = TEXT
            cell.alignment = wrapped
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        # What is typed below stays text too: a mobile number is no amount.
        sheet.column_dimensions[get_column_letter(column)].number_format = TEXT
        sheet.cell(1, column).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
