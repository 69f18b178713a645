"""The wish to stop, as an event: what plays for a while asks for it between two steps."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, for the length of a `with`."""
    stop = threading.Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_what: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, former in before.items():
            signal.signal(number, former)
