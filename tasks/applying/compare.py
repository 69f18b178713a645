"""What putting an office into force would change against what is in force. Reads only."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow
from models.schedules import OfficeStateRow, OfficeVersionRow, ScheduleRow, ScheduleVersionRow
from schedules.grammar import Schedule, Summary
from schedules.missing_files import PEOPLE
from schedules.office import OfficeSpec, Person
from schedules.roster_numbers import without_mobiles
from schedules.serial import digest, ladder_hash
from tasks.days import calendar
from tasks.days.calendar_alarm import CALENDAR
from tasks.duties.targets import STANDING, Change, changes
from tasks.live import current
from tasks.roster.people import MEMBERS, Cipher, RosterChange, sealed_with_another_key
from tasks.roster.people import compare as compare_people

_MOBILE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying would change. Schedule ids; `open_of_removed` and `open_of_changed` count what is still owed of
    schedules, what is paused too.

    `ladders`: schedules that are not changed themselves but whose reminders are, through a named ladder or the sending times.
    `targets`: rows that the tables of running campaigns gain or lose; what was open for a lost row is withdrawn. `calendar`: the
    years whose notices are new, 0 for single days.
    """

    first: bool
    unchanged: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    open_of_removed: Mapping[str, int]
    roster: RosterChange
    credentials: int
    settings_changed: bool
    registers_changed: bool = False
    targets: tuple[Change, ...] = ()
    calendar: tuple[int, ...] = ()
    ladders: tuple[str, ...] = ()
    open_of_changed: Mapping[str, int]

    @property
    def takes_away(self) -> bool:
        """Whether something that somebody owes or has would be gone."""
        return bool(self.removed or self.roster.left or any(change.removed for change in self.targets))


def files_digest(files: Mapping[str, str]) -> str:
    """The identity of an office's files."""
    text = "\x00".join(f"{path}\x00{content}" for path, content in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def without_numbers(files: Mapping[str, str]) -> dict[str, str]:
    """The files as they are kept: mobile numbers live sealed with their persons and nowhere else."""
    return {
        path: _bare(path, content) if path.endswith(".csv") else content for path, content in files.items()
    }


def _bare(path: str, table: str) -> str:
    """A table without mobile numbers; those of a roster may be written with blanks, +86 or as a spreadsheet writes a number."""
    roster = path.rpartition("/")[2] in PEOPLE
    return _MOBILE.sub("", without_mobiles(path, table) if roster else table)


def definitions(office: OfficeSpec) -> list[Schedule | Summary]:
    """Everything of an office that has an id and a rhythm of its own."""
    return [*office.schedules, *office.summaries]


def in_force(session: Session) -> OfficeVersionRow | None:
    """The version in force; None before the first."""
    state = session.get(OfficeStateRow, 1)
    return session.get(OfficeVersionRow, state.version_id) if state and state.version_id else None


def plan(session: Session, office: OfficeSpec, files: Mapping[str, str], *, cipher: Cipher) -> Plan:
    """Compare an office with what is in force. Changes nothing."""
    rows = {
        row.key: row
        for row in session.scalars(
            select(ScheduleRow).where(
                ScheduleRow.removed_at.is_(None), ScheduleRow.kind.not_in((MEMBERS, CALENDAR))
            )
        )
    }
    live = dict(session.execute(select(ScheduleVersionRow.id, ScheduleVersionRow.digest)).all())
    wanted = {item.id: item for item in definitions(office)}
    changed = tuple(
        key
        for key, item in wanted.items()
        if key in rows and live.get(rows[key].live_version_id or 0) != digest(item)
    )
    removed = tuple(key for key in rows if key not in wanted)
    was = in_force(session)
    before = current(session).office if was is not None else None
    known = {(c.kind, c.number, c.expires_on) for c in session.scalars(select(CredentialRow))}
    roster = _with_rights(compare_people(session, office.people, cipher), before, office)
    notices, overrides = calendar.new_in_files(session, office.notices, office.day_overrides)
    days = (*(each.year for each in notices), *((0,) if overrides else ()))
    return Plan(
        first=was is None,
        unchanged=was is not None
        and not days
        and _says_the_same(was, files, roster)
        and not (any(person.mobile for person in office.people) and sealed_with_another_key(session, cipher)),
        calendar=days,
        added=tuple(key for key in wanted if key not in rows),
        changed=changed,
        removed=removed,
        open_of_removed=open_counts(session, removed),
        open_of_changed=open_counts(session, changed),
        roster=roster,
        credentials=sum((c.kind, c.number, c.expires_on) not in known for c in office.credentials),
        settings_changed=was is not None and was.files.get("office.yaml") != files.get("office.yaml"),
        registers_changed=before is not None and before.registers != office.registers,
        targets=changes(session, office),
        ladders=_other_reminders(before, office, but=changed) if before is not None else (),
    )


def same_files(was: OfficeVersionRow, files: Mapping[str, str]) -> bool:
    """Whether these are the files of a version, mobile numbers aside, which it does not keep."""
    return was.digest == files_digest(files) or dict(was.files) == without_numbers(files)


def _says_the_same(was: OfficeVersionRow, files: Mapping[str, str], roster: RosterChange) -> bool:
    """Whether these are the files in force; what those of working days say is compared by itself, and numbers with the people."""
    if was.digest == files_digest(files):
        return True
    kept = without_numbers(files)
    changed = [path for path in was.files.keys() | kept.keys() if was.files.get(path) != kept.get(path)]
    return not roster and all(path.endswith(".json") for path in changed)


def _with_rights(roster: RosterChange, before: OfficeSpec | None, office: OfficeSpec) -> RosterChange:
    """Who has other roles or tags has other data too; only the files in force know those."""
    was = {person.id: _rights(person) for person in before.people} if before else {}
    told = {*roster.joined, *roster.moved, *roster.changed}
    other = [
        person.id
        for person in office.people
        if person.id in was and person.id not in told and was[person.id] != _rights(person)
    ]
    return replace(roster, changed=(*roster.changed, *other))


def _rights(person: Person) -> tuple[object, ...]:
    return set(person.roles), set(person.tags), person.joined_on


def _other_reminders(before: OfficeSpec, office: OfficeSpec, *, but: tuple[str, ...]) -> tuple[str, ...]:
    was = {schedule.id: schedule for schedule in before.schedules}
    return tuple(
        each.id
        for each in office.schedules
        if each.id in was
        and each.id not in but
        and ladder_hash(was[each.id], before) != ladder_hash(each, office)
    )


def open_counts(session: Session, keys: tuple[str, ...]) -> dict[str, int]:
    """How much is open of schedules, by key."""
    query = (
        select(ScheduleRow.key, func.count())
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(ScheduleRow.key.in_(keys), ObligationRow.state.in_(STANDING))
        .group_by(ScheduleRow.key)
    )
    return dict(session.execute(query).all())
