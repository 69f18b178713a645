"""What the jobs of a worker process run on: the process's runtime, its sender, its recorder, and how it asks for more."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from celery import Celery
from sqlalchemy.orm import Session

from models.queries.limits import used
from tasks.delivery import deliver as ledger
from tasks.delivery.outcomes import Result
from tasks.delivery.outgoing import Outgoing
from worker import clock, heartbeat
from worker.bootstrap import Runtime
from worker.limits import Limits
from worker.memory import release
from worker.recorder import Recorder
from worker.settings import Settings

if TYPE_CHECKING:
    from worker.channels.send import Sender

log = logging.getLogger(__name__)

POOL = 10  # connections of a worker process: its threads and the recorder
ASK_EXPIRES = 30  # seconds; a wake-up that waited longer is worthless, beat asks again
SEEN_SECONDS = 10.0
TIDY_SECONDS = 0.3  # after a job, so that free pages are given back once for all jobs of a moment: it looks through the whole heap
RECORDED_SECONDS = 60.0


class JobRuntime(Runtime):
    """The runtime of one worker process; `tasks.runtime.Runtime` says what jobs use of it."""

    def __init__(self, settings: Settings, app: Celery) -> None:
        super().__init__(settings, pool_size=POOL)
        self._app = app
        self._stop = threading.Event()
        self._seen: dict[str, float] = {}
        self._tidying: threading.Timer | None = None
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    @cached_property
    def sender(self) -> "Sender":
        """Apprise behind our own reading of answers; its 20 MB are loaded only where something is sent."""
        made: Sender = import_module("worker.channels.send").Sender(
            outbox_file=self.settings.data / "outbox.jsonl",
            secret=self.settings.secret,
            tokens=self.tokens,
            gettext=self.gettext,
            machine_now=clock.machine_now,
            limits=Limits(self.settings.redis_url, self._used, clock.machine_now),
        )
        return made

    @cached_property
    def recorder(self) -> Recorder:
        """Commits results in groups."""
        return Recorder(self.db, self._record)

    @property
    def stopping(self) -> bool:
        """Whether the process was told to end."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stop.set()

    def machine_now(self) -> datetime:
        """The machine's instant."""
        return clock.machine_now()

    def office_now(self, session: Session) -> datetime:
        """The office's instant."""
        return clock.office_now(session)

    def monotonic(self) -> float:
        """Seconds, for measuring."""
        return clock.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait a moment, or until the process stops."""
        self._stop.wait(seconds)

    def deliver(self, batch: Sequence[Outgoing], *, now: datetime, lease_until: datetime) -> None:
        """Send each and wait until all results are committed. What was not begun when the process stops keeps its lease."""
        waiting: list[Future[None]] = []
        for message in batch:
            if self._stop.is_set() and waiting:
                log.info("stopping: %d claimed messages are left to their lease", len(batch) - len(waiting))
                break
            self.recorder.reserve()
            sent = self.sender.send(message, now=now, lease_until=lease_until)
            waiting.append(self.recorder.add(*sent.of_all(message)))
        for future in waiting:
            future.result(RECORDED_SECONDS)

    def ask(self, job: str, *, times: int = 1) -> None:
        """Ask for a job through the broker. Best effort: beat finds again whatever is lost."""
        try:
            for _ in range(times):
                self._app.send_task(job, expires=ASK_EXPIRES, retry=False, ignore_result=True)
        except Exception as error:  # noqa: BLE001 - any broker's own errors
            log.warning("could not ask for %s: %s", job, error)

    def beat_heart(self) -> None:
        """Ping the outside monitor, if there is one; what it does not hear it alarms about."""
        address = self.settings.heartbeat_url
        if address is None:
            return
        try:
            answer = import_module("worker.channels.http").get(address)
        except Exception as error:  # noqa: BLE001 - the monitor notices by itself
            log.warning("the outside monitor cannot be reached: %s", error)
        else:
            if not 200 <= answer.status < 300:
                log.warning("the outside monitor answers HTTP %d", answer.status)

    def seen(self, session: Session, name: str) -> None:
        """Write the heartbeat of this kind of process, at most every ten seconds."""
        if clock.monotonic() - self._seen.get(name, -SEEN_SECONDS) >= SEEN_SECONDS:
            self._seen[name] = clock.monotonic()
            heartbeat.seen(session, name)

    def tidy(self) -> None:
        """After jobs: soon give back what their threads needed for a moment; 5 MB in the process that sends."""
        if self._tidying is None or not self._tidying.is_alive():
            self._tidying = threading.Timer(TIDY_SECONDS, release)
            self._tidying.daemon = True
            self._tidying.start()

    def close(self) -> None:
        """Commit what has arrived, then let go of everything."""
        self._stop.set()
        if "recorder" in self.__dict__:
            self.recorder.close()
        super().close()

    def _used(self, template: str, recipient: str, seconds: float) -> int:
        with self.db.reading() as session:
            return used(session, template, recipient, since=clock.machine_now() - timedelta(seconds=seconds))

    def _record(self, session: Session, results: Sequence[Result]) -> None:
        ours = ledger.record(session, results, now=clock.office_now(session), machine_now=clock.machine_now())
        if ours < len(results):
            log.warning("%d results came after their lease was taken over", len(results) - ours)
