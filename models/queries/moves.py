"""Whom a corrected calendar concerns: the days it moved, with the recipients of those who owe them."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from models.obligations import DueChangeRow, ObligationRow, OccurrenceRow
from models.people import RecipientRow, RouteRow
from models.ways import OWING

Move = Row[int, int, int, int, str, int | None, str | None, str, date | None, date, bool]
Concerned = Row[int, int, int, str, bool]
OWES = and_(RouteRow.party_id == ObligationRow.party_id, RouteRow.to_kind.in_(OWING))


def moved_duties(session: Session, revision: int, *, now: datetime) -> Sequence[Move]:
    """The open duties that this revision moved: id, recipient and channel, version, title, event and its key, part, the old and
    the new day.
    """
    query = (
        select(
            ObligationRow.id, RouteRow.recipient_id, RouteRow.channel_id, OccurrenceRow.version_id, OccurrenceRow.title,
            OccurrenceRow.event_id, OccurrenceRow.subject, ObligationRow.part,
            DueChangeRow.old_due_on, DueChangeRow.new_due_on, ObligationRow.provisional,
        )
        .join(ObligationRow, ObligationRow.id == DueChangeRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(RouteRow, OWES)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            DueChangeRow.kind == "calendar", DueChangeRow.calendar_revision == revision, ObligationRow.state == "open",
            _person_now(now),
        )
        .order_by(RouteRow.recipient_id, DueChangeRow.new_due_on, ObligationRow.id)
    )  # fmt: skip
    return session.execute(query).all()


def concerned(session: Session, occurrence_id: int, *, now: datetime) -> Sequence[Concerned]:
    """Recipient and channel of everybody expected at an occurrence or owing in it, and of whom its cancelling freed just now."""
    freed = and_(ObligationRow.closed_why == "calendar", ObligationRow.closed_at == now)
    query = (
        select(
            RouteRow.recipient_id, RouteRow.channel_id, OccurrenceRow.version_id, OccurrenceRow.title, OccurrenceRow.provisional
        )
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .join(RouteRow, OWES)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .where(
            OccurrenceRow.id == occurrence_id, or_(ObligationRow.state.in_(("open", "expected")), freed), _person_now(now)
        )
        .distinct()
        .order_by(RouteRow.recipient_id)
    )  # fmt: skip
    return session.execute(query).all()


def _person_now(now: datetime) -> ColumnElement[bool]:
    return and_(RouteRow.valid_from <= now, RouteRow.valid_to > now, RecipientRow.person_id.is_not(None))


def count_moved(session: Session, revision: int) -> int:
    """How many duties this revision moved to another day."""
    return session.scalar(
        select(func.count())
        .select_from(DueChangeRow)
        .where(DueChangeRow.kind == "calendar", DueChangeRow.calendar_revision == revision)
    ) or 0  # fmt: skip
