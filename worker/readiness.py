"""Does a server answer? Asked over plain sockets, because the supervisor must stay small."""

import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

ANSWER_SECONDS = 1.0
POLL_SECONDS = 0.02


def answers(url: str) -> bool:
    """Whether a server is ready: `redis+socket:///path` says PONG, `http://host:port/path` says 200.

    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        return redis_answers(Path(parts.path))
    if parts.scheme == "http" and parts.hostname:
        return http_answers(parts.hostname, parts.port or 80, parts.path or "/")
    raise ValueError(f"cannot ask {parts.scheme}: redis+socket and http only")


def redis_answers(at: Path) -> bool:
    """Whether a Redis listens on the Unix socket `at`."""
    try:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(ANSWER_SECONDS)
            link.connect(str(at))
            link.sendall(b"PING\r\n")
            return link.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def http_answers(host: str, port: int, path: str) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with socket.create_connection((host, port), timeout=ANSWER_SECONDS) as link:
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            return link.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def is_free(host: str, port: int) -> bool:
    """Whether nothing listens where a server is to listen. An address that is not of this machine counts as taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as there:
        # As a server does: what has just ended does not hold its port.
        there.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            there.bind((host, port))
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll a condition; False if it did not come true in time."""
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= end:
            return False
        pause.wait(POLL_SECONDS)
    return True


if __name__ == "__main__":  # the health check of a container: python -m worker.readiness URL
    sys.exit(0 if answers(sys.argv[1]) else 1)
