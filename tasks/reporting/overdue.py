"""What is overdue, by unit and by item: the figures that supervisors read, derived at the asking and stored nowhere.

Whether something was on time is judged by the day of the fact (`done_on`). 应办结 is what was due since 1 January (or the first day of
duban in the office, if later) and whose day is over, or which is already met on its last day; excused, cancelled, withdrawn and
historical duties are out, and so is what outside bodies owe.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.people import UnitRow
from models.queries import overdue as queries
from models.schedules import ScheduleVersionRow
from schedules.calendar_alarms import red_year
from schedules.grammar import Privacy
from schedules.rounding import rate
from schedules.terms import deadline
from schedules.words import Gettext, Words
from tasks.delivery.unreached import Unreached, unreached
from tasks.live import Live, definition
from tasks.roster.silences import Silence, silences
from tasks.wording.naming import HIDDEN, duty_name, in_charge, public_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts of duties. `due = done + submitted + overdue - carried` once the day is over; `done_late` is a part of `done`."""

    due: int = 0
    done: int = 0
    done_late: int = 0
    submitted: int = 0
    overdue: int = 0
    carried: int = 0
    soon: int = 0

    @property
    def on_time(self) -> int:
        """Done, and not after the due day."""
        return self.done - self.done_late

    @property
    def on_time_rate(self) -> float | None:
        """按期办结率 in percent, cut after one decimal; None when nothing was due. 100.0 is said only of all."""
        return rate(self.on_time, self.due)

    def to_json(self) -> dict[str, object]:
        """All counts and the rate."""
        return {field.name: getattr(self, field.name) for field in fields(Figures)} | {
            "on_time_rate": self.on_time_rate
        }


