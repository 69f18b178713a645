"""The ranking of units behind a summary's link: a page and a workbook, of the units that are under its reader today."""

from datetime import date

from flask import Response, make_response

from models.people import PersonRow
from tasks.reporting.overdue import overdue
from tasks.reporting.ranking import Ranking, month_end, ranking
from tasks.roster.supervision import units_of
from worker.web.link import me_address
from worker.web.site import View, notice, render
from worker.web.supervisors.summary_sheet import ranking_sheet
from worker.web.workbook import XLSX


def ranking_page(view: View, person: PersonRow, month: str, *, sheet_link: str) -> str | Response:
    """The page; `month` is its first day, ISO."""
    found = _found(view, person, month)
    if found is None:
        return nothing_under(view, person)
    total = found.total
    return render(
        view, "ranked.html", reader=person.name, month=view.d._("{month}/{year}", year=found.first.year, month=found.first.month),
        as_of=view.d.moment(view.now), ranked=found.ranked, idle=found.idle, total=total, sheet_link=sheet_link,
        me_link=me_address(view, person),
    )  # fmt: skip


def ranking_download(view: View, person: PersonRow, month: str) -> Response:
    """The same as a workbook."""
    found = _found(view, person, month)
    if found is None:
        return nothing_under(view, person)
    return download(ranking_sheet(found, view.d.gettext), f"ranking-{found.first:%Y%m}.xlsx")


def _found(view: View, person: PersonRow, month: str) -> Ranking | None:
    whole = overdue(view.session, view.live, now=view.now)
    under = units_of(view.session, view.live, whole, person.id, now=view.now)
    first = date.fromisoformat(month)
    span = (first, month_end(first))
    return ranking(view.session, view.live, month=span, units=under, now=view.now) if under else None


def nothing_under(view: View, person: PersonRow) -> Response:
    """What somebody reads under whom there is no unit any more."""
    return notice(
        view, view.d._("No unit is under you"), view.d._("Perhaps somebody else answers for it now. The contact below can tell."),
        link=me_address(view, person), link_text=view.d._("All my duties"),
    )  # fmt: skip


def download(data: bytes, name: str) -> Response:
    """A workbook to keep."""
    answer = make_response(data)
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
