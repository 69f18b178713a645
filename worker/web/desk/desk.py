"""The clerk's page: what is to be done today, what is at hand for it, and the acts of release and approval."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import FileRow
from models.queries import pages_ledger
from models.queries.gatherings import to_be_held
from schedules.errors import Refused
from tasks.delivery.release import hold_back, release
from tasks.duties.approve import approve, give_back
from tasks.duties.credit import approve_credit, return_credit
from worker.web import downloads
from worker.web.desk import registers
from worker.web.desk.desk_today import LAST_PAGE, LISTS, draft_of, one_list, today
from worker.web.security import require_clerk
from worker.web.site import Fault, View, fault, reading, render, runtime, writing

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(require_clerk)
AHEAD = timedelta(days=8)  # gatherings that are announced


@blueprint.get("")
def desk() -> str:
    """Everything that waits for the clerk."""
    with reading() as view:
        return _desk(view)


def _desk(view: View, faults: tuple[Fault, ...] = ()) -> str:
    found = today(view)
    heading = (
        view.d.ngettext("{name}, 1 thing waits for you", "{name}, {n} things wait for you", found.waiting, name=g.viewer.name)
        if found.waiting else view.d._("{name}, nothing waits for you", name=g.viewer.name)
    )  # fmt: skip
    return render(
        view, "desk.html", here="desk", heading=heading, said=_said(view), faults=faults, today=found, books=registers.books(view),
        start_on=view.live.start_on, to_come=to_be_held(view.session, now=view.now, until=view.now + AHEAD),
    )  # fmt: skip


@blueprint.get("/all/<what>")
def everything(what: str) -> str:
    """The whole of a list that the desk shows the beginning of, a page at a time."""
    if what not in LISTS:
        abort(404)
    number = request.args.get("page", "")
    at = min(int(number), LAST_PAGE) if number.isdecimal() and number != "0" else 1
    with reading() as view:
        found = one_list(view, what, at)
        return render(
            view, "desk_all.html", here="desk", what=what, found=found, said="", faults=(), start_on=view.live.start_on,
            newer=url_for("desk.everything", what=what, page=at - 1) if at > 1 else "",
            older=url_for("desk.everything", what=what, page=at + 1) if found.rest and at < LAST_PAGE else "",
        )  # fmt: skip


def _said(view: View) -> str:
    """What has just happened, after a redirect."""
    words = {
        "released": view.d._("Released. It goes out at its time."), "held": view.d._("It will not be sent."),
        "reworded": view.d._("The words are changed. Read it once more and release it."), "same-words": view.d._("Nothing was changed."),
        "approved": view.d._("Approved."), "returned": view.d._("Given back with the reason."),
        "recorded": view.d._("The session is recorded."),
        "done": view.d._("Recorded. The person will not be reminded again."),
        "live": view.d._("The trial is over. Messages go to the people themselves."),
    }  # fmt: skip
    return words.get(request.args.get("said", ""), "")


def back(said: str) -> AnyResponse:
    """To the desk, saying what has just happened."""
    return redirect(url_for("desk.desk", said=said), 303)


def to_duty(obligation_id: int, said: str) -> AnyResponse:
    """To the page of the duty to which something has just been done, from where the list goes on."""
    return redirect(url_for("supervise.duty", obligation_id=obligation_id, said=said), 303)


# ── release ───────────────────────────────────────────────────
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
        text = draft_of(view, line)
        page = render(
            view, "hold.html", here="desk", heading=view.d._("Do not send it?"), sentence=view.d._("To {who}", who=text["to"]),
            parts=text["parts"], reason=reason, faults=faults, action=url_for("desk.hold", message_id=message_id),
            button=view.d._("Do not send"),
        )  # fmt: skip
        return make_response(page, 422 if faults else 200)


# ── approval ──────────────────────────────────────────────────
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
        return downloads.stored(view.session.get(FileRow, file_id))
