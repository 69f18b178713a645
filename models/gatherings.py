"""A gathering while it takes place: the check-in on the projector, who arrived, and who asked for leave."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import UtcDateTime


class CheckInRow(Base):
    """The check-in of a gathering. Whoever arrives at `late_from` or after is late; nobody at `closes_at` or after. Office time.

    `closed_at`: ended by the host before that.
    """

    __tablename__ = "check_in"
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(String(64))
    late_from: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ArrivalRow(Base):
    """A person was there: once for each gathering. Office time.

    `how`: scan (the person's own phone and the code on the screen), host (entered by whoever records it), import.
    """

    __tablename__ = "arrival"
    __table_args__ = (Index(None, "person_id"),)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    late: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    how: Mapped[str] = mapped_column(String(12))


class LeaveRequestRow(Base):
    """A person asks to be excused from a gathering 请假, with a reason. `state`: asked, granted, refused, withdrawn. Office time."""

    __tablename__ = "leave_request"
    __table_args__ = (Index(None, "state"),)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str | None] = mapped_column(String(400))
