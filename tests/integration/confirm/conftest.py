"""The starter office on Thursday 26 November 2026, and what people do in it. Each act is its own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.obligations import AuditRow, FileRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow, UnitRow
from models.schedules import ScheduleRow
from tasks.duties.approve import approve
from tasks.duties.children import ChildEntry, children_of
from tasks.duties.confirm import Confirmed, confirm
from tasks.duties.undo import undo
from tasks.gatherings.attend import Mark, record_session


@dataclass
class Acts:
    """Acts by person key in the office `world`."""

    world: Any

    def reading(self) -> Any:
        return self.world.db.reading()

    def duty(
        self, session, schedule: str, part: str, *, key: str | None = None, owner: str | None = None
    ) -> ObligationRow:
        query = (
            select(ObligationRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            .order_by(ObligationRow.id)
            .execution_options(populate_existing=True)
        )
        if key is not None:
            query = query.where(OccurrenceRow.key == key)
        if owner is not None:
            query = query.where(PartyRow.key == owner)
        found = session.scalars(query).first()
        assert found is not None, (schedule, part, key, owner)
        return found

    def look(self, schedule: str, part: str, **which: str) -> ObligationRow:
        with self.reading() as session:
            return self.duty(session, schedule, part, **which)

    def again(self, obligation_id: int) -> ObligationRow:
        with self.reading() as session:
            return session.get_one(ObligationRow, obligation_id)

    def occurrence(self, obligation_id: int) -> OccurrenceRow:
        with self.reading() as session:
            return session.get_one(OccurrenceRow, session.get_one(ObligationRow, obligation_id).occurrence_id)

    def person(self, session, key: str) -> int:
        return session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one()

    def file(self, media_type: str = "application/pdf") -> int:
        with self.world.db.writing.begin() as session:
            row = FileRow(sha256="0" * 64, name="a", media_type=media_type, size=10)
            session.add(row)
            session.flush()
            return row.id

    def confirm(
        self, obligation_id: int, now: datetime, *, done_on: str, by: str | None = None, **more: Any
    ) -> Confirmed:
        with self.world.writing() as (session, live):
            return confirm(
                session, live, obligation_id=obligation_id, by=self.person(session, by) if by else None,
                done_on=date.fromisoformat(done_on), evidence=more.pop("evidence", {}), files=more.pop("files", {}),
                note=more.pop("note", None), how="link" if by else "cli", now=now, **more,
            )  # fmt: skip

    def undo(self, obligation_id: int, now: datetime, *, by: str | None = None, reason: str = "填错") -> None:
        with self.world.writing() as (session, live):
            undo(
                session, live, obligation_id=obligation_id, by=self.person(session, by) if by else None, reason=reason, now=now
            )  # fmt: skip

    def meet(self, now: datetime, held_on: str, *, by: str = "liqiang") -> int:
        duty = self.look("half-year-review", "meet", key="2026-11")
        self.confirm(duty.id, now, done_on=held_on, by=by, evidence={"held_on": held_on})
        return duty.id

    def gather(self, now: datetime, away: Mapping[str, Mark], **more: Any) -> Any:
        duty = self.look("friday-study", "record", key="2026-11-27")
        with self.world.writing() as (session, live):
            return record_session(
                session, live, obligation_id=duty.id, away={self.person(session, key): mark for key, mark in away.items()},
                evidence=more.get("evidence", {"topic": "行政处罚法", "law": ["行政处罚法"]}), files=more.get("files", {}),
                done_on=date(2026, 11, 27), by=self.person(session, "liuyang"), how="desk", now=now,
            )  # fmt: skip

    def review_with_problems(self, now: datetime, count: int) -> int:
        """The review up to its minutes, which found `count` problems; the id of the minutes."""
        self.meet(now, "2026-11-25")
        minutes = self.look("half-year-review", "minutes", key="2026-11").id
        owners = ("民主社区", "zongzhiban", "友谊社区")
        problems = [
            ChildEntry(title=f"问题{number}", owner=owners[number], due_on=date(2026, 12, 4))
            for number in range(count)
        ]
        self.confirm(minutes, now, done_on="2026-11-26", files={"minutes": [self.file()]}, children=problems)
        return minutes

    def children(self, minutes: int) -> list[ObligationRow]:
        with self.reading() as session:
            return [row for _, row, _ in children_of(session, minutes)]

    def approve(self, obligation_id: int, now: datetime, *, by: str) -> None:
        with self.world.writing() as (session, live):
            approve(session, live, obligation_id=obligation_id, by=self.person(session, by), now=now)

    def head_of(self, unit: str) -> str:
        with self.reading() as session:
            head = select(UnitRow.head_id).where(UnitRow.title == unit).scalar_subquery()
            return session.scalars(select(PersonRow.key).where(PersonRow.id == head)).one()

    def audited(self, act: str) -> int:
        with self.reading() as session:
            return len(session.scalars(select(AuditRow.id).where(AuditRow.act == act)).all())


@pytest.fixture
def acts(world, local_time) -> Acts:
    """The starter office since Monday 2 November: the reviews are open, the study day of the 27th is announced."""
    world.begin("2026-11-02 09:00", "2026-11-02 09:00", "2026-11-26 08:40", "2026-11-26 16:00")
    return Acts(world)
