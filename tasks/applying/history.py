"""The versions of the office: read, compared in words, and gone back to. Nothing here is ever taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow
from models.schedules import OfficeStateRow, OfficeVersionRow, ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.office import OfficeSpec
from schedules.words import phrase
from tasks.applying.compare import files_digest
from tasks.roster.people import Cipher, mobiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version, without its files. `changes` is None where it was not kept yet; see `OfficeVersionRow`."""

    number: int
    at: datetime
    by: str
    origin: str
    based_on: int | None
    returned_to: int | None
    note: str | None
    changes: Mapping[str, Any] | None
    in_force: bool


def versions(session: Session) -> list[Version]:
    """Every version, the newest first."""
    row = OfficeVersionRow
    columns = (
        row.id,
        row.applied_at,
        row.applied_by,
        row.origin,
        row.based_on,
        row.returned_to,
        row.note,
        row.changes,
    )
    state = session.get(OfficeStateRow, 1)
    live = state.version_id if state else None
    return [
        Version(
            number=each.id, at=each.applied_at, by=each.applied_by, origin=each.origin, based_on=each.based_on,
            returned_to=each.returned_to, note=each.note, changes=each.changes, in_force=each.id == live,
        )
        for each in session.execute(select(*columns).order_by(row.id.desc()))
    ]  # fmt: skip


def version(session: Session, number: int) -> Version:
    """One version. Raise NotFound for a number of none."""
    found = versions(session)
    for each in found:
        if each.number == number:
            return each
    if not found:
        raise NotFound(phrase("no office has been applied yet; run `duban apply`"))
    raise NotFound(
        phrase(
            "there is no version {number}; there are 1 to {last}, see `duban history`",
            number=number,
            last=found[0].number,
        )
    )


def files_of(session: Session, number: int) -> dict[str, str]:
    """The files of a version as they are kept: without mobile numbers."""
    files = session.scalar(select(OfficeVersionRow.files).where(OfficeVersionRow.id == number))
    if files is None:
        raise NotFound(phrase("there is no version {number}; see `duban history`", number=number))
    return dict(files)


def before(session: Session, found: Version) -> int | None:
    """The number of the version that a version followed on."""
    if found.based_on is not None or found.changes is not None:
        return found.based_on
    older = select(OfficeVersionRow.id).where(OfficeVersionRow.id < found.number)
    return session.scalar(older.order_by(OfficeVersionRow.id.desc()).limit(1))


def rollback_in_force(session: Session) -> Version | None:
    """The rollback that runs, also where tables were taken in at the desk since; None while what runs came from the folder.

    What lies in the folder is then not what runs, and has to be put into force on purpose.
    """
    known = {each.number: each for each in versions(session)}
    found = next((each for each in known.values() if each.in_force), None)
    while found is not None and found.origin == "desk" and found.based_on is not None:
        found = known.get(found.based_on)
    return found if found is not None and found.origin == "rollback" else None


def undone(session: Session, rollback: Version, files: Mapping[str, str]) -> int | None:
    """The version with exactly these files that a rollback went back from; None if these are others."""
    found = session.scalars(
        select(OfficeVersionRow.id)
        .where(
            OfficeVersionRow.digest == files_digest(files),
            OfficeVersionRow.id > (rollback.returned_to or 0),
            OfficeVersionRow.id < rollback.number,
        )
        .order_by(OfficeVersionRow.id.desc())
    )
    return found.first()


def require_no_rollback(session: Session) -> None:
    """Raise Refused while a rollback runs: the folder may hold what was gone back from."""
    found = rollback_in_force(session)
    if found is not None:
        raise Refused(
            phrase(
                "version {number} is in force, a return to version {to}; the office's folder is not put into force by itself until "
                "somebody says so: duban plan, then duban apply",
                number=found.number,
                to=found.returned_to,
            )
        )


def restored(session: Session, office: OfficeSpec, cipher: Cipher) -> tuple[OfficeSpec, tuple[str, ...]]:
    """An office of kept files with what only the record knows, and the ids of who comes back without a mobile number.

    Numbers are those on record. Certificates are facts, not settings: those on record stay as they are.
    """
    numbers = mobiles(session, cipher, every=True)
    people = tuple(replace(person, mobile=numbers.get(person.id)) for person in office.people)
    gone = set(session.scalars(select(PersonRow.key).where(PersonRow.left_on.is_not(None))))
    bare = tuple(each.id for each in people if each.id in gone and each.left_on is None and not each.mobile)
    return replace(office, people=people, credentials=()), bare


def titles(session: Session) -> dict[str, str]:
    """What schedules are called, by key, those that are gone too."""
    return {row.key: row.title for row in session.execute(select(ScheduleRow.key, ScheduleRow.title))}


def names(session: Session, keys: Iterable[str]) -> dict[str, str]:
    """What people are called, by id, those who left too."""
    wanted = set(keys)
    return {
        key: name for key, name in session.execute(select(PersonRow.key, PersonRow.name)) if key in wanted
    }
