"""What an explanation reads: the duties of a person around a day, their rungs with lasting names, who is told, what is still to come."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from models.messages import ReminderRow, SilenceRow
from models.obligations import (
    AcknowledgementRow,
    ObligationRow,
    OccurrenceRow,
    RungNameRow,
    RungRow,
)
from models.people import ChannelRow, MembershipRow, PartyRow, PersonRow, RecipientRow, RouteRow, UnitRow
from models.schedules import ScheduleRow
from models.ways import MENTION, NOBODY

NEAR = timedelta(days=7)  # how long after its end a duty is still worth a word
MOST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRead:
    """A duty with what names it."""

    row: ObligationRow
    occurrence: OccurrenceRow
    schedule: ScheduleRow
    party: PartyRow


_DUTY = (ObligationRow, OccurrenceRow, ScheduleRow, PartyRow)


def _duties() -> Select[ObligationRow, OccurrenceRow, ScheduleRow, PartyRow]:
    return (
        select(*_DUTY)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
    )


def owed_by(person_id: int, *, on: date) -> ColumnElement[bool]:
    """Whether the party is the person, a role or group that the person holds on a day, or a unit that the person heads."""
    held = select(MembershipRow.person_id).where(
        MembershipRow.kind == PartyRow.kind, MembershipRow.key == PartyRow.key, MembershipRow.person_id == person_id,
        MembershipRow.valid_from <= on, MembershipRow.valid_to > on,
    )  # fmt: skip
    headed = select(UnitRow.id).where(UnitRow.head_id == person_id, UnitRow.key == PartyRow.key)
    return or_(
        PartyRow.person_id == person_id,
        and_(PartyRow.kind.in_(("role", "people")), held.correlate(PartyRow).exists()),
        and_(PartyRow.kind == "unit", headed.correlate(PartyRow).exists()),
    )


def duties_around(
    session: Session,
    person_id: int,
    *,
    on: date,
    since: datetime,
    until: datetime,
    schedules: Collection[int] | None,
    most: int | None = MOST,
) -> tuple[list[DutyRead], int]:
    """What a person owes or owed around the day [since, until), the first to be due first; of these schedules, None for all.

    At most so many, None for all; and how many more there are.

    Who was expected at a gathering and came owes nothing; it is left out once it is recorded, unless one schedule is asked about.
    """
    lately = ObligationRow.closed_at >= since
    query = _duties().where(owed_by(person_id, on=on))
    if schedules is None:
        attended = and_(
            ObligationRow.part == "make_up", ObligationRow.state == "done", ObligationRow.due_on.is_(None)
        )
        near = OccurrenceRow.held_on.between(on - NEAR, on + 2 * NEAR)
        query = query.where(or_(ObligationRow.state != "expected", near)).where(
            ~attended, ObligationRow.opened_at < until, or_(ObligationRow.closed_at.is_(None), lately)
        )
    else:
        query = query.where(OccurrenceRow.schedule_id.in_(schedules))
    order = (
        ObligationRow.closed_at.is_not(None),
        ObligationRow.due_on.is_(None),
        ObligationRow.due_on,
        ObligationRow.id,
    )
    found = [
        DutyRead(row=row, occurrence=occurrence, schedule=schedule, party=party)
        for row, occurrence, schedule, party in session.execute(query.order_by(*order).limit(most))
    ]
    if most is None or len(found) < most:
        return found, 0
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return found, total - len(found)


def duty(session: Session, obligation_id: int) -> DutyRead | None:
    """One duty by its id."""
    found = session.execute(_duties().where(ObligationRow.id == obligation_id)).first()
    if found is None:
        return None
    row, occurrence, schedule, party = found
    return DutyRead(row=row, occurrence=occurrence, schedule=schedule, party=party)


def duties_of(session: Session, occurrence_id: int) -> list[DutyRead]:
    """Everything owed for an occurrence, by part and party."""
    query = _duties().where(ObligationRow.occurrence_id == occurrence_id)
    return [
        DutyRead(row=row, occurrence=occurrence, schedule=schedule, party=party)
        for row, occurrence, schedule, party in session.execute(
            query.order_by(ObligationRow.part, PartyRow.id)
        )
    ]


Named = tuple[RungRow, str]  # a rung and its lasting name


def rungs(session: Session, timeline_id: int | None) -> list[Named]:
    """The rungs of a timeline in order."""
    if timeline_id is None:
        return []
    query = (
        select(RungRow, RungNameRow.key)
        .join(RungNameRow, RungNameRow.id == RungRow.name_id)
        .where(RungRow.timeline_id == timeline_id)
        .order_by(RungRow.no)
    )
    return [(rung, key) for rung, key in session.execute(query)]


def name_of(session: Session, rung: RungRow) -> str:
    """The lasting name of a rung."""
    return session.get_one(RungNameRow, rung.name_id).key


def fired(session: Session, obligation_id: int, *, epoch: int) -> set[int]:
    """The lasting names (ids) of the rungs that were reached in an epoch, whatever became of them."""
    query = select(ReminderRow.name_id).where(
        ReminderRow.obligation_id == obligation_id, ReminderRow.epoch == epoch
    )
    return set(session.scalars(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Whom a rung tells at an instant, and how; `person` None is the group. `via` names those who are stood in for."""

    person: PersonRow | None
    channel: ChannelRow
    via: str


