"""What can be imported at the desk, and what each file would change: tried first, and done only as it was shown."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from models.schedules import OfficeVersionRow
from schedules.errors import Refused
from schedules.office import Credential, OfficeSpec
from schedules.problems import Problem
from schedules.roster import read_credentials
from schedules.source_text import SourceFile
from schedules.words import phrase
from tasks.apply import Cause, apply
from tasks.days.calendar_change import Corrected, import_days
from tasks.roster.credential_changes import CredentialChange, compare_credentials
from tasks.roster.people import refresh_members, write_credentials
from tasks.roster.roster_changes import RosterLines, roster_lines
from worker.calendar_import import Restored, given, import_file, read_file
from worker.refused_rows import reasons_by_line, said_of_row
from worker.roster_import import is_starter, own_folder, roster_in_place, with_roster
from worker.tables import as_texts
from worker.web.site import View, reading, runtime, writing

STATES = {
    "valid": phrase("valid"), "suspended": phrase("suspended"), "revoked": phrase("revoked"),
    "cancelled": phrase("taken out of the register"),
}  # fmt: skip
CHANGED = phrase("What this file changes is no longer what was shown. Read it once more, then write it.")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one sort, each a name or a sentence."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a file would change, or why it is refused. `digest` names exactly what is shown; `refused` are reasons by line."""

    total: str = ""
    groups: tuple[Group, ...] = ()
    warnings: tuple[str, ...] = ()
    refused: dict[int, str] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    barred: str = ""

    @property
    def ready(self) -> bool:
        """Whether there is something that may be written."""
        return bool(self.groups) and not (self.refused or self.faults or self.barred)

    @property
    def digest(self) -> str:
        """Equal for equal things shown."""
        shown = [self.total, [[group.title, group.lines] for group in self.groups], self.warnings]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _refusal(
    view: View, source: SourceFile, problems: Sequence[Problem], others: Sequence[Problem] = ()
) -> Trial:
    """Everything that is wrong: by row where it is a row's, else in a sentence."""
    gettext = view.d.gettext
    whole = [problem for problem in problems if not problem.subject or problem.file != source.path]
    sentences = [said_of_row(problem, gettext) for problem in whole]
    if others:
        sentences.append(
            gettext(
                "Other files of the office do not fit this table. Keep the row of whoever left and fill in the day of leaving."
            )
        )
    sentences += [f"{problem.file}: {said_of_row(problem, gettext)}" for problem in others]
    return Trial(refused=reasons_by_line(problems, source, gettext), faults=tuple(dict.fromkeys(sentences)))


# ── people ────────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class _Roster:
    version_id: int
    office: OfficeSpec | None
    files: tuple[SourceFile, ...]
    own: tuple[Problem, ...]
    others: tuple[Problem, ...]


def _roster(view: View, source: SourceFile) -> _Roster:
    """The office in force with this roster instead of its own."""
    row = view.session.get_one(OfficeVersionRow, view.live.version_id)
    found = with_roster([SourceFile(path, text.encode()) for path, text in row.files.items()], source)
    return _Roster(row.id, found.office, found.files, found.own, found.others)


def try_people(view: View, source: SourceFile) -> Trial:
    """What the roster would change."""
    found = _roster(view, source)
    if found.office is None:
        return _refusal(view, source, found.own, found.others)
    return _people_trial(
        view, found.office, roster_lines(view.session, view.live, found.office, runtime().cipher)
    )


