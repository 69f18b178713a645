"""What a person's calendar shows: duties with their day, gatherings with their hour, and for some time what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import AuditRow, DueChangeRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, RecipientRow, RouteRow
from models.queries import pages
from models.queries.pages import DutyRow
from models.ways import OWING

RUNNING = ("open", "paused", "submitted")
ENDED = ("done", "waived", "withdrawn", "cancelled")
MOST = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty with how often and when it was last changed: `changes` never falls."""

    duty: DutyRow
    changes: int
    changed_at: datetime


def agenda(session: Session, person_id: int, *, now: datetime, since: datetime) -> list[Entry]:
    """What the person owes or is asked for in another's place, gatherings to come, and what ended since an instant.

    Four statements. At most 1000 of each: those that run, the soonest first; those that ended, the latest first.
    """
    told = (
        select(RouteRow.party_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            RecipientRow.person_id == person_id, RouteRow.to_kind.in_(OWING), RouteRow.valid_from <= now, RouteRow.valid_to > now
        )
    )  # fmt: skip
    mine = or_(ObligationRow.party_id.in_(told), PartyRow.person_id == person_id)
    base = (
        select(ObligationRow.id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(mine)
    )
    expected = and_(ObligationRow.state == "expected", OccurrenceRow.starts_at >= since)
    running = base.where(or_(ObligationRow.state.in_(RUNNING), expected)).order_by(
        func.coalesce(ObligationRow.due_on, OccurrenceRow.held_on), ObligationRow.id
    )
    ended = base.where(ObligationRow.state.in_(ENDED), ObligationRow.closed_at >= since).order_by(
        ObligationRow.closed_at.desc(), ObligationRow.id
    )
    ids = [*session.scalars(running.limit(MOST)), *session.scalars(ended.limit(MOST))]
    return _with_changes(session, ids)


def _with_changes(session: Session, ids: Sequence[int]) -> list[Entry]:
    moves = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(DueChangeRow.obligation_id, func.count(), func.max(DueChangeRow.at))
            .where(DueChangeRow.obligation_id.in_(ids))
            .group_by(DueChangeRow.obligation_id)
        )
    }
    acts = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(AuditRow.subject_id, func.count(), func.max(AuditRow.at))
            .where(AuditRow.subject_kind == "obligation", AuditRow.subject_id.in_(ids))
            .group_by(AuditRow.subject_id)
        )
    }
    found = []
    for duty in pages.by_ids(session, ids):
        owed = duty.obligation
        counted = [each for each in (moves.get(owed.id), acts.get(owed.id)) if each is not None]
        stamps = [owed.opened_at, *(at for _, at in counted), *([owed.closed_at] if owed.closed_at else [])]
        changes = owed.epoch + sum(n for n, _ in counted) + int(owed.closed_at is not None)
        found.append(Entry(duty, changes, max(stamps)))
    return sorted(found, key=lambda each: each.duty.obligation.id)
