"""One occurrence to be: the values that `occurrences.py` computes and everything after it reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from schedules.words import Words

Day: TypeAlias = date  # the field `date` hides the type


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One occurrence. Instants are aware UTC, dates office-local.

    `key` names it by the rule's own day, whatever became of that day: ISO date, "2026-11", "2026", "2026-H1", "2026-Q1",
    "number@expiry", "person@due" or the number of a target. Of several on a day it adds the local time, "2026-10-25T02:00", and the
    offset where that comes a second time, "2026-10-25T02:00+01:00".
    `date` is the day it is held or due; None, with a reason in `skipped`, if it does not take place. `moved_from` is the rule's day
    when another one is held instead. `subject` is the id of the person whose certificate expires or whose anniversary it
    is, the name of a target, or what an event is known by; `title` says what this one is called where the schedule's title is not
    enough; `fields` are what was recorded about the event.
    """

    key: str
    date: Day | None
    starts_at: datetime | None
    due_on: Day | None
    due_at: datetime | None
    opens_at: datetime
    provisional: bool = False
    moved_from: Day | None = None
    moved_why: Words | None = None
    skipped: Words | None = None
    subject: str | None = None
    title: str | None = None
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
