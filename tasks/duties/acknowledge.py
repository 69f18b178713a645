"""Sign for a duty 签收: whoever was asked says that he has seen it, so that nobody above needs to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import ReminderRow
from models.obligations import AcknowledgementRow, ObligationRow, RungRow
from models.people import PersonRow, RecipientRow
from models.queries.duties import stands_for
from schedules.errors import Refused
from schedules.states import Obligation
from schedules.words import phrase
from tasks.audit import note
from tasks.duties.duty import actor, load
from tasks.live import Live


@dataclass(frozen=True, slots=True)
class Signature:
    """Who has signed, and when."""

    person_id: int
    name: str
    at: datetime


def acknowledge(
    session: Session,
    live: Live,
    *,
    obligation_id: int,
    person_id: int,
    by: int | None,
    how: str,
    now: datetime,
) -> bool:
    """Sign for everything that the duty has asked a signature for so far. `by`: who recorded it, None for the shell.

    Return False if the person had signed before. Raise Refused if nothing asks for it, or the person is not asked.
    """
    duty = load(session, obligation_id)
    if duty.row.state != Obligation.OPEN:
        raise Refused(phrase("this duty is closed and cannot be recorded any more"))
    asked = asked_for(session, duty.row)
    if not asked:
        raise Refused(phrase("nothing in this duty asks for a signature at present"))
    if not may_sign(session, duty.row, person_id, now=now):
        raise Refused(phrase("a signature is given by those who were asked for it"))
    fresh = [name_id for name_id in asked if name_id not in _signed_by(session, duty.row, person_id)]
    session.add_all(
        AcknowledgementRow(
            obligation_id=obligation_id, epoch=duty.row.epoch, name_id=name_id, person_id=person_id, at=now, how=how
        )
        for name_id in fresh
    )  # fmt: skip
    if fresh:
        note(
            session, actor=actor(by, how), act="acknowledge", subject_kind="obligation", subject_id=obligation_id, at=now,
            person=person_id,
        )  # fmt: skip
        session.flush()
    return bool(fresh)


def asked_for(session: Session, row: ObligationRow) -> Sequence[int]:
    """What has asked for a signature so far, in this epoch of the duty."""
    asked = (
        select(RungRow.asks_id)
        .join(ReminderRow, (ReminderRow.timeline_id == RungRow.timeline_id) & (ReminderRow.no == RungRow.no))
        .where(
            ReminderRow.obligation_id == row.id, ReminderRow.epoch == row.epoch, RungRow.asks_id.is_not(None)
        )
        .distinct()
    )
    return [name_id for name_id in session.scalars(asked) if name_id is not None]


def may_sign(session: Session, row: ObligationRow, person_id: int, *, now: datetime) -> bool:
    """Whether a person owes the duty, stands in, or was told by a rung that asks for a signature."""
    if stands_for(session, party_id=row.party_id, person_id=person_id, now=now):
        return True
    told = (
        select(RungRow.no)
        .join(ReminderRow, (ReminderRow.timeline_id == RungRow.timeline_id) & (ReminderRow.no == RungRow.no))
        .join(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
        .where(
            ReminderRow.obligation_id == row.id, ReminderRow.epoch == row.epoch, RungRow.asks_id.is_not(None),
            RecipientRow.person_id == person_id,
        )
        .limit(1)
    )  # fmt: skip
    return session.scalars(told).first() is not None


def waits_for_signature(session: Session, row: ObligationRow, person_id: int, *, now: datetime) -> bool:
    """Whether this person is asked for a signature and has not given it."""
    if row.state != Obligation.OPEN:
        return False
    open_ones = set(asked_for(session, row)) - _signed_by(session, row, person_id)
    return bool(open_ones) and may_sign(session, row, person_id, now=now)


def signatures(session: Session, row: ObligationRow) -> list[Signature]:
    """Who has signed in this epoch of the duty, each once, the first one first."""
    query = (
        select(PersonRow.id, PersonRow.name, AcknowledgementRow.at)
        .join(PersonRow, PersonRow.id == AcknowledgementRow.person_id)
        .where(AcknowledgementRow.obligation_id == row.id, AcknowledgementRow.epoch == row.epoch)
        .order_by(AcknowledgementRow.at, PersonRow.id)
    )
    first: dict[int, Signature] = {}
    for person_id, name, at in session.execute(query):
        first.setdefault(person_id, Signature(person_id, name, at))
    return list(first.values())


def _signed_by(session: Session, row: ObligationRow, person_id: int) -> set[int]:
    return set(
        session.scalars(
            select(AcknowledgementRow.name_id).where(
                AcknowledgementRow.obligation_id == row.id, AcknowledgementRow.epoch == row.epoch,
                AcknowledgementRow.person_id == person_id,
            )
        )
    )  # fmt: skip
