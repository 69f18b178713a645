"""One duty under somebody's hand: its rows, locked, its definition, and who may act for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NewType

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, ObligationRow, OccurrenceRow
from models.people import MembershipRow, PartyRow, PersonRow, UnitRow
from models.queries.duties import stands_for
from schedules.errors import NotFound, Refused
from schedules.grammar import Schedule
from schedules.parts import part_title
from schedules.posts import POSTS
from schedules.words import Words, phrase
from tasks.live import Live, definition
from tasks.roster.parties import PEOPLE
from tasks.wording.naming import Named, duty_name, public_name

# Another system of the office, as trails name it: `api:KEY`.
Client = NewType("Client", str)
# On which way something was recorded.
How = Literal["link", "desk", "cli", "sim"] | Client
LIVE_RECORDS = ("submitted", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """An obligation with what it hangs on."""

    row: ObligationRow
    occurrence: OccurrenceRow
    schedule: Schedule
    party: PartyRow

    @property
    def part(self) -> str:
        """The part of the occurrence that is owed."""
        return self.row.part

    @property
    def name(self) -> Words:
        """What it is called in a message."""
        whole = self.occurrence
        what = Named(
            title=whole.title,
            held_on=whole.held_on,
            part=self.part,
            event_id=whole.event_id,
            subject=whole.subject,
        )
        return duty_name(what, part_title(self.schedule, self.part))

    @property
    def public_name(self) -> Words:
        """What it is called where others read it too."""
        return public_name(self.schedule.title, part_title(self.schedule, self.part))


def load(session: Session, obligation_id: int) -> Duty:
    """The duty, locked against others. Raise NotFound."""
    return _read(session, obligation_id, lock=True)


def look(session: Session, obligation_id: int) -> Duty:
    """The duty, to read only. Raise NotFound."""
    return _read(session, obligation_id, lock=False)


def _read(session: Session, obligation_id: int, *, lock: bool) -> Duty:
    row = session.get(ObligationRow, obligation_id, with_for_update=lock, populate_existing=lock)
    if row is None:
        raise NotFound(phrase("there is no duty {id}", id=obligation_id))
    occurrence = session.get_one(OccurrenceRow, row.occurrence_id, populate_existing=lock)
    return Duty(
        row=row,
        occurrence=occurrence,
        schedule=definition(session, occurrence.version_id),
        party=session.get_one(PartyRow, row.party_id),
    )


def holds(session: Session, person_id: int, role: str, *, on: date) -> bool:
    """Whether a person holds a role on that day."""
    return belongs(session, person_id, "role", role, on=on)


def belongs(session: Session, person_id: int, kind: str, key: str, *, on: date) -> bool:
    """Whether a person has a membership of that kind and key on that day."""
    held = select(MembershipRow.person_id).where(
        MembershipRow.kind == kind, MembershipRow.key == key, MembershipRow.person_id == person_id,
        MembershipRow.valid_from <= on, MembershipRow.valid_to > on,
    )  # fmt: skip
    return session.scalars(held).first() is not None


def agrees(
    session: Session, live: Live, role: str, party: PartyRow, person_id: int, *, now: datetime
) -> bool:
    """Whether a person may agree for a role, as its holder or standing in for one.

    A post (unit-head, deputy-leader, leader) is that of the unit that owes.
    """
    if role not in POSTS:
        if holds(session, person_id, role, on=live.today(now)):
            return True
        asked = PartyRow.kind == "role", PartyRow.key == role
    else:
        holder = _at_post(session, live, role, party)
        if holder == person_id:
            return True
        asked = PartyRow.kind == "person", PartyRow.person_id == holder
    party_id = session.scalar(select(PartyRow.id).where(*asked))
    return party_id is not None and stands_for(session, party_id=party_id, person_id=person_id, now=now)


def who_agrees(session: Session, live: Live, role: str, party: PartyRow, *, now: datetime) -> list[int]:
    """Those who may agree for a role by holding it; of a post, whoever is there for the unit that owes."""
    if role in POSTS:
        holder = _at_post(session, live, role, party)
        return [] if holder is None else [holder]
    on = live.today(now)
    held = select(MembershipRow.person_id).where(
        MembershipRow.kind == "role", MembershipRow.key == role, MembershipRow.valid_from <= on, MembershipRow.valid_to > on
    )  # fmt: skip
    return list(session.scalars(held.order_by(MembershipRow.person_id)))


def _at_post(session: Session, live: Live, post: str, party: PartyRow) -> int | None:
    """The person at a post, for the unit of a party."""
    if post == "leader":
        known = live.office.file.posts.get("leader")
        return session.scalar(select(PersonRow.id).where(PersonRow.key == known.person)) if known else None
    unit = session.get(UnitRow, party.unit_id) if party.unit_id is not None else None
    if unit is None:
        return None
    return unit.head_id if post == "unit-head" else unit.leader_id


def role_title(live: Live, role: str) -> str:
    """What a role or a post is called."""
    known = live.office.file.roles.get(role) or next(
        (post for key, post in live.office.file.posts.items() if key == role), None
    )
    return known.title if known else role


def is_clerk(session: Session, live: Live, person_id: int | None, *, on: date) -> bool:
    """Whether a person works the desk; the shell (no person) always does."""
    return person_id is None or holds(session, person_id, live.office.file.clerk, on=on)


def require_actor(session: Session, live: Live, duty: Duty, person_id: int | None, *, now: datetime) -> None:
    """Raise Refused unless the person owes it, belongs to the unit or role that owes it, or works the desk."""
    today = live.today(now)
    if is_clerk(session, live, person_id, on=today) or owes(session, duty, person_id, on=today):
        return
    if person_id is not None and stands_for(
        session, party_id=duty.row.party_id, person_id=person_id, now=now
    ):
        return
    raise Refused(
        phrase("this duty belongs to {party}; only they or the clerk can record it", party=duty.party.title)
    )


def owes(session: Session, duty: Duty, person_id: int | None, *, on: date) -> bool:
    """Whether a person owes it: as that person, as holder of the role, as one of the unit."""
    if person_id is None:
        return False
    person = session.get_one(PersonRow, person_id)
    if person.left_on is not None and person.left_on <= on:
        return False
    match duty.party.kind:
        case "person":
            return duty.party.person_id == person_id
        case "role":
            return holds(session, person_id, duty.party.key, on=on)
        case "people":
            return belongs(session, person_id, PEOPLE, duty.party.key, on=on)
        case "unit":
            unit = session.get_one(UnitRow, duty.party.unit_id)
            return unit.head_id == person_id or person.unit_id == unit.id
        case _:
            return False


def record_of(session: Session, obligation_id: int) -> ConfirmationRow | None:
    """The record that stands, accepted or waiting for approval."""
    return session.scalars(
        select(ConfirmationRow).where(
            ConfirmationRow.obligation_id == obligation_id, ConfirmationRow.state.in_(LIVE_RECORDS)
        )
    ).first()


def silence(row: ObligationRow) -> None:
    """Stop the ladder at once."""
    row.next_no = row.next_at = None


def actor(person_id: int | None, how: str) -> str:
    """How the audit names who acted: a person, else the way it came; of another system that is its name."""
    return f"person:{person_id}" if person_id is not None else how


def way(how: str) -> str:
    """The way alone, as records keep it: which system of the office it was, the audit says."""
    return how.partition(":")[0]
