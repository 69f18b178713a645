"""Registers (台账): entries, their files, declared zeros; and the figures that confirmations count to."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, UtcDateTime


class RegisterEntryRow(Base):
    """One entry. `held_on` is the fact, `recorded_at` the machine's note of it; `state` is accepted or undone.

    `fields` are lists of texts by field. `unit_id` is whose activity it was, `by_id` who recorded it. `source` makes recording it
    again the same entry. `confirmation_id`: the confirmed step that it came from; such an entry goes with that record.
    """

    __tablename__ = "register_entry"
    __table_args__ = (Index(None, "register", "held_on"), Index(None, "confirmation_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fields: Mapped[Any] = mapped_column(CanonicalJson)
    state: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(120), unique=True)
    confirmation_id: Mapped[int | None] = mapped_column(ForeignKey("confirmation.id"))
    reason: Mapped[str | None] = mapped_column(String(400))


class RegisterFileRow(Base):
    """A file of an entry, by field."""

    __tablename__ = "register_file"
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)


class RegisterZeroRow(Base):
    """A declared zero (零报告): from `from_on` to `to_on` (included) there was nothing to enter. `unit_id` None: in the whole office.

    `state` is accepted or undone. `source` makes declaring it again the same declaration.
    """

    __tablename__ = "register_zero"
    __table_args__ = (Index(None, "register", "from_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(120), unique=True)
    reason: Mapped[str | None] = mapped_column(String(400))


class FigureRow(Base):
    """What a confirmation counts to, in hundredths; it counts while the confirmation is accepted."""

    __tablename__ = "figure"
    confirmation_id: Mapped[int] = mapped_column(ForeignKey("confirmation.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    amount: Mapped[int] = mapped_column(Integer)
