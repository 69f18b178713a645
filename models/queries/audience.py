"""Who, as SQL: the same set expression that `schedules.audience.evaluate` reads, over the membership table."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.people import FOREVER, MembershipRow
from schedules.audience import AnyOf, Expr, In, Minus


def matches(expr: Expr, person_id: InstrumentedAttribute[Any], *, on: date) -> ColumnElement[bool]:
    """Whether the person belongs to the set on that day."""
    match expr:
        case In(kind=kind, key=key):
            return exists().where(
                MembershipRow.kind == kind, MembershipRow.key == key, MembershipRow.person_id == person_id,
                MembershipRow.valid_from <= on, MembershipRow.valid_to > on,
            )  # fmt: skip
        case AnyOf(parts=parts):
            return or_(false(), *(matches(part, person_id, on=on) for part in parts))
        case Minus(of=of, but=but):
            return and_(matches(of, person_id, on=on), not_(matches(but, person_id, on=on)))


def next_change(session: Session, *, after: date) -> date | None:
    """The next day on which somebody begins or ceases to belong to something."""
    begins = session.scalar(
        select(func.min(MembershipRow.valid_from)).where(MembershipRow.valid_from > after)
    )
    ends = session.scalar(
        select(func.min(MembershipRow.valid_to)).where(
            MembershipRow.valid_to > after, MembershipRow.valid_to < FOREVER
        )
    )
    return min((day for day in (begins, ends) if day is not None), default=None)
