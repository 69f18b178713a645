"""What a planned office would mean for those who owe: days that move, people gained and lost, open duties, ids that look renamed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from schedules.assignees import assignees
from schedules.audience import Roll, roll_of
from schedules.grammar import Cycle, Dated, Schedule, Summary, Window
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.serial import to_json
from schedules.shifts import Shift, place, shifts
from schedules.slot import Slot
from tasks.applying.compare import Plan, definitions
from tasks.applying.handed import Handed, handed
from tasks.days import calendar
from tasks.duties.records import as_applied, as_recorded
from tasks.duties.targets import OWED, STANDING
from tasks.live import current

AHEAD = timedelta(days=400)
YEAR = timedelta(days=366)  # beside what is looked at, so that every day has its counterpart in the same year
Fate = Literal["moves", "stays", "done", "falls", "passed", "new"]
Keys = Mapping[str, Mapping[str, str]]  # by schedule and key of an occurrence on record, its state


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An occurrence on other days than before. `fate`: it moves; it stays, being open already; it is done, so that its new day is not
    opened too; it falls away; it falls away because its new day has passed; or it is new.
    """

    schedule: str
    key: str
    fate: Fate
    old: Slot | None
    new: Slot | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Schedules that gain and lose the same people, by id."""

    schedules: tuple[str, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """See the module. `renamed`: by the id of a schedule that is gone, new ones that look the same. `open_of_left`: what is open of
    people who leave, by id; `handed`: what of it ends and
    begins for people who stay or join. `before` and `after`: the offices that were compared, with what is on record.
    """

    moves: tuple[Move, ...] = ()
    reach: tuple[Reach, ...] = ()
    renamed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_of_left: Mapping[str, int] = field(default_factory=dict)
    handed: Mapping[str, Handed] = field(default_factory=dict)
    known: Keys = field(default_factory=dict)
    done: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    before: OfficeSpec | None = None
    after: OfficeSpec

    @property
    def taken(self) -> set[tuple[str, str]]:
        """Occurrences by the planned rule for which an open one stands."""
        return {
            (each.schedule, each.new.key)
            for each in self.moves
            if each.fate in ("stays", "done") and each.new is not None and each.new.key != each.key
        }


def outlook(session: Session, found: Plan, office: OfficeSpec, *, now: datetime) -> Outlook:
    """Look ahead from `now`, 400 days for days that move."""
    after = as_applied(session, office)
    after = replace(after, calendar=calendar.as_planned(session, office.notices, office.day_overrides))
    if found.first:
        return Outlook(after=after)
    before = as_recorded(session, current(session).office)
    known = _known(session)
    return Outlook(
        moves=tuple(_moves(found, before, after, known, now=now)),
        reach=_reach(before, after, now=now),
        renamed=_renamed(found, before, office),
        open_of_left=_open_of(session, found.roster.left),
        handed=handed(
            session, (*found.roster.joined, *found.roster.moved, *found.roster.changed), after, now=now
        ),
        known=known,
        done=_done(session),
        before=before,
        after=after,
    )


def _known(session: Session) -> Keys:
    query = select(ScheduleRow.key, OccurrenceRow.key, OccurrenceRow.state).join(
        ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id
    )
    states: dict[str, dict[str, str]] = defaultdict(dict)
    for schedule, key, state in session.execute(query):
        states[schedule][key] = state
    return states


def _done(session: Session) -> Mapping[tuple[str, str], Collection[str]]:
    """Who owes nothing more of what is open."""
    query = (
        select(ScheduleRow.key, OccurrenceRow.key, PartyRow.key)
        .join(OccurrenceRow, OccurrenceRow.schedule_id == ScheduleRow.id)
        .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
        .join(PartyRow, PartyRow.id == ObligationRow.party_id)
        .where(
            OccurrenceRow.state == "open", ObligationRow.part == "", ObligationRow.state.not_in(OWED), PartyRow.kind == "person"
        )
    )  # fmt: skip
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for schedule, key, person in session.execute(query):
        found[schedule, key].add(person)
    return found


# ── days ──────────────────────────────────────────────────────
def _moves(
    found: Plan, before: OfficeSpec, after: OfficeSpec, known: Keys, *, now: datetime
) -> Iterator[Move]:
    was = {schedule.id: schedule for schedule in before.schedules}
    other_days = before.calendar.days != after.calendar.days
    today = now.astimezone(after.tz).date()
    span = today - YEAR, today + AHEAD + YEAR
    for schedule in after.schedules:
        old = was.get(schedule.id)
        if old is None or not (other_days or schedule.id in found.changed):
            continue
        if not all(isinstance(each.when, Dated | Window | Cycle) for each in (old, schedule)):
            continue
        pairs = shifts(slots(old, before, *span), slots(schedule, after, *span), place(old, schedule))
        states = known.get(schedule.id, {})
        changed = schedule.id in found.changed
        moves = (
            _move(schedule, pair, states, today=today, keeps=changed) for pair in pairs if not pair.alike
        )
        shown = (each for each in moves if each is not None and _day(each) <= today + AHEAD)
        yield from sorted(shown, key=_day)


def _day(move: Move) -> date:
    return min(day for slot in (move.old, move.new) if slot for day in (slot.date, slot.due_on) if day)


def _move(
    schedule: Schedule, pair: Shift, states: Mapping[str, str], *, today: date, keeps: bool
) -> Move | None:
    """What becomes of one occurrence; None if nobody would notice. `keeps`: what is open keeps the days of its own definition."""
    old = pair.old if pair.old is not None and pair.old.date is not None else None
    new = pair.new if pair.new is not None and pair.new.date is not None else None
    if (old or new) is None or max(_last(slot) for slot in (old, new) if slot) < today:
        return None
    fate: Fate
    if old is not None and old.key in states:
        if states[old.key] == "open":
            fate = "stays" if keeps else "moves"
        elif keeps and new is not None and new.key != old.key and _last(new) >= today:
            fate = "done"
        else:
            return None
    elif old is None:
        fate = "new"
    elif new is None:
        fate = "falls"
    else:
        fate = "passed" if _last(new) < today else "moves"
    shown = old or new
    return Move(schedule=schedule.id, key=shown.key if shown else "", fate=fate, old=old, new=new)


def _last(slot: Slot) -> date:
    return max(day for day in (slot.date, slot.due_on) if day is not None)


# ── people ────────────────────────────────────────────────────
def _reach(before: OfficeSpec, after: OfficeSpec, *, now: datetime) -> tuple[Reach, ...]:
    """Whom the next occurrence of each schedule reaches, before and after."""
    today = now.astimezone(after.tz).date()
    rolls = roll_of(before), roll_of(after)
    was = {schedule.id: schedule for schedule in before.schedules}
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for schedule in after.schedules:
        old = was.get(schedule.id)
        if old is None:
            continue
        here = _next_people(before, rolls[0], old, today)
        there = _next_people(after, rolls[1], schedule, today)
        if here is None or there is None or here == there:
            continue
        found[tuple(sorted(there - here)), tuple(sorted(here - there))].append(schedule.id)
    return tuple(
        Reach(schedules=tuple(ids), gained=gained, lost=lost) for (gained, lost), ids in found.items()
    )


def _next_people(office: OfficeSpec, roll: Roll, schedule: Schedule, today: date) -> set[str] | None:
    """Who owes the next occurrence, seen on this day; None for what comes from events, certificates or single people."""
    if not isinstance(schedule.when, Dated | Window | Cycle):
        return None
    ahead = slots(schedule, office, today, today + AHEAD)
    slot = next((each for each in ahead if each.date is not None), None)
    return set(assignees(office, roll, schedule, slot, on=today)) if slot is not None else None


def _open_of(session: Session, people: Collection[str]) -> dict[str, int]:
    if not people:
        return {}
    query = (
        select(PartyRow.key, func.count())
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .where(PartyRow.kind == "person", PartyRow.key.in_(people), ObligationRow.state.in_(STANDING))
        .group_by(PartyRow.key)
    )
    return dict(session.execute(query).all())


# ── ids ───────────────────────────────────────────────────────
def _renamed(found: Plan, before: OfficeSpec, office: OfficeSpec) -> dict[str, tuple[str, ...]]:
    was = {item.id: item for item in definitions(before)}
    fresh = [item for item in definitions(office) if item.id in found.added]
    alike = {key: tuple(_alike(was[key], fresh)) for key in found.removed if key in was}
    return {key: ids for key, ids in alike.items() if ids}


def _alike(old: Schedule | Summary, fresh: Sequence[Schedule | Summary]) -> Iterable[str]:
    """New ones with the same title, or with everything else the same but the title and whom it names."""
    for item in fresh:
        if type(item) is type(old) and (item.title == old.title or _bare(item) == _bare(old)):
            yield item.id


def _bare(item: Schedule | Summary) -> str:
    who = {"who": None} if isinstance(item, Schedule) else {}
    return to_json(item.model_copy(update={"id": "", "title": "", **who}))
