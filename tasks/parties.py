"""Who can owe and who is told: channels, units, roles and the group as rows, memberships, and the derived routes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

from models.people import (
    AbsenceRow,
    ChannelRow,
    MembershipRow,
    PartyRow,
    PersonRow,
    RecipientRow,
    RouteRow,
    UnitRow,
)
from models.types import UTC_MAX, UTC_MIN
from schedules.audience import Membership
from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec
from schedules.posts import DEPUTY
from tasks.stand_in import Leave, Span, StandIns, merged

GROUP = "group"
PEOPLE = "people"  # several people who owe something as one


def sync_channels(session: Session, office: OfficeSpec) -> None:
    """Write the channels of the office; one that is no longer named keeps its row, since messages point to it."""
    rows = {row.key: row for row in session.scalars(select(ChannelRow))}
    for key, channel in office.file.channels.items():
        row = rows.get(key) or ChannelRow(key=key)
        row.url, row.quiet_exempt, row.is_group = channel.url, channel.quiet == "exempt", channel.group
        row.unknown = channel.unknown
        session.add(row)
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


def refresh_routes(session: Session, office: OfficeSpec, *, now: datetime) -> int:
    """Derive every route anew from units, roles, absences and persons still here; return how many there are.

    Absences that are known change routes by themselves at their instants.
    """
    today = now.astimezone(office.tz).date()
    here = {
        row.id: row
        for row in session.scalars(
            select(PersonRow).where((PersonRow.left_on.is_(None)) | (PersonRow.left_on > today))
        )
    }
    units = {row.id: row for row in session.scalars(select(UnitRow))}
    channels = {row.key: row.id for row in session.scalars(select(ChannelRow))}
    holders, groups = _holders(session, today, "role"), _holders(session, today, PEOPLE)
    top = next((row.id for row in here.values() if row.key == _leader(office)), None)
    standing = stand_ins(session, office, here, units, today=today)
    routes = _Routes(dict(session.execute(select(RecipientRow.person_id, RecipientRow.id)).all()), standing)
    personal = channels[office.file.reach.people[0]]
    for party in session.scalars(select(PartyRow)):
        if party.kind == GROUP:
            if office.file.reach.group is not None:
                routes.group(party.id, channels[office.file.reach.group])
            continue
        unit = units.get(party.unit_id) if party.unit_id is not None else None
        own: dict[str, list[int | None]] = {
            "person": [party.person_id],
            "role": [*holders[party.key]],
            PEOPLE: [*groups[party.key]],
            "unit": [unit.head_id if unit else None],
        }
        # Nobody is told about himself; what leaders owe themselves goes no higher than the head of their own unit.
        above = not _of_leaders(party, here, units, top)
        owing = own[party.kind]
        for to_kind, person_ids in (
            ("assignee", own[party.kind]),
            (DEPUTY, own[party.kind]),
            ("unit-head", _others(unit.head_id if unit else None, owing)),
            ("deputy-leader", _others(unit.leader_id if unit and above else None, owing)),
            ("leader", _others(top if above else None, owing)),
        ):
            routes.tell(party.id, to_kind, [each for each in person_ids if each in here], personal)
    session.execute(delete(RouteRow))
    if routes.rows:
        session.execute(insert(RouteRow), routes.rows)
    return len(routes.rows)


def _others(person_id: int | None, owing: Iterable[int | None]) -> list[int | None]:
    """A supervisor, unless it is one of those who owe."""
    return [] if person_id in owing else [person_id]


def _of_leaders(
    party: PartyRow, here: Mapping[int, PersonRow], units: Mapping[int, UnitRow], top: int | None
) -> bool:
    """Whether a leader owes it, or the unit of the first leader (领导班子)."""
    leaders = {unit.leader_id for unit in units.values()} | {top}
    of_top = here[top].unit_id if top is not None else None
    return (party.person_id is not None and party.person_id in leaders) or (
        of_top is not None and party.unit_id == of_top
    )


def stand_ins(
    session: Session, office: OfficeSpec, here: Mapping[int, PersonRow], units: Mapping[int, UnitRow], *, today: date
) -> StandIns:  # fmt: skip
    """The absences that are not over yet, with the superior of everybody."""
    away = session.scalars(
        select(AbsenceRow).where(AbsenceRow.until_on > today, AbsenceRow.until_on > AbsenceRow.from_on)
    )
    leaves = [
        Leave(row.person_id, instant(row.from_on, MIDNIGHT, office.tz), instant(row.until_on, MIDNIGHT, office.tz), row.deputy_id)
        for row in away
    ]  # fmt: skip
    return StandIns(
        leaves,
        names={key: row.name for key, row in here.items()},
        superiors={key: _superior(row, units) for key, row in here.items()},
    )


def _superior(person: PersonRow, units: Mapping[int, UnitRow]) -> int | None:
    """The head of the unit; for the head its leader."""
    unit = units.get(person.unit_id or 0)
    if unit is None:
        return None
    return unit.head_id if unit.head_id != person.id else unit.leader_id


class _Routes:
    """Routes as they are found, each audience of a party with whoever stands in for those away."""

    def __init__(self, recipients: Mapping[int | None, int], standing: StandIns) -> None:
        self._recipients, self._standing = recipients, standing
        self.rows: list[dict[str, object]] = []

    def group(self, party: int, channel: int) -> None:
        """The group is reached by its own recipient, always."""
        self._put(party, "assignee", self._recipients[None], channel, Span(UTC_MIN, UTC_MAX, 0))

    def tell(self, party: int, to_kind: str, person_ids: Iterable[int | None], channel: int) -> None:
        """An audience; of a deputy only the time in which somebody stands in."""
        found: dict[int, list[Span]] = defaultdict(list)
        for person_id in dict.fromkeys(person_ids):
            for span in self._standing.spans(person_id) if person_id is not None else ():
                if to_kind != DEPUTY or span.via:
                    found[span.person_id].append(span)
        for person_id, spans in found.items():
            for span in merged(spans):
                self._put(party, to_kind, self._recipients[person_id], channel, span)

    def _put(self, party: int, to_kind: str, recipient: int, channel: int, span: Span) -> None:
        self.rows.append(
            {
                "party_id": party, "to_kind": to_kind, "recipient_id": recipient, "channel_id": channel,
                "valid_from": span.since, "valid_to": span.until, "via": span.via,
            }
        )  # fmt: skip


def _leader(office: OfficeSpec) -> str | None:
    post = office.file.posts.get("leader")
    return post.person if post else None


def _holders(session: Session, today: date, kind: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    held = select(MembershipRow.key, MembershipRow.person_id).where(
        MembershipRow.kind == kind, MembershipRow.valid_from <= today, MembershipRow.valid_to > today
    )
    for key, person_id in session.execute(held):
        found[key].append(person_id)
    return found
