"""The clerk's page: what waits for release, record, approval; what was before the start; who was not reached."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import FileRow
from models.queries import pages, pages_ledger, pages_record
from models.queries.devices import unbound
from models.queries.pages import DutyRow
from schedules.errors import Refused
from tasks.approve import approve, give_back
from tasks.credit import approve_credit, return_credit
from tasks.devices import REMEMBERED
from tasks.paper import count as paper_count
from tasks.release import draft, hold_back, release
from tasks.silences import silences
from worker.clock import machine_now
from worker.web import hours, registers, uploads
from worker.web.duty_view import approver_of, duty, schedule_of, title_of
from worker.web.outbox import Message, shown
from worker.web.receipt import record_facts
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
SAID = ("released", "held", "approved", "returned", "recorded", "waived", "done")


@blueprint.get("")
def desk() -> str:
    """Everything that waits for the clerk."""
    with reading() as view:
        return _desk(view)


def _desk(view: View, faults: tuple[Fault, ...] = ()) -> str:
    sessions = pages.sessions_to_record(view.session, now=view.now)
    drafts = [_draft(view, line) for line in pages_ledger.held(view.session)]
    approvals = _approvals(view)
    sent, failed = pages_ledger.lately(view.session, since=view.now - timedelta(days=1))
    history = pages.history(view.session)
    on_paper = paper_count(view.session, view.live, now=view.now)
    waiting = (
        on_paper + len(drafts) + len(sessions) + len(history) + sum(1 for one in approvals if one["may"])
    )
    heading = (
        view.d.ngettext("{name}, 1 thing waits for you", "{name}, {n} things wait for you", waiting, name=g.viewer.name)
        if waiting else view.d._("{name}, nothing waits for you", name=g.viewer.name)
    )  # fmt: skip
    return render(
        view, "desk.html", here="desk", heading=heading, sent=sent, failed_count=failed, said=_said(view), faults=faults, drafts=drafts,
        sessions=[duty(view, row) for row in sessions], books=registers.books(view), approvals=approvals, start_on=view.live.start_on,
        recorded_sessions=[duty(view, row) for row in pages.sessions_recorded(view.session)],
        silences=silences(view.session, view.live, today=view.today), on_paper=on_paper,
        unbound=unbound(view.session, today=view.today, since=machine_now() - REMEMBERED),
        history=[duty(view, row) for row in history], unreachable=pages.unreachable(view.session),
        failed=[shown(view, line) for line in pages_ledger.troubled(view.session, since=view.now - timedelta(days=14))],
    )  # fmt: skip


def _said(view: View) -> str:
    """What has just happened, after a redirect."""
    words = {
        "released": view.d._("Released. It goes out at its time."), "held": view.d._("It will not be sent."),
        "approved": view.d._("Approved."), "returned": view.d._("Given back with the reason."),
        "recorded": view.d._("The session is recorded."), "waived": view.d._("Waived. Nobody is reminded of it any more."),
        "done": view.d._("Recorded. The person will not be reminded again."), "late": view.d._("The reason is kept."),
        "extend": view.d._("The longer term is asked for; it counts once it is granted."),
        "transfer": view.d._("Handed over. Whoever owes it now is told."), "move": view.d._("Moved to the new day."),
        "skip": view.d._("It does not take place this time."), "stop": view.d._("The clock stands still."),
        "resume": view.d._("The clock runs again."), "undo": view.d._("Taken back; it is open again."),
    }  # fmt: skip
    return words.get(request.args.get("said", ""), "")


def back(said: str) -> AnyResponse:
    """To the desk, saying what has just happened."""
    return redirect(url_for("desk.desk", said=said), 303)


# ── release ───────────────────────────────────────────────────
def _draft(view: View, line: pages_ledger.MessageLine) -> dict[str, Any]:
    """A held message exactly as it will be sent, and the digest of what is shown."""
    found = draft(view.session, view.live, runtime().texts, message_id=line.message.id, now=view.now)
    text: Message = shown(view, line, title=found.title, body=found.body)
    return {"id": text.id, "to": text.to, "unit": text.unit, "send_at": text.send_at, "title": text.title, "parts": text.parts,
            "digest": found.digest}  # fmt: skip


@blueprint.post("/release")
def release_messages() -> str | Response | AnyResponse:
    """Release what was shown, each message by its number and digest; what has changed since is shown again first."""
    refusals: list[Refused] = []
    for one in request.form.getlist("draft")[:200]:
        number, _, digest = one.partition(":")
        try:
            with writing() as view:
                release(
                    view.session, view.live, message_id=int(number) if number.isdecimal() else 0, by=g.viewer.person_id,
                    shown_digest=digest[:64], now=view.now, texts=runtime().texts,
                )  # fmt: skip
        except Refused as refused:
            refusals.append(refused)
    runtime().nudger.nudge()
    if refusals:
        with reading() as view:
            return make_response(_desk(view, tuple(fault(view, refused) for refused in refusals[:5])), 409)
    return back("released")


@blueprint.route("/hold/<int:message_id>", methods=["GET", "POST"])
def hold(message_id: int) -> str | Response | AnyResponse:
    """Ask for the reason, then do not send it."""
    faults: tuple[Fault, ...] = ()
    reason = request.form.get("reason", "").strip()[:200]
    if request.method == "POST":
        try:
            with writing() as view:
                hold_back(
                    view.session, message_id=message_id, by=g.viewer.person_id, reason=reason, now=view.now
                )
            return back("held")
        except Refused as refused:
            with reading() as view:
                faults = (fault(view, refused),)
    with reading() as view:
        line = pages_ledger.message(view.session, message_id, pages_ledger.Filter())
        if line is None or line.message.state != "held":
            abort(404)
        text = _draft(view, line)
        page = render(
            view, "hold.html", here="desk", heading=view.d._("Do not send it?"), sentence=view.d._("To {who}", who=text["to"]),
            parts=text["parts"], reason=reason, faults=faults, action=url_for("desk.hold", message_id=message_id),
            button=view.d._("Do not send"),
        )  # fmt: skip
        return make_response(page, 422 if faults else 200)


# ── approval ──────────────────────────────────────────────────
def _approvals(view: View) -> list[dict[str, Any]]:
    """Confirmations and hours that wait for somebody's yes; the button only for those who may."""
    found = [
        _approval(view, row, approver_of(schedule_of(view, row), row.obligation.part))
        for row in pages.submitted(view.session)
    ]
    for credit, row in pages.submitted_credits(view.session):
        facts = [*hours.facts(view, credit)]
        if credit.file_id is not None:
            facts.append(
                (
                    view.d.gettext("Proof"),
                    view.d.link(url_for("desk.file", file_id=credit.file_id), view.d.gettext("open")),
                )
            )
        found.append(
            _entry(
                view,
                row,
                "credit",
                credit.id,
                approver_of(schedule_of(view, row), row.obligation.part),
                facts,
                url_for("desk.credit", credit_id=credit.id),
            )
        )
    return found


