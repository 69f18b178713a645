"""The applied schedules as `celery beat` lists them: by name, with the last and the next run."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from celery.schedules import BaseSchedule, schedstate
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.schedules import ScheduleRow
from worker.clock import machine_now, monotonic
from worker.zone import zone_in_force

log = logging.getLogger("celery.beat")

LOOK_SECONDS = 5.0  # between two looks for changes that no next run shows


@dataclass(frozen=True, slots=True)
class Entry:
    """One schedule and its marks."""

    key: str
    title: str
    next_at: datetime | None
    last_run_at: datetime | None
    runs: int


class NextRun(BaseSchedule):
    """The next run that the database has; due when it is reached."""

    def __init__(self, at: datetime | None, *, app: Any = None) -> None:
        super().__init__(app=app)
        self.at = at

    def is_due(self, last_run_at: datetime | None) -> schedstate:
        """Whether it is reached, and how many seconds are left."""
        left = (self.at - machine_now()).total_seconds() if self.at else float("inf")
        return schedstate(is_due=left <= 0, next=max(0.0, left))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NextRun) and other.at == self.at

    def __hash__(self) -> int:
        return hash((NextRun, self.at))

    def __repr__(self) -> str:
        return f"<next: {self.at.isoformat() if self.at else 'never'}>"


class Entries:
    """Reads the entries and logs each whose next run is new."""

    def __init__(self) -> None:
        self._shown: dict[str, Entry] | None = None
        self._looked = -LOOK_SECONDS
        self._open_at: datetime | None = None

    def read(self, session: Session) -> Sequence[Entry]:
        """Every schedule in force, by name."""
        rows = session.scalars(
            select(ScheduleRow).where(ScheduleRow.removed_at.is_(None)).order_by(ScheduleRow.key)
        )
        return [Entry(row.key, row.title, row.next_at, row.last_run_at, row.runs) for row in rows]

    def log_changes(self, session: Session, open_at: datetime | None) -> None:
        """Log what is new since the last call; looks when the earliest next run has moved, else every few seconds."""
        if open_at == self._open_at and monotonic() - self._looked < LOOK_SECONDS:
            return
        self._open_at, self._looked = open_at, monotonic()
        found = {entry.key: entry for entry in self.read(session)}
        if found == self._shown:
            return
        zone = zone_in_force(session)
        before = self._shown or {}
        if self._shown is None:
            log.info("beat: %d schedules", len(found))
        for key, entry in found.items():
            if before.get(key) != entry:
                log.info("beat: %s %s: next %s, last %s, runs %d", key, entry.title,
                         _local(entry.next_at, zone), _local(entry.last_run_at, zone), entry.runs)  # fmt: skip
        for key in before.keys() - found.keys():
            log.info("beat: %s is gone", key)
        self._shown = found


def _local(at: datetime | None, zone: tzinfo) -> str:
    """An instant in office time, to the minute."""
    return "-" if at is None else at.astimezone(zone).isoformat(timespec="minutes")
