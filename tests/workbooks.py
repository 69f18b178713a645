"""Workbooks that tests read back."""

from pathlib import Path

import openpyxl


def rows_of(path: Path) -> list[list[str]]:
    """The rows of the first sheet, empty cells as empty texts."""
    book = openpyxl.load_workbook(path)
    return [
        ["" if cell is None else str(cell) for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
