"""The shapes of an explanation: one rung, and what is said of one duty. Sentences are words; `to_json` puts them in a language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schedules.words import Gettext, Words
from tasks.explain.fate import Verdict

Iso = Callable[[datetime | None], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RungSaid:
    """One rung: when, called what, to whom, why then; `skipped` are the days that did not count."""

    at: datetime
    label: Words
    to: Words
    says: tuple[Words, ...] = ()
    skipped: tuple[date, ...] = ()

    def to_json(self, gettext: Gettext, iso: Iso) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "at": iso(self.at), "label": self.label.text(gettext), "to": self.to.text(gettext),
            "sentences": [each.text(gettext) for each in self.says], "skipped": [day.isoformat() for day in self.skipped],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What is said of one duty to one person on one day. `schedule`, `key` and `part` are None where the matter is not public.

    `owed_by` names who owes it where that is not the person. `reason` is a stable code for programs; `at` when the person was or will
    be told, `message` the number in the ledger.
    """

    verdict: Verdict
    reason: str
    title: Words
    schedule: str | None
    key: str | None
    part: str | None
    state: str | None
    due_on: date | None
    version: int | None
    says: tuple[Words, ...]
    owed_by: str | None = None
    at: datetime | None = None
    message: int | None = None
    channel: str | None = None
    rung: RungSaid | None = None
    last: RungSaid | None = None
    following: RungSaid | None = None

    def to_json(self, gettext: Gettext, iso: Iso) -> dict[str, Any]:
        """The shape other programs rely on."""

        def rung(said: RungSaid | None) -> dict[str, Any] | None:
            return said.to_json(gettext, iso) if said else None

        return {
            "verdict": self.verdict, "reason": self.reason, "title": self.title.text(gettext), "schedule": self.schedule, "key": self.key,
            "part": self.part, "state": self.state, "owed_by": self.owed_by, "due_on": self.due_on.isoformat() if self.due_on else None,
            "version": self.version, "at": iso(self.at), "message": self.message, "channel": self.channel,
            "sentences": [each.text(gettext) for each in self.says], "rung": rung(self.rung), "last": rung(self.last),
            "next": rung(self.following),
        }  # fmt: skip
