"""Sweep on PostgreSQL: one statement a chunk. See `models.queries.sweep` for what it does.

The message upserts keep the row lock (DO UPDATE), so a worker that claims at the same time cannot lose a reminder; they are
ordered, so that two sweepers cannot deadlock.

A database that has no statistics yet takes what is due for one row. Hence no two of these tables are joined: a reminder finds its
message by a window over both, and each cursor its next rung by an index.
"""

from dataclasses import asdict

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from models.queries.fire import FIRE, SEND_AT, TIMELINE, Terms
from models.types import UtcDateTime

# Any constant does; it only has to be duban's own.
ADVISORY_LOCK = 7_311_646

# Columns of `fire` for a row that stands for a message: obligation, epoch, name, timeline, no, at.
NOBODY = "NULL, NULL, NULL, NULL, NULL, NULL"

SWEEP = text(
    f"""
WITH due AS MATERIALIZED (
  SELECT id, {TIMELINE} AS timeline_id, next_no, epoch, progress, party_id FROM obligation
  WHERE next_at <= :now ORDER BY next_at, id LIMIT :chunk FOR UPDATE SKIP LOCKED),
fire AS MATERIALIZED ({FIRE}),
msg AS (
  INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
  SELECT DISTINCT f.rid, f.cid, f.lane, 'queued', {SEND_AT}, CAST(:now AS timestamptz)
  FROM fire f JOIN channel c ON c.id = f.cid WHERE f.rid <> 0 AND NOT f.held ORDER BY 1, 2, 3
  ON CONFLICT (recipient_id, channel_id, lane) WHERE state IN ('queued', 'retry')
  DO UPDATE SET merged_at = excluded.merged_at RETURNING id, recipient_id, channel_id, lane),
held AS (
  INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
  SELECT DISTINCT f.rid, f.cid, f.lane, 'held', {SEND_AT}, CAST(:now AS timestamptz)
  FROM fire f JOIN channel c ON c.id = f.cid WHERE f.rid <> 0 AND f.held ORDER BY 1, 2, 3
  ON CONFLICT (recipient_id, channel_id, lane) WHERE state = 'held'
  DO UPDATE SET merged_at = excluded.merged_at RETURNING id, recipient_id, channel_id, lane),
sent AS (
  SELECT f.*, max(f.mid) OVER (PARTITION BY f.rid, f.cid, f.lane, f.held) AS message_id FROM (
    SELECT fire.*, CAST(NULL AS integer) AS mid FROM fire
    UNION ALL SELECT {NOBODY}, false, recipient_id, channel_id, NULL, lane, id FROM msg
    UNION ALL SELECT {NOBODY}, true, recipient_id, channel_id, NULL, lane, id FROM held) f),
rem AS (
  INSERT INTO reminder (obligation_id, epoch, name_id, recipient_id, timeline_id, no, at, message_id, withdrawn, via)
  SELECT obligation_id, epoch, name_id, rid, timeline_id, no, at, message_id, CASE WHEN rid = 0 THEN 'unreachable' END, via
  FROM sent WHERE obligation_id IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING 1),
nxt AS MATERIALIZED (
  SELECT d.id, n.no, n.at FROM due d
  LEFT JOIN LATERAL (SELECT no, at FROM rung r WHERE r.timeline_id = d.timeline_id AND r.at > :now ORDER BY no LIMIT 1) n ON true),
adv AS (UPDATE obligation o SET next_no = n.no, next_at = n.at FROM nxt n WHERE o.id = n.id RETURNING 1)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM msg) + (SELECT count(*) FROM held), (SELECT count(*) FROM rem),
       (SELECT count(*) FROM adv)
"""
).bindparams(bindparam("now", type_=UtcDateTime()), bindparam("later", type_=UtcDateTime()))


def sweep_chunk(session: Session, terms: Terms, *, chunk: int) -> tuple[int, int, int]:
    """Return (obligations seen, messages touched, reminders written); (0, 0, 0) also while another sweeper is at work."""
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK}):
        return 0, 0, 0
    row = session.execute(SWEEP, {**asdict(terms), "chunk": chunk}).one()
    return row[0], row[1], row[2]
