"""A fork of this process that runs a function: it shares the memory of all that was imported before.

Only from a process with one thread: a lock that another thread holds at the fork would stay locked in the child for ever.
"""

import atexit
import ctypes
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from typing import BinaryIO, NoReturn

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>
PR_SET_NAME = 15
NAME_BYTES = 15  # what Linux keeps of a process's name
FIRST_OWN_FILE = 3  # after input, output and errors
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Forked:
    """A running function: as much of `subprocess.Popen` as the supervisor uses.

    It leads a session of its own, holds no file of its parent but output and errors, and dies with the parent on Linux. With `piped`
    its output and errors come out of `stdout`. Raises RuntimeError if this process has more than one thread.
    """

    def __init__(self, main: Callable[[], object], *, name: str, piped: bool = False) -> None:
        if threading.active_count() != 1:
            raise RuntimeError("a process with threads cannot be forked safely")
        sys.stdout.flush()
        sys.stderr.flush()
        reader, writer = os.pipe() if piped else (None, None)
        parent = os.getpid()
        # A signal between the fork and the child's own handlers would be counted by nobody.
        former = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        try:
            self.pid = os.fork()
            if self.pid == 0:
                _run(main, name, parent, writer, former)
        except OSError:  # the machine can start no more
            if reader is not None:
                os.close(reader)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, former)
            if writer is not None:
                os.close(writer)
        self.returncode: int | None = None  # as of Popen: negative for the signal it died of
        self.stdout: BinaryIO | None = None if reader is None else os.fdopen(reader, "rb")

    def poll(self) -> int | None:
        """The return code; None while it runs."""
        return self._reap(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end; the return code."""
        while (code := self._reap(0)) is None:
            pass
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def _reap(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def die_with(parent: int) -> None:
    """In a new process: ask Linux to kill it when its parent dies."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)


def _run(
    main: Callable[[], object], name: str, parent: int, output: int | None, mask: Iterable[int]
) -> NoReturn:
    """The whole life of the child. The frames of the parent below are never returned to."""
    code = 1
    try:
        os.setsid()
        die_with(parent)
        if LIBC:
            LIBC.prctl(PR_SET_NAME, name.encode()[:NAME_BYTES])
        _own_files(output)
        _own_signals(mask)
        main()
        code = 0
    except SystemExit as end:
        code = _exit_code(end)
    except BaseException:  # noqa: BLE001 - what the interpreter would do: tell, and end with 1
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 - as multiprocessing does; os._exit leaves them out
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _own_files(output: int | None) -> None:
    """Input from nowhere, output as told, and nothing else of what the parent had open: its lock, its logs, its pipes."""
    void = os.open(os.devnull, os.O_RDONLY)
    os.dup2(void, 0)
    if output is not None:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = os.fdopen(
            1, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
        sys.stderr = os.fdopen(
            2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False
        )
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    os.closerange(FIRST_OWN_FILE, os.sysconf("SC_OPEN_MAX"))


def _own_signals(mask: Iterable[int]) -> None:
    """The handlers of a program that has just started."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _exit_code(end: SystemExit) -> int:
    """What the interpreter makes of an exit: a number, 0 for none, else the words and 1."""
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code & 0xFF
    sys.stderr.write(f"{end.code}\n")
    return 1
