"""What a member of staff may see beyond the own duties: the whole office, the units under him, or nothing.

The clerk and the leader see everything; who heads or supervises units sees those with everything below them (ASVS V8.2).
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from models.people import PersonRow
from models.queries import pages
from tasks.live import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """`units` are the ids that may be seen; None is the whole office."""

    person: PersonRow
    kind: Literal["clerk", "leader", "supervisor"]
    roles: frozenset[str]
    units: frozenset[int] | None


def rights_of(session: Session, live: Live, person_id: int, *, today: date) -> Rights | None:
    """The rights of a person today; None for whoever left, and for whoever supervises nothing."""
    person = pages.person(session, person_id, today=today)
    if person is None:
        return None
    roles = pages.roles_of(session, person_id, today=today)
    if live.office.file.clerk in roles:
        return Rights(person=person, kind="clerk", roles=roles, units=None)
    top = live.office.file.posts.get("leader")
    if top is not None and top.person == person.key:
        return Rights(person=person, kind="leader", roles=roles, units=None)
    units = pages.units_under(session, person_id)
    return Rights(person=person, kind="supervisor", roles=roles, units=units) if units else None
