"""The board: figures of a year and of the year before, what is late, what falls due in this week. Everything is bounded.

The same rules as in `tasks/reporting/overdue.py`; here only so much is described as a page shows, whatever is owed in all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.queries import board as read
from models.queries import overdue as queries
from models.queries.board import Owing
from models.queries.overdue import Earlier
from schedules.lights import light
from schedules.occurrences import slots
from schedules.terms import deadline
from tasks.duties.records import overrides
from tasks.duties.targets import has_targets
from tasks.duties.whose import outside_title
from tasks.live import Live
from tasks.reporting.overdue import Describer, Figures, Item, UnitFigures, figures_of, total, units_of

NAMED = 3  # parties that a line of the week names; of more it says how many
MOVED = timedelta(days=31)  # how far from its rule's day a gathering is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One line of the week: a part of an occurrence, how many owe it, who if they are few. `waits_for`: the body outside that acts."""

    item: Item
    occurrence_id: int
    number: int
    who: tuple[Owing, ...]
    light: str
    waits_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A gathering of this week that is still to come. `moved_from`: the rule's own day."""

    schedule: str
    title: str
    on: date
    at: datetime | None
    moved_from: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`late` holds at most so many items as were asked for; `figures.overdue` says how many there are. `worst`: natural days."""

    figures: Figures
    due_today: int
    units: tuple[UnitFigures, ...]
    late: tuple[Item, ...]
    worst: int
    week_ends: date
    week: tuple[Due, ...]
    gatherings: tuple[Gathering, ...]
    year_before: Earlier | None

    @property
    def next(self) -> Item | None:
        """The open duty that is due next in any of the units."""
        return min(
            (unit.next for unit in self.units if unit.next), key=lambda item: item.due_on, default=None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is asked for: the ids of units (None: all), the id of a schedule (None: all)."""

    units: frozenset[int] | None
    schedule: str | None = None

    @property
    def listed(self) -> list[int] | None:
        """The units in order, as statements take them."""
        return None if self.units is None else sorted(self.units)


def board(
    session: Session, live: Live, chosen: Chosen, *, now: datetime, most: int, lines: int, until: date | None = None
) -> Board:  # fmt: skip
    """Read it at `now`: at most `most` late items and `lines` lines of the week, or of what is due until a later day.

    The number of statements does not depend on the data.
    """
    today, units = live.today(now), chosen.listed
    soon_until = deadline(today, live.office.file.lights.soon_short, live.office.calendar).due
    first = max(date(today.year, 1, 1), live.start_on)
    counted = queries.figures(
        session, first=first, today=today, soon_until=soon_until, units=units, schedule=chosen.schedule
    )
    late = read.late(session, today=today, units=units, schedule=chosen.schedule, limit=most)
    week_ends = until or today + timedelta(days=6 - today.weekday())
    week = read.due_until(
        session, today=today, until=week_ends, soon_until=soon_until, units=units, schedule=chosen.schedule, limit=lines
    )  # fmt: skip
    coming = [] if chosen.schedule else queries.upcoming(session, today=today, units=units)
    rows = [*late, *coming, *(each.row for each in week)]
    describe = Describer(
        session, live, today=today, versions={row.version_id for row in rows},
        urged=queries.urged_of(session, [row.id for row in late]),
    ).item  # fmt: skip
    who = read.owing(session, [each.row.occurrence_id for each in week if each.number <= NAMED], units=units)
    nearest = {row.unit_id: describe(row) for row in coming}
    return Board(
        figures=total([figures_of(row) for row in counted]), due_today=sum(row.today for row in counted),
        units=units_of(queries.units(session), counted, nearest, None if chosen.units is None else set(chosen.units)),
        late=tuple(describe(row) for row in late), worst=(today - late[0].due_on).days if late else 0, week_ends=week_ends,
        week=tuple(_due(live, each, describe(each.row), who, today) for each in week),
        gatherings=_gatherings(session, live, chosen, now, week_ends), year_before=_year_before(session, live, chosen, today),
    )  # fmt: skip


def _due(
    live: Live, each: read.Due, item: Item, who: Mapping[tuple[int, str, date | None], Sequence[Owing]], today: date
) -> Due:  # fmt: skip
    row = each.row
    found = who.get((row.occurrence_id, row.part, row.due_on), ()) if each.number <= NAMED else ()
    return Due(
        item=item, occurrence_id=0 if item.privacy == "sealed" else row.occurrence_id, number=each.number,
        who=() if item.privacy == "sealed" else tuple(found), light=colour(row, today), waits_for=outside_title(live, row.waits_for),
    )  # fmt: skip


def colour(row: Row[Any], today: date) -> str:
    """The light of an open obligation as `models.queries.overdue.described` tells of it."""
    quiet = row.quiet_until is not None and row.quiet_until > today
    return light(
        state=row.state, due_on=row.due_on, today=today, soon_on=row.soon_on, provisional=row.provisional, quiet=quiet,
        outside=row.waits_for is not None,
    ).value  # fmt: skip


def _gatherings(
    session: Session, live: Live, chosen: Chosen, now: datetime, until: date
) -> tuple[Gathering, ...]:
    """By the rules and by what was decided by hand: most gatherings open only the day before."""
    wanted = [
        each for each in live.office.schedules
        if each.done_through_attendance and chosen.schedule in (None, each.id) and each.privacy != "sealed"
    ]  # fmt: skip
    if not wanted:
        return ()
    office, today = replace(live.office, overrides=overrides(session)), live.today(now)
    found = [
        Gathering(schedule=each.id, title=slot.title or each.title, on=slot.date, at=slot.starts_at, moved_from=slot.moved_from)
        for each in wanted
        for slot in slots(each, office, today - MOVED, until + MOVED)
        if slot.date is not None and today <= slot.date <= until and (slot.starts_at or now) >= now
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: (each.on, each.title)))


def _year_before(session: Session, live: Live, chosen: Chosen, today: date) -> Earlier | None:
    """The same day of the year before; None where nothing was due then, or only one schedule is asked for."""
    last_year = today.year - 1
    day = date(last_year, today.month, min(today.day, 28) if today.month == 2 else today.day)
    if chosen.schedule is not None or live.start_on >= day:
        return None
    first = max(date(last_year, 1, 1), live.start_on)
    found = queries.a_year_before(session, first=first, day=day, units=chosen.listed)
    return found if found.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """How far a campaign is: its targets done, or (`children`) the items found in it that are closed."""

    schedule: str
    title: str
    children: bool
    done: int
    total: int


def campaigns(session: Session, live: Live, chosen: Chosen) -> tuple[Campaign, ...]:
    """Every campaign with a table, in the order of the office's files, each followed by what was found in it."""
    wanted = [
        each for each in live.office.schedules
        if has_targets(each) and each.privacy != "sealed" and chosen.schedule in (None, each.id)
    ]  # fmt: skip
    if not wanted:
        return ()
    keys = [each.id for each in wanted]
    counted = [
        (children, read.campaigns(session, keys, units=chosen.listed, children=children))
        for children in (False, True)
    ]
    return tuple(
        Campaign(schedule=each.id, title=each.title, children=children, done=counts[each.id].done, total=counts[each.id].total)
        for each in wanted
        for children, counts in counted
        if each.id in counts
    )  # fmt: skip
