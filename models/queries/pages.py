"""What the personal pages and the clerk's desk read: duties with who owes them, records, evidence, hours. Bounded lists only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.messages import ReminderRow
from models.obligations import (
    CreditRow,
    ObligationRow,
    OccurrenceRow,
    RungRow,
)
from models.people import MembershipRow, PartyRow, PersonRow, RecipientRow, RouteRow, UnitRow
from models.queries.holders import holder_name
from models.schedules import ScheduleRow
from models.ways import OWING


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One obligation with its occurrence, schedule, and who owes it. `head` answers for the unit, `holder` has the certificate."""

    obligation: ObligationRow
    occurrence: OccurrenceRow
    schedule: str
    party: PartyRow
    unit: str | None
    head: str | None
    paused: bool = False
    holder: str | None = None


_COLUMNS: tuple[Any, ...] = (
    ObligationRow,
    OccurrenceRow,
    ScheduleRow.key,
    PartyRow,
    UnitRow.title,
    ScheduleRow.paused_at.is_not(None),
)


def _duties(*where: ColumnElement[bool]) -> Select[Any]:
    head = aliased(PersonRow)
    query: Select[Any] = (
        select(*_COLUMNS, head.name, holder_name())
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .outerjoin(head, head.id == UnitRow.head_id)
        .where(*where)
    )
    return query


def _read(session: Session, query: Select[Any]) -> list[DutyRow]:
    return [
        DutyRow(
            obligation=duty,
            occurrence=occurrence,
            schedule=schedule,
            party=party,
            unit=unit,
            head=head,
            paused=paused,
            holder=holder,
        )
        for duty, occurrence, schedule, party, unit, paused, head, holder in session.execute(query)
    ]


def select_duties(*where: ColumnElement[bool]) -> Select[Any]:
    """The statement that reads duties; to be ordered and bounded, and read by `read_duties`."""
    return _duties(*where)


def read_duties(session: Session, query: Select[Any]) -> list[DutyRow]:
    """The duties of such a statement."""
    return _read(session, query)


def duty(session: Session, obligation_id: int) -> DutyRow | None:
    """One obligation, or None."""
    return next(iter(_read(session, _duties(ObligationRow.id == obligation_id))), None)


def by_ids(session: Session, obligation_ids: Sequence[int]) -> list[DutyRow]:
    """These obligations."""
    return _read(session, _duties(ObligationRow.id.in_(obligation_ids)))


