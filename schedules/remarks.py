"""What is wrong with an entry beside the others: names that nothing answers to, and parts that do not fit together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schedules.calendar import WorkCalendar
from schedules.coherence import schedule_coherence, summary_coherence
from schedules.counts import counts_coherence
from schedules.cycle_length import longer_than_cycle
from schedules.entries import Entry, known_of
from schedules.firing import never_fires
from schedules.grammar import Schedule, Summary
from schedules.names import Names
from schedules.references import Remark, loose_references, schedule_references, summary_references
from schedules.register_references import (
    counting_references,
    feeding_references,
    register_coherence,
    register_references,
)
from schedules.registers import Register
from schedules.report import Chapter
from schedules.report_references import Sources, report_references


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the entries of an office are looked at with; without an `office.yaml` nothing is said about names in it.

    `whole`: also what an office that was applied before the rule may keep.
    """

    names: Names
    sources: Sources
    calendar: WorkCalendar
    has_office: bool
    whole: bool = True


def sources_of(entries: Iterable[Entry], families: Mapping[str, Sequence[str]], names: Names) -> Sources:
    """What the figures of the report can be counted from."""
    entries = list(entries)
    figures: dict[str, tuple[str, str]] = {}
    for entry in entries:
        if isinstance(entry.definition, Chapter):
            for section, key, _ in entry.definition.figures():
                figures.setdefault(key, (entry.key, section))
    return Sources(known_of(entries), families, names.credentials, figures)


def remarks(entry: Entry, reading: Reading) -> Iterator[Remark]:
    """Everything that is wrong with an entry beside the others."""
    known, names, has_office = reading.sources.known, reading.names, reading.has_office
    match entry.definition:
        case Schedule() as schedule:
            yield from schedule_coherence(schedule)
            yield from counts_coherence(schedule)
            yield from never_fires(schedule, reading.calendar)
            yield from longer_than_cycle(schedule, names.ladders) if reading.whole else ()
            yield from feeding_references(schedule, known)
            yield from counting_references(schedule, known)
            yield from schedule_references(schedule, names) if has_office else ()
        case Register() as register:
            yield from register_coherence(register)
            yield from register_references(register, names) if has_office else ()
        case Summary() as summary:
            yield from summary_coherence(summary)
            yield from summary_references(summary, names) if has_office else ()
        case Chapter() as chapter:
            yield from report_references(chapter, reading.sources)
        case _:
            yield from loose_references(entry.node, names) if has_office else ()
