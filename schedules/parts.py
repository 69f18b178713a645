"""The parts of an occurrence: what is owed, by whom, until when, and what opens it.

a gathering            "record" by its host; "make_up" by each who was expected
steps                  one part for each step; the occurrence itself owes nothing
an expiring certificate  "" by the holder; its steps by the person responsible
anything else          "" by those who owe
children               "child": opened by the step that finds them, with owner and day of their own
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from schedules.audience import AnyOf, Expr, In, expression
from schedules.grammar import (
    Anniversary,
    Attendance,
    Basis,
    ByPeople,
    ByRole,
    DueAt,
    Evidence,
    Expiry,
    RelativeDue,
    Schedule,
    Step,
)
from schedules.instants import end_of_day, instant
from schedules.ladder import CHILD, MAKE_UP, RECORD
from schedules.office import OfficeSpec
from schedules.recurrence import held_span
from schedules.slot import Slot
from schedules.terms import Term, first_day, is_provisional, last_day

PartKind = Literal["duty", "record", "attend", "step", "child"]
OwnerKind = Literal["each", "expected", "holder", "role", "units"]
AT_OPEN = "at-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedBy:
    """Who owes a part.

    each, expected: every person in `expr`; holder: the person in the slot's `subject`; role: the role `keys[0]` as one;
    units: each unit of `keys` as one (none: named when the child is recorded).
    """

    kind: OwnerKind
    keys: tuple[str, ...] = ()
    expr: Expr | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A due day, the instant at which it ends, and whether it rests on an estimated year."""

    on: date
    at: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. `due_on` is None while it depends on something not yet recorded; `opens` is "at-open" or "after:<step>"."""

    key: str
    kind: PartKind
    title: str
    due_on: date | None
    due_at: datetime | None
    basis: Basis | None
    provisional: bool
    owner: OwnedBy
    opens: str = AT_OPEN


def parts(schedule: Schedule, slot: Slot, office: OfficeSpec) -> tuple[Part, ...]:
    """The parts of an occurrence, in order."""
    return tuple(_parts(schedule, slot, office))


def _parts(schedule: Schedule, slot: Slot, office: OfficeSpec) -> Iterator[Part]:
    if schedule.record is not None and slot.date is not None:
        day = last_day(slot.date, schedule.record.within, office.calendar)
        provisional = slot.provisional or is_provisional(
            slot.date, day, schedule.record.within, office.calendar
        )
        owner = OwnedBy(kind="role", keys=(schedule.record.by.role,))
        yield _part(RECORD, "record", "", Due(day, due_instant(day, None, office), provisional), owner)
        expected = OwnedBy(kind="expected", expr=expression(schedule.who, office))
        yield _part(MAKE_UP, "attend", "", None, expected)
    elif not schedule.steps or isinstance(schedule.when, Expiry):
        due = (
            Due(slot.due_on, due_instant(slot.due_on, schedule.basis, office), slot.provisional)
            if slot.due_on
            else None
        )
        owner = main_owner(schedule, office, slot)
        yield _part("", "duty", slot.title or schedule.title, due, owner, basis=schedule.basis)
    for key, step in schedule.steps.items():
        opens = f"after:{step.after}" if step.after else AT_OPEN
        due = None if step.after else step_due(schedule, key, slot, {}, office)
        yield _part(
            key,
            "step",
            step.title,
            due,
            _step_owner(schedule, step, office, slot),
            basis=basis_of(schedule, key),
            opens=opens,
        )
    if schedule.children is not None:
        opens = f"after:{schedule.children.from_}"
        yield _part(CHILD, "child", "", None, OwnedBy(kind="units"), opens=opens)


def _part(
    key: str,
    kind: PartKind,
    title: str,
    due: Due | None,
    owner: OwnedBy,
    *,
    basis: Basis | None = None,
    opens: str = AT_OPEN,
) -> Part:
    return Part(
        key=key, kind=kind, title=title, due_on=due.on if due else None, due_at=due.at if due else None, basis=basis,
        provisional=due.provisional if due else False, owner=owner, opens=opens,
    )  # fmt: skip


def main_owner(schedule: Schedule, office: OfficeSpec, slot: Slot) -> OwnedBy:
    """Who owes the occurrence itself. A single `role` or `unit` owes as one; `roles`, `units` and the rest owe person by person."""
    who = schedule.who
    if who.holder or isinstance(schedule.when, Anniversary):
        return OwnedBy(kind="holder")
    if who.target:
        return _target_owner(schedule, slot, office)
    if who.responsible is not None:
        return OwnedBy(kind="role", keys=(who.responsible.role,))
    several = bool(who.roles or who.units or who.tags or who.people or who.credential or who.but)
    if who.role and not several and not who.unit:
        return OwnedBy(kind="role", keys=(who.role,))
    if who.unit and not several and not who.role:
        return OwnedBy(kind="units", keys=(office.unit(who.unit),))
    if isinstance(schedule.done, ByPeople) and schedule.done.by == "any" and len(who.roles) == 1:
        return OwnedBy(kind="role", keys=who.roles)
    return OwnedBy(kind="each", expr=expression(who, office))


def _target_owner(schedule: Schedule, slot: Slot, office: OfficeSpec) -> OwnedBy:
    """Whom the row of the campaign's table names; nobody once the row is gone."""
    target = office.target(schedule.when, slot.key)
    if target is None:
        return OwnedBy(kind="each", expr=AnyOf(()))
    if target.person is not None:
        return OwnedBy(kind="each", expr=In("person", target.person))
    return OwnedBy(kind="units", keys=(target.unit or "",))


