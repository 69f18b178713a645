"""Give memory back to the system: importing and parsing leave a sixth of a process unused but kept."""

import ctypes
import gc
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# glibc only; elsewhere nothing is kept for long.
_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def trim() -> None:
    """Collect, keep what lives out of later collections, and return free pages."""
    gc.collect()
    gc.freeze()
    release()


@contextmanager
def uncollected() -> Iterator[None]:
    """Make what lives on without garbage collection, and keep it out of later ones.

    For a process that will be forked: what a collection frees between things that live are holes, which children fill first.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def release() -> None:
    """Return free pages: what reading the office's files needed for a moment."""
    if _trim is not None:
        _trim(0)


def apart(make: Callable[[], bytes]) -> bytes:
    """What `make` returns, made in a forked process, so that what it needs meanwhile leaves no holes here.

    For a process without threads that will be forked: children fill holes first, and so copy the pages around them. Raises
    ChildProcessError if it came to nothing.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(writer, "wb") as stream:
                stream.write(make())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        made = stream.read()
    os.waitpid(child, 0)
    if not made:
        raise ChildProcessError(make)
    return made


@contextmanager
def without(*libraries: str) -> Iterator[None]:
    """Import others as if these were not installed: what they only use if it is there stays out of memory.

    A library that was imported before is left alone; afterwards all of them can be imported again.
    """
    hidden = [name for name in libraries if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: Python's own word for "not to be found"
    try:
        with warnings.catch_warnings(action="ignore"):  # that they are missing is meant
            yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
