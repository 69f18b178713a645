"""A summary goes to whoever stands in for its reader at the moment it is sent; the words stay those that were released."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, RouteRow
from models.ways import NOBODY, OWING, PAPER
from tasks.wording.summary_text import KIND, VIA


def hand_on(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Address those of the claimed messages that are summaries to whoever is told for their readers now.

    A lane of its own keeps it apart from the summary that the stand-in gets about the own units. Where no message can be sent to the
    stand-in it goes to its reader.
    """
    reader = aliased(RecipientRow)
    query = (
        select(MessageRow, NoticeRow, PersonRow.name, RouteRow.recipient_id, RouteRow.channel_id)
        .join(NoticeRow, (NoticeRow.message_id == MessageRow.id) & (NoticeRow.kind == KIND))
        .join(reader, reader.id == MessageRow.recipient_id)
        .join(PersonRow, PersonRow.id == reader.person_id)
        .join(PartyRow, (PartyRow.kind == "person") & (PartyRow.person_id == PersonRow.id))
        .join(RouteRow, (RouteRow.party_id == PartyRow.id) & RouteRow.to_kind.in_(OWING))
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .where(
            ChannelRow.key.not_in((NOBODY, PAPER)),
            MessageRow.id.in_(ids), RouteRow.valid_from <= now, RouteRow.valid_to > now, RouteRow.recipient_id != MessageRow.recipient_id
        )
        .order_by(MessageRow.id, RouteRow.recipient_id)
    )  # fmt: skip
    for message, notice, name, recipient_id, channel_id in session.execute(query):
        notice.data = {**notice.data, VIA: name}
        message.lane = f"{KIND} {message.recipient_id}"[:16]
        message.recipient_id, message.channel_id = recipient_id, channel_id
    session.flush()
