"""SQLite: copied page by page inside one read transaction while others write, and put in place by a rename."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from schedules.words import phrase
from worker.backups.bundle import Told
from worker.errors import BadBackup, InUse

PAGES = 256  # in one step, about 1 MB: Ctrl-C and the bar get their turn between two
BUSY_SECONDS = 10.0
ASIDE = ("-wal", "-shm")


def file_of(url: str) -> Path:
    """The file of a database."""
    return Path(str(make_url(url).database)).absolute()


def copy(source: Path, target: Path, told: Told) -> None:
    """Copy a database that others write to, as it is at this moment. `target` must not exist; it is made private.

    The read transaction pins what is copied: writers go on, and nothing has to be begun anew because of them.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        said_by_the_disk(),
        closing(_open(source, mode="ro")) as here,
        closing(_open(target, mode="rw")) as there,
    ):
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()
        size = here.execute("PRAGMA page_size").fetchone()[0]
        done = 0

        def step(_status: int, remaining: int, total: int) -> None:
            nonlocal done
            told((total - remaining - done) * size)
            done = total - remaining

        here.backup(there, pages=PAGES, progress=step, sleep=0)
        there.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def said_by_the_disk() -> Iterator[None]:
    """Raise OSError in SQLite's words where the disk is full or refuses, BadBackup where the database is damaged."""
    try:
        yield
    except (sqlite3.DatabaseError, DatabaseError) as error:
        found = error.orig if isinstance(error, DatabaseError) else error
        if isinstance(found, sqlite3.OperationalError):
            raise OSError(errno.EIO, str(found)) from error
        if isinstance(found, sqlite3.DatabaseError):
            raise BadBackup(phrase("the database is damaged: {why}", why=found)) from error
        raise


def check(file: Path) -> None:
    """Raise BadBackup if a database is damaged inside, or points to rows that are not there; OSError where the disk refuses."""
    with said_by_the_disk(), closing(_open(file, mode="ro")) as here:
        said = here.execute("PRAGMA integrity_check(1)").fetchone()[0]
        lost = here.execute("PRAGMA foreign_key_check").fetchone()
    if said != "ok" or lost is not None:
        why = said if said != "ok" else f"foreign key of {lost[0]}"
        raise BadBackup(phrase("the database is damaged: {why}", why=why))


def close_up(file: Path) -> None:
    """Make one file of a database nobody has open. Raise InUse if somebody has; a damaged one is left as it is."""
    if not file.exists():
        return
    try:
        with closing(_open(file, mode="rw")) as here:
            here.execute("PRAGMA busy_timeout=500")
            here.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise InUse(
                phrase(
                    "the database is in use ({file}): stop duban first, and whatever else has it open",
                    file=file,
                )
            ) from error
        raise
    except sqlite3.DatabaseError:  # damaged: it is to be replaced
        return


def put_in_place(new: Path, file: Path, aside: Path) -> None:
    """Put a database in the place of another, which is kept in the folder `aside`. Whenever this is cut off, one of them is there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if new.stat().st_dev != file.parent.stat().st_dev:
        new = _private_copy(new, file.with_name(f".{file.name}.part"))
    if file.exists():
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.link(file, aside / file.name)
        except OSError:  # another disk, or one that has no second names for a file
            _private_copy(file, aside / file.name)
        for ending in ASIDE:  # of a damaged database; beside the new one they would be taken for its own
            with suppress(FileNotFoundError):
                shutil.move(file.with_name(file.name + ending), aside / (file.name + ending))
    new.replace(file)
    sync(file.parent)


def _private_copy(source: Path, target: Path) -> Path:
    """Copy to a private file that lies on the disk when this returns."""
    target.unlink(missing_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as into, source.open("rb") as content:
        shutil.copyfileobj(content, into)
        into.flush()
        os.fsync(into.fileno())
    return target


def sync(folder: Path) -> None:
    """Have the names in a folder written to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _open(file: Path, *, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
