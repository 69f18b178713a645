"""Addresses from which calendar programs fetch a person's duties: one at a time, until it is ended.

Such a program sends no cookie and signs in nowhere, so that whoever knows the address reads what it gives: a newer one ends the older,
and whoever left the office has none. Lifetimes count in machine time; the audit stands in office time.
"""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.access import FeedRow
from models.people import PersonRow
from tasks.audit import note
from tasks.duties.duty import actor


def feed_of(session: Session, person_id: int) -> FeedRow | None:
    """The address in use, if there is one."""
    rows = select(FeedRow).where(FeedRow.person_id == person_id, FeedRow.ended_at.is_(None))
    return session.scalars(rows.order_by(FeedRow.id.desc())).first()


def open_feed(session: Session, *, person_id: int, now: datetime, machine_now: datetime) -> FeedRow:
    """A new address; the one before ends."""
    session.get_one(PersonRow, person_id, with_for_update=True)  # two at once shall leave one
    _end(session, person_id, machine_now)
    row = FeedRow(person_id=person_id, issued_at=machine_now)
    session.add(row)
    session.flush()
    note(
        session, actor=actor(person_id, "link"), act="feed", subject_kind="person", subject_id=person_id, at=now, feed=row.id
    )  # fmt: skip
    return row


def end_feed(session: Session, *, person_id: int, now: datetime, machine_now: datetime) -> None:
    """No address any more; nothing happens where there was none."""
    if _end(session, person_id, machine_now):
        note(
            session, actor=actor(person_id, "link"), act="feed-end", subject_kind="person", subject_id=person_id, at=now
        )  # fmt: skip


def _end(session: Session, person_id: int, machine_now: datetime) -> bool:
    ended = session.execute(
        update(FeedRow)
        .where(FeedRow.person_id == person_id, FeedRow.ended_at.is_(None))
        .values(ended_at=machine_now)
        .returning(FeedRow.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


def reader_of_feed(session: Session, feed_id: int, *, today: date) -> PersonRow | None:
    """Whose duties an address gives; None once it was ended or the person left."""
    row = session.get(FeedRow, feed_id)
    if row is None or row.ended_at is not None:
        return None
    person = session.get_one(PersonRow, row.person_id)
    return None if person.left_on is not None and person.left_on <= today else person
