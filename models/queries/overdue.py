"""What an overdue report reads: a fixed number of statements, whatever the number of units, people and duties.

Counted is what has a due day, is open, submitted or done, and is owed by one of ours: outside bodies are neither urged nor ranked,
and what waits for one is not ours to be late with. What is open of a paused schedule is neither late nor soon due.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, distinct, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from models.messages import TAKEN, MessageRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import ChannelRow, MembershipRow, PartyRow, PersonRow, UnitRow
from models.queries.holders import holder_name
from models.queries.pausing import running
from models.schedules import ScheduleRow

# A literal, not a parameter: only then do both databases see that the partial indexes on open obligations fit.
OPEN = ObligationRow.state == literal_column("'open'")
SUBMITTED = ObligationRow.state == "submitted"
DONE = ObligationRow.state == "done"


def ours(units: Sequence[int] | None) -> ColumnElement[bool]:
    """What one of our own owes by a day, of all units or of these."""
    counted = and_(
        ObligationRow.due_on.is_not(None),
        PartyRow.kind != "body",
        ObligationRow.waits_for.is_(None),
        or_(UnitRow.kind.is_(None), UnitRow.kind != "external"),
    )
    return counted if units is None else and_(counted, PartyRow.unit_id.in_(units))


def _soon(today: date, soon_until: date) -> ColumnElement[bool]:
    """Open, not yet late, and inside its own warning time; `soon_until` serves those that were opened without one."""
    warned = or_(
        ObligationRow.soon_on <= today,
        and_(ObligationRow.soon_on.is_(None), ObligationRow.due_on <= soon_until),
    )
    return and_(OPEN, ObligationRow.due_on >= today, warned, running())


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def figures(
    session: Session, *, first: date, today: date, soon_until: date, units: Sequence[int] | None
) -> Sequence[Any]:
    """One row for each unit (unit_id may be NULL): due, done, done_late, submitted, overdue, carried, soon.

    `due`: the due day lies in [first, today) or is today and already met; `carried`: overdue since before `first`.
    """
    met = or_(DONE, SUBMITTED)
    due = and_(
        ObligationRow.due_on >= first,
        or_(ObligationRow.due_on < today, and_(ObligationRow.due_on == today, met)),
        or_(met, running()),
    )
    overdue = and_(OPEN, ObligationRow.due_on < today, running())
    statement = (
        select(
            PartyRow.unit_id,
            _count(due).label("due"),
            _count(and_(due, DONE)).label("done"),
            _count(and_(due, DONE, ObligationRow.done_on > ObligationRow.due_on)).label("done_late"),
            _count(and_(due, SUBMITTED)).label("submitted"),
            _count(overdue).label("overdue"),
            _count(and_(overdue, ObligationRow.due_on < first)).label("carried"),
            _count(_soon(today, soon_until)).label("soon"),
        )
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ours(units), or_(OPEN, and_(met, ObligationRow.due_on >= first)))
        .group_by(PartyRow.unit_id)
    )
    return session.execute(statement).all()


def described() -> Any:  # a select of twenty columns has no useful type
    """Duties with what their names, days and owners are told from; see `Item` in tasks/overdue.py."""
    head = aliased(PersonRow)
    return (
        select(
            ObligationRow.id, ObligationRow.part, ObligationRow.due_on, ObligationRow.due_at, ObligationRow.provisional,
            ObligationRow.late_reason, ObligationRow.new_date, ObligationRow.quiet_until,
            ScheduleRow.key.label("schedule"), OccurrenceRow.key, OccurrenceRow.title, OccurrenceRow.version_id,
            OccurrenceRow.subject, OccurrenceRow.event_id,
            OccurrenceRow.starts_at, OccurrenceRow.held_on,
            PartyRow.kind.label("party_kind"), PartyRow.key.label("party_key"), PartyRow.title.label("party_title"),
            PartyRow.unit_id, UnitRow.title.label("unit_title"), head.name.label("head_name"),
            holder_name().label("holder"),
        )
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .outerjoin(head, head.id == UnitRow.head_id)
    )  # fmt: skip


def items(
    session: Session, *, today: date, soon_until: date, units: Sequence[int] | None
) -> Sequence[Row[Any]]:
    """Every open obligation that is late or inside its warning time, the longest late first."""
    statement = (
        described()
        .where(ours(units), OPEN, running(), or_(ObligationRow.due_on < today, _soon(today, soon_until)))
        .order_by(ObligationRow.due_on, UnitRow.position, ObligationRow.id)
    )
    found: Sequence[Row[Any]] = session.execute(statement).all()
    return found


def upcoming(session: Session, *, today: date, units: Sequence[int] | None) -> Sequence[Row[Any]]:
    """For each unit the open obligation that is due next, today included."""
    nth = func.row_number().over(
        partition_by=PartyRow.unit_id, order_by=(ObligationRow.due_on, ObligationRow.id)
    )
    ranked = (
        select(ObligationRow.id, nth.label("nth"))
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ours(units), OPEN, running(), ObligationRow.due_on >= today)
        .subquery()
    )
    first = select(ranked.c.id).where(ranked.c.nth == 1)
    found: Sequence[Row[Any]] = session.execute(described().where(ObligationRow.id.in_(first))).all()
    return found


def urged(session: Session, *, today: date, soon_until: date, units: Sequence[int] | None) -> dict[int, int]:
    """How many messages reached whoever owes each duty that is overdue or soon due, by obligation.

    Counted is what the provider accepted, for the one who owes it; opening notices and posts in a group are not urging.
    """
    to_debtor = or_(
        RungRow.scope_id == ObligationRow.party_id,
        and_(RungRow.scope_id.is_(None), RungRow.to_kind == "assignee"),
    )
    statement = (
        select(ReminderRow.obligation_id, func.count(distinct(MessageRow.id)))
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .join(RungRow, and_(RungRow.timeline_id == ReminderRow.timeline_id, RungRow.no == ReminderRow.no))
        .join(MessageRow, MessageRow.id == ReminderRow.message_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .where(ours(units), OPEN, to_debtor, RungRow.phase != "open")
        .where(or_(ObligationRow.due_on < today, _soon(today, soon_until)))
        .where(ReminderRow.withdrawn.is_(None), MessageRow.state.in_(TAKEN), ChannelRow.is_group.is_(False))
        .group_by(ReminderRow.obligation_id)
    )
    return dict(session.execute(statement).all())


def units(session: Session) -> Sequence[UnitRow]:
    """All units in the order of the office's file."""
    return session.scalars(select(UnitRow).order_by(UnitRow.position, UnitRow.id)).all()


def holders(session: Session, *, today: date) -> dict[str, list[str]]:
    """The names of those who hold each role that owes something open."""
    owing = (
        select(PartyRow.key)
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .where(PartyRow.kind == "role", OPEN)
        .distinct()
    )
    statement = (
        select(MembershipRow.key, PersonRow.name)
        .join(PersonRow, PersonRow.id == MembershipRow.person_id)
        .where(
            MembershipRow.kind == "role", MembershipRow.valid_from <= today, MembershipRow.valid_to > today
        )
        .where(MembershipRow.key.in_(owing))
        .order_by(MembershipRow.key, PersonRow.id)
    )
    found: dict[str, list[str]] = {}
    for role, name in session.execute(statement):
        found.setdefault(role, []).append(name)
    return found
