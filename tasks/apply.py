"""Put an office into force: what would change, then the change, in one transaction. What is open keeps its own definition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.queries.applying import lock_office
from models.schedules import OfficeStateRow
from schedules.errors import Refused
from schedules.office import OfficeSpec
from schedules.words import Words, phrase
from tasks.applying.compare import Plan, files_digest, plan, without_numbers
from tasks.applying.reopen import reopen_ended
from tasks.applying.shown import OTHER, require_shown
from tasks.applying.write import (
    Cause,
    Fate,
    cancel_open,
    remove_schedules,
    write_schedules,
    write_version,
)
from tasks.audit import note
from tasks.days import calendar
from tasks.days.calendar_alarm import mark_alarm
from tasks.days.calendar_change import follow, reason_for, sweep_all
from tasks.duties.count_anew import recount_all
from tasks.live import Live, current
from tasks.roster.people import Cipher, write_roster

__all__ = [
    "Applied",
    "Cause",
    "Fate",
    "Plan",
    "apply",
    "cancel_open",
    "files_digest",
    "plan",
    "without_numbers",
]

FROM_FILES = Cause()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was changed, and the version now in force."""

    plan: Plan
    version_id: int


def apply(
    session: Session,
    office: OfficeSpec,
    files: Mapping[str, str],
    *,
    by: str,
    now: datetime,
    cipher: Cipher,
    removed: Fate | None = None,
    shown: str | None = None,
    upon: int | None = None,
    cause: Cause = FROM_FILES,
) -> Applied:
    """Put the office into force. `shown`: the fingerprint of the plan that somebody agreed to; `upon`: the version it was made from.

    Raise Refused when that is no longer the plan or the version in force, or when a removed schedule has open duties and `removed`
    does not say what becomes of them.
    """
    lock_office(session)
    if upon is not None and upon != session.get_one(OfficeStateRow, 1).version_id:
        raise Refused(OTHER)
    planned = plan(session, office, files, cipher=cipher)
    require_shown(session, planned, files, shown)
    if planned.open_of_removed and removed is None:
        raise Refused(still_open(planned))
    before = None if planned.first else current(session)
    years = calendar.write_files(session, office.notices, office.day_overrides, by=by, now=now)
    if before is not None and years:
        sweep_all(session, before, now=now)
    version = write_version(session, files, planned, cause, by=by, now=now)
    write_roster(session, office, cipher=cipher, by=by, now=now, first=planned.first)
    write_schedules(session, office, now=now)
    remove_schedules(session, planned.removed, now=now, fate=removed)
    state = session.get_one(OfficeStateRow, 1)
    state.version_id = version.id
    state.installed_on = state.installed_on or now.astimezone(office.tz).date()
    session.flush()
    _follow_calendar(session, before, years, by=by, now=now)
    again = reopen_ended(session, planned.added, cause.returned_to, now=now) if cause.returned_to else 0
    if planned.registers_changed:
        recount_all(session, current(session), now=now)
    note(session, actor=by, act="apply", subject_kind="office", subject_id=version.id, at=now,
         added=len(planned.added), changed=len(planned.changed), removed=len(planned.removed),
         before=version.based_on, origin=cause.origin, returned_to=cause.returned_to, close=removed, reopened=again)  # fmt: skip
    return Applied(plan=planned, version_id=version.id)


def still_open(planned: Plan) -> Words:
    """Why a plan is refused that does not say what becomes of open duties."""
    names = "、".join(f"{key} ({count})" for key, count in planned.open_of_removed.items())
    return phrase(
        "removed schedules still have open duties: {names}. Say --close cancel to end them, or --close keep to have them finished",
        names=names,
    )


def _follow_calendar(
    session: Session, before: Live | None, years: Sequence[int], *, by: str, now: datetime
) -> None:
    """What is open follows the working days of the files where they changed. `years`: whose notices did, 0 for overrides."""
    live = current(session)
    if before is None or before.office.calendar.days == live.office.calendar.days:
        mark_alarm(session, live, now=now)
        return
    year = max(years, default=0)
    why = reason_for(year, known=year in before.office.calendar.years)
    follow(session, before, live, why, by=by, now=now)
