"""Beat: a `celery.beat.Scheduler` that asks for jobs when the database says that something is due.

Its entries are the applied schedules. It keeps no heap and no file: each tick reads four minima over partial indexes
(`tasks.wake`), publishes the jobs whose instant is reached, and waits for the next instant or a nudge. What is due stays due until the
job has moved it, so a beat that was dead for a week, a lost message or two beats at once do no harm. A lease lets one of several
lead; it only saves work.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import redis
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from models.engine import Database, connect
from models.queries.ledger import waiting
from models.queries.wake import Wake, next_wake
from models.schedules import OfficeStateRow
from tasks.job_names import AUDIT, DELIVER, OPEN, QUEUES, RESCUE, SWEEP, deliverers
from worker import clock
from worker.entries import Entries, NextRun
from worker.lease import Lease
from worker.memory import trim
from worker.nudge import KEY, redis_client
from worker.settings import Settings

log = logging.getLogger("celery.beat")

TICK_SECONDS = 1.0  # the longest wait; without Redis the time until a nudge is noticed
REDIS_SECONDS = 2.0  # for an answer of Redis
AGAIN_SECONDS = 2.0  # before a job is asked for again whose instant has not moved
# Asked for that often, whatever the minima say: its heartbeat shows that workers live, and the auditor has no instant of its own.
PULSES = {SWEEP: 30.0, DELIVER: 30.0, AUDIT: 60.0}
EXPIRES_SECONDS = 30
LONGEST_QUEUE = 10
QUIET_SECONDS = 10.0  # between two lines about the same trouble
# What the two databases say when there is no database file, and when there are no tables.
NO_TABLES = ("unable to open database file", "no such table", "does not exist", "UndefinedTable")


def _advice(error: str) -> str:
    """What to do about an error, where that is known."""
    if any(words in error for words in NO_TABLES):
        return "; there is no database or it has no tables yet: run `duban migrate`, then `duban apply`"
    return ""


class DatabaseScheduler(Scheduler):
    """See the module. Several may run; `tick` never raises while database or broker are away."""

    def __init__(self, app: Celery, *, settings: Settings | None = None, **kwargs: Any) -> None:
        self._settings = settings or Settings.load()
        self._db: Database | None = None
        self._redis: redis.Redis | None = None
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._lease = Lease("beat", self._holder)
        self._entries = Entries()
        self._asked: dict[str, tuple[datetime | None, float]] = {}
        self._told: dict[str, float] = {}
        self._stop = threading.Event()
        self._busy = False
        super().__init__(app=app, **kwargs)

    @property
    def db(self) -> Database:
        """The database, connected when it is first needed."""
        if self._db is None:
            self._db = connect(self._settings.database_url)
            self._redis = redis_client(self._settings.redis_url, seconds=REDIS_SECONDS)
            trim()
        return self._db

    def setup_schedule(self) -> None:
        """Nothing to set up: the schedule is in the database."""

    @property
    def schedule(self) -> dict[str, ScheduleEntry]:
        """The applied schedules by name, each with its last run, number of runs and next run, as the database has them now."""
        with self._reading() as session:
            rows = self._entries.read(session)
        return {
            row.key: ScheduleEntry(
                name=row.key, task=OPEN, schedule=NextRun(row.next_at, app=self.app), last_run_at=row.last_run_at,
                total_run_count=row.runs, app=self.app,
            )
            for row in rows
        }  # fmt: skip

    @schedule.setter
    def schedule(self, value: object) -> None:
        """Celery's own set-up assigns an empty schedule; the database stays the truth."""

    @property
    def info(self) -> str:
        """One line for the banner of `celery beat`."""
        return (
            f"    . database -> {make_url(self._settings.database_url).render_as_string(hide_password=True)}"
        )

    def tick(self, *_args: object, **_kwargs: object) -> float:
        """Look, ask, wait. Return 0: the waiting has been done here, where a nudge can end it."""
        wait = TICK_SECONDS
        try:
            wait = self._turn()
        except Exception as error:  # noqa: BLE001 - beat outlives whatever is away
            self._complain("tick", error)
        self._wait(wait)
        return 0.0

    def close(self) -> None:
        """Give the lease back. Celery's signal handler calls it too, maybe amid a transaction or a wait: then its second call does it."""
        self._stop.set()
        if self._db is None or self._busy:
            return
        with suppress(Exception), self._writing() as session:
            self._lease.release(session)
        if self._redis is not None:
            with suppress(redis.RedisError, OSError):
                self._redis.close()
        self._db.dispose()
        self._db = None

    def sync(self) -> None:
        """Nothing is kept here that could be lost."""

    def _turn(self) -> float:
        """One look. Return how many seconds there are until the next instant."""
        if not self._leads():
            return TICK_SECONDS
        with self._reading() as session:
            wake = next_wake(session)
            now = clock.office_now(session)
            stepped = clock.stepped_at(session) is not None
            work = deliverers(waiting(session, now=now)) if wake.send_at and wake.send_at <= now else 0
            self._entries.log_changes(session, wake.open_at)
            if wake.open_at is None:
                self._look_for_an_office(session)
        machine_now = clock.machine_now()
        self._ask_due(wake, now, machine_now, work)
        return self._until(wake, now, machine_now, stepped=stepped)

    def _look_for_an_office(self, session: Session) -> None:
        """Say once in a while that there is nothing to do yet, and what brings it."""
        state = session.get(OfficeStateRow, 1)
        if state is None or state.version_id is None:
            self._warn("office", "no office has been applied yet; run `duban apply`")

    def _leads(self) -> bool:
        """Whether this beat leads; takes or renews the lease when it is time."""
        now = clock.machine_now()
        if self._lease.wants(now):
            with self._reading() as session:
                if self._lease.elsewhere(session, now):
                    self._lease.lost()
                    return False
            with self._writing() as session:
                return self._lease.take(session, now)
        return self._lease.held(now)

    def _ask_due(self, wake: Wake, now: datetime, machine_now: datetime, work: int) -> None:
        for job, at, reference, times in (
            (OPEN, wake.open_at, now, 1),
            (SWEEP, wake.sweep_at, now, 1),
            (RESCUE, wake.lease_at, machine_now, 1),
            (DELIVER, wake.send_at, now, work),
            (AUDIT, None, now, 1),
        ):
            due = at is not None and at <= reference
            if self._is_time(job, at if due else None, due=due):
                self._ask(job, times=max(1, times) if due else 1)
                self._asked[job] = (at if due else None, clock.monotonic())

    def _is_time(self, job: str, at: datetime | None, *, due: bool) -> bool:
        """Whether to ask now: for a new instant at once, for one that has not moved again after a while, else for the pulse."""
        last_at, when = self._asked.get(job, (None, float("-inf")))
        passed = clock.monotonic() - when
        if due:
            return at != last_at or passed >= AGAIN_SECONDS
        return job in PULSES and passed >= PULSES[job]

    def _ask(self, job: str, *, times: int) -> None:
        """Publish a job unless enough of it waits already."""
        try:
            if self._queue_length(QUEUES[job]) >= LONGEST_QUEUE:
                return
            for _ in range(times):
                self.app.send_task(job, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - any broker's own errors; it is asked for again
            self._complain(job, error)

    def _queue_length(self, queue: str) -> int:
        """How many wait; 0 where the broker does not tell."""
        return int(self._redis.llen(queue)) if self._redis else 0

    def _until(self, wake: Wake, now: datetime, machine_now: datetime, *, stepped: bool) -> float:
        """Seconds until the next instant, at most one tick. A stepped office clock does not move by waiting."""
        seconds = [TICK_SECONDS]
        if wake.lease_at is not None and wake.lease_at > machine_now:
            seconds.append((wake.lease_at - machine_now).total_seconds())
        for at in () if stepped else (wake.open_at, wake.sweep_at, wake.send_at):
            if at is not None and at > now:
                seconds.append((at - now).total_seconds())
        return min(seconds)

    def _wait(self, seconds: float) -> None:
        """Wait for a nudge, at most so long. A beat that does not lead must leave the nudges to the one that does."""
        if self._stop.is_set():
            return
        end = clock.monotonic() + seconds
        if self._redis is not None and self._lease.held(clock.machine_now()):
            try:
                # A timeout of 0 would wait for ever.
                with self._marked():
                    self._redis.brpop([KEY], timeout=max(0.01, seconds))
                    self._redis.delete(KEY)  # one nudge is as good as ten
                return
            except (redis.RedisError, OSError) as error:
                self._complain("nudge", error)
        self._stop.wait(max(0.01, end - clock.monotonic()))

    def _complain(self, about: str, error: Exception) -> None:
        """Log an error with what to do about it."""
        words = [*str(error).strip().splitlines(), ""]
        self._warn(about, f"{type(error).__name__}: {words[0]}{_advice(words[0])}")

    def _warn(self, about: str, what: str) -> None:
        """Log a trouble, at most once in a while."""
        now = clock.monotonic()
        if now - self._told.get(about, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._told[about] = now
            log.warning("beat: %s: %s", about, what)

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self._marked(), self.db.reading() as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with self._marked(), self.db.writing.begin() as session:
            yield session

    @contextmanager
    def _marked(self) -> Iterator[None]:
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
