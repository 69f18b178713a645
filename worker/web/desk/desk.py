"""The clerk's page: what is to be done today, what is at hand for it, and the acts of release and approval."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.obligations import FileRow
from models.queries import pages_ledger
from models.queries.gatherings import to_be_held
from schedules.errors import Refused
from schedules.words import phrase
from tasks.delivery.release import release
from tasks.duties.approve import approve, give_back
from tasks.duties.credit import approve_credit, return_credit
from worker.web import downloads
from worker.web.asked import row_number
from worker.web.desk import registers
from worker.web.desk.desk_today import LAST_PAGE, LISTS, draft_of, one_list, today
from worker.web.desk.hold_form import Waiting, hold_form
from worker.web.paging import asked_page, beside
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
    at = asked_page(LAST_PAGE)
    with reading() as view:
        found = one_list(view, what, at)
        return render(
            view, "desk_all.html", here="desk", what=what, found=found, said="", faults=(), start_on=view.live.start_on,
            **beside("desk.everything", at, more=bool(found.rest) and at < LAST_PAGE, what=what),
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
                    view.session, view.live, message_id=row_number(number), by=g.viewer.person_id,
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
def hold(message_id: int) -> Response | AnyResponse:
    """Ask for the reason, then do not send it."""

    def find(view: View) -> Waiting | None:
        line = pages_ledger.message(view.session, message_id, pages_ledger.Filter())
        if line is None or line.message.state != "held":
            return None
        text = draft_of(view, line)
        return Waiting(text["to"], text["parts"])

    return hold_form(
        message_id, find=find, question=phrase("Do not send it?"), button=phrase("Do not send"),
        then=url_for("desk.desk", said="held"),
    )  # fmt: skip


# ── approval ──────────────────────────────────────────────────
@blueprint.post("/approve/<int:obligation_id>")
def approval(obligation_id: int) -> str | Response | AnyResponse:
    """Agree that a duty is done, or give it back with a reason."""
    return _verdict(approve, give_back, obligation_id=obligation_id)


@blueprint.post("/credit/<int:credit_id>")
def credit(credit_id: int) -> str | Response | AnyResponse:
    """Count hours, or give them back with a reason."""
    return _verdict(approve_credit, return_credit, credit_id=credit_id)


def _verdict(
    yes: Callable[..., object], no: Callable[..., object], **which: int
) -> str | Response | AnyResponse:
    agreed = request.form.get("verdict") == "approve"
    try:
        with writing() as view:
            given: dict[str, Any] = {**which, "by": g.viewer.person_id, "now": view.now}
            if agreed:
                yes(view.session, view.live, **given)
            else:
                no(view.session, view.live, **given, reason=request.form.get("reason", "").strip()[:200])
    except Refused as refused:
        with reading() as view:
            return make_response(_desk(view, (fault(view, refused),)), 422)
    runtime().nudger.nudge()
    return back("approved" if agreed else "returned")


@blueprint.get("/file/<int:file_id>")
def file(file_id: int) -> Response:
    """An evidence file, to be saved and never shown inside a page."""
    with reading() as view:
        return downloads.stored(view.session.get(FileRow, file_id))
