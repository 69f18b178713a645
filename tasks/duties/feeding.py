"""What an accepted record leads to beyond its own duty: figures, an entry in a register, topics covered; and back again."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, EvidenceRow
from models.queries import registers as read
from models.registers import FigureRow, RegisterEntryRow
from schedules.counts import counted, counts_of
from schedules.parts import evidence_of
from schedules.register_references import feeding_parts
from schedules.registers import HELD_ON, Register
from tasks.duties.count_anew import recount_topics
from tasks.duties.duty import Duty
from tasks.duties.evidence import parse_date
from tasks.live import Live
from tasks.registers import remove, write


def accepted(session: Session, live: Live, duty: Duty, record: ConfirmationRow, *, now: datetime) -> None:
    """Count and enter what a record says; a record that waits for approval leads to nothing yet."""
    if record.state != read.STANDS:
        return
    values, files = _evidence(session, record)
    _count(session, duty, record, values)
    found = feeding_parts(duty.schedule, {each.id: each for each in live.office.registers})
    book = live.office.register_or_none(found.get(duty.part))
    if book is not None:
        _enter(session, live, duty, record, book, values, files, now=now)
    recount_topics(session, live, duty.schedule.id, [record.done_on], now=now)


def taken_back(
    session: Session, live: Live, duty: Duty, record: ConfirmationRow, *, reason: str, now: datetime
) -> None:
    """Let nothing count any more that rests on a record. Its figures fall away with its state."""
    query = select(RegisterEntryRow).where(
        RegisterEntryRow.confirmation_id == record.id, RegisterEntryRow.state == read.STANDS
    )
    entries = session.scalars(query).all()
    if entries:
        read.lock(session)
    for entry in entries:
        remove(session, live, entry, reason, now=now)
    recount_topics(session, live, duty.schedule.id, [record.done_on], now=now)


def _evidence(
    session: Session, record: ConfirmationRow
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[int, ...]]]:
    values: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[int, ...]] = {}
    rows = select(EvidenceRow).where(EvidenceRow.confirmation_id == record.id).order_by(EvidenceRow.id)
    for row in session.scalars(rows):
        if row.value is not None:
            values[row.name] = (*values.get(row.name, ()), row.value)
        if row.file_id is not None:
            files[row.name] = (*files.get(row.name, ()), row.file_id)
    return values, files


def _count(session: Session, duty: Duty, record: ConfirmationRow, values: dict[str, tuple[str, ...]]) -> None:
    fields = evidence_of(duty.schedule, duty.part)
    found = counted(counts_of(duty.schedule, duty.part), fields, values, duty.row.due_on)
    session.execute(delete(FigureRow).where(FigureRow.confirmation_id == record.id))
    session.add_all(
        FigureRow(confirmation_id=record.id, name=name, amount=amount) for name, amount in found.items()
    )


def _enter(
    session: Session, live: Live, duty: Duty, record: ConfirmationRow, book: Register, values: dict[str, tuple[str, ...]],
    files: dict[str, tuple[int, ...]], *, now: datetime,
) -> None:  # fmt: skip
    read.lock(session)
    taken = {name: list(given) for name, given in values.items() if name in book.beside_day}
    row = RegisterEntryRow(
        register=book.id, unit_id=duty.party.unit_id, by_id=record.by_id, held_on=_day(record, values), recorded_at=record.recorded_at,
        fields=taken, state=read.STANDS, source=f"confirmation:{record.id}", confirmation_id=record.id,
    )  # fmt: skip
    kept = {name: ids for name, ids in files.items() if name in book.beside_day}
    write(session, live, row, kept, how=record.how, now=now)


def _day(record: ConfirmationRow, values: dict[str, tuple[str, ...]]) -> date:
    """The day it was held, where the record says so; else the day it was done."""
    return (parse_date(values[HELD_ON][0]) if values.get(HELD_ON) else None) or record.done_on
