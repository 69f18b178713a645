"""What is recorded of an event, checked against the fields that its schedules ask for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from schedules.conditions import Values
from schedules.grammar import Event, EventField, Schedule
from schedules.office import OfficeSpec
from schedules.words import Words, phrase

NO = "no"


def asked(schedules: Iterable[Schedule]) -> dict[str, EventField]:
    """The fields that schedules of one event ask for; a field that names those who owe is asked for even if it is not listed."""
    found: dict[str, EventField] = {}
    for schedule in schedules:
        if isinstance(schedule.when, Event):
            found |= dict(schedule.when.fields)
            named = schedule.who.from_event
            if named is not None:
                found.setdefault(named, EventField(kind="people"))
    return found


def unanswered(
    fields: Mapping[str, EventField], given: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Words]]:
    """The yes-no fields that nobody answered. A form shows both answers; on a command line silence is not a no."""
    for name, field in fields.items():
        if (
            field.kind == "yes-no"
            and field.required
            and not any(value.strip() for value in given.get(name, ()))
        ):
            yield name, phrase("'{label}' is missing", label=field.label or name)


def complete(
    fields: Mapping[str, EventField], given: Mapping[str, Sequence[str]], office: OfficeSpec
) -> dict[str, list[str]]:
    """The values as they are kept: no empty ones, ids of units for their titles, and "no" where a yes-no is not given."""
    found: dict[str, list[str]] = {}
    for name, field in fields.items():
        values = [value.strip() for value in given.get(name, ()) if value.strip()]
        if field.kind == "unit":
            values = [office.unit(value) if office.has_unit(value) else value for value in values]
        if field.kind == "yes-no" and not values:
            values = [NO]
        if values:
            found[name] = values
    return found


def people_faults(name: str, field: EventField, values: Sequence[str], office: OfficeSpec) -> Iterator[Words]:
    """What is wrong with a field that names people or a unit."""
    label = field.label or name
    if field.kind == "unit":
        yield from (
            phrase("there is no unit '{name}'", name=each) for each in values if not office.has_unit(each)
        )
    else:
        yield from (
            _nobody(each) for each in values if not office.has_person(each) or office.person(each).left_on
        )
    if len(values) > 1 and field.kind != "people":
        yield phrase("'{label}' takes one value", label=label)
    if len(set(values)) < len(values):
        yield phrase("'{label}' names somebody twice", label=label)


def _nobody(key: str) -> Words:
    return phrase("there is no person '{person}' in the roster", person=key)


def unfit(
    schedule: Schedule, fields: Values, office: OfficeSpec, certified: Iterable[str]
) -> Iterator[Words]:
    """Why those whom the event names cannot have it. `certified`: who holds the certificate that the schedule asks for, on that day.

    行政处罚法 42条: 执法人员不得少于两人, 应当具有行政执法资格.
    """
    who = schedule.who
    if who.from_event is None:
        return
    named = fields.get(who.from_event, ())
    if len(named) < who.at_least:
        yield phrase(
            "'{title}' needs at least {n} people, found {found}",
            title=schedule.title,
            n=who.at_least,
            found=len(named),
        )
    known = [office.person(each) for each in named if office.has_person(each)]
    if who.credential is not None:
        holders = set(certified)
        for person in known:
            if person.id not in holders:
                yield phrase("{name} has no valid certificate on that day", name=person.name)
    if who.unit is not None:
        inside = office.units_below(office.unit(who.unit))
        for person in known:
            if person.unit not in inside:
                yield phrase(
                    "{name} does not belong to {unit}",
                    name=person.name,
                    unit=office.file.units[office.unit(who.unit)].title,
                )
