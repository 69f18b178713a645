"""What recording needs of the tables: one writer for an occurrence at a time, and ladders that go on from where they stand."""

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.obligations import ObligationRow, OccurrenceRow, RungRow
from models.people import PartyRow, PersonRow, RecipientRow, RouteRow
from models.ways import OWING

T = TypeVar("T")


def lock_occurrence(session: Session, obligation_id: int) -> None:
    """Wait until nobody else records anything in the duty's occurrence or in the one it is a child of.

    Without it two last parts closed in the same moment on PostgreSQL each see the other one open, and nothing closes. The
    outer occurrence is locked first, so that two writers cannot wait for each other; rows may still be added meanwhile.
    """
    found = session.execute(
        select(OccurrenceRow.id, OccurrenceRow.parent_id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .where(ObligationRow.id == obligation_id)
    ).first()
    if found is None:
        return
    outer = session.scalar(select(ObligationRow.occurrence_id).where(ObligationRow.id == found.parent_id))
    for occurrence_id in (outer, found.id):
        session.execute(
            select(OccurrenceRow.id).where(OccurrenceRow.id == occurrence_id).with_for_update(key_share=True)
        )


def stands_for(session: Session, *, party_id: int, person_id: int, now: datetime) -> bool:
    """Whether a person is now told what a party owes: as that person, as holder or head, or in their place."""
    return person_id in told_of(session, party_id, now=now)


def told_of(session: Session, party_id: int, *, now: datetime) -> list[int]:
    """The persons who are told now what a party owes."""
    told = (
        select(RecipientRow.person_id)
        .join(RouteRow, RouteRow.recipient_id == RecipientRow.id)
        .where(
            RouteRow.party_id == party_id, RouteRow.to_kind.in_(OWING), RecipientRow.person_id.is_not(None),
            RouteRow.valid_from <= now, RouteRow.valid_to > now,
        )
        .distinct()
    )  # fmt: skip
    return [person for person in session.scalars(told) if person is not None]


def owner_is_here(today: date) -> ColumnElement[bool]:
    """Obligations whose owner is no person, or one who has not left by that day."""
    stays = exists().where(
        PersonRow.id == PartyRow.person_id, or_(PersonRow.left_on.is_(None), PersonRow.left_on > today)
    )
    return exists().where(PartyRow.id == ObligationRow.party_id, or_(PartyRow.person_id.is_(None), stays))


def reopen_others(session: Session, *, occurrence_id: int, part: str, today: date, now: datetime) -> None:
    """Open again what the records of some had closed for the others who are still here; each goes on with the first rung to come."""
    session.execute(
        update(ObligationRow)
        .where(
            ObligationRow.occurrence_id == occurrence_id,
            ObligationRow.part == part,
            ObligationRow.closed_why.in_(("other", "quorum")),
            owner_is_here(today),
        )
        .values(
            state="open", closed_at=None, closed_why=None,
            next_no=coming(RungRow.no, now), next_at=coming(RungRow.at, now),
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip


def coming(
    column: InstrumentedAttribute[T],
    now: datetime,
    *,
    of: InstrumentedAttribute[int | None] = ObligationRow.timeline_id,
) -> ScalarSelect[T]:
    """A column of the first rung of an obligation's own timeline at or after an instant."""
    return (
        select(column)
        .where(RungRow.timeline_id == of, RungRow.at >= now)
        .order_by(RungRow.no)
        .limit(1)
        .correlate(ObligationRow)
        .scalar_subquery()
    )
