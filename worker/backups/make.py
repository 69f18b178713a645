"""Make a backup: the database as it is at one moment, then the evidence its rows speak of, which never changes; check it.

All is written into one folder beside the target whose name ends with `.part`, and renamed at the end. What a killed run leaves there
is removed by the next one.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import text

from models.engine import connect
from schedules.words import Words, phrase
from worker.backups import bundle, sqlite
from worker.backups.facts import Facts, facts_of
from worker.backups.manifest import DATABASES, SECRETS, Manifest, fingerprint
from worker.backups.postgresql import Server
from worker.backups.programs import find
from worker.errors import BadBackup, NotConfigured
from worker.settings import Settings
from worker.supervisor import held

DRAFT = ".duban-backup-"
FILE = re.compile(r"duban-\d{8}-\d{6}(-\d+)?\.zip")
LOCK = "backup.lock"
SPARE = 32 << 20  # bytes to leave free

Progress = Callable[[int, int, Words], None]  # bytes done, bytes in all, what is at work


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that lies in its place. `checked` as in `record.Last`; `gone` are older ones removed by `keep`."""

    file: Path
    size: int
    manifest: Manifest
    checked: str
    gone: tuple[Path, ...]
    tidied: bool


class _Meter:
    """Adds up bytes."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self.what = phrase("the database")

    def __call__(self, more: int) -> None:
        self._done += more
        self._progress(self._done, max(self._total, self._done), self.what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for. `keep`: how many backups shall lie in the folder afterwards; None removes none."""

    folder: Path
    check: bool = True
    keep: int | None = None
    with_secrets: bool = False


def make(settings: Settings, wish: Wish, *, now: datetime, progress: Progress) -> Made:
    """Make a backup. Raise BadBackup, NotConfigured or AlreadyRunning in sentences, OSError where the disk refuses."""
    wish.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(settings.data / "run" / LOCK):
        tidied = _tidy(wish.folder)
        store = server_of(settings) if kind_of(settings) == "postgresql" else None
        if store is not None:
            store.forget_checks()
        with _drafts(wish.folder) as drafts:
            draft, manifest, counted = _write(settings, store, wish, drafts, now=now, progress=progress)
            checked = _check(store, draft, manifest, counted, drafts, progress) if wish.check else ""
            file = _free_name(wish.folder, now)
            draft.replace(file)
            sqlite.sync(wish.folder)
        gone = _prune(wish.folder, file, wish.keep)
    return Made(
        file=file, size=file.stat().st_size, manifest=manifest, checked=checked, gone=gone, tidied=tidied
    )


def kind_of(settings: Settings) -> str:
    """`sqlite` or `postgresql`."""
    return "sqlite" if settings.database_url.startswith("sqlite") else "postgresql"


def server_of(settings: Settings) -> Server:
    """The PostgreSQL of an installation. Raises NotConfigured if its programs are missing here or are older than the server."""
    database = connect(settings.database_url)
    try:
        with database.engine.connect() as connection:
            major = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    finally:
        database.dispose()
    return Server(settings.database_url, find(settings.postgresql_programs, settings.environ(), server=major))


