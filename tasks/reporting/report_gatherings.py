"""Figures of gatherings: planned, held, how many came, and what was covered in them."""

from models.queries import registers
from models.queries import report as read
from schedules.grammar import Topics
from schedules.ladder import RECORD
from schedules.report import Covers, Gatherings
from schedules.rounding import HUNDREDTHS
from schedules.tally import covered
from schedules.words import Words, phrase
from tasks.reporting.report_duties import schedules_of, titles
from tasks.reporting.report_result import Line, Place, Result, Span, named

SCOPES = {
    "planned": phrase("by the plan, moved ones included"),
    "held": phrase("gatherings with a record"),
    "person-times": phrase("present at all gatherings together, make-up not counted"),
    "attendance": phrase("present ÷ (expected − approved leave)"),
    "made-up": phrase("present or made up ÷ (expected − approved leave)"),
}


def gatherings(span: Span, figure: Gatherings) -> Result:
    """Each gathering is a line, with its own share of those who came."""
    schedules = schedules_of(span, figure.gatherings)
    by_key = {each.id: each for each in schedules}
    planned = [
        each
        for each in read.began(span.session, by_key, read.held_between(span.first, span.last))
        if figure.count == "planned" or each.held_on <= span.until
    ]
    where = (read.of_schedules(by_key), read.of_parts([RECORD]), read.held_between(span.first, span.last))
    held = {
        each.occurrence_id for each in read.duties(span.session, *where) if each.confirmation_id is not None
    }
    marks = read.attendance(span.session, by_key, span.first, span.last)
    lines = tuple(
        Line(
            on=each.held_on, title=named(by_key[each.schedule], each.title, each.key, event=False),
            counts=figure.count == "planned" or each.id in held,
            amount=_amount(marks.get(each.id), figure.count), note=_note(marks.get(each.id), recorded=each.id in held),
            place=Place("occurrence", str(each.id)),
        )
        for each in planned
    )  # fmt: skip
    missing = sum(each.id not in held for each in planned)
    gaps = (phrase("{n} not recorded", n=missing),) if missing and figure.count != "planned" else ()
    scope = SCOPES[figure.count]
    if figure.count in ("attendance", "made-up"):
        counted = [mark for key, mark in marks.items() if key in held]
        part = sum(mark.present + (mark.made_up if figure.count == "made-up" else 0) for mark in counted)
        whole = sum(mark.asked for mark in counted)
        return Result(
            lines=lines,
            part=part * HUNDREDTHS,
            whole=whole * HUNDREDTHS,
            recorded=bool(planned),
            gaps=gaps,
            scope=scope,
        )
    number = (
        sum(line.counts if line.amount is None else line.amount // HUNDREDTHS for line in lines) * HUNDREDTHS
    )
    return Result(lines=lines, number=number, recorded=bool(planned), gaps=gaps, scope=scope)


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
