"""Fixtures of all tests: real servers, fresh databases. Nothing here starts unless a test asks for it."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from servers import Databases, databases, redis_server, upgrade


@pytest.fixture(scope="session")
def redis_of_the_run() -> Iterator[str]:
    with redis_server() as url:
        yield url


@pytest.fixture
def redis_url(redis_of_the_run: str) -> str:
    """An empty Redis, as kombu writes its URL."""
    with redis.Redis.from_url(redis_of_the_run.replace("redis+socket://", "unix://")) as client:
        client.flushall()
    return redis_of_the_run


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[Databases]:
    with databases() as found:
        yield found


@pytest.fixture
def postgresql_url(postgresql_databases: Databases) -> Iterator[str]:
    """A fresh migrated database."""
    with postgresql_databases.fresh() as url:
        yield url


@pytest.fixture
def postgresql_empty_url(postgresql_databases: Databases) -> Iterator[str]:
    """A fresh database without tables."""
    with postgresql_databases.fresh(migrated=False) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "duban.sqlite3"
    upgrade(f"sqlite:///{file}")
    assert not list(file.parent.glob("*-wal")), "the template was not closed"
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite_file: Path, tmp_path: Path) -> str:
    """A fresh migrated database."""
    file = tmp_path / "duban.sqlite3"
    shutil.copy(migrated_sqlite_file, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database of either kind: every test that uses it runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of either kind without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    url: str = request.getfixturevalue("postgresql_empty_url")
    return url


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever runs the tests may have an office of his own; the tests neither see nor touch it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DUBAN_")]:
            patch.delenv(name)
        patch.setenv("DUBAN_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The environment for the processes a test starts: this run's, with a data folder of the test's own."""
    return {**os.environ, "DUBAN_DATA": str(tmp_path / "data")}


@pytest.fixture
def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
