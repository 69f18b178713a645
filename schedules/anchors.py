"""What the rungs of a part are counted from, as far as it is known when the occurrence opens."""

from schedules.dues import due_instant
from schedules.grammar import Dated, Schedule
from schedules.ladder import INTERNAL, Anchor
from schedules.office import OfficeSpec
from schedules.parts import Part
from schedules.recurrence import held_span
from schedules.slot import Slot


def slot_anchors(schedule: Schedule, slot: Slot, part: Part, office: OfficeSpec) -> dict[str, Anchor]:
    """Anchors by name: start, expiry, on, held_on, due, internal and the part's own key."""
    days = [("start", slot.date, slot.starts_at), ("expiry", slot.due_on, slot.due_at)]
    days += [(name, part.due_on, part.due_at) for name in ("due", part.key) if name]
    if part.internal is not None:
        days.append((INTERNAL, part.internal.on, part.internal.at))
    if isinstance(schedule.when, Dated) and slot.date is not None:
        last = held_span(schedule.when, slot.date, office.calendar)[1]
        days += [
            (name, day, due_instant(day, None, office))
            for name, day in (("on", slot.date), ("held_on", last))
        ]
    return {name: Anchor(on, at) for name, on, at in days if on is not None and at is not None}
