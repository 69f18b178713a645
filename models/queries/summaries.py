"""To whom summaries go: the routes of units to their supervisors, and of roles to their holders."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import ChannelRow, PartyRow, RecipientRow, RouteRow, UnitRow
from models.ways import MENTION, NOBODY, OWING
from schedules.own_head import HEAD


def supervisors(
    session: Session, to_kinds: Sequence[str], *, now: datetime
) -> Sequence[tuple[int, str, int, int]]:
    """(unit id, post, recipient id, channel id) of everybody who supervises one of our units.

    What a unit owes is owed by its head, so the way to the head, and to who stands in, is that of the assignee.
    """
    posts = {"assignee" if kind == HEAD else kind: kind for kind in to_kinds}
    posts |= {MENTION: HEAD} if HEAD in to_kinds else {}
    statement = (
        select(UnitRow.id, RouteRow.to_kind, RouteRow.recipient_id, RouteRow.channel_id)
        .join(PartyRow, (PartyRow.unit_id == UnitRow.id) & (PartyRow.kind == "unit"))
        .join(RouteRow, RouteRow.party_id == PartyRow.id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .where(
            RouteRow.to_kind.in_(posts),
            RouteRow.valid_from <= now,
            RouteRow.valid_to > now,
            ChannelRow.key != NOBODY,
        )
        .where(UnitRow.kind != "external", RecipientRow.person_id.is_not(None))
        .order_by(UnitRow.position, RouteRow.to_kind, RouteRow.recipient_id)
    )
    return [(row[0], posts[row[1]], row[2], row[3]) for row in session.execute(statement)]


def role_holders(session: Session, roles: Sequence[str], *, now: datetime) -> Sequence[tuple[int, int]]:
    """(recipient id, channel id) of everybody who holds one of the roles."""
    statement = (
        select(RouteRow.recipient_id, RouteRow.channel_id)
        .join(PartyRow, PartyRow.id == RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .where(
            PartyRow.kind == "role",
            PartyRow.key.in_(roles),
            RouteRow.to_kind.in_(OWING),
            ChannelRow.key != NOBODY,
        )
        .where(RouteRow.valid_from <= now, RouteRow.valid_to > now, RecipientRow.person_id.is_not(None))
        .order_by(RouteRow.recipient_id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def parents(session: Session) -> dict[int, int | None]:
    """The unit above each unit."""
    return dict(session.execute(select(UnitRow.id, UnitRow.parent_id)).all())


def recipient_of(session: Session, person_id: int) -> int | None:
    """The address book entry of a person."""
    return session.scalar(select(RecipientRow.id).where(RecipientRow.person_id == person_id))