def ways(session: Session, rung: RungRow, party_id: int, *, at: datetime) -> list[Way]:
    """Whom a rung about what a party owes tells at an instant."""
    query = (
        select(PersonRow, ChannelRow, RouteRow.via)
        .select_from(RouteRow)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == func.coalesce(rung.channel_id, RouteRow.channel_id))
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(
            RouteRow.party_id == (rung.scope_id or party_id), RouteRow.to_kind == rung.to_kind, RouteRow.valid_from <= at,
            RouteRow.valid_to > at, ChannelRow.key != NOBODY,
        )
        .order_by(PersonRow.id)
    )  # fmt: skip
    return [Way(person=person, channel=channel, via=via) for person, channel, via in session.execute(query)]


def is_mentioned(session: Session, person_id: int, party_id: int, *, at: datetime) -> bool:
    """Whether the group's bot names the person for what a party owes."""
    query = (
        select(RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            RouteRow.party_id == party_id, RouteRow.to_kind == MENTION, RecipientRow.person_id == person_id, RouteRow.valid_from <= at,
            RouteRow.valid_to > at,
        )
    )  # fmt: skip
    return session.execute(query.limit(1)).first() is not None


Coming = tuple[RungRow, str, DutyRead]


def coming(session: Session, person_id: int, *, since: datetime, until: datetime, limit: int) -> list[Coming]:
    """The rungs in [since, until) that are still to come and tell the person: of own duties and of others', the next first."""
    query = (
        select(RungRow, RungNameRow.key, *_DUTY)
        .select_from(ObligationRow)
        .join(RungRow, and_(RungRow.timeline_id == ObligationRow.timeline_id, RungRow.no >= ObligationRow.next_no))
        .join(RungNameRow, RungNameRow.id == RungRow.name_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(
            RouteRow,
            and_(
                RouteRow.party_id == func.coalesce(RungRow.scope_id, ObligationRow.party_id),
                RouteRow.to_kind == RungRow.to_kind, RouteRow.valid_from <= RungRow.at, RouteRow.valid_to > RungRow.at,
            ),
        )
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            ObligationRow.state == "open", ObligationRow.next_at.is_not(None), RungRow.at >= since, RungRow.at < until,
            RungRow.unless_id.is_(None), RecipientRow.person_id == person_id,
            or_(RungRow.threshold.is_(None), ObligationRow.progress < RungRow.threshold),
        )
        .order_by(RungRow.at, ObligationRow.id, RungRow.no)
        .limit(limit)
    )  # fmt: skip
    return [
        (rung, name, DutyRead(row=row, occurrence=occurrence, schedule=schedule, party=party))
        for rung, name, row, occurrence, schedule, party in session.execute(query)
    ]


def silence_over(
    session: Session, *, person_id: int | None, schedule_id: int, obligation_id: int, on: date, at: datetime
) -> SilenceRow | None:
    """A silence or snooze that covers what a person is told of a duty on a day, at that instant; the clerk's before the person's own."""
    query = select(SilenceRow).where(
        SilenceRow.from_on <= on, SilenceRow.until_on > on,
        or_(SilenceRow.ended_at.is_(None), SilenceRow.ended_at > at),
        or_(SilenceRow.person_id.is_(None), SilenceRow.person_id == person_id),
        or_(
            and_(SilenceRow.kind == "silence", or_(SilenceRow.schedule_id.is_(None), SilenceRow.schedule_id == schedule_id)),
            and_(SilenceRow.kind == "snooze", SilenceRow.obligation_id == obligation_id),
        ),
    )  # fmt: skip
    return session.scalars(query.order_by(SilenceRow.kind, SilenceRow.id).limit(1)).first()


def is_signed(session: Session, row: ObligationRow, name_id: int) -> bool:
    """Whether somebody signed for what a climb waits for."""
    query = select(AcknowledgementRow.person_id).where(
        AcknowledgementRow.obligation_id == row.id, AcknowledgementRow.epoch == row.epoch, AcknowledgementRow.name_id == name_id
    )  # fmt: skip
    return session.execute(query.limit(1)).first() is not None


def held_since(
    session: Session, person_id: int, kinds: Collection[tuple[str, str]]
) -> Sequence[MembershipRow]:
    """The memberships of a person in any of these (kind, key), past ones included, the latest first."""
    wanted = or_(*(and_(MembershipRow.kind == kind, MembershipRow.key == key) for kind, key in kinds))
    query = select(MembershipRow).where(MembershipRow.person_id == person_id, wanted)
    return session.scalars(query.order_by(MembershipRow.valid_to.desc())).all()
