"""The office's folder on disk: its files as sources for the loader, and a fresh copy of the starter office."""

import errno
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from schedules.source_text import LARGEST, SourceFile
from schedules.words import Words, phrase
from worker.errors import NotConfigured

KINDS = frozenset({".yaml", ".yml", ".csv", ".json", ".xlsx", ".xls", ".et"})
SCHEMA_FOLDER = ".schema"  # hidden, so that it is no part of the office: only editors read it
MODELINE = "# yaml-language-server: $schema="
MOST_FILES = 2_000
MOST_BYTES = 20_000_000  # of one file; the loader has its own, smaller bounds for text
MOST_TOGETHER = 50_000_000
MOST_TEXT = 4_000_000  # of all YAML: a schedule has about a kilobyte
MOST_SEEN = 20_000  # files and folders of any kind
DEEPEST = 8  # folders in folders
TEXTS = frozenset({".yaml", ".yml", ".json", ".csv"})
DRAFT = ".duban-"


def read_folder(folder: Path, *, only: Collection[str] = KINDS) -> list[SourceFile]:
    """Every file of the office with one of these endings, with paths relative to the folder, in order.

    Hidden files, the lock files of Excel (`~$…`) and files that are neither YAML, JSON nor a table are passed over. A file that is
    too large or cannot be read comes with its `fault`, so that the mistakes of the others are found too.
    Raises NotConfigured if the folder cannot be read, is no office's, or has too many files.
    """
    if not folder.is_dir():
        raise NotConfigured(
            phrase("{folder} is not a folder with an office; make one: duban init {folder}", folder=folder)
        )
    try:
        paths = sorted(path for path in _files(folder) if path.suffix.lower() in only)
    except OSError as error:
        raise NotConfigured(phrase("{file} cannot be read: {why}", file=folder, why=_why(error))) from error
    if len(paths) > MOST_FILES:
        raise NotConfigured(phrase("{folder} has more than {most} files", folder=folder, most=MOST_FILES))
    found: list[SourceFile] = []
    together = text = 0
    for path in paths:
        source = _source(path, path.relative_to(folder).as_posix())
        together += len(source.data)
        text += len(source.data) if path.suffix.lower() in (".yaml", ".yml") else 0
        for size, most in ((together, MOST_TOGETHER), (text, MOST_TEXT)):
            if size > most:
                raise NotConfigured(
                    phrase(
                        "the files in {folder} hold more than {most} MB together",
                        folder=folder,
                        most=most // 1_000_000,
                    )
                )
        found.append(source)
    return found


def _source(path: Path, name: str) -> SourceFile:
    """A file of the folder, or why it cannot be read."""
    found = _content(path, LARGEST if path.suffix.lower() in TEXTS else MOST_BYTES)
    return SourceFile(name, found) if isinstance(found, bytes) else SourceFile(name, b"", found)


def read_source(path: Path) -> bytes:
    """The bytes of one file. Raises NotConfigured if it cannot be read or is too large."""
    found = _content(path, MOST_BYTES)
    if isinstance(found, bytes):
        return found
    raise NotConfigured(phrase("{file}: {why}", file=path, why=found))


def _content(path: Path, most: int) -> bytes | Words:
    """At most so many bytes of a plain file, or why there are none. A pipe is not waited for, nor a device read that never ends."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return phrase("this is no file but a pipe or a device")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        return phrase("the file cannot be read: {why}", why=_why(error))
    return data if len(data) <= most else phrase("the file is larger than {most} MB", most=most // 1_000_000)


def _why(error: OSError) -> Words | str:
    return _WHY.get(error.errno or 0) or error.strerror or str(error)


_WHY = {
    errno.ELOOP: phrase("it is a link that leads back to itself"),
    errno.ENOENT: phrase("it is a link to something that is not there"),
    errno.EACCES: phrase("this account may not read it"),
}


def copy_office(source: Path, target: Path, beside: Mapping[str, bytes] | None = None) -> int:
    """Copy an office to a new folder, all or nothing, and put files `beside` it by path; return the number of those copied.

    Raises NotConfigured if the folder holds something already or cannot be written.
    """
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise NotConfigured(phrase("{folder} is not empty; name a new folder", folder=target))
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".duban-", dir=target.parent) as drafts:
            draft = Path(drafts) / "office"
            count = 0
            for path in _files(source):
                copy = draft / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
                count += 1
            for name, content in (beside or {}).items():
                (draft / name).parent.mkdir(parents=True, exist_ok=True)
                (draft / name).write_bytes(content)
            draft.replace(target)
    except OSError as error:
        raise NotConfigured(
            phrase("{folder} cannot be written: {why}", folder=target, why=error.strerror or str(error))
        ) from error
    return count


def replace_file(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half. Raises NotConfigured if it cannot."""
    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        _drop_left_drafts(path.parent)
        handle, draft = tempfile.mkstemp(prefix=DRAFT, dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).chmod(mode)
            Path(draft).replace(path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise NotConfigured(
            phrase("{file} cannot be written: {why}", file=path, why=error.strerror or str(error))
        ) from error


def _drop_left_drafts(folder: Path) -> None:
    """Remove the drafts of those who were killed while they wrote: a whole roster may stand in one. Whoever writes one holds its lock."""
    for left in folder.glob(f"{DRAFT}*"):
        try:
            with left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                left.unlink(missing_ok=True)
        except OSError:  # somebody writes it, or it is a folder
            continue


def _files(folder: Path) -> Iterator[Path]:
    """Files of an office below `folder`. Raises NotConfigured if there is far more than an office has."""
    waiting, seen = [(folder, 0)], 0
    while waiting:
        at, depth = waiting.pop()
        for path in at.iterdir():
            seen += 1
            if seen > MOST_SEEN or depth > DEEPEST:
                raise NotConfigured(
                    phrase("{folder} holds far more than an office: {most} files in {deepest} levels are read at most",
                           folder=folder, most=MOST_FILES, deepest=DEEPEST)
                )  # fmt: skip
            if path.name.startswith((".", "~$")):
                continue
            if path.is_dir():
                if not path.is_symlink():  # a link to a folder may lead round in a circle
                    waiting.append((path, depth + 1))
            elif path.suffix.lower() in KINDS:
                yield path
