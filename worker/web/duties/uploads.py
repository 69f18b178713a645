"""Evidence files: checked by content and by name, at most 10 MB each, kept outside the web root under their own digest.

Photos are kept without what the camera wrote beside the picture (place, device); the digest is that of what is kept.
Names are kept as a label only and never touch the disk.
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
from schedules.words import Words, phrase
from worker.tokens import BadToken, Tokens
from worker.web.duties.bare_photo import Damaged, bare

LARGEST = 10 * 1024 * 1024
MOST = 20
PHOTO = frozenset({"image/jpeg", "image/png"})
ANY = PHOTO | {"application/pdf"}
SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
)
ENDINGS = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jfif": "image/jpeg", ".jpe": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"
}  # fmt: skip
USUAL = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
# What phones of Apple write unless told otherwise: ISO/IEC 23008-12, a box of the type "ftyp" with one of these brands.
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


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
    taken, wrong = sort(data, files, photo=photo)
    if wrong:
        raise Refused(wrong[0], field=field)
    return taken


def sort(data: Path, files: Iterable[FileStorage], *, photo: bool) -> tuple[list[Upload], list[Words]]:
    """Keep what can be kept; a sentence for each file that cannot. One wrong photo among five does not cost the other four."""
    taken: list[Upload] = []
    wrong: list[Words] = []
    for file in files:
        if not file.filename:
            continue
        if len(taken) == MOST:
            return taken, [*wrong, phrase("At most {n} files.", n=MOST)]
        found = _take(data, file, allowed=PHOTO if photo else ANY)
        if isinstance(found, Upload):
            taken.append(found)
        else:
            wrong.append(found)
    return taken, wrong


def _take(data: Path, file: FileStorage, *, allowed: frozenset[str]) -> Upload | Words:
    name = label(file.filename or "")
    with file.stream as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        return phrase("{name} is larger than 10 MB. Choose a smaller one, or a screenshot of it.", name=name)
    if not content:
        return phrase("{name} is empty.", name=name)
    if content[4:8] == b"ftyp" and content[8:12] in HEIC:
        return phrase(
            "{name} is a HEIC photo, which most computers cannot open. Send a screenshot of it; or choose “Most Compatible” under "
            "Settings, Camera, Formats and take it again.",
            name=name,
        )
    media_type = next((kind for start, kind in SIGNATURES if content.startswith(start)), None)
    if media_type is None or media_type not in allowed or not _fits(name, media_type):
        what = phrase("JPG, PNG or PDF") if "application/pdf" in allowed else phrase("JPG or PNG")
        return phrase("{name} cannot be used; allowed: {kinds}.", name=name, kinds=what)
    try:
        content = bare(content, media_type)
    except Damaged:
        return phrase(
            "{name} is damaged: it is no picture, or only part of one. Choose it again, or send a screenshot of it.",
            name=name,
        )
    digest = hashlib.sha256(content).hexdigest()
    _write(path_of(data, digest), content)
    return Upload(digest, _ended(name, media_type), media_type, len(content))


def _fits(name: str, media_type: str) -> bool:
    """Whether a name may stand for such content; any photo's ending does for a photo, since chats save a PNG as .jpg."""
    by_name = ENDINGS.get(PurePosixPath(name.lower()).suffix)
    return by_name == media_type or (media_type in PHOTO and by_name in PHOTO)


def _ended(name: str, media_type: str) -> str:
    """The name with the ending of what it is, so that whoever saves the file can open it."""
    path = PurePosixPath(name)
    return name if ENDINGS.get(path.suffix.lower()) == media_type else path.stem + USUAL[media_type]


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
