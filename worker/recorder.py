"""One thread for each process that commits what the providers said: whatever arrived within 10 ms, at most 16 at once.

A commit for each message would cost more than sending it. What a crash can repeat is what was on the wire or not yet committed:
never more than 16 messages of a process, because a sender must hold one of 16 places from before the wire until after the commit.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from models.engine import Database
from tasks.delivery.outcomes import Result
from worker.clock import monotonic

log = logging.getLogger(__name__)

GROUP = 16
GROUP_SECONDS = 0.010
PATIENCE_SECONDS = 30.0  # for a database that does not answer; then the lease decides
AGAIN_SECONDS = 0.25
Record = Callable[[Session, Sequence[Result]], object]


@dataclass(frozen=True, slots=True)
class _Entry:
    results: tuple[Result, ...]
    done: "Future[None]" = field(default_factory=Future)


class Recorder:
    """Commits results in groups. `record` writes a group in the session it is given."""

    def __init__(self, db: Database, record: Record) -> None:
        self._db = db
        self._record = record
        self._entries: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._places = threading.BoundedSemaphore(GROUP)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
        self._thread.start()

    def reserve(self) -> None:
        """Wait for a place; call before the wire. The place is given back when the result is committed."""
        self._places.acquire()

    def add(self, *results: Result) -> "Future[None]":
        """Hand over what one sending came to, whose place was reserved; the future is done when it is committed, or fails."""
        entry = _Entry(results)
        self._entries.put(entry)
        return entry.done

    def close(self) -> None:
        """Commit what has arrived and end the thread."""
        self._closed.set()
        self._entries.put(None)
        self._thread.join(PATIENCE_SECONDS)

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            self._commit(group)

    def _next_group(self) -> list[_Entry] | None:
        """Wait for a result, then for company; None at the end."""
        first = self._entries.get()
        if first is None:
            return None
        group = [first]
        end = monotonic() + GROUP_SECONDS
        while len(group) < GROUP:
            try:
                entry = self._entries.get(timeout=max(0.0, end - monotonic()))
            except queue.Empty:
                break
            if entry is None:
                self._entries.put(None)
                break
            group.append(entry)
        return group

    def _commit(self, group: Sequence[_Entry]) -> None:
        try:
            self._write([result for entry in group for result in entry.results])
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for these results
            if len(group) > 1 and not isinstance(error, OperationalError):
                for entry in group:
                    self._commit([entry])  # one that cannot be written must not take the others with it
                return
            log.warning("%d results were not recorded, their leases will lapse: %s", len(group), error)
            failure: Exception | None = error
        else:
            failure = None
        for entry in group:
            self._settle(entry, failure)

    def _write(self, results: Sequence[Result]) -> None:
        """Write a group; while the database does not answer, try again. Once more too where somebody else wrote the same meanwhile."""
        end, met = monotonic() + PATIENCE_SECONDS, False
        while True:
            try:
                with self._db.writing.begin() as session:
                    self._record(session, results)
                return
            except IntegrityError:
                if met:
                    raise
                met = True
            except OperationalError as error:
                if monotonic() > end or self._closed.is_set():
                    raise
                log.warning("the database does not take results: %s", error.orig)
                self._closed.wait(AGAIN_SECONDS)

    def _settle(self, entry: _Entry, error: Exception | None) -> None:
        self._places.release()
        if error is None:
            entry.done.set_result(None)
        else:
            entry.done.set_exception(error)
