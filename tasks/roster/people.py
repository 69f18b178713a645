"""The roster and the certificates: what a file would change, and the change itself. The database is the truth, a file only a source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from models.people import CredentialRow, PersonRow, UnitRow
from models.queries.audience import next_change
from models.schedules import ScheduleRow
from schedules.audience import memberships
from schedules.instants import MIDNIGHT, instant
from schedules.office import Credential, OfficeSpec, Person
from tasks.audit import note
from tasks.delivery.routes import refresh_routes
from tasks.roster import parties
from tasks.roster.renew import TEMPORARY, follow_credentials, follow_states

MEMBERS = "members"


class Cipher(Protocol):
    """Keeps mobile numbers: encrypted for sending, and a keyed digest to find them by."""

    def encrypt(self, text: str) -> bytes:
        """Seal a number."""
        ...

    def decrypt(self, sealed: bytes) -> str:
        """Open a sealed number."""
        ...

    def opened(self, sealed: bytes) -> str | None:
        """Open a sealed number; None if it was sealed with another key."""
        ...

    def digest(self, text: str) -> str:
        """The keyed digest of a number, hexadecimal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChange:
    """Person ids by what a roster would change."""

    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved or self.changed)


_COMPARED = (
    PersonRow.key, PersonRow.unit_id, PersonRow.name, PersonRow.post, PersonRow.wecom_id, PersonRow.email, PersonRow.lang,
    PersonRow.left_on, PersonRow.mobile_hmac,
)  # fmt: skip


def compare(session: Session, people: Sequence[Person], cipher: Cipher) -> RosterChange:
    """What writing this roster would change; somebody who is not in it any more has left."""
    units = {row.id: row.key for row in session.scalars(select(UnitRow))}
    # Columns and not entities: of twenty thousand people the session would keep every one.
    rows = {row.key: row for row in session.execute(select(*_COMPARED))}
    joined, moved, changed = [], [], []
    for person in people:
        row = rows.get(person.id)
        if row is None or (row.left_on is not None and person.left_on is None):
            joined.append(person.id)
        elif units.get(row.unit_id or 0) != person.unit:
            moved.append(person.id)
        elif _differs(row, person, cipher):
            changed.append(person.id)
    present = {person.id for person in people}
    left = [key for key, row in rows.items() if row.left_on is None and key not in present]
    return RosterChange(joined=tuple(joined), left=tuple(left), moved=tuple(moved), changed=tuple(changed))


def _differs(row: Row[*tuple[Any, ...]], person: Person, cipher: Cipher) -> bool:
    mobile = cipher.digest(person.mobile) if person.mobile else None
    return (row.name, row.post, row.wecom_id, row.email, row.lang, row.left_on, row.mobile_hmac) != (
        person.name, person.post, person.wecom_id, person.email, person.lang, person.left_on, mobile,
    )  # fmt: skip


def write_people(
    session: Session, office: OfficeSpec, *, units: Mapping[str, int], cipher: Cipher, today: date
) -> dict[str, PersonRow]:
    """Write the roster; return the rows of everybody in it, by id."""
    rows = {row.key: row for row in session.scalars(select(PersonRow))}
    present = {person.id for person in office.people}
    for key, row in rows.items():
        if key not in present and row.left_on is None:
            row.left_on, row.mobile_hmac, row.mobile_enc = today, None, None
    session.flush()
    for person in office.people:
        row = rows.setdefault(person.id, PersonRow(key=person.id))
        row.name, row.post, row.lang = person.name, person.post, person.lang
        row.unit_id = units[person.unit]
        row.wecom_id, row.email = person.wecom_id, person.email
        row.joined_on, row.left_on = person.joined_on, person.left_on
        row.mobile_hmac = cipher.digest(person.mobile) if person.mobile else None
        row.mobile_enc = cipher.encrypt(person.mobile) if person.mobile else None
        session.add(row)
    session.flush()
    return {key: row for key, row in rows.items() if key in present}


def write_roster(
    session: Session, office: OfficeSpec, *, cipher: Cipher, by: str, now: datetime, first: bool = False
) -> None:
    """Write channels, units, people, parties and certificates, then what follows from them.

    What is open follows the changed memberships at the next opening run; at the `first` there is nothing open yet.
    """
    today = now.astimezone(office.tz).date()
    parties.sync_channels(session, office)
    units = parties.sync_units(session, office)
    persons = write_people(session, office, units=units, cipher=cipher, today=today)
    parties.sync_heads(session, office, {key: row.id for key, row in persons.items()})
    parties.sync_parties(session, office, units, persons)
    write_credentials(session, office.credentials, actor=by, now=now, today=today)
    changed = refresh_members(session, office, now=now)
    mark_next_change(session, office, now=now)
    if changed and not first:
        mark_members(session, at=now)
        follow_people(session, at=now)


