"""Is it alive? For the supervisor, containers and monitors: no names, no counts of people, only yes or no and ages."""

import logging

import redis
from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.schedules import HeartbeatRow
from tasks.days.calendar import valid_to
from tasks.delivery.auditor import examine
from worker import vitals
from worker.backups import record
from worker.clock import machine_now, office_now
from worker.nudge import redis_client
from worker.web.site import runtime

blueprint = Blueprint("health", __name__)
log = logging.getLogger(__name__)
REDIS_SECONDS = 0.5
SILENT_SECONDS = 75.0  # two pulses of beat, and a little


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the pages work: the database answers. Ages are seconds of machine time, null if never seen.

    `disk_free_bytes` and `backup_seconds` (the age of the last backup, null if there is none) are of the data folder.
    `calendar_valid_to` is the last day whose working days are announced, null while no notice is on record. `delivery` is what the
    auditor finds; `?strict` answers 503 while that is not well, for a monitor that shall know more than whether pages work.
    """
    database, ages, announced, delivery = _known()
    broker = _redis()
    seconds = {f"{name}_seconds": ages.get(name) for name in ("beat", "sweep", "deliver")}
    data = runtime().settings.data
    disk, last = vitals.disk(data), record.read(data)
    answer = {
        "ok": database,
        "database": database,
        "redis": broker,
        **seconds,
        "calendar_valid_to": announced,
        "disk_free_bytes": disk.free if disk else None,
        "backup_seconds": round((machine_now() - last.at).total_seconds(), 1) if last else None,
        "delivery": delivery,
    }
    well = database and ("strict" not in request.args or (delivery is not None and delivery["well"]))
    return jsonify(answer), 200 if well else 503


def _known() -> tuple[bool, dict[str, float], str | None, dict[str, object] | None]:
    try:
        with runtime().db.reading() as session:
            now = machine_now()
            rows = session.execute(select(HeartbeatRow.name, HeartbeatRow.at))
            ages = {name: round((now - at).total_seconds(), 1) for name, at in rows}
            last = valid_to(session)
            return True, ages, last.isoformat() if last else None, _delivery(session, ages)
    except SQLAlchemyError:
        log.warning("the database does not answer", exc_info=True)
        return False, {}, None, None


def _delivery(session: Session, ages: dict[str, float]) -> dict[str, object]:
    """Findings without names or counts of people; not well also while no worker was seen for two pulses."""
    found = examine(session, now=office_now(session), machine_now=machine_now())
    at_work = all(
        abs(ages.get(name, SILENT_SECONDS + 1)) <= SILENT_SECONDS for name in ("beat", "sweep", "deliver")
    )
    return {
        "well": found.well and at_work, "at_work": at_work, "unsent_seconds": found.unsent_seconds,
        "unswept_seconds": found.unswept_seconds, "frozen_seconds": found.frozen_seconds, "stopped": found.stopped,
        "channels_broken": bool(found.broken), "people_unreached": bool(found.unreached),
    }  # fmt: skip


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
