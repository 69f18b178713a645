"""The pages as one Flask application. It holds no state: everything is read from the database at each request."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, make_response, request
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from schedules.errors import NotFound
from worker.api import serve
from worker.bootstrap import Runtime
from worker.web import asked, own, pace, phone, security, signin, wire
from worker.web.blueprints import BLUEPRINTS
from worker.web.frame import bare_page
from worker.web.own_path import own_path
from worker.web.site import View, notice, reading, runtime

log = logging.getLogger(__name__)


def create_app(run: Runtime) -> Flask:
    """Build the application for one runtime."""
    app = Flask("worker.web")
    app.extensions["duban"] = run
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    asked.install(app)
    security.install(app, run.settings)
    pace.install(app)  # after the check of forms, which tells whether what was typed may be shown again
    wire.install(app)
    phone.install(app, secure=run.settings.base_url.startswith("https://"))
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.url_defaults(_keep_language)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Exception, _failed)
    return app


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links of a page that was asked for in a language lead to pages in it."""
    if endpoint != "static" and not serve.asked_for(request.path) and "lang" in request.args:
        values.setdefault("lang", request.args["lang"][:8])


# ── what goes wrong ───────────────────────────────────────────
def _refused(error: HTTPException) -> Response:
    """One page for each way a request can be refused; programs get a problem."""
    if serve.asked_for(request.path):
        return serve.refuse(error)
    code = error.code or 500
    if request.endpoint in ("static", "health.healthz", "metrics.metrics"):
        return make_response(error.name, code)
    g.setdefault("viewer", None)
    with reading() as view:
        d = view.d
        match code:
            case 400:
                if own.asks_by_phone() and phone.known(view) is None:
                    return phone.who_page(view)
                if g.get("ours") and _asks_who() and security.signed_in(view) is None:
                    return signin.asking(view, status=401, kept=True)
                heading, sentence = (
                    d._("This page was open too long"),
                    d._("Nothing was handed in yet. Check it once more and hand it in again."),
                )
            case 401:
                return signin.asking(view, to=_wanted(), status=401, kept=request.method == "POST")
            case 403:
                heading, sentence = _not_yours(view)
            case 413:
                heading, sentence = (
                    d._("That was too much at once"),
                    d._(
                        "One file may have 10 MB, all together 64 MB. Hand in the words first, then add large photos one after another."
                    ),
                )
            case 404 | 405:
                heading, sentence = (
                    d._("There is no such page"),
                    d._("Perhaps the address is not complete. Open it once more from the message."),
                )
            case _:
                return _failed(error)
        return notice(view, heading, sentence, status=code)


def _asks_who() -> bool:
    """Whether the page is one that only signed-in readers get."""
    guards = current_app.before_request_funcs.get(request.blueprint, ())
    return any(each in security.GUARDS for each in guards)


def _wanted() -> str:
    """Where a reader goes on after signing in: the page that was asked for, or the one whose form was handed in."""
    if request.method in security.SAFE:
        return own_path(request.full_path.rstrip("?"))
    return ""


def _not_yours(view: View) -> tuple[Markup, Markup]:
    """Why a page is closed to whoever is signed in."""
    viewer = g.viewer
    if viewer is not None and not viewer.acts:
        return (
            view.d._("This is not for inspectors"),
            view.d._("An inspector reads and changes nothing; messages and what is done at the desk are not part of it."),
        )  # fmt: skip
    return view.d._("This page is for the clerk"), view.d._("Whoever needs it asks the contact below.")


def _not_found(error: NotFound) -> Response:
    """Something a rule looked for is not there; before the first `duban apply` that is the office itself."""
    if serve.asked_for(request.path):
        return serve.refuse(error)
    g.setdefault("viewer", None)
    try:
        with reading() as view:
            return notice(view, view.d._("There is no such page"), view.d.words(error.what), status=404)
    except NotFound:
        return make_response(bare_page(runtime(), error.what), 503)


def _failed(error: Exception) -> Response:
    """A fault of ours: a neutral page with a number; the log has the number, the place and the traceback, never the address."""
    if serve.asked_for(request.path):
        return serve.refuse(error)
    reference = secrets.token_hex(3).upper()
    log.error("%s failed, reference %s", request.endpoint, reference, exc_info=error)
    g.setdefault("viewer", None)
    try:
        with reading() as view:
            heading = view.d._("That did not work just now")
            sentence = view.d._(
                "Wait a minute and try once more. If it still fails, tell the contact below the number {number}.",
                number=reference,
            )
            return notice(view, heading, sentence, status=500)
    except (SQLAlchemyError, NotFound):
        return make_response(bare_page(runtime(), reference=reference), 503)
