"""The desk's page of silences: those that run, and a form for a new one."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, make_response, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from models.schedules import ScheduleRow
from schedules.errors import Refused
from schedules.words import phrase
from tasks.roster.silences import LONGEST, add_silence, end_silence, silences
from worker.web.duties.evidence_form import parse_day
from worker.web.duties.named import person_named
from worker.web.security import require_clerk
from worker.web.site import Fault, View, faults_of, reading, render, runtime, writing

blueprint = Blueprint("silences", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed."""

    schedule: str = ""
    person: str = ""
    until: str = ""
    reason: str = ""


@blueprint.get("/silences")
def page() -> str:
    """What is silent, and the form."""
    with reading() as view:
        return _page(view, Form())


def _page(view: View, form: Form, faults: tuple[Fault, ...] = ()) -> str:
    return render(
        view, "silences.html", here="desk", form=form, faults=faults, silences=silences(view.session, view.live, today=view.today),
        schedules=_schedules(view), first=view.today.isoformat(), last=(view.today + LONGEST).isoformat(), said=_said(view),
    )  # fmt: skip


def _schedules(view: View) -> list[tuple[str, str]]:
    """Id and title of what may be silenced."""
    live = set(view.session.scalars(select(ScheduleRow.key).where(ScheduleRow.removed_at.is_(None))))
    return [(each.id, each.title) for each in view.live.office.schedules if each.id in live]


def _said(view: View) -> str:
    """What has just happened, after a redirect; of a silence that covers obligatory schedules their titles."""
    words = {
        "begun": view.d.gettext("It is silent from now on. It stands in the summaries until it ends."),
        "obligatory": view.d.gettext(
            "It is silent from now on. It covers what the office must remind of; tell those concerned in person."
        ),
        "ended": view.d.gettext("It has ended. Reminders go out again."),
    }
    return words.get(request.args.get("said", ""), "")


@blueprint.post("/silences")
def begin() -> str | Response | AnyResponse:
    """Begin one; what a rule refuses is said beside the field."""
    form = Form(
        *(request.form.get(name, "").strip()[:400] for name in ("schedule", "person", "until", "reason"))
    )
    try:
        with writing() as view:
            until = parse_day(form.until)
            if until is None:
                raise Refused(phrase("say until which day"), field="until")
            added = add_silence(
                view.session, view.live, schedule=form.schedule or None, person_id=person_named(view, form.person, "person"), until=until,
                reason=form.reason, by=g.viewer.person_id, now=view.now,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, form, faults_of(view, refused)), 422)
    return redirect(url_for("silences.page", said="obligatory" if added.obligatory else "begun"), 303)


@blueprint.post("/silences/<int:silence_id>/end")
def end(silence_id: int) -> str | Response | AnyResponse:
    """End one before its day."""
    try:
        with writing() as view:
            end_silence(view.session, view.live, silence_id=silence_id, by=g.viewer.person_id, now=view.now)
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, Form(), faults_of(view, refused)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("silences.page", said="ended"), 303)
