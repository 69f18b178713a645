"""What imports share: a table as it was named, its columns and problems by row, the summary, and the file of refused rows."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from schedules.handed_in import HandedIn
from schedules.headings import plain_heading
from schedules.problems import Problem, nearest
from schedules.source_text import SourceFile
from schedules.table_forms import TableForm
from schedules.words import Words, phrase
from worker.cli.language import N_, Option, _, count
from worker.cli.office_folder import problem_line
from worker.cli.terminal import Refuse, as_json, complain, plain, progress, say
from worker.handed_back import reasons_of, rows_back
from worker.import_lines import Lines
from worker.office_files import read_source, replace_file
from worker.refused_rows import reasons_by_line, refused_rows
from worker.tables import as_uploaded
from worker.web.workbook import workbook

MOST_LINES = 40  # of one group, for a person to read
MOST_PROBLEMS = 100
SIGNS = {"added": "+", "changed": "~", "left": "-", "kept": "="}

map_option = click.option(
    "--map",
    "chosen",
    multiple=True,
    metavar="FIELD=COLUMN",
    cls=Option,
    help=N_(
        "which column holds what, by its heading or its letter: 手机=联系电话 or 手机=F; may be repeated"
    ),
)
sheet_option = click.option(
    "--sheet",
    default="",
    metavar="NAME",
    cls=Option,
    help=N_("which sheet of the workbook, if several hold such a table"),
)
leave_option = click.option(
    "--leave-missing",
    "leave",
    is_flag=True,
    cls=Option,
    help=N_("what is missing from the table has left, however many; for scripts that hand in whole tables"),
)
yes_option = click.option(
    "--yes", "--apply", "yes", is_flag=True, cls=Option, help=N_("do it; without it nothing is changed")
)
json_option = click.option("--json", "json_", is_flag=True, cls=Option, help=N_("as JSON"))


def named_source(path: Path) -> SourceFile:
    """The table of a file, under the name it was given by. Raises NotConfigured if it cannot be read."""
    return SourceFile(str(path), read_source(path))


def named_text(path: Path) -> SourceFile:
    """The same, a csv in the encoding of Chinese Windows as UTF-8."""
    return as_uploaded(named_source(path))


def chosen_columns(form: TableForm, given: Iterable[str]) -> dict[str, str]:
    """Columns by field, of `FIELD=COLUMN`; a field is called by its usual heading. Raises a usage error."""
    known = {plain_heading(heading): name for heading, name in form.every_heading().items()}
    known = {name: name for name in form.fields} | known
    chosen: dict[str, str] = {}
    for each in given:
        field, sign, column = each.partition("=")
        name = known.get(plain_heading(field))
        if not sign or not column.strip():
            raise click.UsageError(_("--map takes FIELD=COLUMN, not '{given}'").format(given=each))
        if name is None:
            allowed = nearest(field, [one.own for one in form.fields.values()])
            said = allowed.text(_) if isinstance(allowed, Words) else allowed
            raise click.UsageError(
                _("--map: there is no field '{name}'; allowed: {allowed}").format(name=field, allowed=said)
            )
        chosen[name] = column.strip()
    return chosen


def refuse_rows(problems: Sequence[Problem], source: SourceFile, path: Path) -> None:
    """Print every problem, write the refused rows with their reasons beside the table, and end with exit 1.

    With no problems it does nothing. Nothing is imported: all or nothing.
    """
    _refuse(
        problems,
        path,
        lambda: reasons_by_line(problems, source, _),
        lambda reasons: refused_rows(source, reasons, _),
    )


def refuse_handed_in(problems: Sequence[Problem], found: HandedIn, path: Path) -> None:
    """The same of a table that was handed in."""
    _refuse(
        problems, path, lambda: reasons_of(problems, found, _), lambda reasons: rows_back(found, reasons, _)
    )
    if not found.rows:
        raise Refuse(_("Nothing was imported: {file} has no rows below its heading.").format(file=path))


def _refuse(
    problems: Sequence[Problem], path: Path, reasons_: Callable[[], dict[int, str]], rows_: Callable[[Mapping[int, str]], list[list[str]]]
) -> None:  # fmt: skip
    if not problems:
        return
    for problem in problems[:MOST_PROBLEMS]:
        complain(problem_line(problem, None))
    if len(problems) > MOST_PROBLEMS:
        complain(_("… and {n} more").format(n=len(problems) - MOST_PROBLEMS))
    reasons = reasons_()
    if any(_no_column(problem) for problem in problems):
        complain(_("Columns of other names are named by --map, for example --map 手机=联系电话."))
    if any(_many_sheets(problem) for problem in problems):
        complain(_("The sheet that is meant is named by --sheet, for example --sheet 花名册."))
    if not reasons:
        raise Refuse(_("Nothing was imported."))
    refused = path.with_name(f"{path.stem}.refused.xlsx")
    heading, *rows = rows_(reasons)
    replace_file(refused, workbook(_("Refused rows"), heading, rows, widths=[*[14] * (len(heading) - 1), 60]))
    said = count(_("1 row is refused"), _("{n} rows are refused"), len(reasons))
    raise Refuse(
        _("Nothing was imported: {rows}; they are in {file} with the reasons.").format(
            rows=said, file=refused
        )
    )


def _no_column(problem: Problem) -> bool:
    return problem.what.msgid == phrase("there is no column '{column}'").msgid


def _many_sheets(problem: Problem) -> bool:
    return problem.what.msgid == phrase("several sheets hold such a table: {names}").msgid


# ── before harm, and while it lasts ───────────────────────────
def agree_to_leave(what: str, *, leave: bool) -> None:
    """Ask before many leave because they are not in a table. `what` says how many of whom. Raises Refuse unless that is meant.

    `--yes` alone does not mean it: a table of some people only would make the others leave.
    """
    if leave:
        return
    if not sys.stdin.isatty():
        advice = _(
            "Nothing was changed. For a table of some only say --keep-missing; if they have left, --leave-missing."
        )
        raise Refuse(f"{what} {advice}")
    if not click.confirm(_("{what} Have they left?").format(what=what), err=True):
        raise Refuse(_("Nothing was changed. For a table of some only say --keep-missing."))


@contextmanager
def pieces(title: str, *what: str) -> Iterator[Callable[[], None]]:
    """A bar of some pieces of work; each call begins the next one."""
    with progress(title) as step:
        begun = iter(enumerate(what))

        def begin() -> None:
            number, piece = next(begun)
            step(number, len(what), piece)

        yield begin


# ── what would change ─────────────────────────────────────────
def tell_found(found: HandedIn, notes: Iterable[Words]) -> None:
    """Print which column was taken for what, and what else there is to know of the table."""
    pairs = [f"{each.own} ← {each.found}" for each in found.columns]
    say(plain(_("Columns: {pairs}").format(pairs=_(", ").join(pairs))))
    for each in notes:
        say(plain(_("Note: {what}").format(what=each.text(_))))


def tell_lines(groups: Sequence[Lines]) -> None:
    """Print what would be added, changed, left."""
    for group in groups:
        say(f"{group.title.text(_)}: {len(group.lines)}")
        for line in group.lines[:MOST_LINES]:
            say(plain(f"  {SIGNS[group.kind]} {line.text(_)}"))
        if len(group.lines) > MOST_LINES:
            say("  " + _("… and {n} more").format(n=len(group.lines) - MOST_LINES))
    if not groups:
        say(_("No change."))


def json_of(
    found: HandedIn, notes: Iterable[Words], groups: Sequence[Lines], *, written: bool, **more: Any
) -> None:
    """Print the same as JSON: lists of sentences by `added`, `changed`, `left`, `kept`; `written` says whether it was done."""
    lines: dict[str, list[str]] = {kind: [] for kind in SIGNS}
    for group in groups:
        lines[group.kind] += [line.text(_) for line in group.lines]
    as_json(
        {
            "written": written,
            "rows": len(found.rows),
            "columns": {each.own: each.found for each in found.columns},
            "notes": [each.text(_) for each in notes],
            **lines,
            **more,
        }
    )
