"""Databases that are used again: put back as they were migrated, or as a test once left them, instead of made anew.

Making a PostgreSQL database takes a hundred times as long as emptying one, and a state that many tests begin with need be played once.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import psycopg
from servers import Databases, plain
from sqlalchemy import make_url

MIGRATED = "migrated"
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
SEQUENCES = "SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL FROM pg_sequences WHERE schemaname = 'public'"


class Store(Protocol):
    """One database of a test run, and the states of it that were kept by name."""

    url: str

    def has(self, name: str) -> bool:
        """Whether that name can be put back."""

    def keep(self, name: str) -> None:
        """Remember what is in it. Nothing may be connected that writes."""

    def put_back(self, name: str) -> None:
        """Make it as it was when that name was kept. Nothing may be connected."""


class SqliteStore:
    """A file, and copies of it. What is put back is a new file, whatever still holds the old one."""

    def __init__(self, folder: Path, migrated: Path) -> None:
        self.folder, self.file = folder, folder / "duban.sqlite3"
        self.url = f"sqlite:///{self.file}"
        self._kept = {MIGRATED: migrated}

    def has(self, name: str) -> bool:
        return name in self._kept

    def keep(self, name: str) -> None:
        assert not Path(f"{self.file}-wal").exists(), "somebody is connected"
        self._kept[name] = self.folder / f"kept-{len(self._kept)}"
        shutil.copy(self.file, self._kept[name])

    def put_back(self, name: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        shutil.copy(self._kept[name], self.file)


class PostgresqlStore:
    """A database whose kept states are schemas beside the tables."""

    def __init__(self, databases: Databases, name: str) -> None:
        self._databases, self._name = databases, name
        self.url = databases.url(name)
        self._make()

    def _make(self) -> None:
        """Make it anew, for the first time or when a test has changed its tables; what was kept of the old one is gone."""
        self._databases.drop(self._name)
        self._databases.execute(f"CREATE DATABASE {self._name} TEMPLATE {self._databases.prefix}")
        self._kept: dict[str, str] = {}
        self._numbers = itertools.count(1)
        with self._connected() as connection:
            self._tables = [name for (name,) in connection.execute(TABLES)]
        self.keep(MIGRATED)

    def has(self, name: str) -> bool:
        return name in self._kept

    def keep(self, name: str) -> None:
        schema = f"kept_{next(self._numbers)}"
        words = [f"CREATE SCHEMA {schema}"]
        back = []
        with self._connected() as connection:
            for table in self._tables:
                if connection.execute(f"SELECT EXISTS (SELECT FROM {table})".encode()).fetchone() == (True,):
                    words.append(f"CREATE TABLE {schema}.{table} AS TABLE public.{table}")
                    back.append(f"INSERT INTO public.{table} SELECT * FROM {schema}.{table}")
            back += [
                f"SELECT setval('public.{sequence}', {value}, {called})"
                for sequence, value, called in connection.execute(SEQUENCES)
            ]
            connection.execute(";".join(words).encode())
        self._kept[name] = ";".join(back)

    def put_back(self, name: str) -> None:
        with self._connected() as connection:
            connection.execute(OTHERS)
            as_migrated = self._tables == [table for (table,) in connection.execute(TABLES)]
            if as_migrated:
                # As replica, so that the order of the tables does not matter.
                connection.execute("SET session_replication_role = replica")
                connection.execute(";".join(f"DELETE FROM public.{table}" for table in self._tables).encode())
                # So that rows lie as in a new database, and are found in that order.
                connection.execute(
                    f"VACUUM {', '.join(f'public.{table}' for table in self._tables)}".encode()
                )
                connection.execute(self._kept[name].encode())
        if not as_migrated:
            self._make()

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(plain(make_url(self.url)), autocommit=True) as connection:
            yield connection


@dataclass
class Kept:
    """States by what led to them: each is made by the first test that begins with it and put back for the others."""

    store: Store
    values: dict[str, Any] = field(default_factory=dict)

    def begin(self, key: object, make: Callable[[], Any]) -> Any:
        """The database as `make` leaves it, and what `make` returned."""
        name = repr(key)
        if self.store.has(name):
            self.store.put_back(name)
        else:
            self.values[name] = make()
            self.store.keep(name)
        return self.values[name]
