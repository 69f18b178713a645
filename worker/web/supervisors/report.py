"""The annual report: every figure of a year with the list behind it, and the same as a document and a workbook.

Its figures are those of the whole office, so it is shown to whoever may see all of it: the clerk, the leader, an inspector.
"""

from collections.abc import Mapping

from flask import Blueprint, Response, g, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from tasks.reporting.report import EARLIEST, ReportedFigure, Section, one_figure, sentence
from tasks.reporting.report import report as count_report
from tasks.reporting.report_result import BY_HAND, Line, Place
from tasks.reporting.report_shape import document, number, numeral
from worker.documents import child
from worker.documents.report_xlsx import list_xlsx, report_xlsx
from worker.report_definition import report_of
from worker.web import downloads, places
from worker.web.paging import asked_page
from worker.web.security import require_whole_office
from worker.web.site import View, reading, render
from worker.web.supervisors import packages

blueprint = Blueprint("report", __name__, url_prefix="/report")
blueprint.before_request(require_whole_office)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINES = 100
REPORTING = 3  # until the end of this month the report that is written is that of the year before
CHINESE = "zh_CN"


@blueprint.get("")
def latest() -> AnyResponse:
    """The year that is reported on now."""
    with reading() as view:
        year = view.today.year - (1 if view.today.month <= REPORTING else 0)
        return redirect(url_for("report.page", year=year), 303)


@blueprint.get("/<int:year>")
def page(year: int) -> str:
    """Every figure of the year."""
    with reading() as view:
        found = count_report(view.session, view.live, report_of(view.live), year, now=view.now)
        return render(
            view, "report.html", here="report", report=found, numeral=lambda n: numeral(n, view.d.gettext),
            sections=[_section(view, each, found.figures) for each in found.sections if each.figures], anything=bool(found.figures),
            has_before=any(each.previous is not None for each in found.figures.values()),
            package=packages.of_year(view, year),
            years=[each for each in (year - 1, year + 1) if EARLIEST <= each <= view.today.year],
        )  # fmt: skip


def _section(view: View, section: Section, figures: Mapping[str, ReportedFigure]) -> dict[str, object]:
    pieces = [
        (each if isinstance(each, str) else view.d.words(each), each == BY_HAND, not isinstance(each, str))
        for each in sentence(section, figures)
    ]
    return {"title": section.title, "pieces": pieces, "figures": section.figures}


@blueprint.get("/<int:year>/<figure>")
def lines(year: int, figure: str) -> str:
    """The list behind a figure, a hundred lines at a time."""
    with reading() as view:
        found = one_figure(view.session, view.live, report_of(view.live), year, figure, now=view.now)
        total = len(found.result.lines)
        pages = max(1, -(-total // LINES))
        here = asked_page(pages)
        shown = found.result.lines[(here - 1) * LINES : here * LINES]
        return render(
            view, "report_list.html", here="report", year=year, figure=found, total=total, page=here, pages=pages,
            lines=[_line(view, each) for each in shown], columns=_columns(found),
        )  # fmt: skip


def _line(view: View, line: Line) -> dict[str, object]:
    amount = number(line.amount)
    return {
        "on": line.on, "title": view.d.words(line.title), "unit": line.unit, "who": line.who, "counts": line.counts,
        "amount": "" if amount is None else amount, "note": view.d.words(line.note) if line.note else "",
        "link": _address(line.place) if line.place is not None else "",
    }  # fmt: skip


def _columns(figure: ReportedFigure) -> frozenset[str]:
    """The columns that have something in them; whether a line counts is said where some do not."""
    names = ("unit", "who", "amount", "note")
    return frozenset(
        name for name in names if any(getattr(line, name) not in (None, "") for line in figure.result.lines)
    )


def _address(place: Place) -> str:
    match place.kind:
        case "duty":
            return places.duty(int(place.key))
        case "occurrence":
            return places.occurrence(int(place.key))
        case "person":
            return places.person(place.key)
        case "schedule":
            return places.schedule(place.key)
        case "register":
            key, _, entry = place.key.partition("#")
            return f"{url_for('registers.page', key=key)}#{entry}" if g.viewer.clerk else ""


# ── files ─────────────────────────────────────────────────────
@blueprint.get("/<int:year>/report.docx")
def docx(year: int) -> Response:
    """The document; written by a process of its own, after the transaction."""
    with reading() as view:
        found = count_report(view.session, view.live, report_of(view.live), year, now=view.now)
        wanted = document(found, view.d.gettext, chinese=view.lang == CHINESE)
        name = view.d.gettext("Annual report {year}").format(year=year)
    return downloads.attached(child.docx(wanted), f"{name}.docx", DOCX)


@blueprint.get("/<int:year>/report.xlsx")
def xlsx(year: int) -> Response:
    """Figures and lists as a workbook."""
    with reading() as view:
        found = count_report(view.session, view.live, report_of(view.live), year, now=view.now)
        name = view.d.gettext("Annual report {year}").format(year=year)
        return downloads.attached(report_xlsx(found, view.d.gettext), f"{name}.xlsx")


@blueprint.get("/<int:year>/<figure>/list.xlsx")
def list_file(year: int, figure: str) -> Response:
    """The list behind a figure as a workbook."""
    with reading() as view:
        found = one_figure(view.session, view.live, report_of(view.live), year, figure, now=view.now)
        return downloads.attached(list_xlsx(found, view.d.gettext), f"{found.label}{year}.xlsx")
