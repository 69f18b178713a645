"""The people of the starter office with a few duties of a test's own, on Monday 23 November 2026."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.messages import MessageRow, ReminderRow
from models.obligations import AuditRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow, RecipientRow
from models.schedules import ScheduleRow
from tasks.delivery.outgoing import Outgoing
from tasks.duties.approve import approve, give_back, waive
from tasks.duties.confirm import Confirmed, confirm
from tasks.duties.transfer import party_of, transfer
from tasks.duties.undo import undo
from tasks.roster.absences import add_absence

OWN = ("study.yaml", "reviews.yaml", "enforcement.yaml", "summaries.yaml")


@dataclass
class Desk:
    """Acts by person key, each in its own transaction."""

    world: Any
    local: Any

    def begin(self, schedules: str, at: str = "2026-11-23 08:00") -> None:
        """Put the office into force with these schedules alone."""
        for name in OWN:
            self.world.files.pop(name, None)
        self.world.files["own.yaml"] = schedules
        self.world.begin(at, at)

    def at(self, text: str) -> list[Outgoing]:
        """What goes out at a moment."""
        return [message for message in self.world.at(text) if "放假安排" not in message.title]

    def told(self, text: str) -> list[str]:
        """Who is written to at a moment, by key."""
        return sorted(message.recipient_key for message in self.at(text))

    def duty(
        self, part: str = "", owner: str | None = None, schedule: str = "report", key: str | None = None
    ) -> ObligationRow:
        query = (
            select(ObligationRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            .order_by(ObligationRow.id)
        )
        if owner is not None:
            query = query.where(PartyRow.key == owner)
        if key is not None:
            query = query.where(OccurrenceRow.key == key)
        with self.world.db.reading() as session:
            return session.scalars(query).first()

    def duties(self, schedule: str = "report", part: str = "") -> Sequence[ObligationRow]:
        query = (
            select(ObligationRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            .order_by(ObligationRow.id)
        )
        with self.world.db.reading() as session:
            return session.scalars(query).all()

    def again(self, obligation_id: int) -> ObligationRow:
        with self.world.db.reading() as session:
            return session.get_one(ObligationRow, obligation_id)

    def occurrence(self, obligation_id: int) -> str:
        with self.world.db.reading() as session:
            row = session.get_one(ObligationRow, obligation_id)
            return session.get_one(OccurrenceRow, row.occurrence_id).state

    def person(self, session: Any, key: str | None) -> Any:
        if key is None:
            return None
        return session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one()

    def confirm(
        self, obligation_id: int, at: str, *, by: str | None = None, done_on: str | None = None, **more: Any
    ) -> Confirmed:
        now = self.local(at)
        with self.world.writing() as (session, live):
            return confirm(
                session, live, obligation_id=obligation_id, by=self.person(session, by), evidence=more.get("evidence", {}),
                files={}, note=None, how="cli", now=now, done_on=date.fromisoformat(done_on or at[:10]),
            )  # fmt: skip

    def approve(self, obligation_id: int, at: str, *, by: str) -> None:
        with self.world.writing() as (session, live):
            approve(
                session, live, obligation_id=obligation_id, by=self.person(session, by), now=self.local(at)
            )

    def give_back(self, obligation_id: int, at: str, *, by: str, reason: str = "照片看不清") -> None:
        with self.world.writing() as (session, live):
            give_back(
                session, live, obligation_id=obligation_id, by=self.person(session, by), reason=reason, now=self.local(at)
            )  # fmt: skip

    def undo(self, obligation_id: int, at: str, *, by: str | None = None) -> None:
        with self.world.writing() as (session, live):
            undo(
                session, live, obligation_id=obligation_id, by=self.person(session, by), reason="填错", now=self.local(at)
            )  # fmt: skip

    def waive(self, obligation_id: int, at: str, reason: str = "不需要") -> None:
        with self.world.writing() as (session, live):
            waive(session, live, obligation_id=obligation_id, by=None, reason=reason, now=self.local(at))

    def absence(
        self, person: str, first: str, until: str, deputy: str | None = None, *, at: str = "2026-11-23 08:00", **more: Any
    ) -> int:  # fmt: skip
        with self.world.writing() as (session, live):
            return add_absence(
                session, live, person_id=self.person(session, person), from_on=date.fromisoformat(first),
                until_on=date.fromisoformat(until), kind=more.get("kind", "leave"), deputy_id=self.person(session, deputy),
                by=self.person(session, more.get("by")), now=self.local(at),
            )  # fmt: skip

    def transfer(
        self, obligation_id: int, to: str, at: str, *, by: str | None = None, reason: str = "岗位调整"
    ) -> None:
        with self.world.writing() as (session, live):
            transfer(
                session, live, obligation_id=obligation_id, to_party=party_of(session, live, to), by=self.person(session, by),
                reason=reason, now=self.local(at),
            )  # fmt: skip

    def reminders(self, obligation_id: int) -> list[tuple[str | None, str | None, str | None]]:
        """Of each reminder: the recipient, why it was withdrawn, in whose place."""
        with self.world.db.reading() as session:
            rows = session.execute(
                select(RecipientRow.key, ReminderRow.withdrawn, ReminderRow.via)
                .outerjoin_from(ReminderRow, RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
                .where(ReminderRow.obligation_id == obligation_id)
                .order_by(ReminderRow.at, ReminderRow.no, RecipientRow.key)
            )
            return [tuple(row) for row in rows]

    def audited(self, act: str) -> list[dict[str, Any]]:
        with self.world.db.reading() as session:
            return list(session.scalars(select(AuditRow.detail).where(AuditRow.act == act)))

    def waiting(self) -> int:
        with self.world.db.reading() as session:
            return len(
                session.scalars(
                    select(MessageRow.id).where(MessageRow.state.in_(("queued", "held", "retry")))
                ).all()
            )


@pytest.fixture
def desk(world: Any, local_time: Any) -> Desk:
    """The office of `world`, nothing applied yet."""
    return Desk(world, local_time)
