"""The ledger's statements: claim, look again, re-route, record, rescue. Portable but for SKIP LOCKED, which SQLite leaves out.

A result is fenced by message id and attempt: with the one state in the WHERE, PostgreSQL picked a partial index on stale statistics
and was five times slower. What was joined to another message meanwhile stays withdrawn.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import TextClause, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.people import ChannelRow
from models.queries import silences
from models.queries.fire import signed
from models.queries.taking import WAITING, take
from models.schedules import OfficeStateRow
from models.types import UtcDateTime

LEASE = timedelta(seconds=60)
MERGED, SUPERSEDED = "merged", "superseded"  # why an emptied message is not sent


def claim(
    session: Session, *, now: datetime, machine_now: datetime, owner: str, limit: int, but: Collection[int] = ()
) -> list[int]:  # fmt: skip
    """Take due messages: leased, attempt counted before anything is sent. None while sending is stopped, none on the channels `but`."""
    if _stopped(session):
        return []
    return take(session, now=now, machine_now=machine_now, lease=LEASE, owner=owner, limit=limit, but=but)


def _stopped(session: Session) -> bool:
    return bool(session.scalar(select(OfficeStateRow.sending_stopped).where(OfficeStateRow.id == 1)))


def _with_ids(sql: str, *instants: str) -> TextClause:
    return text(sql).bindparams(
        bindparam("ids", expanding=True), *(bindparam(name, type_=UtcDateTime()) for name in instants)
    )


# A reminder stands while its obligation is open in the same epoch (one that asks for approval: while it waits for that), the
# figure it speaks of is not reached, nobody signed, nobody else is at work, its schedule is not paused, and the recipient is still
# whom the rung tells. Nobody is invited to what has begun.
_BEGUN = """
  SELECT 1 FROM obligation g
  JOIN occurrence b ON b.id = g.occurrence_id AND b.starts_at <= :now
  JOIN rung v ON v.timeline_id = reminder.timeline_id AND v.no = reminder.no AND v.anchor = 'start' AND v.phase = 'before'
  WHERE g.id = reminder.obligation_id
"""
_HOLDS = f"""o.state = CASE WHEN r.phase = 'approve' THEN 'submitted' ELSE 'open' END AND o.epoch = reminder.epoch
    AND (r.threshold IS NULL OR o.progress < r.threshold) AND (r.unless_id IS NULL OR NOT {signed("o")})
    AND (o.quiet_until IS NULL OR o.quiet_until <= :today OR o.due_on <= :today)
    AND NOT EXISTS (SELECT 1 FROM occurrence p JOIN schedule s ON s.id = p.schedule_id
      WHERE p.id = o.occurrence_id AND s.paused_at IS NOT NULL)"""
_STANDS = f"""
  SELECT 1 FROM obligation o
  JOIN rung r ON r.timeline_id = reminder.timeline_id AND r.no = reminder.no
  JOIN route t ON t.party_id = coalesce(r.scope_id, o.party_id) AND t.to_kind = r.to_kind
              AND t.recipient_id = reminder.recipient_id AND t.valid_from <= :now AND t.valid_to > :now
  WHERE o.id = reminder.obligation_id AND {_HOLDS}
"""
_CLOSED = f"""
  NOT EXISTS (SELECT 1 FROM obligation o JOIN rung r ON r.timeline_id = reminder.timeline_id AND r.no = reminder.no
    WHERE o.id = reminder.obligation_id AND {_HOLDS})
"""
WITHDRAW_REMINDERS = _with_ids(
    f"""
    UPDATE reminder SET withdrawn = CASE WHEN EXISTS ({_BEGUN}) THEN 'begun' WHEN {_CLOSED} THEN 'closed' ELSE 'moved' END
    WHERE message_id IN :ids AND withdrawn IS NULL AND (EXISTS ({_BEGUN}) OR NOT EXISTS ({_STANDS})) RETURNING withdrawn
    """,
    "now",
)
_MOVED = """
  FROM reminder w JOIN obligation o ON o.id = w.obligation_id
  JOIN rung r ON r.timeline_id = w.timeline_id AND r.no = w.no
  JOIN route t ON t.party_id = coalesce(r.scope_id, o.party_id) AND t.to_kind = r.to_kind
              AND t.valid_from <= :now AND t.valid_to > :now
  JOIN message was ON was.id = w.message_id JOIN channel c ON c.id = coalesce(r.channel_id, t.channel_id)
  WHERE w.message_id IN :ids AND w.withdrawn = 'moved'
