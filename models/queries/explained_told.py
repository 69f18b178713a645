"""What an explanation of a schedule or a message reads: occurrences, versions, every reminder, what was done by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import AuditRow, ObligationRow, OccurrenceRow, RungRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.queries.pages_ledger import MessageLine
from models.schedules import ScheduleVersionRow

MOST = 80


def version_of(session: Session, version_id: int) -> ScheduleVersionRow:
    """The version of a schedule by its id."""
    return session.get_one(ScheduleVersionRow, version_id)


def occurrences(
    session: Session, schedule_id: int, *, since: datetime, until: datetime, on: date
) -> Sequence[OccurrenceRow]:
    """The occurrences of a schedule that are open on a day, take place on it, or have a rung in [since, until); the earliest first."""
    speaks = (
        select(ObligationRow.occurrence_id)
        .join(RungRow, RungRow.timeline_id == ObligationRow.timeline_id)
        .where(RungRow.at >= since, RungRow.at < until)
    )
    running = and_(
        OccurrenceRow.opens_at < until,
        or_(OccurrenceRow.closed_at.is_(None), OccurrenceRow.closed_at >= since),
    )
    query = select(OccurrenceRow).where(
        OccurrenceRow.schedule_id == schedule_id,
        or_(running, OccurrenceRow.held_on == on, OccurrenceRow.due_on == on, OccurrenceRow.id.in_(speaks)),
    )
    return session.scalars(query.order_by(OccurrenceRow.held_on, OccurrenceRow.id).limit(MOST)).all()


def keys(session: Session, schedule_id: int, *, limit: int = 12) -> Sequence[str]:
    """The keys of the latest occurrences."""
    query = select(OccurrenceRow.key).where(OccurrenceRow.schedule_id == schedule_id)
    return session.scalars(
        query.order_by(OccurrenceRow.held_on.desc(), OccurrenceRow.id.desc()).limit(limit)
    ).all()


def acts_on_message(session: Session, message_id: int) -> Sequence[AuditRow]:
    """What was done to a message by hand, in order."""
    query = select(AuditRow).where(AuditRow.subject_kind == "message", AuditRow.subject_id == message_id)
    return session.scalars(query.order_by(AuditRow.id)).all()


def notices_on(session: Session, message_ids: Sequence[int]) -> dict[int, list[str]]:
    """The kinds of notices that messages carry, by message."""
    found: dict[int, list[str]] = {}
    query = select(NoticeRow.message_id, NoticeRow.kind).where(NoticeRow.message_id.in_(message_ids))
    for message_id, kind in session.execute(query.order_by(NoticeRow.message_id, NoticeRow.kind)):
        found.setdefault(message_id, []).append(kind)
    return found


def numbers(session: Session) -> tuple[int | None, int | None]:
    """The first and the last number in the ledger; None while it is empty."""
    first, last = session.execute(select(func.min(MessageRow.id), func.max(MessageRow.id))).one()
    return first, last


def channel(session: Session, key: str) -> ChannelRow | None:
    """A channel by its id."""
    return session.scalars(select(ChannelRow).where(ChannelRow.key == key)).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One reminder of an occurrence: which duty's, its message and reader; without a message nothing reached anybody."""

    obligation_id: int
    timeline_id: int
    no: int
    at: datetime
    withdrawn: str | None
    via: str | None
    line: MessageLine | None


def reached(session: Session, occurrence_id: int) -> list[Reached]:
    """Every reminder of an occurrence with the message that carries it, in the order of the rungs."""
    query = (
        select(ReminderRow, MessageRow, ChannelRow, PersonRow)
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .outerjoin(MessageRow, MessageRow.id == ReminderRow.message_id)
        .outerjoin(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(ObligationRow.occurrence_id == occurrence_id)
        .order_by(ReminderRow.at, ReminderRow.no, ReminderRow.recipient_id)
    )
    return [
        Reached(
            obligation_id=row.obligation_id, timeline_id=row.timeline_id, no=row.no, at=row.at, withdrawn=row.withdrawn, via=row.via,
            line=_line(message, where, person),
        )
        for row, message, where, person in session.execute(query)
    ]  # fmt: skip


def _line(
    message: MessageRow | None, channel: ChannelRow | None, person: PersonRow | None
) -> MessageLine | None:
    if message is None or channel is None:
        return None
    return MessageLine(
        message=message,
        channel=channel.key,
        url=channel.url,
        is_group=channel.is_group,
        person=person,
        unit=None,
    )


def occurrence(session: Session, schedule_id: int, key: str) -> OccurrenceRow | None:
    """One occurrence by its key."""
    query = select(OccurrenceRow).where(OccurrenceRow.schedule_id == schedule_id, OccurrenceRow.key == key)
    return session.scalars(query).first()
