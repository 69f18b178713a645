"""A table as an .xlsx file that people open: every cell is text, so that nothing in it is run as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import cast

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    # The library for spreadsheets takes more memory than all the pages: a process that makes none does without it.
    return cast(bytes, import_module("worker.spreadsheets").written(sheets))
