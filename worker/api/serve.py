"""The addresses of the API: each request is let in, understood, done in one transaction and answered, or refused with a problem."""

import logging
import secrets
from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol, cast

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from models.access import ApiClientRow
from models.types import MOST_ID
from schedules.errors import NotFound, Refused
from schedules.words import Gettext, phrase
from tasks import live as office
from tasks.duties.evidence import BadEvidence
from tasks.roster.api_clients import name_of
from tasks.wording.texts import known_language
from worker.api.again import Answer, Attempt, fingerprint, once
from worker.api.given import body as read_body
from worker.api.given import idempotency_key, pointer
from worker.api.given import query as read_query
from worker.api.keys import require_client, require_scope
from worker.api.operation import Call, Operation
from worker.api.operations import OPERATIONS
from worker.api.problems import Fault, Problem, answer, of_http
from worker.clock import machine_now, office_now
from worker.web.site import runtime

log = logging.getLogger(__name__)
PREFIX = "/api/v1"
TRIES = 3  # of a transaction that another one got in the way of
AGAIN_SECONDS = 2
TOP = (
    "kind",
    "key",
    "on",
    "at",
    "done_on",
    "note",
    "children",
    "content",
    "name",
    "number",
    "holder",
    "expires_on",
    "issued_on",
)
LISTS = ("absent", "leave", "present", "files")
PACE = "duban-pace"
blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


class Pacer(Protocol):
    """Grants or refuses requests, see `worker.api.pace`."""

    def wait(self, client: str) -> int:
        """Seconds until a client may ask again; 0 counts as asked now."""
        ...


def pace() -> Pacer:
    """What counts the requests of a process; its library is loaded with the first one, as most offices have no other system."""
    found = current_app.extensions.get(PACE)
    if found is None:
        made = import_module("worker.api.pace").Pace(
            runtime().settings.redis_url, runtime().settings.api_rate, machine_now
        )
        found = current_app.extensions.setdefault(PACE, made)
    return cast(Pacer, found)


def asked_for(path: str) -> bool:
    """Whether an address is one of the API, where problems are answered and cookies count for nothing."""
    return path == "/api" or path.startswith("/api/")


def language() -> Gettext:
    """The words of the language that the client prefers, else of the installation."""
    best = request.accept_languages.best_match(("zh", "zh-CN", "en")) if request.accept_languages else None
    run = runtime()
    given = {"zh": "zh_CN", "zh-CN": "zh_CN", "en": "en"}.get(best or "")
    return run.texts.gettext(known_language(given, run.settings.language))


def refuse(error: Exception) -> Response:
    """The problem that an error is."""
    gettext = language()
    match error:
        case Problem():
            return error.response(gettext)
        case HTTPException():
            return of_http(error).response(gettext)
        case NotFound():
            return Problem("not-found", error.what).response(gettext)
        case Refused():
            return refusal(error).response(gettext)
        case DBAPIError() if isinstance(error, OperationalError) or error.connection_invalidated:
            log.warning("the API: the database does not answer (%s)", type(error).__name__)
            what = phrase("The database does not answer; ask again in a moment.")
            return Problem("unavailable", what, headers={"Retry-After": str(AGAIN_SECONDS)}).response(gettext)
        case _:
            reference = secrets.token_hex(3).upper()
            log.error("%s failed, reference %s", request.endpoint, reference, exc_info=error)
            what = phrase("Tell whoever keeps duban the number {number}.", number=reference)
            return Problem("internal", what).response(gettext)


def refusal(error: Refused) -> Problem:
    """What a rule refused, with every field at fault where it stands in the request."""
    faults = error.faults if isinstance(error, BadEvidence) else ((error.field, error.what),)
    found: list[Fault] = [{**_place(name), "detail": what} for name, what in faults if name]
    return Problem("refused", error.what, found)


