"""Is it alive? For the supervisor, containers and monitors: no names, no counts of people, only yes or no and ages."""

import logging

import redis
from flask import Blueprint, Response, jsonify
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from models.schedules import HeartbeatRow
from tasks.calendar import valid_to
from worker.clock import machine_now
from worker.nudge import redis_client
from worker.web.site import runtime

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)
REDIS_SECONDS = 0.5


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the pages work: the database answers. Ages are seconds of machine time, null if never seen.

    `calendar_valid_to` is the last day whose working days are announced, null while no notice is on record.
    """
    database, ages, announced = _known()
    broker = _redis()
    seconds = {f"{name}_seconds": ages.get(name) for name in ("beat", "sweep", "deliver")}
    answer = {
        "ok": database,
        "database": database,
        "redis": broker,
        **seconds,
        "calendar_valid_to": announced,
    }
    return jsonify(answer), 200 if database else 503


def _known() -> tuple[bool, dict[str, float], str | None]:
    try:
        with runtime().db.reading() as session:
            now = machine_now()
            rows = session.execute(select(HeartbeatRow.name, HeartbeatRow.at))
            ages = {name: round((now - at).total_seconds(), 1) for name, at in rows}
            last = valid_to(session)
            return True, ages, last.isoformat() if last else None
    except SQLAlchemyError:
        log.warning("the database does not answer", exc_info=True)
        return False, {}, None


def _redis() -> bool | None:
    """Whether the broker answers; None if it is no Redis."""
    client = redis_client(runtime().settings.redis_url, seconds=REDIS_SECONDS)
    if client is None:
        return None
    try:
        with client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
