"""The pages as one Flask application. It holds no state: everything is read from the database at each request."""

import logging
import secrets
from typing import Any

from flask import Flask, Response, g, make_response, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from schedules.errors import NotFound
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web import (
    absences,
    asked,
    bind,
    board,
    desk,
    desk_acts,
    desk_duty,
    desk_find,
    events,
    golive,
    health,
    imports,
    messages,
    mine,
    outbox,
    overseen,
    paper,
    personal,
    phone,
    prefer,
    reach,
    register_lists,
    registers,
    security,
    silences,
    slips,
    tick,
    timetable,
)
from worker.web.frame import bare_page
from worker.web.site import View, notice, reading, runtime

log = logging.getLogger(__name__)
LANDINGS = {"desk": "desk.desk", "outbox": "outbox.outbox", "board": "board.board"}


def create_app(run: Runtime) -> Flask:
    """Build the application for one runtime."""
    app = Flask("worker.web")
    app.extensions["duban"] = run
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    security.install(app, run.settings)
    phone.install(app, secure=run.settings.base_url.startswith("https://"))
    for blueprint in (
        personal.blueprint,
        mine.blueprint,
        prefer.blueprint,
        asked.blueprint,
        overseen.blueprint,
        bind.blueprint,
        slips.blueprint,
        silences.blueprint,
        paper.blueprint,
        board.blueprint,
        desk.blueprint,
        desk_duty.blueprint,
        desk_find.blueprint,
        desk_acts.blueprint,
        tick.blueprint,
        messages.blueprint,
        events.blueprint,
        absences.blueprint,
        timetable.blueprint,
        reach.blueprint,
        golive.blueprint,
        registers.blueprint,
        register_lists.blueprint,
        imports.blueprint,
        outbox.blueprint,
        health.blueprint,
    ):
        app.register_blueprint(blueprint)
    app.add_url_rule("/signin/<token>", view_func=sign_in, methods=["GET"])
    app.url_defaults(_keep_language)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Exception, _failed)
    return app


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """Links of a page that was asked for in a language lead to pages in it."""
    if endpoint != "static" and "lang" in request.args:
        values.setdefault("lang", request.args["lang"][:8])


def sign_in(token: str) -> Response | AnyResponse:
    """Begin a session for the person a sign-in link names. Nothing in the database changes."""
    with reading() as view:
        try:
            person_id = runtime().tokens.read_sign_in(token, machine_now())
        except BadToken:
            return _sign_in_notice(view)
        security.sign_in(person_id)
        viewer = security.signed_in(view)
    if viewer is None:
        security.sign_out()
        with reading() as view:
            return _sign_in_notice(view)
    landing = LANDINGS.get(request.args.get("to", ""), "desk.desk" if viewer.clerk else "board.board")
    return redirect(url_for(landing), 303)


def _sign_in_notice(view: View) -> Response:
    return notice(
        view, view.d._("Please sign in with a link"),
        view.d._("A sign-in link works for 24 hours, a session for 12. `duban up` prints one; the contact below can make another."),
        status=401,
    )  # fmt: skip


# ── what goes wrong ───────────────────────────────────────────
def _refused(error: HTTPException) -> Response:
    """One page for each way a request can be refused."""
    code = error.code or 500
    if request.endpoint in ("static", "health.healthz"):
        return make_response(error.name, code)
    g.setdefault("viewer", None)
    with reading() as view:
        d = view.d
        match code:
            case 400:
                heading, sentence = (
                    d._("This page was open too long"),
                    d._("Go back, load the page anew and hand it in once more."),
                )
            case 401:
                return _sign_in_notice(view)
            case 403:
                heading, sentence = (
                    d._("This page is for the clerk"),
                    d._("Whoever needs it asks the contact below."),
                )
            case 413:
                heading, sentence = (
                    d._("That was too much at once"),
                    d._("One file may have 10 MB. Send large photos one after another."),
                )
            case 404 | 405:
                heading, sentence = (
                    d._("There is no such page"),
                    d._("Perhaps the address is not complete. Open it once more from the message."),
                )
            case _:
                return _failed(error)
        return notice(view, heading, sentence, status=code)


def _not_found(error: NotFound) -> Response:
    """Something a rule looked for is not there; before the first `duban apply` that is the office itself."""
    g.setdefault("viewer", None)
    try:
        with reading() as view:
            return notice(view, view.d._("There is no such page"), view.d.words(error.what), status=404)
    except NotFound:
        return make_response(bare_page(runtime(), error.what), 503)


def _failed(error: Exception) -> Response:
    """A fault of ours: a neutral page with a number; the log has the number, the place and the traceback, never the address."""
    reference = secrets.token_hex(3).upper()
    log.error("%s failed, reference %s", request.endpoint, reference, exc_info=error)
    g.setdefault("viewer", None)
    try:
        with reading() as view:
            heading = view.d._("That did not work just now")
            sentence = view.d._(
                "Wait a minute, go back and try once more. If it still fails, tell the contact below the number {number}.",
                number=reference,
            )
            return notice(view, heading, sentence, status=500)
    except (SQLAlchemyError, NotFound):
        return make_response(bare_page(runtime(), reference=reference), 503)
