"""Reads of registers: the facts that figures are counted from, and the lines that people are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.obligations import ConfirmationRow, EvidenceRow, FileRow, ObligationRow, OccurrenceRow
from models.people import PersonRow, UnitRow
from models.registers import RegisterEntryRow, RegisterFileRow, RegisterZeroRow
from models.schedules import OfficeStateRow, ScheduleRow

STANDS = "accepted"


def lock(session: Session) -> None:
    """Wait until nobody else writes into any register: an entry and a zero for the same days must see each other."""
    session.execute(select(OfficeStateRow.id).where(OfficeStateRow.id == 1).with_for_update(key_share=True))


def facts(
    session: Session, register: str, first: date, last: date
) -> list[tuple[date, Mapping[str, list[str]]]]:
    """Day and fields of each entry of a span, in the order of the facts."""
    query = (
        select(RegisterEntryRow.held_on, RegisterEntryRow.fields)
        .where(_standing(register, first, last))
        .order_by(RegisterEntryRow.held_on, RegisterEntryRow.id)
    )
    return [(held_on, fields) for held_on, fields in session.execute(query)]


def _standing(register: str, first: date, last: date) -> ColumnElement[bool]:
    return (
        (RegisterEntryRow.register == register)
        & (RegisterEntryRow.state == STANDS)
        & RegisterEntryRow.held_on.between(first, last)
    )


def entries_between(
    session: Session, register: str, first: date, last: date, *, unit_id: int | None
) -> Sequence[date]:
    """The days of the entries of a span, of one unit or of all."""
    query = select(RegisterEntryRow.held_on).where(_standing(register, first, last))
    if unit_id is not None:
        query = query.where((RegisterEntryRow.unit_id == unit_id) | RegisterEntryRow.unit_id.is_(None))
    return session.scalars(query.order_by(RegisterEntryRow.held_on)).all()


def zeros(session: Session, register: str, first: date, last: date) -> Sequence[RegisterZeroRow]:
    """The declared zeros that touch a span, the earliest first."""
    query = select(RegisterZeroRow).where(
        RegisterZeroRow.register == register,
        RegisterZeroRow.state == STANDS,
        RegisterZeroRow.from_on <= last,
        RegisterZeroRow.to_on >= first,
    )
    return session.scalars(query.order_by(RegisterZeroRow.from_on, RegisterZeroRow.id)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as people are shown it. `duty`: schedule and occurrence of the confirmed step it came from; `duty_title` its name."""

    id: int
    register: str
    held_on: date
    recorded_at: datetime
    fields: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[FileRow]]
    unit: str
    by: str
    duty: str
    duty_title: str = ""


def entries(
    session: Session,
    register: str,
    first: date,
    last: date,
    *,
    limit: int | None = None,
    entry_id: int | None = None,
    unit_id: int | None = None,
    offset: int = 0,
) -> list[Entry]:
    """The entries of a span, the latest first; of one unit, or of all."""
    query = (
        select(
            RegisterEntryRow,
            UnitRow.title,
            PersonRow.name,
            ScheduleRow.key,
            OccurrenceRow.key,
            OccurrenceRow.title,
        )
        .outerjoin(UnitRow, UnitRow.id == RegisterEntryRow.unit_id)
        .outerjoin(PersonRow, PersonRow.id == RegisterEntryRow.by_id)
        .outerjoin(ConfirmationRow, ConfirmationRow.id == RegisterEntryRow.confirmation_id)
        .outerjoin(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .outerjoin(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .outerjoin(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(_standing(register, first, last))
        .order_by(RegisterEntryRow.held_on.desc(), RegisterEntryRow.id.desc())
        .limit(limit)
    )
    if offset:
        query = query.offset(offset)
    if unit_id is not None:
        query = query.where(RegisterEntryRow.unit_id == unit_id)
    if entry_id is not None:
        query = query.where(RegisterEntryRow.id == entry_id)
    rows = session.execute(query).all()
    files = _files(session, [row[0].id for row in rows])
    return [
        Entry(
            id=entry.id, register=entry.register, held_on=entry.held_on, recorded_at=entry.recorded_at, fields=entry.fields,
            files=files.get(entry.id, {}), unit=unit or "", by=by or "", duty=" ".join(filter(None, (schedule, key))),
            duty_title=title or "",
        )
        for entry, unit, by, schedule, key, title in rows
    ]  # fmt: skip


def _files(session: Session, ids: Sequence[int]) -> dict[int, dict[str, list[FileRow]]]:
    query = (
        select(RegisterFileRow.entry_id, RegisterFileRow.name, FileRow)
        .join(FileRow, FileRow.id == RegisterFileRow.file_id)
        .where(RegisterFileRow.entry_id.in_(ids))
        .order_by(FileRow.id)
    )
    found: dict[int, dict[str, list[FileRow]]] = {}
    for entry_id, name, file in session.execute(query):
        found.setdefault(entry_id, {}).setdefault(name, []).append(file)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Zero:
    """A declared zero as people are shown it; `unit` empty: the whole office."""

    id: int
    from_on: date
    to_on: date
    unit: str
    by: str
    at: datetime


def declared(
    session: Session, register: str, first: date, last: date, *, unit_id: int | None = None
) -> list[Zero]:
    """The declared zeros that touch a span, with who declared them; of a unit also those of the whole office."""
    query = (
        select(RegisterZeroRow, UnitRow.title, PersonRow.name)
        .outerjoin(UnitRow, UnitRow.id == RegisterZeroRow.unit_id)
        .outerjoin(PersonRow, PersonRow.id == RegisterZeroRow.by_id)
        .where(
            RegisterZeroRow.register == register, RegisterZeroRow.state == STANDS, RegisterZeroRow.from_on <= last,
            RegisterZeroRow.to_on >= first,
        )
        .order_by(RegisterZeroRow.from_on, RegisterZeroRow.id)
    )  # fmt: skip
    if unit_id is not None:
        query = query.where(or_(RegisterZeroRow.unit_id == unit_id, RegisterZeroRow.unit_id.is_(None)))
    return [
        Zero(id=row.id, from_on=row.from_on, to_on=row.to_on, unit=unit or "", by=by or "", at=row.at)
        for row, unit, by in session.execute(query)
    ]


def recorded_values(
    session: Session, schedule: str, field: str, first: date, last: date
) -> list[tuple[date, str]]:
    """Day and value of one field in the accepted records of a schedule, whatever part they belong to."""
    query = (
        select(ConfirmationRow.done_on, EvidenceRow.value)
        .join(EvidenceRow, EvidenceRow.confirmation_id == ConfirmationRow.id)
        .join(ObligationRow, ObligationRow.id == ConfirmationRow.obligation_id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(
            ScheduleRow.key == schedule, EvidenceRow.name == field, ConfirmationRow.state == STANDS,
            ConfirmationRow.done_on.between(first, last),
        )
    )  # fmt: skip
    return [(day, value) for day, value in session.execute(query) if value is not None]
