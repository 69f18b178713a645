"""The roster at the desk: tried with the whole office in force, written as it was shown."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from models.schedules import OfficeVersionRow
from schedules.errors import Refused
from schedules.office import OfficeSpec
from schedules.source_text import SourceFile
from tasks.apply import Cause, apply
from tasks.roster.people import mobiles
from tasks.roster.roster_changes import RosterLines, roster_lines
from worker.import_lines import many
from worker.roster_import import is_starter, own_folder, roster_in_place
from worker.roster_tables import OfficeTable, read_roster, with_numbers
from worker.tables import as_texts
from worker.web.desk.import_kinds import (
    CHANGED,
    Asked,
    Group,
    Trial,
    no_rows,
    refused_table,
    require_shown,
    require_sure,
)
from worker.web.site import View, reading, runtime, writing


def files_in_force(view: View) -> tuple[int, list[SourceFile]]:
    """The version in force and its files."""
    row = view.session.get_one(OfficeVersionRow, view.live.version_id)
    return row.id, [SourceFile(path, text.encode()) for path, text in row.files.items()]


def _roster(view: View, source: SourceFile, asked: Asked) -> tuple[int, OfficeTable]:
    """The office in force with this roster instead of its own."""
    version_id, files = files_in_force(view)
    cipher = runtime().cipher
    people = with_numbers(view.live.office.people, mobiles(view.session, cipher))
    return version_id, read_roster(
        files, source, asked.chosen, people, cipher, keep=asked.keep, sheet=asked.sheet
    )


def try_people(view: View, source: SourceFile, asked: Asked) -> Trial:
    """What the roster would change."""
    _, found = _roster(view, source, asked)
    if found.office is None:
        trial = refused_table(view, found.found, found.own, found.own_form.notes, found.others)
        return replace(trial, leaves=bool(found.others) and not asked.keep)
    lines = roster_lines(view.session, view.live, found.office, runtime().cipher)
    return _people_trial(view, found, found.office, lines)


def _people_trial(view: View, found: OfficeTable, office: OfficeSpec, lines: RosterLines) -> Trial:
    d = view.d
    folder = runtime().settings.office
    return Trial(
        total=str(d.ngettext("The table names 1 person", "The table names {n} people", len(found.found.rows))),
        table=found.found,
        notes=tuple(d.words(each) for each in found.own_form.notes),
        faults=no_rows(view, found.found),
        leaves=bool(lines.left),
        many=str(_leaving(view, len(lines.left))) if _many(view, lines) else "",
        groups=tuple(Group(group.title, tuple(map(str, group.lines))) for group in _groups(view, lines) if group.lines),
        warnings=tuple(_people_warnings(view, office, lines)),
        barred=d.gettext("This is the starter office, which stays as it is. Whoever installed duban makes your own: duban init DIR")
        if is_starter(folder)
        else "",
    )  # fmt: skip


def _groups(view: View, lines: RosterLines) -> Sequence[Group]:
    d = view.d
    return (
        Group(d.gettext("People who join"), tuple(d._("{name} ({unit})", name=n, unit=unit) for n, unit in lines.joined)),
        Group(d.gettext("People who leave"), lines.left),
        Group(
            d.gettext("People who move to another unit"),
            tuple(d._("{name}: {was} → {now}", name=each.name, was=each.was, now=each.now) for each in lines.moved),
        ),
        Group(
            d.gettext("People with other data"),
            tuple(
                d._("{name}: {what}", name=each.name, what="、".join(d.words(words) for words in each.what))
                for each in lines.changed
            ),
        ),
    )  # fmt: skip


def _people_warnings(view: View, office: OfficeSpec, lines: RosterLines) -> list[str]:
    d, found = view.d, []
    if _many(view, lines):
        found.append(
            d.ngettext(
                "1 person is not in the table and would leave. The table has to be the whole roster.",
                "{n} people are not in the table and would leave. The table has to be the whole roster.",
                len(lines.left),
            )
        )
    if lines.bare:
        shown = "、".join(lines.bare[:12])
        found.append(
            d.ngettext(
                "1 person would lose the mobile number on record: {names}",
                "{n} people would lose the mobile number on record: {names}",
                len(lines.bare), names=shown if len(lines.bare) <= 12 else f"{shown}…",
            )
        )  # fmt: skip
    if not any(office.file.clerk in person.roles and person.left_on is None for person in office.people):
        found.append(d._("Nobody in the table works the desk; after this nobody could open these pages."))
    return list(map(str, found))


def _many(view: View, lines: RosterLines) -> bool:
    return many(len(lines.left), sum(each.left_on is None for each in view.live.office.people))


def _leaving(view: View, number: int) -> str:
    return view.d.ngettext("This 1 person has left", "These {n} people have left", number)


def write_people(source: SourceFile, asked: Asked, shown: str, by: str) -> None:
    """Put the roster into force, and into the office's folder where that is its own. Raise Refused if it is no longer what was shown."""
    with reading() as view:
        version_id, found = _roster(view, source, asked)
    if found.office is None:
        raise Refused(CHANGED)
    texts = as_texts(found.files)  # read before the transaction, which others wait for
    folder = runtime().settings.office
    place = roster_in_place(folder, found.file) if own_folder(folder) else nullcontext(folder)
    with place, writing() as view:
        if view.live.version_id != version_id:
            raise Refused(CHANGED)
        lines = roster_lines(view.session, view.live, found.office, runtime().cipher)
        trial = _people_trial(view, found, found.office, lines)
        require_shown(trial, shown)
        require_sure(trial, asked)
        apply(
            view.session, found.office, texts, by=by, now=view.now, cipher=runtime().cipher, upon=version_id,
            cause=Cause(origin="desk"),
        )  # fmt: skip
