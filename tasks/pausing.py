"""A schedule paused by hand: nothing opens, open ladders are silent, the light is grey; until a day, or until it is resumed."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.queries.pausing import silence_paused, speak_again, still_quiet
from models.schedules import SchedulePauseRow, ScheduleRow
from schedules.errors import NotFound, Refused
from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec
from schedules.problems import nearest
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.evidence import said
from tasks.duties.following import set_cursor
from tasks.live import Live


def named(session: Session, office: OfficeSpec, key: str) -> list[ScheduleRow]:
    """The schedules in force that an id names: one, or all of an entry with `for_each`. Raise NotFound."""
    keys = office.families.get(key, (key,))
    query = select(ScheduleRow).where(
        ScheduleRow.key.in_(keys), ScheduleRow.removed_at.is_(None), ScheduleRow.live_version_id.is_not(None)
    )
    found = session.scalars(query.order_by(ScheduleRow.key)).all()
    if not found:
        known = session.scalars(select(ScheduleRow.key).where(ScheduleRow.live_version_id.is_not(None))).all()
        allowed = nearest(key, (*office.families, *known)) or "—"
        raise NotFound(phrase("there is no schedule '{name}'; allowed: {allowed}", name=key, allowed=allowed))
    return list(found)


def pause(
    session: Session, live: Live, *, key: str, until: date | None, reason: str, actor: str, now: datetime
) -> list[str]:
    """Pause what an id names; `until` is the first day that counts again. Return the ids of the paused schedules.

    Raise Refused for a day that has begun, a schedule that is paused already, or without a reason.
    """
    words = said(reason, field="reason", missing=phrase("say in a few words why it is paused"))
    if until is not None and until <= live.today(now):
        raise Refused(phrase("the first day that counts again must lie ahead"), field="until")
    rows = named(session, live.office, key)
    for row in rows:
        running = pause_of(session, row.id)
        if running is not None:
            raise Refused(phrase("'{key}' is paused already: {reason}", key=row.key, reason=running.reason))
        session.add(
            SchedulePauseRow(schedule_id=row.id, began_at=now, began_by=actor, until_on=until, reason=words)
        )
        row.paused_at, row.paused_until = now, until
        row.next_at = pause_ends(row, live.office)
        note(
            session, actor=actor, act="pause", subject_kind="schedule", subject_id=row.id, at=now,
            until=until.isoformat() if until else None,
        )  # fmt: skip
    session.flush()
    silence_paused(session)
    return [row.key for row in rows]


def pause_of(session: Session, schedule_id: int) -> SchedulePauseRow | None:
    """The pause of a schedule that runs now."""
    query = select(SchedulePauseRow).where(
        SchedulePauseRow.schedule_id == schedule_id, SchedulePauseRow.ended_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def pause_ends(row: ScheduleRow, office: OfficeSpec) -> datetime | None:
    """The instant at which a pause ends by itself."""
    return instant(row.paused_until, MIDNIGHT, office.tz) if row.paused_until else None


def end_pause(
    session: Session, live: Live, row: ScheduleRow, *, actor: str, reason: str | None, now: datetime
) -> None:
    """Lift the pause: every open ladder goes on with its first rung still to come, after the silence that others at work still have."""
    running = pause_of(session, row.id)
    if running is not None:
        running.ended_at, running.ended_by, running.end_reason = now, actor, reason
    row.paused_at = row.paused_until = None
    session.flush()
    today = live.today(now)
    speak_again(session, row.id, now=now, today=today)
    for duty in still_quiet(session, row.id, today=today):
        silent_until = min(day for day in (duty.quiet_until, duty.due_on) if day is not None)
        set_cursor(session, duty, since=max(now, instant(silent_until, MIDNIGHT, live.office.tz)))
    note(session, actor=actor, act="resume", subject_kind="schedule", subject_id=row.id, at=now)
