"""A table as an office hands it in, brought into the office's own form: one heading row, plain cells, staff numbers for people.

Every import reads its file here and its own form afterwards; what is then wrong with a cell is said of the cell as it was handed in.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from schedules.cell_days import is_span
from schedules.headings import Header, called, find_header
from schedules.problems import Problem
from schedules.roster_table import Cell
from schedules.sheet_kind import LOCK, WrongKind, kind_of
from schedules.sheet_rows import NoWorkbook, TooLarge, visible_sheets
from schedules.source_text import SourceFile
from schedules.table_forms import TableForm
from schedules.table_grid import Grid, csv_grid, sheet_grid
from schedules.words import Words, phrase

MOST_NOTED = 12  # rows named in one note
Fields = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was found: the field, its heading in the office's own form, what it is called in the table."""

    field: str
    own: str
    found: str


@dataclass(frozen=True, slots=True)
class RowIn:
    """A row as it was handed in: its line, the fields that have a column, and all its texts."""

    line: int
    fields: Fields
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """What was found in a table. `choices`: every column by its number from 1, to choose from; `missing`: fields without a column.

    `sheets`: those that hold such a table, if there are several and none was named.
    """

    given: SourceFile
    form: TableForm
    rows: tuple[RowIn, ...] = ()
    heading: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    choices: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    notes: tuple[Words, ...] = ()
    problems: tuple[Problem, ...] = ()


def hand_in(
    source: SourceFile,
    form: TableForm,
    chosen: Mapping[str, str],
    *,
    without: Collection[str] = (),
    sheet: str = "",
) -> HandedIn:
    """Read a file. `chosen`: by field the heading or the letters of its column. `without`: fields that need no column.

    `sheet`: the one that is meant, where several hold such a table. All that is wrong with the table stands in `problems`.
    """
    grids, problem = _grids(source)
    names = [each.name for each in grids]
    if problem is None and sheet and sheet not in names:
        there = "、".join(names[:MOST_NOTED])
        problem = Problem(source.path, 1, 1, "", phrase("there is no sheet '{name}'", name=sheet[:40]), there)
    if problem is None and not grids:
        problem = Problem(source.path, 1, 1, "", phrase("the file is empty"))
    if problem is not None:
        return HandedIn(given=source, form=form, problems=(problem,))
    found = [(grid, _header(grid, form, chosen)) for grid in grids if sheet in ("", grid.name)]
    whole = [
        grid.name
        for grid, header in found
        if not form.missing({*header.fields, *without}) and grid.reaches_below(header)
    ]
    if len(whole) > 1:
        several = Problem(
            source.path, 1, 1, "", phrase("several sheets hold such a table: {names}", names="、".join(whole[:MOST_NOTED])),
            phrase("say which of them is meant"),
        )  # fmt: skip
        return HandedIn(given=source, form=form, sheets=tuple(whole), problems=(several,))
    grid, header = max(found, key=lambda each: (-len(form.missing(each[1].fields)), len(each[1].fields)))
    return _read(source, form, grid, _with_spans(grid, header, form), names, without)


def _with_spans(grid: Grid, header: Header, form: TableForm) -> Header:
    """Where one column holds a span of days, its first day is that of the field that has no column of its own."""
    fields = dict(header.fields)
    for field_, other in form.spans.items():
        at = fields.get(other)
        if (
            field_ not in fields
            and at is not None
            and any(is_span(cell) for row in grid.rows for cell in row.cells[at : at + 1])
        ):
            fields[field_] = at
    return replace(header, fields=fields)


def _header(grid: Grid, form: TableForm, chosen: Mapping[str, str]) -> Header:
    return find_header(
        [[cell.text for cell in row.cells] for row in grid.rows], form.every_heading(), chosen=chosen, merges=grid.merges,
        tops=[row.line for row in grid.rows],
    )  # fmt: skip