def refresh_members(session: Session, office: OfficeSpec, *, now: datetime) -> bool:
    """Derive memberships and routes anew; return whether memberships changed.

    `office` gives the people and their roles; the certificates are those on record.
    """
    today = now.astimezone(office.tz).date()
    ids = dict(session.execute(select(PersonRow.key, PersonRow.id)).all())
    changed = parties.sync_memberships(session, memberships(with_records(session, office)), ids, today=today)
    refresh_routes(session, office, now=now)
    return changed


def mark_next_change(session: Session, office: OfficeSpec, *, now: datetime) -> None:
    """Have memberships followed on the next day on which somebody begins or ceases to belong to something."""
    day = next_change(session, after=now.astimezone(office.tz).date())
    mark_members(session, at=instant(day, MIDNIGHT, office.tz) if day else None)


def follow_people(session: Session, *, at: datetime) -> None:
    """Have the next opening run look at what each person owes by a date of their own."""
    session.execute(
        update(ScheduleRow)
        .where(ScheduleRow.kind == "anniversary", ScheduleRow.removed_at.is_(None))
        .values(next_at=at)
    )


def mark_members(session: Session, *, at: datetime | None) -> None:
    """When memberships are to be followed next: kept as a schedule of its own, so that beat wakes for it."""
    row = session.scalar(select(ScheduleRow).where(ScheduleRow.kind == MEMBERS))
    row = row or ScheduleRow(key=MEMBERS, kind=MEMBERS, title=MEMBERS, runs=0)
    row.next_at = at
    session.add(row)
    session.flush()


def write_credentials(
    session: Session, credentials: Iterable[Credential], *, actor: str, now: datetime, today: date
) -> int:
    """Record certificates, and what follows for open renewals: a later one closes them, one that is not valid ends them.

    Return how many were new or changed.
    """
    persons = dict(session.execute(select(PersonRow.key, PersonRow.id)).all())
    rows = {(row.kind, row.number, row.expires_on): row for row in session.scalars(select(CredentialRow))}
    written: list[CredentialRow] = []
    for item in credentials:
        known = (item.kind, item.number, item.expires_on)
        values = (persons[item.holder], item.issued_on, item.issuer, item.state, item.type)
        row = rows.get(known)
        if row is not None and (row.holder_id, row.issued_on, row.issuer, row.state, row.type) == values:
            continue
        row = rows[known] = row or CredentialRow(
            kind=item.kind, number=item.number, expires_on=item.expires_on
        )
        row.holder_id, row.issued_on, row.issuer, row.state, row.type = values
        written.append(row)
    if written:
        session.add_all(written)
        session.flush()
        follow_states(session, written, now=now, today=today)
        for row in written:
            note(session, actor=actor, act="credential", subject_kind="credential", subject_id=row.id, at=now)
        follow_credentials(session, at=now)
    return len(written)


def credentials_now(session: Session) -> tuple[Credential, ...]:
    """The certificates on record whose holders are still here; of several of one kind and holder, the one that expires last.

    A temporary one stands beside it. Not only valid ones: that the last one was revoked does not make the one before current.
    """
    query = (
        select(CredentialRow, PersonRow.key)
        .join(PersonRow, PersonRow.id == CredentialRow.holder_id)
        .where(PersonRow.left_on.is_(None))
        .order_by(CredentialRow.expires_on)
    )
    latest = {
        (row.kind, holder, row.type == TEMPORARY): (row, holder) for row, holder in session.execute(query)
    }
    return tuple(
        Credential(
            kind=row.kind, number=row.number, holder=holder, issued_on=row.issued_on, expires_on=row.expires_on,
            issuer=row.issuer, state=row.state, type=row.type,
        )
        for row, holder in latest.values()
    )  # fmt: skip


def mobiles(session: Session, cipher: Cipher, *, every: bool = False) -> dict[str, str]:
    """The mobile numbers on record, by person id; the applied files do not keep them.

    What was sealed with another key is left out; with `every` the cipher's error comes through, for what would write them anew.
    """
    sealed = select(PersonRow.key, PersonRow.mobile_enc).where(PersonRow.mobile_enc.is_not(None))
    opened = cipher.decrypt if every else cipher.opened
    found = {key: opened(number) for key, number in session.execute(sealed) if number}
    return {key: number for key, number in found.items() if number}


def sealed_with_another_key(session: Session, cipher: Cipher) -> bool:
    """Whether the numbers on record cannot be opened. One tells of all: whoever is here is sealed anew by each version."""
    sealed = session.scalar(
        select(PersonRow.mobile_enc)
        .where(PersonRow.mobile_enc.is_not(None), PersonRow.left_on.is_(None))
        .order_by(PersonRow.id)
        .limit(1)
    )
    return sealed is not None and cipher.opened(sealed) is None


def with_records(session: Session, office: OfficeSpec) -> OfficeSpec:
    """The office with the certificates on record instead of those of its files."""
    return replace(office, credentials=credentials_now(session))
