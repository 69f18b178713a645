"""Snoozing on the page of a duty: what the page offers, and the day it waits for."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from tasks.roster.snooze import snoozing
from worker.web.link import Reader
from worker.web.site import View


@dataclass(frozen=True, slots=True)
class Snooze:
    """`choices`: working days and the day of the next reminder; `until`: the day that was chosen, while it lies ahead."""

    action: str
    choices: tuple[tuple[int, date], ...]
    until: date | None
    undo: str


def snooze_of(view: View, reader: Reader) -> Snooze | None:
    """What the reader may do; None where there is nothing to choose and nothing chosen."""
    found = snoozing(
        view.session, view.live, obligation_id=reader.row.obligation.id, person_id=reader.person.id, now=view.now
    )  # fmt: skip
    if not found.choices and found.until is None:
        return None
    return Snooze(
        url_for("personal.later", token=reader.token), tuple(found.choices.items()), found.until,
        url_for("personal.no_later", token=reader.token),
    )  # fmt: skip
