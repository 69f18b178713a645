"""The ranking of units behind a summary's link: a page and a workbook, of the units that are under its reader today."""

from datetime import date

from flask import Response

from models.people import PersonRow
from schedules.words import Gettext
from tasks.reporting.overdue import overdue
from tasks.reporting.ranking import Ranking, month_end, ranking
from tasks.roster.supervision import units_of
from worker.web import downloads
from worker.web.link import me_address
from worker.web.site import View, notice, render
from worker.web.workbook import workbook

WIDTHS = (8, 28, 12, 12, 14, 14)


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
    name = view.d.gettext("ranking")  # Babel finds no text inside an f-string before Python 3.12
    return downloads.attached(_sheet(found, view.d.gettext), f"{name}{found.first:%Y%m}.xlsx")


def _sheet(found: Ranking, gettext: Gettext) -> bytes:
    """Units in which nothing was due stand at the end without a place."""
    heading = [
        gettext("Place"), gettext("Unit"), gettext("Due that month"), gettext("Done in time"), gettext("On-time rate"),
        gettext("Still open"),
    ]  # fmt: skip
    rows = [
        [str(each.place), each.title, str(each.due), str(each.on_time), f"{each.rate}%", str(each.overdue)]
        for each in found.ranked
    ]
    rows += [["", title, "0", "0", gettext("nothing was due"), "0"] for title in found.idle]
    return workbook(f"{found.first:%Y-%m}", heading, rows, widths=WIDTHS)


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
