"""Reminders of a simulation that found nobody, without those that nobody is to hear: who owes is not told about himself, and what
leaders owe goes no higher than the head of their unit (see `tasks.delivery.routes`)."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.messages import ReminderRow
from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import MembershipRow, PartyRow, UnitRow
from tasks.delivery.divert import UNREACHABLE
from tasks.duties.whose import unit_of_leaders
from tasks.live import Live


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """How often an audience of somebody's duty was told and nobody was there. `to`: the rung's audience."""

    schedule: str
    party: str
    to: str
    times: int


def unheard(session: Session, live: Live) -> list[Unheard]:
    """Who should have been told and is nobody, by schedule and by whose duty it is."""
    query = (
        select(OccurrenceRow.title, PartyRow, RungRow.to_kind, UnitRow, func.count())
        .select_from(ReminderRow)
        .join(RungRow, (RungRow.timeline_id == ReminderRow.timeline_id) & (RungRow.no == ReminderRow.no))
        .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(PartyRow, PartyRow.id == func.coalesce(RungRow.scope_id, ObligationRow.party_id))
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ReminderRow.recipient_id == 0, ReminderRow.withdrawn == UNREACHABLE)
        .group_by(OccurrenceRow.title, PartyRow.id, RungRow.to_kind, UnitRow.id)
        .order_by(OccurrenceRow.title, PartyRow.id, RungRow.to_kind)
    )
    return [
        Unheard(schedule=title, party=party.title, to=to, times=times)
        for title, party, to, unit, times in session.execute(query)
        if not _is_meant(session, live, party, to, unit)
    ]


def _is_meant(session: Session, live: Live, party: PartyRow, to: str, unit: UnitRow | None) -> bool:
    """Whether nobody is to be told: the post above is whoever owes, or a leader owes it."""
    owing = _owing(session, party, unit)
    match to:
        case "unit-head":
            return unit is not None and unit.head_id is not None and unit.head_id in owing
        case "deputy-leader" | "leader":
            leaders = set(session.scalars(select(UnitRow.leader_id).where(UnitRow.leader_id.is_not(None))))
            top = live.office.file.posts.get("leader")
            of_top = top is not None and party.key == top.person
            of_leaders = unit is not None and unit.title == unit_of_leaders(live)
            return of_top or of_leaders or (party.kind == "person" and bool(owing & leaders))
        case _:
            return False


def _owing(session: Session, party: PartyRow, unit: UnitRow | None) -> set[int | None]:
    match party.kind:
        case "person":
            return {party.person_id}
        case "unit":
            return {unit.head_id if unit else None}
        case _:
            held = select(MembershipRow.person_id).where(
                MembershipRow.kind == party.kind, MembershipRow.key == party.key
            )
            return set(session.scalars(held))
