"""The filled cells of one sheet or csv, and the rows of it that speak of something: no footers, no rows that only count."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from schedules.cell_forms import ALONE, AS_ABOVE, EXAMPLE, FOOTER, HINT, REMARKS
from schedules.cell_text import narrow
from schedules.headings import Header, plain_heading
from schedules.problems import Problem
from schedules.roster_table import Cell, cell_of, text_cell
from schedules.sheet_marks import Merge
from schedules.sheet_rows import SheetRows
from schedules.source_text import SourceFile
from schedules.text_rows import OpenQuote, TooLong, Unreadable, text_rows
from schedules.words import Words, phrase

MOST_NOTED = 12
MOST_DOWN, MOST_INSIDE = 5_000, 200_000  # rows of one merged cell, and cells inside of all
COUNTS = frozenset({"序号", "no", "no.", "№", "编号"})


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row with its line in the file."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """The rows below a header, and what is to be said of them."""

    rows: list[GridRow]
    notes: list[Words]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Rows with anything in them. `unworked`: places of formulas without a result; `encoding`: of a text."""

    rows: Sequence[GridRow]
    width: int
    name: str = ""
    encoding: str = ""
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    unworked: frozenset[tuple[int, int]] = frozenset()

    def reaches_below(self, header: Header) -> bool:
        """Whether any row stands below the header."""
        return self.rows[-1].line >= self.rows[header.top].line + header.depth

    def body(self, header: Header, fillable: Collection[int]) -> Body:
        """The rows below the header; in columns that are `fillable` 同上 and merged cells hold what stands above."""
        last = self.rows[header.top].line + header.depth - 1
        top = [row.cells for row in self.rows if self.rows[header.top].line <= row.line <= last]
        heads = {tuple(cell.text for cell in cells) for cells in top}
        below = [
            row
            for row in self.rows
            if row.line > last and tuple(cell.text for cell in row.cells) not in heads
        ]
        wide = {merge.top for merge in self.merges if merge.right > merge.left}
        speak = [
            _speaks(row, header, wide=row.line in wide, first=number == 0) for number, row in enumerate(below)
        ]
        kept = [row for row, speaks in zip(below, speak, strict=True) if speaks]
        lost = [row.line for row, speaks in zip(below, speak, strict=True) if not speaks]
        notes = (
            [phrase("rows that were passed over, such as totals: {rows}", rows=_named(lost))] if lost else []
        )
        hidden = [row.line for row in kept if row.line in self.hidden]
        if hidden:
            notes.append(phrase("hidden rows were read too: {rows}", rows=_named(hidden)))
        return Body(_filled(kept, self.merges, fillable), notes)


def sheet_grid(sheet: SheetRows) -> Grid:
    """A sheet of a workbook."""
    rows = [
        GridRow(
            line, tuple(cell_of(value, line, col, sheet.later) for col, value in enumerate(values, start=1))
        )
        for line, values in enumerate(sheet.rows, start=1)
        if any(value not in (None, "") for value in values)
    ]
    marks = sheet.marks
    width = max((len(row.cells) for row in rows), default=0)
    return Grid(
        rows=rows,
        width=width,
        name=sheet.name,
        merges=marks.merges,
        hidden=marks.hidden,
        unworked=marks.unworked,
    )


def csv_grid(source: SourceFile) -> tuple[list[Grid], Problem | None]:
    """The table of a text; none if it is empty."""
    try:
        found = text_rows(source.data)
    except Unreadable:
        out = phrase("save it as .xlsx")
        return [], Problem(
            source.path, 1, 1, "", phrase("this is no table: neither a workbook nor text"), out
        )
    except OpenQuote as error:
        return [], Problem(source.path, error.line, 1, "", phrase("a quote is not closed"))
    except TooLong:
        return [], Problem(
            source.path, 1, 1, "", phrase("the file is too large"), phrase("hand in only what is meant")
        )
    width = max((len(values) for _, values in found.rows), default=0)
    rows = [
        GridRow(line, tuple(text_cell(text, line, col) for col, text in enumerate([*values, *[""] * (width - len(values))], start=1)))
        for line, values in found.rows
    ]  # fmt: skip
    rows = [row for row in rows if any(cell.text for cell in row.cells)]
    return ([Grid(rows=rows, width=width, encoding=found.encoding)] if rows else []), None


def _speaks(row: GridRow, header: Header, *, wide: bool, first: bool) -> bool:
    """Whether a row has anything in a column of a field, but for a number that only counts rows, and is no footer, hint or example.

    `wide`: a cell of it reaches over several columns; `first`: it stands right below the header.
    """
    texts = [narrow(cell.text) for cell in row.cells]
    filled = [text for text in texts if text]
    if (
        any(FOOTER.fullmatch(text) for text in filled[:2])
        or REMARKS.fullmatch(filled[0])
        or EXAMPLE.fullmatch(filled[0])
    ):
        return False
    if (len(filled) == 1 and (wide or ALONE.fullmatch(filled[0]))) or (
        first and all(map(HINT.fullmatch, filled))
    ):
        return False
    counting = {
        at
        for at in header.fields.values()
        if plain_heading(header.names.get(at, "")) in COUNTS and texts[at].isdigit()
    }
    return any(texts[at] for at in header.fields.values() if at < len(texts) and at not in counting)


def _filled(rows: Sequence[GridRow], merges: Sequence[Merge], fillable: Collection[int]) -> list[GridRow]:
    """Cells that are merged downwards or say 同上 hold what stands above."""
    above: Mapping[int, Cell] = {}
    inside = _inside(merges)
    found: list[GridRow] = []
    for row in rows:
        cells = tuple(
            _as_above(cell, above.get(at), merged=(row.line, cell.col) in inside) if at in fillable else cell
            for at, cell in enumerate(row.cells)
        )
        above = dict(enumerate(cells))
        found.append(GridRow(row.line, cells))
    return found


def _as_above(cell: Cell, over: Cell | None, *, merged: bool) -> Cell:
    same = narrow(cell.text) in AS_ABOVE or (merged and not cell.text)
    return replace(over, line=cell.line, col=cell.col) if over is not None and same else cell


def _inside(merges: Sequence[Merge]) -> set[tuple[int, int]]:
    """Places below the first row of a merged cell, by line and column; only so many, since a file may claim any."""
    inside: set[tuple[int, int]] = set()
    for merge in merges:
        inside |= {
            (line, merge.left) for line in range(merge.top + 1, min(merge.bottom, merge.top + MOST_DOWN) + 1)
        }
        if len(inside) > MOST_INSIDE:
            break
    return inside


def _named(lines: Sequence[int]) -> str:
    return "、".join(map(str, lines[:MOST_NOTED])) + ("…" if len(lines) > MOST_NOTED else "")
