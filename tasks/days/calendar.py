"""The working days on record: what the office's files and imported notices say, merged into the calendar that everything counts with.

A notice stands by its year; writing it again replaces it. The office's files are written when they changed since they were last
applied, so that a notice imported later is not undone by an older file.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.schedules import CalendarChangeRow, CalendarDayRow
from schedules.calendar import Notice, Override, WorkCalendar, merge
from schedules.calendar_file import notice_json, overrides_json

NOTICE, OVERRIDE = "notice", "override"
Origin = Literal["files", "import"]
State: TypeAlias = tuple[int, str, datetime]  # revision, digest and instant of the last change


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who writes days, when, and from where."""

    origin: Origin
    by: str
    at: datetime


def revision(session: Session) -> int:
    """The number of the last change; 0 before there was one."""
    return session.scalar(select(func.max(CalendarChangeRow.revision))) or 0


def state(session: Session) -> State | None:
    """What names the days on record among all databases and times; None before anything was written."""
    last = session.execute(
        select(CalendarChangeRow.revision, CalendarChangeRow.digest, CalendarChangeRow.at)
        .order_by(CalendarChangeRow.revision.desc())
        .limit(1)
    ).first()
    return (last.revision, last.digest, last.at) if last else None


def on_record(session: Session) -> WorkCalendar:
    """The calendar of everything written: the later notice wins a shared day, an override wins over notices."""
    return merge(notices(session), overrides=overrides(session), revision=revision(session))


def valid_to(session: Session) -> date | None:
    """The last day of the last year whose notice is on record."""
    year = session.scalar(select(func.max(CalendarChangeRow.year)).where(CalendarChangeRow.kind == NOTICE))
    return date(year, 12, 31) if year else None


def notices(session: Session) -> list[Notice]:
    """The notices on record, by year."""
    years = select(CalendarChangeRow.year).where(CalendarChangeRow.kind == NOTICE).distinct()
    found = {year: Notice(year, {}, {}) for year in session.scalars(years)}
    days: dict[int, dict[date, bool]] = {year: {} for year in found}
    names: dict[int, dict[date, str]] = {year: {} for year in found}
    for row in session.scalars(select(CalendarDayRow).where(CalendarDayRow.source == NOTICE)):
        days[row.year][row.day], names[row.year][row.day] = row.is_workday, row.name
    return [Notice(year, days[year], names[year]) for year in sorted(found)]


def overrides(session: Session) -> tuple[Override, ...]:
    """The overrides on record, in order."""
    rows = select(CalendarDayRow).where(CalendarDayRow.source == OVERRIDE).order_by(CalendarDayRow.day)
    return tuple(
        Override(day=row.day, is_workday=row.is_workday, name=row.name, reason=row.reason or "")
        for row in session.scalars(rows)
    )


def write_notice(session: Session, notice: Notice, writer: Writer) -> bool:
    """Put a notice on record in place of the one of its year. Return whether that changed anything."""
    text = notice_json(notice)
    standing = next((each for each in notices(session) if each.year == notice.year), None)
    if standing is not None and notice_json(standing) == text:
        return False
    number = _change(session, NOTICE, notice.year, text, writer)
    session.execute(
        delete(CalendarDayRow).where(CalendarDayRow.source == NOTICE, CalendarDayRow.year == notice.year)
    )
    session.add_all(
        CalendarDayRow(
            day=day, source=NOTICE, year=notice.year, is_workday=worked, name=notice.names.get(day, "")[:40], revision=number
        )
        for day, worked in notice.days.items()
    )  # fmt: skip
    session.flush()
    return True


def add_overrides(session: Session, given: Iterable[Override], writer: Writer) -> bool:
    """Put overrides on record beside those that stand; of two for one day the new one counts."""
    by_day = {each.day: each for each in (*overrides(session), *given)}
    return write_overrides(session, [by_day[day] for day in sorted(by_day)], writer)


def write_overrides(session: Session, wanted: Sequence[Override], writer: Writer) -> bool:
    """Put overrides on record in place of all that stand. Return whether that changed anything."""
    text = overrides_json(wanted)
    if overrides_json(overrides(session)) == text:
        return False
    number = _change(session, OVERRIDE, 0, text, writer)
    session.execute(delete(CalendarDayRow).where(CalendarDayRow.source == OVERRIDE))
    session.add_all(
        CalendarDayRow(
            day=each.day, source=OVERRIDE, year=0, is_workday=each.is_workday, name=each.name[:40], reason=each.reason[:200],
            revision=number,
        )
        for each in wanted
    )  # fmt: skip
    session.flush()
    return True


def new_in_files(
    session: Session, given: Sequence[Notice], exceptions: Sequence[Override]
) -> tuple[list[Notice], bool]:
    """The notices of the office's files that say what they did not say when last applied and is not on record; and whether the
    overrides do.
    """
    standing = {each.year: notice_json(each) for each in notices(session)}
    fresh = [
        notice
        for notice in sorted(given, key=lambda each: each.year)
        if standing.get(notice.year) != (text := notice_json(notice))
        and _digest(text) != _last_applied(session, NOTICE, notice.year)
    ]
    said, text = _last_applied(session, OVERRIDE, 0), overrides_json(exceptions)
    changed = bool(exceptions) if said is None else _digest(text) != said
    return fresh, changed and overrides_json(overrides(session)) != text


def as_planned(session: Session, given: Sequence[Notice], exceptions: Sequence[Override]) -> WorkCalendar:
    """The calendar as it will stand on record once the office's files are in force."""
    fresh, other = new_in_files(session, given, exceptions)
    by_year = {each.year: each for each in (*notices(session), *fresh)}
    return merge(
        [by_year[year] for year in sorted(by_year)],
        overrides=exceptions if other else overrides(session),
        revision=revision(session),
    )


def write_files(
    session: Session, given: Sequence[Notice], exceptions: Sequence[Override], *, by: str, now: datetime
) -> tuple[int, ...]:
    """Put on record what is new in the office's files. Return the years that changed; changed overrides count as the year 0."""
    writer = Writer(origin="files", by=by, at=now)
    fresh, other = new_in_files(session, given, exceptions)
    for notice in fresh:
        write_notice(session, notice, writer)
    if other:
        write_overrides(session, exceptions, writer)
    return (*(notice.year for notice in fresh), *((0,) if other else ()))


def _change(session: Session, kind: str, year: int, text: str, writer: Writer) -> int:
    number = revision(session) + 1
    session.add(
        CalendarChangeRow(
            revision=number, kind=kind, year=year, origin=writer.origin, digest=_digest(text), at=writer.at, by=writer.by
        )
    )  # fmt: skip
    session.flush()
    return number


def _last_applied(session: Session, kind: str, year: int) -> str | None:
    return session.scalar(
        select(CalendarChangeRow.digest)
        .where(
            CalendarChangeRow.kind == kind,
            CalendarChangeRow.year == year,
            CalendarChangeRow.origin == "files",
        )
        .order_by(CalendarChangeRow.revision.desc())
        .limit(1)
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
