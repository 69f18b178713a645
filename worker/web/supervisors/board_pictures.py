"""Small pictures of the board: attendance as a heat strip, a quota as people on a line. Drawn here, readable without scripts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.queries import pages_board
from models.queries.pages_board import Attended, Hours, SessionDay
from schedules.grammar import Quota
from schedules.periods import quota_period
from schedules.rounding import rate
from tasks.live import definition
from tasks.reporting.board import Chosen
from tasks.reporting.sealed import sealed_versions
from worker.web import places
from worker.web.display import Display
from worker.web.duties.hours import quota_of
from worker.web.duties.quota_bar import UNIT, expected_by, milestones
from worker.web.site import View

BEHIND = 12  # names beside the picture of a quota
DOTS = 120  # so many people are drawn one by one; more of them become columns
COLUMNS = 33  # the last column of a line on which dots are 10 wide
GROUND, HEIGHT = 80.0, 64.0
LEVELS = ((95, ""), (90, "l1"), (80, "l2"), (70, "l3"))


# ── attendance ────────────────────────────────────────────────
@dataclass(frozen=True, slots=True)
class Cell:
    """One unit at one gathering: whole per cent present of those expected, and how many were absent."""

    rate: int | None
    absent: int
    level: str


@dataclass(frozen=True, slots=True)
class StripRow:
    """One unit."""

    title: str
    link: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Strip:
    """The last gatherings of one schedule by unit, the oldest first."""

    title: str
    link: str
    days: list[SessionDay]
    rows: list[StripRow]


def strips(view: View, chosen: Chosen, *, key: str | None = None) -> list[Strip]:
    """One strip for each schedule that keeps attendance, or only that of the schedule with this id; none of what is sealed, since a
    board hangs on a wall.
    """
    by_schedule: dict[str, list[SessionDay]] = defaultdict(list)
    sealed = sealed_versions(view.session)
    for day in pages_board.last_sessions(view.session, today=view.today, without=sealed):
        if (key or chosen.schedule) in (None, day.schedule):
            by_schedule[day.schedule].append(day)
    return [_strip(view, days, chosen) for days in by_schedule.values()]


def _strip(view: View, days: list[SessionDay], chosen: Chosen) -> Strip:
    counted = pages_board.attendance(view.session, [day.occurrence_id for day in days], units=chosen.units)
    rows: dict[str, dict[int, Attended]] = defaultdict(dict)
    for one in counted:
        rows[one.key][one.occurrence_id] = one
    shown = [
        StripRow(next(iter(cells.values())).unit, places.unit(key), [cell(cells.get(day.occurrence_id)) for day in days])
        for key, cells in rows.items()
    ]  # fmt: skip
    return Strip(days[-1].title, places.schedule(days[-1].schedule), days, shown)


def cell(one: Attended | None) -> Cell:
    """Approved leave does not count as expected; a rate is cut, so that 100 is said only of all."""
    expected = one.present + one.absent if one else 0
    if one is None or expected == 0:
        return Cell(None, 0, "none")
    whole = int(rate(one.present, expected) or 0)
    level = next((name for least, name in LEVELS if whole >= least), "l4")
    # One person missing from a small unit is not a darker thing than one missing from a large one.
    return Cell(whole, one.absent, "l2" if one.absent == 1 and level in ("l3", "l4") else level)


# ── hours ─────────────────────────────────────────────────────
def quotas(view: View, chosen: Chosen) -> list[dict[str, Any]]:
    """One picture for each running quota of hours."""
    keys = [
        each.id
        for each in view.live.office.schedules
        if isinstance(each.done, Quota) and each.done.sum == "hours" and each.privacy != "sealed"
        if chosen.schedule in (None, each.id)
    ]
    by_version: dict[int, list[Hours]] = defaultdict(list)
    for one in pages_board.quotas(view.session, keys, today=view.today, units=chosen.units) if keys else ():
        by_version[one.version_id].append(one)
    return [_quota(view, people) for people in by_version.values()]


def _quota(view: View, people: Sequence[Hours]) -> dict[str, Any]:
    schedule = definition(view.session, people[0].version_id)
    quota, period = quota_of(schedule), quota_period(schedule, people[0].held_on)
    known: dict[int, int] = {}
    for target in {one.target for one in people}:
        known[target] = expected_by(milestones(schedule, quota, target, period), view.today, period.first)
    expected = [known[one.target] for one in people]
    behind = [(one, figure) for one, figure in zip(people, expected, strict=True) if one.progress < figure]
    full = quota.reach * UNIT
    today = expected_by(milestones(schedule, quota, full, period), view.today, period.first)
    return {
        "title": people[0].title, "link": places.schedule(schedule.id), "sentence": _sentence(view.d, people, len(behind), today),
        "behind_total": len(behind), "behind_more": max(0, len(behind) - BEHIND),
        "behind": [
            {"name": one.name, "link": places.person(one.key), "progress": one.progress, "short": figure - one.progress}
            for one, figure in behind[:BEHIND]
        ],
        **_picture(view.d, people, expected, full=full, today=today),
    }  # fmt: skip


def _sentence(d: Display, people: Sequence[Hours], behind: int, today: int) -> str:
    fields = {"n": len(people), "ok": len(people) - behind, "figure": d.amount(today)}
    if len(people) <= DOTS:
        return d._("{n} people, one dot each. {ok} have the {figure} hours expected today.", **fields)
    return d._("{n} people, stacked. {ok} have the {figure} hours expected today.", **fields)


def _picture(
    d: Display, people: Sequence[Hours], expected: Sequence[int], *, full: int, today: int
) -> dict[str, Any]:
    """Places on a line 348 wide."""
    top = max(full * 5 // 4, *(one.progress for one in people))
    placed = [
        (round(COLUMNS * one.progress / top), one.progress >= figure)
        for one, figure in zip(people, expected, strict=True)
    ]
    drawn = (
        {"dots": _dots(placed), "columns": []}
        if len(people) <= DOTS
        else {"dots": [], "columns": _columns(placed)}
    )
    step = max(UNIT, full // 4 // UNIT * UNIT)
    ticks = [{"x": _x(figure, top), "text": d.amount(figure)} for figure in range(0, top + 1, step)]
    return {**drawn, "lines": _lines(d, top, full=full, today=today), "ticks": ticks}


def _x(figure: int, top: int) -> float:
    return round(8 + 336 * figure / top, 1)


def _dots(placed: Sequence[tuple[int, bool]]) -> list[dict[str, Any]]:
    """People with the same figure stand on each other, closer the more there are."""
    highest = max(Counter(column for column, _ in placed).values())
    step = min(13.0, HEIGHT / max(1, highest - 1))
    stacks: Counter[int] = Counter()
    dots = []
    for column, reached in placed:
        y = round(GROUND - step * stacks[column], 1)
        dots.append({"x": round(8 + 336 * column / COLUMNS, 1), "y": y, "full": reached})
        stacks[column] += 1
    return dots


def _columns(placed: Sequence[tuple[int, bool]]) -> list[dict[str, Any]]:
    """How many people stand at each figure: those who have enough, filled, below those who have not."""
    counts: dict[int, Counter[bool]] = defaultdict(Counter)
    for column, reached in placed:
        counts[column][reached] += 1
    each = HEIGHT / max(sum(found.values()) for found in counts.values())
    columns = []
    for column, found in sorted(counts.items()):
        y = GROUND + 8
        for reached in (True, False):
            height = round(each * found[reached], 1)
            if height:
                y = round(y - height, 1)
                columns.append(
                    {"x": round(4 + 336 * column / COLUMNS, 1), "y": y, "height": height, "full": reached}
                )
    return columns


def _lines(d: Display, top: int, *, full: int, today: int) -> list[dict[str, Any]]:
    """The year's line, dashed, and today's."""
    end, now = _x(full, top), _x(today, top)
    words = d._("in all {figure}", figure=d.amount(full))
    lines = [{"x": end, "dashed": True, "text": words, "text_x": end + 5, "y": 16, "anchor": "start"}]
    if today and today < full:
        left = today * 2 > top
        words = d._("today {figure}", figure=d.amount(today))
        lines.insert(0, {"x": now, "dashed": False, "text": words, "text_x": now + (-5 if left else 5),
                         "y": 30 if abs(end - now) < 60 and not left else 16, "anchor": "end" if left else "start"})  # fmt: skip
    return lines
