"""PostgreSQL: dumped by pg_dump in the snapshot in which its rows are counted, put in place by one transaction of psql."""

import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql
from sqlalchemy import URL, make_url, text

from models.engine import connect
from schedules.words import phrase
from worker.backups.facts import Facts, facts
from worker.backups.programs import Programs
from worker.errors import BadBackup, InUse

SCHEMA = "public"
STOP = "UPDATE office_state SET sending_stopped = true;"
# What nobody but the owner of the database needs, and what would keep a dump from another server from being read.
PORTABLE = ("--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions")


@dataclass(frozen=True, slots=True)
class Server:
    """A database of PostgreSQL and the programs that belong to it."""

    url: str
    programs: Programs

    @contextmanager
    def dumped(self, target: Path) -> Iterator[Facts]:
        """Dump to a file that must not exist; yield what is in it, counted in the same snapshot."""
        database = connect(self.url)
        try:
            with database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                target.touch(mode=0o600, exist_ok=False)
                self._run(
                    "pg_dump", "--format=custom", "--compress=6", f"--schema={SCHEMA}", f"--snapshot={snapshot}", *PORTABLE,
                    f"--file={target}", self._address(),
                )  # fmt: skip
                yield facts(connection)
        finally:
            database.dispose()

    def check(self, dump: Path, expected: Facts) -> bool:
        """Restore a dump into a database made for that and count. Whether it could be done: not everybody may make databases.

        Where not, the dump is read to its end and its rows are counted in it. Raise BadBackup if anything lacks.
        """
        name = f"{make_url(self.url).database}_check_{secrets.token_hex(4)}"
        try:
            with self._scratch(name) as url:
                self._run(
                    "pg_restore",
                    "--exit-on-error",
                    "--single-transaction",
                    *PORTABLE,
                    f"--dbname={self._address(url)}",
                    str(dump),
                )
                database = connect(url.render_as_string(hide_password=False))
                try:
                    with database.engine.connect() as connection:
                        _compare(facts(connection).rows, expected.rows)
                finally:
                    database.dispose()
            return True
        except errors.InsufficientPrivilege:
            _compare(self._rows_in(dump), expected.rows)
            return False

    def forget_checks(self) -> None:
        """Drop what checks left behind that were cut off."""
        like = f"{make_url(self.url).database}_check_%"
        with self._direct() as connection:
            names = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s AND pg_get_userbyid(datdba) = current_user",
                [like],
            )
            for (name,) in names.fetchall():
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    def require_rest(self) -> None:
        """Raise InUse while somebody else is connected."""
        with self._direct() as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        if found and found[0]:
            raise InUse(
                phrase(
                    "{n} connections to the database are open: stop duban first, and whatever else uses it",
                    n=found[0],
                )
            )

    def replace(self, dump: Path, aside: str) -> None:
        """Read a dump in place of what is there, in one transaction: all or nothing. What was there is kept as the schema `aside`.

        All sending is stopped in the same transaction, since what is due then has not been looked through.
        """
        before = f'ALTER SCHEMA {SCHEMA} RENAME TO "{aside}"; CREATE SCHEMA {SCHEMA};'
        after = f"SET search_path TO {SCHEMA}; {STOP}"
        script = dump.with_suffix(".sql")
        try:
            script.touch(mode=0o600, exist_ok=False)
            self._run("pg_restore", *PORTABLE, f"--file={script}", str(dump))
            _without_schema(script)
            self._run(
                "psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null",
                f"--command={before}", f"--file={script}", f"--command={after}", self._address(),
            )  # fmt: skip
        finally:
            script.unlink(missing_ok=True)

    def _rows_in(self, dump: Path) -> Mapping[str, int]:
        """The rows of each table, counted in the text of a dump."""
        rows: dict[str, int] = {}
        table = ""
        command = [str(self.programs.path("pg_restore")), "--data-only", "--file=-", str(dump)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=self._environ()) as program:
            for line in program.stdout or ():
                if table:
                    if line == b"\\.\n":
                        table = ""
                    else:
                        rows[table] += 1
                elif line.startswith(b"COPY "):
                    table = line.split()[1].decode().removeprefix(f"{SCHEMA}.").strip('"')
                    rows[table] = 0
        if program.returncode:
            raise BadBackup(phrase("the dump cannot be read to its end"))
        return rows

    @contextmanager
    def _scratch(self, name: str) -> Iterator[URL]:
        """A database for the length of a `with`."""
        with self._direct() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        url = make_url(self.url).set(database=name)
        try:
            with self._direct(url) as connection:
                connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(SCHEMA)))
            yield url
        finally:
            with self._direct() as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
                )

    @contextmanager
    def _direct(self, url: URL | None = None) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        """A connection without transactions."""
        given = (url or make_url(self.url)).set(drivername="postgresql")
        with psycopg.connect(given.render_as_string(hide_password=False), autocommit=True) as connection:
            yield connection

    def _address(self, url: URL | None = None) -> str:
        """The database as PostgreSQL's programs take it; the password goes by the environment, where others cannot see it."""
        given = (url or make_url(self.url)).set(drivername="postgresql")
        return given.set(password=None).render_as_string(hide_password=False)

    def _environ(self) -> dict[str, str]:
        password = make_url(self.url).password
        return dict(self.programs.environ) | ({"PGPASSWORD": password} if password else {})

    def _run(self, program: str, *words: str) -> None:
        """Run a program of PostgreSQL. Raise BadBackup with its first words if it fails."""
        done = subprocess.run(
            [str(self.programs.path(program)), *words], env=self._environ(), stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode:
            why = _first_words(done.stderr).removeprefix(f"{program}: ")
            raise BadBackup(phrase("{program}: {why}", program=program, why=why))


def _first_words(said: str) -> str:
    lines: Sequence[str] = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "ERROR" in line or "error:" in line]
    return (telling or lines or ["?"])[0][:300]


def _without_schema(script: Path) -> None:
    """Take out the line that makes the schema, which is there already."""
    draft = script.with_suffix(".draft")
    draft.touch(mode=0o600)
    with script.open("rb") as old, draft.open("wb") as new:
        new.writelines(line for line in old if line.rstrip() != f"CREATE SCHEMA {SCHEMA};".encode())
    draft.replace(script)


def _compare(found: Mapping[str, int], expected: Mapping[str, int]) -> None:
    for table, n in expected.items():
        if found.get(table, 0) != n:
            raise BadBackup(
                phrase(
                    "the backup is not whole: {table} has {found} of {expected} rows", table=table, found=found.get(table, 0), expected=n
                )
            )  # fmt: skip
