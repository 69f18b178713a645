"""The desk's page of leave and trips: who is away and who stands in; add one, end one."""

from dataclasses import dataclass, replace
from datetime import timedelta

from flask import Blueprint, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from schedules.errors import Refused
from schedules.words import phrase
from tasks.roster.absences import KINDS, absences, add_absence, end_absence
from worker.web.duties.evidence_form import parse_day
from worker.web.duties.named import person_named
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, said, writing
from worker.web.staff.away import WORDS

blueprint = Blueprint("absences", __name__, url_prefix="/desk/absences")
blueprint.before_request(require_clerk)
MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What was typed; `last` is the last day away."""

    person: str = ""
    first: str = ""
    last: str = ""
    kind: str = "leave"
    deputy: str = ""
    note: str = ""


@blueprint.get("")
def page() -> str:
    """Who is away now and later, and the form."""
    with reading() as view:
        return _page(view, Form())


def _page(view: View, form: Form, faults: tuple[Fault, ...] = ()) -> str:
    found = absences(view.session, since=view.today)
    words = {"added": view.d.gettext("Recorded. Messages go to whoever stands in, and change back by themselves."),
             "ended": view.d.gettext("Ended. Messages go to the person again.")}  # fmt: skip
    return render(
        view, "absences.html", here="desk", form=form, faults=faults, away=found[:MOST], more=len(found) > MOST,
        now_away=sum(each.from_on <= view.today for each in found), kinds=[(kind, said(view, WORDS[kind])) for kind in KINDS],
        words={kind: said(view, text) for kind, text in WORDS.items()}, last_day=lambda each: each.until_on - timedelta(days=1),
        said=words.get(request.args.get("said", ""), ""),
    )  # fmt: skip


@blueprint.post("")
def add() -> Response:
    """Record one; what a rule refuses is said at its field."""
    form = Form(
        **{
            name: request.form.get(name, "").strip()[:200]
            for name in ("person", "first", "last", "kind", "deputy", "note")
        }
    )
    try:
        with writing() as view:
            person_id = person_named(view, form.person, "person")
            first, last = parse_day(form.first), parse_day(form.last)
            if person_id is None:
                raise Refused(phrase("say who is away"), field="person")
            if first is None or last is None:
                raise Refused(phrase("choose both days"), field="first" if first is None else "last")
            if last < first:
                raise Refused(phrase("choose the last day; it is not before the first"), field="last")
            add_absence(
                view.session, view.live, person_id=person_id, from_on=first, until_on=last + timedelta(days=1),
                kind=form.kind if form.kind in KINDS else "other", deputy_id=person_named(view, form.deputy, "deputy"),
                remark=form.note, by=g.viewer.person_id, now=view.now,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, form, _at_fields(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("absences.page", said="added"), 303)


def _at_fields(view: View, refused: Refused) -> tuple[Fault, ...]:
    """The form asks for the last day away where the rule speaks of the first day back."""
    return tuple(
        replace(each, field="last") if each.field == "until" else each for each in faults_of(view, refused)
    )


@blueprint.post("/<int:absence_id>/end")
def end(absence_id: int) -> Response:
    """The person is back today, or does not go."""
    try:
        with writing() as view:
            end_absence(
                view.session, view.live, absence_id=absence_id, until_on=view.today, by=g.viewer.person_id, now=view.now
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, Form(), faults_of(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("absences.page", said="ended"), 303)
