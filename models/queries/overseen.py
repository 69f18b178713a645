"""What the pages behind a supervisor's links read: whose a message was, what it spoke of, and whether somebody supervises."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import RungRow
from models.people import RecipientRow, RouteRow
from models.queries.pages import DutyRow, by_ids

POSTS = ("unit-head", "deputy-leader", "leader")


def sent_to(session: Session, message_id: int, person_id: int) -> bool:
    """Whether a message was written to a person."""
    query = (
        select(MessageRow.id)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .where(MessageRow.id == message_id, RecipientRow.person_id == person_id)
    )
    return session.scalar(query) is not None


def notice_of(session: Session, message_id: int) -> NoticeRow | None:
    """What a message carries that is no reminder."""
    return session.scalars(select(NoticeRow).where(NoticeRow.message_id == message_id)).first()


def told_of(session: Session, message_id: int, *, limit: int = 200) -> list[tuple[DutyRow, str]]:
    """Each duty that a message spoke of, with the audience its reader was told as, the most urgent first."""
    query = (
        select(ReminderRow.obligation_id, RungRow.to_kind)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .where(ReminderRow.message_id == message_id)
        .order_by(ReminderRow.at)
        .limit(limit)
    )
    kinds: dict[int, str] = dict(session.execute(query).all())
    rows = by_ids(session, list(kinds))
    rows.sort(key=lambda row: (row.obligation.due_on is None, row.obligation.due_on, row.obligation.id))
    return [(row, kinds[row.obligation.id]) for row in rows]


def supervises(session: Session, person_id: int, *, now: datetime) -> bool:
    """Whether anybody's duties are told to a person by a post."""
    query = (
        select(RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(RecipientRow.person_id == person_id, RouteRow.to_kind.in_(POSTS))
        .where(RouteRow.valid_from <= now, RouteRow.valid_to > now)
        .limit(1)
    )
    return session.scalar(query) is not None
