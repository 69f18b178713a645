"""Inspection: everything that was recorded more than 3 working days after the fact, by kind of record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, g, request, url_for

from models.queries.inspection import Belated
from schedules.grammar import Event
from schedules.lights import workdays_late
from schedules.words import phrase
from tasks.events import listeners
from tasks.live import definition
from tasks.reporting.late_entries import KINDS, Asked, Of, counts, late_entries
from worker.web import places
from worker.web.duties.duty_view import part_name
from worker.web.inspection.inspecting import MOST_ROWS, PAGE, Filter, asked, iso, sheet
from worker.web.paging import beside
from worker.web.security import require_whole_office
from worker.web.site import View, reading, render

blueprint = Blueprint("inspect_late", __name__, url_prefix="/inspect")
blueprint.before_request(require_whole_office)
NAMES = {
    "duties": phrase("Records of duties"), "hours": phrase("Hours"), "entries": phrase("Entries of registers"), "events": phrase("Events"),
}  # fmt: skip
HEADING = (
    phrase("What"), phrase("Whose"), phrase("Day of the fact"), phrase("Recorded"), phrase("Working days between"), phrase("Recorded by"),
    phrase("Mark"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One record. `workdays` lie between the fact and the record, the day of the fact not counted."""

    what: str
    who: str
    done_on: date
    recorded_at: datetime
    workdays: int
    by: str
    link: str


@blueprint.get("/late")
def late() -> str:
    """One kind of records, the latest facts first, and how many there are of each."""
    with reading() as view:
        wanted, kind = asked(view), _kind()
        what = _asked(wanted)
        found = late_entries(
            view.session, view.live, kind, what, limit=PAGE + 1, offset=(wanted.page - 1) * PAGE
        )
        query = _query(wanted, kind)
        numbers = counts(view.session, view.live, what)
        return render(
            view, "inspect_late.html", here="inspect", tab="late", filter=wanted, kind=kind,
            kinds=[(each, NAMES[each], numbers[each], url_for("inspect_late.late", **_query(wanted, each))) for each in KINDS],
            lines=_lines(view, found[:PAGE]), total=sum(numbers.values()),
            pager=beside("inspect_late.late", wanted.page, more=len(found) > PAGE, **query),
            export=url_for("inspect_late.late_sheet", **query),
        )  # fmt: skip


@blueprint.get("/late.xlsx")
def late_sheet() -> Response:
    """The same list as a workbook."""
    with reading() as view:
        d = view.d
        found = late_entries(view.session, view.live, _kind(), _asked(asked(view)), limit=MOST_ROWS)
        rows = [
            (each.what, each.who, iso(each.done_on), iso(view.live.today(each.recorded_at)), str(each.workdays), each.by,
             d.gettext("entered late"))
            for each in _lines(view, found)
        ]  # fmt: skip
        heading = [d.words(each) for each in HEADING]
        return sheet(view, d.gettext("Entered late"), heading, rows, widths=(44, 18, 14, 14, 14, 12, 10))


def _kind() -> Of:
    wanted = request.args.get("kind", "")
    return next((each for each in KINDS if each == wanted), "duties")


def _asked(wanted: Filter) -> Asked:
    return Asked(first=wanted.first, last=wanted.last, open=not g.viewer.reads("sealed"))


def _query(wanted: Filter, kind: Of) -> dict[str, Any]:
    return {"kind": kind, "from": wanted.first.isoformat(), "to": wanted.last.isoformat()}


def _lines(view: View, found: Sequence[Belated]) -> list[Line]:
    titles = {each.id: each.title for each in view.live.office.registers}
    for each in listeners(view.session):
        if isinstance(each.schedule.when, Event):
            titles.setdefault(each.schedule.when.event, each.schedule.title)
    return [_line(view, each, titles) for each in found]


def _line(view: View, row: Belated, titles: dict[str, str]) -> Line:
    return Line(
        what=_what(view, row, titles), who=row.who, done_on=row.done_on, recorded_at=row.recorded_at,
        workdays=workdays_late(row.done_on, view.live.today(row.recorded_at), view.live.office.calendar), by=row.by or "—",
        link=places.duty(row.obligation_id) if row.obligation_id is not None else "",
    )  # fmt: skip


def _what(view: View, row: Belated, titles: dict[str, str]) -> str:
    if row.version_id is None:
        title = titles.get(row.what, row.what)
        return (
            str(view.d._("{title} ({subject})", title=title, subject=row.subject)) if row.subject else title
        )
    schedule = definition(view.session, row.version_id)
    part = part_name(view, schedule, row.part)
    title = row.what or schedule.title
    if row.subject:
        title = str(view.d._("{title} ({subject})", title=title, subject=row.subject))
    return str(view.d._("{title}: {part}", title=title, part=part)) if part else title
