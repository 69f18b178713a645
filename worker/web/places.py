"""Where the things that pages speak of are shown to those who supervise; a page links to a place whoever made it."""

from urllib.parse import quote

from flask import request


def unit(key: str) -> str:
    """A unit by its id in the office's files."""
    return _in_language(f"/unit/{quote(key, safe='')}")


def schedule(key: str) -> str:
    """A schedule by its id."""
    return _in_language(f"/schedule/{quote(key, safe='')}")


def occurrence(occurrence_id: int) -> str:
    """One occurrence: who owes what of it, its record, its dates."""
    return _in_language(f"/occurrence/{occurrence_id}")


def person(key: str) -> str:
    """A person by the id of the roster."""
    return _in_language(f"/person/{quote(key, safe='')}")


def duty(obligation_id: int) -> str:
    """One obligation with its trail and what may be done about it."""
    return _in_language(f"/duty/{obligation_id}")


def _in_language(path: str) -> str:
    lang = request.args.get("lang", "")[:8]
    return f"{path}?lang={quote(lang)}" if lang else path
