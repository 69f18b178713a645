"""Inspection: files drawn at random, with what is needed to show that nothing was chosen. For inspectors, the leader and the clerk."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from models.access import InspectorRow
from models.obligations import OccurrenceRow
from models.people import PersonRow
from models.queries import inspection as read
from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.words import phrase
from tasks.live import definition
from tasks.reporting.draws import CASES, MOST, Asked, Draw, all_made, draw, made, proof
from worker.web import places
from worker.web.duties.evidence_form import parse_day
from worker.web.inspection.inspecting import iso, sheet
from worker.web.security import require_whole_office
from worker.web.site import Fault, View, faults_of, reading, render, writing

blueprint = Blueprint("inspect", __name__, url_prefix="/inspect")
blueprint.before_request(require_whole_office)
Answer = str | Response | AnyResponse
NAMES = 3  # of those who owe something of a file
PROOFS = {
    "same": phrase("Drawn once more with the seed just now: the same files."),
    "moved": phrase("Files were moved to other days or taken out since, so it cannot be repeated today. The list is that of the draw."),
    "differs": phrase("Drawn once more with the seed just now: other files. The record of the draw was altered."),
}  # fmt: skip
HEADING = (
    phrase("Position"), phrase("Case file"), phrase("Schedule"), phrase("Day"), phrase("State"), phrase("Owed by"), phrase("Seed"),
    phrase("Draw"),
)  # fmt: skip
STATES = {"open": phrase("to do"), "closed": phrase("closed"), "cancelled": phrase("cancelled")}


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed."""

    n: str
    among: str
    first: str
    last: str
    seed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One file that was drawn. `case` is the page of its chain of dates, where it has one."""

    title: str
    schedule: str
    on: date
    state: str
    who: str
    link: str
    case: str


@blueprint.get("")
def page() -> str:
    """The form, and the draws that were made."""
    with reading() as view:
        first = view.today.replace(month=1, day=1)
        return _page(view, Form("10", CASES, first.isoformat(), view.today.isoformat()))


def _page(view: View, form: Form, faults: tuple[Fault, ...] = ()) -> str:
    return render(
        view, "inspect.html", here="inspect", tab="draw", form=form, faults=faults, cases=CASES, most=MOST, schedules=_schedules(view),
        draws=[(each, _among(view, each), _by(view, each.actor)) for each in all_made(view.session)],
    )  # fmt: skip


def _schedules(view: View) -> list[tuple[str, str]]:
    """Id and title of what files may be drawn from."""
    live = set(view.session.scalars(select(ScheduleRow.key).where(ScheduleRow.removed_at.is_(None))))
    return [
        (each.id, each.title)
        for each in view.live.office.schedules
        if each.id in live and each.privacy != "sealed"
    ]


@blueprint.post("/draw", endpoint="draw")
def draw_files() -> Answer:
    """Draw, note it, and show what came out."""
    form = Form(
        *(request.form.get(name, "").strip()[:80] for name in ("n", "among", "first", "last", "seed"))
    )
    try:
        with writing() as view:
            drawn_id = draw(
                view.session, _read(form), actor=g.viewer.actor, now=view.now, seed=form.seed[:40]
            )
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, form, faults_of(view, refused)), 422)
    return redirect(url_for("inspect.drawn", draw_id=drawn_id), 303)


def _read(form: Form) -> Asked:
    first, last = parse_day(form.first), parse_day(form.last)
    if not (form.n.isascii() and form.n.isdecimal() and len(form.n) < 6):
        raise Refused(phrase("draw 1 to {n} files", n=MOST), field="n")
    if first is None:
        raise Refused(phrase("say from which day"), field="first")
    if last is None:
        raise Refused(phrase("say until which day"), field="last")
    return Asked(n=int(form.n), first=first, last=last, among=form.among)


@blueprint.get("/draw/<int:draw_id>")
def drawn(draw_id: int) -> str:
    """A draw as it came out, and whether the seed still leads to it."""
    with reading() as view:
        found = made(view.session, draw_id)
        return render(
            view, "inspect_drawn.html", here="inspect", tab="draw", draw=found, lines=_lines(view, found), among=_among(view, found),
            by=_by(view, found.actor), proof=proof(view.session, found), proof_words=PROOFS,
        )  # fmt: skip


@blueprint.get("/draw/<int:draw_id>.xlsx")
def drawn_sheet(draw_id: int) -> Response:
    """The same as a workbook."""
    with reading() as view:
        found, d = made(view.session, draw_id), view.d
        heading = [d.words(each) for each in HEADING]
        rows = [
            (
                str(no),
                line.title,
                line.schedule,
                iso(line.on),
                line.state,
                line.who,
                found.seed,
                str(found.id),
            )
            for no, line in enumerate(_lines(view, found), start=1)
        ]
        return sheet(view, d.gettext("Files drawn"), heading, rows, widths=(6, 40, 26, 12, 10, 30, 20, 8))


def _lines(view: View, found: Draw) -> list[Line]:
    files = read.by_ids(view.session, found.drawn)
    owed = read.owed_by(view.session, found.drawn)
    return [_line(view, files[number], owed.get(number, [])) for number in found.drawn if number in files]


def _line(view: View, row: OccurrenceRow, owed: list[str]) -> Line:
    names = view.d.gettext(", ").join(owed[:NAMES])
    who = view.d._("{units} and others, {n} units", units=names, n=len(owed)) if len(owed) > NAMES else names
    schedule = definition(view.session, row.version_id)
    case = url_for("inspect_cases.case", occurrence_id=row.id) if row.event_id is not None else ""
    state = view.d.words(STATES[row.state]) if row.state in STATES else row.state
    return Line(
        title=file_name(view, row), schedule=schedule.title, on=row.held_on, state=state, who=str(who),
        link=places.occurrence(row.id), case=case,
    )  # fmt: skip


def file_name(view: View, row: OccurrenceRow) -> str:
    """What a file is called: the title, and what it is about or the day it was held on."""
    if row.event_id is not None and row.subject:
        return str(view.d._("{title} ({subject})", title=row.title, subject=row.subject))
    return str(view.d._("{title} of {day}", title=row.title, day=view.d.dated(row.held_on)))


def _among(view: View, found: Draw) -> str:
    if found.asked.among == CASES:
        return view.d.gettext("all cases")
    titles = {each.id: each.title for each in view.live.office.schedules}
    return titles.get(found.asked.among, found.asked.among) or view.d.gettext("all files")


def _by(view: View, actor: str) -> str:
    """Who drew, as people know them."""
    kind, _, number = actor.partition(":")
    if kind == "inspector" and number.isdecimal():
        row = view.session.get(InspectorRow, int(number))
        return row.name if row else actor
    person = view.session.get(PersonRow, int(number)) if kind == "person" and number.isdecimal() else None
    return person.name if person else actor
