"""What an overdue report reads: a fixed number of statements, whatever the number of units, people and duties.

Counted is what has a due day, is open, submitted or done, and is owed by one of ours: outside bodies are neither urged nor ranked,
and what waits for one is not ours to be late with. What is open of a paused schedule is neither late nor soon due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, distinct, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from models.messages import TAKEN, MessageRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import ChannelRow, MembershipRow, PartyRow, PersonRow, UnitRow
from models.queries import urged as by_hand
from models.queries.holders import holder_name
from models.queries.pausing import running
from models.schedules import ScheduleRow

# A literal, not a parameter: only then do both databases see that the partial indexes on open obligations fit.
OPEN = ObligationRow.state == literal_column("'open'")
SUBMITTED = ObligationRow.state == "submitted"
DONE = ObligationRow.state == "done"


def ours(units: Sequence[int] | None) -> ColumnElement[bool]:
    """What is counted: has a due day, is owed by one of ours, waits for nobody outside; of all units or of these."""
    counted = and_(
        ObligationRow.due_on.is_not(None),
        PartyRow.kind != "body",
        ObligationRow.waits_for.is_(None),
        or_(UnitRow.kind.is_(None), UnitRow.kind != "external"),
    )
    return counted if units is None else and_(counted, PartyRow.unit_id.in_(units))


def soon(today: date, soon_until: date) -> ColumnElement[bool]:
    """Open, not yet late, and inside its own warning time; `soon_until` serves those that were opened without one."""
    warned = or_(
        ObligationRow.soon_on <= today,
        and_(ObligationRow.soon_on.is_(None), ObligationRow.due_on <= soon_until),
    )
    return and_(OPEN, ObligationRow.due_on >= today, warned, running())


def count_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many of a group fulfil it."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The duties of one unit (None: of no unit), by what became of them. See `figures`."""

    unit_id: int | None
    due: int = 0
    done: int = 0
    done_late: int = 0
    submitted: int = 0
    overdue: int = 0
    carried: int = 0
    soon: int = 0
    today: int = 0


def figures(
    session: Session,
    *,
    first: date,
    today: date,
    soon_until: date,
    units: Sequence[int] | None,
    schedule: str | None = None,
) -> list[Counted]:
    """The counts of each unit that owes or owed something, of all schedules or of the one with this id.

    `due`: the due day lies in [first, today) or is today and already met; `carried`: overdue since before `first`;
    `today`: open and due today. What is met is read from the index alone, party by party; what is open through the index of open duties.
    """
    found: dict[int | None, Counted] = {}
    for row in session.execute(_met(first, today, units, schedule)):
        found[row.unit_id] = Counted(
            unit_id=row.unit_id, due=row.due, done=row.due - row.submitted, done_late=row.done_late, submitted=row.submitted
        )  # fmt: skip
    for row in session.execute(_still_open(first, today, soon_until, units, schedule)):
        known = found.get(row.unit_id, Counted(unit_id=row.unit_id))
        found[row.unit_id] = replace(
            known,
            due=known.due + row.due,
            overdue=row.overdue,
            carried=row.carried,
            soon=row.soon,
            today=row.today,
        )
    return list(found.values())


def _by_unit(units: Sequence[int] | None, schedule: str | None, *counts: ColumnElement[Any]) -> Select[Any]:
    """Counts of our own duties by unit. Which units are outside is asked of each party, not of each duty."""
    outside = select(UnitRow.id).where(UnitRow.kind == "external")
    query: Select[Any] = (
        select(PartyRow.unit_id, *counts)
        .select_from(PartyRow)
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .where(PartyRow.kind != "body", or_(PartyRow.unit_id.is_(None), PartyRow.unit_id.not_in(outside)))
        .where(ObligationRow.due_on.is_not(None), ObligationRow.waits_for.is_(None))
        .group_by(PartyRow.unit_id)
    )
    if units is not None:
        query = query.where(PartyRow.unit_id.in_(units))
    return query if schedule is None else query.where(of_schedule(schedule))


