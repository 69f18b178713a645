"""A sheet of a workbook as values, before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading that stays in sight and rows that wrap; `widths` in characters."""

    title: str
    heading: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int]