def require_room(folder: Path, needed: int) -> None:
    """Raise NotConfigured if a folder's disk has less than this many bytes to spare."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE:
        raise NotConfigured(
            phrase(
                "the disk of {folder} has {free} MB free, about {needed} MB are needed; nothing was written",
                folder=folder, free=free >> 20, needed=(needed + SPARE) >> 20,
            )
        )  # fmt: skip


def _write(
    settings: Settings, store: Server | None, wish: Wish, drafts: Path, *, now: datetime, progress: Progress
) -> tuple[Path, Manifest, Facts]:
    """The zip, not yet in its place, and what was counted in the very snapshot that it holds."""
    meter = _Meter(progress, size_of(settings))
    dump = drafts / DATABASES[kind_of(settings)]
    if store is None:
        require_room(wish.folder, size_of(settings) * 2)
        sqlite.copy(sqlite.file_of(settings.database_url), dump, meter)
        copied = connect(f"sqlite:///{dump}")
        try:
            counted = facts_of(copied.engine)
        finally:
            copied.dispose()
    else:
        with store.dumped(dump) as counted:
            pass
    evidence = {name: settings.data / name for name in map(_name_of, sorted(counted.evidence))}
    there = {name: path for name, path in evidence.items() if path.is_file()}
    secrets = _secrets(settings) if wish.with_secrets else {}
    total = dump.stat().st_size + sum(path.stat().st_size for path in there.values())
    require_room(wish.folder, total)
    meter = _Meter(progress, total * (2 if wish.check else 1))
    draft = drafts / "backup.zip"
    draft.touch(mode=0o600)
    with draft.open("wb") as file, bundle.Writer(file, meter) as writer:
        writer.add(dump.name, dump, compress=store is None)
        dump.unlink()
        meter.what = phrase("evidence files")
        for name, path in (there | secrets).items():
            writer.add(name, path)
        damaged = tuple(name for name in there if writer.parts[name].sha256 != name.rpartition("/")[2])
        for name in damaged:
            del writer.parts[name]
        manifest = Manifest(
            made_at=now, program=version("duban"), kind=kind_of(settings), revision=counted.revision, rows=counted.rows,
            office=str(settings.office), parts=dict(writer.parts), key=fingerprint(settings.secret_key), has_secrets=bool(secrets),
            missing=tuple(name for name in evidence if name not in there), stopped=counted.stopped, damaged=damaged,
        )  # fmt: skip
        writer.close(manifest)
        bundle.flushed(file)
    return draft, manifest, counted


def _check(
    store: Server | None, draft: Path, manifest: Manifest, counted: Facts, drafts: Path, progress: Progress
) -> str:
    """Restore it into a scratch database and count there; compare every file. `restored`, or `read` where no database may be made."""
    size = sum(part.size for part in manifest.parts.values())
    meter = _Meter(lambda done, total, what: progress(done + size, total + size, what), size)
    meter.what = phrase("checking")
    scratch = drafts / manifest.database
    with bundle.opened(draft) as reader:
        for name in manifest.parts:
            if name != manifest.database:
                reader.take(name, None, meter)
        reader.extract(manifest.database, scratch, meter)
    if store is not None:
        return "restored" if store.check(scratch, counted) else "read"
    sqlite.check(scratch)
    database = connect(f"sqlite:///{scratch}")
    try:
        with sqlite.said_by_the_disk():
            found = facts_of(database.engine)
    finally:
        database.dispose()
    if (found.rows, found.revision) != (counted.rows, counted.revision):
        raise BadBackup(phrase("the backup is not whole: it has other rows than the database had"))
    return "restored"


def size_of(settings: Settings) -> int:
    """Bytes of a SQLite database with its log; 0 for a server, whose dump is smaller than it by an unknown part."""
    if kind_of(settings) != "sqlite":
        return 0
    file = sqlite.file_of(settings.database_url)
    beside = [file, file.with_name(file.name + "-wal")]
    return sum(path.stat().st_size for path in beside if path.exists())


def _name_of(digest: str) -> str:
    return f"files/{digest[:2]}/{digest}"


def _secrets(settings: Settings) -> dict[str, Path]:
    """The files of the secret key and of the channels' secrets, by their names in the zip."""
    found = {name: settings.data / name.partition("/")[2] for name in SECRETS}
    return {name: path for name, path in found.items() if path.is_file()}


@contextmanager
def _drafts(folder: Path) -> Iterator[Path]:
    """A private folder for what is not finished."""
    drafts = Path(tempfile.mkdtemp(prefix=DRAFT, suffix=".part", dir=folder))
    try:
        yield drafts
    finally:
        shutil.rmtree(drafts, ignore_errors=True)


def _tidy(folder: Path) -> bool:
    """Remove what a killed run left; whether there was any. The lock says that none is at work."""
    left = list(folder.glob(f"{DRAFT}*.part"))
    for each in left:
        shutil.rmtree(each, ignore_errors=True)
    return bool(left)


def _order(path: Path) -> tuple[str, int]:
    """By the second in its name, then by its number within that second: `-2` comes after the one without a number."""
    _, day, time, *number = path.stem.split("-")
    return f"{day}-{time}", int(number[0]) if number else 0


def _backups(folder: Path) -> list[Path]:
    """The backups of a folder, oldest first. Only files of our own names count."""
    return sorted((path for path in folder.iterdir() if FILE.fullmatch(path.name)), key=_order)


def _free_name(folder: Path, now: datetime) -> Path:
    """A name that comes after every other of the same second, whichever of those were removed since."""
    moment = f"{now:%Y%m%d-%H%M%S}"
    taken = [number for when, number in map(_order, _backups(folder)) if when == moment]
    number = f"-{taken[-1] + 1}" if taken else ""
    return folder / f"duban-{moment}{number}.zip"


def _prune(folder: Path, made: Path, keep: int | None) -> tuple[Path, ...]:
    """Remove the oldest backups of a folder, so that `keep` remain; never the one just made, even if the clock went back before it."""
    if keep is None:
        return ()
    found = [path for path in _backups(folder) if path != made]
    gone = found[: max(0, len(found) + 1 - keep)]
    for path in gone:
        path.unlink(missing_ok=True)
    return tuple(gone)
