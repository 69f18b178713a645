"""The parts of an occurrence: what is owed, by whom, until when, and what opens it.

a gathering            "record" by its host; "make_up" by each who was expected
steps                  one part for each step; the occurrence itself owes nothing
an expiring certificate  "" by the holder; its steps by the person responsible
anything else          "" by those who owe
children               "child": opened by the step that finds them, with owner and day of their own
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from schedules.audience import Expr, In, expression
from schedules.chain import Known, applies
from schedules.dues import Due, basis_of, due_instant, step_due
from schedules.grammar import (
    EVENT,
    Anniversary,
    Basis,
    ByPeople,
    ByUnit,
    Evidence,
    Expiry,
    Outside,
    RoleExcept,
    Schedule,
    Step,
)
from schedules.ladder import CHILD, MAKE_UP, RECORD
from schedules.office import OfficeSpec
from schedules.slot import Slot
from schedules.terms import is_provisional, last_day

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


def is_silent(part: Part) -> bool:
    """A step that is open from the start and has no term: nobody is told of it before it is done."""
    return part.kind == "step" and part.opens == AT_OPEN and part.due_on is None


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
        key, "step", step.title, due, _step_owner(schedule, step, office, slot), basis=basis_of(schedule, key),
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


def main_owner(schedule: Schedule, office: OfficeSpec, slot: Slot) -> OwnedBy:
    """Who owes the occurrence itself. A single `role` or `unit` owes as one; `roles`, `units` and the rest owe person by person."""
    who = schedule.who
    if who.from_event is not None:
        return OwnedBy(kind="named", keys=(who.from_event,))
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
        return OwnedBy(kind="units")
    if target.person is not None:
        return OwnedBy(kind="each", expr=In("person", target.person))
    return OwnedBy(kind="units", keys=(target.unit or "",))


def _step_owner(schedule: Schedule, step: Step, office: OfficeSpec, slot: Slot) -> OwnedBy:
    who = schedule.who
    match step.owed_by:
        case RoleExcept(role=role, but=but):
            return OwnedBy(kind="role", keys=(role,), but=who.from_event if but else None)
        case ByUnit(unit=unit):
            return OwnedBy(kind="units", keys=(office.unit(unit),))
        case "assist" if who.assist is not None:
            return OwnedBy(kind="units", keys=office.owning_units(who.assist.units))
        case "handlers" if who.from_event is not None:
            return main_owner(schedule, office, slot)
    if who.responsible is not None:
        return OwnedBy(kind="role", keys=(who.responsible.role,))
    return main_owner(schedule, office, slot)


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
