"""The office's folder on disk: its files as sources for the loader, and a fresh copy of the starter office."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from schedules.source_text import SourceFile
from schedules.words import phrase
from worker.errors import NotConfigured

KINDS = frozenset({".yaml", ".yml", ".csv", ".json", ".xlsx", ".xls", ".et"})
SCHEMA_FOLDER = ".schema"  # hidden, so that it is no part of the office: only editors read it
MODELINE = "# yaml-language-server: $schema="
MOST_FILES = 2_000
MOST_BYTES = 20_000_000  # of one file; the loader has its own, smaller bounds for YAML


def read_folder(folder: Path, *, only: Collection[str] = KINDS) -> list[SourceFile]:
    """Every file of the office with one of these endings, with paths relative to the folder, in order.

    Hidden files, the lock files of Excel (`~$…`) and files that are neither YAML, JSON nor a table are passed over.
    Raises NotConfigured if the folder cannot be read, has too many files, or one that is too large.
    """
    if not folder.is_dir():
        raise NotConfigured(
            phrase("{folder} is not a folder with an office; make one: duban init {folder}", folder=folder)
        )
    found: list[SourceFile] = []
    for path in sorted(path for path in _files(folder) if path.suffix.lower() in only):
        if len(found) == MOST_FILES:
            raise NotConfigured(phrase("{folder} has more than {most} files", folder=folder, most=MOST_FILES))
        found.append(SourceFile(path.relative_to(folder).as_posix(), read_source(path)))
    return found


def read_source(path: Path) -> bytes:
    """The bytes of one file. Raises NotConfigured if it cannot be read or is too large."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise NotConfigured(
                phrase("{file} is larger than {most} MB", file=path, most=MOST_BYTES // 1_000_000)
            )
        return path.read_bytes()
    except OSError as error:
        raise NotConfigured(
            phrase("{file} cannot be read: {why}", file=path, why=error.strerror or str(error))
        ) from error


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
        handle, draft = tempfile.mkstemp(prefix=".duban-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
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


def _files(folder: Path) -> Iterator[Path]:
    """Files of an office below `folder`."""
    for path in folder.iterdir():
        if path.name.startswith((".", "~$")):
            continue
        if path.is_dir():
            if not path.is_symlink():  # a link to a folder may lead round in a circle
                yield from _files(path)
        elif path.suffix.lower() in KINDS:
            yield path