def of_schedule(key: str) -> ColumnElement[bool]:
    """Obligations of the schedule with this id."""
    mine = (
        select(OccurrenceRow.id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key == key)
    )
    return ObligationRow.occurrence_id.in_(mine)


def _met(first: date, today: date, units: Sequence[int] | None, schedule: str | None) -> Select[Any]:
    counts = (
        func.count().label("due"),
        count_of(SUBMITTED).label("submitted"),
        count_of(and_(DONE, ObligationRow.done_on > ObligationRow.due_on)).label("done_late"),
    )
    met = ObligationRow.state.in_(("done", "submitted"))
    return _by_unit(units, schedule, *counts).where(met, ObligationRow.due_on.between(first, today))


def _still_open(
    first: date, today: date, soon_until: date, units: Sequence[int] | None, schedule: str | None
) -> Select[Any]:
    late = ObligationRow.due_on < today
    counts = (
        count_of(and_(late, ObligationRow.due_on >= first)).label("due"),
        count_of(late).label("overdue"),
        count_of(and_(late, ObligationRow.due_on < first)).label("carried"),
        count_of(soon(today, soon_until)).label("soon"),
        count_of(ObligationRow.due_on == today).label("today"),
    )
    return _by_unit(units, schedule, *counts).where(OPEN, running())


@dataclass(frozen=True, slots=True)
class Earlier:
    """A year before: what had been due by that day, and what of it was met by its due day."""

    due: int
    on_time: int


def a_year_before(session: Session, *, first: date, day: date, units: Sequence[int] | None) -> Earlier:
    """What was due in [first, day), or on that day and met by it, as it is on record now."""
    on_time = func.sum(case((ObligationRow.done_on <= ObligationRow.due_on, 1), else_=0))
    done = _by_unit(units, None, func.count().label("due"), on_time.label("on_time")).where(
        DONE, ObligationRow.due_on.between(first, day),
        or_(ObligationRow.due_on < day, ObligationRow.done_on <= day),
    )  # fmt: skip
    never = _by_unit(units, None, func.count().label("due"), literal_column("0").label("on_time")).where(
        OPEN, ObligationRow.due_on >= first, ObligationRow.due_on < day
    )
    rows = [row for query in (done, never) for row in session.execute(query)]
    return Earlier(sum(int(row.due) for row in rows), sum(int(row.on_time) for row in rows))


def described() -> Any:  # a select of twenty columns has no useful type
    """Open obligations with everything that an item says of them."""
    head = aliased(PersonRow)
    return (
        select(
            ObligationRow.id, ObligationRow.part, ObligationRow.due_on, ObligationRow.due_at, ObligationRow.provisional,
            ObligationRow.late_reason, ObligationRow.new_date, ObligationRow.quiet_until, ObligationRow.soon_on, ObligationRow.waits_for,
            ObligationRow.occurrence_id, ObligationRow.state,
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
        .where(ours(units), OPEN, running(), or_(ObligationRow.due_on < today, soon(today, soon_until)))
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
    """How many messages reached whoever owes each duty that is overdue or soon due, by obligation."""
    which = ours(units), OPEN, or_(ObligationRow.due_on < today, soon(today, soon_until))
    return by_hand.added(_urged(session, *which), by_hand.of_open(session))


def urged_of(session: Session, obligation_ids: Sequence[int]) -> dict[int, int]:
    """The same of these obligations."""
    by_rungs = _urged(session, ObligationRow.id.in_(obligation_ids))
    return by_hand.added(by_rungs, by_hand.of_these(session, obligation_ids))


def _urged(session: Session, *which: ColumnElement[bool]) -> dict[int, int]:
    """Counted is what the provider accepted, for the one who owes it, by a rung; opening notices and posts in a group are not urging."""
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
        .where(*which, to_debtor, RungRow.phase != "open")
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
