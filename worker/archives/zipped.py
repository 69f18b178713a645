"""A zip that is handed on while it is made. Never more than one entry is in memory; the same entries give the same bytes.

Nothing is compressed: photos and PDF are already, and other versions of zlib would write other bytes.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

FIRST_YEAR = 1980  # a zip knows no earlier one
UNIX, READABLE = 3, 0o100644 << 16


class _Window(io.RawIOBase):
    """What was written and not yet taken. zipfile goes back to the head of an entry to fill in its size; not further."""

    def __init__(self) -> None:
        self._base, self._at, self._kept = 0, 0, bytearray()

    def seekable(self) -> bool:
        """So that sizes stand in front of the entries, where every reader finds them."""
        return True

    def writable(self) -> bool:
        """Only written to."""
        return True

    def tell(self) -> int:
        """Counted from the beginning of the zip."""
        return self._base + self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Only to what was not taken yet."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._base + len(self._kept)}[whence]
        if start + offset < self._base:
            raise io.UnsupportedOperation
        self._at = start + offset - self._base
        return self.tell()

    def write(self, data: object) -> int:
        """Write over what stands there, and on."""
        piece = bytes(data)  # type: ignore[call-overload]
        self._kept[self._at : self._at + len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Everything up to here, to be handed on."""
        taken = bytes(self._kept)
        self._base, self._at = self._base + len(taken), 0
        self._kept.clear()
        return taken


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the package and its SHA-256."""

    path: str
    size: int
    sha256: str


class Zip:
    """Entries are added; `taken` gives the bytes so far. `tz`: in which the instants of entries are shown."""

    def __init__(self, tz: ZoneInfo) -> None:
        self._window, self._tz = _Window(), tz
        self._zip = zipfile.ZipFile(self._window, "w", zipfile.ZIP_STORED)
        self.entries: list[Entry] = []

    def add(self, path: str, data: bytes, at: datetime) -> bytes:
        """Add a file with the instant it is from; return the bytes that can be handed on."""
        local = at.astimezone(self._tz)
        info = zipfile.ZipInfo(path, (max(local.year, FIRST_YEAR), *local.timetuple()[1:6]))
        info.create_system, info.external_attr = UNIX, READABLE
        self._zip.writestr(info, data)
        self.entries.append(Entry(path, len(data), hashlib.sha256(data).hexdigest()))
        return self._window.take()

    def end(self) -> Iterator[bytes]:
        """The directory of the zip."""
        self._zip.close()
        yield self._window.take()


def hashes(entries: list[Entry]) -> bytes:
    """A line for each file as `sha256sum -c` reads it."""
    return "".join(f"{each.sha256}  {each.path}\n" for each in entries).encode()
