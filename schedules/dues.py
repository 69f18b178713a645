"""Until when: the due day of a step or a make-up, and the instant at which a due day ends."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from schedules.chain import Known, begins, term_of
from schedules.grammar import EVENT, Attendance, Basis, DueAt, RelativeDue, Schedule
from schedules.instants import end_of_day, instant
from schedules.office import OfficeSpec
from schedules.recurrence import held_span
from schedules.slot import Slot
from schedules.terms import SUB_DAY, Term, first_day, is_provisional, last_day


@dataclass(frozen=True, slots=True)
class Due:
    """A due day, the instant at which it ends, whether it rests on an estimated year, and the office's own earlier deadline."""

    on: date
    at: datetime
    provisional: bool = False
    internal: "Due | None" = None


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


def in_hours(schedule: Schedule, part: str) -> bool:
    """Whether the term of a step is counted in hours or minutes."""
    step = schedule.steps.get(part)
    return step is not None and step.within is not None and step.within.unit in SUB_DAY


def from_hour(schedule: Schedule) -> bool:
    """Whether a step is due hours after the event, so that its instant has to be known and not its day alone."""
    return any(
        in_hours(schedule, key) and step.after is not None and step.after.single == EVENT
        for key, step in schedule.steps.items()
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
