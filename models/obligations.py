"""What is owed: occurrences, their shared timelines of rungs, obligations, and what people recorded about them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.events import EventRow
from models.types import CanonicalJson, UtcDateTime


class RungNameRow(Base):
    """The lasting identity of a rung: a canonical text of offset, time and audience, or the `id` the clerk gave it."""

    __tablename__ = "rung_name"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)


class TimelineRow(Base):
    """A computed ladder, shared by every obligation with equal rungs; `digest` is of its rungs."""

    __tablename__ = "timeline"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)


class RungRow(Base):
    """One rung of a timeline. `scope_id` set: tell that party (a role, a group); else an audience of who owes.

    `channel_id` set: on that channel, whatever the recipient's own is. `notice`: blue, yellow or red. `asks_id`: the name under
    which it asks for a signature; `unless_id`: fires only if nobody signed under that name (a rung_name, without a constraint).
    """

    __tablename__ = "rung"
    timeline_id: Mapped[int] = mapped_column(ForeignKey("timeline.id"), primary_key=True)
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    name_id: Mapped[int] = mapped_column(ForeignKey("rung_name.id"))
    to_kind: Mapped[str] = mapped_column(String(16))
    scope_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("channel.id"))
    threshold: Mapped[int | None] = mapped_column(Integer)
    held: Mapped[bool] = mapped_column(Boolean, default=False)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    as_list: Mapped[bool] = mapped_column(Boolean, default=False)
    anchor: Mapped[str] = mapped_column(String(64))
    anchor_on: Mapped[date | None] = mapped_column(Date)
    phase: Mapped[str] = mapped_column(String(8))
    text: Mapped[str | None] = mapped_column(String(400))
    notice: Mapped[str | None] = mapped_column(String(8))
    asks_id: Mapped[int | None] = mapped_column(Integer)
    unless_id: Mapped[int | None] = mapped_column(Integer)


class OccurrenceRow(Base):
    """One instance of a schedule. `key` is stable by the rule; `version_id` pins the definition it was opened with.

    `fields` are those of its event, lists of texts by name; `closed_as` the branch by which it ended early.
    """

    __tablename__ = "occurrence"
    __table_args__ = (UniqueConstraint("schedule_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    key: Mapped[str] = mapped_column(String(120))
    version_id: Mapped[int] = mapped_column(ForeignKey("schedule_version.id"))
    title: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(120))
    event_id: Mapped[int | None] = mapped_column(ForeignKey(EventRow.id), index=True)
    fields: Mapped[Any] = mapped_column(CanonicalJson, default=dict, server_default=text("'{}'"))
    closed_as: Mapped[str | None] = mapped_column(String(64))
    parent_id: Mapped[int | None] = mapped_column(
        index=True
    )  # an obligation; obligations point back to occurrences
    held_on: Mapped[date] = mapped_column(Date)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_from: Mapped[date | None] = mapped_column(Date)
    provisional: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(12))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ObligationRow(Base):
    """What one party owes for one part of an occurrence. `next_at` is the instant of its next rung; NULL unless it is open.

    `part` is "" for the duty itself, "record", "make_up", "child", or a step's key. `due_on` is an office-local day. Amounts
    (`progress`, `target`) are hundredths of the quota's unit. Overdue is derived: open and `due_on` before today. `internal_on` is the
    office's own earlier deadline; `waits_for` the outside unit, or "party", that has to act: such a duty is neither urged nor ranked.
    While it is submitted its cursor runs on the timeline `approval_id`, which tells those who approve. `transferred_from`: the party
    it was taken over from; such a duty does not follow who the schedule names.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        UniqueConstraint("occurrence_id", "part", "party_id"),
        Index(
            "ix_obligation_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
        Index(
            "ix_obligation_due",
            "due_on",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        # Wide enough that the figures of a year are counted from the index alone.
        Index("ix_obligation_party", "party_id", "state", "due_on", "done_on", "waits_for"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    part: Mapped[str] = mapped_column(String(32))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    state: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date | None] = mapped_column(Date)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    soon_on: Mapped[date | None] = mapped_column(Date)
    provisional: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    timeline_id: Mapped[int | None] = mapped_column(ForeignKey("timeline.id"))
    epoch: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_no: Mapped[int | None] = mapped_column(Integer)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    progress: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    target: Mapped[int | None] = mapped_column(Integer)
    quiet_until: Mapped[date | None] = mapped_column(Date)
    internal_on: Mapped[date | None] = mapped_column(Date)
    waits_for: Mapped[str | None] = mapped_column(String(64))
    mark: Mapped[str | None] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_why: Mapped[str | None] = mapped_column(String(16))
    done_on: Mapped[date | None] = mapped_column(Date)
    late_reason: Mapped[str | None] = mapped_column(String(400))
    new_date: Mapped[date | None] = mapped_column(Date)
    approval_id: Mapped[int | None] = mapped_column(Integer)
    transferred_from: Mapped[int | None] = mapped_column(Integer)


class AcknowledgementRow(Base):
    """A signature 签收: this person has seen what a rung asked him to see, in this epoch of the duty."""

    __tablename__ = "acknowledgement"
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    name_id: Mapped[int] = mapped_column(ForeignKey("rung_name.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(12))


class DueChangeRow(Base):
    """One move of a due date: what it was, what it became, why, and on whose word. `seq` counts the moves of an obligation from 1.

    `kind`: extension, stop, resume, calendar or manual. `calendar_revision` is the calendar that the new day was counted with.
    """

    __tablename__ = "due_change"
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    old_due_on: Mapped[date | None] = mapped_column(Date)
    new_due_on: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(400))
    basis: Mapped[str | None] = mapped_column(String(200))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    calendar_revision: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ConfirmationRow(Base):
    """The record that an obligation is met. `done_on` is the fact, `recorded_at` the machine's note of it.

    `was` is the obligation's state before, to which an undo returns it.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        Index(
            "uq_confirmation_live", "obligation_id", unique=True,
            sqlite_where=text("state IN ('submitted', 'accepted')"), postgresql_where=text("state IN ('submitted', 'accepted')"),
        ),
    )  # fmt: skip
    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(12))
    was: Mapped[str] = mapped_column(String(12), default="open")
    state: Mapped[str] = mapped_column(String(12))
    note: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(String(400))


class FileRow(Base):
    """An uploaded file, stored by its digest outside the web root."""

    __tablename__ = "file"
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)


class EvidenceRow(Base):
    """One named field of a confirmation; several rows where a field holds many values or files."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    confirmation_id: Mapped[int] = mapped_column(ForeignKey("confirmation.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    value: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))


class CreditRow(Base):
    """Hours or counts toward a quota, in hundredths. Only accepted ones count; `kind` is what a cap speaks of."""

    __tablename__ = "credit"
    __table_args__ = (UniqueConstraint("source", "obligation_id"), Index(None, "obligation_id", "state"))
    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    amount: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    done_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(80))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    reason: Mapped[str | None] = mapped_column(String(400))


class AuditRow(Base):
    """What was done, by whom: one row for each set operation. People appear by id only."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(32))
    subject_kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Integer)
    detail: Mapped[Any] = mapped_column(CanonicalJson, default=dict)
