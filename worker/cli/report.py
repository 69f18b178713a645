"""`duban report`: the annual report as a table, a document, a workbook or JSON, and the list behind each of its figures."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from tasks.live import current
from tasks.reporting.report import Report, ReportedFigure, one_figure
from tasks.reporting.report import report as count_report
from tasks.reporting.report_shape import (
    COLUMNS,
    LIST_COLUMNS,
    document,
    figure_json,
    figure_row,
    line_json,
    line_row,
    to_json,
)
from worker.bootstrap import boot
from worker.cli.command import Argument, Command
from worker.cli.language import N_, Option, _
from worker.cli.language import current as language
from worker.cli.running import require_tables
from worker.cli.terminal import Refuse, agreed, as_json, progress, say, table
from worker.clock import office_now
from worker.documents import child
from worker.documents.report_xlsx import list_xlsx, report_xlsx
from worker.report_definition import report_of
from worker.settings import Settings

CHINESE = "zh_CN"


@click.command(
    "report",
    cls=Command,
    help=N_(
        "The annual report of a year: every figure exact and as a report says it (over 20), what it is counted from, what is lacking, "
        "and the list behind it. A register that nobody used is not recorded, which is not 0; rates are cut, never rounded. "
        "--docx writes the report's headings with blanks to fill and the figures as an annex."
    ),
    examples=[
        ("duban report 2026", N_("all figures as a table")),
        ("duban report 2026 --docx", N_("write report-2026.docx")),
        ("duban report 2026 --xlsx -o 底稿.xlsx", N_("figures and lists as a workbook, under another name")),
        ("duban report 2026 --docx --yes", N_("write over the file that is there, without asking")),
        ("duban report 2026 --list cleanup", N_("what one figure was counted from")),
        ("duban report 2026 --json", N_("for other programs; see docs/report.md")),
    ],
)
@click.argument("year", type=click.IntRange(2000, 2199), cls=Argument, about=N_("calendar year"))
@click.option("--docx", "kind", flag_value="docx", cls=Option, help=N_("write the report as a document"))
@click.option(
    "--xlsx", "kind", flag_value="xlsx", cls=Option, help=N_("write figures and lists as a workbook")
)
@click.option("--json", "kind", flag_value="json", cls=Option, help=N_("as JSON"))
@click.option("--list", "figure", metavar="FIGURE", cls=Option, help=N_("only the list behind this figure"))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", cls=Option,
    help=N_("file to write; - is standard output"),
)  # fmt: skip
@click.option("--yes", is_flag=True, cls=Option, help=N_("write over a file that is there, without asking"))
def report(*, year: int, kind: str | None, figure: str | None, output: Path | None, yes: bool) -> None:
    """Count, then print or write."""
    if output is not None and kind not in ("docx", "xlsx"):
        raise click.UsageError(_("-o goes with --docx or --xlsx."))
    if figure is not None and kind == "docx":
        raise click.UsageError(_("A list is a table, a workbook or JSON; --docx is the whole report."))
    target = output or Path(f"report-{year}{f'-{figure}' if figure else ''}.{kind}")
    if kind in ("docx", "xlsx"):
        _require_free(target, yes=yes)
    settings = Settings.load()
    require_tables(settings)
    runtime = boot(settings)
    with runtime.db.reading() as session:
        live, now = current(session), office_now(session)
        if figure is not None:
            with progress(_("counting")):
                counted = one_figure(session, live, report_of(live), year, figure, now=now)
            _one(counted, year, kind, target)
            return
        with progress(_("counting")):
            found = count_report(session, live, report_of(live), year, now=now)
    _whole(found, kind, target)


def _require_free(target: Path, *, yes: bool) -> None:
    """A document that somebody has gone on writing is not written over unasked."""
    if not yes and str(target) != "-" and target.exists():
        agreed(
            _("{file} is there already; -o gives another name. Write over it?").format(file=target), yes=False
        )


def _whole(found: Report, kind: str | None, target: Path) -> None:
    match kind:
        case "json":
            as_json(to_json(found, _))
        case "xlsx":
            _write(target, report_xlsx(found, _))
        case "docx":
            _write(target, child.docx(document(found, _, chinese=language() == CHINESE)))
        case _:
            _print(found)


def _print(found: Report) -> None:
    say(
        _("{office}, {first} to {last}, records as of {as_of}").format(
            office=found.office, first=found.first, last=found.last, as_of=found.as_of
        )
    )
    rows = [[figure.key, *figure_row(figure, _)] for figure in found.figures.values()]
    table([_("figure id"), *(each.text(_) for each in COLUMNS)], rows)
    if found.left_out:
        say(_("Not kept here: {labels}.").format(labels="、".join(found.left_out)))


def _one(found: ReportedFigure, year: int, kind: str | None, target: Path) -> None:
    match kind:
        case "json":
            lines: list[Mapping[str, object]] = [line_json(line, _) for line in found.result.lines]
            as_json({"year": year, **figure_json(found, _), "list": lines})
        case "xlsx":
            _write(target, list_xlsx(found, _))
        case _:
            say(f"{found.label} {year}: {found.exact.text(_)}")
            table(
                [each.text(_) for each in LIST_COLUMNS],
                [line_row(line, _) for line in found.result.lines],
                right=[4],
            )


def _write(target: Path, data: bytes) -> None:
    if str(target) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        target.write_bytes(data)
    except OSError as error:
        raise Refuse(
            _("{file} cannot be written: {reason}").format(file=target, reason=error.strerror)
        ) from error
    say(_("Written: {file}").format(file=target))
