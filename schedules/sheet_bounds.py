"""Bounds of the XML in a workbook, held before a library builds its tree: ten kilobytes can unpack to millions of elements.

A reader forgets a row, and a shared text, once it is read; whatever else there is, and whatever is open, it keeps.
"""

import zipfile
from typing import IO
from xml.parsers import expat

DEEPEST = 64  # elements in elements; Excel writes fewer than ten in a sheet, some dozens in a theme
MOST_KEPT = 300_000  # elements between the ends of two rows
FORGOTTEN = frozenset({"row", "si"})  # after these, ECMA-376 part 1, 18.3.1.73 and 18.4.8
CHUNK = 1 << 16


class TooManyElements(Exception):
    """More, or deeper, than any table that people filled in."""


def require_bounds(packed: zipfile.ZipFile) -> None:
    """Raise TooManyElements if a part holds them. A part that is no XML is read up to there, as any reader of it would."""
    for part in packed.infolist():
        with packed.open(part) as stream:
            _scan(stream)


def _scan(stream: IO[bytes]) -> None:
    depth = kept = 0

    def begin(_name: str, _given: object) -> None:
        nonlocal depth, kept
        depth, kept = depth + 1, kept + 1
        if depth > DEEPEST or kept > MOST_KEPT:
            raise TooManyElements

    def end(name: str) -> None:
        nonlocal depth, kept
        depth -= 1
        if name.rpartition(":")[2] in FORGOTTEN:
            kept = 0

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        while chunk := stream.read(CHUNK):
            parser.Parse(chunk)
    except expat.ExpatError:
        return
