"""Figures of gatherings: planned, held, how many came, and what was covered in them."""

from collections.abc import Iterator, Mapping

from models.queries import registers
from models.queries import report as read
from schedules.grammar import Schedule, Topics
from schedules.ladder import RECORD
from schedules.occurrences import taking_place
from schedules.report import Covers, Gatherings
from schedules.rounding import HUNDREDTHS
from schedules.tally import covered
from schedules.words import Words, phrase
from tasks.reporting.report_duties import schedules_of, titles
from tasks.reporting.report_result import Line, Place, Result, Span, named

TO_COME = phrase("still to come")
BEFORE = phrase("before duban was in use")
SCOPES = {
    "planned": phrase("by the plan of the whole year, moved ones included"),
    "held": phrase("gatherings with a record"),
    "person-times": phrase("present at all gatherings together, make-up not counted"),
    "attendance": phrase("present ÷ (expected − approved leave)"),
    "made-up": phrase("present or made up ÷ (expected − approved leave)"),
}


def planned(span: Span, figure: Gatherings) -> Result:
    """The plan of the whole year: what was opened, what is still to come, and what lay before the office began with duban."""
    schedules = {each.id: each for each in schedules_of(span, figure.gatherings)}
    opened = [
        Line(
            on=each.held_on, title=named(schedules[each.schedule], each.title, each.key, event=False),
            place=Place("occurrence", str(each.id)),
        )
        for each in read.began(span.session, schedules, read.held_between(span.first, span.last))
    ]  # fmt: skip
    others = list(_not_opened(span, schedules)) if opened or span.last >= span.live.start_on else []
    before = sum(line.note == BEFORE for line in others)
    gaps = (phrase("{n} before duban was in use", n=before),) if before else ()
    lines = tuple(sorted((*opened, *others), key=lambda line: str(line.on)))
    return Result(
        lines=lines, number=len(lines) * HUNDREDTHS, recorded=bool(lines), gaps=gaps, scope=SCOPES["planned"]
    )


def _not_opened(span: Span, schedules: Mapping[str, Schedule]) -> Iterator[Line]:
    """What the rules name for days to come and for days before the start; between them only what was opened had been planned."""
    known = read.opened_keys(span.session, schedules)
    for schedule in schedules.values():
        for slot in taking_place(schedule, span.live.office, span.first, span.last):
            before = slot.date is not None and slot.date < span.live.start_on
            if (schedule.id, slot.key) in known or not (before or slot.opens_at > span.now):
                continue
            title = named(schedule, slot.title or schedule.title, slot.key, event=False)
            yield Line(on=slot.date, title=title, note=BEFORE if before else TO_COME)


def gatherings(span: Span, figure: Gatherings) -> Result:
    """Each gathering is a line, with its own share of those who came."""
    if figure.count == "planned":
        return planned(span, figure)
    schedules = schedules_of(span, figure.gatherings)
    by_key = {each.id: each for each in schedules}
    begun = read.began(span.session, by_key, read.held_between(span.first, span.until))
    where = (read.of_schedules(by_key), read.of_parts([RECORD]), read.held_between(span.first, span.last))
    held = {
        each.occurrence_id for each in read.duties(span.session, *where) if each.confirmation_id is not None
    }
    marks = read.attendance(span.session, by_key, span.first, span.last)
    lines = tuple(
        Line(
            on=each.held_on, title=named(by_key[each.schedule], each.title, each.key, event=False),
            counts=each.id in held,
            amount=_amount(marks.get(each.id), figure.count), note=_note(marks.get(each.id), recorded=each.id in held),
            place=Place("occurrence", str(each.id)),
        )
        for each in begun
    )  # fmt: skip
    missing = sum(each.id not in held for each in begun)
    gaps = (phrase("{n} not recorded", n=missing),) if missing else ()
    scope = SCOPES[figure.count]
    if figure.count in ("attendance", "made-up"):
        counted = [mark for key, mark in marks.items() if key in held]
        part = sum(mark.present + (mark.made_up if figure.count == "made-up" else 0) for mark in counted)
        whole = sum(mark.asked for mark in counted)
        return Result(
            lines=lines,
            part=part * HUNDREDTHS,
            whole=whole * HUNDREDTHS,
            recorded=bool(begun),
            gaps=gaps,
            scope=scope,
        )
    number = (
        sum(line.counts if line.amount is None else line.amount // HUNDREDTHS for line in lines) * HUNDREDTHS
    )
    return Result(lines=lines, number=number, recorded=bool(begun), gaps=gaps, scope=scope)


def _amount(mark: read.Attended | None, count: str) -> int | None:
    if count != "person-times":
        return None
    return mark.present * HUNDREDTHS if mark is not None else 0


def _note(mark: read.Attended | None, *, recorded: bool) -> Words:
    if not recorded or mark is None:
        return phrase("not recorded")
    return phrase(
        "expected {expected}, present {present}, leave {leave}, absent {absent}, made up {made_up}",
        expected=mark.asked + mark.leave, present=mark.present, leave=mark.leave, absent=mark.absent, made_up=mark.made_up,
    )  # fmt: skip


def topics(span: Span, figure: Covers) -> Result:
    """Each topic is a line, with the day on which it was covered first."""
    (schedule,) = schedules_of(span, [figure.topics])
    if not isinstance(schedule.done, Topics):
        raise TypeError(schedule.id)
    source, field = schedule.done.source
    facts = registers.recorded_values(span.session, source, field, span.first, span.last)
    found = covered(schedule.done, facts)
    first = {topic: min(day for day, value in facts if value == topic) for topic in found.topics}
    lines = tuple(
        Line(
            on=first.get(topic), title=Words("{title}", {"title": topic}), counts=topic in first,
            note=None if topic in first else phrase("not covered"),
        )
        for topic in schedule.done.topics
    )  # fmt: skip
    gaps = (phrase("lacking: {what}", what="、".join(found.missing)),) if found.missing else ()
    begun = bool(facts) or bool(
        read.began(span.session, [schedule.id, source], read.held_between(span.first, span.last))
    )
    return Result(
        lines=lines, part=len(found.topics) * HUNDREDTHS, whole=len(schedule.done.topics) * HUNDREDTHS, recorded=begun, gaps=gaps,
        scope=phrase("topics in the records of {schedules}", schedules=titles(schedules_of(span, [source]))),
    )  # fmt: skip
