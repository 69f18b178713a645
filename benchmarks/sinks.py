"""Providers for measuring: one process that answers at once and writes down when each request came.

    python -m benchmarks.sinks PORT_FILE LOG_FILE [--delay SECONDS]

Speaks HTTP/1.1 with kept-alive connections; every answer is a WeCom `errcode 0` with a token, which fits its app, its bots and any
gateway. LOG_FILE gets a line for each request: seconds and path.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from worker.readiness import wait_until

BODY = b'{"errcode":0,"errmsg":"ok","access_token":"TOKEN","expires_in":7200,"invaliduser":""}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)


class Provider(asyncio.Protocol):
    """One connection: requests are answered in their order."""

    def __init__(self, log: "list[tuple[float, str]]", delay: float) -> None:
        self._log, self._delay, self._data = log, delay, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end]
            length = 0
            for line in head.split(b"\r\n")[1:]:
                name, _colon, value = line.partition(b":")
                if name.strip().lower() == b"content-length":
                    length = int(value)
            if len(self._data) < end + 4 + length:
                return
            self._log.append((time.time(), head.split(b" ", 2)[1].decode()))
            self._data = self._data[end + 4 + length :]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._transport.write, ANSWER)
            else:
                self._transport.write(ANSWER)


async def serve(port_file: Path, log_file: Path, delay: float) -> None:
    log: list[tuple[float, str]] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Provider(log, delay), "127.0.0.1", 0, backlog=256)
    port_file.write_text(str(server.sockets[0].getsockname()[1]))
    with log_file.open("w", buffering=1) as out:
        while True:
            await asyncio.sleep(0.05)
            for at, path in log:
                out.write(f"{at:.6f} {path}\n")
            log.clear()


@dataclass(frozen=True)
class Sink:
    """A running provider."""

    port: int
    log: Path

    def requests(self, containing: str = "") -> list[float]:
        """When each request with this in its path came, in order."""
        lines = (line.split(" ", 1) for line in self.log.read_text().splitlines())
        return [float(at) for at, path in lines if containing in path]


@contextmanager
def running(delay: float = 0.0) -> Iterator[Sink]:
    """A provider in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="duban-sink-") as folder:
        port, log = Path(folder) / "port", Path(folder) / "log"
        command = [sys.executable, "-m", "benchmarks.sinks", str(port), str(log), "--delay", str(delay)]
        with subprocess.Popen(command) as process:
            try:
                wait_until(lambda: port.exists() and bool(port.read_text()) and log.exists(), seconds=10)
                yield Sink(int(port.read_text()), log)
            finally:
                process.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port_file", type=Path)
    parser.add_argument("log_file", type=Path)
    parser.add_argument("--delay", type=float, default=0.0)
    given = parser.parse_args()
    asyncio.run(serve(given.port_file, given.log_file, given.delay))
