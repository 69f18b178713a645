"""How often a duty was urged by hand: what a supervisor had sent and a provider took. Each urging counts once, whoever holds the role."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, and_, cast, distinct, func, select
from sqlalchemy.orm import Session

from models.handovers import UrgeRow
from models.messages import TAKEN, MessageRow, NoticeRow
from models.obligations import ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow

URGE, COPY = "urge", "urge-copy"  # kinds of notices: to who owes, and to the head of the unit
# `tasks.duties.urge` names its notices so.
KEY = cast(UrgeRow.obligation_id, String).concat("@").concat(cast(UrgeRow.seq, String))


def _taken(*columns: Any) -> Select[Any]:
    return (
        select(UrgeRow.obligation_id, *columns)
        .join(NoticeRow, and_(NoticeRow.kind == URGE, NoticeRow.key == KEY))
        .join(MessageRow, MessageRow.id == NoticeRow.message_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(MessageRow.state.in_(TAKEN), ChannelRow.is_group.is_(False))
        .group_by(UrgeRow.obligation_id)
    )


def of_open(session: Session) -> dict[int, int]:
    """For every open duty that was urged by hand, how often."""
    query = _taken(func.count(distinct(UrgeRow.seq))).join(
        ObligationRow, ObligationRow.id == UrgeRow.obligation_id
    )
    return dict(session.execute(query.where(ObligationRow.state == "open")).all())


def of_these(session: Session, obligation_ids: Sequence[int]) -> dict[int, int]:
    """How often each of these was; those never urged are left out."""
    query = _taken(func.count(distinct(UrgeRow.seq))).where(UrgeRow.obligation_id.in_(obligation_ids))
    return dict(session.execute(query).all())


def last(session: Session, obligation_id: int) -> tuple[int, Any]:
    """How often one duty was, and when the last message of them went out (None if never)."""
    query = _taken(func.count(distinct(UrgeRow.seq)), func.max(MessageRow.sent_at))
    row = session.execute(query.where(UrgeRow.obligation_id == obligation_id)).first()
    return (row[1], row[2]) if row is not None else (0, None)


def added(first: dict[int, int], second: dict[int, int]) -> dict[int, int]:
    """Both counts together."""
    return {key: first.get(key, 0) + second.get(key, 0) for key in first.keys() | second.keys()}


def urgings(session: Session, obligation_id: int) -> list[UrgeRow]:
    """Every urging of a duty, the first one first."""
    rows = select(UrgeRow).where(UrgeRow.obligation_id == obligation_id)
    return list(session.scalars(rows.order_by(UrgeRow.seq)))


def messages_of(session: Session, obligation_id: int) -> list[tuple[int, str, MessageRow, PersonRow | None]]:
    """The messages of a duty's urgings: the urging's number, the notice's kind, the message, who was written to (None for a group)."""
    query = (
        select(UrgeRow.seq, NoticeRow.kind, MessageRow, PersonRow)
        .join(NoticeRow, and_(NoticeRow.kind.in_((URGE, COPY)), NoticeRow.key == KEY))
        .join(MessageRow, MessageRow.id == NoticeRow.message_id)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(UrgeRow.obligation_id == obligation_id)
        .order_by(UrgeRow.seq, NoticeRow.kind, MessageRow.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query)]
