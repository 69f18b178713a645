"""Whether what a schedule says about its event fits together: the people it names, pauses, early endings."""

from collections.abc import Iterator

from schedules.grammar import Event, Schedule
from schedules.problems import nearest
from schedules.references import Path, Remark
from schedules.step_coherence import no_step
from schedules.words import phrase

NAMING = ("people", "person", "unit")
_OF_EVENTS = "when: {event: …}"


def event_coherence(schedule: Schedule) -> Iterator[Remark]:
    """Everything about the event that contradicts itself."""
    when, who = schedule.when, schedule.who
    if isinstance(when, Event):
        yield from _named(when, who.from_event)
    else:
        only: list[tuple[Path, object]] = [
            (("who", "from_event"), who.from_event), (("pause",), schedule.pause), (("branches",), schedule.branches),
        ]  # fmt: skip
        for path, value in only:
            if value:
                what = phrase("'{key}' only goes with '{other}'", key=path[-1], other=_OF_EVENTS)
                yield Remark(path, what)
    for key, value in (("at_least", who.at_least > 1), ("valid_on", who.valid_on)):
        if value and who.from_event is None:
            what = phrase("'{key}' only goes with '{other}'", key=key, other="from_event")
            yield Remark(("who", key), what)
    for index, name in enumerate(schedule.pause.stops if schedule.pause else ()):
        if name not in schedule.steps:
            yield no_step(("pause", "stops", index), name, schedule)


def _named(when: Event, name: str | None) -> Iterator[Remark]:
    field = when.fields.get(name) if name else None
    if field is not None and field.kind not in NAMING:
        what = phrase("the field '{name}' names nobody: its kind is {kind}", name=name, kind=field.kind)
        yield Remark(("who", "from_event"), what, ", ".join(NAMING))
    for key, each in when.fields.items():
        if each.kind == "choice" and not each.options:
            what = phrase("a choice needs what it may be: 'from'")
            yield Remark(("when", "fields", key), what, nearest("from", ("from",)))
