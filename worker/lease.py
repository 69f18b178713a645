"""Who leads, of several processes of one kind: a row that expires by machine time. It saves work; nothing rests on it."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.schedules import LeaseRow
from worker import heartbeat

log = logging.getLogger("celery.beat")

LASTS = timedelta(seconds=9)
RENEW_WHEN_LEFT = timedelta(seconds=6)


class Lease:
    """One holder's view of a lease."""

    def __init__(self, name: str, holder: str) -> None:
        self._name = name
        self._holder = holder
        self._until: datetime | None = None
        self._behind: str | None = None  # whom we stand by for

    def held(self, now: datetime) -> bool:
        """Whether we lead."""
        return self._until is not None and now < self._until

    def wants(self, now: datetime) -> bool:
        """Whether it is time to renew, or to see whether the other one is gone."""
        if self._until is None:
            return True
        left = self._until - now
        return left < RENEW_WHEN_LEFT or left > LASTS  # the machine's clock was set back

    def lost(self) -> None:
        """Another process leads."""
        self._until = None

    def elsewhere(self, session: Session, now: datetime) -> bool:
        """Whether another process leads. Only reads, so that those who wait cost nothing."""
        row = session.get(LeaseRow, self._name)
        if row is None or row.holder == self._holder or is_free(row, now):
            return False
        if row.holder != self._behind:
            self._behind = row.holder
            log.info("beat: %s leads, %s stands by", row.holder, self._holder)
        return True

    def take(self, session: Session, now: datetime) -> bool:
        """Take or renew the lease if it is ours, free or lapsed; whether we lead. Writes the heartbeat of who leads."""
        row = session.scalar(select(LeaseRow).where(LeaseRow.name == self._name).with_for_update())
        led = self._until is not None
        if row is None:
            row = LeaseRow(name=self._name, holder=self._holder, until=now + LASTS, fence=1)
            session.add(row)
        elif row.holder != self._holder:
            if not is_free(row, now):
                self._until = None
                return False
            row.holder, row.fence = self._holder, row.fence + 1
        row.until = self._until = now + LASTS
        heartbeat.seen(session, self._name)
        self._behind = None
        if not led:
            log.info("beat: %s leads", self._holder)
        return True

    def release(self, session: Session) -> None:
        """Give it back, so that another may lead at once."""
        if self._until is None:
            return
        row = session.get(LeaseRow, self._name)
        if row is not None and row.holder == self._holder:
            row.until = row.until - 2 * LASTS
        self._until = None


def is_free(row: LeaseRow, now: datetime) -> bool:
    """Whether a lease has lapsed; one that lasts longer than any lease is the work of a clock that was wrong."""
    return row.until <= now or row.until > now + 2 * LASTS
