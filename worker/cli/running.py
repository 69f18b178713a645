"""What commands on a running office share: the runtime, office time, and who is at the terminal."""

import os
import pwd
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from models.engine import Database, connect
from models.migrate import is_empty, is_newer, pending, upgrade
from models.people import UnitRow
from schedules.errors import NotFound
from schedules.office import OfficeSpec
from schedules.words import phrase
from worker.errors import NotConfigured
from worker.settings import Settings


def who() -> str:
    """The user of this machine, as the audit names those who act from the shell."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = str(os.geteuid())
    return f"cli:{name}"[:64]


def database_exists(settings: Settings) -> bool:
    """Whether there is a database to read: for SQLite its file, for a server always. Nothing is created by asking."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return True
    return bool(url.database) and url.database != ":memory:" and Path(str(url.database)).is_file()


def has_tables(database: Database) -> bool:
    """Whether the database is of this program's revision. Raise NotConfigured if it is of another one; it is not empty then."""
    if not pending(database.engine):
        return True
    if is_empty(database.engine):
        return False
    if is_newer(database.engine):
        raise NotConfigured(
            phrase("the database is newer than this program; use the program that was at it last")
        )
    raise NotConfigured(phrase("the database is older than this program; next: duban migrate"))


def require_tables(settings: Settings) -> None:
    """Raise NotConfigured unless the database is there and migrated."""
    if database_exists(settings):
        database = connect(settings.database_url)
        try:
            if has_tables(database):
                return
        finally:
            database.dispose()
    raise NotConfigured(phrase("no office is in force here yet; run `duban apply` or `duban up`"))


def prepare_tables(settings: Settings) -> None:
    """Bring the database to the newest revision, creating it if there is none."""
    settings.prepare()
    database = connect(settings.database_url)
    try:
        if pending(database.engine):
            upgrade(settings.database_url)
    finally:
        database.dispose()


@contextmanager
def database_to_compare(settings: Settings) -> Iterator[Database]:
    """The database of what is in force, or an empty one of the same shape while there is none. Only for reading."""
    if database_exists(settings):
        database = connect(settings.database_url)
        try:
            if has_tables(database):
                yield database
                return
        finally:
            database.dispose()
    with tempfile.TemporaryDirectory(prefix="duban-") as folder:
        url = f"sqlite:///{folder}/empty.sqlite3"
        upgrade(url)
        empty = connect(url)
        try:
            yield empty
        finally:
            empty.dispose()


def unit_ids(session: Session, office: OfficeSpec, names: Sequence[str]) -> set[int]:
    """The database ids of units named by id or title, and of all units below them. Raises NotFound for a name of none."""
    keys: set[str] = set()
    for name in names:
        found = {key for key, unit in office.file.units.items() if name in (key, unit.title)}
        if not found:
            known = ", ".join(unit.title for unit in office.file.units.values())
            raise NotFound(phrase("there is no unit '{name}'; allowed: {known}", name=name, known=known))
        keys |= found
    while below := {key for key, unit in office.file.units.items() if unit.parent in keys} - keys:
        keys |= below
    return set(session.scalars(select(UnitRow.id).where(UnitRow.key.in_(keys))))