def total(parts: Collection[Figures]) -> Figures:
    """The sum of several units."""
    return Figures(
        **{field.name: sum(getattr(part, field.name) for part in parts) for field in fields(Figures)}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One open duty that is late or soon due. `due_at` is office-local; days late are natural days, `workdays_late` working days.

    `person` is who answers for it: the person, the unit's head, or whoever holds the role. `urged` counts messages that a provider
    took for those who owe it. `public_name` says nothing of what a case is about. Of a `sealed` duty nothing
    is told but that it exists; `id` names the obligation of every other one.
    """

    schedule: str
    key: str
    name: Words
    part: str
    unit_id: int | None
    unit: str
    person: str
    owes: Literal["person", "people", "unit", "role"]
    due_on: date
    due_at: datetime | None
    days_late: int
    workdays_late: int
    urged: int
    reason: str | None
    new_date: date | None
    light: Literal["red", "yellow", "grey"]
    privacy: Privacy
    public_name: Words = HIDDEN
    provisional: bool = False
    id: int = 0

    def to_json(self, gettext: Gettext) -> dict[str, object]:
        """The shape other programs rely on."""
        return {
            "schedule": self.schedule, "key": self.key, "title": self.name.text(gettext), "part": self.part, "unit": self.unit,
            "person": self.person, "due_at": self.due_at.isoformat() if self.due_at else self.due_on.isoformat(),
            "days_late": self.days_late, "workdays_late": self.workdays_late, "urged": self.urged, "reason": self.reason,
            "new_date": self.new_date.isoformat() if self.new_date else None, "light": self.light,
            "provisional": self.provisional,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigures:
    """One unit; `next`: its open duty that is due next. Duties of no unit stand under an empty key."""

    unit_id: int | None
    parent_id: int | None = None
    key: str = ""
    title: str = ""
    kind: str = ""
    figures: Figures = Figures()
    next: Item | None = None

    def to_json(self, gettext: Gettext) -> dict[str, object]:
        """Key, title, the counts, and what comes next."""
        next_one = self.next.to_json(gettext) if self.next else None
        return {"key": self.key, "title": self.title, **self.figures.to_json(), "next": next_one}


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueReport:
    """The state of an office, or of some of its units, at `as_of` (office-local).

    `missing_year`: the year whose holidays are not on record although it is nearly there; a red item of its own.
    `unreached`: who owes something and got no message. `silences`: those of the clerks that run; only in a report of all units.
    """

    as_of: datetime
    figures: Figures
    units: tuple[UnitFigures, ...]
    items: tuple[Item, ...]
    coming: tuple[Item, ...]
    missing_year: int | None = None
    unreached: tuple[Unreached, ...] = ()
    silences: tuple[Silence, ...] = ()

    def under(self, unit_ids: Collection[int]) -> "OverdueReport":
        """The part of the report that concerns these units."""
        units = tuple(unit for unit in self.units if unit.unit_id in unit_ids)
        return replace(
            self,
            figures=total([unit.figures for unit in units]),
            units=units,
            items=tuple(item for item in self.items if item.unit_id in unit_ids),
            coming=tuple(item for item in self.coming if item.unit_id in unit_ids),
            unreached=tuple(each for each in self.unreached if each.unit_id in unit_ids),
            silences=self.silences if {unit.unit_id for unit in self.units} <= {*unit_ids, None} else (),
        )

    @property
    def next(self) -> Item | None:
        """The open duty that is due next in any of the units."""
        return min(
            (unit.next for unit in self.units if unit.next), key=lambda item: item.due_on, default=None
        )

    def to_json(self, gettext: Gettext = str) -> dict[str, object]:
        """The `overdue` shape: instants ISO 8601 with offset, dates ISO. `coming` lists what is soon due in the shape of `items`."""
        return {
            "as_of": self.as_of.isoformat(), **self.figures.to_json(), "units": [unit.to_json(gettext) for unit in self.units],
            "items": [item.to_json(gettext) for item in self.items], "coming": [item.to_json(gettext) for item in self.coming],
            "missing_year": self.missing_year, "unreached": [each.name for each in self.unreached],
            "silences": [each.to_json() for each in self.silences],
        }  # fmt: skip


def overdue(session: Session, live: Live, *, now: datetime, units: set[int] | None = None) -> OverdueReport:
    """Read the report at `now`, of all units or of those with these ids. The number of statements does not depend on the data."""
    today = live.today(now)
    chosen = None if units is None else sorted(units)
    soon_until = deadline(today, live.office.file.lights.soon_short, live.office.calendar).due
    first = max(date(today.year, 1, 1), live.start_on)
    counted = queries.figures(session, first=first, today=today, soon_until=soon_until, units=chosen)
    rows = queries.items(session, today=today, soon_until=soon_until, units=chosen)
    coming = queries.upcoming(session, today=today, units=chosen)
    describe = Describer(
        session, live, today=today, versions={row.version_id for row in (*rows, *coming)},
        urged=queries.urged(session, today=today, soon_until=soon_until, units=chosen),
    ).item  # fmt: skip
    items = [describe(row) for row in rows]
    return OverdueReport(
        as_of=now.astimezone(live.office.tz),
        figures=total([figures_of(row) for row in counted]),
        units=units_of(queries.units(session), counted, {r.unit_id: describe(r) for r in coming}, units),
        items=tuple(item for item in items if item.days_late > 0),
        coming=tuple(item for item in items if item.days_late == 0),
        missing_year=red_year(live.office.calendar, today),
        unreached=unreached(session, now=now, units=chosen),
        silences=tuple(silences(session, live, today=today)) if chosen is None else (),
    )


def figures(session: Session, live: Live, *, now: datetime, units: set[int] | None = None) -> Figures:
    """Only the totals, in one statement."""
    today = live.today(now)
    soon_until = deadline(today, live.office.file.lights.soon_short, live.office.calendar).due
    first = max(date(today.year, 1, 1), live.start_on)
    chosen = None if units is None else sorted(units)
    rows = queries.figures(session, first=first, today=today, soon_until=soon_until, units=chosen)
    return total([figures_of(row) for row in rows])


def figures_of(row: queries.Counted) -> Figures:
    """The counts of one unit as figures."""
    return Figures(**{field.name: int(getattr(row, field.name)) for field in fields(Figures)})


def units_of(
    known: Sequence[UnitRow],
    counted: Sequence[queries.Counted],
    coming: Mapping[int | None, Item],
    chosen: set[int] | None,
) -> tuple[UnitFigures, ...]:
    """Units that answer for something: those with a head, and any that owes; last what belongs to none."""
    by_unit = {row.unit_id: figures_of(row) for row in counted}
    found = [
        UnitFigures(
            unit_id=unit.id, parent_id=unit.parent_id, key=unit.key, title=unit.title, kind=unit.kind,
            figures=by_unit.get(unit.id, Figures()), next=coming.get(unit.id),
        )
        for unit in known
        if (chosen is None or unit.id in chosen) and unit.kind != "external" and (unit.head_id is not None or unit.id in by_unit)
    ]  # fmt: skip
    if None in by_unit:
        found.append(UnitFigures(unit_id=None, figures=by_unit[None], next=coming.get(None)))
    return tuple(found)


class Describer:
    """Turns rows into items, with the definitions they were opened by, names of role holders and working days read once."""

    def __init__(
        self,
        session: Session,
        live: Live,
        *,
        today: date,
        urged: Mapping[int, int],
        versions: Collection[int],
    ) -> None:
        self.live, self.today, self.urged = live, today, urged
        # One statement for all of them; `definition` then finds each in the session.
        kept = session.scalars(select(ScheduleVersionRow).where(ScheduleVersionRow.id.in_(versions))).all()
        self.definitions = {row.id: definition(session, row.id) for row in kept}
        self.holders = queries.holders(session, today=today)
        self.workdays: dict[date, int] = {}

    def item(self, row: Row[Any]) -> Item:
        """Describe one open obligation."""
        schedule = self.definitions[row.version_id]
        sealed = schedule.privacy == "sealed"
        late = max(0, (self.today - row.due_on) // timedelta(days=1))
        step = schedule.steps.get(row.part)
        part = step.title if step else None
        return Item(
            schedule=row.schedule,
            key="" if sealed else row.key,
            name=HIDDEN if sealed else duty_name(row, part),
            part=row.part,
            unit_id=row.unit_id,
            unit=row.unit_title or "",
            person="" if sealed else in_charge(row, self.holders),
            owes=row.party_kind,
            due_on=row.due_on,
            due_at=row.due_at.astimezone(self.live.office.tz) if row.due_at else None,
            days_late=late,
            workdays_late=self._workdays_late(row.due_on) if late else 0,
            urged=self.urged.get(row.id, 0),
            reason=None if sealed else row.late_reason,
            new_date=row.new_date,
            light="red" if late else ("grey" if row.provisional else "yellow"),
            privacy=schedule.privacy,
            public_name=HIDDEN if sealed else public_name(schedule.title, part),
            provisional=row.provisional,
            id=0 if sealed else row.id,
        )

    def _workdays_late(self, due_on: date) -> int:
        if due_on not in self.workdays:
            self.workdays[due_on] = self.live.office.calendar.workdays_between(due_on, self.today)
        return self.workdays[due_on]
