"""What jobs need from the process they run in. The edge installs it; jobs ask for it when they run, never when they are imported."""

import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from models.engine import Database
from tasks.delivery.outgoing import Outgoing
from tasks.roster.people import Cipher
from tasks.wording.texts import Texts


class Runtime(Protocol):
    """One worker process, as its jobs see it."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def texts(self) -> Texts:
        """Templates and catalogues."""
        ...

    @property
    def cipher(self) -> Cipher:
        """Opens sealed mobile numbers."""
        ...

    @property
    def owner(self) -> str:
        """The name under which this process claims messages."""
        ...

    @property
    def stopping(self) -> bool:
        """Whether the process has been told to end: finish what is on the wire, begin nothing."""
        ...

    def machine_now(self) -> datetime:
        """The machine's instant, UTC."""
        ...

    def office_now(self, session: Session) -> datetime:
        """The office's instant, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds, for measuring."""
        ...

    def pause(self, seconds: float) -> None:
        """Let others have the database for a moment; ends early when the process stops."""
        ...

    def deliver(self, batch: Sequence[Outgoing], *, now: datetime, lease_until: datetime) -> None:
        """Send each message and return when every result is committed. `now` is office time, the lease machine time."""
        ...

    def ask(self, job: str, *, times: int = 1) -> None:
        """Ask for a job, best effort: what is lost is found again by beat."""
        ...

    def beat_heart(self) -> None:
        """Tell the monitor outside the house that all is well, where the installation names one. Never raises."""
        ...

    def seen(self, session: Session, name: str) -> None:
        """Note that this kind of process is at work."""
        ...


_making: list[Callable[[], Runtime]] = []
_made: list[Runtime] = []
_lock = threading.Lock()


def install(make: Callable[[], Runtime]) -> None:
    """Say how a process gets its runtime; nothing is made yet."""
    _making[:] = [make]
    forget()


def current() -> Runtime:
    """The runtime of this process, made on first use. Raise LookupError if none was installed."""
    with _lock:
        if not _made:
            if not _making:
                raise LookupError("no runtime was installed; import worker.app")
            _made.append(_making[0]())
        return _made[0]


def made() -> Runtime | None:
    """The runtime of this process if it has been used."""
    return _made[0] if _made else None


def forget() -> None:
    """Make a new one on next use."""
    _made.clear()


# A child must not use its parent's connections and threads.
os.register_at_fork(after_in_child=forget)