def _place(name: str) -> dict[str, str]:
    if request.method == "GET":
        return {"parameter": name}
    first, *rest = name.split("/")
    if first in TOP or first in LISTS or first == "away":
        return {"pointer": pointer(["absent"] if first == "away" else [first, *rest])}
    return {"pointer": pointer(["fields" if request.path == f"{PREFIX}/events" else "evidence", name])}


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**path: Any) -> Response:
        try:
            return _answered(operation, path)
        except Exception as error:  # noqa: BLE001 - answered as a problem, logged with a reference
            return refuse(error)

    return view


def _answered(operation: Operation, path: dict[str, Any]) -> Response:
    client = require_client()
    if wait := pace().wait(client.key):
        what = phrase("Ask again in {n} seconds.", n=wait)
        raise Problem("too-many", what, headers={"Retry-After": str(wait)})
    require_scope(client, operation.scope)
    if not 0 < path.get("id", 1) <= MOST_ID:
        raise NotFound(phrase("there is no duty {id}", id=path["id"]))
    query = read_query(operation.query) if operation.query else None
    if operation.query is None and request.args:
        names: list[Fault] = [
            {"parameter": name[:100], "detail": phrase("is not known here")} for name in request.args
        ]
        raise Problem("invalid", phrase("This address takes no parameters."), names)
    if not operation.writes:
        with runtime().db.reading() as session:
            done = operation.handler(_call(session, client, query, None, path))
        return answer(done.body, done.status)
    body = read_body(operation.body, largest=operation.largest) if operation.body else None
    done = _written(operation, client, query, body, path)
    runtime().nudger.nudge()
    return answer(done.body, done.status, headers=done.headers, media_type=_media_type(done), ordered=True)


def _media_type(done: Answer) -> str:
    return "application/json" if done.status < 400 else "application/problem+json"


def _written(
    operation: Operation, client: ApiClientRow, query: Any, body: Any, path: dict[str, Any]
) -> Answer:
    """Do it in one transaction, together with keeping its answer; again from the start if another transaction got in the way."""
    key = idempotency_key()
    for left in reversed(range(TRIES)):
        try:
            with runtime().db.writing.begin() as session:
                call = _call(session, client, query, body, path)
                if key is None:
                    return operation.handler(call)
                attempt = Attempt(
                    client_id=client.id,
                    key=key,
                    fingerprint=fingerprint(request.method, request.path, body.model_dump_json()),
                )
                return once(session, attempt, lambda: _kept(operation, call), machine_now=machine_now())  # noqa: B023 - called before the loop goes on
        except (IntegrityError, OperationalError) as error:
            if not left or not _in_the_way(error):
                raise
    raise AssertionError("the last try returns or raises")


def _in_the_way(error: DBAPIError) -> bool:
    """Whether the same may work at the next try: another wrote the same row first, or PostgreSQL chose this one to give way."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in ("40001", "40P01")


def _kept(operation: Operation, call: Call) -> Answer:
    """The answer to keep under a key: what was done, or what a rule refused, whose half-done effects are taken back."""
    try:
        with call.session.begin_nested():
            return operation.handler(call)
    except NotFound as error:
        problem = Problem("not-found", error.what)
    except Refused as error:
        problem = refusal(error)
    body = problem.body(call.gettext)
    return Answer(status=int(str(body["status"])), body=body)


def _call(session: Session, client: ApiClientRow, query: Any, body: Any, path: dict[str, Any]) -> Call:
    return Call(
        session=session, live=office.current(session), now=office_now(session), client=name_of(client), gettext=language(), query=query,
        body=body, path=path,
    )  # fmt: skip


def rule(operation: Operation) -> str:
    """The address as the framework writes it."""
    return operation.path.replace("{id}", "<int:id>").replace("{", "<").replace("}", ">")


for _operation in OPERATIONS:
    blueprint.add_url_rule(
        rule(_operation), endpoint=_operation.name, view_func=_view(_operation), methods=[_operation.method]
    )
