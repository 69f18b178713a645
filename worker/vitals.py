"""Facts about the machine that `duban doctor`, `/healthz` and `/metrics` say alike: disk, last backup, clocks, the database's revision.

Each has one judgement here, so that no two of them disagree. Nothing is changed by looking.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import redis
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.messages import AttemptRow
from models.people import ChannelRow
from models.schedules import HeartbeatRow, OfficeStateRow
from schedules.calendar import WorkCalendar
from worker.backups import record
from worker.heartbeat import FRESH

Level = Literal["fine", "note", "wrong"]

MB = 1 << 20
LOW, FULL = 1024 * MB, 100 * MB  # bytes free
LEAST = 20 * MB  # two files that people hand in, on however small a disk
LOW_PART, FULL_PART = (
    0.05,
    0.01,
)  # of all there is; whichever is less counts, since a large disk at 4 % is not full
FEW_FILES = 1000  # new files that still can be made
BACKUP_DUE, BACKUP_LATE = timedelta(days=2), timedelta(days=7)
CLOCK_NOTE, CLOCK_WRONG = timedelta(seconds=5), timedelta(seconds=60)
NOTICE_MONTH = (
    11  # the State Council announces the holidays of the next year between the end of October and December
)
PARTS = ("sweep", "deliver")  # the kinds of workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk of a folder: bytes free to this user, bytes in all, and how many files can still be made (None: not limited)."""

    free: int
    total: int
    files: int | None

    @property
    def few_files(self) -> bool:
        """Whether hardly any file can still be made, however much room there is."""
        return self.files is not None and self.files < FEW_FILES

    @property
    def level(self) -> Level:
        """`wrong` when what people hand in may no longer be kept."""
        if self.free < max(LEAST, min(FULL, self.total * FULL_PART)) or (
            self.files is not None and self.files < FEW_FILES // 10
        ):
            return "wrong"
        low = self.free < min(LOW, self.total * LOW_PART) or (
            self.files is not None and self.files < FEW_FILES
        )
        return "note" if low else "fine"


def disk(folder: Path) -> Disk | None:
    """The disk of a folder, or of the nearest one above that exists; None where the system does not tell."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    size = found.f_frsize
    return Disk(
        free=found.f_bavail * size,
        total=found.f_blocks * size,
        files=found.f_favail if found.f_files else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """The last backup; `there`: whether its file can still be seen from here, which one on a disk put away cannot."""

    last: record.Last | None
    there: bool
    level: Level


def backup(data: Path, *, now: datetime, young: bool) -> Backup:
    """Judge the last backup. An office that is younger than a week may still have none."""
    last = record.read(data)
    if last is None:
        return Backup(last=None, there=False, level="note" if young else "wrong")
    age = now - last.at
    late: Level = (
        "wrong"
        if age > BACKUP_LATE
        else "note"
        if age > BACKUP_DUE or last.missing or age < -CLOCK_WRONG
        else "fine"
    )
    return Backup(last=last, there=Path(last.file).exists(), level=late)


def is_young(session: Session, local: datetime) -> bool:
    """Whether there was no office a week ago. `local`: office time in the office's zone."""
    installed = session.scalar(select(OfficeStateRow.installed_on).where(OfficeStateRow.id == 1))
    return installed is None or local.date() - installed < BACKUP_LATE


def ages(session: Session, now: datetime) -> dict[str, float]:
    """How long ago each kind of process was last seen, in seconds of machine time."""
    rows = session.execute(select(HeartbeatRow.name, HeartbeatRow.at))
    return {name: round((now - at).total_seconds(), 1) for name, at in rows}


def at_work(age: float | None) -> bool:
    """Whether a process that was seen so long ago, in seconds, is at work. What a wrong clock wrote as later than now tells nothing."""
    return age is not None and abs(age) <= FRESH.total_seconds()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """How far this machine's clock is off, in seconds: `ahead` of other clocks by name; `back`: behind what was written before."""

    ahead: Mapping[str, float]
    back: float

    @property
    def worst(self) -> float:
        """The largest difference, seconds, never negative."""
        return max([self.back, *(abs(each) for each in self.ahead.values())], default=0.0)

    @property
    def level(self) -> Level:
        """A minute is wrong: leases and limits are counted by this clock."""
        if self.worst > CLOCK_WRONG.total_seconds():
            return "wrong"
        return "note" if self.worst > CLOCK_NOTE.total_seconds() else "fine"


def clocks(session: Session, broker: redis.Redis | None, now: datetime) -> Clocks:
    """Compare with the clocks of PostgreSQL and Redis, and with the newest instants on record."""
    ahead: dict[str, float] = {}
    if session.get_bind().dialect.name == "postgresql":
        ahead["PostgreSQL"] = now.timestamp() - float(
            session.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
        )
    if broker is not None:
        try:
            seconds, micro = broker.time()
            ahead["Redis"] = now.timestamp() - (seconds + micro / 1e6)
        except (redis.RedisError, OSError):
            pass
    seen = session.scalar(select(func.max(HeartbeatRow.at)))
    # The index of attempts begins with the channel, so each channel's newest is one step.
    newest = (
        select(func.max(AttemptRow.ended_at)).where(AttemptRow.channel_id == ChannelRow.id).correlate(ChannelRow).scalar_subquery()
    )  # fmt: skip
    tried = session.scalar(select(func.max(newest)).select_from(ChannelRow))
    known = [at for at in (seen, tried) if at is not None]
    back = max((at - now for at in known), default=timedelta())
    return Clocks(ahead=ahead, back=max(0.0, back.total_seconds()))


def policy_of(broker: redis.Redis) -> str | None:
    """What Redis does when its memory is full; None where it does not tell. `INFO` is allowed where `CONFIG` is not."""
    try:
        return str(broker.info("memory")["maxmemory_policy"])
    except (redis.ResponseError, KeyError, TypeError):
        return None


def calendar_level(calendar: WorkCalendar, today: date) -> Level:
    """How far the announced working days reach: `wrong` without the year's notice, `note` from November without the next one's."""
    last = calendar.last_announced
    if calendar.missing_years(today.year):
        return "wrong"
    return "note" if last is not None and last.year == today.year and today.month >= NOTICE_MONTH else "fine"
