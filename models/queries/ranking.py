"""How the units did with what was due in some days: one row for each unit, counted as the overdue report counts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow
from models.people import PartyRow, UnitRow
from models.queries.overdue import DONE, OPEN, SUBMITTED, ours
from models.queries.pausing import running


def by_unit(session: Session, *, first: date, last: date, units: Sequence[int] | None) -> Sequence[Any]:
    """(unit_id, due, on_time, overdue) of what was due in [first, last] and is open, handed in or done; never an outside body's."""
    counted = or_(DONE, SUBMITTED, and_(OPEN, running()))
    on_time = and_(DONE, ObligationRow.done_on <= ObligationRow.due_on)
    query = (
        select(
            PartyRow.unit_id,
            func.count().label("due"),
            func.coalesce(func.sum(case((on_time, 1), else_=0)), 0).label("on_time"),
            func.coalesce(func.sum(case((OPEN, 1), else_=0)), 0).label("overdue"),
        )
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .outerjoin(UnitRow, UnitRow.id == PartyRow.unit_id)
        .where(ours(units), ObligationRow.due_on.between(first, last), counted, PartyRow.unit_id.is_not(None))
        .group_by(PartyRow.unit_id)
    )
    return session.execute(query).all()
