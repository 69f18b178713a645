"""Engines: SQLite in WAL mode whose writers take the lock first, and PostgreSQL. The same two session makers for both."""

import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 10
# An error that reaches the log names its statement and not what was asked with it: numbers that people typed, names, texts of messages.
HIDDEN = True


@dataclass(frozen=True, slots=True)
class Database:
    """One engine and its two ways in: `writing` (SQLite: BEGIN IMMEDIATE) and `reading` (a snapshot)."""

    engine: Engine
    writing: sessionmaker[Session]
    reading: sessionmaker[Session]

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def connect(url: str, *, pool_size: int = 5) -> Database:
    """Make the engine for `url`. Nothing is opened yet; after a fork call it anew."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=HIDDEN, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        turn = _Turn()
        event.listen(engine, "begin", turn.begin)
        event.listen(engine, "commit", turn.end)
        event.listen(engine, "rollback", turn.end)
    else:
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(
            parsed, hide_parameters=HIDDEN, pool_size=pool_size, max_overflow=10, pool_pre_ping=True
        )
    writers = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")
    return Database(
        engine=engine,
        writing=sessionmaker(writers, expire_on_commit=False),
        reading=sessionmaker(engine, expire_on_commit=False),
    )


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    """Full synchronous commits in WAL: a confirmation that was answered survives a power cut."""
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Turn:
    """The writers of a process take turns before they ask for SQLite's lock.

    A writer that finds the file locked sleeps and looks again, up to 100 ms each time; with eight threads the lock stood free most of
    the time. So only one writer of a process waits for it. Whoever gets no turn in time asks SQLite all the same, which refuses.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """Begin a transaction; one that will write waits for its turn."""
        how = connection.get_execution_options().get("sqlite_begin", "BEGIN")
        if how != "BEGIN" and self._lock.acquire(timeout=BUSY_SECONDS):
            connection.info["turn"] = True
        try:
            connection.exec_driver_sql(how)
        except BaseException:
            self.end(connection)
            raise

    def end(self, connection: Connection) -> None:
        """Give the turn on, whatever became of the transaction."""
        if connection.info.pop("turn", False):
            self._lock.release()
