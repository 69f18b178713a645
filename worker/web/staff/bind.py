"""A slip is scanned: `/bind/…` asks "is that you?" and binds the phone once. And `/who`: a link for a phone that nobody knows.

GET only reads. Whoever holds the slip counts as its person, which is why the page names the person first.
"""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models.people import PersonRow, UnitRow
from schedules.errors import Refused
from tasks.roster.devices import How, SlipState, bind, look_at
from tasks.roster.sign_in import send_link
from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web.link import bad_link
from worker.web.own import MINE, secret
from worker.web.phone import Known, known, new_secret, remember, who_page
from worker.web.sessions.hall_cookies import seat
from worker.web.site import View, notice, reading, render, runtime, writing

blueprint = Blueprint("bind", __name__)
Answer = str | Response | AnyResponse


@blueprint.get("/bind/<token>")
def page(token: str) -> Answer:
    """Ask whether the reader is the person of the slip, or say why it binds no phone."""
    with reading() as view:
        return _page(view, token)


def _page(view: View, token: str) -> Answer:
    try:
        slip_id, how = runtime().tokens.read_bind(token)
    except BadToken:
        return bad_link(view)
    state, person = look_at(view.session, slip_id, how, today=view.today, machine_now=machine_now())
    if person is None or state == "left":
        return bad_link(view)
    view, phone = view.for_reader(person), known(view)
    if state != "fresh":
        return _spent(view, state, how, person, phone)
    unit = view.session.get_one(UnitRow, person.unit_id).title if person.unit_id is not None else ""
    was = phone.person.name if phone and phone.person.id != person.id else ""
    return render(
        view, "bind.html", name=person.name, unit=unit, was=was, action=url_for("bind.confirm", token=token)
    )


def _spent(view: View, state: SlipState, how: How, person: PersonRow, phone: Known | None) -> Answer:
    """What to do with a slip that binds no phone any more; on the very phone it bound it leads on."""
    if state == "used" and phone is not None and phone.person.id == person.id:
        return redirect(url_for("mine.me_page", token=MINE), 303)
    if how == "chat":
        return notice(
            view, view.d._("This sign-in link is used up"),
            view.d._("It binds one phone, once, within 24 hours. Ask for a new one; if somebody else used it, tell the contact below."),
            link=url_for("mine.me_page", token=MINE), link_text=view.d._("Ask for a new link"), status=410,
        )  # fmt: skip
    if state == "used":
        heading = view.d._("This slip is used up")
        sentence = view.d._(
            "It has bound a phone already. If that was not yours, tell the contact below at once; for another phone ask for a new slip."
        )
    else:
        heading = view.d._("This slip is not valid any more")
        sentence = view.d._(
            "There is a newer one, or it is older than 60 days. Ask the contact below for a new slip."
        )
    return notice(view, heading, sentence, status=410)


@blueprint.post("/bind/<token>")
def confirm(token: str) -> Answer:
    """Bind this phone and go to the person's duties, or back to the check-in that it was scanned for."""
    kept = new_secret()
    try:
        slip_id, how = runtime().tokens.read_bind(token)
        with writing() as view:
            bind(
                view.session, slip_id=slip_id, how=how, secret=kept, replaces=secret(), today=view.today, now=view.now,
                machine_now=machine_now(),
            )  # fmt: skip
    except (BadToken, Refused):
        return page(token)
    scanned = seat() is not None
    to = url_for("scan.page", token=MINE) if scanned else url_for("mine.me_page", token=MINE, said="bound")
    answer = redirect(to, 303)
    remember(answer, kept)
    return answer


@blueprint.post("/who")
def ask() -> Answer:
    """Send a link to the person whose id or number was typed, if there is one; the answer is always the same."""
    with writing() as view:
        send_link(
            view.session, view.live, runtime().cipher, typed=request.form.get("who", "")[:40], now=view.now, machine_now=machine_now()
        )  # fmt: skip
    runtime().nudger.nudge()
    with reading() as view:
        return who_page(view, asked=True)


@blueprint.get("/d/<int:obligation_id>")
def duty(obligation_id: int) -> Answer:
    """One duty by its number, for whoever holds the phone: an address that may stand anywhere."""
    with reading() as view:
        if known(view) is None:
            return who_page(view)
    return redirect(url_for("personal.confirm_page", token=f"{MINE}-{obligation_id}"), 302)
