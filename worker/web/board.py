"""The board: what is late and why, what comes, the units, attendance, hours, certificates. Everything is counted by the server."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g

from models.queries import pages_board
from models.queries.pages_board import Attended, Card, Hours, SessionDay
from schedules.grammar import Quota, Schedule
from schedules.periods import quota_period
from tasks.live import definition
from tasks.overdue import Item, UnitFigures, overdue
from tasks.targets import progress
from worker.web import places
from worker.web.display import Display
from worker.web.hours import quota_of
from worker.web.items import next_line, shown_item, totals
from worker.web.quota_bar import UNIT, expected_by, milestones
from worker.web.security import require_viewer
from worker.web.site import View, reading, render

blueprint = Blueprint("board", __name__)
blueprint.before_request(require_viewer)
MOST = 25
CARD_DAYS = 90
BEHIND = 12  # names beside the picture of a quota


@blueprint.get("/")
def board() -> str:
    """The whole board for the units the viewer may see."""
    units = g.viewer.units
    with reading() as view:
        report = overdue(view.session, view.live, now=view.now, units=None if units is None else set(units))
        return render(
            view, "board.html", here="board", as_of=view.d.moment(view.now), **totals(view, report),
            scope="" if units is None else view.d._("your units only"),
            late=[_item(view, item) for item in report.items[:MOST]], late_more=max(0, len(report.items) - MOST),
            soon=[_item(view, item) for item in report.coming[:MOST]], soon_more=max(0, len(report.coming) - MOST),
            soon_empty=next_line(view, report),
            units=[_unit(view, unit) for unit in report.units if unit.title], strips=strips(view, units), quotas=quotas(view, units),
            campaigns=progress(view.session, view.live),
            credentials=[_card(view, card) for card in pages_board.credentials(
                view.session, until=view.today + timedelta(days=CARD_DAYS), today=view.today, units=units)],
        )  # fmt: skip


def _item(view: View, item: Item) -> dict[str, Any]:
    return shown_item(view, item, link=_page_of(item))


def _page_of(item: Item) -> str:
    """The page of the duty for those who supervise; none for what is sealed."""
    return places.duty(item.id) if item.id else ""


def _unit(view: View, unit: UnitFigures) -> dict[str, Any]:
    figures = unit.figures
    light = "red" if figures.overdue else ("yellow" if figures.soon else "green")
    coming = {"due_on": unit.next.due_on, "title": view.d.words(unit.next.name)} if unit.next else None
    return {"title": unit.title, "light": light, "due": figures.due, "done": figures.done, "overdue": figures.overdue,
            "on_time_rate": figures.on_time_rate, "next": coming}  # fmt: skip


# ── attendance ────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one gathering: whole per cent present of those expected, and how many were absent."""

    rate: int | None
    absent: int
    level: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The last gatherings of one schedule by unit."""

    title: str
    days: list[date]
    rows: list[dict[str, Any]]


def strips(view: View, units: frozenset[int] | None) -> list[Strip]:
    """One strip for each schedule that keeps attendance."""
    by_schedule: dict[str, list[SessionDay]] = defaultdict(list)
    for day in pages_board.last_sessions(view.session, today=view.today):
        by_schedule[day.schedule].append(day)
    return [_strip(view, days, units) for days in by_schedule.values()]


def _strip(view: View, days: Sequence[SessionDay], units: frozenset[int] | None) -> Strip:
    counted = pages_board.attendance(view.session, [day.occurrence_id for day in days], units=units)
    rows: dict[int, dict[int, Attended]] = defaultdict(dict)
    for one in counted:
        rows[one.unit_id][one.occurrence_id] = one
    shown = [
        {
            "title": next(iter(cells.values())).unit,
            "cells": [_cell(cells.get(day.occurrence_id)) for day in days],
        }
        for cells in rows.values()
    ]
    return Strip(days[-1].title, [day.held_on for day in days], shown)


def _cell(one: Attended | None) -> Cell:
    """Approved leave does not count as expected; a rate is cut, so that 100 is said only of all."""
    expected = one.present + one.absent if one else 0
    if one is None or expected == 0:
        return Cell(None, 0, "none")
    rate = 100 * one.present // expected
    level = next(
        (name for least, name in ((95, ""), (90, "l1"), (80, "l2"), (70, "l3")) if rate >= least), "l4"
    )
    # One person missing from a small unit is not a darker thing than one missing from a large one.
    return Cell(rate, one.absent, "l2" if one.absent == 1 and level in ("l3", "l4") else level)


# ── hours ─────────────────────────────────────────────────────
def quotas(view: View, units: frozenset[int] | None) -> list[dict[str, Any]]:
    """One picture for each running quota: a dot for each person."""
    by_version: dict[int, list[Hours]] = defaultdict(list)
    for one in pages_board.quotas(view.session, today=view.today, units=units):
        by_version[one.version_id].append(one)
    return [
        _quota(view, people)
        for version, people in by_version.items()
        if _counts_hours(definition(view.session, version))
    ]


def _counts_hours(schedule: Schedule) -> bool:
    return isinstance(schedule.done, Quota) and schedule.done.sum == "hours"


def _quota(view: View, people: Sequence[Hours]) -> dict[str, Any]:
    schedule = definition(view.session, people[0].version_id)
    quota, period = quota_of(schedule), quota_period(schedule, people[0].held_on)
    expected = [
        expected_by(milestones(schedule, quota, one.target, period), view.today, period.first)
        for one in people
    ]
    behind = [(one, figure) for one, figure in zip(people, expected, strict=True) if one.progress < figure]
    full = quota.reach * UNIT
    today = expected_by(milestones(schedule, quota, full, period), view.today, period.first)
    d = view.d
    sentence = d._(
        "{n} people, one dot each. {ok} have the {figure} hours expected today.", n=len(people), ok=len(people) - len(behind),
        figure=d.amount(today),
    )  # fmt: skip
    return {
        "title": people[0].title, "sentence": sentence, "behind_total": len(behind), "behind_more": max(0, len(behind) - BEHIND),
        "behind": [{"name": one.name, "progress": one.progress, "short": figure - one.progress} for one, figure in behind[:BEHIND]],
        **_dots(d, people, expected, full=full, today=today),
    }  # fmt: skip


def _dots(
    d: Display, people: Sequence[Hours], expected: Sequence[int], *, full: int, today: int
) -> dict[str, Any]:
    """Places on a line 348 wide; people with the same figure stand on each other, closer the more there are."""
    top = max(full * 5 // 4, max(one.progress for one in people))

    def x(figure: int) -> float:
        return round(8 + 336 * figure / top, 1)

    stacks: dict[int, int] = defaultdict(int)
    highest = max(
        (sum(1 for one in people if _column(one, top) == c) for c in {_column(one, top) for one in people}),
        default=1,
    )
    step = min(13.0, 64 / max(1, highest - 1)) if highest > 1 else 13.0
    dots = []
    for one, figure in zip(people, expected, strict=True):
        column = _column(one, top)
        dots.append(
            {
                "x": round(8 + 336 * column / 33, 1),
                "y": round(80 - step * stacks[column], 1),
                "full": one.progress >= figure,
            }
        )
        stacks[column] += 1
    lines = [
        {
            "x": x(full),
            "dashed": True,
            "text": d._("in all {figure}", figure=d.amount(full)),
            "text_x": x(full) + 5,
            "y": 16,
            "anchor": "start",
        }
    ]
    if today:
        left = today * 2 > top
        lines.insert(0, {"x": x(today), "dashed": False, "text": d._("today {figure}", figure=d.amount(today)),
                         "text_x": x(today) + (-5 if left else 5), "y": 30 if abs(x(full) - x(today)) < 60 and not left else 16,
                         "anchor": "end" if left else "start"})  # fmt: skip
    ticks = [
        {"x": x(figure), "text": d.amount(figure)}
        for figure in range(0, top + 1, max(UNIT, full // 4 // UNIT * UNIT))
    ]
    return {"dots": dots, "lines": lines, "ticks": ticks}


def _column(one: Hours, top: int) -> int:
    """Dots are 10 wide: 34 columns fit on the line."""
    return round(33 * one.progress / top)


def _card(view: View, card: Card) -> dict[str, Any]:
    days = (card.expires_on - view.today).days
    pending = card.quiet_until is not None and card.quiet_until > view.today and days >= 0
    light = "red" if days < 0 else ("grey" if pending else "yellow")
    if days < 0:
        state = view.d.gettext("expired: no casework")
    elif pending:
        state = view.d.gettext("renewal filed, waits for the issuer")
    else:
        state = view.d.gettext("to be renewed")
    return {
        "holder": card.holder,
        "unit": card.unit,
        "expires_on": card.expires_on,
        "days": days,
        "light": light,
        "state": state,
    }
