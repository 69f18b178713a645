"""Registers (台账): enter, declare a zero, take back; what counts a register follows in the same transaction."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people import PersonRow, UnitRow
from models.queries import registers as read
from models.queries.audience import matches
from models.registers import RegisterEntryRow, RegisterFileRow, RegisterZeroRow
from schedules.audience import expression
from schedules.dates_text import said_day
from schedules.errors import NotFound, Refused
from schedules.registers import HELD_ON, Register
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.duties import evidence as proof
from tasks.duties.count_anew import recount_register
from tasks.duties.duty import How, actor, is_clerk
from tasks.live import Live

MOST_SOURCE = 120
TAKEN_BACK = "undone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of an entry. `again`: it had been entered before. `zeros`: declared zeros that no longer stand."""

    id: int
    again: bool = False
    zeros: int = 0


def add_entry(
    session: Session, live: Live, *, register: str, held_on: date, values: proof.Values, files: proof.Files, by: int | None,
    source: str, how: How, now: datetime, unit: int | None = None,
) -> Entered:  # fmt: skip
    """Enter something. `unit`: whose activity it was, by default that of `by`. The same `source` is the same entry.

    Raise Refused; a BadEvidence names every field at fault. A zero declared for that day stands no longer.
    """
    book = live.office.register(register)
    read.lock(session)
    require_recorder(session, live, book, by, now=now)
    known = _known(session, source)
    if known is not None and known.state == read.STANDS:
        return Entered(id=known.id, again=True)
    _check(session, live, book, held_on, values, files, now=now)
    row = known or RegisterEntryRow(source=source)
    row.register, row.held_on, row.recorded_at, row.by_id = book.id, held_on, now, by
    row.unit_id = unit if unit is not None else _unit_of(session, by)
    row.fields = proof.given(values)
    row.state, row.reason = read.STANDS, None
    return write(session, live, row, files, how=how, now=now)


def write(
    session: Session, live: Live, row: RegisterEntryRow, files: proof.Files, *, how: str, now: datetime
) -> Entered:
    """Put a checked entry with its files into the register, and count what depends on it."""
    session.add(row)
    session.flush()
    for name, ids in files.items():
        for file_id in dict.fromkeys(ids):
            session.merge(RegisterFileRow(entry_id=row.id, name=name, file_id=file_id))
    zeros = _overrule(session, live, row)
    note(
        session, actor=actor(row.by_id, how), act="enter", subject_kind="register-entry", subject_id=row.id, at=now,
        register=row.register, held_on=row.held_on.isoformat(), how=how,
    )  # fmt: skip
    recount_register(session, live, row.register, [row.held_on], now=now)
    return Entered(id=row.id, zeros=zeros)


def _overrule(session: Session, live: Live, entry: RegisterEntryRow) -> int:
    """A fact is stronger than the declaration that there was none."""
    fallen = 0
    for zero in read.zeros(session, entry.register, entry.held_on, entry.held_on):
        if zero.unit_id in (None, entry.unit_id) or entry.unit_id is None:
            zero.state, zero.reason = TAKEN_BACK, f"entry {entry.id}"
            fallen += 1
            recount_register(session, live, zero.register, [zero.from_on, zero.to_on], now=entry.recorded_at)
    return fallen


def _known(session: Session, source: str) -> RegisterEntryRow | None:
    if len(source) > MOST_SOURCE or proof.unseen(source):
        raise Refused(phrase("at most {n} characters", n=MOST_SOURCE), field="source")
    return session.scalars(select(RegisterEntryRow).where(RegisterEntryRow.source == source)).first()


def _check(
    session: Session, live: Live, book: Register, held_on: date, values: proof.Values, files: proof.Files, *, now: datetime
) -> None:  # fmt: skip
    faults: list[tuple[str, Words]] = []
    if held_on > live.today(now):
        faults.append((HELD_ON, phrase("the day it was done cannot lie in the future")))
    try:
        proof.check(session, book.beside_day, values, files, today=live.today(now))
    except proof.BadEvidence as error:
        faults += error.faults
    if faults:
        raise proof.BadEvidence(faults)


def require_recorder(session: Session, live: Live, book: Register, by: int | None, *, now: datetime) -> None:
    """Raise Refused unless the register lets this person record, or it is the desk."""
    today = live.today(now)
    if is_clerk(session, live, by, on=today):
        return
    if book.by is None:
        raise Refused(phrase("only the desk records in '{register}'", register=book.title))
    among = select(PersonRow.id).where(
        PersonRow.id == by, matches(expression(book.by.who(), live.office), PersonRow.id, on=today)
    )
    if session.scalars(among).first() is None:
        who = "、".join(_recorders(live, book))
        raise Refused(phrase("only {who} or the desk record in '{register}'", who=who, register=book.title))


def _recorders(live: Live, book: Register) -> list[str]:
    if book.by is None:
        return []
    who, file = book.by.who(), live.office.file
    units = [live.office.unit(name) for name in (*who.units, *([who.unit] if who.unit else []))]
    roles = (*who.roles, *([who.role] if who.role else []))
    return [*(file.units[unit].title for unit in units), *(file.roles[role].title for role in roles)]


