"""What an open duty is called in a report: its title, with its step, or with the day of the gathering it belongs to."""

from typing import Any

from sqlalchemy import Row

from schedules.words import Words, phrase


def name_of(row: Row[Any], step: str | None) -> Words:
    """The name of the duty in a row with `title`, `part` and `held_on`; `step` is the title of its step."""
    month, day = row.held_on.month, row.held_on.day
    match row.part:
        case "record":
            return phrase(
                "{title} of {month}/{day}: attendance record", title=row.title, month=month, day=day
            )
        case "make_up":
            return phrase("{title} of {month}/{day}: make-up", title=row.title, month=month, day=day)
        case _ if step:
            return phrase("{title}: {part}", title=row.title, part=step)
        case _:
            return Words("{title}", {"title": row.title})
