"""What a duty is called in an overdue report."""

from typing import Any

from sqlalchemy import Row

from schedules.words import Words, phrase
from tasks.whose import of_holder


def name_of(row: Row[Any], step: str | None) -> Words:
    """The occurrence with its part; a gathering by the day it was held on, a step of a renewal by whose certificate it is."""
    month, day = row.held_on.month, row.held_on.day
    match row.part:
        case "record":
            return phrase(
                "{title} of {month}/{day}: attendance record", title=row.title, month=month, day=day
            )
        case "make_up":
            return phrase("{title} of {month}/{day}: make-up", title=row.title, month=month, day=day)
        case _ if step:
            return phrase("{title}: {part}", title=of_holder(row.title, row.holder), part=step)
        case _:
            return Words("{title}", {"title": row.title})
