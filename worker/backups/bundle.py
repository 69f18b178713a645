"""The file of a backup: a zip with the manifest at its end. Written piece by piece with a digest of each, read back the same way."""

import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from schedules.words import phrase
from worker.backups.manifest import NAME, Manifest, Part
from worker.errors import BadBackup

PIECE = 1 << 20
LONGEST_LIST = 256 << 20  # bytes of a manifest: a million files
READ_ME = "READ-ME.txt"
_WORDS = """督办系统的备份。恢复:duban restore 本文件 。其中有姓名等个人信息,请只放在本人能打开的地方。

A backup of duban. To restore it: duban restore THIS-FILE . It holds names and other personal data; keep it where only you can open it.
"""
Told = Callable[[int], None]  # called with the number of bytes after each piece


class Writer:
    """Writes one backup. Photos and dumps are packed already, so only a SQLite database is compressed."""

    def __init__(self, file: IO[bytes], told: Told) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self._told = told
        self.parts: dict[str, Part] = {}

    def add(self, name: str, source: Path, *, compress: bool = False) -> Part:
        """Copy a file into the zip. Raise OSError as the file system does."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest, size = sha256(), 0
        with source.open("rb") as content, self._zip.open(info, "w", force_zip64=True) as into:
            while piece := content.read(PIECE):
                digest.update(piece)
                into.write(piece)
                size += len(piece)
                self._told(len(piece))
        self.parts[name] = Part(digest.hexdigest(), size)
        return self.parts[name]

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Let go of a file that cannot be written to its end; closing it would write once more, and be refused once more."""
        if kind is not None:
            self._zip.fp = None

    def close(self, manifest: Manifest) -> None:
        """Write what the backup says of itself; without that it is none."""
        self._zip.writestr(READ_ME, _WORDS)
        self._zip.writestr(NAME, manifest.text(), compress_type=zipfile.ZIP_DEFLATED)
        self._zip.close()


def flushed(file: IO[bytes]) -> None:
    """Have what was written lie on the disk."""
    file.flush()
    os.fsync(file.fileno())


class Reader:
    """Reads one backup. What it takes out is compared with the manifest."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = file
        self.manifest = manifest

    def take(self, name: str, target: IO[bytes] | None, told: Told) -> None:
        """Copy a part to an open file, or only compare it. Raise BadBackup if it is not as it was."""
        expected, digest, size = self.manifest.parts[name], sha256(), 0
        try:
            with self._zip.open(name) as content:
                while piece := content.read(PIECE):
                    size += len(piece)
                    if size > expected.size:
                        break
                    digest.update(piece)
                    if target is not None:
                        target.write(piece)
                    told(len(piece))
        except (
            KeyError,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
            EOFError,
            ValueError,
        ) as error:
            raise _damaged(name) from error
        if size != expected.size or digest.hexdigest() != expected.sha256:
            raise _damaged(name)

    def extract(self, name: str, target: Path, told: Told) -> None:
        """Write a part to a new private file, flushed to the disk."""
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            self.take(name, file, told)
            flushed(file)


def _damaged(name: str) -> BadBackup:
    return BadBackup(
        phrase("this backup is damaged: {part} is not as it was written; take an older one", part=name)
    )


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """Open a backup. Raise BadBackup if it is none, or was not written to its end."""
    try:
        with zipfile.ZipFile(path) as file:
            try:
                info = file.getinfo(NAME)
                if info.file_size > LONGEST_LIST:
                    raise KeyError(NAME)
                manifest = Manifest.read(file.read(info))
            except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise BadBackup(phrase("{file} is not a backup of duban", file=path)) from error
            yield Reader(file, manifest)
    except zipfile.BadZipFile as error:
        raise BadBackup(
            phrase("{file} is not a backup of duban, or was not written to its end", file=path)
        ) from error
