"""What was recorded for one duty: who was expected, the confirmation with its evidence, hours, how often people were reminded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models.messages import TAKEN, MessageRow, ReminderRow
from models.obligations import (
    ConfirmationRow,
    CreditRow,
    DueChangeRow,
    EvidenceRow,
    FileRow,
    ObligationRow,
    RungRow,
)
from models.people import PartyRow, PersonRow, UnitRow
from models.queries import urged as by_hand


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody expected at a session. `mark` is present, leave, absent, or None before it is recorded.

    `made_up_on`: the day on which somebody absent made it up. `key`: the staff number.
    """

    person_id: int
    name: str
    unit_id: int | None
    unit: str
    mark: str | None
    made_up_on: date | None = None
    key: str = ""


def expected(session: Session, occurrence_id: int) -> list[Expected]:
    """Everybody expected at a session, by unit in the order of the office's file."""
    query = (
        select(
            PersonRow,
            UnitRow.id,
            UnitRow.title,
            ObligationRow.mark,
            ObligationRow.state,
            ObligationRow.done_on,
        )
        .select_from(ObligationRow)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .join(PersonRow, PersonRow.id == PartyRow.person_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(ObligationRow.occurrence_id == occurrence_id, ObligationRow.part == "make_up")
        .where(ObligationRow.state.not_in(("withdrawn", "cancelled")))
        .order_by(UnitRow.position, PersonRow.id)
    )
    return [
        Expected(
            person.id, person.name, unit_id, unit or "", mark, done_on if mark == "absent" and state == "done" else None, person.key
        )
        for person, unit_id, unit, mark, state, done_on in session.execute(query)
    ]  # fmt: skip


def due_changes(session: Session, obligation_id: int) -> Sequence[DueChangeRow]:
    """How the due day of a duty moved, in order."""
    rows = select(DueChangeRow).where(DueChangeRow.obligation_id == obligation_id)
    return session.scalars(rows.order_by(DueChangeRow.seq)).all()


@dataclass(frozen=True, slots=True)
class Record:
    """The standing record of a duty: the confirmation, who made it, its evidence by field, files by field."""

    confirmation: ConfirmationRow
    by: str | None
    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[FileRow]]


def given_back(session: Session, obligation_id: int) -> str:
    """Why the latest record was given back; empty if it was not."""
    last = session.execute(
        select(ConfirmationRow.state, ConfirmationRow.reason)
        .where(ConfirmationRow.obligation_id == obligation_id)
        .order_by(ConfirmationRow.id.desc())
        .limit(1)
    ).first()
    return (last.reason or "") if last is not None and last.state == "returned" else ""


def record(session: Session, obligation_id: int) -> Record | None:
    """The confirmation that counts, with its evidence."""
    found = session.execute(
        select(ConfirmationRow, PersonRow.name)
        .outerjoin(PersonRow, PersonRow.id == ConfirmationRow.by_id)
        .where(ConfirmationRow.obligation_id == obligation_id, ConfirmationRow.state.in_(("submitted", "accepted")))
    ).first()  # fmt: skip
    if found is None:
        return None
    values: dict[str, list[str]] = {}
    files: dict[str, list[FileRow]] = {}
    rows: Iterable[Any] = session.execute(
        select(EvidenceRow, FileRow)
        .outerjoin(FileRow, FileRow.id == EvidenceRow.file_id)
        .where(EvidenceRow.confirmation_id == found[0].id)
        .order_by(EvidenceRow.id)
    )
    for found_row in rows:
        row, file = found_row[0], found_row[1]
        if file is not None:
            files.setdefault(row.name, []).append(file)
        elif row.value is not None:
            values.setdefault(row.name, []).append(row.value)
    return Record(found[0], found[1], values, files)


def credits_of(session: Session, obligation_id: int, *, limit: int = 50) -> list[CreditRow]:
    """Hours handed in for a quota, the latest first."""
    query = select(CreditRow).where(CreditRow.obligation_id == obligation_id)
    return list(session.scalars(query.order_by(CreditRow.done_on.desc(), CreditRow.id.desc()).limit(limit)))


def accepted_by_kind(session: Session, obligation_id: int) -> dict[str, int]:
    """Accepted hours of each kind, in hundredths, before any cap."""
    query = (
        select(CreditRow.kind, func.sum(CreditRow.amount))
        .where(CreditRow.obligation_id == obligation_id, CreditRow.state == "accepted")
        .group_by(CreditRow.kind)
    )
    return {kind: int(amount) for kind, amount in session.execute(query)}


def reminded(session: Session, obligation_id: int) -> tuple[int, datetime | None]:
    """How many messages that were delivered asked those who owe it, by rungs and by hand, and when the last one was."""
    query = (
        select(func.count(MessageRow.id.distinct()), func.max(MessageRow.sent_at))
        .join(ReminderRow, ReminderRow.message_id == MessageRow.id)
        .join(RungRow, and_(RungRow.timeline_id == ReminderRow.timeline_id, RungRow.no == ReminderRow.no))
        .where(
            ReminderRow.obligation_id == obligation_id,
            RungRow.to_kind == "assignee",
            RungRow.phase != "approve",
            ReminderRow.withdrawn.is_(None),
            MessageRow.state.in_(TAKEN),
        )
    )
    count, last = session.execute(query).one()
    urgings, urged_at = by_hand.last(session, obligation_id)
    return count + urgings, max(filter(None, (last, urged_at)), default=None)
