"""One process under the supervisor: how it starts, where its output goes, how it ends."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import FileIO
from pathlib import Path
from types import ModuleType

from worker.forked import Forked, die_with
from worker.memory import uncollected, without

LOG_BYTES = 5_000_000  # of one file; the one before is kept as `.1`
READ_BYTES = 65_536
PRELOAD = "worker.preload"  # heavy, so imported only by a supervisor that forks


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A program to keep running.

    A foundation starts before the others and ends after them. `ready` is the URL of its server (see
    `worker.readiness.answers`): what comes later in the list starts when it answers. A forked one is a Python program
    (`python -m …`) that runs in a fork of the supervisor and shares its memory, see `worker.preload`.
    """

    name: str
    command: tuple[str, ...]
    foundation: bool = False
    ready: str | None = None
    forked: bool = False
    stop_seconds: float = 15.0  # from SIGTERM to SIGKILL


class LogFile:
    """A file that takes whole lines and starts anew when it is full."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO = path.open("ab", buffering=0)

    def write(self, lines: bytes) -> None:
        """Append and show it to readers at once; on a full disk the lines are lost, not the office."""
        with contextlib.suppress(OSError):
            if self._file.tell() + len(lines) > LOG_BYTES:
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                full, self._file = self._file, self._path.open("ab", buffering=0)
                full.close()
            self._file.write(lines)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Child:
    """A running process, leader of its own session, so that a Ctrl-C reaches the supervisor alone."""

    def __init__(self, process: Process, *, log: LogFile, echo: Callable[[str], None] | None) -> None:
        self.process = process
        self._log = log
        self._echo = echo
        self._half_line = b""
        self._popen = _fork(process) if process.forked else _start(process)
        if self._popen.stdout is None:
            raise AssertionError("a pipe was asked for")
        self.output = self._popen.stdout
        os.set_blocking(self.output.fileno(), False)

    @property
    def pid(self) -> int:
        """The process id, also after the end."""
        return self._popen.pid

    @property
    def how(self) -> str:
        """How it ended: `exit 1` or `SIGKILL`."""
        code = self._popen.returncode
        return f"exit {code}" if code is None or code >= 0 else signal.Signals(-code).name

    def copy_output(self) -> int | None:
        """Move whole lines of output into the log: bytes read, 0 at the end, None if there are none now."""
        try:
            piece = os.read(self.output.fileno(), READ_BYTES)
        except BlockingIOError:
            return None
        whole, newline, rest = (self._half_line + piece).rpartition(b"\n")
        lines = whole + newline
        if not piece or len(rest) > READ_BYTES:
            lines, rest = lines + rest, b""
        self._half_line = rest
        if lines:
            self._log.write(lines)
            if self._echo:
                for line in lines.decode("utf-8", "replace").splitlines():
                    self._echo(f"{self.process.name:>12} | {line}")
        return len(piece)

    def ended(self) -> bool:
        """Whether the process has ended; if so, what it left in its group is killed and it is reaped."""
        if self._popen.returncode is None:
            if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return False
            self.kill()  # before reaping, while the group's number cannot be anybody else's
            self._popen.wait()
        return True

    def terminate(self) -> None:
        """Ask the process to end; its own children are its own business."""
        if self._popen.returncode is None:
            self._popen.terminate()

    def kill(self) -> None:
        """End the process and all of its group."""
        if self._popen.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Take the rest of the output and let go of the pipe and the log."""
        while self.copy_output():
            pass
        self.output.close()
        self._log.close()


def shared() -> ModuleType:
    """The module `worker.preload`, with all that forks share, imported so that they copy little of it."""
    # requests guesses encodings with the first, Celery colours its answers with the second; nothing here asks for that.
    with uncollected(), without("charset_normalizer", "pygments"):
        return import_module(PRELOAD)


def _fork(process: Process) -> Forked:
    """A fork that runs the process's program."""
    run = partial(import_module(PRELOAD).run, process.command)
    return Forked(run, name=process.name, piped=True)


def _start(process: Process) -> "subprocess.Popen[bytes]":
    """The process's program, started anew."""
    return subprocess.Popen(
        process.command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=partial(die_with, os.getpid()),  # safe: the supervisor has one thread
    )
