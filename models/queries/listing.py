"""Lists that other programs page through: duties by filters, messages by filters. By number of the row, so that pages are stable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import ChannelRow, MembershipRow, PartyRow, PersonRow, RecipientRow, UnitRow
from models.queries.overdue import described
from models.schedules import ScheduleRow

CLOSED = ("done", "waived", "withdrawn", "cancelled")
WAITING = ("expected", "submitted", "history", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """Which duties; None does not ask. `units` are ids; `person_id` also finds what is owed as holder of a role or head of a unit."""

    schedule: str | None = None
    key: str | None = None
    state: str | None = None
    person_id: int | None = None
    units: Sequence[int] | None = None
    due_from: date | None = None
    due_to: date | None = None
    light: str | None = None


def duties(
    session: Session, wanted: Duties, *, today: date, after: int | None, limit: int
) -> Sequence[Row[Any]]:
    """Duties with a number above `after`, the lowest first."""
    query = _duties().where(*_filters(wanted, today=today))
    if after is not None:
        query = query.where(ObligationRow.id > after)
    found: Sequence[Row[Any]] = session.execute(query.order_by(ObligationRow.id).limit(limit)).all()
    return found


def one_duty(session: Session, obligation_id: int) -> Row[Any] | None:
    """One duty, described alike."""
    found: Row[Any] | None = session.execute(_duties().where(ObligationRow.id == obligation_id)).first()
    return found


def _duties() -> Any:
    return (
        described()
        .outerjoin(PersonRow, PersonRow.id == PartyRow.person_id)
        .add_columns(
            ObligationRow.state, ObligationRow.soon_on, ObligationRow.waits_for, ObligationRow.opened_at, ObligationRow.done_on,
            ObligationRow.progress, ObligationRow.target, ScheduleRow.paused_at.is_not(None).label("paused"),
            PersonRow.key.label("person_key"),
        )
    )  # fmt: skip


def _filters(wanted: Duties, *, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.schedule is not None:
        found.append(ScheduleRow.key == wanted.schedule)
    if wanted.key is not None:
        found.append(OccurrenceRow.key == wanted.key)
    if wanted.state is not None:
        found.append(ObligationRow.state == wanted.state)
    if wanted.person_id is not None:
        found.append(_owed_by(wanted.person_id, today=today))
    if wanted.units is not None:
        found.append(PartyRow.unit_id.in_(wanted.units))
    if wanted.due_from is not None:
        found.append(ObligationRow.due_on >= wanted.due_from)
    if wanted.due_to is not None:
        found.append(ObligationRow.due_on <= wanted.due_to)
    if wanted.light is not None:
        found.append(_has_light(wanted.light, today=today))
    return found


def _owed_by(person_id: int, *, today: date) -> ColumnElement[bool]:
    """What a person owes: as that person, as one of several, as holder of a role, as head of a unit."""
    held = select(MembershipRow.key).where(
        MembershipRow.kind == PartyRow.kind, MembershipRow.person_id == person_id, MembershipRow.valid_from <= today,
        MembershipRow.valid_to > today,
    )  # fmt: skip
    headed = select(UnitRow.key).where(UnitRow.head_id == person_id)
    return or_(
        PartyRow.person_id == person_id,
        and_(PartyRow.kind.in_(("role", "people")), PartyRow.key.in_(held.correlate(PartyRow))),
        and_(PartyRow.kind == "unit", PartyRow.key.in_(headed)),
    )


def _has_light(light: str, *, today: date) -> ColumnElement[bool]:
    """The same as `schedules.lights.light` for each row, as a condition."""
    closed, waiting = ObligationRow.state.in_(CLOSED), ObligationRow.state.in_(WAITING)
    elsewhere = or_(waiting, ObligationRow.waits_for.is_not(None), ScheduleRow.paused_at.is_not(None))
    late = and_(ObligationRow.due_on.is_not(None), func.coalesce(ObligationRow.due_on < today, False))
    quiet = func.coalesce(ObligationRow.quiet_until > today, False)
    unsure = or_(ObligationRow.provisional, quiet)
    soon = func.coalesce(ObligationRow.soon_on <= today, False)
    ours = and_(not_(closed), not_(elsewhere))
    match light:
        case "red":
            return and_(ours, late)
        case "grey":
            return and_(not_(closed), or_(elsewhere, and_(not_(late), unsure)))
        case "yellow":
            return and_(ours, not_(late), not_(unsure), soon)
        case _:
            return or_(closed, and_(ours, not_(late), not_(unsure), not_(soon)))


# ── messages ──────────────────────────────────────────────────
def messages(
    session: Session, *, state: str | None, person: str | None, since: datetime | None, before: int | None, limit: int
) -> Sequence[Any]:  # fmt: skip
    """Messages with a number below `before`, the highest first; what they say is not read."""
    reminders = (
        select(func.count())
        .where(ReminderRow.message_id == MessageRow.id, ReminderRow.withdrawn.is_(None))
        .scalar_subquery()
    )
    query = (
        select(
            MessageRow.id, MessageRow.state, MessageRow.lane, MessageRow.send_at, MessageRow.sent_at, MessageRow.attempt,
            MessageRow.reason, RecipientRow.key.label("recipient"), PersonRow.name, ChannelRow.key.label("channel"),
            reminders.label("reminders"),
        )
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
    )  # fmt: skip
    if state is not None:
        query = query.where(MessageRow.state == state)
    if person is not None:
        query = query.where(RecipientRow.kind == "person", RecipientRow.key == person)
    if since is not None:
        query = query.where(MessageRow.send_at >= since)
    if before is not None:
        query = query.where(MessageRow.id < before)
    found: Sequence[Any] = session.execute(query.order_by(MessageRow.id.desc()).limit(limit)).all()
    return found


def record_duties(session: Session, schedule: str, key: str) -> list[int]:
    """The duties to record a gathering, of an occurrence."""
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            ScheduleRow.key == schedule, OccurrenceRow.key == key, ObligationRow.part == "record",
            ObligationRow.state.in_(("open", "done", "submitted", "history")),
        )
        .order_by(ObligationRow.id)
    )  # fmt: skip
    return list(session.scalars(query))


def people_ids(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """The ids of people of the roster, by their keys."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        found |= dict(
            session.execute(select(PersonRow.key, PersonRow.id).where(PersonRow.key.in_(part))).all()
        )
    return found
