"""Somebody whom a form names: by staff number or by the whole name, never by part of it."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.people import PersonRow
from schedules.errors import Refused
from schedules.person_name import person_name
from schedules.words import phrase

LONGEST = 64


def colleague(session: Session, typed: str, *, field: str, today: date) -> PersonRow:
    """The person who is still here and is called so. Raise Refused for nobody, and where several have the name."""
    name = person_name(" ".join(typed.split()))[:LONGEST]
    bare = name.replace(" ", "")  # names in other letters are written with their blanks
    if not name:
        raise Refused(phrase("write the name of the colleague"), field=field)
    here = or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)
    found = list(
        session.scalars(
            select(PersonRow)
            .where(or_(PersonRow.key == bare, PersonRow.name.in_({name, bare})), here)
            .limit(3)
        )
    )
    by_key = [person for person in found if person.key == bare]
    if len(by_key or found) == 1:
        return (by_key or found)[0]
    if found:
        raise Refused(
            phrase("several people are called {name}; write the staff number", name=name), field=field
        )
    raise Refused(
        phrase("nobody in the roster is called {name}; write the whole name or the staff number", name=name),
        field=field,
    )


def beside(session: Session, person: PersonRow, *, today: date, limit: int = 60) -> list[str]:
    """The names of those in the person's own unit, to choose from."""
    if person.unit_id is None:
        return []
    here = or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)
    query = select(PersonRow.name).where(PersonRow.unit_id == person.unit_id, PersonRow.id != person.id, here)
    return list(session.scalars(query.order_by(PersonRow.id).limit(limit)))
