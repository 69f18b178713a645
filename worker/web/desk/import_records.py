"""Certificates and hours at the desk: tried against the record, written as they were shown."""

from collections.abc import Sequence

from sqlalchemy import select

from models.people import PersonRow
from schedules.errors import Refused
from schedules.office import Credential
from schedules.source_text import SourceFile
from tasks.duties.hours_import import write_hours
from tasks.roster.credential_changes import CredentialChange, compare_credentials
from tasks.roster.people import refresh_members, write_credentials
from worker.directory import directory_of, mobiles_on_record
from worker.import_lines import CREDENTIAL_STATES, hours_lines
from worker.record_tables import ReadHours, ReadList, quota_of, read_hour_table, read_list
from worker.web.desk.import_kinds import (
    CHANGED,
    Asked,
    Group,
    Trial,
    line_groups,
    no_rows,
    refused_table,
    require_shown,
)
from worker.web.site import View, runtime, writing


def _list(view: View, source: SourceFile, asked: Asked) -> ReadList:
    office = view.live.office
    directory = directory_of(office, mobiles_on_record(view.session), runtime().cipher)
    return read_list(source, asked.chosen, directory, office, kind=None, sheet=asked.sheet)


def try_credentials(view: View, source: SourceFile, asked: Asked) -> Trial:
    """What the list of certificates would change."""
    read = _list(view, source, asked)
    if read.problems:
        return refused_table(view, read.found, read.problems, read.notes)
    return _credentials_trial(view, read, compare_credentials(view.session, read.certificates))


def _credentials_trial(view: View, read: ReadList, change: CredentialChange) -> Trial:
    d = view.d
    groups = (
        Group(d.gettext("Certificates that are new"), _fresh(view, change.fresh)),
        Group(
            d.gettext("Certificates with other data"),
            tuple(_other(view, each, state) for each, state in change.changed),
        ),
    )
    return Trial(
        total=str(
            d.ngettext(
                "The table names 1 certificate", "The table names {n} certificates", len(read.certificates)
            )
        ),
        table=read.found,
        notes=tuple(d.words(each) for each in read.notes),
        faults=no_rows(view, read.found),
        groups=tuple(group for group in groups if group.lines),
    )


def _fresh(view: View, found: Sequence[Credential]) -> tuple[str, ...]:
    d, office = view.d, view.live.office
    return tuple(
        str(d._("{name}, {kind} {number}, valid until {day}", name=office.person(each.holder).name, kind=each.kind, number=each.number,
                day=d.dated(each.expires_on)))
        for each in found
    )  # fmt: skip


def _other(view: View, each: Credential, state: str) -> str:
    name = view.live.office.person(each.holder).name
    if state == each.state:
        return str(view.d._("{name}, {number}", name=name, number=each.number))
    before, after = view.d.words(CREDENTIAL_STATES[state]), view.d.words(CREDENTIAL_STATES[each.state])
    return str(
        view.d._(
            "{name}, {number}: {before} → {after}", name=name, number=each.number, before=before, after=after
        )
    )


def write_list(source: SourceFile, asked: Asked, shown: str, by: str) -> None:
    """Record the certificates. Raise Refused if the change is no longer what was shown."""
    with writing() as view:
        read = _list(view, source, asked)
        if read.problems:
            raise Refused(CHANGED)
        require_shown(
            _credentials_trial(view, read, compare_credentials(view.session, read.certificates)), shown
        )
        written = write_credentials(view.session, read.certificates, actor=by, now=view.now, today=view.today)
        if written:  # who may handle a case is asked in the next moment already
            refresh_members(view.session, view.live.office, now=view.now)


# ── hours ─────────────────────────────────────────────────────
def _hours(view: View, source: SourceFile, asked: Asked) -> ReadHours:
    office = view.live.office
    directory = directory_of(office, mobiles_on_record(view.session), runtime().cipher)
    quota = quota_of(office, asked.of or None)
    return read_hour_table(
        view.session, source, asked.chosen, directory, quota, today=view.today, sheet=asked.sheet
    )


def try_hours(view: View, source: SourceFile, asked: Asked) -> Trial:
    """What the table of hours would change."""
    read = _hours(view, source, asked)
    if read.problems:
        return refused_table(view, read.found, read.problems, read.notes)
    d, quota = view.d, quota_of(view.live.office, asked.of or None)
    notes = [d.words(each) for each in read.notes]
    if read.change.same:
        same = d.ngettext(
            "1 row is on record already and stays as it is.", "{n} rows are on record already and stay as they are.", len(read.change.same)
        )  # fmt: skip
        notes.append(str(same))
    return Trial(
        total=str(d._("{n} rows of hours for {title}", n=len(read.found.rows), title=quota.title)),
        table=read.found,
        notes=tuple(notes),
        faults=no_rows(view, read.found),
        groups=line_groups(view, hours_lines(read.change, view.live.office)),
    )


def write_hours_shown(source: SourceFile, asked: Asked, shown: str, by: str) -> None:
    """Enter the hours. Raise Refused if the change is no longer what was shown."""
    with writing() as view:
        require_shown(try_hours(view, source, asked), shown)
        clerk = view.session.scalar(select(PersonRow.key).where(PersonRow.id == int(by.partition(":")[2])))
        write_hours(
            view.session, view.live, _hours(view, source, asked).change, by=by, clerk=clerk, now=view.now
        )