def _approval(view: View, row: DutyRow, approver: str | None) -> dict[str, Any]:
    facts = [*record_facts(view, row)]
    record = pages_record.record(view.session, row.obligation.id)
    for file in (file for files in (record.files if record else {}).values() for file in files):
        facts.append((view.d.gettext("File"), view.d.link(url_for("desk.file", file_id=file.id), file.name)))
    action = url_for("desk.approval", obligation_id=row.obligation.id)
    return _entry(view, row, "duty", row.obligation.id, approver, facts, action)


def _entry(
    view: View,
    row: DutyRow,
    kind: str,
    identity: int,
    role: str | None,
    facts: list[tuple[str, str]],
    action: str,
) -> dict[str, Any]:
    known = view.live.office.file.roles.get(role) if role else None
    return {
        "kind": kind, "id": identity, "title": title_of(view, row), "who": row.party.title, "facts": facts, "action": action,
        "may": role is None or role in g.viewer.roles or g.viewer.clerk, "approver": known.title if known else (role or ""),
    }  # fmt: skip


def _verdict(act: Any) -> str | Response | AnyResponse:
    try:
        with writing() as view:
            agreed = request.form.get("verdict") == "approve"
            act(view, agreed, request.form.get("reason", "").strip()[:200])
    except Refused as refused:
        with reading() as view:
            return make_response(_desk(view, (fault(view, refused),)), 422)
    runtime().nudger.nudge()
    return back("approved" if agreed else "returned")


@blueprint.post("/approve/<int:obligation_id>")
def approval(obligation_id: int) -> str | Response | AnyResponse:
    """Agree that a duty is done, or give it back with a reason."""

    def act(view: View, agreed: bool, reason: str) -> None:  # noqa: FBT001
        if agreed:
            approve(view.session, view.live, obligation_id=obligation_id, by=g.viewer.person_id, now=view.now)
        else:
            give_back(
                view.session,
                view.live,
                obligation_id=obligation_id,
                by=g.viewer.person_id,
                reason=reason,
                now=view.now,
            )

    return _verdict(act)


@blueprint.post("/credit/<int:credit_id>")
def credit(credit_id: int) -> str | Response | AnyResponse:
    """Count hours, or give them back with a reason."""

    def act(view: View, agreed: bool, reason: str) -> None:  # noqa: FBT001
        if agreed:
            approve_credit(view.session, view.live, credit_id=credit_id, by=g.viewer.person_id, now=view.now)
        else:
            return_credit(
                view.session,
                view.live,
                credit_id=credit_id,
                by=g.viewer.person_id,
                reason=reason,
                now=view.now,
            )

    return _verdict(act)


@blueprint.get("/file/<int:file_id>")
def file(file_id: int) -> Response:
    """An evidence file, to be saved and never shown inside a page."""
    with reading() as view:
        row = view.session.get(FileRow, file_id)
        if row is None:
            abort(404)
        path = uploads.path_of(runtime().settings.data, row.sha256)
        if not path.is_file():
            abort(404)
        return send_file(
            path, mimetype=row.media_type, as_attachment=True, download_name=row.name, etag=False, max_age=0
        )
