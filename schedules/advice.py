"""Warnings: what an office may well mean, but a careful colleague would ask about. Nothing here refuses an office.

Whom no channel reaches is warned of and not refused, although work is given to them: each level of reach takes whom the one above
does not reach (DESIGN.md, section 4), paper at the end, and counts them as unreachable, never as reminded. A clerk who must first
find one missing telephone number could not run the other sixty people.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from schedules.audience import Roll, expression, roll_of
from schedules.channels import FIELD_WORDS, unreached
from schedules.cron import read_cron
from schedules.cycle_length import least_days
from schedules.entries import Entry
from schedules.grammar import ByUnit, Cron, Dates, Event, Once, OwnRungs, Schedule
from schedules.missing_files import PEOPLE
from schedules.office import OfficeSpec, Person
from schedules.problems import Problem
from schedules.quiet import is_quiet
from schedules.references import Path, Remark
from schedules.roster import PEOPLE_HEADERS
from schedules.roster_table import read_table
from schedules.source_text import SourceFile
from schedules.words import Words, phrase
from schedules.yaml_tree import Node

ANNOUNCED_AHEAD = timedelta(days=45)  # the notice for a year comes out in November of the year before
MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class Advised:
    """What warnings are looked for in. `node`: the tree of the office file."""

    office: OfficeSpec
    entries: Sequence[Entry]
    files: Sequence[SourceFile]
    path: str
    node: Node
    today: date


def advice(given: Advised) -> tuple[Problem, ...]:
    """Every warning about an office that is right."""
    roll = roll_of(given.office)
    found: list[Problem] = []
    for entry in given.entries:
        if isinstance(entry.definition, Schedule):
            found += entry.problems(_of_schedule(entry.definition, given, roll))
    for remark in _of_office(given):
        found.append(Problem(given.path, *given.node.find(remark.path), "", remark.what, remark.allowed))
    found += _of_people(given)
    found += _of_calendar(given)
    return tuple(replace(each, severity="warning") for each in found)


def _of_schedule(schedule: Schedule, given: Advised, roll: Roll) -> Iterator[Remark]:
    yield from _past(schedule, given.today)
    yield from _nobody(schedule, given, roll)
    yield from _never_due(schedule)
    yield from _either_day(schedule)
    if isinstance(schedule.remind, OwnRungs):
        for number, rung in enumerate(schedule.remind.rungs):
            step = schedule.steps.get(rung.before or "")
            if (
                step
                and rung.by
                and step.within
                and least_days(rung.by) >= max(1, _most_days(step.within.n, step.within.unit))
            ):
                what = phrase(
                    "this reminder is never sent: it lies before the step '{step}' opens", step=rung.anchor
                )
                yield Remark(("remind", number), what)
            if rung.time and not rung.urgent:
                yield from _quiet(("remind", number, "time"), rung.time, given.office)


def _most_days(n: int, unit: str) -> int:
    """The days that a term may take, holidays left aside."""
    return n * {"workdays": 2, "days": 1, "weeks": 7, "months": 31, "years": 366}.get(unit, 0)


def _past(schedule: Schedule, today: date) -> Iterator[Remark]:
    """What is over since a year before this one: until then it is the work of the year, which the report of the year counts."""
    when = schedule.when
    last = when.effective_to
    path: tuple[str, ...] = ("when", "effective_to")
    if isinstance(when, Dates) and (last is None or max(when.dates) < last):
        last, path = max(when.dates), ("when", "dates")
    if isinstance(when, Once):
        last, path = when.once.to, ("when", "once", "to")
    if last is not None and last.year < today.year:
        what = phrase("it ended on {day} and opens nothing any more", day=last.isoformat())
        yield Remark(path, what, phrase("a later day; or leave it, for the report counts what was done"))


def _nobody(schedule: Schedule, given: Advised, roll: Roll) -> Iterator[Remark]:
    who, office = schedule.who, given.office
    names_people = any((who.roles, who.role, who.units, who.unit, who.tags, who.people, who.credential))
    owes = not who.responsible and not who.from_event  # else they are named, or looked for, when it happens
    if names_people and owes and not roll.evaluate(expression(who, office), given.today):
        yield Remark(("who",), phrase("nobody owes it at present"))
    if who.assist and not office.owning_units(who.assist.units):
        what = phrase("none of these units has a head: nobody is asked")
        yield Remark(("who", "assist", "units"), what, phrase("'head' of the unit in office.yaml"))
    for key, step in schedule.steps.items():
        if isinstance(step.owed_by, ByUnit) and not office.owning_units((step.owed_by.unit,)):
            what = phrase("the unit '{name}' has no head: nobody is asked", name=step.owed_by.unit)
            yield Remark(("steps", key, "owed_by", "unit"), what, phrase("'head' of the unit in office.yaml"))


def _never_due(schedule: Schedule) -> Iterator[Remark]:
    """A chain without any term stays open for ever, and nothing in it is ever late."""
    terms = [each for step in schedule.steps.values() for each in (step.within, step.due, step.wait) if each]
    if isinstance(schedule.when, Event) and not terms and getattr(schedule.done, "within", None) is None:
        path = ("steps",) if schedule.steps else ("when",)
        yield Remark(path, phrase("it never ends by itself: nothing in it has a term"), "within, due")


def _either_day(schedule: Schedule) -> Iterator[Remark]:
    """Most who write a day and a weekday mean the one weekday that lies on such a day; cron means every day that is either."""
    when = schedule.when
    if isinstance(when, Cron) and read_cron(when.cron).either:
        what = phrase(
            "cron '{found}' names days of the month and weekdays: it comes on each of both", found=when.cron
        )
        yield Remark(("when", "cron"), what, phrase("* for the day of the month, or for the weekday"))


def _of_office(given: Advised) -> Iterator[Remark]:
    for number, clock in enumerate(given.office.file.sending):
        yield from _quiet(("sending", number), clock, given.office)


def _quiet(path: Path, clock: time, office: OfficeSpec) -> Iterator[Remark]:
    """A time in quiet hours; said only if some channel of people keeps them."""
    keeping = any(office.file.channels[key].quiet == "keep" for key in office.file.reach.people)
    if keeping and is_quiet(clock, office):
        what = phrase(
            "{clock} lies in quiet hours: what is due then waits for their end", clock=f"{clock:%H:%M}"
        )
        yield Remark(path, what, phrase("a time outside 'quiet' in office.yaml"))


def _of_people(given: Advised) -> Iterator[Problem]:
    """Whom no channel reaches: one warning for all who lack the same, at the row of the first."""
    found: dict[tuple[frozenset[str], ...], list[Person]] = {}
    for each in unreached(given.office):
        found.setdefault(each.lacks, []).append(each.person)
    rows = dict(rows_of(given.files)) if found else {}
    for lacks, people in found.items():
        names = ", ".join(f"{person.name} ({person.id})" for person in people[:MOST_NAMES])
        names += f", … ({len(people)})" if len(people) > MOST_NAMES else ""
        what = phrase(
            "no channel reaches {people}: they count as unreachable, never as reminded", people=names
        )
        file, line = rows.get(people[0].id, (given.path, 1))
        yield Problem(file, line, 1, people[0].id, what, _lacking(lacks))


def _lacking(lacks: Sequence[frozenset[str]]) -> Words:
    """What to fill in: any one of several sets of fields."""
    sets = [[FIELD_WORDS[name] for name in sorted(fields)] for fields in lacks if fields]
    ways = [_joined("{first} with {rest}", each) for each in sets]
    return phrase("fill in the {fields}", fields=_joined("{first} or {rest}", ways))


def _joined(pattern: str, words: Sequence[Words]) -> Words:
    first, rest = words[0], words[1:]
    return Words(pattern, {"first": first, "rest": _joined(pattern, rest)}) if rest else first


_PATTERNS = (phrase("{first} with {rest}", first="", rest=""), phrase("{first} or {rest}", first="", rest=""))


def rows_of(files: Sequence[SourceFile]) -> Iterator[tuple[str, tuple[str, int]]]:
    """Where each person of the rosters stands."""
    for source in files:
        if source.path.rpartition("/")[2] in PEOPLE:
            for row in read_table(source, PEOPLE_HEADERS, ("id",))[0]:
                yield row["id"].text, (source.path, row["id"].line)


def _of_calendar(given: Advised) -> Iterator[Problem]:
    """The coming year, when its notice is due: what is counted without it is provisional."""
    last = given.office.calendar.last_announced
    if last is None or last >= given.today + ANNOUNCED_AHEAD:
        return
    latest = max(
        (each.path for each in given.files if each.path.endswith(f"{last.year}.json")), default=given.path
    )
    what = phrase(
        "working days are announced up to {day} only: later dates are provisional", day=last.isoformat()
    )
    yield Problem(latest, 1, 1, "", what, phrase("add {name}", name=f"calendar/{last.year + 1}.json"))
