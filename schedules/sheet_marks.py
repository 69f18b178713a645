"""What a sheet's XML says beside its values: merged cells, hidden rows, and formulas that nobody has worked out yet.

The reader of values passes these over, so they are looked for in the text of the sheet, a piece at a time
(ECMA-376 part 1, 18.3.1: `mergeCell`, `row`, `c`, `f`, `v`). A result that is an empty text is one: its cell is a `str`.
"""

import re
from dataclasses import dataclass
from typing import IO

PIECE = 1 << 18
OVERLAP = 1 << 13  # bytes kept of a piece, so that what stands across two of them is found
MOST_MERGES = 20_000
_MERGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_HIDDEN = re.compile(rb"""<(?:\w+:)?row\b(?=[^>]*\bhidden=["'](?:1|true)["'])[^>]*?\br=["'](\d{1,7})["']""")
_UNWORKED = re.compile(
    rb"""<(?:\w+:)?c\b(?![^>]*\bt=["']str["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>\s*"""
    rb"""<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that are one, by the rows and columns of their corners, from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Marks:
    """`unworked`: the places (row, column) of formulas without a result."""

    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    unworked: frozenset[tuple[int, int]] = frozenset()


def marks_of(sheet: IO[bytes]) -> Marks:
    """Read a sheet's XML to its end."""
    merges: dict[Merge, None] = {}
    hidden: set[int] = set()
    unworked: set[tuple[int, int]] = set()
    kept = b""
    while piece := sheet.read(PIECE):
        text = kept + piece
        for found in _MERGE.finditer(text) if len(merges) < MOST_MERGES else ():
            left, top, right, bottom = found.groups()
            merges[
                Merge(int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
            ] = None
        hidden |= {int(found[1]) for found in _HIDDEN.finditer(text)}
        unworked |= {(int(found[2]), column_number(found[1].decode())) for found in _UNWORKED.finditer(text)}
        kept = text[-OVERLAP:]
    return Marks(tuple(merges), frozenset(hidden), frozenset(unworked))


def column_number(letters: str) -> int:
    """The number of a column from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """The letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
