"""Routes: which recipient on which channel an audience of a party is, derived from units, roles, absences and the ways to people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

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
from models.queries.routes import hold_routes
from models.types import UTC_MAX, UTC_MIN
from models.ways import MENTION, PAPER
from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec
from schedules.posts import DEPUTY
from tasks.delivery import ways
from tasks.roster.parties import GROUP, PEOPLE
from tasks.roster.stand_in import Leave, Span, StandIns, merged


def refresh_routes(session: Session, office: OfficeSpec, *, now: datetime) -> int:
    """Derive every route anew from units, roles, absences and persons still here; return how many there are.

    Absences that are known change routes by themselves at their instants.
    """
    hold_routes(session)
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
    ways.sync_ways(session, office, here.values())
    reach = _Reach(office, channels, ways.first_ways(session), ways.mentionable(here))
    recipients = dict(session.execute(select(RecipientRow.person_id, RecipientRow.id)).all())
    routes = _Routes(recipients, standing, reach)
    for party in session.scalars(select(PartyRow)):
        if party.kind == GROUP:
            if office.file.reach.level == "paper":
                routes.group(party.id, channels[PAPER])
            elif office.file.reach.group is not None:
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
            routes.tell(party.id, to_kind, [each for each in person_ids if each in here])
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


class _Reach:
    """On which channel a person is told what, by the level of reach that the office chose.

    Where a group's bot is the way to people, what one owes oneself is told there if the bot can name that person; whatever reaches
    nobody that way goes on paper. Personal messages do not: whom they cannot reach is counted as unreachable.
    """

    def __init__(
        self,
        office: OfficeSpec,
        channels: Mapping[str, int],
        first: Mapping[int, int],
        named: Collection[int],
    ) -> None:
        self._first, self._named = first, named
        level, group = office.file.reach.level, office.file.reach.group
        self.group = channels[group] if group is not None and level == "group" else None
        self._last = channels[ways.last_resort(office)]

    def by_group(self, to_kind: str, person_id: int) -> bool:
        """Whether the group is where this person is told what he owes."""
        return self.group is not None and to_kind == "assignee" and person_id in self._named

    def personal(self, person_id: int) -> int:
        """The channel that is tried first for a person, or the one that stands for none."""
        return self._first.get(person_id, self._last)


class _Routes:
    """Routes as they are found, each audience of a party with whoever stands in for those away."""

    def __init__(self, recipients: Mapping[int | None, int], standing: StandIns, reach: _Reach) -> None:
        self._recipients, self._standing, self._reach = recipients, standing, reach
        self.rows: list[dict[str, object]] = []

    def group(self, party: int, channel: int) -> None:
        """The group is reached by its own recipient, always."""
        self._put(party, "assignee", self._recipients[None], channel, Span(UTC_MIN, UTC_MAX, 0))

    def tell(self, party: int, to_kind: str, person_ids: Iterable[int | None]) -> None:
        """An audience; of a deputy only the time in which somebody stands in."""
        found: dict[int, list[Span]] = defaultdict(list)
        for person_id in dict.fromkeys(person_ids):
            for span in self._standing.spans(person_id) if person_id is not None else ():
                if to_kind != DEPUTY or span.via:
                    found[span.person_id].append(span)
        named = [each for each in found if self._reach.by_group(to_kind, each)]
        if named and self._reach.group is not None:
            self.group(party, self._reach.group)
        for person_id, spans in found.items():
            kind = MENTION if person_id in named else to_kind
            for span in merged(spans):
                self._put(party, kind, self._recipients[person_id], self._reach.personal(person_id), span)

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
