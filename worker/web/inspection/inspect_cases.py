"""Inspection: cases with what is out of order or late, and the chain of dates of one case."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, abort, g, url_for

from models.obligations import OccurrenceRow
from schedules.chain_checks import Check
from schedules.grammar import Schedule
from schedules.words import phrase
from tasks.events import listeners
from tasks.reporting.case_files import CaseFile, Licence, StepLine, case_files, describe
from worker.web import places
from worker.web.inspection.inspect import file_name
from worker.web.inspection.inspecting import MOST_ROWS, PAGE, asked, iso, sheet
from worker.web.paging import beside
from worker.web.security import require_whole_office
from worker.web.site import View, reading, render

blueprint = Blueprint("inspect_cases", __name__, url_prefix="/inspect")
blueprint.before_request(require_whole_office)
VERDICTS = {"kept": phrase("kept"), "broken": phrase("not kept"), "open": phrase("still open")}
LINE_STATES = {
    "waiting": phrase("a waiting period"), "to-come": phrase("to come"), "paused": phrase("its clock stands still"),
}  # fmt: skip
HEADING = (
    phrase("Case"), phrase("Schedule"), phrase("Filed on"), phrase("Handlers"), phrase("Out of order or late"),
    phrase("Without a valid certificate"), phrase("Entered late"),
)  # fmt: skip
CHAIN_HEADING = (
    phrase("Step"), phrase("Owed by"), phrase("State"), phrase("Due"), phrase("Day done"), phrase("Date in the record"),
    phrase("Recorded"), phrase("Recorded by"), phrase("Entered late"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case as a line of the list; `link` is the page of its chain."""

    title: str
    schedule: str
    on: date
    handlers: str
    broken: tuple[Check, ...]
    unlicensed: int
    late: int
    link: str


@blueprint.get("/cases")
def cases() -> str:
    """Cases of the days that are asked for, the newest first."""
    with reading() as view:
        wanted = asked(view)
        found = [line(view, each) for each in seen(view)]
        shown = [each for each in found if each.broken or each.unlicensed] if wanted.only else found
        first = (wanted.page - 1) * PAGE
        return render(
            view, "inspect_cases.html", here="inspect", tab="cases", filter=wanted, cases=shown[first : first + PAGE], total=len(found),
            troubled=sum(bool(each.broken or each.unlicensed) for each in found), schedules=kinds(view),
            pager=beside("inspect_cases.cases", wanted.page, more=len(shown) > first + PAGE, **wanted.query),
            export=url_for("inspect_cases.cases_sheet", **wanted.query),
        )  # fmt: skip


@blueprint.get("/cases.xlsx")
def cases_sheet() -> Response:
    """The same list as a workbook."""
    with reading() as view:
        wanted, d = asked(view), view.d
        lines = [line(view, each) for each in seen(view)]
        rows = [
            (each.title, each.schedule, iso(each.on), each.handlers,
             "；".join(d.words(what) for check in each.broken for what in check.found), str(each.unlicensed), str(each.late))
            for each in lines if not wanted.only or each.broken or each.unlicensed
        ][:MOST_ROWS]  # fmt: skip
        heading = [d.words(each) for each in HEADING]
        return sheet(view, d.gettext("Cases"), heading, rows, widths=(36, 20, 12, 18, 60, 14, 10))


def seen(view: View) -> list[CaseFile]:
    """The cases that the reader may see."""
    found = case_files(view.session, view.live, asked(view).span, now=view.now)
    return [each for each in found if g.viewer.reads(each.schedule.privacy)]


def kinds(view: View) -> list[tuple[str, str]]:
    """Id and title of the schedules that events open."""
    return [
        (each.row.key, each.schedule.title)
        for each in listeners(view.session)
        if g.viewer.reads(each.schedule.privacy)
    ]


def line(view: View, each: CaseFile) -> CaseLine:
    """A case as a line."""
    row = each.occurrence
    return CaseLine(
        title=file_name(view, row), schedule=each.schedule.title, on=row.held_on, handlers=view.d.gettext(", ").join(each.handlers),
        broken=each.broken, unlicensed=len(each.unlicensed), late=each.entered_late,
        link=url_for("inspect_cases.case", occurrence_id=row.id),
    )  # fmt: skip


# ── one case ──────────────────────────────────────────────────
@blueprint.get("/case/<int:occurrence_id>")
def case(occurrence_id: int) -> str:
    """The chain of dates of one case."""
    with reading() as view:
        found = _case(view, occurrence_id)
        row, schedule = found.occurrence, found.schedule
        return render(
            view, "inspect_case.html", here="inspect", tab="cases", file=found, title=file_name(view, row), lines=found.lines,
            state_of=lambda one: state_words(view, one), verdicts=VERDICTS, licences=_by_person(found.licences),
            closed_as=_closed(row, schedule), occurrence=places.occurrence(row.id), duty=places.duty,
            recorded=lambda at: view.live.today(at), export=url_for("inspect_cases.case_sheet", occurrence_id=row.id),
        )  # fmt: skip


@blueprint.get("/case/<int:occurrence_id>.xlsx")
def case_sheet(occurrence_id: int) -> Response:
    """The same as a workbook."""
    with reading() as view:
        found, d = _case(view, occurrence_id), view.d
        yes = d.gettext("entered late")
        rows = [
            (each.title, each.who, state_words(view, each), iso(each.due_on), iso(each.done_on), iso(each.told_on),
             _day(view, each.recorded_at), each.by or "", yes if each.late else "")
            for each in found.lines
        ]  # fmt: skip
        heading = [d.words(each) for each in CHAIN_HEADING]
        return sheet(
            view, d.gettext("Chain of dates"), heading, rows, widths=(24, 18, 14, 12, 12, 14, 12, 12, 10)
        )


def _case(view: View, occurrence_id: int) -> CaseFile:
    row = view.session.get(OccurrenceRow, occurrence_id)
    if row is None or row.event_id is None:
        abort(404)
    return describe(view.session, view.live, [row], now=view.now)[0]


def state_words(view: View, each: StepLine) -> str:
    """How a step stands."""
    known = LINE_STATES.get(each.state)
    return view.d.words(known) if known else view.d.state(each.state)


def _day(view: View, at: datetime | None) -> str:
    return iso(view.live.today(at)) if at else ""


def _closed(row: OccurrenceRow, schedule: Schedule) -> str:
    return schedule.branches.get(row.closed_as or "", "")


def _by_person(licences: tuple[Licence, ...]) -> list[tuple[str, list[Licence]]]:
    found: dict[str, list[Licence]] = {}
    for each in licences:
        found.setdefault(each.person, []).append(each)
    return list(found.items())
