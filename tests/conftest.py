"""Fixtures of all tests: real servers, fresh databases. Nothing here starts unless a test asks for it."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import HealthCheck, settings
from kept import MIGRATED, Kept, PostgresqlStore, SqliteStore
from servers import Databases, databases, redis_server, upgrade

# How long an example takes depends on what else the machine does.
settings.register_profile("duban", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("duban")


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


@pytest.fixture(scope="session")
def kept_postgresql(postgresql_databases: Databases) -> Kept:
    return Kept(PostgresqlStore(postgresql_databases, f"{postgresql_databases.prefix}_again"))


@pytest.fixture
def postgresql_url(kept_postgresql: Kept) -> str:
    """A database as it was migrated."""
    kept_postgresql.store.put_back(MIGRATED)
    return kept_postgresql.store.url


@pytest.fixture
def postgresql_empty_url(postgresql_databases: Databases) -> Iterator[str]:
    """A fresh database without tables."""
    with postgresql_databases.fresh(migrated=False) as url:
        yield url


@pytest.fixture(scope="session")
def kept_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("sqlite")
    migrated = folder / "migrated.sqlite3"
    upgrade(f"sqlite:///{migrated}")
    assert not list(folder.glob("*-wal")), "the template was not closed"
    return Kept(SqliteStore(folder, migrated))


@pytest.fixture
def sqlite_url(kept_sqlite: Kept) -> str:
    """A database as it was migrated."""
    kept_sqlite.store.put_back(MIGRATED)
    return kept_sqlite.store.url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of either kind as it was migrated: every test that uses it runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def kept(database_url: str, request: pytest.FixtureRequest) -> Kept:
    """The states of `database_url` that other tests of the run began with."""
    found: Kept = request.getfixturevalue(f"kept_{database_url.partition(':')[0].partition('+')[0]}")
    return found


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


@pytest.fixture(scope="session")
def kept_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `Terminal.begin` keeps the data folders that tests begin with."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def free_port() -> int:
    """A TCP port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
