"""For others: record a duty in its owner's name, record a session, take a record back."""

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from models.queries import pages, pages_record
from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.duties.confirm import confirm
from tasks.duties.undo import undo
from worker.web.desk.desk import to_duty
from worker.web.duties import children_form, evidence_form, hours
from worker.web.duties.duty_view import duty, fields_of, form_kind, schedule_of
from worker.web.duties.evidence_form import Form
from worker.web.duties.figures import figures, nothing_to_fill
from worker.web.duties.receipt import record_facts
from worker.web.security import require_clerk
from worker.web.sessions import attendance
from worker.web.sessions.host import Host
from worker.web.site import Fault, View, fault, faults_of, reading, render, runtime, writing
from worker.web.staff.personal import instruction

blueprint = Blueprint("duty", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
OPEN = ("open", "history")


def _row(view: View, obligation_id: int) -> DutyRow:
    row = pages.duty(view.session, obligation_id)
    if row is None:
        abort(404)
    return row


@blueprint.route("/session/<int:obligation_id>", methods=["GET", "POST"])
def session(obligation_id: int) -> str | Response:
    """Record who was not there."""
    host = Host(g.viewer.person_id, "desk", obligation_id)
    with reading() as view:
        row = _row(view, obligation_id)
        if row.obligation.part != "record":
            abort(404)
        if request.method == "GET":
            return attendance.page(view, row, host)
    return attendance.post(host, obligation_id, done=url_for("desk.desk", said="recorded"))


@blueprint.route("/duty/<int:obligation_id>", methods=["GET", "POST"])
def page(obligation_id: int) -> str | Response:
    """The same form as on the person's phone; the record names the clerk."""
    with reading() as view:
        row = _row(view, obligation_id)
        kind = form_kind(schedule_of(view, row), row.obligation.part)
        if kind == "record":
            return redirect(url_for("duty.session", obligation_id=obligation_id), 303)
        if request.method == "GET":
            return _page(view, row)
    if kind == "hours":
        here = url_for("duty.page", obligation_id=obligation_id)
        return hours.post(
            obligation_id, by=g.viewer.person_id, how="desk", done=here,
            again=lambda view, form, faults: _hours(view, _row(view, obligation_id), form, faults),
        )  # fmt: skip
    return _confirm(obligation_id)


def _page(view: View, row: DutyRow, form: Form | None = None, faults: tuple[Fault, ...] = ()) -> str:
    here = url_for("duty.page", obligation_id=row.obligation.id)
    kind = form_kind(schedule_of(view, row), row.obligation.part)
    if kind == "hours":
        return _hours(view, row, None, faults)
    if row.obligation.state in ("done", "submitted") and kind != "figures":
        shown = duty(view, row)
        return render(
            view, "receipt.html", here="desk", heading=view.d._("It is done") if shown.state == "done" else view.d._("Handed in"),
            sentence=view.d._("{title}, {who}: {outcome}.", title=shown.name, who=shown.who, outcome=shown.outcome),
            facts=record_facts(view, row), faults=faults, others=[], back=url_for("desk.desk"), me_link="",
            undo_action=url_for("duty.take_back", obligation_id=row.obligation.id),
        )  # fmt: skip
    fields = fields_of(view, row)
    usable = row.obligation.state in OPEN and kind not in ("later", "figures")
    form = (form or evidence_form.blank(view, fields)) if usable else None
    what = instruction(view, row, form) if form else nothing_to_fill(view, row)
    return render(
        view, "confirm.html", children=children_form.again(view, row, fillable=form is not None),
        here="desk", duty=duty(view, row, detailed=True), form=form, faults=faults or (form.faults if form else ()),
        figures=figures(view, row), given_back=pages_record.given_back(view.session, row.obligation.id),
        what_to_do=what, action=here, reader=g.viewer.name, personal=False, me_link="", can_explain=False,
    )  # fmt: skip


def _hours(view: View, row: DutyRow, form: hours.HoursForm | None, faults: tuple[Fault, ...]) -> str:
    here = url_for("duty.page", obligation_id=row.obligation.id)
    return hours.page(
        view, row, action=here, me_link="", reader=row.party.title, form=form, faults=faults, personal=False
    )


def _confirm(obligation_id: int) -> Response:
    form: Form | None = None
    try:
        with writing() as view:
            row = _row(view, obligation_id)
            if row.obligation.state not in OPEN:
                return redirect(url_for("duty.page", obligation_id=obligation_id), 303)
            form = evidence_form.posted(view, fields_of(view, row))
            children, wrong = children_form.entries(view, children_form.posted())
            form = evidence_form.with_faults(form, wrong)
            if form.faults:
                return make_response(_page(view, row, form), 422)
            confirm(
                view.session, view.live, obligation_id=obligation_id, by=g.viewer.person_id, done_on=form.day, evidence=form.values(),
                files=form.files(view.session), note=form.note or None, how="desk", now=view.now, children=children,
            )  # fmt: skip
    except Refused as refused:
        with reading() as view:
            found = faults_of(view, refused)
            form = evidence_form.with_faults(form, found) if form else None
            return make_response(_page(view, _row(view, obligation_id), form, () if form else found), 422)
    runtime().nudger.nudge()
    return to_duty(obligation_id, "done")


@blueprint.post("/duty/<int:obligation_id>/undo")
def take_back(obligation_id: int) -> Response:
    """Undo a record; the ladder goes on from where it stands."""
    try:
        with writing() as view:
            reason = request.form.get("reason", "").strip()[:200] or view.d.gettext("filled in wrongly")
            undo(
                view.session,
                view.live,
                obligation_id=obligation_id,
                by=g.viewer.person_id,
                reason=reason,
                now=view.now,
            )
    except Refused as refused:
        with reading() as view:
            return make_response(_page(view, _row(view, obligation_id), None, (fault(view, refused),)), 422)
    runtime().nudger.nudge()
    return redirect(url_for("duty.page", obligation_id=obligation_id), 303)
