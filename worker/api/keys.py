"""Who asks: the client whose key stands in `Authorization: Bearer`, and whether it may do what it asks for. Cookies count for nothing."""

from flask import request

from models.access import ApiClientRow
from schedules.words import phrase
from tasks.live import current
from tasks.roster.api_clients import Scope, client_of, mark_seen, unseen_lately
from worker.api.problems import Problem
from worker.clock import machine_now, office_now
from worker.web.site import runtime

REALM = 'Bearer realm="duban"'


def require_client() -> ApiClientRow:
    """The client that asks. Raise Problem without a key that counts today: one answer, whatever is wrong with it."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem(
            "unauthorized", phrase("Send the key of your client: Authorization: Bearer KEY."), headers={"WWW-Authenticate": REALM}
        )  # fmt: skip
    with runtime().db.reading() as session:
        today = current(session).today(office_now(session))
        client = client_of(session, secret.strip(), today=today)
    if client is None:
        raise Problem(
            "unauthorized", phrase("This key is unknown, was replaced, or its time is over. Whoever keeps duban can give a new one."),
            headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
        )  # fmt: skip
    if unseen_lately(client, machine_now=machine_now()):
        with runtime().db.writing.begin() as session:
            mark_seen(session, client.id, machine_now=machine_now())
    return client


def require_scope(client: ApiClientRow, scope: Scope | None) -> None:
    """Raise Problem unless the client has the scope; None asks for none."""
    if scope is not None and scope not in client.scopes:
        raise Problem(
            "forbidden", phrase("It needs the scope {scope}, which {client} does not have.", scope=scope, client=client.key),
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
        )  # fmt: skip
