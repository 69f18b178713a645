"""The desk's page of what is told on paper: a list for each unit, one slip for a person, and the day it was handed over."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import Refused
from schedules.words import phrase
from tasks.delivery.paper import OnPaper, hand_over, to_print
from worker.web import downloads
from worker.web.asked import row_number
from worker.web.desk.hold_form import Waiting, hold_form
from worker.web.duties.evidence_form import parse_day
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing
from worker.web.workbook import workbook

blueprint = Blueprint("paper", __name__, url_prefix="/desk/paper")
blueprint.before_request(require_clerk)
MOST = 1000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One unit's list; `unit` is empty for those who belong to none."""

    unit: str
    notes: tuple[OnPaper, ...]


@blueprint.get("")
def page() -> str:
    """Everything to print today, a list for each unit."""
    with reading() as view:
        return _page(view)


def _page(view: View, faults: tuple[Fault, ...] = ()) -> str:
    found = _sheets(view)
    said = {
        "told": view.d._("Recorded. The reminders count as given on that day."),
        "held": view.d._("It is left out, with the reason."),
    }
    return render(
        view, "paper.html", here="desk", faults=faults, sheets=found, total=sum(len(sheet.notes) for sheet in found),
        said=said.get(request.args.get("said", ""), ""), today=view.today,
    )  # fmt: skip


def _sheets(view: View) -> list[Sheet]:
    units: dict[str, list[OnPaper]] = {}
    for note in to_print(view.session, view.live, runtime().texts, now=view.now):
        units.setdefault(note.unit, []).append(note)
    return [Sheet(unit, tuple(notes)) for unit, notes in units.items()]


@blueprint.get("/<int:message_id>")
def slip(message_id: int) -> str:
    """One person's slip."""
    with reading() as view:
        found = to_print(view.session, view.live, runtime().texts, now=view.now, only=message_id)
        if not found:
            abort(404)
        return render(view, "paper_slip.html", here="desk", note=found[0], today=view.today)


@blueprint.get("/list.xlsx")
def sheet() -> Response:
    """The same lists as a workbook."""
    with reading() as view:
        rows = [
            (each.unit, note.name or view.d.gettext("for all"), note.title, note.body, "")
            for each in _sheets(view)
            for note in each.notes
        ]
        heading = [
            view.d.gettext("Unit"), view.d.gettext("Name"), view.d.gettext("Duty"), view.d.gettext("What is to be done"),
            view.d.gettext("Received, date"),
        ]  # fmt: skip
        title = view.d.gettext("Told on paper")
        data = workbook(title, heading, rows, widths=(14, 10, 32, 70, 18))
        return downloads.attached(data, f"{title}{view.today:%Y%m%d}.xlsx")


@blueprint.post("")
def told() -> str | Response | AnyResponse:
    """Record what was handed over, each by its number and what was in it when it was shown."""
    refusals: list[Refused] = []
    day = parse_day(request.form.get("on", ""))
    chosen = request.form.getlist("note")[:MOST]
    for one in chosen:
        try:
            _hand_over(one, day)
        except Refused as refused:
            refusals.append(refused)
    if refusals or not chosen:
        with reading() as view:
            return make_response(_page(view, _faults(view, refusals)), 409)
    return redirect(url_for("paper.page", said="told"), 303)


def _hand_over(one: str, day: date | None) -> None:
    number, _, version = one.partition(":")
    with writing() as view:
        hand_over(
            view.session, view.live, runtime().texts, message_id=row_number(number), version=version[:80],
            on=day or view.today, by=g.viewer.person_id, now=view.now,
        )  # fmt: skip


def _faults(view: View, refusals: list[Refused]) -> tuple[Fault, ...]:
    """Each reason once."""
    if not refusals:
        return (Fault(view.d.gettext("tick what was handed over")),)
    return tuple(dict.fromkeys(fault(view, refused) for refused in refusals))


@blueprint.route("/hold/<int:message_id>", methods=["GET", "POST"])
def hold(message_id: int) -> Response | AnyResponse:
    """Ask for the reason, then leave it out."""

    def find(view: View) -> Waiting | None:
        found = to_print(view.session, view.live, runtime().texts, now=view.now, only=message_id)
        return Waiting(found[0].name, [found[0].body]) if found else None

    return hold_form(
        message_id, find=find, question=phrase("Leave it out?"), button=phrase("Leave it out"),
        then=url_for("paper.page", said="held"),
    )  # fmt: skip
