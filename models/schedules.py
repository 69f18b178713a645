"""What is applied: the office's files by version, schedules with their marks, and the state of the installation."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import CanonicalJson, UtcDateTime


class OfficeVersionRow(Base):
    """The office's files as they were applied; workers read these, never the folder. Versions are only added: the database refuses more.

    `based_on`: the version in force before. `origin`: folder (its files), rollback (`returned_to` is the version gone back to) or
    desk (a table taken in there). `changes`: what it changed, ids and counts by kind; None for versions of before that was kept.
    """

    __tablename__ = "office_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    files: Mapped[Any] = mapped_column(CanonicalJson)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_by: Mapped[str] = mapped_column(String(64))
    based_on: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(8), default="folder", server_default="folder")
    returned_to: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(String(400))
    changes: Mapped[Any] = mapped_column(CanonicalJson, nullable=True)


class ScheduleRow(Base):
    """A schedule and its marks: `opened_through` is the high-water mark (NULL: never opened), `next_at` the next opening.

    Beat reads `next_at` through its index. `kind`: duty, credential, anniversary, event, summary, and two of its own: members
    (following joins and leaves) and calendar (asking for the notice of next year). `paused_at` set: nothing opens and nothing is
    said, until `paused_until`, the first day that counts again (NULL: until it is resumed). `obligatory`: what people asked for
    (`PreferenceRow`, a snooze) holds back no reminder of it.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        Index(
            "ix_schedule_next",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="duty")
    title: Mapped[str] = mapped_column(String(200))
    live_version_id: Mapped[int | None] = mapped_column()  # a version; versions point back to schedules
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_through: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    runs: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    obligatory: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_until: Mapped[date | None] = mapped_column(Date)


class SchedulePauseRow(Base):
    """The trail of pauses: from when, until which day it was meant (the first that counts again), why; how it ended. One runs at most."""

    __tablename__ = "schedule_pause"
    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    began_by: Mapped[str] = mapped_column(String(64))
    until_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(64))
    end_reason: Mapped[str | None] = mapped_column(String(400))


class OccurrenceOverrideRow(Base):
    """What was decided by hand about one occurrence: `action` move (to `to_date`) or skip; the last decision counts.

    `rule_on` is the rule's own day for it.
    """

    __tablename__ = "occurrence_override"
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(String(8))
    rule_on: Mapped[date] = mapped_column(Date)
    to_date: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    decided_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScheduleVersionRow(Base):
    """One definition of a schedule, as canonical JSON."""

    __tablename__ = "schedule_version"
    __table_args__ = (UniqueConstraint("schedule_id", "no"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    no: Mapped[int] = mapped_column(Integer)
    spec_json: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OfficeStateRow(Base):
    """The one row of the installation: its live version, the first applied day, trial or live, and the office clock.

    `stepped_at` NULL: office time is machine time; else the office stands at that instant until it is stepped on.
    """

    __tablename__ = "office_state"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("office_version.id"))
    installed_on: Mapped[date | None] = mapped_column(Date)
    went_live_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stepped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sending_stopped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))


class CalendarChangeRow(Base):
    """One change of the working days; `revision` rises by one with each. A year is announced once a notice of it stands here.

    `kind`: notice or override; `year` is the notice's, 0 for overrides. `origin`: files (the office's, by `apply`) or import.
    """

    __tablename__ = "calendar_change"
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    year: Mapped[int] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(64))


class CalendarDayRow(Base):
    """What a notice or an override says of one day. Two notices may speak of one December day, so the year belongs to the key."""

    __tablename__ = "calendar_day"
    day: Mapped[date] = mapped_column("date", Date, primary_key=True)
    source: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    is_workday: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str | None] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(ForeignKey("calendar_change.revision"))


class LeaseRow(Base):
    """Who leads; `until` is machine time, `fence` rises with each new holder."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(Integer, default=1)


class HeartbeatRow(Base):
    """When each kind of process was last seen at work; machine time."""

    __tablename__ = "heartbeat"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