def _grids(source: SourceFile) -> tuple[list[Grid], Problem | None]:
    """The tables of a file that hold anything, or why it cannot be read."""
    try:
        if source.path.replace("\\", "/").rpartition("/")[2].startswith(LOCK):
            raise WrongKind(
                phrase("this is the note of WPS or Excel that a table is open"),
                phrase("hand in the table itself, without ~$"),
            )
        if kind_of(source.data) == "text":
            if source.path.lower().endswith(".xlsx"):
                raise WrongKind(phrase("this is not an xlsx file"))
            return csv_grid(source)
        return [grid for sheet in visible_sheets(source.data) if (grid := sheet_grid(sheet)).rows], None
    except WrongKind as wrong:
        return [], Problem(source.path, 1, 1, "", wrong.what, wrong.out)
    except NoWorkbook:
        out = phrase("copy it once more, or save it anew in WPS")
        return [], Problem(source.path, 1, 1, "", phrase("the workbook is damaged or not whole"), out)
    except TooLarge:
        out = phrase("hand in only the sheet that is meant; empty rows below the table are best deleted")
        return [], Problem(source.path, 1, 1, "", phrase("the file is too large"), out)


def _read(
    source: SourceFile,
    form: TableForm,
    grid: Grid,
    header: Header,
    sheets: Sequence[str],
    without: Collection[str],
) -> HandedIn:
    missing = tuple(form.missing({*header.fields, *without}))
    line = grid.rows[header.top].line
    problems = [_halves(source, line)] if _stands_twice(form, header) else []
    problems += [_no_column(source, form, each, line) for each in missing]
    for name in header.lacking:
        there = "、".join(called(header, column) for column in sorted(header.names))
        problems.append(
            Problem(source.path, line, 1, "", phrase("there is no column '{column}'", column=name), there)
        )
    body = grid.body(header, {at for name, at in header.fields.items() if form.fields[name].filled})
    rows = tuple(_row(each.line, each.cells, header) for each in body.rows) if header.fields else ()
    problems += [
        Problem(source.path, line, col, "?", phrase("the formula has no result yet"), phrase("open it in WPS or Excel and save it"))
        for line, col in sorted(grid.unworked)
        if col - 1 in header.fields.values() and line in {row.line for row in rows}
    ]  # fmt: skip
    return HandedIn(
        given=source, form=form, rows=rows, missing=missing, problems=tuple(problems),
        heading=tuple(header.names.get(column, "") for column in range(grid.width)),
        columns=tuple(Column(name, form.fields[name].own, called(header, at)) for name, at in header.fields.items()),
        choices={column + 1: called(header, column) for column in sorted(header.names)},
        notes=tuple(_notes(grid, header, sheets, form) + body.notes),
    )  # fmt: skip


def _stands_twice(form: TableForm, header: Header) -> bool:
    """Whether every needed column is there twice under one name: a long list that was printed in two halves, side by side."""
    twice = {name for name, columns in header.doubles.items() if len(set(columns)) < len(columns)}
    return all(twice & set(group) for group in form.needed)


def _halves(source: SourceFile, line: int) -> Problem:
    out = phrase("put the right half below the left one")
    return Problem(source.path, line, 1, "", phrase("the table stands in two halves side by side"), out)


def _no_column(source: SourceFile, form: TableForm, name: str, line: int) -> Problem:
    usual = [heading for heading, each in form.every_heading().items() if each in _group(form, name)]
    what = phrase("there is no column '{column}'", column=form.fields[name].own)
    return Problem(source.path, line, 1, "", what, ", ".join(usual[:8]))


def _group(form: TableForm, name: str) -> tuple[str, ...]:
    return next(group for group in form.needed if group[0] == name)


def _row(line: int, cells: Sequence[Cell], header: Header) -> RowIn:
    fields = {
        name: cells[at] if at < len(cells) else Cell("", line, at + 1) for name, at in header.fields.items()
    }
    return RowIn(line, fields, tuple(cell.text for cell in cells))


def _notes(grid: Grid, header: Header, sheets: Sequence[str], form: TableForm) -> list[Words]:
    notes: list[Words] = []
    if grid.encoding not in ("", "UTF-8"):
        notes.append(phrase("the file is {encoding}; it was read as such", encoding=grid.encoding))
    others = [name for name in sheets if name != grid.name]
    if others:
        notes.append(
            phrase(
                "the sheet '{name}' was read, not: {others}",
                name=grid.name,
                others="、".join(others[:MOST_NOTED]),
            )
        )
    for name, columns in header.doubles.items():
        notes.append(
            phrase(
                "several columns could be {field}: {columns}; the first of them was taken", field=form.fields[name].own,
                columns="、".join(columns),
            )
        )  # fmt: skip
    return notes
