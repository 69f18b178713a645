"""A table that was uploaded and is not imported yet: kept sealed, since rosters hold numbers, and forgotten after a day."""

import base64
import hashlib
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from werkzeug.datastructures import FileStorage

from schedules.errors import Refused
from schedules.sheet_kind import WrongKind, kind_of
from schedules.source_text import SourceFile
from schedules.words import phrase
from worker.cipher import Cipher
from worker.errors import NotConfigured
from worker.office_files import replace_file
from worker.tables import as_uploaded
from worker.web.duties.uploads import LARGEST, label

KEPT = timedelta(days=1)
MOST_UNPACKED = 200_000_000  # bytes of a workbook's parts; more is no table that people filled in
KEY = re.compile(r"[0-9a-f]{64}")


def take(
    data: Path, cipher: Cipher, file: FileStorage | None, *, endings: tuple[str, ...], now: datetime
) -> str:
    """Check and keep an uploaded table; return its key. `now` is machine time. Raise Refused with what is wrong with the file."""
    if file is None or not file.filename:
        raise Refused(phrase("choose the file first"), field="file")
    name = label(file.filename)
    with file.stream as stream:
        content = stream.read(LARGEST + 1)
    _check(name, content, endings)
    return keep(data, cipher, SourceFile(name, content), now=now)


def keep(data: Path, cipher: Cipher, source: SourceFile, *, now: datetime) -> str:
    """Keep a table that was checked; return its key. `now` is machine time."""
    name, content = source.path, source.data
    _forget_old(data, now)
    sealed = cipher.encrypt(json.dumps([name, base64.b64encode(content).decode("ascii")]))
    key = hashlib.sha256(name.encode() + b"\x00" + content).hexdigest()
    folder = _folder(data)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(folder / key, sealed)
    (folder / key).chmod(0o600)
    return key


def _check(name: str, content: bytes, endings: tuple[str, ...]) -> None:
    ending = PurePosixPath(name.lower()).suffix
    try:
        kind = kind_of(content)
    except WrongKind as wrong:
        raise Refused(
            phrase("{name}: {what}. {out}.", name=name, what=wrong.what, out=wrong.out), field="file"
        ) from wrong
    if ending not in endings:
        allowed = "、".join(endings)
        raise Refused(
            phrase("{name} cannot be read here; save it as one of {allowed}", name=name, allowed=allowed),
            field="file",
        )
    if not content:
        raise Refused(phrase("{name} is empty.", name=name), field="file")
    if len(content) > LARGEST:
        raise Refused(phrase("{name} is larger than 10 MB.", name=name), field="file")
    if (ending == ".xlsx") != (kind == "workbook"):
        raise Refused(phrase("{name} is not what its ending says; save it anew", name=name), field="file")
    if kind == "workbook":
        _check_workbook(name, content)


def _check_workbook(name: str, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > MOST_UNPACKED:
        raise Refused(phrase("{name} holds too much for a table", name=name), field="file")


def find(data: Path, cipher: Cipher, key: str) -> SourceFile | None:
    """The kept table under the name it was given by; None if there is none any more."""
    path = _folder(data) / key
    if not KEY.fullmatch(key) or not path.is_file():
        return None
    try:
        name, content = json.loads(cipher.decrypt(path.read_bytes()))
    except (NotConfigured, OSError):
        return None
    return as_uploaded(SourceFile(name, base64.b64decode(content)))


def forget(data: Path, key: str) -> None:
    """The table is imported; its numbers are on record, sealed one by one."""
    if KEY.fullmatch(key):
        (_folder(data) / key).unlink(missing_ok=True)


def _forget_old(data: Path, now: datetime) -> None:
    folder = _folder(data)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.stat().st_mtime < (now - KEPT).timestamp():
            path.unlink(missing_ok=True)


def _folder(data: Path) -> Path:
    return data / "imports"
