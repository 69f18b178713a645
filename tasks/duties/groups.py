"""Several people who owe something as one: the handlers of a case, or those who hold a role but do not handle it.

Such a group is a party of the kind `people`, one for each set; any of its people may act. Its members are memberships of that kind.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.people import MembershipRow, PartyRow, PersonRow
from schedules.audience import LONG_AGO
from schedules.grammar import Event, Schedule
from schedules.instants import MIDNIGHT, instant
from tasks.delivery.routes import refresh_routes
from tasks.live import Live
from tasks.roster import parties

KEY_LENGTH = 64


def named_party(
    session: Session, live: Live, schedule: Schedule, fields: Mapping[str, tuple[str, ...]], *, on: date
) -> int:
    """The party of those whom an event names: a unit, a person, or several people as one."""
    name = schedule.who.from_event or ""
    when = schedule.when
    field = when.fields.get(name) if isinstance(when, Event) else None
    named = fields.get(name, ())
    if field is not None and field.kind == "unit":
        key = live.office.unit(named[0])
        return session.scalars(select(PartyRow.id).where(PartyRow.kind == "unit", PartyRow.key == key)).one()
    return people_party(session, live, named, at=instant(on, MIDNIGHT, live.office.tz))


def role_party(session: Session, live: Live, role: str, *, but: Collection[str], on: date) -> int:
    """The party of those who hold a role on a day and are not among `but`; the role itself if that leaves everybody, or nobody."""
    held = (
        select(PersonRow.key)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(
            MembershipRow.kind == "role", MembershipRow.key == role, MembershipRow.valid_from <= on,
            MembershipRow.valid_to > on,
        )
        .order_by(PersonRow.id)
    )  # fmt: skip
    holders = session.scalars(held).all()
    others = [key for key in holders if key not in but]
    if not others or len(others) == len(holders):
        return session.scalars(select(PartyRow.id).where(PartyRow.kind == "role", PartyRow.key == role)).one()
    return people_party(session, live, others, at=instant(on, MIDNIGHT, live.office.tz))


def people_party(session: Session, live: Live, keys: Sequence[str], *, at: datetime) -> int:
    """The party of these people (ids of the roster) as one, written if it is new; of one, the person's own."""
    wanted = sorted(set(keys))
    if len(wanted) == 1:
        return session.scalars(
            select(PartyRow.id).where(PartyRow.kind == "person", PartyRow.key == wanted[0])
        ).one()
    key = _key(wanted)
    known = session.scalar(select(PartyRow.id).where(PartyRow.kind == parties.PEOPLE, PartyRow.key == key))
    if known is not None:
        return known
    persons = session.scalars(select(PersonRow).where(PersonRow.key.in_(wanted)).order_by(PersonRow.id)).all()
    row = PartyRow(
        kind=parties.PEOPLE, key=key, title="、".join(person.name for person in persons)[:120],
        unit_id=persons[0].unit_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.execute(
        insert(MembershipRow),
        [
            {"kind": parties.PEOPLE, "key": key, "person_id": person.id, "valid_from": LONG_AGO}
            for person in persons
        ],
    )
    refresh_routes(session, live.office, now=at)
    return row.id


def _key(keys: Sequence[str]) -> str:
    """The ids themselves where they fit, since people read them in the trail."""
    text = "+".join(keys)
    return text if len(text) <= KEY_LENGTH else hashlib.sha256(text.encode()).hexdigest()
