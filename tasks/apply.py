"""Put an office into force: what would change, then the change, in one transaction. What is open keeps its own definition."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow
from models.schedules import OfficeStateRow, OfficeVersionRow, ScheduleRow, ScheduleVersionRow
from schedules.errors import Refused
from schedules.grammar import Anniversary, Event, Expiry, Schedule, Summary
from schedules.office import OfficeSpec
from schedules.serial import digest, to_json
from schedules.words import phrase
from tasks.audit import note
from tasks.days import calendar
from tasks.days.calendar_alarm import CALENDAR, mark_alarm
from tasks.days.calendar_change import follow, reason_for, sweep_all
from tasks.duties.count_anew import recount_all
from tasks.duties.records import PERSONAL
from tasks.duties.targets import Change, changes, has_targets
from tasks.live import Live, current
from tasks.roster.people import MEMBERS, Cipher, RosterChange, compare, write_roster

_MOBILE = re.compile(r"(?<!\d)1\d{10}(?!\d)")
Fate = Literal["keep", "cancel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying would change. Schedule ids; `open_of_removed` counts what is still open of schedules that are gone.

    `targets`: rows that the tables of running campaigns gain or lose; what was open for a lost row is withdrawn. `calendar`: the
    years whose notices are new, 0 for single days.
    """

    first: bool
    unchanged: bool
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    open_of_removed: Mapping[str, int]
    roster: RosterChange
    credentials: int
    settings_changed: bool
    registers_changed: bool = False
    targets: tuple[Change, ...] = ()
    calendar: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was changed, and the version now in force."""

    plan: Plan
    version_id: int


def files_digest(files: Mapping[str, str]) -> str:
    """The identity of an office's files."""
    text = "\x00".join(f"{path}\x00{content}" for path, content in sorted(files.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def without_numbers(files: Mapping[str, str]) -> dict[str, str]:
    """The files as they are kept: mobile numbers live sealed with their persons and nowhere else."""
    return {
        path: _MOBILE.sub("", content) if path.endswith(".csv") else content
        for path, content in files.items()
    }


def plan(session: Session, office: OfficeSpec, files: Mapping[str, str], *, cipher: Cipher) -> Plan:
    """Compare an office with what is in force. Changes nothing."""
    state = session.get(OfficeStateRow, 1)
    rows = {
        row.key: row
        for row in session.scalars(
            select(ScheduleRow).where(
                ScheduleRow.removed_at.is_(None), ScheduleRow.kind.not_in((MEMBERS, CALENDAR))
            )
        )
    }
    live = dict(session.execute(select(ScheduleVersionRow.id, ScheduleVersionRow.digest)).all())
    wanted = {item.id: item for item in _definitions(office)}
    changed = [
        key
        for key, item in wanted.items()
        if key in rows and live.get(rows[key].live_version_id or 0) != digest(item)
    ]
    removed = tuple(key for key in rows if key not in wanted)
    was = session.get(OfficeVersionRow, state.version_id) if state and state.version_id else None
    known = {(c.kind, c.number, c.expires_on) for c in session.scalars(select(CredentialRow))}
    roster = compare(session, office.people, cipher)
    notices, overrides = calendar.new_in_files(session, office.notices, office.day_overrides)
    days = (*(each.year for each in notices), *((0,) if overrides else ()))
    return Plan(
        first=was is None,
        unchanged=was is not None
        and not days
        and (was.digest == files_digest(files) or (not roster and _only_days_differ(was, files))),
        calendar=days,
        added=tuple(key for key in wanted if key not in rows),
        changed=tuple(changed),
        removed=removed,
        open_of_removed=_open_counts(session, removed),
        roster=roster,
        credentials=sum((c.kind, c.number, c.expires_on) not in known for c in office.credentials),
        settings_changed=was is not None and was.files.get("office.yaml") != files.get("office.yaml"),
        registers_changed=was is not None and current(session).office.registers != office.registers,
        targets=changes(session, office),
    )


def _only_days_differ(was: OfficeVersionRow, files: Mapping[str, str]) -> bool:
    """Whether only files of working days are others than in force; what they say is compared by itself."""
    kept = without_numbers(files)
    changed = [path for path in was.files.keys() | kept.keys() if was.files.get(path) != kept.get(path)]
    return bool(changed) and all(path.endswith(".json") for path in changed)


def _open_counts(session: Session, keys: tuple[str, ...]) -> dict[str, int]:
    query = (
        select(ScheduleRow.key, func.count())
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(ScheduleRow.key.in_(keys), ObligationRow.state.in_(("open", "submitted", "expected")))
        .group_by(ScheduleRow.key)
    )
    return dict(session.execute(query).all())


def apply(
    session: Session,
    office: OfficeSpec,
    files: Mapping[str, str],
    *,
    by: str,
    now: datetime,
    cipher: Cipher,
    removed: Fate | None = None,
) -> Applied:
    """Put the office into force. Raise Refused when a removed schedule has open duties and `removed` does not say what becomes of them."""
    planned = plan(session, office, files, cipher=cipher)
    if planned.open_of_removed and removed is None:
        names = ", ".join(f"{key} ({count})" for key, count in planned.open_of_removed.items())
        raise Refused(
            phrase(
                "removed schedules still have open duties: {names}; say --removed keep or --removed cancel",
                names=names,
            )
        )
    before = None if planned.first else current(session)
    years = calendar.write_files(session, office.notices, office.day_overrides, by=by, now=now)
    if before is not None and years:
        sweep_all(session, before, now=now)
    version = _write_version(session, files, by=by, now=now)
    write_roster(session, office, cipher=cipher, by=by, now=now, first=planned.first)
    _write_schedules(session, office, now=now)
    _remove(session, planned.removed, now=now, fate=removed)
    state = session.get(OfficeStateRow, 1) or OfficeStateRow(id=1)
    state.version_id = version.id
    state.installed_on = state.installed_on or now.astimezone(office.tz).date()
    session.add(state)
    session.flush()
    _follow_calendar(session, before, years, by=by, now=now)
    if planned.registers_changed:
        recount_all(session, current(session), now=now)
    note(session, actor=by, act="apply", subject_kind="office", subject_id=version.id, at=now,
         added=len(planned.added), changed=len(planned.changed), removed=len(planned.removed))  # fmt: skip
    return Applied(plan=planned, version_id=version.id)


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


def _write_version(session: Session, files: Mapping[str, str], *, by: str, now: datetime) -> OfficeVersionRow:
    row = OfficeVersionRow(
        digest=files_digest(files), files=without_numbers(files), applied_at=now, applied_by=by
    )
    session.add(row)
    session.flush()
    return row


def _definitions(office: OfficeSpec) -> list[Schedule | Summary]:
    return [*office.schedules, *office.summaries]


def _kind(item: Schedule | Summary) -> str:
    if isinstance(item, Summary):
        return "summary"
    if isinstance(item.when, Event):
        return "event"
    if isinstance(item.when, Anniversary):
        return PERSONAL
    return "credential" if isinstance(item.when, Expiry) else "duty"


def _write_schedules(session: Session, office: OfficeSpec, *, now: datetime) -> None:
    """Write new versions; a schedule that is new or changed is looked at by the next opening run at once."""
    rows = {row.key: row for row in session.scalars(select(ScheduleRow))}
    for item in _definitions(office):
        row = rows.get(item.id) or ScheduleRow(key=item.id, title=item.title, kind=_kind(item), runs=0)
        session.add(row)
        session.flush()
        live = session.get(ScheduleVersionRow, row.live_version_id) if row.live_version_id else None
        if row.removed_at is not None or live is None or live.digest != digest(item):
            number = (live.no if live else 0) + 1
            version = ScheduleVersionRow(
                schedule_id=row.id, no=number, spec_json=to_json(item), digest=digest(item), applied_at=now
            )
            session.add(version)
            session.flush()
            row.live_version_id, row.title, row.kind, row.removed_at, row.next_at = (
                version.id,
                item.title,
                _kind(item),
                None,
                now,
            )
        elif has_targets(item):
            row.next_at = now  # its table may have changed
        row.obligatory = isinstance(item, Schedule) and item.must_remind


def _remove(session: Session, keys: tuple[str, ...], *, now: datetime, fate: Fate | None) -> None:
    for row in session.scalars(select(ScheduleRow).where(ScheduleRow.key.in_(keys))):
        row.removed_at, row.next_at = now, None
        row.paused_at = row.paused_until = None
        if fate == "cancel":
            cancel_open(session, row.id, now=now)


def cancel_open(session: Session, schedule_id: int, *, now: datetime) -> None:
    """Cancel everything still open of a schedule; its reminders fall silent at once."""
    occurrences = list(
        session.scalars(
            select(OccurrenceRow).where(
                OccurrenceRow.schedule_id == schedule_id, OccurrenceRow.state == "open"
            )
        )
    )
    ids = [occurrence.id for occurrence in occurrences]
    for obligation in session.scalars(select(ObligationRow).where(ObligationRow.occurrence_id.in_(ids))):
        if obligation.state in ("open", "expected", "submitted"):
            obligation.state, obligation.closed_at, obligation.closed_why = "cancelled", now, "removed"
            obligation.next_no = obligation.next_at = None
    for occurrence in occurrences:
        occurrence.state, occurrence.closed_at = "cancelled", now
