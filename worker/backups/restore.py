"""Put a backup in place: look through it, make everything ready beside what is there, then change over in one step.

What is there is kept aside. What was due before an instant is held in the restored database before anybody can send from it: on
SQLite that is done beside the old file; on PostgreSQL sending is stopped in the very transaction that puts the backup in place.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from models.engine import Database, connect
from models.migrate import configuration, upgrade
from models.schedules import LeaseRow, OfficeStateRow
from schedules.errors import NotFound
from schedules.words import phrase
from tasks.delivery.restored import Held, catch_up, hold, later_ones, stop_sending
from tasks.live import Live, current
from worker.backups import sqlite
from worker.backups.bundle import Reader
from worker.backups.facts import Facts, facts_of
from worker.backups.make import Progress, kind_of, require_room, server_of
from worker.backups.manifest import SECRETS, Manifest, fingerprint
from worker.backups.other_files import files_differ
from worker.backups.restore_mark import broken_off
from worker.clock import machine_now, office_now
from worker.errors import BadBackup, InUse
from worker.lease import is_free
from worker.settings import Settings

DRAFT = ".restore-"
ASIDE = "before-restore-"
_Changed = tuple[Held, datetime | None, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What shall not be sent by itself: what was due before an instant, office time, without a zone the office's.

    None is now, and nothing later counts; `clock` says when that is in a restored database. `by` is an actor as in the audit.
    """

    by: str
    before: datetime | None = None
    clock: Callable[[Session], datetime] = office_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of it. `aside`: where what was there before is kept, a folder or a schema; empty if nothing was.

    `migrated`: the revision it had, empty if that is the program's own. `files`: evidence files that were put back.
    `differ`: whether the office's folder holds other files; then they wait for a word.
    """

    manifest: Manifest
    quiet_before: datetime | None
    held: Held
    aside: str
    migrated: str
    files: int
    differ: bool


def look(settings: Settings, reader: Reader) -> None:
    """Raise BadBackup if a backup cannot be restored here, whatever there is: another kind of database, a newer program's."""
    manifest, kind = reader.manifest, kind_of(settings)
    if manifest.kind != kind:
        raise BadBackup(
            phrase(
                "this backup is of {theirs}, DUBAN_DATABASE_URL names {ours}", theirs=manifest.kind, ours=kind
            )
        )
    scripts = ScriptDirectory.from_config(configuration(settings.database_url))
    if manifest.revision not in {script.revision for script in scripts.walk_revisions()}:
        raise BadBackup(
            phrase("this backup was made by duban {version}, which is newer; install that version to restore it", version=manifest.program)
        )  # fmt: skip


def key_fits(settings: Settings, manifest: Manifest) -> bool:
    """Whether sealed numbers can be opened afterwards: by the key that is here, or by the one in the zip where there is none here."""
    if settings.given_secret_key is None and not (settings.data / "secret_key").exists():
        return SECRETS[0] in manifest.parts
    return fingerprint(settings.secret_key) == manifest.key


def require_rest(settings: Settings) -> None:
    """Raise InUse while duban runs, on this machine or another."""
    if kind_of(settings) == "postgresql":
        server_of(settings).require_rest()
    else:
        sqlite.close_up(sqlite.file_of(settings.database_url))
    if not _there(settings):
        return
    with _connected(settings.database_url) as database:
        try:
            with database.reading() as session:
                lease = session.get(LeaseRow, "beat")
        except DatabaseError:  # no tables, or damaged
            return
    if lease is not None and not is_free(lease, machine_now()):
        raise InUse(
            phrase("beat is at work ({holder}): stop duban first, then wait 10 seconds", holder=lease.holder)
        )


def what_is_there(settings: Settings) -> Facts | None:
    """What a restore would replace, without anything in it where there is no database; None for one that cannot be read."""
    if not _there(settings):
        return Facts(revision="", rows={}, evidence={}, applied=False, stopped=False)
    with _connected(settings.database_url) as database:
        try:
            return facts_of(database.engine)
        except DatabaseError:
            return None


def restore(
    settings: Settings,
    reader: Reader,
    *,
    folder: Path,
    quiet: Quiet,
    stamp: str,
    progress: Progress,
) -> Restored:
    """Do it. Raise BadBackup, InUse, NotConfigured in sentences, OSError where the disk refuses; then nothing was changed.

    `folder` is the office's; `stamp` names what is kept aside.
    """
    manifest = reader.manifest
    done, total = 0, sum(part.size for part in manifest.parts.values())

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(done, total, phrase("unpacking"))

    settings.prepare()
    require_room(settings.data, total + manifest.parts[manifest.database].size)
    with _drafts(settings.data) as drafts:
        for name, part in manifest.parts.items():
            here = settings.data / name
            if name in manifest.evidence and here.is_file() and here.stat().st_size == part.size:
                reader.take(name, None, told)
            else:
                reader.extract(name, drafts / Path(name).name, told)
        progress(total, total, phrase("putting it in place"))
        database = drafts / manifest.database
        _put_secrets(settings, drafts, manifest)
        files = _put_files(settings.data, drafts, manifest)
        change = _change_sqlite if manifest.kind == "sqlite" else _change_postgresql
        broken_off(settings.data).touch(mode=0o600)
        held, instant, aside = change(settings, database, manifest, stamp, quiet)
        differ = files_differ(
            settings, folder
        )  # noted before the mark goes: a kill in between must not let them in
        broken_off(settings.data).unlink()
    return Restored(
        manifest=manifest, quiet_before=instant, held=held, aside=aside, files=files, differ=differ,
        migrated=manifest.revision if manifest.revision != _head(settings) else "",
    )  # fmt: skip


