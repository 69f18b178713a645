"""Keeps the processes of one machine running: starts them in order, restarts what dies, stops all.

Only the standard library and small modules: this process lives as long as the office does.
One thread, one loop: output of the children, signals and due times are waited for in one `select`.
"""

import contextlib
import fcntl
import logging
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from schedules.words import Words, phrase
from worker.child import Child, LogFile, Process
from worker.errors import AlreadyRunning, NotConfigured
from worker.readiness import answers

log = logging.getLogger(__name__)

READY_SECONDS = 60.0
ASK_SECONDS = 0.05  # between two questions whether a server is ready
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # before the next start of a process that keeps dying
STOP_LOOK_SECONDS = 0.5  # between two looks whether a process has used up its time to stop
SETTLED_SECONDS = 60.0  # a process that lived this long starts again at once
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


@dataclass(slots=True)
class _Place:
    """Where a process belongs: the child that fills it, or the instant its next start is due."""

    process: Process
    child: Child | None = None
    started: float = 0.0
    failures: int = 0
    due: float | None = None  # machine seconds; None if it runs or shall not


class Supervisor:
    """Runs processes until it is told to stop by SIGINT, SIGTERM or SIGHUP.

    Foundations start first and end last. A second signal while stopping kills at once. `prepare` is called while the foundations get
    ready; after it nothing may be open that a forked process must not have (see `worker.forked`).
    """

    def __init__(
        self,
        processes: Sequence[Process],
        log_dir: Path,
        *,
        lock: Path,
        prepare: Callable[["Supervisor"], None] | None = None,
        echo: Callable[[str], None] | None = None,
        ready_seconds: float = READY_SECONDS,
        backoff: Sequence[float] = BACKOFF_SECONDS,
    ) -> None:
        in_order = sorted(processes, key=lambda process: not process.foundation)
        self._places = [_Place(process) for process in in_order]
        self._log_dir = log_dir
        self._lock = lock
        self._prepare = prepare
        self._echo = echo
        self._ready_seconds = ready_seconds
        self._backoff = backoff
        self._selector = selectors.DefaultSelector()
        self._stops = 0

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stops > 0

    def run(self, on_ready: Callable[[], None] | None = None) -> None:
        """Start all, call `on_ready` when every server answers, return when all have been stopped.

        Raises AlreadyRunning if another supervisor holds the lock, NotConfigured if a server does not
        get ready, and whatever `prepare` raises.
        """
        self._log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with held(self._lock), self._signals():
            try:
                self._start_all()
                if on_ready and not self._stops:
                    on_ready()
                while not self._stops:
                    self._turn(self._next_due())
            finally:
                self._stop_all()

    def _start_all(self) -> None:
        """Start the foundations, prepare meanwhile, then start the others, each when those before it are ready."""
        foundations = [place for place in self._places if place.process.foundation]
        for place in foundations:
            self._start(place)
        if self._prepare:
            self._prepare(self)
        for place in foundations:
            self._wait_until_ready(place)
        for place in self._places[len(foundations) :]:
            if self._stops:
                return
            self._start(place)
            self._wait_until_ready(place)

    def _signals(self) -> contextlib.AbstractContextManager[None]:
        return woken_by_signals(self._selector, self._signalled)

    def _signalled(self, number: int, _frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._stops += 1

    def _turn(self, until: float | None) -> None:
        """Wait for output, a signal or an instant; then reap and start what has to be."""
        wait = None if until is None else max(0.0, until - time.monotonic())
        for key, _ in self._selector.select(wait):
            if isinstance(key.data, Child):
                if key.data.copy_output() == 0:
                    self._selector.unregister(key.fileobj)
            else:
                key.data()
        for place in self._places:
            if place.child and place.child.ended():
                self._lost(place, place.child)
            if place.due is not None and place.due <= time.monotonic() and not self._stops:
                self._start(place)

    def _next_due(self) -> float | None:
        return min((place.due for place in self._places if place.due is not None), default=None)

    def _start(self, place: _Place) -> None:
        name = place.process.name
        place.due = None
        place.started = time.monotonic()
        try:
            place.child = Child(place.process, log=LogFile(self._log_dir / f"{name}.log"), echo=self._echo)
        except OSError as error:  # the program is not there, or the machine can start no more
            self._again(place, str(error))
            return
        self._selector.register(place.child.output, selectors.EVENT_READ, place.child)
        self._log(logging.INFO, "%s started (process %d)", place, "started", place.child.pid)

    def _lost(self, place: _Place, child: Child) -> None:
        """A process ended: let go of it and, unless all shall stop, have it start again."""
        self._release(place, child)
        if not self._stops:
            self._again(place, child.how)

    def _again(self, place: _Place, why: str) -> None:
        """Set the instant of the next start: at once after a long life, later and later otherwise."""
        now = time.monotonic()
        settled = now - place.started >= SETTLED_SECONDS
        place.failures = 0 if settled else place.failures + 1
        wait = 0.0 if settled else self._backoff[min(place.failures, len(self._backoff)) - 1]
        place.due = now + wait
        self._log(logging.WARNING, "%s ended (%s); next start in %.1f s", place, "ended", why, wait)

    def _release(self, place: _Place, child: Child) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(child.output)
        child.close()
        place.child = None

    def _wait_until_ready(self, place: _Place) -> None:
        """Give a server time to answer, across restarts. Raises NotConfigured if it does not."""
        if place.process.ready is None:
            return
        end = time.monotonic() + self._ready_seconds
        while not self._stops and not (place.child and answers(place.process.ready)):
            if time.monotonic() > end:
                file = self._log_dir / f"{place.process.name}.log"
                raise NotConfigured(not_ready(place.process.name, file))
            self._turn(time.monotonic() + ASK_SECONDS)

    def _stop_all(self) -> None:
        """Stop what runs, in reverse order, foundations last."""
        self._stops = max(self._stops, 1)
        log.info("stopping", extra={"event": "supervisor_stopping"})
        for foundation in (False, True):
            group = [place for place in reversed(self._places) if place.process.foundation is foundation]
            self._stop(group)
        self._selector.close()

    def _stop(self, group: Sequence[_Place]) -> None:
        for place in group:
            place.due = None
            if place.child:
                place.child.terminate()
        asked, patience = time.monotonic(), self._stops
        killed: set[str] = set()
        while running := [place for place in group if place.child]:
            for place in running:
                late = time.monotonic() - asked >= place.process.stop_seconds
                if place.child and (late or self._stops > patience) and place.process.name not in killed:
                    killed.add(place.process.name)
                    place.child.kill()
                    self._log(logging.WARNING, "%s did not stop in time and was killed", place, "killed")
            self._turn(time.monotonic() + STOP_LOOK_SECONDS)

    def _log(self, level: int, sentence: str, place: _Place, event: str, *values: object) -> None:
        name = place.process.name
        log.log(level, sentence, name, *values, extra={"event": f"process_{event}", "program": name})


def already_running(lock: Path, pid: str) -> Words:
    """The sentence of AlreadyRunning."""
    return phrase(
        "duban is already running (process {pid}, {file}); stop it first, or set another DUBAN_DATA",
        pid=pid,
        file=lock,
    )


def not_ready(name: str, file: Path) -> Words:
    """The sentence about a server that does not answer."""
    return phrase("{name} does not start; see {file}", name=name, file=file)


@contextlib.contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock file for the length of a `with`; the system lets go of it however this process ends.

    Raises AlreadyRunning if another process holds it.
    """
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with lock.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise AlreadyRunning(already_running(lock, file.read().strip() or "?")) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextlib.contextmanager
def woken_by_signals(
    selector: selectors.BaseSelector, handler: Callable[[int, FrameType | None], None]
) -> Iterator[None]:
    """Handle signals for the length of a `with`, each of which also wakes the selector."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    woken = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    selector.register(reader, selectors.EVENT_READ, lambda: os.read(reader, 4096))
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
        signal.set_wakeup_fd(woken)
        os.close(reader)
        os.close(writer)
