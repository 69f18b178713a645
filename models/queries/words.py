"""The changed words of messages."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageWordsRow


def of_message(session: Session, message_id: int) -> Sequence[MessageWordsRow]:
    """Every change of a message's words, the first one first."""
    query = select(MessageWordsRow).where(MessageWordsRow.message_id == message_id)
    return session.scalars(query.order_by(MessageWordsRow.no)).all()
