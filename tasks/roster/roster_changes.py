"""What a new roster would change, person by person: who joins, leaves, moves, and which data of whom become others."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow, UnitRow
from schedules.office import OfficeSpec, Person
from schedules.words import Words, phrase
from tasks.live import Live
from tasks.roster.people import Cipher

MOBILE = phrase("mobile number")
FIELDS: Mapping[str, Words] = {
    "name": phrase("name"), "post": phrase("post"), "roles": phrase("roles"), "tags": phrase("tags"),
    "wecom_id": phrase("WeCom id"), "email": phrase("mail address"), "joined_on": phrase("day of joining"),
    "left_on": phrase("day of leaving"), "lang": phrase("language"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Somebody who would belong to another unit; titles of both."""

    name: str
    was: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Somebody whose data would be others, and which."""

    name: str
    what: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLines:
    """A change of the roster as people read it. `joined`: name and unit; `bare`: who would lose the mobile number on record."""

    joined: tuple[tuple[str, str], ...] = ()
    left: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    changed: tuple[Changed, ...] = ()
    bare: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved or self.changed)


def roster_lines(session: Session, live: Live, office: OfficeSpec, cipher: Cipher) -> RosterLines:
    """Compare an office's people with those on record and in force. Who is not among them any more leaves, or has a day of leaving."""
    units = {row.id: row for row in session.scalars(select(UnitRow))}
    rows = {row.key: row for row in session.scalars(select(PersonRow))}
    before = {person.id: person for person in live.office.people}
    joined: list[tuple[str, str]] = []
    moved: list[Moved] = []
    changed: list[Changed] = []
    bare: list[str] = []
    left: list[str] = []
    for person in office.people:
        row = rows.get(person.id)
        title = office.file.units[person.unit].title
        if row is None or (row.left_on is not None and person.left_on is None):
            joined.append((person.name, title))
            continue
        was = units.get(row.unit_id or 0)
        if was is None or was.key != person.unit:
            moved.append(Moved(name=person.name, was=was.title if was else "—", now=title))
        if row.left_on is None and person.left_on is not None:
            left.append(person.name)
        what = _changes(row, before.get(person.id), person, cipher, office)
        if what:
            changed.append(Changed(name=person.name, what=what))
        if row.mobile_hmac and not person.mobile:
            bare.append(person.name)
    present = {person.id for person in office.people}
    left += (row.name for key, row in rows.items() if row.left_on is None and key not in present)
    return RosterLines(
        joined=tuple(joined), left=tuple(left), moved=tuple(moved), changed=tuple(changed), bare=tuple(bare)
    )


def _changes(
    row: PersonRow, before: Person | None, person: Person, cipher: Cipher, office: OfficeSpec
) -> tuple[Words, ...]:
    """Which data differ, from what to what; of mobile numbers the middle is hidden."""
    found = [
        phrase(
            "{field} {was} → {now}",
            field=words,
            was=_text(before, name, office) or "—",
            now=_text(person, name, office) or "—",
        )
        for name, words in FIELDS.items()
        if before is None or getattr(before, name) != getattr(person, name)
    ]
    if row.mobile_hmac != (cipher.digest(person.mobile) if person.mobile else None):
        was = cipher.opened(row.mobile_enc) if row.mobile_enc else None
        shown = "?" if row.mobile_enc and was is None else _masked(was)  # sealed with another key
        found.append(phrase("{field} {was} → {now}", field=MOBILE, was=shown, now=_masked(person.mobile)))
    return tuple(found)


def _text(person: Person | None, name: str, office: OfficeSpec) -> str:
    value = getattr(person, name) if person is not None else None
    if isinstance(value, tuple):
        roles = office.file.roles
        return "、".join(roles[each].title if name == "roles" and each in roles else each for each in value)
    return str(value or "")


def _masked(mobile: str | None) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if mobile else "—"
