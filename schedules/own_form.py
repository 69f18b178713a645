"""The rows of a table that was handed in as the office's own csv, and problems of that said where they stand in the table."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schedules.cell_days import first_day, held_day, is_month, is_span, last_day
from schedules.cell_forms import NOTHING, SHOWN_ERROR, key, lost_digits
from schedules.cell_text import narrow
from schedules.directory import Directory, Doubt, Known
from schedules.fields import KEY_LENGTH
from schedules.handed_in import HandedIn, RowIn
from schedules.problems import Problem
from schedules.roster_table import Cell
from schedules.source_text import SourceFile
from schedules.words import Words, phrase

MOST_NOTED = 12
MARKS = frozenset({"state", "signed"})  # fields in which a stroke says something


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnForm:
    """The own csv: `lines` say where each of its rows stands in the table, `columns` where each column does (0: nowhere).

    `fields` and `rows` are what the csv holds. `settled`: places of it (row from 0, column from 0) that `problems` speak of already.
    """

    source: SourceFile
    given: SourceFile
    fields: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]
    columns: Sequence[int]
    settled: frozenset[tuple[int, int]] = frozenset()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Words, ...] = ()

    def all_problems(self, of_own: Iterable[Problem]) -> list[Problem]:
        """The problems of the table and those that the reader of the own form has, by their place in the table."""
        whole = any(not each.subject for each in self.problems)  # a missing column is said once
        back = [
            self._at_given(each)
            for each in of_own
            if (each.line - 2, each.col - 1) not in self.settled and (each.subject or not whole)
        ]
        return sorted([*self.problems, *back], key=lambda each: (each.line, each.col))

    def _at_given(self, problem: Problem) -> Problem:
        line = self.lines[problem.line - 2] if 1 < problem.line < len(self.lines) + 2 else 1
        col = self.columns[problem.col - 1] if 0 < problem.col <= len(self.columns) else 0
        return replace(problem, file=self.given.path, line=line, col=col or 1)


def own_form(
    found: HandedIn,
    fields: Sequence[str],
    directory: Directory | None = None,
    constants: Mapping[str, str] | None = None,
    *,
    stand_in: str | None = None,
) -> OwnForm:
    """Write the `fields` that have a column or are `constants`; the form's holder is looked up in the directory.

    Who is in doubt stands in the csv as `stand_in`, or as somebody who is nobody else's row, so that the rest of the row can be read.
    """
    form, fixed = found.form, constants or {}
    there = {column.field for column in found.columns}
    holder = form.holder if any(name in there for names in form.finds.values() for name in names) else None
    wanted = [name for name in fields if name in there or name == holder or name in fixed]
    problems: list[Problem] = []
    rows, settled = [], set()
    for number, row in enumerate(found.rows):
        texts, wrong = texts_of(found, row)
        problems += wrong
        if holder is not None and directory is not None:
            held = _held(found, texts, directory)
            if isinstance(held, Doubt):
                problems.append(doubted(found, row, held))
                settled.add((number, wanted.index(holder)))
            texts[holder] = (stand_in or f"unknown-{number}") if isinstance(held, Doubt) else held
        rows.append([texts.get(name) or fixed.get(name, "") for name in wanted])
    return OwnForm(
        source=own_csv(found.given, [form.fields[name].own for name in wanted], rows), given=found.given, fields=wanted, rows=rows,
        lines=[row.line for row in found.rows], columns=columns_of(found, wanted), settled=frozenset(settled),
        problems=(*found.problems, *problems), notes=(*found.notes, *months(found)),
    )  # fmt: skip


def columns_of(found: HandedIn, fields: Sequence[str]) -> list[int]:
    """In which column of the table each field stands, from 1; 0 for one that has none."""
    first = found.rows[0].fields if found.rows else {}
    return [first[name].col if name in first else 0 for name in fields]


def texts_of(found: HandedIn, row: RowIn) -> tuple[dict[str, str], list[Problem]]:
    """The texts of a row in the office's own form; a formula that failed and a number without its last digits are problems."""
    problems, texts = [], {}
    for name, cell in row.fields.items():
        sort = found.form.fields[name]
        if SHOWN_ERROR.fullmatch(cell.text):
            what = phrase("the cell shows {found}, an error of its formula", found=cell.text)
            problems.append(refusal(found, row, cell, what))
        elif sort.form is key and lost_digits(cell):
            what = phrase(
                "'{found}' is a number of which a spreadsheet dropped the last digits", found=cell.text[:40]
            )
            problems.append(
                refusal(found, row, cell, what, phrase("format the column as text and type it anew"))
            )
        texts[name] = "" if name not in MARKS and narrow(cell.text) in NOTHING else sort.form(cell)
    return texts, problems


def refusal(
    found: HandedIn, row: RowIn, cell: Cell, what: Words, allowed: Words | str | None = None
) -> Problem:
    """A problem of one cell; its subject is what the row is known by."""
    subject = next(
        (text for name in ("number", "id", "name") if name in row.fields and (text := row.fields[name].text)),
        "?",
    )
    return Problem(found.given.path, cell.line, cell.col, subject[:KEY_LENGTH], what, allowed)


def given_of(found: HandedIn, texts: Mapping[str, str]) -> dict[str, str]:
    """By what a row says who it is about."""
    return {
        sort: next((texts[name] for name in names if texts.get(name)), "")
        for sort, names in found.form.finds.items()
    }


def _held(found: HandedIn, texts: Mapping[str, str], directory: Directory) -> str | Doubt:
    given = given_of(found, texts)
    if not any(given.values()) and not found.form.must:
        return ""
    answer = directory.find(given)
    return answer.key if isinstance(answer, Known) else answer


def doubted(found: HandedIn, row: RowIn, doubt: Doubt) -> Problem:
    """Why nobody was found, at the cell that it is about."""
    names = (
        *found.form.finds.get(doubt.field, ()),
        *(name for names in found.form.finds.values() for name in names),
    )
    cell = next(row.fields[name] for name in names if name in row.fields)
    return refusal(found, row, cell, doubt.what, doubt.allowed)


def months(found: HandedIn) -> list[Words]:
    """What is to be said where a month or a span of days stood for a day."""
    looked = (
        (is_month, (first_day, held_day), phrase("a month without the day was read as its first day")),
        (is_month, (last_day,), phrase("a month without the day was read as its last day")),
        (is_span, (first_day,), phrase("of a span of days the first was taken")),
        (is_span, (last_day, held_day), phrase("of a span of days the last was taken")),
    )
    notes = []
    for is_such, forms, said in looked:
        names = [name for name, each in found.form.fields.items() if each.form in forms]
        rows = [
            row.line
            for row in found.rows
            if any(is_such(row.fields[name]) for name in names if name in row.fields)
        ]
        if rows:
            notes.append(phrase("{what}: rows {rows}", what=said, rows=rows_named(rows)))
    return notes


def rows_named(lines: Sequence[int]) -> str:
    """Some lines for a sentence: 3、5、7…"""
    return "、".join(map(str, lines[:MOST_NOTED])) + ("…" if len(lines) > MOST_NOTED else "")


def own_csv(given: SourceFile, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> SourceFile:
    """Rows as the office's own csv."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([heading, *rows])
    return SourceFile(f"{given.path}.csv", written.getvalue().encode("utf-8"))
