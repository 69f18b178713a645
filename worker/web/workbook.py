"""A table as an .xlsx file that people open: every cell is text, so that nothing in it is run as a formula."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import cast

from worker.sheet import Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(
    title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]
) -> bytes:
    """One sheet."""
    return workbook_of([Sheet(title, heading, rows, widths)])


def workbook_of(sheets: Iterable[Sheet]) -> bytes:
    """Several sheets, in order."""
    # The library for spreadsheets takes more memory than all the pages: a process that makes none does without it.
    return cast(bytes, import_module("worker.spreadsheets").written(sheets))
