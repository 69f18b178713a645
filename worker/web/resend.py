"""What was typed is never lost: a form that could not be taken comes back whole inside the page that says why.

Nothing is kept here. The answer to a failed POST carries everything that came with it, to be handed in again by one button; that POST is
judged like any other. Only what came from a page of ours is offered again (`security.check_form` notes it in `g.ours`), so that no other
site can have us show its words under our button.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import IO, cast
from urllib.parse import urlencode

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from schedules.dates_text import day_text
from schedules.errors import NotFound, Refused
from tasks.live import current
from tasks.roster.devices import phone_of
from worker.bootstrap import Runtime
from worker.clock import machine_now, office_now
from worker.tokens import BadToken
from worker.web import own
from worker.web.duties import uploads

# What a page says of itself and not of the matter: buttons, ticks by number, tokens.
UNSAID = frozenset({
    "csrf", "step", "verdict", "days", "away", "over", "ticket", "digest", "draft", "duty", "for", "of", "once", "part", "rows", "shown",
    "sure", "unit",
})  # fmt: skip
RESENT = frozenset({400, 401, 413, 500, 503})
SHOWN = 20  # typed texts that are shown; all are handed in again


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A form to be handed in again: where, its fields, the texts to show, files that are here already and such as are not.

    `action` is empty where handing in again would lead nowhere; the texts are still shown.
    """

    action: str
    fields: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    received: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def times_sent() -> int:
    """How often the form on this page was handed in, as its address says: the form goes to the address with one more.

    A browser takes the POST to the very address of its page for a repetition of that page, and puts the error page of a network that
    is down in its place: whoever then goes back finds neither form nor text. To another address it goes as a step of its own, and one
    step back the page stands as it was left.
    """
    found = request.args.get("sent", "")
    return int(found) if found.isascii() and found.isdecimal() and len(found) < 4 else 0


def _next_address() -> str:
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'sent': str(times_sent() + 1)})}"


def again(status: int) -> Again | None:
    """What came with the request, for a page that answers it with `status`; None for a mere look, for what is not from our pages, and
    where nothing was typed and nothing can be handed in again.
    """
    if request.method != "POST":
        return None
    form, files = _came()
    if form is None or not g.get("ours", False):
        return None
    typed = [(name, value) for name, value in form.items(multi=True) if name != "csrf" and value.strip()]
    found = Again(
        action=_next_address() if status in RESENT else "",
        fields=tuple(typed),
        texts=tuple(_in_words(value.strip()) for name, value in typed if _told(name))[:SHOWN],
    )
    if found.action:
        return _with_files(found, files)
    return found if found.texts else None


def shown_only() -> Again | None:
    """The typed texts alone, for a page on which the form has no use any more."""
    found = again(400)
    return replace(found, action="", fields=(), received=(), missing=()) if found and found.texts else None


def _told(name: str) -> bool:
    """Whether a field is the reader's own words and not a tick or a token."""
    by_number = name[:1] == "w" and name[1:].isdecimal()
    return name not in UNSAID and not name.startswith("k-") and not by_number


def _in_words(value: str) -> str:
    """A day as people write it, everything else as it was typed."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value) is None:
        return value
    try:
        return day_text(date.fromisoformat(value), _run().settings.language)
    except ValueError:
        return value


def _came() -> tuple[MultiDict[str, str] | None, MultiDict[str, FileStorage]]:
    """The form, and its files; of a form that was too large only what was typed."""
    try:
        return request.form, request.files
    except RequestEntityTooLarge:
        pass
    except HTTPException:
        return None, MultiDict()
    try:
        parser = FormDataParser(stream_factory=_nowhere, max_form_memory_size=1024 * 1024, silent=True)
        _, form, _ = parser.parse_from_environ(request.environ)
    except (HTTPException, OSError, ValueError):
        return None, MultiDict()
    tokens = _run().tokens
    g.ours = not g.get("foreign", True) and tokens.form_ours(form.get("csrf", ""))
    return form, MultiDict()


class _Nowhere(io.BytesIO):
    """Takes the bytes of a file that is not kept."""

    def write(self, data: object) -> int:
        return len(cast(bytes, data))


def _nowhere(
    total_content_length: int | None, content_type: str | None, filename: str | None, content_length: int | None = None
) -> IO[bytes]:  # fmt: skip
    return _Nowhere()


def _with_files(found: Again, files: MultiDict[str, FileStorage]) -> Again:
    """The same with the files: kept on disk for whoever is known here, else to be chosen again."""
    fields, received, missing = list(found.fields), [], []
    may_keep = bool(files) and _known()
    for name, file in _chosen(files):
        upload = _kept_before(name, file)
        if upload is None and may_keep and name.startswith("e-"):
            upload = _take(file, name)
        if upload is None:
            missing.append(uploads.label(file.filename or ""))
            continue
        received.append(upload.name)
        fields.append((f"k-{name.removeprefix('e-')}", uploads.keep(_run().tokens, upload)))
    return replace(found, fields=tuple(fields), received=tuple(received), missing=tuple(missing))


def _chosen(files: MultiDict[str, FileStorage]) -> Iterator[tuple[str, FileStorage]]:
    return ((name, file) for name, file in files.items(multi=True) if file.filename)


def _kept_before(name: str, file: FileStorage) -> uploads.Upload | None:
    """The file, if the form had been read already when it failed."""
    taken: dict[str, list[uploads.Upload]] = g.get("taken", {})
    wanted = uploads.label(file.filename or "")
    return next((each for each in taken.get(name.removeprefix("e-"), ()) if each.name == wanted), None)


def _take(file: FileStorage, name: str) -> uploads.Upload | None:
    try:
        found = uploads.take(_run().settings.data, [file], field=name, photo=False)
    except (Refused, OSError, ValueError):
        return None
    return found[0] if found else None


def _known() -> bool:
    """Whether somebody of the office asks: by a signed link, a session or a bound phone. Strangers leave no files here."""
    token = (request.view_args or {}).get("token", "")
    if own.is_mine(token):
        kept = own.secret()
        return kept is not None and _phone_known(kept)
    if token:
        try:
            _run().tokens.read_personal(token)
        except BadToken:
            return False
        return True
    return isinstance(cookie.get("person"), int)


def _phone_known(kept: str) -> bool:
    try:
        with _run().db.reading() as session:
            today = current(session).today(office_now(session))
            return phone_of(session, kept, today=today, machine_now=machine_now()) is not None
    except (SQLAlchemyError, NotFound):
        return False


def _run() -> Runtime:
    return cast(Runtime, current_app.extensions["duban"])
