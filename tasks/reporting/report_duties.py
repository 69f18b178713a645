"""Figures that are counted from duties: what was recorded, what was done by its day, what records count to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from models.queries import report as read
from schedules.grammar import Schedule
from schedules.parts import evidence_of, part_title
from schedules.report import Counted, OnTime, Records
from schedules.report_references import deciding_part
from schedules.rounding import HUNDREDTHS
from schedules.tally import hundredths
from schedules.words import Words, phrase
from tasks.reporting.report_result import Line, Place, Result, Span, days_of, named

OUT = frozenset({"waived", "paused", "history"})  # neither asked for nor done
LATE = phrase("late")
NOT_DONE = phrase("not done")


def schedules_of(span: Span, keys: Sequence[str]) -> list[Schedule]:
    """The schedules of the office that these ids stand for."""
    return [each for key in keys for each in span.live.office.schedules_of(key)]


def titles(schedules: Iterable[Schedule], most: int = 2) -> str:
    """Their titles, for 口径."""
    found = list(dict.fromkeys(each.title for each in schedules))
    return "、".join(found[:most]) + ("…" if len(found) > most else "")


def line(duty: read.Duty, schedule: Schedule, **more: object) -> Line:
    """An obligation as a line; of what is sealed neither persons nor units."""
    step = part_title(schedule, duty.part)
    name = named(schedule, duty.title, duty.key, event=duty.event_id is not None)
    sealed = schedule.privacy == "sealed"
    values: dict[str, object] = {
        "on": duty.done_on, "title": phrase("{title}: {part}", title=name, part=step) if step and not sealed else name,
        "unit": "" if sealed else duty.unit or duty.party, "who": "" if sealed else duty.by or "",
        "place": Place("duty", str(duty.obligation_id)),
    }  # fmt: skip
    return Line(**(values | more))  # type: ignore[arg-type]


def _of(
    schedules: Sequence[Schedule], parts: Sequence[str] = ()
) -> tuple[dict[str, Schedule], list[read.Condition]]:
    """The schedules by id, and the condition for these parts of them, or for the one that decides of each."""
    by_key = {each.id: each for each in schedules}
    wanted = list(parts) or sorted({deciding_part(each) for each in schedules})
    return by_key, [read.of_schedules(by_key), read.of_parts(wanted)]


def _fits(duty: read.Duty, schedule: Schedule, parts: Sequence[str]) -> bool:
    return bool(parts) or duty.part == deciding_part(schedule)


def records(span: Span, figure: Records) -> Result:
    """What was confirmed; a sum adds a field up, a condition keeps some. Of numbers that nobody wrote down the sum is not 0: 未登记."""
    found = schedules_of(span, figure.records)
    parts = [figure.part] if figure.part is not None else []
    by_key, where = _of(found, parts)
    done = [
        each
        for each in read.duties(span.session, *where, read.recorded_between(span.first, span.last))
        if _fits(each, by_key[each.schedule], parts)
    ]
    given = read.given(
        span.session, _fields(figure, found), *where, read.recorded_between(span.first, span.last)
    )
    lines = []
    for each in done:
        values = given.values.get(each.confirmation_id or 0, {})
        if figure.where is None or figure.where.holds({name: tuple(words) for name, words in values.items()}):
            amount = sum(hundredths(value) for value in values.get(figure.sum or "", ()))
            lines.append(line(each, by_key[each.schedule], amount=amount if figure.sum else None))
    missing = _not_done(span, by_key, where, parts)
    number = sum(each.amount or 0 for each in lines) if figure.sum else len(lines) * HUNDREDTHS
    return Result(
        lines=(*lines, *missing), number=number,
        recorded=bool(done if figure.sum else lines or missing or came_round(span, by_key)),
        detail=None if figure.sum else days_of(lines),
        gaps=(*_lacking(missing), *_without_files(by_key, done, given)),
        scope=phrase("records of {schedules}, by the day it was done", schedules=titles(found)),
    )  # fmt: skip


def _fields(figure: Records, schedules: Sequence[Schedule]) -> list[str]:
    """The fields that are read: what is counted, and those that should hold a file."""
    files = [name for each in schedules for name in _file_fields(each, figure.part)]
    return [*files, *([figure.sum] if figure.sum else []), *([figure.where.field] if figure.where else [])]


def _file_fields(schedule: Schedule, part: str | None) -> dict[str, str]:
    """Required fields for files, with their labels."""
    fields = evidence_of(schedule, deciding_part(schedule) if part is None else part)
    return {
        name: each.label or name
        for name, each in fields.items()
        if each.kind in ("file", "photo") and each.required
    }


def _without_files(by_key: dict[str, Schedule], done: Sequence[read.Duty], given: read.Given) -> list[Words]:
    lacking: dict[str, int] = defaultdict(int)
    for each in done:
        for name, label in _file_fields(by_key[each.schedule], each.part).items():
            lacking[label] += name not in given.files.get(each.confirmation_id or 0, ())
    return [phrase("{n} without {what}", n=n, what=label) for label, n in lacking.items() if n]


def _not_done(
    span: Span, by_key: dict[str, Schedule], where: Sequence[read.Condition], parts: Sequence[str]
) -> list[Line]:
    """What fell due by now and was not done."""
    due = read.duties(span.session, *where, read.due_between(span.first, span.until))
    return [
        line(each, by_key[each.schedule], on=each.due_on, counts=False, note=NOT_DONE)
        for each in due
        if each.done_on is None
        and each.state not in OUT
        and each.waits_for is None
        and not _still_today(span, each)
        if _fits(each, by_key[each.schedule], parts)
    ]


def _still_today(span: Span, duty: read.Duty) -> bool:
    return duty.due_on is not None and duty.due_on >= span.today


def _lacking(missing: Sequence[Line]) -> list[Words]:
    return [phrase("{n} not done", n=len(missing))] if missing else []


def came_round(span: Span, by_key: dict[str, Schedule]) -> bool:
    """Whether anything of these schedules came round in the year."""
    return bool(read.began(span.session, by_key, read.held_between(span.first, span.last)))


def on_time(span: Span, figure: OnTime) -> Result:
    """Of what fell due in the year and was ours to do, the share that was done by its day."""
    found = schedules_of(span, figure.on_time)
    by_key, where = _of(found, figure.parts)
    due = [
        each
        for each in read.duties(span.session, *where, read.due_between(span.first, span.until))
        if each.state not in OUT
        and each.waits_for is None
        and _fits(each, by_key[each.schedule], figure.parts)
        if each.done_on is not None or not _still_today(span, each)
    ]
    lines = [_timed(each, by_key[each.schedule]) for each in due]
    late = [each for each in lines if each.note is LATE]
    never = [each for each in lines if each.note is NOT_DONE]
    gaps = [phrase("{n} done late", n=len(late))] if late else []
    return Result(
        lines=tuple(lines), part=sum(each.counts for each in lines) * HUNDREDTHS, whole=len(lines) * HUNDREDTHS,
        recorded=bool(lines or came_round(span, by_key)), gaps=(*gaps, *_lacking(never)),
        scope=phrase("{schedules}: due in the year, done by the due day", schedules=titles(found)),
    )  # fmt: skip


def _timed(duty: read.Duty, schedule: Schedule) -> Line:
    if duty.done_on is None:
        return line(duty, schedule, on=duty.due_on, counts=False, note=NOT_DONE)
    in_time = duty.due_on is not None and duty.done_on <= duty.due_on
    return line(duty, schedule, counts=in_time, note=None if in_time else LATE)


def counted(span: Span, figure: Counted, amounts: dict[tuple[str, str], int]) -> Result:
    """A figure that confirmations count to; `amounts` by schedule and occurrence."""
    found = schedules_of(span, figure.of) if figure.of else list(span.live.office.schedules)
    by_key = {each.id: each for each in found}
    held = read.began(span.session, {key for key, _ in amounts} & by_key.keys())
    lines = [
        Line(
            on=each.held_on, title=named(by_key[each.schedule], each.title, each.key, event=each.event_id is not None),
            amount=amounts[each.schedule, each.key], place=Place("occurrence", str(each.id)),
        )
        for each in held
        if (each.schedule, each.key) in amounts
    ]  # fmt: skip
    return Result(
        lines=tuple(lines), number=sum(each.amount or 0 for each in lines),
        recorded=bool(lines or (figure.of and came_round(span, by_key))),
        scope=phrase("counted by the records of {schedules}", schedules=titles(found)),
    )  # fmt: skip
