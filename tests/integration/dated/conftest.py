"""The starter office with one more file of schedules, and a look at what is open in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.schedules import ScheduleRow
from tasks.duties.confirm import Confirmed, confirm


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An obligation as a test looks at it."""

    id: int
    key: str
    title: str
    part: str
    party: str
    state: str
    why: str | None
    occurrence: str
    due_on: date | None
    next_at: datetime | None


@dataclass
class Office:
    """The office `world`, with schedules of the test's own."""

    world: Any
    at: Callable[[str], datetime]

    def write(self, **files: str) -> None:
        """Put files in place; `dated_yaml` names dated.yaml."""
        for name, text in files.items():
            self.world.files[name.replace("_yaml", ".yaml").replace("_csv", ".csv")] = text

    def begin(self, now: str) -> None:
        """Put the office into force, and let pass what happens then."""
        self.world.begin(now, now)

    def apply(self, now: str) -> None:
        self.world.apply(self.at(now))

    def seen(self, schedule: str) -> list[Seen]:
        query = (
            select(ObligationRow, OccurrenceRow, PartyRow.key)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ScheduleRow.key == schedule)
            .order_by(OccurrenceRow.id, ObligationRow.id)
        )
        with self.world.db.reading() as session:
            return [
                Seen(
                    id=duty.id, key=occurrence.key, title=occurrence.title, part=duty.part, party=party, state=duty.state,
                    why=duty.closed_why, occurrence=occurrence.state, due_on=duty.due_on, next_at=duty.next_at,
                )
                for duty, occurrence, party in session.execute(query)
            ]  # fmt: skip

    def states(self, schedule: str) -> Mapping[str, str]:
        """State by key and party."""
        return {f"{each.key} {each.party}": each.state for each in self.seen(schedule)}

    def row(self, schedule: str) -> ScheduleRow:
        with self.world.db.reading() as session:
            return session.scalars(select(ScheduleRow).where(ScheduleRow.key == schedule)).one()

    def confirm(self, obligation_id: int, now: str, *, done_on: str, **evidence: str) -> Confirmed:
        with self.world.writing() as (session, live):
            return confirm(
                session, live, obligation_id=obligation_id, by=None, done_on=date.fromisoformat(done_on), evidence=evidence,
                files={}, note=None, how="cli", now=self.at(now),
            )  # fmt: skip

    def person(self, key: str) -> PersonRow:
        with self.world.db.reading() as session:
            return session.scalars(select(PersonRow).where(PersonRow.key == key)).one()


@pytest.fixture
def office(world, local_time) -> Office:
    """The starter office, not yet applied."""
    return Office(world=world, at=local_time)
