"""The parts of an occurrence: what is owed, by whom, until when, and what opens it.

a gathering            "record" by its host; "make_up" by each who was expected
steps                  one part for each step; the occurrence itself owes nothing
an expiring certificate  "" by the holder; its steps by the person responsible
anything else          "" by those who owe
children               "child": opened by the step that finds them, with owner and day of their own
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from schedules.audience import Expr, expression
from schedules.chain import Known, applies, begins, term_of
from schedules.grammar import (
    EVENT,
    Attendance,
    Basis,
    ByPeople,
    ByUnit,
    DueAt,
    Evidence,
    Expiry,
    Outside,
    RelativeDue,
    RoleExcept,
    Schedule,
    Step,
)
from schedules.instants import end_of_day, instant
from schedules.ladder import CHILD, MAKE_UP, RECORD
from schedules.office import OfficeSpec
from schedules.slot import Slot
from schedules.terms import SUB_DAY, Term, first_day, is_provisional, last_day

PartKind = Literal["duty", "record", "attend", "step", "child"]
OwnerKind = Literal["each", "expected", "holder", "role", "units", "named"]
AT_OPEN = "at-open"
PARTY = "party"  # what a step waits for that a party concerned has to do


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedBy:
    """Who owes a part.

    each, expected: every person in `expr`; holder: the person in the slot's `subject`; role: the role `keys[0]` as one;
    units: each unit of `keys` as one (none: named when the child is recorded); named: those whom the event names in the field
    `keys[0]`, as one. `but` is a field of the event whose people do not count.
    """

    kind: OwnerKind
    keys: tuple[str, ...] = ()
    expr: Expr | None = None
    but: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A due day, the instant at which it ends, whether it rests on an estimated year, and the office's own earlier deadline."""

    on: date
    at: datetime
    provisional: bool = False
    internal: "Due | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. `due_on` is None while it depends on something not yet recorded, and for a step without a term.

    `opens` is "at-open" or "after:<what>"; `internal` the office's own earlier deadline; `waits_for` the unit outside that does it, or
    "party" for a party concerned: ours only follow it.
    """

    key: str
    kind: PartKind
    title: str
    due_on: date | None
    due_at: datetime | None
    basis: Basis | None
    provisional: bool
    owner: OwnedBy
    opens: str = AT_OPEN
    internal: Due | None = None
    waits_for: str = ""

    def due_by(self, due: Due | None) -> "Part":
        """The same part, due then."""
        if due is None:
            return self
        return replace(
            self,
            due_on=due.on,
            due_at=due.at,
            provisional=due.provisional,
            internal=due.internal or self.internal,
        )


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
        yield _part("", "duty", schedule.title, due, main_owner(schedule, office), basis=schedule.basis)
    for key, step in schedule.steps.items():
        if step.wait is None:
            yield _step_part(schedule, key, step, slot, office)
    if schedule.children is not None:
        opens = f"after:{schedule.children.from_}"
        yield _part(CHILD, "child", "", None, OwnedBy(kind="units"), opens=opens)


def _step_part(schedule: Schedule, key: str, step: Step, slot: Slot, office: OfficeSpec) -> Part:
    """A step as it stands when the occurrence opens: with its due day unless that hangs on another step."""
    known = Known(on=slot.date, fields=slot.fields)
    at_open = (step.after is None or step.after.single == EVENT) and applies(schedule, key, known)
    due = step_due(schedule, key, slot, known, office) if at_open else None
    part = _part(
        key, "step", step.title, due, _step_owner(schedule, step, office), basis=basis_of(schedule, key),
        opens=AT_OPEN if at_open else f"after:{step.after or step.if_}",
    )  # fmt: skip
    return replace(part, waits_for=_waits_for(step, office))


def _waits_for(step: Step, office: OfficeSpec) -> str:
    if isinstance(step.owed_by, Outside):
        return office.unit(step.owed_by.external)
    return PARTY if step.track else ""


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
        provisional=due.provisional if due else False, owner=owner, opens=opens, internal=due.internal if due else None,
    )  # fmt: skip


def main_owner(schedule: Schedule, office: OfficeSpec) -> OwnedBy:
    """Who owes the occurrence itself. A single `role` or `unit` owes as one; `roles`, `units` and the rest owe person by person."""
    who = schedule.who
    if who.from_event is not None:
        return OwnedBy(kind="named", keys=(who.from_event,))
    if who.holder:
        return OwnedBy(kind="holder")
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


def _step_owner(schedule: Schedule, step: Step, office: OfficeSpec) -> OwnedBy:
    who = schedule.who
    match step.owed_by:
        case RoleExcept(role=role, but=but):
            return OwnedBy(kind="role", keys=(role,), but=who.from_event if but else None)
        case ByUnit(unit=unit):
            return OwnedBy(kind="units", keys=(office.unit(unit),))
        case "assist" if who.assist is not None:
            return OwnedBy(kind="units", keys=office.owning_units(who.assist.units))
        case "handlers" if who.from_event is not None:
            return main_owner(schedule, office)
    if who.responsible is not None:
        return OwnedBy(kind="role", keys=(who.responsible.role,))
    return main_owner(schedule, office)


def step_due(schedule: Schedule, key: str, slot: Slot, known: Known, office: OfficeSpec) -> Due | None:
    """When a step is due, by what is recorded of the occurrence.

    None while the day that the term counts from is not recorded, for a step without a term, and for an occurrence that does not
    take place.
    """
    step, basis = schedule.steps[key], basis_of(schedule, key)
    term = term_of(step)
    if term is not None:
        start = begins(schedule, key, known, office.calendar)
        if start is None:
            return None
        if term.unit in SUB_DAY and slot.starts_at is not None and step.after and step.after.single == EVENT:
            return _due_within(slot.starts_at, term, office)
        internal = _due_after(start, step.internal, None, office) if step.internal else None
        return replace(_due_after(start, term, basis, office), internal=internal)
    if slot.date is None or slot.due_on is None or step.due is None:
        return None
    found = step_day(schedule, key, start=slot.date, due=slot.due_on, office=office)
    return (
        Due(found[0], due_instant(found[0], basis, office), slot.provisional or found[1]) if found else None
    )


def _due_within(start: datetime, term: Term, office: OfficeSpec) -> Due:
    """The instant at which a term in hours or minutes ends that counts from an instant."""
    at = start + timedelta(**{term.unit: term.n})
    return Due(at.astimezone(office.tz).date(), at)


def _due_after(start: date, term: Term, basis: Basis | None, office: OfficeSpec) -> Due:
    """The last day of a term. Hours that count from a day end with the day they reach, since the hour of a fact is not recorded."""
    day = last_day(start, term, office.calendar)
    return Due(day, due_instant(day, basis, office), is_provisional(start, day, term, office.calendar))


def step_day(
    schedule: Schedule, key: str, *, start: date, due: date, office: OfficeSpec
) -> tuple[date, bool] | None:
    """The due day of a step that hangs on the occurrence or on another step's due day, and whether it is provisional."""
    step = schedule.steps[key]
    match step.due:
        case DueAt():
            return (start if step.due.at == "start" else due), False
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
    return (start if name == "start" else due), False


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
