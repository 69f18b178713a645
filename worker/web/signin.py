"""Signing in to supervisors' pages: `/signin` sends a link to whoever types a number, `/signin/…` is that link, `/signout` ends it.

A link works once, and only its button uses it up: robots that preview messages fetch addresses and press nothing. GET only reads.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from tasks.audit import note
from tasks.roster.sign_in import offered, send_link
from tasks.roster.spent_links import spend, spent
from worker.clock import machine_now
from worker.tokens import BadToken, SignInLink
from worker.web import resend, security
from worker.web.own_path import own_path
from worker.web.phone import known
from worker.web.site import View, notice, reading, render, runtime, writing
from worker.web.viewer import Viewer

blueprint = Blueprint("signin", __name__)
Answer = str | Response | AnyResponse


@dataclass(frozen=True, slots=True)
class Arrival:
    """A link that may be used: whose, and as which reader."""

    link: SignInLink
    viewer: Viewer


# ── asking for a link ─────────────────────────────────────────
@blueprint.get("/signin")
def ask() -> Answer:
    """Where a supervisor types who he is; whoever is known already goes on."""
    with reading() as view:
        viewer = security.signed_in(view)
        if viewer is not None and request.args.get("said") != "out":
            return redirect(own_path(request.args.get("to")) or home_of(viewer), 303)
        return asking(view, to=own_path(request.args.get("to")))


@blueprint.post("/signin")
def send() -> Answer:
    """Send a link through the channel that is the person's own, if there is such a person; the answer is always the same."""
    to = own_path(request.form.get("to"))
    with writing() as view:
        send_link(
            view.session, view.live, runtime().cipher, typed=request.form.get("who", "")[:40], now=view.now,
            machine_now=machine_now(), pages=True, to=to,
        )  # fmt: skip
    runtime().nudger.nudge()
    with reading() as view:
        return asking(view, to=to, asked=True)


def asking(
    view: View, *, to: str = "", asked: bool = False, status: int = 200, kept: bool = False
) -> Response:
    """The page; `kept`: what was just typed elsewhere is still in the page before."""
    phone = known(view)
    reader = security.viewer_of(view, "person", phone.person.id) if phone else None
    page = render(
        view, "signin.html", by_chat=offered(view.live), level=view.live.office.file.reach.level, to=to, asked=asked, kept=kept,
        out=request.args.get("said") == "out", phone=phone.person.name if phone else "", again=resend.again(status) if kept else None,
        clerk_key=reader.key if reader is not None and reader.clerk else "",
    )  # fmt: skip
    return make_response(page, status)


# ── the link ──────────────────────────────────────────────────
@blueprint.get("/signin/<token>")
def page(token: str) -> Answer:
    """Ask whether the reader is the one whom the link names."""
    with reading() as view:
        found = _arrival(view, token)
        if not isinstance(found, Arrival):
            return found
        action = url_for("signin.begin", token=token, to=own_path(request.args.get("to")) or None)
        return render(view, "signin_link.html", name=found.viewer.name, kind=found.viewer.kind, action=action)


@blueprint.post("/signin/<token>")
def begin(token: str) -> Answer:
    """Use the link up and begin the session."""
    with writing() as view:
        found = _arrival(view, token)
        if not isinstance(found, Arrival):
            return found
        if not spend(view.session, found.link.once, machine_now=machine_now()):
            return _used(view)
        viewer = found.viewer
        subject = "inspector" if viewer.inspector_id is not None else "person"
        note(
            view.session, actor=viewer.actor, act="sign-in", subject_kind=subject, subject_id=found.link.id, at=view.now
        )  # fmt: skip
    security.sign_in(found.link.who, found.link.id)
    return redirect(own_path(request.args.get("to")) or home_of(viewer), 303)


def _arrival(view: View, token: str) -> Arrival | Answer:
    """What a link is good for, or the page that says why it is good for nothing."""
    try:
        link = runtime().tokens.read_sign_in(token, machine_now())
    except BadToken:
        return _nothing(view)
    viewer = security.viewer_of(view, link.who, link.id)
    if viewer is None:
        return _nothing(view)
    if not spent(view.session, link.once):
        return Arrival(link, viewer)
    here = security.signed_in(view)
    if here is not None and here.actor == viewer.actor:  # the same reader opens the message once more
        return redirect(own_path(request.args.get("to")) or home_of(viewer), 303)
    return _used(view)


def _used(view: View) -> Response:
    return notice(
        view, view.d._("This sign-in link is used up"),
        view.d._("It works once, within 24 hours. If it was not you who used it, tell the contact below at once."),
        link=url_for("signin.ask"), link_text=view.d._("Ask for a new link"), status=410,
    )  # fmt: skip


def _nothing(view: View) -> Response:
    """One answer for links that are forged, too old, or of somebody who has no business here any more."""
    return notice(
        view, view.d._("This link does not sign in"),
        view.d._("It is too old, or part of it is missing. These pages are for those who answer for a unit, and for the clerk."),
        link=url_for("signin.ask"), link_text=view.d._("Ask for a new link"), status=401,
    )  # fmt: skip


def home_of(viewer: Viewer) -> str:
    """Where a reader begins."""
    homes = {"clerk": "desk.desk", "inspector": "inspect.page"}
    return url_for(homes.get(viewer.kind, "board.board"))


# ── the end of it ─────────────────────────────────────────────
@blueprint.post("/signout")
def end() -> Answer:
    """End the session and say so."""
    security.sign_out()
    return redirect(url_for("signin.ask", said="out"), 303)
