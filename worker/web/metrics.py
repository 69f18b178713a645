"""`/metrics` for Prometheus and whatever reads its format. It names no people, yet says how an office is run; so not everybody reads it.

With DUBAN_METRICS_TOKEN whoever shows it as a bearer. Without one only this machine, and only while DUBAN_BASE_URL is an address of this
machine too: behind a proxy every request seems to come from here.
"""

import logging
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from worker.exposition import MEDIA_TYPE, text
from worker.measures import measure, unreadable
from worker.nudge import redis_client
from worker.settings import LOCAL, Secret
from worker.web.site import runtime

blueprint = Blueprint("metrics", __name__)
log = logging.getLogger(__name__)
REDIS_SECONDS = 0.5
BEARER = "Bearer "


@blueprint.get("/metrics")
def metrics() -> Response:
    """Every figure as it is now; while the database does not answer, that and what the machine says."""
    if (refused := _refused()) is not None:
        return refused
    run = runtime()
    client = redis_client(run.settings.redis_url, seconds=REDIS_SECONDS)
    try:
        with run.db.reading() as session:
            page = text(measure(session, run.settings, client))
    except SQLAlchemyError:
        log.warning("the database does not answer", exc_info=True)
        page = text(unreadable(run.settings, client))
    finally:
        if client is not None:
            client.close()
    return Response(page, content_type=MEDIA_TYPE)


def _refused() -> Response | None:
    settings = runtime().settings
    token = settings.metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "")
        if given.startswith(BEARER) and Secret(given.removeprefix(BEARER)) == token:
            return None
        return Response(
            "a bearer token is needed\n", 401, {"WWW-Authenticate": "Bearer"}, content_type="text/plain"
        )
    if request.remote_addr in LOCAL and urlsplit(settings.base_url).hostname in LOCAL:
        return None
    return Response("set DUBAN_METRICS_TOKEN to read this\n", 403, content_type="text/plain")
