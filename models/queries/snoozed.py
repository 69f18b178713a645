"""What follows the end of a snooze: on which rung its reminder stands, and how the person is reached for the duty."""

from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, RungRow
from models.people import ChannelRow, RecipientRow, RouteRow
from models.ways import MENTION, NOBODY


def own_rung(session: Session, duty: ObligationRow, *, now: datetime) -> RungRow | None:
    """A rung that tells whoever owes the duty and fits a plain reminder: no news of an opening, no colour, no figure that is reached,
    and near to `now`. None where the ladder never tells them.
    """
    query = select(RungRow).where(
        RungRow.timeline_id == duty.timeline_id, RungRow.to_kind == "assignee", RungRow.phase != "approve", RungRow.unless_id.is_(None),
        or_(RungRow.scope_id.is_(None), RungRow.scope_id == duty.party_id),
        or_(RungRow.threshold.is_(None), RungRow.threshold > duty.progress),
    )  # fmt: skip
    return min(
        session.scalars(query),
        key=lambda rung: (
            rung.phase == "open",
            rung.anchor == "start",
            rung.notice is not None,
            rung.text is not None,
            abs(rung.at - now),
            rung.no,
        ),
        default=None,
    )


Way = Row[int, ChannelRow, str, str]


def own_way(session: Session, duty: ObligationRow, person_id: int, *, at: datetime) -> Way | None:
    """Recipient, channel, trail and audience by which a person is told at an instant what the party owes; in a group by the group."""
    route = (
        select(RouteRow.recipient_id, ChannelRow, RouteRow.via, RouteRow.to_kind)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            RouteRow.party_id == duty.party_id, RouteRow.valid_from <= at, RouteRow.valid_to > at, ChannelRow.key != NOBODY
        )
    )  # fmt: skip
    own = session.execute(
        route.where(RecipientRow.person_id == person_id, RouteRow.to_kind.in_(("assignee", MENTION)))
    ).first()
    if own is None or own.to_kind != MENTION:
        return own
    return session.execute(
        route.where(RecipientRow.person_id.is_(None), RouteRow.to_kind == "assignee")
    ).first()