def _routed(person_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(RecipientRow.person_id == person_id, RouteRow.valid_from <= now, RouteRow.valid_to > now)


def listed(
    session: Session, *where: ColumnElement[bool], order_by: Sequence[Any], limit: int, offset: int = 0
) -> list[DutyRow]:
    """Some obligations, by conditions on them, their occurrence, schedule, party and the party's unit."""
    return _read(session, _duties(*where).order_by(*order_by).limit(limit).offset(offset))


def of_person(session: Session, person_id: int, *, now: datetime, limit: int = 100) -> list[DutyRow]:
    """What a person has to do: own duties, those of roles held, of units headed, of whom the person stands in for; the most urgent
    first."""
    parties = (
        select(RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(_routed(person_id, now), RouteRow.to_kind.in_(OWING))
    )
    query = _duties(
        or_(ObligationRow.party_id.in_(parties), PartyRow.person_id == person_id),
        ObligationRow.state.in_(("open", "submitted")),
    )
    return _read(session, query.order_by(ObligationRow.due_on, ObligationRow.id).limit(limit))


def standing(session: Session, duty: DutyRow, person_id: int, *, now: datetime) -> str | None:
    """How a person stands to a duty: "owner" may act, "watcher" answers for its unit or was told about it, None has no business with it."""
    routes = (
        select(RouteRow.to_kind)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(RouteRow.party_id == duty.party.id, _routed(person_id, now))
    )
    kinds = set(session.scalars(routes))
    if not kinds.isdisjoint(OWING) or duty.party.person_id == person_id:
        return "owner"
    if kinds or (duty.party.unit_id is not None and duty.party.unit_id in units_under(session, person_id)):
        return "watcher"
    return "watcher" if told_of(session, duty, person_id) else None


def told_of(session: Session, duty: DutyRow, person_id: int) -> bool:
    """Whether a reminder of the duty went to a person."""
    told = (
        select(ReminderRow.obligation_id)
        .join(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
        .where(ReminderRow.obligation_id == duty.obligation.id, RecipientRow.person_id == person_id)
        .limit(1)
    )
    return session.scalar(told) is not None


def handed_on(session: Session, duty: DutyRow, person_id: int, *, now: datetime) -> str | None:
    """Who owes now what this person owed before it was handed on; None for whoever never owed it."""
    same = select(ObligationRow.id).where(
        ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == duty.obligation.part
    )
    rows = _read(session, _duties(ObligationRow.id.in_(same)).order_by(ObligationRow.id))
    was = [row for row in rows if row.obligation.closed_why == "transferred"]
    heirs = {
        row.obligation.transferred_from: row.party.title for row in rows if row.obligation.transferred_from
    }
    owned = (row for row in was if standing(session, row, person_id, now=now) == "owner")
    return next((heirs[row.party.id] for row in owned if row.party.id in heirs), None)


def person(session: Session, person_id: int, *, today: date) -> PersonRow | None:
    """A person who is still here."""
    found = session.get(PersonRow, person_id)
    return found if found and (found.left_on is None or found.left_on > today) else None


def roles_of(session: Session, person_id: int, *, today: date) -> frozenset[str]:
    """The roles a person holds today."""
    held = select(MembershipRow.key).where(
        MembershipRow.kind == "role", MembershipRow.person_id == person_id,
        MembershipRow.valid_from <= today, MembershipRow.valid_to > today,
    )  # fmt: skip
    return frozenset(session.scalars(held))


def holders(session: Session, role: str, *, today: date) -> list[PersonRow]:
    """Those who hold a role today and are still here, in the order of the roster."""
    query = (
        select(PersonRow)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(MembershipRow.kind == "role", MembershipRow.key == role, MembershipRow.valid_from <= today)
        .where(MembershipRow.valid_to > today, or_(PersonRow.left_on.is_(None), PersonRow.left_on > today))
        .order_by(PersonRow.id)
    )
    return list(session.scalars(query))


def units_under(session: Session, person_id: int) -> frozenset[int]:
    """The units a person heads or supervises, with everything below them."""
    units = session.execute(select(UnitRow.id, UnitRow.parent_id, UnitRow.head_id, UnitRow.leader_id)).all()
    found = {unit for unit, _, head, leader in units if person_id in (head, leader)}
    size = -1
    while size != len(found):
        size = len(found)
        found |= {unit for unit, parent, _, _ in units if parent in found}
    return frozenset(found)


# ── the desk ──────────────────────────────────────────────────
def sessions_to_record(session: Session, *, now: datetime, limit: int = 20) -> list[DutyRow]:
    """Sessions that were held and have no record yet, the oldest first."""
    query = _duties(
        ObligationRow.part == "record", ObligationRow.state == "open", OccurrenceRow.starts_at <= now
    )
    return _read(session, query.order_by(OccurrenceRow.starts_at).limit(limit))


def sessions_recorded(session: Session, *, limit: int = 3) -> list[DutyRow]:
    """The last sessions with a record, the latest first."""
    query = _duties(ObligationRow.part == "record", ObligationRow.state == "done")
    return _read(session, query.order_by(OccurrenceRow.starts_at.desc()).limit(limit))


def history(session: Session, *, limit: int = 100) -> list[DutyRow]:
    """What was due before the office began with duban."""
    query = _duties(ObligationRow.state == "history")
    return _read(session, query.order_by(ObligationRow.due_on, ObligationRow.id).limit(limit))


def submitted(session: Session, *, limit: int = 100) -> list[DutyRow]:
    """Confirmed duties that wait for somebody's approval."""
    query = _duties(ObligationRow.state == "submitted")
    return _read(session, query.order_by(ObligationRow.due_on, ObligationRow.id).limit(limit))


def submitted_credits(session: Session, *, limit: int = 100) -> list[tuple[CreditRow, DutyRow]]:
    """Hours handed in that wait for approval, the oldest first."""
    credits_ = session.scalars(
        select(CreditRow)
        .where(CreditRow.state == "submitted")
        .order_by(CreditRow.recorded_at, CreditRow.id)
        .limit(limit)
    ).all()
    duties = {
        row.obligation.id: row
        for row in _read(session, _duties(ObligationRow.id.in_({c.obligation_id for c in credits_})))
    }
    return [(credit, duties[credit.obligation_id]) for credit in credits_]


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Somebody whom no channel reaches, and the duty it was about."""

    obligation_id: int
    who: str
    title: str


def unreachable(session: Session, *, limit: int = 50) -> list[Unreachable]:
    """Open duties with a reminder that found nobody who owes them. A post that nobody above fills is not one."""
    query = (
        select(ObligationRow.id, PartyRow.title, OccurrenceRow.title)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            ObligationRow.state == "open",
            select(ReminderRow.obligation_id)
            .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
            .where(ReminderRow.obligation_id == ObligationRow.id, ReminderRow.withdrawn == "unreachable")
            .where(RungRow.to_kind == "assignee")
            .exists(),
        )
        .order_by(ObligationRow.due_on, ObligationRow.id)
        .limit(limit)
    )
    return [Unreachable(*row) for row in session.execute(query)]
