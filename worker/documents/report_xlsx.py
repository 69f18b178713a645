"""The annual report as a workbook: a sheet of figures, and one with every line behind them."""

from collections.abc import Iterator, Sequence

from schedules.words import Gettext, phrase
from tasks.reporting.report import Report, ReportedFigure
from tasks.reporting.report_shape import BEFORE, COLUMNS, LIST_COLUMNS, figure_row, line_row
from worker.sheet import Sheet
from worker.web.workbook import workbook, workbook_of

SECTION, LISTS, FIGURES = phrase("Section"), phrase("Lists"), phrase("Figures")
FIGURE_WIDTHS = (22, 30, 30, 18, 44, 44, 24)
LIST_WIDTHS = (14, 46, 20, 14, 10, 8, 40)


def report_xlsx(report: Report, gettext: Gettext) -> bytes:
    """Both sheets; every cell is text."""
    names = [each.text(gettext) for each in COLUMNS]
    columns = [each.text(gettext) for each in LIST_COLUMNS]
    heading = [SECTION.text(gettext), *names, BEFORE.text(gettext)]
    return workbook_of(
        [
            Sheet(FIGURES.text(gettext), heading, list(_figures(report, gettext)), FIGURE_WIDTHS),
            Sheet(
                LISTS.text(gettext), [names[0], *columns], list(_lines(report, gettext)), (30, *LIST_WIDTHS)
            ),
        ]
    )


def _figures(report: Report, gettext: Gettext) -> Iterator[Sequence[str]]:
    for section in report.sections:
        for figure in section.figures:
            before = figure.before.text(gettext) if figure.before is not None else ""
            yield [section.title, *figure_row(figure, gettext), before]


def _lines(report: Report, gettext: Gettext) -> Iterator[Sequence[str]]:
    for figure in report.figures.values():
        for line in figure.result.lines:
            yield [figure.label, *line_row(line, gettext)]


def list_xlsx(figure: ReportedFigure, gettext: Gettext) -> bytes:
    """The list behind one figure."""
    rows = [line_row(line, gettext) for line in figure.result.lines]
    return workbook(figure.label, [each.text(gettext) for each in LIST_COLUMNS], rows, widths=LIST_WIDTHS)
