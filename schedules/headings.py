"""Where the header of a table stands and what each column holds, by the headings that offices use: under titles, over two rows, in
merged cells, with 必填 and units in brackets. Columns may also be named outright.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schedules.sheet_marks import Merge, column_letters, column_number

WITHIN = 20  # rows in which the header is looked for
DEEPEST = 3  # rows of one header
_BRACKETS = re.compile(r"[(\[【<].*?[)\]】>]")
_AROUND = re.compile(r"^[*:：·、.\d]+(?=\D)|[*:：]+$")
Texts = Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Rows `top` (from 0) to `top + depth - 1`. `fields`: column (from 0) by field; `names`: what each column is called."""

    top: int
    depth: int
    fields: Mapping[str, int]
    names: Mapping[int, str]
    doubles: Mapping[str, tuple[str, ...]]
    lacking: tuple[str, ...] = ()


def plain_heading(text: str) -> str:
    """A heading without what is only layout: spaces, stars, widths, letter case."""
    return _AROUND.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower())


def find_header(
    grid: Sequence[Texts],
    headings: Mapping[str, str],
    *,
    chosen: Mapping[str, str],
    merges: Sequence[Merge] = (),
    tops: Sequence[int] = (),
) -> Header:
    """The rows that name most fields, of a grid with at least one row.

    `chosen`: a heading, or the letters of a column, by field; they go before the usual ones.

    `tops`: the row number in the sheet (from 1) of each row of the grid, for the merges. What is chosen and not there is `lacking`.
    """
    wanted = {plain_heading(name): field for field, name in chosen.items()}
    usual = {plain_heading(name): field for name, field in headings.items() if field not in chosen}
    known = usual | wanted
    rank = {name: number for number, name in enumerate([*wanted, *usual])}
    filled = _filled(grid, merges, tops)
    best: Header | None = None
    for depth in range(1, DEEPEST + 1):  # a title above the header is no part of it
        for top in range(min(len(grid), WITHIN)):
            found = _header(filled[top : top + depth], known, rank, top)
            if found.depth == depth and (best is None or len(found.fields) > len(best.fields)):
                best = found
    if best is None or not best.fields:
        best = _fullest(filled)
    return _with_letters(best, chosen, _depth(best, merges, tops))


def _filled(grid: Sequence[Texts], merges: Sequence[Merge], tops: Sequence[int]) -> list[list[str]]:
    """The first rows, with what stands in a merged cell that is wide in each of its columns."""
    rows = [list(row) for row in grid[: WITHIN + DEEPEST]]
    at = {number: index for index, number in enumerate(tops[: WITHIN + DEEPEST])}
    for merge in merges:
        index = at.get(merge.top)
        if index is None or merge.left == merge.right or merge.left > len(rows[index]):
            continue
        text = rows[index][merge.left - 1]
        for column in range(merge.left, min(merge.right, len(rows[index]))):
            rows[index][column] = rows[index][column] or text
    return rows


def _header(rows: Sequence[Texts], known: Mapping[str, str], rank: Mapping[str, int], top: int) -> Header:
    names: dict[int, str] = {}
    found: dict[str, list[tuple[int, int]]] = {}
    for column in range(max(map(len, rows))):
        parts = list(dict.fromkeys(row[column] for row in rows if column < len(row) and row[column].strip()))
        if not parts:
            continue
        names[column] = " ".join(re.sub(r"\s+", " ", part.strip()) for part in parts)
        name = _known(parts, known)
        if name is not None:
            found.setdefault(known[name], []).append((rank[name], column))
    fields = {field: min(columns)[1] for field, columns in found.items()}
    doubles = {
        field: tuple(names[column] for _, column in sorted(columns))
        for field, columns in found.items()
        if len(columns) > 1
    }
    return Header(top=top, depth=len(rows), fields=fields, names=names, doubles=doubles)


def _known(parts: Sequence[str], known: Mapping[str, str]) -> str | None:
    """The heading that a column's texts are, together or the lowest alone; what stands above another is only read with it."""
    for text in ("".join(parts), parts[-1]):
        name = plain_heading(text)
        for each in (name, plain_heading(_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))):
            if each in known:
                return each
    return None


def _fullest(rows: Sequence[Texts]) -> Header:
    """Where nothing is known the row with most cells is the header: columns can be chosen by it."""
    top = max(
        range(min(len(rows), WITHIN)), key=lambda index: sum(bool(text.strip()) for text in rows[index])
    )
    return _header([rows[top]], {}, {}, top)


def _depth(header: Header, merges: Sequence[Merge], tops: Sequence[int]) -> int:
    """How many rows belong to the header: cells of it that are merged downwards reach over all of them."""
    if not merges:
        return header.depth
    first = tops[header.top]
    reach = [
        merge.bottom - first + 1 for merge in merges if merge.top == first and merge.left - 1 in header.names
    ]
    return max([header.depth, *(each for each in reach if each <= DEEPEST)])


def _with_letters(header: Header, chosen: Mapping[str, str], depth: int) -> Header:
    fields, lacking = dict(header.fields), []
    for field, name in chosen.items():
        if field in fields:
            continue
        column = column_number(name) - 1 if re.fullmatch(r"[A-Za-z]{1,2}", name) else -1
        if column in header.names:
            fields = {each: at for each, at in fields.items() if at != column} | {field: column}
        else:
            lacking.append(name)
    return Header(
        top=header.top,
        depth=depth,
        fields=fields,
        names=header.names,
        doubles=header.doubles,
        lacking=tuple(lacking),
    )


def called(header: Header, column: int) -> str:
    """A column as people find it: its letters and its heading."""
    name = header.names.get(column, "")
    letters = column_letters(column + 1)
    return f"{letters} {name}" if name else letters
