"""Correct the working days of an office in force: the days go on record, what is open is counted anew, people are told once.

All in the caller's transaction: a failure leaves nothing behind.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from schedules.calendar import Notice, Override
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.days import calendar
from tasks.days.calendar_alarm import mark_alarm
from tasks.days.calendar_moves import tell_moves
from tasks.days.recount import recount
from tasks.live import Live, current
from tasks.sweep import sweep
from tasks.wording.texts import standard


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a correction did: duties counted anew, duties and gatherings on another day, people told, the new revision."""

    changed: bool
    recounted: int = 0
    moved: int = 0
    told: int = 0
    revision: int = 0


def import_days(session: Session, given: Notice | Sequence[Override], *, by: str, now: datetime) -> Corrected:
    """Put a notice, or overrides, on record and follow. Raise NotFound before the first `apply`."""
    before = current(session)
    _ensure_files(session, before, by=by, now=now)
    writer = calendar.Writer(origin="import", by=by, at=now)
    if isinstance(given, Notice):
        known = given.year in before.office.calendar.years
        why = reason_for(given.year, known=known)
        return _corrected(
            session, before, why, lambda: calendar.write_notice(session, given, writer), by=by, now=now
        )
    reasons = "、".join(dict.fromkeys(each.reason for each in given))
    why = phrase("working days were corrected ({reasons})", reasons=reasons)
    return _corrected(
        session, before, why, lambda: calendar.add_overrides(session, given, writer), by=by, now=now
    )


def reason_for(year: int, *, known: bool) -> Words:
    """Why days moved, as a clause; `year` 0 stands for single days."""
    if year == 0:
        return phrase("working days were corrected")
    if known:
        return phrase("the holidays of {year} were corrected", year=year)
    return phrase("the holidays of {year} were announced", year=year)


def _ensure_files(session: Session, live: Live, *, by: str, now: datetime) -> None:
    """An office applied before days were kept on record brings those of its files."""
    if calendar.state(session) is None:
        calendar.write_files(session, live.office.notices, live.office.day_overrides, by=by, now=now)


def _corrected(
    session: Session, before: Live, why: Words, write: Callable[[], bool], *, by: str, now: datetime
) -> Corrected:
    sweep_all(session, before, now=now)
    if not write():
        return Corrected(changed=False, revision=calendar.revision(session))
    return follow(session, before, current(session), why, by=by, now=now)


def sweep_all(session: Session, live: Live, *, now: datetime) -> None:
    """What is due by the calendar as it stands is said before the calendar changes: a move passes over what lies behind."""
    while sweep(session, live, now=now).full:
        pass


def follow(session: Session, before: Live, live: Live, why: Words, *, by: str, now: datetime) -> Corrected:
    """Count anew what is open by the calendar of `live`, tell whom it concerns, and set when the next alarm is due."""
    text = why.text(standard().gettext(live.office.file.language))
    found = recount(session, before, live, text, now=now)
    moved, told = tell_moves(session, live, found.held, why, now=now)
    mark_alarm(session, live, now=now)
    revision = live.office.calendar.revision
    note(
        session, actor=by, act="calendar", subject_kind="calendar", subject_id=revision, at=now,
        recounted=found.duties, moved=moved, told=told, opened=found.opened,
    )  # fmt: skip
    session.flush()
    return Corrected(changed=True, recounted=found.duties, moved=moved, told=told, revision=revision)
