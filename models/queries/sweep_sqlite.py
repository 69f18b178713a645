"""Sweep on SQLite: a fixed number of statements a chunk, inside one BEGIN IMMEDIATE. See `models.queries.sweep`."""

from dataclasses import asdict

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.orm import Session

from models.queries.fire import FIRE, SEND_AT, TIMELINE, Terms
from models.types import UtcDateTime


def _timed(sql: str, *names: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in names))


PROBE = _timed("SELECT 1 FROM obligation WHERE next_at <= :now LIMIT 1", "now")
TABLES = (
    text(
        "CREATE TEMP TABLE IF NOT EXISTS due (id INTEGER PRIMARY KEY, timeline_id, next_no, epoch, progress, party_id)"
    ),
    text(
        "CREATE TEMP TABLE IF NOT EXISTS fire "
        "(obligation_id, epoch, name_id, timeline_id, no, at, held, rid INTEGER, cid INTEGER, via, lane)"
    ),
    text("DELETE FROM temp.due"),
    text("DELETE FROM temp.fire"),
)
DUE = _timed(
    f"INSERT INTO temp.due SELECT id, {TIMELINE}, next_no, epoch, progress, party_id FROM obligation "
    "WHERE next_at <= :now ORDER BY next_at, id LIMIT :chunk",
    "now",
)
FIRED = _timed(f"INSERT INTO temp.fire {FIRE}", "now")


def _messages(state: str, held: str, conflict: str) -> TextClause:
    return _timed(
        f"""
        INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
        SELECT DISTINCT f.rid, f.cid, f.lane, '{state}', {SEND_AT}, :now
        FROM temp.fire f JOIN channel c ON c.id = f.cid WHERE f.rid <> 0 AND {held} f.held
        ON CONFLICT (recipient_id, channel_id, lane) WHERE {conflict} DO UPDATE SET merged_at = excluded.merged_at
        """,
        "now",
        "later",
    )


QUEUED = _messages("queued", "NOT", "state IN ('queued', 'retry')")
HELD = _messages("held", "", "state = 'held'")
REMINDERS = text(
    """
    INSERT INTO reminder (obligation_id, epoch, name_id, recipient_id, timeline_id, no, at, message_id, withdrawn, via)
    SELECT f.obligation_id, f.epoch, f.name_id, f.rid, f.timeline_id, f.no, f.at, coalesce(m.id, h.id),
           CASE WHEN f.rid = 0 THEN 'unreachable' END, f.via
    FROM temp.fire f
    LEFT JOIN message m ON m.recipient_id = f.rid AND m.channel_id = f.cid AND m.lane = f.lane
                       AND m.state IN ('queued', 'retry') AND NOT f.held
    LEFT JOIN message h ON h.recipient_id = f.rid AND h.channel_id = f.cid AND h.lane = f.lane AND h.state = 'held' AND f.held
    WHERE true ON CONFLICT DO NOTHING
    """
)
ADVANCE = _timed(
    """
    UPDATE obligation SET (next_no, next_at) =
      (SELECT r.no, r.at FROM temp.due d JOIN rung r ON r.timeline_id = d.timeline_id
       WHERE d.id = obligation.id AND r.at > :now ORDER BY r.no LIMIT 1)
    WHERE id IN (SELECT id FROM temp.due)
    """,
    "now",
)


def sweep_chunk(session: Session, terms: Terms, *, chunk: int) -> tuple[int, int, int]:
    """Return (obligations seen, messages touched, reminders written)."""
    values = asdict(terms)
    now = {"now": terms.now}
    if session.execute(PROBE, now).first() is None:
        return 0, 0, 0
    for statement in TABLES:
        session.execute(statement)
    seen = session.execute(DUE, {**now, "chunk": chunk}).rowcount  # type: ignore[attr-defined]
    session.execute(FIRED, values)
    touched = 0
    for statement in (QUEUED, HELD):
        touched += session.execute(statement, values).rowcount  # type: ignore[attr-defined]
    written = session.execute(REMINDERS).rowcount  # type: ignore[attr-defined]
    session.execute(ADVANCE, now)
    return seen, touched, written
