"""Persons and parties that a form names: by full name or by the id of the roster, a unit by its title."""

from sqlalchemy import select

from models.people import PersonRow
from schedules.errors import NotFound, Refused
from schedules.words import phrase
from tasks.duties.transfer import party_of
from worker.web.site import View


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


def party_named(view: View, text: str, field: str) -> int:
    """The party of a unit, or of a person by name. Raise Refused for neither."""
    if not text:
        raise Refused(phrase("say who is to do it from now on"), field=field)
    try:
        return party_of(view.session, view.live, text)
    except NotFound:
        person_id = person_named(view, text, field)
        key = view.session.scalars(select(PersonRow.key).where(PersonRow.id == person_id)).one()
        return party_of(view.session, view.live, key)