def _people_trial(view: View, office: OfficeSpec, lines: RosterLines) -> Trial:
    d = view.d
    groups = (
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
    folder = runtime().settings.office
    return Trial(
        total=str(d.ngettext("The table names 1 person", "The table names {n} people", len(office.people))),
        groups=tuple(Group(group.title, tuple(map(str, group.lines))) for group in groups if group.lines),
        warnings=tuple(_people_warnings(view, office, lines)),
        barred=d.gettext("This is the starter office, which stays as it is. Whoever installed duban makes your own: duban init DIR")
        if is_starter(folder)
        else "",
    )  # fmt: skip


def _people_warnings(view: View, office: OfficeSpec, lines: RosterLines) -> list[str]:
    d, found = view.d, []
    if len(lines.left) > max(3, len(view.live.office.people) // 10):
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


def write_people(source: SourceFile, shown: str, by: str) -> None:
    """Put the roster into force, and into the office's folder where that is its own. Raise Refused if it is no longer what was shown."""
    with reading() as view:
        found = _roster(view, source)
    if found.office is None:
        raise Refused(CHANGED)
    texts = as_texts(found.files)  # read before the transaction, which others wait for
    folder = runtime().settings.office
    place = roster_in_place(folder, source) if own_folder(folder) else nullcontext(folder)
    with place, writing() as view:
        if view.live.version_id != found.version_id:
            raise Refused(CHANGED)
        lines = roster_lines(view.session, view.live, found.office, runtime().cipher)
        _require(_people_trial(view, found.office, lines), shown)
        apply(
            view.session, found.office, texts, by=by, now=view.now, cipher=runtime().cipher, upon=found.version_id,
            cause=Cause(origin="desk"),
        )  # fmt: skip


def _require(trial: Trial, shown: str) -> None:
    if not trial.ready or trial.digest != shown:
        raise Refused(CHANGED)


# ── certificates ──────────────────────────────────────────────
def try_credentials(view: View, source: SourceFile) -> Trial:
    """What the list of certificates would change."""
    found, problems = read_credentials(source, view.live.office.people)
    if problems:
        return _refusal(view, source, problems)
    return _credentials_trial(view, found, compare_credentials(view.session, found))


def _credentials_trial(view: View, found: Sequence[Credential], change: CredentialChange) -> Trial:
    d, office = view.d, view.live.office
    fresh = tuple(
        str(d._("{name}, {kind} {number}, valid until {day}", name=office.person(each.holder).name, kind=each.kind, number=each.number,
                day=d.dated(each.expires_on)))
        for each in change.fresh
    )  # fmt: skip
    changed = tuple(_other(view, each, state) for each, state in change.changed)
    groups = (
        Group(d.gettext("Certificates that are new"), fresh),
        Group(d.gettext("Certificates with other data"), changed),
    )
    return Trial(
        total=str(
            d.ngettext("The table names 1 certificate", "The table names {n} certificates", len(found))
        ),
        groups=tuple(group for group in groups if group.lines),
    )


def _other(view: View, each: Credential, state: str) -> str:
    name = view.live.office.person(each.holder).name
    if state == each.state:
        return str(view.d._("{name}, {number}", name=name, number=each.number))
    before, after = view.d.words(STATES[state]), view.d.words(STATES[each.state])
    return str(
        view.d._(
            "{name}, {number}: {before} → {after}", name=name, number=each.number, before=before, after=after
        )
    )


def write_list(source: SourceFile, shown: str, by: str) -> None:
    """Record the certificates. Raise Refused if the change is no longer what was shown."""
    with writing() as view:
        found, problems = read_credentials(source, view.live.office.people)
        if problems:
            raise Refused(CHANGED)
        _require(_credentials_trial(view, found, compare_credentials(view.session, found)), shown)
        written = write_credentials(view.session, found, actor=by, now=view.now, today=view.today)
        if written:  # who may handle a case is asked in the next moment already
            refresh_members(view.session, view.live.office, now=view.now)


# ── working days ──────────────────────────────────────────────
def try_calendar(view: View, source: SourceFile) -> Trial:
    """What the notice or the days would change: it is done, and rolled back."""
    found, problems = read_file(source)
    if problems:
        return _refusal(view, source, problems)
    with runtime().db.writing() as session:
        result = import_days(session, given(found), by="trial", now=view.now)
        session.rollback()
    return _calendar_trial(view, source, result)


def _calendar_trial(view: View, source: SourceFile, result: Corrected) -> Trial:
    found, _ = read_file(source)
    d = view.d
    if found.notice is not None:
        off = sum(not worked for worked in found.notice.days.values())
        total = d._(
            "Notice of {year}: {off} days off, {worked} worked weekends", year=found.notice.year, off=off,
            worked=len(found.notice.days) - off,
        )  # fmt: skip
        days = sorted(found.notice.days.items())
        lines = [(day, worked, found.notice.names.get(day, "")) for day, worked in days]
    else:
        total = d.ngettext("The table names 1 day", "The table names {n} days", len(found.overrides))
        lines = [
            (each.day, each.is_workday, f"{each.name} {each.reason}".strip()) for each in found.overrides
        ]
    if not result.changed:
        return Trial(total=str(total))
    words = {True: d.gettext("worked"), False: d.gettext("off")}
    shown = tuple(
        str(d._("{day} {weekday}: {what} {name}", day=d.dated(day), weekday=d.weekday(day), what=words[worked], name=name))
        for day, worked, name in lines
    )  # fmt: skip
    effect = d._(
        "{recounted} open duties would be counted anew, {moved} on another day; {told} people would be told.",
        recounted=result.recounted, moved=result.moved, told=result.told,
    )  # fmt: skip
    return Trial(
        total=str(total), groups=(Group(d.gettext("What follows"), (str(effect),)), Group(d.gettext("Working days"), shown))
    )  # fmt: skip


def write_calendar(source: SourceFile, shown: str, by: str) -> None:
    """Put the days into force, and into the office's folder where that is its own. Raise Refused if it is no longer what was shown."""
    found, problems = read_file(source)
    if problems:
        raise Refused(CHANGED)
    folder: Path = runtime().settings.office
    with Restored(folder, found), writing() as view:
        result = import_file(view.session, found, source, folder, by=by, now=view.now)
        _require(_calendar_trial(view, source, result), shown)
