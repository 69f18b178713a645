"""HTTP to a provider: connections kept alive and shared by the threads of a process, within bounds of time and size.

One pool for each process; a fork begins with none, as two processes must not write into one socket. TLS is always verified: by the
system's authorities, or those of SSL_CERT_FILE and SSL_CERT_DIR, where a private authority belongs; by certifi's where a machine has
none at all. Redirects are answers like any other, nothing is sent twice, and no proxy is taken from the environment: a forgotten
HTTPS_PROXY would take an office's messages through a third party unseen. An office behind a proxy names it with `base=` in its URL.

What raises says whether the provider may have the request. A connection is not used again after `IDLE_SECONDS`, well before
providers close it, and not if it was closed meanwhile; if it breaks all the same after the request was written, nobody can know
whether it arrived.
"""

import io
import json as json_text
import os
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError, LocationValueError

from worker.clock import monotonic

CONNECT_SECONDS = 5.0  # for each address of a host
READ_SECONDS = 15.0  # of silence
WHOLE_SECONDS = 25.0  # of one answer with its head, however slowly it drips
ON_THE_WIRE_SECONDS = CONNECT_SECONDS + WHOLE_SECONDS  # what one request may take
IDLE_SECONDS = 4.0  # below the shortest keep-alive in common use, five seconds of Node.js
MOST_BYTES = 65_536
HOSTS, PER_HOST = 32, 16
JSON = {"Content-Type": "application/json; charset=utf-8"}
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: `headers` with names in lower case, at most the first 64 KB of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Unanswered(Exception):
    """No whole answer. `written`: the request may have reached the provider. `lasting`: until somebody corrects the address or TLS."""

    def __init__(self, *, written: bool, words: str, lasting: bool = False) -> None:
        super().__init__(words)
        self.written = written
        self.words = words
        self.lasting = lasting


def post(
    url: str,
    *,
    json: object = None,
    form: Mapping[str, str] | None = None,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """POST one of the three bodies, JSON and forms in UTF-8 without escapes, as providers count bytes. Raises Unanswered."""
    if json is not None:
        return _send("POST", url, encoded(json), JSON | dict(headers or {}))
    if form is not None:
        return _send("POST", url, urlencode(form).encode(), FORM | dict(headers or {}))
    return _send("POST", url, body or b"", dict(headers or {}))


def get(url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
    """GET. Raises Unanswered."""
    return _send("GET", url, None, dict(headers or {}))


def encoded(value: object) -> bytes:
    r"""JSON as it goes over the wire: UTF-8, since WeCom refuses \uxxxx (40033) and each would cost six bytes."""
    return json_text.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _send(method: str, url: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    if not url.startswith(("https://", "http://")) or any(each in url for each in "\r\n "):
        raise Unanswered(written=False, words="the address is no URL", lasting=True)
    stage = _stage
    stage.connected = True  # a kept connection; `connect` says otherwise while it makes a new one
    try:
        response = _pools().urlopen(
            method, url, body=body, headers={"User-Agent": "duban", "Accept": "*/*"} | headers,
            redirect=False, retries=False, preload_content=False, decode_content=False,
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
        )  # fmt: skip
    except LocationValueError as error:
        raise Unanswered(written=False, words="the address is no URL", lasting=True) from error
    except (HTTPError, OSError, ValueError) as error:
        raise _unanswered(error, written=stage.connected) from error
    try:
        content = _read(response)
    except (HTTPError, OSError) as error:
        response.close()
        raise Unanswered(written=True, words=f"HTTP {response.status}, {type(error).__name__}") from error
    return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, content)


def _read(response: urllib3.BaseHTTPResponse) -> bytes:
    """The body; whoever sends more than `MOST_BYTES` loses the connection, as the rest of it would come before the next answer."""
    content = response.read(MOST_BYTES + 1, decode_content=False)
    if len(content) > MOST_BYTES:
        response.close()
    else:
        response.drain_conn()
        response.release_conn()
    return bytes(content[:MOST_BYTES])


def _unanswered(error: Exception, *, written: bool) -> Unanswered:
    """A failure before there was an answer."""
    cause = _cause(error, ssl.SSLError)
    if not written and isinstance(cause, ssl.SSLCertVerificationError):
        return Unanswered(written=False, words=f"TLS: {cause.verify_message}", lasting=True)
    cut = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
    if not written and cause is not None and not isinstance(cause, cut):
        words = (getattr(cause, "reason", None) or type(cause).__name__).replace("_", " ").lower()
        return Unanswered(written=False, words=f"TLS: {words}", lasting=True)
    return Unanswered(written=written, words=type(error).__name__)


def _cause(error: BaseException, kind: type[ssl.SSLError]) -> ssl.SSLError | None:
    """The first exception of a kind among an exception, its arguments and what it came from."""
    seen: list[BaseException | None] = [error]
    for _ in range(6):
        each = seen[-1]
        if each is None or isinstance(each, kind):
            return each
        inner = next((part for part in each.args if isinstance(part, BaseException)), None)
        seen.append(inner or each.__cause__ or each.__context__)
    return None


class _Stage(threading.local):
    connected = False


class _Bounded(io.RawIOBase):
    """Reads a socket until `end`: no read waits longer than `READ_SECONDS`, all together not longer than `WHOLE_SECONDS`."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._end = monotonic() + WHOLE_SECONDS

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        self._sock.settimeout(min(READ_SECONDS, left))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *rest: Any, **more: Any) -> None:
        super().__init__(sock, *rest, **more)
        unbounded, self.fp = self.fp, io.BufferedReader(_Bounded(sock))
        unbounded.close()


class _Kept:
    """What both kinds of connection note: whether one is there, and when it was last used."""

    used_at = 0.0
    response_class: Any = _Response

    def connect(self) -> None:
        _stage.connected = False
        super().connect()  # type: ignore[misc] # of the connection it is mixed into
        _stage.connected = True

    def getresponse(self) -> Any:
        response = super().getresponse()  # type: ignore[misc]
        self.used_at = monotonic()
        return response

    @property
    def is_connected(self) -> bool:
        fresh = monotonic() - self.used_at < IDLE_SECONDS
        return fresh and bool(super().is_connected)  # type: ignore[misc]


class _Plain(_Kept, HTTPConnection):
    pass


class _Tls(_Kept, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _Tls


_stage = _Stage()
_turn = threading.Lock()
_made: urllib3.PoolManager | None = None


def _pools() -> urllib3.PoolManager:
    global _made
    with _turn:
        if _made is None:
            _made = urllib3.PoolManager(
                num_pools=HOSTS, maxsize=PER_HOST, block=False, ssl_context=trust(),
            )  # fmt: skip
            _made.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}
        return _made


def forget() -> None:
    """Begin anew with no connection and with the authorities of now; the child of a fork does so by itself."""
    global _made, _turn
    _turn = threading.Lock()  # another thread of the parent may have held it
    _made = None
    trust.cache_clear()


@cache
def trust() -> ssl.SSLContext:
    """TLS 1.2 and newer, certificates and names verified."""
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath) if paths.capath else None
    if not context.cert_store_stats()["x509_ca"] and not (folder and any(folder.iterdir())):
        context.load_verify_locations(certifi.where())
    return context


os.register_at_fork(after_in_child=forget)
