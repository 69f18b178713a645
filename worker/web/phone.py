"""The phone that asks: whose it is by the record, its cookie, and the page for a phone that nobody knows."""

import secrets
from dataclasses import dataclass

from flask import Flask, Response, g, make_response
from werkzeug.wrappers import Response as AnyResponse

from models.people import DeviceRow, PersonRow
from tasks.roster.devices import REMEMBERED, SEEN_EVERY, phone_of, seen
from tasks.roster.sign_in import offered
from worker.clock import machine_now
from worker.web import resend
from worker.web.own import cookie_name, secret
from worker.web.site import View, form_token, render, runtime, session_subject


@dataclass(frozen=True, slots=True)
class Known:
    """A phone that is remembered, and as whose."""

    device: DeviceRow
    person: PersonRow


def install(app: Flask, *, secure: bool) -> None:
    """Name the cookie, and let it be renewed by every answer to a phone that was there."""
    app.config["PHONE_COOKIE"] = "__Host-phone" if secure else "phone"
    app.after_request(_renew)


def known(view: View) -> Known | None:
    """Whose phone asks; None where the record knows none."""
    kept = secret()
    found = phone_of(view.session, kept, today=view.today, machine_now=machine_now()) if kept else None
    if found is None:
        return None
    device, person = found
    if machine_now() - device.seen_at >= SEEN_EVERY:
        g.phone_seen = device.id
    return Known(device, person)


def new_secret() -> str:
    """What a phone is given to keep: 256 random bits."""
    return secrets.token_urlsafe(32)


def remember(response: AnyResponse, kept: str) -> None:
    """Give the phone its cookie for 90 days."""
    response.set_cookie(
        cookie_name(), kept, max_age=REMEMBERED, path="/", secure=_secure(), httponly=True, samesite="Lax"
    )


def forget(response: AnyResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(cookie_name(), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _secure() -> bool:
    return runtime().settings.base_url.startswith("https://")


def _renew(response: Response) -> Response:
    """Once a day: note that the phone was there, and let its cookie live 90 days from now."""
    device_id, kept = g.pop("phone_seen", None), secret()
    if device_id is not None and kept is not None and response.status_code < 400:
        with runtime().db.writing.begin() as session:
            seen(session, device_id, machine_now=machine_now())
        remember(response, kept)
    return response


def who_page(view: View, *, asked: bool = False, scanned: bool = False) -> Response:
    """Ask a phone that nobody knows who it is; `asked`: somebody has just asked for a link; `scanned`: it comes from a check-in."""
    page = render(
        view, "who.html", by_chat=offered(view.live), asked=asked, scanned=scanned, again=None if asked else resend.again(401),
        who_csrf=form_token(session_subject()),
    )  # fmt: skip
    return make_response(page, 200 if asked else 401)
