"""Persons that a form names: by full name or by the id of the roster."""

from collections.abc import Iterable

from schedules.errors import Refused
from schedules.words import Words
from tasks.roster.colleagues import colleague
from worker.web.site import View

SPLIT = str.maketrans(dict.fromkeys(",，;；\n", "、"))


def person_named(view: View, text: str, field: str) -> int | None:
    """The id of the person that a name or an id of the roster means; None for nothing. Raise Refused for nobody, or for several."""
    return colleague(view.session, text, field=field, today=view.today).id if text.strip() else None


def people_named(view: View, texts: Iterable[str], field: str) -> tuple[list[str], list[tuple[str, Words]]]:
    """The roster's ids of people that names or ids mean, with 、 or the like between them; and, with the field, what names nobody."""
    names = [part for text in texts for each in text.translate(SPLIT).split("、") if (part := each.strip())]
    found: list[str] = []
    faults: list[tuple[str, Words]] = []
    for name in names:
        try:
            found.append(colleague(view.session, name, field=field, today=view.today).key)
        except Refused as refused:
            faults.append((field, refused.what))
    return found, faults
