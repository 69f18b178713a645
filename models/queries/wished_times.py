"""Messages at the time of day that their readers wish. Run after a chunk of a sweep, and only where somebody wishes something.

What belongs to an obligatory schedule, is urgent, or would come after the moment it speaks of takes the whole message along at the
office's own time.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Date, Row, TextClause, bindparam, select, text
from sqlalchemy.orm import Session

from models.messages import MessageRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import PersonChannelRow, PersonRow, PreferenceRow, RecipientRow
from models.schedules import ScheduleRow
from models.types import UtcDateTime


def _pulled(until: str) -> str:
    """Whether something in the message does not wait `until` then."""
    return f"""EXISTS (
      SELECT 1 FROM reminder w
      JOIN rung r ON r.timeline_id = w.timeline_id AND r.no = w.no
      JOIN obligation o ON o.id = w.obligation_id
      JOIN occurrence c ON c.id = o.occurrence_id JOIN schedule s ON s.id = c.schedule_id
      WHERE w.message_id = message.id AND w.withdrawn IS NULL AND (s.obligatory OR r.urgent
        OR o.due_at > :now AND o.due_at <= {until} OR c.starts_at > :now AND c.starts_at <= {until}
        OR r.phase IN ('before', 'on') AND r.anchor_on >= :today AND r.anchor_on < :day))"""


_WISHED = """message.lane = 'normal' AND message.recipient_id IN (
      SELECT t.id FROM recipient t JOIN preference p ON p.person_id = t.person_id WHERE p.digest_at = :wish)"""


def _timed(sql: str, *names: str) -> TextClause:
    days = (bindparam(name, type_=Date()) for name in ("today", "day"))
    return text(sql).bindparams(*(bindparam(name, type_=UtcDateTime()) for name in names), *days)


_POSTPONE = _timed(
    f"""
    UPDATE message SET send_at = :until
    WHERE message.id > :after AND message.state = 'queued' AND {_WISHED} AND NOT {_pulled(":until")}
    """,
    "until",
    "now",
)
# The state is said twice so that SQLite sees that its index of waiting messages fits.
_OFFICE = "CASE WHEN (SELECT c.quiet_exempt FROM channel c WHERE c.id = message.channel_id) THEN :now ELSE :later END"
_PULL_FORWARD = _timed(
    f"""
    UPDATE message SET send_at = {_OFFICE}
    WHERE message.state IN ('queued', 'retry') AND message.state = 'queued' AND message.send_at > :now AND message.send_at > {_OFFICE}
      AND message.id <= :after AND message.merged_at = :now AND {_WISHED} AND {_pulled("message.send_at")}
    """,
    "now",
    "later",
)
_NEWEST = text("SELECT (SELECT coalesce(max(id), 0) FROM message) FROM preference LIMIT 1")


def newest_if_wished(session: Session) -> int | None:
    """The newest message there is; None where nobody wishes anything."""
    found: int | None = session.scalar(_NEWEST)
    return found


def wishes(session: Session) -> Sequence[str]:
    """Every time of day that somebody wishes, "HH:MM"."""
    query = select(PreferenceRow.digest_at).where(PreferenceRow.digest_at.is_not(None)).distinct()
    return [each for each in session.scalars(query.order_by(PreferenceRow.digest_at)) if each is not None]


def arrange(
    session: Session, wish: str, *, until: datetime, day: date, after: int, now: datetime, later: datetime, today: date
) -> None:  # fmt: skip
    """Let what a sweep at `now` wrote for those who wish this time of day wait `until` then, a moment of the office's `day`.

    New are the messages with an id beyond `after`; one that waited already is only ever sent earlier: at `later`, or now on a channel
    that knows no quiet hours.
    """
    shared = {"wish": wish, "day": day, "after": after, "now": now, "today": today}
    session.execute(_POSTPONE, {**shared, "until": until})
    session.execute(_PULL_FORWARD, {**shared, "later": later})


def by_own_order(session: Session, *, now: datetime) -> Sequence[Row[MessageRow, PersonRow]]:
    """Messages just written, or joined, that carry something obligatory on a channel that the reader's own order chose."""
    query = (
        select(MessageRow, PersonRow)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .join(PreferenceRow, PreferenceRow.person_id == PersonRow.id)
        .join(
            PersonChannelRow,
            (PersonChannelRow.person_id == PersonRow.id) & (PersonChannelRow.channel_id == MessageRow.channel_id),
        )
        .join(ReminderRow, ReminderRow.message_id == MessageRow.id)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            PreferenceRow.channels != [], MessageRow.state == "queued", MessageRow.merged_at == now, MessageRow.send_at >= now,
            ReminderRow.withdrawn.is_(None), RungRow.channel_id.is_(None), ScheduleRow.obligatory,
        )
        .distinct()
        .order_by(MessageRow.id)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return session.execute(query).all()
