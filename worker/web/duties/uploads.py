"""Evidence files: checked by content and by name, at most 10 MB each, kept outside the web root under their own digest.

The bytes are kept as they came: nothing is re-encoded or taken out. Names are kept as a label only and never touch the disk.
"""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from models.obligations import FileRow
from schedules.errors import Refused
from schedules.words import phrase
from worker.tokens import BadToken, Tokens

LARGEST = 10 * 1024 * 1024
MOST = 20
PHOTO = frozenset({"image/jpeg", "image/png"})
ANY = PHOTO | {"application/pdf"}
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
ENDINGS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on disk. `name` is what its owner called it."""

    sha256: str
    name: str
    media_type: str
    size: int


def folder(data: Path) -> Path:
    """Where the files of an installation are."""
    return data / "files"


def path_of(data: Path, sha256: str) -> Path:
    """Where the file with this digest is."""
    return folder(data) / sha256[:2] / sha256


def take(data: Path, files: Iterable[FileStorage], *, field: str, photo: bool) -> list[Upload]:
    """Check and keep what a form brought for a field. Raise Refused with the first file at fault."""
    taken: list[Upload] = []
    for file in files:
        if not file.filename:
            continue
        if len(taken) == MOST:
            raise Refused(phrase("At most {n} files.", n=MOST), field=field)
        taken.append(_take(data, file, field=field, allowed=PHOTO if photo else ANY))
    return taken


def _take(data: Path, file: FileStorage, *, field: str, allowed: frozenset[str]) -> Upload:
    name = label(file.filename or "")
    with file.stream as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Refused(
            phrase("{name} is larger than 10 MB. Choose a smaller one, or a screenshot of it.", name=name),
            field=field,
        )
    if not content:
        raise Refused(phrase("{name} is empty.", name=name), field=field)
    media_type = next((kind for start, kind in SIGNATURES if content.startswith(start)), None)
    if media_type not in allowed or ENDINGS.get(PurePosixPath(name.lower()).suffix) != media_type:
        what = phrase("JPG, PNG or PDF") if "application/pdf" in allowed else phrase("JPG or PNG")
        raise Refused(phrase("{name} cannot be used; allowed: {kinds}.", name=name, kinds=what), field=field)
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(data, digest), content)
    return Upload(digest, name, media_type, len(content))


def label(filename: str) -> str:
    """The last part of a file's name, without characters that hide or turn text; at most 100 of them."""
    base = filename.replace("\\", "/").rpartition("/")[2]
    safe = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c)[0] != "C")
    stem, dot, ending = safe.rpartition(".")
    return f"{stem[:90]}{dot}{ending[:10]}" or "file"


def _write(path: Path, content: bytes) -> None:
    """Write a private file once, whole or not at all."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(path)


def keep(tokens: Tokens, upload: Upload) -> str:
    """A token by which a form shown again still has the file."""
    return tokens.keep("file", asdict(upload))


def kept(tokens: Tokens, found: Iterable[str]) -> list[Upload]:
    """The files of such tokens; foreign ones are left out."""
    uploads = []
    for token in list(found)[:MOST]:
        try:
            uploads.append(Upload(**tokens.kept("file", token)))
        except (BadToken, TypeError):
            continue
    return uploads


def rows(session: Session, uploads: Sequence[Upload]) -> list[int]:
    """Write file rows and return their ids."""
    found = [FileRow(sha256=u.sha256, name=u.name, media_type=u.media_type, size=u.size) for u in uploads]
    session.add_all(found)
    session.flush()
    return [row.id for row in found]
