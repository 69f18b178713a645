"""Where the things that pages speak of are shown to those who supervise; a page links to a place whoever made it."""

from urllib.parse import quote

from flask import request, url_for


def unit(key: str) -> str:
    """A unit by its id in the office's files."""
    return url_for("drill.unit", key=key)


def schedule(key: str) -> str:
    """A schedule by its id."""
    return url_for("drill.schedule", key=key)


def occurrence(occurrence_id: int, *, show: str | None = None) -> str:
    """One occurrence: who owes what of it, its record, its dates."""
    return url_for("drill.occurrence", occurrence_id=occurrence_id, show=show)


def occurrence_table(occurrence_id: int) -> str:
    """The same as a spreadsheet."""
    return url_for("drill.occurrence_table", occurrence_id=occurrence_id)


def person(key: str) -> str:
    """A person by the id of the roster."""
    return url_for("drill.person", key=key)


def file(file_id: int) -> str:
    """An evidence file, to be saved by whoever sees a duty whose record it belongs to."""
    return url_for("drill.file", file_id=file_id)


def board_of(*, unit: str | None = None, schedule: str | None = None) -> str:
    """The spreadsheet of what is late and soon due of a unit or a schedule."""
    return url_for("board.overdue_table", unit=unit, schedule=schedule)


def duty(obligation_id: int) -> str:
    """One obligation with its trail and what may be done about it."""
    return _in_language(f"/duty/{obligation_id}")


def _in_language(path: str) -> str:
    lang = request.args.get("lang", "")[:8]
    return f"{path}?lang={quote(lang)}" if lang else path
