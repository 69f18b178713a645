"""What is wrong with delivery, by the ledger and the routes: due and unsent, stuck, unreached. Reads only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from models.messages import TAKEN, MessageRow
from models.obligations import ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow, RouteRow
from models.ways import NOBODY, OWING

# As the partial indexes say it: SQLite compares no bound value with their conditions.
WAITS = text("message.state IN ('queued', 'retry')")
TROUBLE_OF_ONE = text("message.state IN ('failed', 'unknown')")


def oldest_unsent(session: Session) -> datetime | None:
    """The sending instant (office time) of the oldest message that waits on a channel that works."""
    broken = select(ChannelRow.id).where(ChannelRow.broken_at.is_not(None))
    query = select(func.min(MessageRow.send_at)).where(WAITS, MessageRow.channel_id.not_in(broken))
    return session.scalar(query)


def oldest_lease(session: Session) -> datetime | None:
    """The end (machine time) of the oldest lease that a sender holds."""
    return session.scalar(select(func.min(MessageRow.lease_until)).where(MessageRow.state == "sending"))


def oldest_cursor(session: Session) -> datetime | None:
    """The instant (office time) of the oldest rung that no sweep has turned into a reminder yet."""
    return session.scalar(select(func.min(ObligationRow.next_at)).where(ObligationRow.next_at.is_not(None)))


def unreached(session: Session, *, now: datetime, since: datetime) -> Sequence[tuple[str, int | None]]:
    """Name and unit of everybody who owes something and whom no channel reaches, or whose latest message since then failed."""
    owes = exists().where(ObligationRow.party_id == RouteRow.party_id, ObligationRow.state == "open")
    nowhere = (
        select(RecipientRow.person_id)
        .join(RouteRow, RouteRow.recipient_id == RecipientRow.id)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .where(
            ChannelRow.key == NOBODY,
            RouteRow.to_kind.in_(OWING),
            RouteRow.valid_from <= now,
            RouteRow.valid_to > now,
            owes,
        )
    )
    later = aliased(MessageRow)
    superseded = exists().where(
        later.recipient_id == MessageRow.recipient_id,
        later.id > MessageRow.id,
        later.state.in_(TAKEN),
    )
    failed = (
        select(RecipientRow.person_id)
        .join(MessageRow, MessageRow.recipient_id == RecipientRow.id)
        .where(TROUBLE_OF_ONE, MessageRow.state == "failed", MessageRow.send_at >= since, ~superseded)
    )
    query = (
        select(PersonRow.name, PersonRow.unit_id)
        .where(PersonRow.left_on.is_(None), PersonRow.id.in_(nowhere.union(failed)))
        .order_by(PersonRow.id)
    )
    return [(row.name, row.unit_id) for row in session.execute(query)]
