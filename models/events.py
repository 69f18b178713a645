"""Events of the office, and what is done to the clocks that they start: stops, and longer terms asked for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, UtcDateTime

RUNNING = text("until_on IS NULL")
ASKED = text("state = 'asked'")


class EventRow(Base):
    """Something that happened: a case filed, a document drafted. `key` is what it is known by and can be used once for a kind.

    `fields` holds lists of texts by name. `happened_at` is the instant, where it is known.
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("kind", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(120))
    happened_on: Mapped[date] = mapped_column(Date)
    happened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fields: Mapped[Any] = mapped_column(CanonicalJson, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(String(400))


class ClockStopRow(Base):
    """The clock of a duty stands still (中止) from a day on; `until_on` is the first day that counts again. One at a time."""

    __tablename__ = "clock_stop"
    __table_args__ = (
        Index(
            "uq_clock_stop_running",
            "obligation_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(String(400))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ExtensionRow(Base):
    """A longer term: asked, granted or refused. `new_due_on` is the day it leads to. One open request at a time."""

    __tablename__ = "extension"
    __table_args__ = (
        Index("uq_extension_asked", "obligation_id", unique=True, sqlite_where=ASKED, postgresql_where=ASKED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    state: Mapped[str] = mapped_column(String(12))
    old_due_on: Mapped[date] = mapped_column(Date)
    new_due_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    basis: Mapped[str | None] = mapped_column(String(200))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(String(400))