"""
REROUTE_MESSAGES = _with_ids(
    f"""
    INSERT INTO message (recipient_id, channel_id, lane, state, send_at, merged_at)
    SELECT DISTINCT t.recipient_id, c.id, was.lane, 'queued',
           CASE WHEN c.quiet_exempt THEN :now ELSE :later END, :now {_MOVED} ORDER BY 1, 2
    ON CONFLICT (recipient_id, channel_id, lane) WHERE state IN ('queued', 'retry') DO UPDATE SET merged_at = excluded.merged_at
    """,
    "now",
    "later",
)
REROUTE_REMINDERS = _with_ids(
    f"""
    INSERT INTO reminder (obligation_id, epoch, name_id, recipient_id, timeline_id, no, at, message_id, via)
    SELECT DISTINCT w.obligation_id, w.epoch, w.name_id, t.recipient_id, w.timeline_id, w.no, w.at,
           (SELECT m.id FROM message m WHERE m.recipient_id = t.recipient_id AND m.channel_id = c.id
             AND m.lane = was.lane AND m.state IN ('queued', 'retry')), nullif(t.via, '') {_MOVED}
    ON CONFLICT (obligation_id, epoch, name_id, recipient_id)
    DO UPDATE SET withdrawn = NULL, message_id = excluded.message_id, via = excluded.via
    WHERE reminder.withdrawn = 'moved'
    """,
    "now",
)
EMPTIED = _with_ids(
    """
    UPDATE message SET state = 'withdrawn', lease_until = NULL, reason = 'nothing-left'
    WHERE id IN :ids AND NOT EXISTS (SELECT 1 FROM reminder w WHERE w.message_id = message.id AND w.withdrawn IS NULL)
      AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.message_id = message.id) RETURNING id
    """
)


def look_again(
    session: Session, ids: Sequence[int], *, now: datetime, later: datetime, today: date
) -> list[int]:
    """Withdraw what no longer holds or is silenced, re-route what is another's now, and return the messages still worth sending."""
    withdrawn = session.execute(WITHDRAW_REMINDERS, {"ids": ids, "now": now, "today": today}).scalars().all()
    if "moved" in withdrawn:
        session.execute(REROUTE_MESSAGES, {"ids": ids, "now": now, "later": later})
        session.execute(REROUTE_REMINDERS, {"ids": ids, "now": now})
    silences.hold_back(session, ids, today=today)
    emptied = set(session.execute(EMPTIED, {"ids": ids}).scalars())
    return [message for message in ids if message not in emptied]


RECORD = text(
    """
    UPDATE message SET state = :state, reason = :reason, send_at = coalesce(:retry_at, send_at), lease_until = NULL,
           sent_at = :sent_at WHERE id = :message_id AND attempt = :attempt AND state <> 'withdrawn'
    """
).bindparams(bindparam("retry_at", type_=UtcDateTime()), bindparam("sent_at", type_=UtcDateTime()))


def twin_of(session: Session, message: MessageRow, *states: str) -> int | None:
    """The other message of the same recipient, channel and lane that is in one of these states, locked; None if there is none.

    Without the lock a sender could claim it before what it is to carry has been moved to it, and send it without.
    """
    with session.no_autoflush:
        return session.scalar(
            select(MessageRow.id)
            .where(
                MessageRow.recipient_id == message.recipient_id, MessageRow.channel_id == message.channel_id,
                MessageRow.lane == message.lane, MessageRow.state.in_(states), MessageRow.id != message.id,
            )
            .with_for_update()
        )  # fmt: skip


def open_twin(session: Session, message_id: int) -> int | None:
    """The other message that waits for the same recipient on the same channel and lane, if there is one; locked."""
    return twin_of(session, session.get_one(MessageRow, message_id), *WAITING)


def absorb(session: Session, message_id: int, *, into: int, send_at: datetime | None = None) -> None:
    """Move what one message carries into another and withdraw the emptied one. Words that were written stand before the other's.

    `send_at`: when it was to go out; the other does not keep it waiting longer, unless it waits to be tried again itself. A summary
    gives way to the newer one as a whole.
    """
    session.flush()
    gone = session.get_one(MessageRow, message_id, populate_existing=True)
    gone.state, gone.lease_until = "withdrawn", None
    gone.reason = SUPERSEDED if _is_summary(session, message_id) else MERGED
    if gone.reason == SUPERSEDED:
        session.flush()
        return
    for table in (ReminderRow, NoticeRow):
        session.execute(
            update(table)
            .where(table.message_id == message_id)
            .values(message_id=into)
            .execution_options(synchronize_session=False)
        )
    kept = session.get_one(MessageRow, into, populate_existing=True)
    if send_at is not None and kept.state == "queued":
        kept.send_at = min(kept.send_at, send_at)
    if kept.released_by is not None and not _written(session, into):
        kept.title = kept.body = None  # its words do not speak of what joined it
    if gone.body and gone.body != kept.body and _written(session, into):
        kept.title = kept.title or gone.title
        kept.body = f"{gone.body}\n{kept.body}" if kept.body else gone.body
    session.flush()


def _is_summary(session: Session, message_id: int) -> bool:
    query = select(NoticeRow.message_id).where(
        NoticeRow.message_id == message_id, NoticeRow.kind == "summary"
    )
    return session.scalar(query.limit(1)) is not None


def _written(session: Session, message_id: int) -> bool:
    """Whether its words were written when something happened, not from reminders at sending."""
    return (
        session.scalar(select(NoticeRow.message_id).where(NoticeRow.message_id == message_id).limit(1))
        is not None
    )


def lapse(session: Session, *, machine_now: datetime) -> list[int]:
    """Mark messages whose lease ran out as unknown: the process died or froze while it sent. Return their ids."""
    lapsed = (
        update(MessageRow)
        .where(MessageRow.state == "sending", MessageRow.lease_until < machine_now)
        .values(state="unknown", reason="lease-lapsed", lease_until=None)
        .returning(MessageRow.id)
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(lapsed))


def waiting(session: Session, *, now: datetime) -> int:
    """How many messages are due to be sent on channels that work; none while sending is stopped."""
    if _stopped(session):
        return 0
    broken = select(ChannelRow.id).where(ChannelRow.broken_at.is_not(None))
    query = (
        select(func.count())
        .select_from(MessageRow)
        .where(
            MessageRow.state.in_(("queued", "retry")),
            MessageRow.send_at <= now,
            MessageRow.channel_id.not_in(broken),
        )
    )
    return session.scalar(query) or 0