def _change_sqlite(
    settings: Settings, database: Path, manifest: Manifest, stamp: str, quiet: Quiet
) -> _Changed:
    """Everything is done beside the old file, which then gives way. Raise InUse if something has opened it meanwhile."""
    with _all_or_nothing(settings), sqlite.said_by_the_disk():
        sqlite.check(database)
        held, instant = _prepare(f"sqlite:///{database}", manifest, quiet)
        sqlite.close_up(database)
        file, aside = sqlite.file_of(settings.database_url), settings.data / f"{ASIDE}{stamp}"
        there = file.exists()
        sqlite.close_up(file)
        sqlite.put_in_place(database, file, aside)
    return held, instant, str(aside) if there else ""


def _change_postgresql(
    settings: Settings, database: Path, manifest: Manifest, stamp: str, quiet: Quiet
) -> _Changed:
    """One transaction changes over and stops sending; it may go on once what was due before is held."""
    aside = f"{ASIDE}{stamp}".replace("-", "_")
    with _all_or_nothing(settings):
        server_of(settings).replace(database, aside)
    held, instant = _prepare(settings.database_url, manifest, quiet)
    return held, instant, aside


@contextmanager
def _all_or_nothing(settings: Settings) -> Iterator[None]:
    """Where the change-over fails, what was there is as it was, and nobody need be told of a restore that was cut off."""
    try:
        yield
    except Exception:
        broken_off(settings.data).unlink(missing_ok=True)
        raise


def _prepare(url: str, manifest: Manifest, quiet: Quiet) -> tuple[Held, datetime | None]:
    """Bring the restored database up to date, hold what was due, and let sending be as it was."""
    upgrade(url)
    with _connected(url) as database:
        found = _quiet(database, quiet)
        with database.writing.begin() as session:
            state = update(OfficeStateRow).where(OfficeStateRow.id == 1)
            session.execute(state.values(sending_stopped=manifest.stopped))
    return found


def _quiet(database: Database, quiet: Quiet) -> tuple[Held, datetime | None]:
    """Hold what was due before the instant; it is None, and nothing is held, where no office is in force."""
    with database.writing.begin() as session:
        try:
            live: Live = current(session)
        except NotFound:
            return Held(messages=0, drafts=0), None
        now, given = quiet.clock(session), quiet.before
        if given is not None and given.tzinfo is None:
            given = given.replace(tzinfo=live.office.tz)
        instant = min(given or now, now)
        stop_sending(session)
        untouched = later_ones(session, quiet_before=instant)
    more = True
    while more:
        with database.writing.begin() as session:
            more = catch_up(session, live, now=instant)
    with database.writing.begin() as session:
        return hold(session, untouched, quiet_before=instant, by=quiet.by), instant.astimezone(live.office.tz)


def _put_files(data: Path, drafts: Path, manifest: Manifest) -> int:
    """Put the evidence where it belongs; what is there already is the same, since files are named by their digest."""
    put = 0
    for name in manifest.evidence:
        target = data / name
        draft = drafts / target.name
        if draft.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.replace(target)
            put += 1
    return put


def _put_secrets(settings: Settings, drafts: Path, manifest: Manifest) -> None:
    """Put secrets from the zip where there are none; those that are here stay."""
    for name in SECRETS:
        target = settings.data / Path(name).name
        given = target.name == "secret_key" and settings.given_secret_key is not None
        if name in manifest.parts and not given and not target.exists():
            (drafts / target.name).replace(target)


def _head(settings: Settings) -> str:
    return ScriptDirectory.from_config(configuration(settings.database_url)).get_current_head() or ""


def _there(settings: Settings) -> bool:
    """Whether there is a database; asking makes none."""
    return kind_of(settings) == "postgresql" or sqlite.file_of(settings.database_url).exists()


@contextmanager
def _connected(url: str) -> Iterator[Database]:
    database = connect(url)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def _drafts(data: Path) -> Iterator[Path]:
    """A private folder on the disk of the data; what a killed run left is removed."""
    for left in data.glob(f"{DRAFT}*.part"):
        shutil.rmtree(left, ignore_errors=True)
    drafts = Path(tempfile.mkdtemp(prefix=DRAFT, suffix=".part", dir=data))
    try:
        yield drafts
    finally:
        shutil.rmtree(drafts, ignore_errors=True)
