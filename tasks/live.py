"""The office as it is applied: read from the database, never from the folder, and parsed once for each version.

Its working days are those on record, which may know more than the applied files; they are merged once for each revision.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.schedules import OfficeStateRow, OfficeVersionRow, ScheduleVersionRow
from schedules.errors import NotFound
from schedules.grammar import Schedule
from schedules.loader import SourceFile, load
from schedules.office import OfficeSpec
from schedules.serial import from_json
from schedules.words import phrase
from tasks.days import calendar

_parsed: dict[str, OfficeSpec] = {}
_counted: dict[tuple[str, calendar.State], OfficeSpec] = {}
_after_reading: list[Callable[[], None]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What is in force. Everything due before `start_on` is history; in `trial` every message goes to the clerk."""

    version_id: int
    office: OfficeSpec
    trial: bool
    start_on: date

    def today(self, now: datetime) -> date:
        """The office's calendar day at `now`."""
        return now.astimezone(self.office.tz).date()


def after_reading(do: Callable[[], None]) -> None:
    """Have something done each time that this process has read the files of a version: it leaves much memory unused."""
    if do not in _after_reading:
        _after_reading.append(do)


def current(session: Session) -> Live:
    """Return the applied office. Raise NotFound when nothing was applied yet."""
    state = session.get(OfficeStateRow, 1)
    if state is None or state.version_id is None or state.installed_on is None:
        raise NotFound(phrase("no office has been applied yet; run `duban apply`"))
    digest = (
        session.scalar(select(OfficeVersionRow.digest).where(OfficeVersionRow.id == state.version_id)) or ""
    )
    if digest not in _parsed:
        row = session.get_one(OfficeVersionRow, state.version_id)
        _parsed.clear()
        _parsed[digest] = parse_files(row.files)
        for do in _after_reading:
            do()
    office = _with_days(session, digest)
    trial = office.file.mode == "trial" and state.went_live_at is None
    start_on = office.file.start_on or state.installed_on
    return Live(version_id=state.version_id, office=office, trial=trial, start_on=start_on)


def _with_days(session: Session, digest: str) -> OfficeSpec:
    """The parsed office with the working days on record; with those of its files while there are none."""
    state = calendar.state(session)
    if state is None:
        return _parsed[digest]
    office = _counted.get((digest, state))
    if office is None:
        office = replace(_parsed[digest], calendar=calendar.on_record(session))
        _counted.clear()
        _counted[digest, state] = office
    return office


def parse_files(files: dict[str, str]) -> OfficeSpec:
    """Load the stored files of a version; they were valid when they were applied."""
    loaded = load([SourceFile(path, text.encode()) for path, text in sorted(files.items())])
    if loaded.office is None:
        raise ValueError("; ".join(str(problem.what) for problem in loaded.problems))
    return loaded.office


@lru_cache(maxsize=256)
def _definition(digest: str, spec_json: str) -> Schedule:
    return from_json(spec_json)


def definition(session: Session, version_id: int) -> Schedule:
    """The definition that an occurrence was opened with. A version never changes; each session reads it once."""
    known: dict[int, Schedule] = session.info.setdefault("definitions", {})
    if version_id not in known:
        row = session.get_one(ScheduleVersionRow, version_id)
        known[version_id] = _definition(row.digest, row.spec_json)
    return known[version_id]
