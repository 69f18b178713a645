"""Message catalogues: English ids in the code, one PO file for each language, compiled in memory when a process starts.

`python -m tasks.catalogs` reads the sources again, brings `locale/duban.pot` and every PO file up to date, and exits with 1 while a
translation is missing. Only people who change texts need it.
"""

import string
import sys
from collections.abc import Iterator
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LANGUAGES = ("zh_CN", "en")
FOLDER = Path(__file__).parent / "locale"
DOMAIN = "duban"
SOURCES = ("schedules", "tasks", "models", "worker")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "phrase": None,
    "N_": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
}
METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
    ("**.svg", "jinja2"),
    ("**.css.j2", "jinja2"),
]
WIDTH = 110


_made: dict[str, bytes] = {}


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> GNUTranslations:
    """The compiled catalogue of a language. An id that it lacks comes back as it is, in English."""
    content = _made.pop(language) if language in _made else compiled(language)
    return GNUTranslations(BytesIO(content))


def compiled(language: str) -> bytes:
    """The catalogue of a language as a MO file."""
    written = BytesIO()
    write_mo(written, read(language, texts_only=True))
    return written.getvalue()


def take(language: str, content: bytes) -> None:
    """Use a MO file that was made elsewhere."""
    _made[language] = content


def po_file(language: str) -> Path:
    """Where a language's texts are kept."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str, *, texts_only: bool = False) -> Catalog:
    """Parse a PO file; a language without one is empty. `texts_only`: without where each is used, two thirds of the file."""
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language, domain=DOMAIN)
    content = file.read_bytes()
    if texts_only:
        content = b"\n".join(line for line in content.split(b"\n") if not line.startswith(b"#:"))
    return read_po(BytesIO(content), locale=language, domain=DOMAIN)


def extract(root: Path) -> Catalog:
    """Every message id in the four packages below `root`, with the files that use it."""
    found = Catalog(domain=DOMAIN, project=DOMAIN, charset="utf-8")
    for package in SOURCES:
        for name, _line, message, comments, context in extract_from_dir(
            root / package, METHODS, keywords=KEYWORDS
        ):
            # Files without line numbers: a moved line must not change the catalogue.
            found.add(message, None, [(f"{package}/{name}", 0)], auto_comments=comments, context=context)
    return found


def problems(catalog: Catalog, template: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete: missing, fuzzy, or with other fields than its id."""
    for wanted in template:
        if not wanted.id:
            continue
        message = catalog.get(wanted.id, wanted.context)
        if message is None or not all(_strings(message)):
            yield f"missing: {wanted.id!r}"
        elif message.fuzzy:
            yield f"fuzzy: {wanted.id!r}"
        elif any(_fields(text) - _fields(*_ids(wanted)) for text in _strings(message)):
            yield f"unknown field: {wanted.id!r} -> {message.string!r}"
        elif _fields(*_ids(wanted)) - _fields(*_strings(message)):
            yield f"lost field: {wanted.id!r} -> {message.string!r}"


def update(root: Path) -> list[str]:
    """Write the template and bring the PO files up to date, dropping ids that nobody uses. Return what is still missing."""
    template = extract(root)
    _write(FOLDER / f"{DOMAIN}.pot", template)
    missing: list[str] = []
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        if language == "en":
            _fill_identity(catalog)
        _write(po_file(language), catalog)
        missing += [f"{language}: {problem}" for problem in problems(read(language), template)]
    return missing


def _fill_identity(catalog: Catalog) -> None:
    for message in catalog:
        if message.id:
            message.string = message.id
            message.flags.discard("fuzzy")


def _write(file: Path, catalog: Catalog) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, sort_output=True, omit_header=False)
    # A date in the header would make every run a change.
    dated = (b'"POT-Creation-Date', b'"PO-Revision-Date')
    file.write_bytes(
        b"".join(line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(dated))
    )


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (message.id,)


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, (tuple, list)):
        return tuple(message.string)
    return (message.string or "",)


def _fields(*texts: str) -> set[str]:
    """Names in braces; a text that is no format string at all has one field that no id has."""
    try:
        return {
            name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None
        }
    except ValueError:
        return {"?"}


if __name__ == "__main__":
    sys.exit(1 if update(Path(__file__).parents[1]) else 0)
