"""Sweep on PostgreSQL: one statement a chunk. See `models.queries.sweep` for what it does.

The message upserts keep the row lock (DO UPDATE), so a worker that claims at the same time cannot lose a reminder; they are
ordered, so that two sweepers cannot deadlock.
"""

from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from models.queries.fire import FIRE, SEND_AT, TIMELINE
from models.types import UtcDateTime

# Any constant does; it only has to be duban's own.
ADVISORY_LOCK = 7_311_646

SWEEP = text(
    f"""
WITH due AS MATERIALIZED (
  SELECT id, {TIMELINE} AS timeline_id, next_no, epoch, progress, party_id FROM obligation
  WHERE next_at <= :now ORDER BY next_at, id LIMIT :chunk FOR UPDATE SKIP LOCKED),
fire AS MATERIALIZED ({FIRE}),
msg AS (
  INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
  SELECT DISTINCT f.rid, f.cid, 'normal', 'queued', {SEND_AT}, CAST(:now AS timestamptz)
  FROM fire f JOIN channel c ON c.id = f.cid WHERE f.rid <> 0 AND NOT f.held ORDER BY 1, 2
  ON CONFLICT (recipient_id, channel_id, lane) WHERE state IN ('queued', 'retry')
  DO UPDATE SET merged_at = excluded.merged_at RETURNING id, recipient_id, channel_id),
held AS (
  INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
  SELECT DISTINCT f.rid, f.cid, 'normal', 'held', {SEND_AT}, CAST(:now AS timestamptz)
  FROM fire f JOIN channel c ON c.id = f.cid WHERE f.rid <> 0 AND f.held ORDER BY 1, 2
  ON CONFLICT (recipient_id, channel_id, lane) WHERE state = 'held'
  DO UPDATE SET merged_at = excluded.merged_at RETURNING id, recipient_id, channel_id),
rem AS (
  INSERT INTO reminder (obligation_id, epoch, name_id, recipient_id, timeline_id, no, at, message_id, withdrawn, via)
  SELECT f.obligation_id, f.epoch, f.name_id, f.rid, f.timeline_id, f.no, f.at, coalesce(m.id, h.id),
         CASE WHEN f.rid = 0 THEN 'unreachable' END, f.via
  FROM fire f LEFT JOIN msg m ON m.recipient_id = f.rid AND m.channel_id = f.cid AND NOT f.held
              LEFT JOIN held h ON h.recipient_id = f.rid AND h.channel_id = f.cid AND f.held
  ON CONFLICT DO NOTHING RETURNING 1),
nxt AS MATERIALIZED (
  SELECT t.timeline_id, n.no, n.at FROM (SELECT DISTINCT timeline_id FROM due) t
  LEFT JOIN LATERAL (SELECT no, at FROM rung r WHERE r.timeline_id = t.timeline_id AND r.at > :now ORDER BY no LIMIT 1) n ON true),
adv AS (
  UPDATE obligation o SET next_no = n.no, next_at = n.at FROM due d JOIN nxt n ON n.timeline_id = d.timeline_id
  WHERE o.id = d.id RETURNING 1)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM msg) + (SELECT count(*) FROM held), (SELECT count(*) FROM rem),
       (SELECT count(*) FROM adv)
"""
).bindparams(bindparam("now", type_=UtcDateTime()), bindparam("later", type_=UtcDateTime()))


def sweep_chunk(
    session: Session, *, now: datetime, later: datetime, trial: bool, chunk: int
) -> tuple[int, int, int]:
    """Return (obligations seen, messages touched, reminders written); (0, 0, 0) also while another sweeper is at work."""
    if not session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK}):
        return 0, 0, 0
    row = session.execute(SWEEP, {"now": now, "later": later, "trial": trial, "chunk": chunk}).one()
    return row[0], row[1], row[2]
