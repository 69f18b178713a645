"""Who can owe and who is told: channels, units, roles and the group as rows, memberships, and the derived routes."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from models.people import (
    ChannelRow,
    MembershipRow,
    PartyRow,
    PersonRow,
    RecipientRow,
    UnitRow,
)
from schedules.audience import Membership
from schedules.office import OfficeSpec
from tasks.delivery import ways

GROUP = "group"
PEOPLE = "people"  # several people who owe something as one


def sync_channels(session: Session, office: OfficeSpec) -> None:
    """Write the channels of the office and the built-in ones; one that is no longer named keeps its row, since messages point to it.

    A broken channel whose URL was changed is taken for mended.
    """
    rows = {row.key: row for row in session.scalars(select(ChannelRow))}
    for key, channel in office.file.channels.items():
        row = rows.get(key) or ChannelRow(key=key)
        if row.url != channel.url:
            row.broken_at = row.broken_words = None
        row.url, row.quiet_exempt, row.is_group = channel.url, channel.quiet == "exempt", channel.group
        row.unknown = channel.unknown
        session.add(row)
    for key, row in rows.items():
        if key not in office.file.channels:
            row.broken_at = row.broken_words = None  # nothing is sent there any more, and nobody can test it
    for key, url in ways.BUILT_IN.items():
        if key not in rows:
            session.add(ChannelRow(key=key, url=url, quiet_exempt=True))
    session.flush()


def sync_units(session: Session, office: OfficeSpec) -> dict[str, int]:
    """Write units and their parties; return unit ids by key. Heads and leaders follow once the people are there."""
    rows = {row.key: row for row in session.scalars(select(UnitRow))}
    for position, (key, unit) in enumerate(office.file.units.items()):
        row = rows.setdefault(key, UnitRow(key=key))
        row.title, row.kind, row.position = unit.title, unit.kind, position
        session.add(row)
    session.flush()
    for key, unit in office.file.units.items():
        rows[key].parent_id = rows[unit.parent].id if unit.parent else None
    return {key: row.id for key, row in rows.items()}


def sync_heads(session: Session, office: OfficeSpec, persons: Mapping[str, int]) -> None:
    """Set each unit's head and leader."""
    for row in session.scalars(select(UnitRow)):
        unit = office.file.units.get(row.key)
        row.head_id = persons.get(unit.head) if unit and unit.head else None
        row.leader_id = persons.get(unit.leader) if unit and unit.leader else None


def sync_parties(
    session: Session, office: OfficeSpec, units: Mapping[str, int], persons: Mapping[str, PersonRow]
) -> None:
    """One party for each person, unit, role, the office itself and the group; and the recipients."""
    parties = {(row.kind, row.key): row for row in session.scalars(select(PartyRow))}
    holders = {role: office.holders(role) for role in office.file.roles}

    def put(kind: str, key: str, title: str, unit_id: int | None, person_id: int | None = None) -> None:
        row = parties.setdefault((kind, key), PartyRow(kind=kind, key=key))
        row.title, row.unit_id, row.person_id = title, unit_id, person_id
        session.add(row)

    for key, unit in office.file.units.items():
        put("unit", key, unit.title, units[key])
    for key, role in office.file.roles.items():
        first = next((persons[holder] for holder in holders[key] if holder in persons), None)
        put("role", key, role.title, first.unit_id if first else None)
    put(GROUP, GROUP, office.file.title, None)
    for key, person in persons.items():
        put("person", key, person.name, person.unit_id, person.id)
    session.flush()
    _sync_recipients(session, persons)


def _sync_recipients(session: Session, persons: Mapping[str, PersonRow]) -> None:
    known = set(session.execute(select(RecipientRow.kind, RecipientRow.key)))
    fresh = [
        {"kind": "person", "key": key, "person_id": row.id}
        for key, row in persons.items()
        if ("person", key) not in known
    ]
    if (GROUP, GROUP) not in known:
        fresh.append({"kind": GROUP, "key": GROUP, "person_id": None})
    if fresh:
        session.execute(insert(RecipientRow), fresh)


def sync_memberships(
    session: Session, wanted: Iterable[Membership], persons: Mapping[str, int], *, today: date
) -> bool:
    """Close memberships that ended, add new ones. Return whether anything changed."""
    have = {
        (row.kind, row.key, row.person_id): row
        for row in session.scalars(select(MembershipRow).where(MembershipRow.kind != PEOPLE))
        if row.valid_to > today
    }
    want = {(m.kind, m.key, persons[m.person], m.valid_from): m.valid_to for m in wanted}
    changed = False
    kept: set[tuple[str, str, int]] = set()
    fresh: list[dict[str, object]] = []
    for (kind, key, person_id, valid_from), valid_to in want.items():
        row = have.get((kind, key, person_id))
        kept.add((kind, key, person_id))
        if row is None:
            fresh.append(
                {
                    "kind": kind,
                    "key": key,
                    "person_id": person_id,
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                }
            )
        elif row.valid_to != valid_to:
            row.valid_to, changed = valid_to, True
    for identity, row in have.items():
        if identity not in kept and row.valid_to > today:
            row.valid_to, changed = today, True
    session.flush()
    if fresh:
        session.execute(_insert_or_reopen(session), fresh)
    return changed or bool(fresh)


def _insert_or_reopen(session: Session) -> Insert:
    """A membership that ended and begins again from the same day is reopened."""
    dialect = session.get_bind().dialect.name
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(MembershipRow)
    return statement.on_conflict_do_update(
        index_elements=["kind", "key", "person_id", "valid_from"],
        set_={"valid_to": statement.excluded.valid_to},
    )