def _step_owner(schedule: Schedule, step: Step, office: OfficeSpec, slot: Slot) -> OwnedBy:
    if isinstance(step.owed_by, ByRole):
        return OwnedBy(kind="role", keys=(step.owed_by.role,))
    if step.owed_by == "assist" and schedule.who.assist is not None:
        return OwnedBy(kind="units", keys=office.owning_units(schedule.who.assist.units))
    if schedule.who.responsible is not None:
        return OwnedBy(kind="role", keys=(schedule.who.responsible.role,))
    return main_owner(schedule, office, slot)


def step_due(
    schedule: Schedule, key: str, slot: Slot, facts: Mapping[str, date], office: OfficeSpec
) -> Due | None:
    """When a step is due. `facts`: the dates recorded by the step before, by field, and its day of completion by its key.

    None while the date that the term counts from is not recorded, and for an occurrence that does not take place.
    """
    step = schedule.steps[key]
    basis = basis_of(schedule, key)
    if step.after is not None and step.within is not None:
        start = facts.get(step.from_ or step.after)
        if start is None:
            return None
        day = last_day(start, step.within, office.calendar)
        return Due(
            day, due_instant(day, basis, office), is_provisional(start, day, step.within, office.calendar)
        )
    if slot.date is None or slot.due_on is None:
        return None
    found = step_day(schedule, key, start=slot.date, due=slot.due_on, office=office)
    return (
        Due(found[0], due_instant(found[0], basis, office), slot.provisional or found[1]) if found else None
    )


def step_day(
    schedule: Schedule, key: str, *, start: date, due: date, office: OfficeSpec
) -> tuple[date, bool] | None:
    """The due day of a step that hangs on the occurrence or on another step's due day, and whether it is provisional."""
    step = schedule.steps[key]
    match step.due:
        case DueAt():
            return _whole_day(schedule, step.due.at, start=start, due=due, office=office), False
        case RelativeDue():
            anchor = _anchor_day(schedule, step.due.anchor, start=start, due=due, office=office)
            return None if anchor is None else _counted(anchor, step.due, office)
        case _:
            return None


def _anchor_day(
    schedule: Schedule, name: str, *, start: date, due: date, office: OfficeSpec
) -> tuple[date, bool] | None:
    if name in schedule.steps:
        return step_day(schedule, name, start=start, due=due, office=office)
    return _whole_day(schedule, name, start=start, due=due, office=office), False


def _whole_day(schedule: Schedule, name: str, *, start: date, due: date, office: OfficeSpec) -> date:
    """The day of the occurrence that a word names."""
    if name in ("start", "on"):
        return start
    return held_span(schedule.when, start, office.calendar)[1] if name == "held_on" else due


def _counted(anchor: tuple[date, bool], relative: RelativeDue, office: OfficeSpec) -> tuple[date, bool]:
    day, provisional = anchor
    term: Term = relative.by
    found = first_day(day, term, office.calendar) if relative.before else last_day(day, term, office.calendar)
    return found, provisional or is_provisional(day, found, term, office.calendar)


def make_up_due(schedule: Schedule, recorded_on: date, office: OfficeSpec) -> Due:
    """Until when the absent make up for a gathering whose record was made on a day."""
    if not isinstance(schedule.done, Attendance):
        raise TypeError(f"{schedule.id} is not a gathering")
    term = schedule.done.make_up
    day = last_day(recorded_on, term, office.calendar)
    return Due(day, due_instant(day, None, office), is_provisional(recorded_on, day, term, office.calendar))


def due_instant(day: date, basis: Basis | None, office: OfficeSpec) -> datetime:
    """When a due day ends: a legal term at 24:00, others when the office closes."""
    if basis is not None and basis.kind == "law":
        return end_of_day(day, office.tz)
    return instant(day, office.file.day_ends, office.tz)


def basis_of(schedule: Schedule, part: str) -> Basis | None:
    """The rule that sets the term of a part: its own, else the schedule's."""
    step = schedule.steps.get(part)
    return (step.basis if step else None) or schedule.basis


def part_title(schedule: Schedule, part: str) -> str:
    """The title of a step; other parts have none of their own."""
    step = schedule.steps.get(part)
    return step.title if step else ""


def evidence_of(schedule: Schedule, part: str) -> Evidence:
    """The fields that a confirmation of a part carries."""
    if part == RECORD and schedule.record is not None:
        return schedule.record.evidence
    if part in schedule.steps:
        return schedule.steps[part].evidence
    if part == "" and isinstance(schedule.done, ByPeople):
        return schedule.done.evidence
    return {}
