"""What people ask and say about a duty that is not a confirmation: giving it back, passing it on, being urged by hand."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import UtcDateTime

ASKED = text("state = 'asked'")


class HandoverRow(Base):
    """Whoever owes a duty asks to be rid of it. `kind`: return (退回, it is not mine) or transfer (转办, `to_id` is to take it over).

    `state`: asked, accepted, refused, withdrawn. A transfer is accepted by the one who is to take it and then agreed to by the desk:
    `taken_at` is when they said yes. One open request at a time for a duty. Office time.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index("uq_handover_asked", "obligation_id", unique=True, sqlite_where=ASKED, postgresql_where=ASKED),
        Index(None, "to_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    reason: Mapped[str] = mapped_column(String(400))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(String(400))


class UrgeRow(Base):
    """Somebody who supervises had a duty urged by hand 催办: who, when, with which words, and the message that carries it. Office time.

    It counts as urged once that message was taken by the provider.
    """

    __tablename__ = "urge"
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
