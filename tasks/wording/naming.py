"""What a duty is called where it stands in a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from schedules.words import Words, phrase
from tasks.duties.whose import of_holder

HIDDEN = phrase("a matter that is not public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a name is made of. `title`: the occurrence's; `subject`: what it is about; `holder`: whose certificate it renews."""

    title: str
    held_on: date
    part: str
    event_id: int | None = None
    subject: str | None = None
    holder: str | None = None


def duty_name(row: Named | Row[Any], step: str | None) -> Words:
    """The name of a duty by its occurrence, its part, and the title of its step. A row is as `models.queries.overdue` describes it."""
    month, day = row.held_on.month, row.held_on.day
    match row.part:
        case "record":
            return phrase(
                "{title} of {month}/{day}: attendance record", title=row.title, month=month, day=day
            )
        case "make_up":
            return phrase("{title} of {month}/{day}: make-up", title=row.title, month=month, day=day)
        case _ if step:
            return phrase("{title}: {part}", title=_title(row), part=step)
        case _:
            return Words("{title}", {"title": _title(row)})


def gathering_name(title: str, held_on: date) -> Words:
    """A gathering with its day."""
    return phrase("{title} of {month}/{day}", title=title, month=held_on.month, day=held_on.day)


def public_name(schedule: str, step: str | None) -> Words:
    """What it is called where others read it too: the schedule and the step, and not what it is about."""
    return (
        phrase("{title}: {part}", title=schedule, part=step)
        if step
        else Words("{title}", {"title": schedule})
    )


def _title(row: Named | Row[Any]) -> Words:
    """The occurrence's title; what an event started is told with the event's key, a renewal with the holder of the certificate."""
    if row.event_id is not None and row.subject:
        return phrase("{title} ({subject})", title=row.title, subject=row.subject)
    return Words("{title}", {"title": of_holder(row.title, row.holder)})


def in_charge(row: Row[Any], holders: Mapping[str, Sequence[str]]) -> str:
    """Who answers for a duty: the head of a unit, who holds the role, or the person."""
    match row.party_kind:
        case "unit":
            return row.head_name or ""
        case "role":
            return "、".join(holders.get(row.party_key, ())) or row.party_title
        case _:
            return str(row.party_title)
