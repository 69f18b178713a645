"""What open duties a planned roster ends and begins for people who stay: somebody in another unit or role owes other things.

The same as the opening run does after `apply` (`follow_members`), counted without doing it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from schedules.audience import roll_of
from schedules.errors import NotFound
from schedules.grammar import Anniversary, Expiry, Schedule
from schedules.office import OfficeSpec
from schedules.parts import AT_OPEN, Part, parts
from tasks.duties.portion import slot_of
from tasks.live import definition

_FOLLOWED = ("open", "expected")
PIECE = 500
State = tuple[str, bool]  # of what is owed, and whether it was taken over from somebody


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """How many open duties end for somebody, and how many of others' are given to that person too."""

    ends: int = 0
    begins: int = 0


def handed(
    session: Session, people: Collection[str], after: OfficeSpec, *, now: datetime
) -> Mapping[str, Handed]:
    """By person id, of these people, those whose open duties become others. `after`: the planned office."""
    if not people:
        return {}
    today, roll = now.astimezone(after.tz).date(), roll_of(after)
    wanted = set(people)
    ends: dict[str, int] = defaultdict(int)
    begins: dict[str, int] = defaultdict(int)
    owing = _owing(session, sorted(wanted))
    open_ones = select(OccurrenceRow).where(OccurrenceRow.state == "open", OccurrenceRow.parent_id.is_(None))
    for occurrence in session.scalars(open_ones):
        schedule = definition(session, occurrence.version_id)
        if isinstance(schedule.when, (Anniversary, Expiry)):
            continue  # it hangs on one person, and goes only with that person
        for part in _parts(schedule, occurrence, after):
            if part.opens != AT_OPEN or part.owner.expr is None:
                continue
            members = wanted.intersection(roll.evaluate(part.owner.expr, today))
            states = owing.get((occurrence.id, part.key), {})
            for person in states.keys() - members:
                state, taken_over = states[person]
                ends[person] += state in _FOLLOWED and not taken_over
            last = occurrence.held_on if part.kind == "attend" else part.due_on
            if last is not None and last >= today:
                for person in members:
                    begins[person] += person not in states or states[person][0] == "withdrawn"
    return {
        person: Handed(ends=ends[person], begins=begins[person])
        for person in people
        if ends[person] or begins[person]
    }


def _parts(schedule: Schedule, occurrence: OccurrenceRow, after: OfficeSpec) -> Sequence[Part]:
    """The parts by the planned office; none if its own rule names a unit that is gone."""
    try:
        return parts(schedule, slot_of(occurrence), after)
    except NotFound:
        return ()


def _owing(session: Session, people: Sequence[str]) -> Mapping[tuple[int, str], Mapping[str, State]]:
    """By open occurrence and part, what these people owe; asked for in pieces that both databases take."""
    found: dict[tuple[int, str], dict[str, State]] = defaultdict(dict)
    for first in range(0, len(people), PIECE):
        query = (
            select(
                ObligationRow.occurrence_id, ObligationRow.part, PartyRow.key, ObligationRow.state, ObligationRow.transferred_from
            )
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .where(
                OccurrenceRow.state == "open", OccurrenceRow.parent_id.is_(None), PartyRow.kind == "person",
                PartyRow.key.in_(people[first : first + PIECE]),
            )
        )  # fmt: skip
        for occurrence_id, part, key, state, origin in session.execute(query):
            found[occurrence_id, part][key] = (state, origin is not None)
    return found
