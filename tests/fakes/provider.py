"""What every fake provider shares: real HTTP on loopback, scripted answers, faults of the wire, a rate limit of its own.

A fake reads a request as the provider does and answers with the provider's own words. `script` holds what comes first instead: an
`Answer`, or a code that the provider documents. Runs in a test (`with Fake() as fake`) or by itself (`python -m fakes.wecom --port N`,
with PYTHONPATH=tests), where GET /__accepted shows what it took and POST /__script adds codes.
"""

import argparse
import contextlib
import json
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import click

from worker.clock import monotonic


@dataclass
class Answer:
    """What to say. `cut`: accept, then close without a word; `hold`: wait for `released` first; `drip`: seconds between two bytes."""

    status: int = 200
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    hold: bool = False
    drip: float = 0
    drip_head: bool = False

    @property
    def data(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Request:
    """One request as it came; `connection` counts the connections of the fake from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def place(self) -> str:
        return urlsplit(self.path).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Window:
    """At most `limit` within any `seconds`; `block` seconds of nothing after one too many."""

    def __init__(self, limit: int, seconds: float = 60, block: float = 0) -> None:
        self.limit, self.seconds, self.block = limit, seconds, block
        self._times: dict[str, deque[float]] = {}
        self._blocked: dict[str, float] = {}

    def takes(self, key: str, now: float) -> bool:
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if now < self._blocked.get(key, now):
            return False
        if len(times) >= self.limit:
            self._blocked[key] = now + self.block
            return False
        times.append(now)
        return True


class Fake:
    """A provider on loopback. Subclasses answer requests in `reply` and name their errors in `error`."""

    def __init__(
        self, port: int = 0, *, latency: float = 0, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.requests: list[Request] = []
        self.accepted: list[Any] = []
        self.script: deque[Answer | int | str] = deque()
        self.latency = latency
        self.released = threading.Event()
        self.connections = 0
        self._turn = threading.Lock()
        self._server = _Server((host, port), _Handler)
        self._server.fake = self
        self._tls = tls
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def base(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def renew(self) -> None:
        """As just begun: nothing accepted, nothing scripted."""
        self.requests.clear()
        self.accepted.clear()
        self.script.clear()
        self.connections = 0
        self.latency = 0

    def serve(self) -> None:
        """Until interrupted."""
        self._server.serve_forever()

    def reply(self, request: Request) -> Answer:
        """The provider's answer to a request that no script speaks for."""
        raise NotImplementedError

    def error(self, code: int | str) -> Answer:
        """The provider's documented answer with a code."""
        raise NotImplementedError

    def scripted(self, request: Request) -> bool:
        """Whether the script speaks for this request; of a token, for one, only the provider's own answer does."""
        return True

    def now(self) -> float:
        return monotonic()

    def connected(self) -> int:
        """The number of a new connection."""
        with self._turn:
            self.connections += 1
            return self.connections

    def answer(self, request: Request) -> Answer:
        with self._turn:
            self.requests.append(request)
            if request.place == "/__accepted":
                return Answer(body=self.accepted)
            if request.place == "/__script":
                self.script.extend(request.json)
                return Answer(body={})
            if self.script and self.scripted(request):
                said = self.script.popleft()
                return said if isinstance(said, Answer) else self.error(said)
            return self.reply(request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    fake: Fake


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server
    number = 0

    def setup(self) -> None:
        super().setup()
        self.number = self.server.fake.connected()

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        fake = self.server.fake
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = fake.answer(Request(self.command, self.path, headers, body, self.number))
        if fake.latency:
            fake.released.wait(fake.latency)
        if answer.hold:
            fake.released.wait(60)
        if answer.cut:
            self.close_connection = True
            return
        self.say(answer)

    def say(self, answer: Answer) -> None:
        data = answer.data
        head = [f"HTTP/1.1 {answer.status} -", f"Content-Length: {len(data)}"]
        head += [f"{name}: {value}" for name, value in answer.headers.items()]
        start = ("\r\n".join(head) + "\r\n\r\n").encode()
        if answer.headers.get("Connection") == "close":
            self.close_connection = True
        try:
            if answer.drip:
                self.wfile.write(b"" if answer.drip_head else start)
                self.dripping(start + data if answer.drip_head else data, answer.drip)
            else:
                self.wfile.write(start + data)
        except OSError:
            self.close_connection = True

    def dripping(self, data: bytes, seconds: float) -> None:
        for byte in data:
            if self.server.fake.released.wait(seconds):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the other end went away, or will not talk TLS with this certificate
            self.close_connection = True

    def finish(self) -> None:
        with contextlib.suppress(OSError):
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def main(kind: Callable[..., Fake]) -> None:
    """Run a fake by itself."""
    parser = argparse.ArgumentParser(description=kind.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0, help="seconds before each answer")
    options = parser.parse_args()
    fake = kind(options.port, latency=options.latency)
    click.echo(fake.base)
    with contextlib.suppress(KeyboardInterrupt):
        fake.serve()
