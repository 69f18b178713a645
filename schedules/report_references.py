"""Whether the figures of the annual report are recorded anywhere: schedules, steps, fields, registers, other figures."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from schedules.conditions import Condition
from schedules.counts import counts_of
from schedules.done import Evidence, Quota, Topics
from schedules.grammar import AllOf, Event, Once, Schedule
from schedules.ladder import RECORD
from schedules.parts import evidence_of
from schedules.problems import nearest
from schedules.references import Path, Remark
from schedules.register_references import Known
from schedules.report import (
    Campaign,
    Cards,
    Cases,
    Chapter,
    Counted,
    Covers,
    Found,
    FromBook,
    Gatherings,
    HoursOf,
    OnTime,
    Order,
    Records,
    Source,
    figures_of,
    schedules_of,
)
from schedules.words import Words, phrase

CHILDREN = "children"
PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Sources:
    """What figures can be counted from. `families`: id of an entry with `for_each` -> ids of its schedules; `cards`: kinds of
    certificates, None where they could not be read; `figures`: every figure of the report with the place that took its id first.
    """

    known: Known
    families: Mapping[str, Sequence[str]]
    cards: frozenset[str] | None
    figures: Mapping[str, tuple[str, str]]

    def schedules(self, keys: Sequence[str]) -> list[Schedule]:
        """The schedules that these ids and families stand for, as far as they are there."""
        names = [name for key in keys for name in self.families.get(key, (key,))]
        return [self.known.schedules[name] for name in names if name in self.known.schedules]

    def has(self, key: str) -> bool:
        """Whether a schedule or a family answers to the id, or would if it could be read."""
        return key in self.families or key in self.known.schedules or key in self.known.unread


def deciding_part(schedule: Schedule) -> str:
    """The part whose record says that it took place: what decides whether it was on time, else the record, else the last step."""
    if schedule.on_time is not None:
        return schedule.on_time
    if schedule.record is not None:
        return RECORD
    if not schedule.steps:
        return ""
    ends = (
        [each for each in schedule.done.all if each != CHILDREN] if isinstance(schedule.done, AllOf) else []
    )
    owed = [key for key, step in schedule.steps.items() if step.wait is None]
    return (ends or owed)[-1]


def report_references(chapter: Chapter, sources: Sources) -> Iterator[Remark]:
    """Everything in a chapter that nothing answers to. Under `missing: leave-out` schedules and registers may be unknown."""
    for name, section in chapter.sections.items():
        path: Path = ("sections", name)
        for found in PLACE.findall(section.text or ""):
            if found not in sources.figures:
                what = phrase("there is no figure '{name}'", name=found)
                yield Remark((*path, "text"), what, nearest(found, sources.figures))
    for name, key, figure in chapter.figures():
        path = ("sections", name, "figures", key)
        if sources.figures.get(key, (chapter.id, name)) != (chapter.id, name):
            yield Remark(path, phrase("the figure '{name}' stands in the report already", name=key))
        strict = chapter.missing == "error"
        yield from (
            Remark((*path, *each.path), each.what, each.allowed)
            for each in _figure(figure, sources, before=_before(key, sources), strict=strict)
        )


def _before(key: str, sources: Sources) -> list[str]:
    """The figures that stand before one in the report."""
    names = list(sources.figures)
    return names[: names.index(key)]


def _figure(figure: Source, sources: Sources, *, before: Sequence[str], strict: bool) -> Iterator[Remark]:
    field = next(name for name in _KEYS if getattr(figure, name, None) is not None)
    for index, key in enumerate(schedules_of(figure)):
        if strict and not sources.has(key):
            several = isinstance(getattr(figure, field), tuple)
            path: Path = (_KEYS[field], index) if several else (_KEYS[field],)
            path = ("of", index) if isinstance(figure, Order | Counted) else path
            names = [*sources.families, *sources.known.schedules]
            yield Remark(path, phrase("there is no schedule '{name}'", name=key), nearest(key, names))
    for index, key in enumerate(figures_of(figure)):
        if key not in before:
            what = phrase("no figure '{name}' stands before this one", name=key)
            yield Remark((_KEYS[field], index), what, nearest(key, before))
    yield from _of_schedules(figure, sources)
    if isinstance(figure, FromBook):
        yield from _of_register(figure, sources, strict=strict)
    if (
        isinstance(figure, Cards)
        and strict
        and sources.cards is not None
        and figure.credentials not in sources.cards
    ):
        what = phrase("nobody holds a certificate '{name}'", name=figure.credentials)
        yield Remark(("credentials",), what, nearest(figure.credentials, sources.cards))
    if isinstance(figure, Counted):
        yield from _of_counts(figure, sources, strict=strict)


_KEYS = {
    "gatherings": "gatherings", "records": "records", "on_time": "on_time", "cases": "cases", "order": "order",
    "children": "children", "campaign": "campaign", "register_": "register", "hours": "hours", "credentials": "credentials",
    "topics": "topics", "counted": "counted", "share": "share", "total": "total",
}  # fmt: skip


# What a source asks of every schedule it names: the key it stands under, whether the schedule can give it, what to say if not.
_ASKS: Mapping[type[Source], tuple[str, Callable[[Schedule], bool], Words]] = {
    Gatherings: ("gatherings", lambda each: each.done_through_attendance, phrase("keeps no attendance")),
    Cases: ("cases", lambda each: isinstance(each.when, Event), phrase("is not started by events")),
    Found: ("children", lambda each: each.children is not None, phrase("finds no items")),
    Campaign: ("campaign", lambda each: isinstance(each.when, Once), phrase("is no campaign")),
    HoursOf: ("hours", lambda each: isinstance(each.done, Quota), phrase("counts no hours")),
    Covers: ("topics", lambda each: isinstance(each.done, Topics), phrase("asks for no topics")),
}


def _of_schedules(figure: Source, sources: Sources) -> Iterator[Remark]:
    """What a figure asks of its schedules, and some of them cannot give."""
    for schedule in sources.schedules(schedules_of(figure)):
        if type(figure) in _ASKS:
            key, can, why = _ASKS[type(figure)]
            if not can(schedule):
                yield Remark((key,), phrase("the schedule '{name}' {why}", name=schedule.id, why=why))
        key, wanted = _parts_of(figure)
        yield from _parts(wanted, schedule, key)
        if isinstance(figure, Records):
            yield from _fields(figure, schedule)


def _parts_of(figure: Source) -> tuple[str, Sequence[str | None]]:
    """The steps that every schedule of a figure must have, with the key they stand under."""
    match figure:
        case Records(part=part) | Cases(part=part) | Campaign(part=part):
            return "part", [part]
        case OnTime(on_time=(_,), parts=parts):
            return "parts", parts
        case Order(order=order):
            return "order", order
        case _:
            return "", ()


def _parts(wanted: Sequence[str | None], schedule: Schedule, key: str) -> Iterator[Remark]:
    known = [*schedule.steps, *([RECORD] if schedule.record else [])]
    for part in wanted:
        if part is not None and part not in known:
            what = phrase("the schedule '{schedule}' has no step '{name}'", schedule=schedule.id, name=part)
            yield Remark((key,), what, nearest(part, known))


def _fields(figure: Records, schedule: Schedule) -> Iterator[Remark]:
    part = figure.part if figure.part is not None else deciding_part(schedule)
    fields = evidence_of(schedule, part)
    yield from _sum_and_where(figure.sum, figure.where, fields, schedule.id)


def _sum_and_where(
    total: str | None, where: Condition | None, fields: Evidence, whose: str
) -> Iterator[Remark]:
    if total is not None and (total not in fields or fields[total].kind != "number"):
        numbers = [name for name, each in fields.items() if each.kind == "number"]
        yield Remark(
            ("sum",),
            phrase("'{whose}' records no number '{name}'", whose=whose, name=total),
            nearest(total, numbers),
        )
    if where is None:
        return
    if where.field not in fields:
        what = phrase("'{whose}' records no field '{name}'", whose=whose, name=where.field)
        yield Remark(("where",), what, nearest(where.field, fields))
    elif fields[where.field].options and where.value not in fields[where.field].options:
        what = phrase("'{name}' cannot be '{found}'", name=where.field, found=where.value)
        yield Remark(("where",), what, "、".join(fields[where.field].options))


def _of_register(figure: FromBook, sources: Sources, *, strict: bool) -> Iterator[Remark]:
    book = sources.known.registers.get(figure.register_)
    if book is None:
        if strict and figure.register_ not in sources.known.unread:
            what = phrase("there is no register '{name}'", name=figure.register_)
            yield Remark(("register",), what, nearest(figure.register_, sources.known.registers))
        return
    yield from _sum_and_where(figure.sum, figure.where, book.fields_, book.id)
    choices = book.options()
    if figure.each is not None and not choices.get(figure.each):
        what = phrase("'{whose}' records no choice '{name}'", whose=book.id, name=figure.each)
        yield Remark(("each",), what, nearest(figure.each, choices))
    if figure.by is not None and figure.by not in book.fields_:
        what = phrase("'{whose}' records no field '{name}'", whose=book.id, name=figure.by)
        yield Remark(("by",), what, nearest(figure.by, book.fields_))


def _of_counts(figure: Counted, sources: Sources, *, strict: bool) -> Iterator[Remark]:
    names = {
        name
        for schedule in sources.known.schedules.values()
        for part in (RECORD, *schedule.steps)
        for name in counts_of(schedule, part)
    }
    if strict and figure.counted not in names and not sources.known.unread:
        what = phrase("nothing counts to '{name}'", name=figure.counted)
        yield Remark(("counted",), what, nearest(figure.counted, names))
