"""Tables that go on record, as they are handed in: certificates and hours, read for the office in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from schedules.directory import Directory
from schedules.errors import Refused
from schedules.grammar import Quota, Schedule
from schedules.handed_in import HandedIn, hand_in
from schedules.hours_table import FIELDS as HOUR_FIELDS
from schedules.hours_table import read_hours
from schedules.office import Credential, OfficeSpec
from schedules.own_form import own_form, refusal
from schedules.problems import Problem
from schedules.roster import read_credentials
from schedules.source_text import SourceFile
from schedules.table_forms import CREDENTIALS, HOURS
from schedules.when import Expiry
from schedules.words import Words, phrase
from tasks.duties.hours_import import HoursChange, compare_hours

LIST_FIELDS = ("number", "kind", "holder", "issued_on", "expires_on", "issuer", "state", "type")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A list of certificates, what is wrong with it, and what is to be said of it."""

    found: HandedIn
    certificates: tuple[Credential, ...]
    problems: list[Problem]
    notes: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHours:
    """A table of hours, what it would change, what is wrong with it, and what is to be said of it."""

    found: HandedIn
    change: HoursChange
    problems: list[Problem]
    notes: tuple[Words, ...]


def read_list(
    source: SourceFile,
    chosen: Mapping[str, str],
    directory: Directory,
    office: OfficeSpec,
    *,
    kind: str | None,
    sheet: str = "",
) -> ReadList:
    """Read certificates. `kind`: of all of them where no column says it; of an office that asks for one kind only, that one."""
    kinds = kinds_of(office)
    given = kind or (kinds[0] if len(kinds) == 1 else None)
    fixed = {"kind": given} if given else {}
    found = hand_in(source, CREDENTIALS, chosen, without=fixed, sheet=sheet)
    own = own_form(found, LIST_FIELDS, directory, fixed)
    certificates, problems = read_credentials(own.source, None)  # holders were looked up above
    notes = list(own.notes)
    if given and not any(column.field == "kind" for column in found.columns):
        notes.append(phrase("no column says the kind; all are taken as '{kind}'", kind=given))
    strange = sorted({each.kind for each in certificates} - set(kinds))
    if kinds and strange:
        notes.append(
            phrase(
                "no schedule asks for certificates of the kind {kinds}; they ask for: {known}", kinds="、".join(strange),
                known="、".join(kinds),
            )
        )  # fmt: skip
    problems = own.all_problems(problems)
    return ReadList(
        found=found, certificates=() if problems else certificates, problems=problems, notes=tuple(notes)
    )


def kinds_of(office: OfficeSpec) -> list[str]:
    """The kinds of certificates that schedules ask for and that are on record from the files."""
    asked = {each.who.credential for each in office.schedules if each.who.credential}
    asked |= {each.when.expiry for each in office.schedules if isinstance(each.when, Expiry)}
    return sorted(asked | {each.kind for each in office.credentials})


def quotas(office: OfficeSpec) -> list[Schedule]:
    """The schedules that count hours or times."""
    return [each for each in office.schedules if isinstance(each.done, Quota)]


def quota_of(office: OfficeSpec, schedule: str | None) -> Schedule:
    """The schedule that hours count for; without a name the only one. Raise NotFound, Refused."""
    known = quotas(office)
    if schedule is None and len(known) == 1:
        return known[0]
    found = office.schedule(schedule) if schedule is not None else None
    if found is None or not isinstance(found.done, Quota):
        allowed = ", ".join(each.id for each in known) or "—"
        if schedule is None:
            raise Refused(phrase("say which schedule the hours count for: {allowed}", allowed=allowed))
        raise Refused(
            phrase(
                "'{schedule}' counts no hours; those that do: {allowed}", schedule=schedule, allowed=allowed
            )
        )
    return found


def read_hour_table(
    session: Session, source: SourceFile, chosen: Mapping[str, str], directory: Directory, schedule: Schedule, *, today: date,
    sheet: str = "",
) -> ReadHours:  # fmt: skip
    """Read hours and compare them with the record."""
    found = hand_in(source, HOURS, chosen, sheet=sheet)
    own = own_form(found, HOUR_FIELDS, directory)
    caps: Sequence[str] = list(schedule.done.cap) if isinstance(schedule.done, Quota) else []
    rows, wrong = read_hours(own.source, caps=caps)
    there = [row for row in rows if (row.row, own.fields.index("id")) not in own.settled] if rows else []
    change = compare_hours(session, schedule, there, today=today)
    problems = own.all_problems(wrong)
    for row, field, what in change.refused:
        given = found.rows[row.row]
        cell = given.fields.get(field) or next(iter(given.fields.values()))
        problems.append(refusal(found, given, cell, what))
    return ReadHours(
        found=found, change=change, problems=sorted(problems, key=lambda each: each.line), notes=own.notes
    )
