"""What can be imported at the desk, and what each file would change: tried first, and done only as it was shown."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from schedules.errors import Refused
from schedules.handed_in import HandedIn
from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.words import Words, phrase
from tasks.days.calendar_change import Corrected, import_days
from worker.calendar_import import Restored, given, import_file, read_file
from worker.handed_back import reasons_of, rows_back
from worker.import_lines import Lines
from worker.refused_rows import reasons_by_line, said_of_row
from worker.web.site import View, runtime, writing

MOST_OTHERS = 8  # of what does not fit in other files
CHANGED = phrase("What this file changes is no longer what was shown. Read it once more, then write it.")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one sort, each a name or a sentence."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a file would change, or why it is refused. `digest` names exactly what is shown; `refused` are reasons by line.

    `table`: what was found in a table that was handed in, `back` its refused rows. `missing`: fields that lack a column. `leaves`:
    whether something of what stands is not in the table; `many`: the sentence to be agreed to, if that is much.
    """

    total: str = ""
    table: HandedIn | None = None
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    back: tuple[tuple[str, ...], ...] = ()
    leaves: bool = False
    many: str = ""
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
        shown = [self.total, [[group.title, group.lines] for group in self.groups], self.warnings, self.notes]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the clerk says beside the file: columns by field, the schedule it is for, whether what is not in the table stays, the sheet.

    `sure`: that many leave was agreed to.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    of: str = ""
    keep: bool = False
    sheet: str = ""
    sure: bool = False


def refused_table(
    view: View,
    found: HandedIn,
    problems: Sequence[Problem],
    notes: Sequence[Words],
    others: Sequence[Problem] = (),
) -> Trial:
    """Everything that is wrong with a table that was handed in, and its refused rows."""
    reasons = reasons_of(problems, found, view.d.gettext)
    lines = set(reasons)
    whole = [problem for problem in problems if not problem.subject or problem.line not in lines]
    trial = _refusal(view, found.given, [replace(problem, subject="") for problem in whole], others)
    back = tuple(map(tuple, rows_back(found, reasons, view.d.gettext))) if reasons else ()
    return replace(
        trial, refused=reasons, back=back, table=found, missing=found.missing, notes=tuple(view.d.words(each) for each in notes)
    )  # fmt: skip


def line_groups(view: View, groups: Sequence[Lines]) -> tuple[Group, ...]:
    """Lines in the reader's words; what only stays as it is is no change."""
    return tuple(
        Group(view.d.words(group.title), tuple(view.d.words(line) for line in group.lines))
        for group in groups
        if group.kind != "kept"
    )


def no_rows(view: View, found: HandedIn) -> tuple[str, ...]:
    """What is said of a table without rows."""
    return () if found.rows else (view.d.gettext("The table has no rows below its heading."),)


def require_shown(trial: Trial, shown: str) -> None:
    """Raise Refused unless that is what was shown."""
    if not trial.ready or trial.digest != shown:
        raise Refused(CHANGED)


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
    sentences += [f"{problem.file}: {said_of_row(problem, gettext)}" for problem in others[:MOST_OTHERS]]
    if len(others) > MOST_OTHERS:
        sentences.append(gettext("… and {n} more").format(n=len(others) - MOST_OTHERS))
    return Trial(refused=reasons_by_line(problems, source, gettext), faults=tuple(dict.fromkeys(sentences)))


def require_sure(trial: Trial, asked: Asked) -> None:
    """Raise Refused unless it was agreed to that many leave."""
    if trial.many and not asked.sure:
        raise Refused(phrase("Tick that they have left, or let what is not in the table stay."), field="sure")


# ── working days ──────────────────────────────────────────────
def try_calendar(view: View, source: SourceFile, _asked: Asked) -> Trial:
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


def write_calendar(source: SourceFile, _asked: Asked, shown: str, by: str) -> None:
    """Put the days into force, and into the office's folder where that is its own. Raise Refused if it is no longer what was shown."""
    found, problems = read_file(source)
    if problems:
        raise Refused(CHANGED)
    folder: Path = runtime().settings.office
    with Restored(folder, found), writing() as view:
        result = import_file(view.session, found, source, folder, by=by, now=view.now)
        require_shown(_calendar_trial(view, source, result), shown)
