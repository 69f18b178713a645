"""A year's notice or single days as a file: read, tried, and imported into the database and the office's folder together."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath

from sqlalchemy.orm import Session

from schedules.calendar import Notice, Override
from schedules.calendar_file import CalendarFile, notice_json, overrides_json, read_calendar
from schedules.calendar_table import against_law, read_days
from schedules.errors import Refused
from schedules.problems import Problem
from schedules.source_text import SourceFile
from schedules.words import phrase
from tasks.days import calendar as days_on_record
from tasks.days.calendar_change import Corrected, import_days
from worker.office_files import read_folder, replace_file
from worker.roster_import import own_folder

CALENDARS = frozenset({".json"})
TABLES = frozenset({".csv", ".xlsx"})


def read_file(source: SourceFile) -> tuple[CalendarFile, list[Problem]]:
    """What a file says, and every problem of it. Raise Refused for a file of another kind."""
    suffix = PurePath(source.path).suffix.lower()
    if suffix in CALENDARS:
        found = read_calendar(source)
    elif suffix in TABLES:
        found = read_days(source)
    else:
        raise Refused(phrase("{file} is neither .json, .csv nor .xlsx.", file=source.path))
    problems = list(found.problems)
    if found.notice is not None:
        problems += [
            Problem(
                source.path,
                1,
                1,
                "",
                phrase("{day} is a holiday by law, but the notice has it worked", day=day),
            )
            for day in against_law(found.notice)
        ]
    return found, problems


def given(found: CalendarFile) -> Notice | Sequence[Override]:
    """The notice or the single days of a file without problems."""
    return found.notice if found.notice is not None else found.overrides


def import_file(
    session: Session, found: CalendarFile, source: SourceFile, folder: Path, *, by: str, now: datetime
) -> Corrected:
    """Import, and put the days into the office's folder too; a failure leaves the folder as before.

    The caller's transaction has to end inside `restored`, so that a commit that fails puts the file back.
    """
    result = import_days(session, given(found), by=by, now=now)
    target = target_of(folder, found)
    if target is not None and result.changed:
        target.parent.mkdir(exist_ok=True)
        replace_file(target, _content(found, source, days_on_record.overrides(session)))
    return result


class Restored:
    """Keeps the file of the folder that an import writes; any error inside puts it back."""

    def __init__(self, folder: Path, found: CalendarFile) -> None:
        self._target = target_of(folder, found)
        exists = self._target is not None and self._target.exists()
        self._before = self._target.read_bytes() if self._target is not None and exists else None

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None or self._target is None:
            return
        if self._before is not None:
            replace_file(self._target, self._before)
        else:
            self._target.unlink(missing_ok=True)


def target_of(folder: Path, found: CalendarFile) -> Path | None:
    """The file of an office's own folder that holds this year or the overrides; a new one in `calendar` where there is none."""
    if not own_folder(folder):
        return None
    for file in read_folder(folder, only=CALENDARS):
        held = read_calendar(file)
        if found.notice is not None and held.notice is not None and held.notice.year == found.notice.year:
            return folder / file.path
        if found.notice is None and held.overrides:
            return folder / file.path
    name = f"{found.notice.year}.json" if found.notice is not None else "overrides.json"
    return folder / "calendar" / name


def _content(found: CalendarFile, source: SourceFile, standing: Sequence[Override]) -> bytes:
    if found.notice is None:
        return overrides_json(standing).encode()
    as_given = PurePath(source.path).suffix.lower() in CALENDARS
    return source.data if as_given else notice_json(found.notice).encode()
