"""Small signed notes that a browser keeps during a gathering: which screen it is, that it scanned, whom it checked in.

Lifetimes are machine time. Nothing in them opens a person's pages.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from worker.clock import machine_now
from worker.tokens import BadToken
from worker.web.site import runtime

SCREEN_LASTS = timedelta(hours=8)
SEAT_LASTS = timedelta(minutes=15)  # to say who one is after a scan, and come back
MARK_LASTS = timedelta(hours=12)
TICKET_LASTS = timedelta(minutes=3)  # from the page to the button


@dataclass(frozen=True, slots=True)
class Note:
    """A gathering and a person: who opened the screen, or who checked in; 0 is nobody."""

    occurrence_id: int
    person_id: int


def screen() -> Note | None:
    """The gathering that this browser shows to the hall."""
    return _read("screen", request.cookies.get(_name("screen"), ""), SCREEN_LASTS)


def show_screen(response: AnyResponse, note: Note) -> None:
    """Let this browser be the screen of a gathering."""
    _write(response, "screen", note, SCREEN_LASTS)


def seat() -> Note | None:
    """The gathering whose code this browser has scanned lately, when nobody knew whose phone it is."""
    return _read("seat", request.cookies.get(_name("seat"), ""), SEAT_LASTS)


def take_seat(response: AnyResponse, occurrence_id: int) -> None:
    """Remember for a quarter of an hour that the code was scanned."""
    _write(response, "seat", Note(occurrence_id, 0), SEAT_LASTS)


def checked_in(occurrence_id: int) -> int | None:
    """Whom this browser has checked in at the gathering."""
    found = _read("mark", request.cookies.get(_name("mark"), ""), MARK_LASTS)
    return found.person_id if found is not None and found.occurrence_id == occurrence_id else None


def mark(response: AnyResponse, note: Note) -> None:
    """Remember whom it has checked in."""
    _write(response, "mark", note, MARK_LASTS)


def ticket(occurrence_id: int, device_id: int) -> str:
    """What a page that was opened with a fresh code hands back, so that the button still works when the code has changed."""
    return _sign("ticket", Note(occurrence_id, device_id))


def fits(token: str, device_id: int) -> int | None:
    """The gathering of a ticket that this phone was given in the last minutes."""
    found = _read("ticket", token, TICKET_LASTS)
    return found.occurrence_id if found is not None and found.person_id == device_id else None


def _name(kind: str) -> str:
    return f"__Host-{kind}" if _secure() else kind


def _secure() -> bool:
    return runtime().settings.base_url.startswith("https://")


def _sign(kind: str, note: Note) -> str:
    at = int(machine_now().timestamp())
    return runtime().tokens.keep(kind, {"o": note.occurrence_id, "p": note.person_id, "at": at})


def _write(response: AnyResponse, kind: str, note: Note, lasts: timedelta) -> None:
    response.set_cookie(
        _name(kind),
        _sign(kind, note),
        max_age=lasts,
        path="/",
        secure=_secure(),
        httponly=True,
        samesite="Lax",
    )


def _read(kind: str, token: str, lasts: timedelta) -> Note | None:
    try:
        found = runtime().tokens.kept(kind, token)
    except BadToken:
        return None
    parts = [found.get(name) for name in ("o", "p", "at")]
    if not all(type(part) is int for part in parts):
        return None
    at = datetime.fromtimestamp(found["at"], UTC)
    fresh = timedelta(minutes=-1) <= machine_now() - at <= lasts
    return Note(found["o"], found["p"]) if fresh else None
