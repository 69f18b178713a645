"""How much of a channel's limit is used, by the ledger alone."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow, RecipientRow


def used(session: Session, template: str, recipient: str, *, since: datetime) -> int:
    """Attempts since then (machine time) and messages claimed now, on every channel with this URL template.

    `recipient`: only to this entry of the address book (a person's id); "" for all.
    """
    channels = select(ChannelRow.id).where(ChannelRow.url == template)
    tried = select(func.count()).where(AttemptRow.channel_id.in_(channels), AttemptRow.ended_at > since)
    claimed = select(func.count()).where(MessageRow.channel_id.in_(channels), MessageRow.state == "sending")
    if recipient:
        entry = select(RecipientRow.id).where(RecipientRow.key == recipient)
        to_them = select(MessageRow.id).where(MessageRow.recipient_id.in_(entry))
        tried = tried.where(AttemptRow.message_id.in_(to_them))
        claimed = claimed.where(MessageRow.recipient_id.in_(entry))
    return (session.scalar(tried) or 0) + (session.scalar(claimed) or 0)
