"""Pack occurrences into a zip, piece by piece: their pages and tables, the files as they were handed in, hashes, and an index."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from models.engine import Database
from tasks.live import Live, current
from tasks.wording.texts import Texts, known_language
from worker.archives import pages
from worker.archives.content import Content, Scope, Uploaded, content
from worker.archives.names import Names, safe
from worker.archives.workbooks import settled_workbook
from worker.archives.zipped import Zip, hashes
from worker.web.display import Display
from worker.web.duties import uploads

FORMAT = 1
PHOTOS = ("image/jpeg", "image/png")
LANGS = {"zh_CN": "zh-CN", "en": "en"}


@dataclass(slots=True, kw_only=True)
class Packed:
    """How packing went. `missing` and `damaged` name files, with the folder they belong to."""

    occurrences: int = 0
    files: int = 0
    missing: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """From where: the database, the folder of the data, the texts."""

    db: Database
    data: Path
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """A file as the index shows it; `path` is empty for one that is missing."""

    label: str
    name: str
    path: str
    photo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One occurrence in the index of several."""

    folder: str
    title: str
    held_on: object
    state: str
    files: int
    missing: int


class Packer:
    """Makes one package. `pieces` yields the bytes of the zip; afterwards `packed` says how it went.

    Each occurrence is read in a transaction of its own, which is over before its bytes are handed on. `title`: of a package of several;
    without one there is exactly one occurrence, and its page is the index.
    """

    def __init__(self, source: Source, ids: Sequence[int], scope: Scope, *, title: str = "") -> None:
        self.source, self.ids, self.scope, self.title = source, ids, scope, title
        self.packed = Packed()
        with source.db.reading() as session:
            live = current(session)
        self._live, self._lang = live, known_language(None, live.office.file.language)
        self._zip, self._names = Zip(live.office.tz), Names()
        self._rows: list[_Row] = []
        self._manifest: list[dict[str, object]] = []
        self._files: list[dict[str, object]] = []
        self._last: datetime | None = None

    def pieces(self) -> Iterator[bytes]:
        """The zip."""
        for occurrence_id in self.ids:
            found = self._read(occurrence_id)
            if found is not None:
                self._last = max(filter(None, (self._last, found[0].at)))
                yield from self._occurrence(*found)
        yield from self._ending()

    def _read(self, occurrence_id: int) -> tuple[Content, Display] | None:
        with self.source.db.reading() as session:
            d = _display(self._live, self.source.texts, self._lang)
            found = content(session, self._live, d, occurrence_id, self.scope)
        return (found, d) if found is not None else None

    def _occurrence(self, found: Content, d: Display) -> Iterator[bytes]:
        folder, root = self._folder(found)
        self.packed.occurrences += 1
        missing, damaged = len(self.packed.missing), len(self.packed.damaged)
        frame = {
            "content": found,
            "root": root,
            "html_lang": LANGS[self._lang],
            "office": self._live.office.file.title,
        }
        yield from self._texts(found, d, folder, frame)
        shown: dict[int, list[_Shown]] = {}
        for number, record in enumerate(found.records):
            for file in record.files:
                piece, line = self._file(file, folder)
                shown.setdefault(number, []).append(line)
                yield piece
        records = [
            {"name": each.name, "facts": each.facts, "counts": each.counts, "files": shown.get(number, [])}
            for number, each in enumerate(found.records)
        ]
        index = pages.page(
            "occurrence.html", d, **frame, records=records, missing=self.packed.missing[missing:],
            damaged=self.packed.damaged[damaged:],
        )  # fmt: skip
        yield self._add(f"{folder}index.html", index, found.at)
        self._note(
            found, folder, files=sum(map(len, shown.values())), missing=len(self.packed.missing) - missing
        )

    def _folder(self, found: Content) -> tuple[str, str]:
        """The folder of an occurrence, and the way from there to the first page."""
        if not self.title:
            return "", ""
        day, key = found.held_on.isoformat(), found.key if found.key != found.held_on.isoformat() else ""
        name = safe(" ".join(filter(None, (day, found.title, key))).replace(".", "_"), otherwise=day)
        return self._names.path("", name) + "/", "../"

    def _texts(self, found: Content, d: Display, folder: str, frame: dict[str, object]) -> Iterator[bytes]:
        rows = pages.trail_rows(d, found)
        heading = [d.gettext(each) for each in ("When", "Who", "About", "What", "Reason")]
        body = [[row["at"], row["who"], row["about"], row["what"], row["reason"]] for row in rows]
        if found.messages:
            yield self._add(f"{folder}notice.html", pages.page("notice.html", d, **frame), found.at)
        if found.attendees:
            yield self._add(f"{folder}sign-in.html", pages.page("sign-in.html", d, **frame), found.at)
            yield self._add(f"{folder}sign-in.xlsx", _sheet(found, d), found.at)
        yield self._add(f"{folder}trail.html", pages.page("trail.html", d, **frame, rows=rows), found.at)
        yield self._add(f"{folder}trail.csv", pages.table([heading, *body]), found.at)

    def _file(self, file: Uploaded, folder: str) -> tuple[bytes, _Shown]:
        """Add a file as it was handed in; one that is not there, or not as it was, is named."""
        label, row = safe(file.label, otherwise="files"), file.row
        path = self._names.path(f"{folder}files/{label}/", safe(row.name))
        shown = path.removeprefix(folder)
        try:
            data = uploads.path_of(self.source.data, row.sha256).read_bytes()
        except OSError:
            self.packed.missing.append(path)
            return b"", _Shown(label=file.label, name=row.name, path="", photo=False)
        if hashlib.sha256(data).hexdigest() != row.sha256:
            self.packed.damaged.append(path)
        self.packed.files += 1
        piece = self._add(path, data, file.at)
        self._files.append(
            {"path": path, "name": row.name, "media_type": row.media_type, "handed_in_sha256": row.sha256, "recorded_at": _iso(file.at)}
        )  # fmt: skip
        return piece, _Shown(label=file.label, name=row.name, path=shown, photo=row.media_type in PHOTOS)

    def _add(self, path: str, data: bytes, at: datetime) -> bytes:
        return self._zip.add(path, data, at)

    def _note(self, found: Content, folder: str, *, files: int, missing: int) -> None:
        self._rows.append(
            _Row(folder=folder, title=found.title, held_on=found.held_on, state=found.state, files=files, missing=missing)
        )  # fmt: skip
        self._manifest.append(
            {"folder": folder, "schedule": found.schedule, "key": found.key, "title": found.title, "held_on": found.held_on.isoformat(),
             "changed_at": _iso(found.at)}
        )  # fmt: skip

    def _ending(self) -> Iterator[bytes]:
        at = self._last or datetime.fromisoformat("1980-01-01T00:00:00+00:00")
        d = _display(self._live, self.source.texts, self._lang)
        if self.title:
            yield self._add(
                "index.html",
                pages.page(
                    "several.html", d, title=self.title, rows=self._rows, root="", html_lang=LANGS[self._lang],
                    office=self._live.office.file.title, missing=len(self.packed.missing), damaged=len(self.packed.damaged),
                ),
                at,
            )  # fmt: skip
        yield self._add("archive.css", pages.style(), at)
        manifest = {
            "format": FORMAT, "office": self._live.office.file.title, "occurrences": self._manifest, "files": self._files,
            "missing": self.packed.missing, "damaged": self.packed.damaged,
        }  # fmt: skip
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        yield self._add("manifest.json", text.encode(), at)
        yield self._add("hashes.txt", hashes(self._zip.entries), at)
        yield from self._zip.end()


def _display(live: Live, texts: Texts, lang: str) -> Display:
    """How values are written: days always with their year, so that the package reads the same in any year."""
    return Display(
        gettext=texts.gettext(lang), plural=texts.ngettext(lang), today=live.start_on, tz=live.office.tz
    )


def _sheet(found: Content, d: Display) -> bytes:
    heading = [d.gettext(each) for each in ("No.", "Name", "Unit", "Came or not", "Signed in")]
    rows = [
        [str(number), each.name, each.unit, each.mark, d.clock(each.arrived_at) if each.arrived_at else ""]
        for number, each in enumerate(found.attendees, 1)
    ]
    return settled_workbook(
        d.gettext("Sign-in sheet"), heading, rows, widths=(6, 14, 18, 12, 12), at=found.at
    )


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
