"""The ticks of a session record: who was not there or came late. All others were present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast, get_args

from flask import request

from models.queries import gatherings, pages_record
from models.queries.pages import DutyRow
from models.queries.pages_record import Expected
from tasks.gatherings.attend import Mark
from tasks.roster.absences import away_on
from worker.web.asked import row_number
from worker.web.site import View

Tick = Literal["leave", "absent", "late"]
TICKS: tuple[Tick, ...] = get_args(Tick)
Ticks = Mapping[int, Tick]
MOST = 10_000  # more than there are fields for two each: nobody who is ticked is left out


@dataclass(frozen=True, slots=True)
class Ticked:
    """One expected person as shown: `tick` is "", leave, absent or late; `quiet` what is known beside it."""

    id: int
    name: str
    tick: str
    quiet: str


@dataclass(frozen=True, slots=True)
class UnitList:
    """The expected people of one unit."""

    title: str
    people: list[Ticked]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is ticked before anybody has ticked, and who is on leave by what is on record."""

    ticks: Ticks
    on_leave: tuple[str, ...] = ()
    scanned: int = 0


def posted() -> dict[int, Tick]:
    """What a form brought; whoever is marked neither on leave nor late is absent."""
    found: dict[int, Tick] = {}
    for value in request.form.getlist("away")[:MOST]:
        if person_id := row_number(value):
            mark = request.form.get(f"w{value}", "")
            found[person_id] = mark if mark in TICKS else "absent"
    return found


def away(ticks: Ticks) -> dict[int, Mark]:
    """Who was not there."""
    return {person: mark for person, mark in ticks.items() if mark != "late"}


def late(ticks: Ticks) -> list[int]:
    """Who came late."""
    return [person for person, mark in ticks.items() if mark == "late"]


def proposed(view: View, row: DutyRow, people: Sequence[Expected], *, recorded: bool) -> Proposal:
    """As it was recorded; before that, as people arrived and asked for leave: whoever scanned was there, of a gathering with scans
    the others were absent.
    """
    there = gatherings.arrivals(view.session, row.occurrence.id)
    scans = sum(arrived.how == "scan" for arrived in there.values())
    if recorded:
        marks: dict[int, Tick] = {}
        for person in people:
            if person.mark in ("leave", "absent"):
                marks[person.person_id] = cast(Tick, person.mark)
            elif person.person_id in there and there[person.person_id].late:
                marks[person.person_id] = "late"
        return Proposal(marks)
    leave = away_on(view.session, row.occurrence.held_on) | {
        each.row.person_id
        for each in gatherings.leaves(view.session, row.occurrence.id)
        if each.row.state == "granted"
    }
    found: dict[int, Tick] = {}
    for person in people:
        arrived = there.get(person.person_id)
        if arrived is not None:
            if arrived.late:
                found[person.person_id] = "late"
        elif person.person_id in leave:
            found[person.person_id] = "leave"
        elif scans:
            found[person.person_id] = "absent"
    names = tuple(person.name for person in people if found.get(person.person_id) == "leave")
    return Proposal(found, names, scans)


def units(view: View, row: DutyRow, people: Sequence[Expected], ticks: Ticks) -> list[UnitList]:
    """People by unit, each with the tick and what is known: the arrival, the reason of a leave, when it was made up."""
    there = gatherings.arrivals(view.session, row.occurrence.id)
    reasons = {
        each.row.person_id: each.row.reason
        for each in gatherings.leaves(view.session, row.occurrence.id)
        if each.row.state == "granted"
    }

    def quiet(person: Expected) -> str:
        if person.made_up_on is not None:
            return view.d._("made up on {day}", day=view.d.day(person.made_up_on))
        arrived = there.get(person.person_id)
        if arrived is not None and arrived.how == "scan":
            return view.d._("scanned {clock}", clock=view.d.clock(arrived.at))
        return reasons.get(person.person_id, "")

    return [
        UnitList(
            title or "—",
            [Ticked(each.person_id, each.name, ticks.get(each.person_id, ""), quiet(each)) for each in group],
        )
        for title, group in groupby(people, key=lambda person: person.unit)
    ]


def overruled(view: View, row: DutyRow, ticks: Ticks) -> dict[int, str]:
    """Who has checked in by phone and is ticked as not there: names by id."""
    there = gatherings.arrivals(view.session, row.occurrence.id)
    gone = {
        person
        for person in away(ticks)
        if (arrived := there.get(person)) is not None and arrived.how == "scan"
    }
    if not gone:
        return {}
    people = pages_record.expected(view.session, row.occurrence.id)
    return {person.person_id: person.name for person in people if person.person_id in gone}
