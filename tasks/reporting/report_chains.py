"""Figures of things with several parts: chains that events start, the order of their steps, items found, campaigns."""

from collections.abc import Sequence

from models.queries import report as read
from schedules.grammar import Schedule
from schedules.report import Campaign, Cases, Found, Order
from schedules.report_references import deciding_part
from schedules.rounding import HUNDREDTHS
from schedules.words import Words, phrase
from tasks.reporting.report_duties import NOT_DONE, came_round, line, schedules_of, titles
from tasks.reporting.report_result import Line, Place, Result, Span, named


def cases(span: Span, figure: Cases) -> Result:
    """Chains that began in the year."""
    found = schedules_of(span, figure.cases)
    by_key = {each.id: each for each in found}
    held = read.held_between(span.first, span.last)
    chains = read.began(span.session, by_key, held)
    steps: dict[int, read.Duty] = {}
    if figure.part is not None:
        where = (read.of_schedules(by_key), read.of_parts([figure.part]), held)
        steps = {each.occurrence_id: each for each in read.duties(span.session, *where)}
    lines = [_case(span, each, by_key[each.schedule], steps.get(each.id), figure) for each in chains]
    wanted = [each for each in lines if each.counts or figure.count == "opened"]
    return Result(
        lines=tuple(wanted), number=len(wanted) * HUNDREDTHS, recorded=bool(chains),
        scope=phrase("{schedules}: filed in the year", schedules=titles(found)),
    )  # fmt: skip


def _case(span: Span, chain: read.Began, schedule: Schedule, step: read.Duty | None, figure: Cases) -> Line:
    """`counts`: whether it is one of those asked for. A chain that ended early is closed."""
    over = chain.state == "closed" or (step is not None and step.done_on is not None)
    closed = (
        over
        if figure.part is None
        else chain.closed_as is not None or (step is not None and step.done_on is not None)
    )
    due = step.due_on if step is not None else chain.due_on
    done = step.done_on if step is not None else None
    overdue = due is not None and (done > due if done is not None else not closed and due < span.today)
    asked = {"opened": True, "closed": closed, "pending": not closed, "overdue": overdue}
    note = phrase("open") if not closed else None
    return Line(
        on=chain.held_on, title=named(schedule, chain.title, chain.key, event=chain.event_id is not None),
        counts=asked[figure.count], note=phrase("overdue") if overdue else note, place=Place("occurrence", str(chain.id)),
    )  # fmt: skip


def order(span: Span, figure: Order) -> Result:
    """Of the chains in which the later step was done in the year and the earlier one was asked for, those in the right order."""
    found = schedules_of(span, figure.of)
    by_key = {each.id: each for each in found}
    first, then = figure.order
    later = read.duties(
        span.session,
        read.of_schedules(by_key),
        read.of_parts([then]),
        read.recorded_between(span.first, span.last),
    )
    earlier = {
        each.occurrence_id: each
        for each in read.duties(span.session, read.of_schedules(by_key), read.of_parts([first]))
    }
    lines = []
    for each in later:
        before = earlier.get(each.occurrence_id)
        if before is None or before.state == "waived":
            continue
        right = before.done_on is not None and each.done_on is not None and before.done_on <= each.done_on
        lines.append(
            line(each, by_key[each.schedule], counts=right, note=None if right else phrase("not before"))
        )
    wrong = [each for each in lines if not each.counts]
    return Result(
        lines=tuple(lines), part=(len(lines) - len(wrong)) * HUNDREDTHS, whole=len(lines) * HUNDREDTHS,
        recorded=bool(lines or came_round(span, by_key)), gaps=(phrase("{n} not before", n=len(wrong)),) if wrong else (),
        scope=phrase("{schedules}: the day of the earlier step is not after that of the later", schedules=titles(found)),
    )  # fmt: skip


def children(span: Span, figure: Found) -> Result:
    """Items found in the year, and those of them that are closed."""
    found = schedules_of(span, figure.children)
    by_key = {each.id: each for each in found}
    opened = read.duties(
        span.session,
        read.of_schedules(by_key),
        read.of_parts(["child"]),
        read.opened_between(span.begin, span.end),
    )
    open_ = [each for each in opened if each.done_on is None]
    not_yet = [each for each in open_ if each.due_on is not None and each.due_on >= span.today]
    lines = [
        line(each, by_key[each.schedule], on=each.done_on or each.due_on, counts=each.done_on is not None or figure.count == "found",
             note=None if each.done_on is not None else phrase("open"))
        for each in opened
    ]  # fmt: skip
    counted = sum(each.counts for each in lines)
    still = phrase("{n} open, {m} of them not yet due", n=len(open_), m=len(not_yet))
    gaps = ((still if not_yet else phrase("{n} open", n=len(open_))),) if open_ else ()
    return Result(
        lines=tuple(lines), number=counted * HUNDREDTHS, gaps=gaps if figure.count == "closed" else (),
        recorded=bool(opened or _any_source(span, found)),
        scope=phrase("items found by {schedules}", schedules=titles(found)),
    )  # fmt: skip


def _any_source(span: Span, schedules: Sequence[Schedule]) -> bool:
    """Whether a step that finds items was recorded in the year: then no item means that none was found."""
    keys = [each.id for each in schedules]
    parts = [each.children.from_ for each in schedules if each.children is not None]
    where = (read.of_schedules(keys), read.of_parts(parts), read.recorded_between(span.first, span.last))
    return bool(read.duties(span.session, *where))


def campaign(span: Span, figure: Campaign) -> Result:
    """How much of a list is done."""
    (schedule,) = schedules_of(span, [figure.campaign])
    held = read.held_between(span.first, span.last)
    rows = read.began(span.session, [schedule.id], held)
    done: dict[int, read.Duty] = {}
    where = (read.of_schedules([schedule.id]), read.of_parts([figure.part or deciding_part(schedule)]), held)
    for each in read.duties(span.session, *where):
        if each.done_on is not None and each.done_on <= span.last:
            done[each.occurrence_id] = each
    lines = [
        Line(
            on=done[row.id].done_on if row.id in done else None, title=_target(schedule, row),
            unit=(done[row.id].unit or "") if row.id in done else "", who=(done[row.id].by or "") if row.id in done else "",
            counts=row.id in done and (figure.part is not None or row.state == "closed"),
            note=None if row.id in done else NOT_DONE, place=Place("occurrence", str(row.id)),
        )
        for row in rows
    ]  # fmt: skip
    counted = sum(each.counts for each in lines)
    return Result(
        lines=tuple(lines), part=counted * HUNDREDTHS, whole=len(lines) * HUNDREDTHS, recorded=bool(lines),
        gaps=(phrase("{n} not done", n=len(lines) - counted),) if counted < len(lines) else (),
        scope=phrase("the list of {schedules}", schedules=schedule.title),
    )  # fmt: skip


def _target(schedule: Schedule, row: read.Began) -> Words:
    return (
        phrase("{title} ({subject})", title=row.title, subject=row.key)
        if schedule.privacy != "sealed"
        else named(schedule, "", "", event=False)
    )
