"""The desk's page of inspectors: who may read and until when, a form for a new one, the end of one, and a new link."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import Refused
from schedules.words import phrase
from tasks.roster.inspectors import LONGEST, end, inspectors, invite, link_for
from worker.clock import machine_now
from worker.web.duties.evidence_form import parse_day
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

blueprint = Blueprint("inspectors", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
Answer = str | Response | AnyResponse


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed."""

    name: str = ""
    body: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made: for whom, and its address, which is shown once and kept nowhere."""

    name: str
    address: str


@blueprint.get("/inspectors")
def page() -> str:
    """Who may read, and the form."""
    with reading() as view:
        return _page(view)


def _page(
    view: View, form: Form | None = None, faults: tuple[Fault, ...] = (), made: Made | None = None
) -> str:
    found = inspectors(view.session, today=view.today)
    said = view.d._("That account opens nothing any more.") if request.args.get("said") == "ended" else ""
    return render(
        view, "inspectors.html", here="desk", form=form or Form(), faults=faults, made=made, said=said,
        open=[each for each in found if each.open], closed=[each for each in found if not each.open],
        first=view.today.isoformat(), last=(view.today + LONGEST).isoformat(),
    )  # fmt: skip


@blueprint.post("/inspectors")
def add() -> Answer:
    """Open an account and show its first link; what a rule refuses is said beside the field."""
    form = Form(*(request.form.get(name, "").strip()[:200] for name in ("name", "body", "until")))
    try:
        with writing() as view:
            until = parse_day(form.until)
            if until is None:
                raise Refused(phrase("say until which day"), field="until")
            added = invite(
                view.session, view.live, name=form.name, body=form.body, until=until, by=g.viewer.person_id, now=view.now,
                machine_now=machine_now(),
            )  # fmt: skip
    except Refused as refused:
        return _refused(form, refused)
    return _with_link(added.id, added.name)


@blueprint.post("/inspectors/<int:inspector_id>/link")
def link(inspector_id: int) -> Answer:
    """Make a new link, since one works once."""
    try:
        with writing() as view:
            row = link_for(
                view.session, view.live, inspector_id=inspector_id, by=g.viewer.person_id, now=view.now
            )
    except Refused as refused:
        return _refused(Form(), refused)
    return _with_link(row.id, row.name)


@blueprint.post("/inspectors/<int:inspector_id>/end")
def close(inspector_id: int) -> Answer:
    """Close an account before its day; what it has open is closed at once."""
    with writing() as view:
        end(
            view.session, view.live, inspector_id=inspector_id, by=g.viewer.person_id, now=view.now, machine_now=machine_now()
        )  # fmt: skip
    return redirect(url_for("inspectors.page", said="ended"), 303)


def _with_link(inspector_id: int, name: str) -> str:
    address = runtime().tokens.sign_in_link(inspector_id, machine_now(), "inspector")
    with reading() as view:
        return _page(view, made=Made(name, address))


def _refused(form: Form, refused: Refused) -> Response:
    with reading() as view:
        return make_response(_page(view, form, faults_of(view, refused)), 422)