def _unit_of(session: Session, person_id: int | None) -> int | None:
    return None if person_id is None else session.get_one(PersonRow, person_id).unit_id


def undo_entry(
    session: Session, live: Live, *, entry_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Take an entry back. What came from a confirmed step goes with that record. Raise Refused."""
    read.lock(session)
    row = session.get(RegisterEntryRow, entry_id, populate_existing=True)
    if row is None or row.state != read.STANDS:
        raise NotFound(phrase("there is no entry {id}", id=entry_id))
    _require_own(session, live, row.by_id, by, now=now)
    if row.confirmation_id is not None:
        raise Refused(phrase("entry {id} came from a confirmed step; take that record back", id=entry_id))
    words = proof.said(reason, field="reason", missing=phrase("say in a few words why it is taken back"))
    remove(session, live, row, words, now=now)
    note(
        session, actor=actor(by, "cli"), act="enter-undo", subject_kind="register-entry", subject_id=row.id, at=now,
        register=row.register,
    )  # fmt: skip


def remove(session: Session, live: Live, row: RegisterEntryRow, reason: str, *, now: datetime) -> None:
    """Let an entry count no longer."""
    row.state, row.reason = TAKEN_BACK, reason
    recount_register(session, live, row.register, [row.held_on], now=now)


def _require_own(session: Session, live: Live, owner: int | None, by: int | None, *, now: datetime) -> None:
    if by != owner and not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only who recorded it or the desk can take it back"))


def declare_zero(
    session: Session, live: Live, *, register: str, from_on: date, to_on: date, by: int | None, how: How, now: datetime,
    unit: int | None = None,
) -> RegisterZeroRow:  # fmt: skip
    """Declare that nothing happened from a day to a day (零报告). Who is not the desk declares for their own unit.

    `unit` None: for the whole office; so is the zero of the only unit that records there. Raise Refused.
    """
    book = live.office.register(register)
    read.lock(session)
    require_recorder(session, live, book, by, now=now)
    if not is_clerk(session, live, by, on=live.today(now)):
        unit = _unit_of(session, by)
    if unit is not None and _only_unit(session, live, book) == unit:
        unit = None
    _check_zero(session, live, book, from_on, to_on, unit, now=now)
    source = f"{book.id}:{unit or 0}:{from_on}:{to_on}"
    row = session.scalars(select(RegisterZeroRow).where(RegisterZeroRow.source == source)).first()
    if row is not None and row.state == read.STANDS:
        return row
    row = row or RegisterZeroRow(source=source)
    row.register, row.unit_id, row.from_on, row.to_on = book.id, unit, from_on, to_on
    row.by_id, row.at, row.state, row.reason = by, now, read.STANDS, None
    session.add(row)
    session.flush()
    note(
        session, actor=actor(by, how), act="zero", subject_kind="register-zero", subject_id=row.id, at=now, register=book.id,
        from_on=from_on.isoformat(), to_on=to_on.isoformat(), how=how,
    )  # fmt: skip
    recount_register(session, live, book.id, [from_on, to_on], now=now)
    return row


def _only_unit(session: Session, live: Live, book: Register) -> int | None:
    """The unit whose people alone record in a register, if it is one."""
    who = book.by.who() if book.by is not None else None
    if who is None or who.roles or who.role:
        return None
    names = [*who.units, *([who.unit] if who.unit else [])]
    keys = {key for name in names for key in live.office.units_below(live.office.unit(name))}
    if len(keys) != 1:
        return None
    return session.scalars(select(UnitRow.id).where(UnitRow.key.in_(keys))).first()


def _check_zero(
    session: Session, live: Live, book: Register, from_on: date, to_on: date, unit: int | None, *, now: datetime
) -> None:  # fmt: skip
    if from_on > to_on:
        raise Refused(phrase("the last day lies before the first"), field="to_on")
    if to_on > live.today(now):
        raise Refused(phrase("a zero cannot be declared for days to come"), field="to_on")
    held = read.entries_between(session, book.id, from_on, to_on, unit_id=unit)
    if held:
        what = phrase(
            "'{register}' has {n} entries in that time, the first of {day}; a zero cannot be declared",
            register=book.title, n=len(held), day=said_day(held[0], today=live.today(now)),
        )  # fmt: skip
        raise Refused(what, field="from_on")


def undo_zero(
    session: Session, live: Live, *, zero_id: int, by: int | None, reason: str, now: datetime
) -> None:
    """Take a declared zero back. Raise Refused."""
    read.lock(session)
    row = session.get(RegisterZeroRow, zero_id, populate_existing=True)
    if row is None or row.state != read.STANDS:
        raise NotFound(phrase("there is no declared zero {id}", id=zero_id))
    _require_own(session, live, row.by_id, by, now=now)
    words = proof.said(reason, field="reason", missing=phrase("say in a few words why it is taken back"))
    row.state, row.reason = TAKEN_BACK, words
    note(
        session, actor=actor(by, "cli"), act="zero-undo", subject_kind="register-zero", subject_id=row.id, at=now,
        register=row.register,
    )  # fmt: skip
    recount_register(session, live, row.register, [row.from_on, row.to_on], now=now)
