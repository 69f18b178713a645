"""Who owes one occurrence, evaluated on a day from the roster alone."""

from collections.abc import Sequence
from datetime import date

from schedules.audience import Roll
from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.parts import OwnedBy, Part, parts
from schedules.slot import Slot


def assignees(office: OfficeSpec, roll: Roll, schedule: Schedule, slot: Slot, *, on: date) -> list[str]:
    """Everybody who owes a part of an occurrence that takes place, sorted; for a gathering those who are expected, not its host."""
    return owing(office, roll, slot, parts(schedule, slot, office), on=on)


def owing(office: OfficeSpec, roll: Roll, slot: Slot, found: Sequence[Part], *, on: date) -> list[str]:
    """The same of parts that are known."""
    expected = [part for part in found if part.kind == "attend"] or found
    return sorted({person for part in expected for person in owners(office, roll, part.owner, slot, on)})


def owners(office: OfficeSpec, roll: Roll, owner: OwnedBy, slot: Slot, on: date) -> Sequence[str]:
    """The ids of those who owe a part; of a unit its head, of a role all who hold it."""
    if owner.expr is not None:
        return roll.evaluate(owner.expr, on)
    match owner.kind:
        case "holder":
            return [slot.subject] if slot.subject else []
        case "role":
            return [person for role in owner.keys for person in office.holders(role)]
        case _:
            heads = (office.file.units[unit].head for unit in owner.keys)
            return [head for head in heads if head]
