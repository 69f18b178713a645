"""Persons that a form names: by full name or by the id of the roster."""

from collections.abc import Iterable

from sqlalchemy import select

from models.people import PersonRow
from schedules.errors import Refused
from schedules.words import Words, phrase
from worker.web.site import View

SPLIT = str.maketrans(dict.fromkeys(",，;；\n", "、"))


def person_named(view: View, text: str, field: str) -> int | None:
    """The id of the person that a name or an id of the roster means; None for nothing. Raise Refused for nobody, or for several."""
    if not text:
        return None
    here = select(PersonRow.id).where((PersonRow.left_on.is_(None)) | (PersonRow.left_on > view.today))
    found = (
        view.session.scalars(here.where(PersonRow.key == text)).all()
        or view.session.scalars(here.where(PersonRow.name == text)).all()
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(phrase("several people are called so; type the id of the roster"), field=field)
    raise Refused(phrase("nobody is called so; type the full name or the id of the roster"), field=field)


def people_named(view: View, texts: Iterable[str], field: str) -> tuple[list[str], list[tuple[str, Words]]]:
    """The roster's ids of people that names or ids mean, with 、 or the like between them; and, with the field, what names nobody."""
    names = [part for text in texts for each in text.translate(SPLIT).split("、") if (part := each.strip())]
    found: list[str] = []
    faults: list[tuple[str, Words]] = []
    for name in names:
        try:
            person_id = person_named(view, name, field)
        except Refused as refused:
            faults.append((field, phrase("{name}: {what}", name=name, what=refused.what)))
        else:
            found += view.session.scalars(select(PersonRow.key).where(PersonRow.id == person_id))
    return found, faults
