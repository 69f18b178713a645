"""The starter office with registers, since January 2026; each act is its own transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from models.obligations import FileRow, ObligationRow, OccurrenceRow
from models.people import PersonRow, UnitRow
from models.registers import RegisterEntryRow, RegisterZeroRow
from models.schedules import ScheduleRow
from tasks.duties.confirm import confirm
from tasks.duties.undo import undo
from tasks.registers import Entered, add_entry, declare_zero, undo_entry, undo_zero

REGISTERS = """\
spring-day:
  title: 主题法治宣传
  when: {yearly: "04-15"}
  who: {responsible: {role: justice-head}}
  steps:
    plan: {title: 活动方案, due: {before: start, by: 10 workdays}, evidence: {place: text}}
    report:
      title: 活动情况
      due: {after: start, by: 3 workdays}
      evidence:
        held_on: date
        place: text
        people: number
        leaflets: number
        entrance: {kind: choice, from: [机关, 社区, 企业]}
        photos: {kind: photo, least: 1}
      counts: {activities: 1, on_the_day: "held_on <= due", with_firms: "entrance = 企业", leaflets: leaflets}
  register: publicity
  remind: [{before: report, by: 1 workday}]
publicity-quota:
  title: 年度普法活动数量
  when: {cycle: calendar-year}
  who: {unit: 司法所}
  done: {register: publicity, reach: {events: 3, leaflets: 100, each: {entrance: 1}}}
  milestones: [{by: "06-30", reach: {events: 1}}, {by: "09-30", reach: {events: 2}}]
  remind: [{after: milestone, by: 1 workday, when_behind: true}, {before: due, by: 20 workdays, when_behind: true}]
named-laws:
  title: 必学法规
  when: {cycle: calendar-year}
  who: {role: study-secretary}
  done: {topics: [宪法, 民法典], from: friday-study.law}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
complaint-report:
  title: 执法投诉零报告
  when: {monthly: last-workday}
  who: {unit: 综治办}
  done: {register: complaints, declared: true}
  remind: [{before: due, by: 3 workdays}]
sessions-quota:
  title: 中心组学习次数
  when: {cycle: calendar-year}
  who: {role: study-secretary}
  done: {sum: count, reach: 4}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
registers:
  publicity:
    title: 宣传活动
    by: {units: [司法所, communities]}
    fields:
      held_on: date
      people: number
      leaflets: {kind: number, required: false}
      entrance: choice
      photos: {kind: photo, required: false}
  complaints: {title: 违规执法投诉, by: {unit: 综治办}, fields: {matter: text}}
  cleanup: {title: 占道经营整治, fields: {place: text}}
"""


@dataclass
class Books:
    """Acts on registers by person key in the office `world`."""

    world: Any

    def person(self, session: Any, key: str | None) -> int | None:
        return session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one() if key else None

    def add(
        self, register: str, now: datetime, day: str, fields: Mapping[str, str | Sequence[str]], *, by: str | None = None, **more: Any
    ) -> Entered:  # fmt: skip
        with self.world.writing() as (session, live):
            return add_entry(
                session, live, register=register, held_on=date.fromisoformat(day), values=fields, files=more.get("files", {}),
                by=self.person(session, by), source=more.get("source", f"{day} {fields}"), how="cli", now=now,
            )  # fmt: skip

    def take_back(self, entry_id: int, now: datetime, *, by: str | None = None) -> None:
        with self.world.writing() as (session, live):
            undo_entry(session, live, entry_id=entry_id, by=self.person(session, by), reason="填错", now=now)

    def zero(
        self,
        register: str,
        now: datetime,
        from_on: str,
        to_on: str,
        *,
        by: str | None = None,
        unit: str | None = None,
    ) -> int:
        with self.world.writing() as (session, live):
            unit_id = session.scalars(select(UnitRow.id).where(UnitRow.title == unit)).one() if unit else None
            return declare_zero(
                session, live, register=register, from_on=date.fromisoformat(from_on), to_on=date.fromisoformat(to_on),
                by=self.person(session, by), unit=unit_id, how="cli", now=now,
            ).id  # fmt: skip

    def undo_zero(self, zero_id: int, now: datetime) -> None:
        with self.world.writing() as (session, live):
            undo_zero(session, live, zero_id=zero_id, by=None, reason="填错", now=now)

    def duty(self, schedule: str, part: str = "", key: str | None = None) -> ObligationRow:
        with self.world.db.reading() as session:
            query = (
                select(ObligationRow)
                .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .where(ScheduleRow.key == schedule, ObligationRow.part == part)
                .order_by(ObligationRow.id.desc())
            )
            found = session.scalars(query.where(OccurrenceRow.key == key) if key else query).first()
            assert found is not None, (schedule, part, key)
            return found

    def state(self, schedule: str, key: str | None = None) -> tuple[str, int, date | None]:
        row = self.duty(schedule, key=key)
        return row.state, row.progress, row.done_on

    def photo(self) -> int:
        with self.world.db.writing.begin() as session:
            row = FileRow(sha256="0" * 64, name="a.jpg", media_type="image/jpeg", size=10)
            session.add(row)
            session.flush()
            return row.id

    def report(self, now: datetime, *, held_on: str, leaflets: str = "60", entrance: str = "社区") -> int:
        """Confirm the step that feeds the register; its obligation's id."""
        duty = self.duty("spring-day", "report", key="2026-04-15")
        values = {
            "held_on": held_on,
            "place": "人民广场",
            "people": "80",
            "leaflets": leaflets,
            "entrance": entrance,
        }
        with self.world.writing() as (session, live):
            confirm(
                session, live, obligation_id=duty.id, by=self.person(session, "liqiang"), done_on=date.fromisoformat(held_on),
                evidence=values, files={"photos": [self.photo_in(session)]}, note=None, how="link", now=now,
            )  # fmt: skip
        return duty.id

    def photo_in(self, session: Any) -> int:
        row = FileRow(sha256="0" * 64, name="a.jpg", media_type="image/jpeg", size=10)
        session.add(row)
        session.flush()
        return row.id

    def undo(self, obligation_id: int, now: datetime) -> None:
        with self.world.writing() as (session, live):
            undo(session, live, obligation_id=obligation_id, by=None, reason="填错", now=now)

    def entries(self, register: str) -> list[RegisterEntryRow]:
        with self.world.db.reading() as session:
            query = select(RegisterEntryRow).where(
                RegisterEntryRow.register == register, RegisterEntryRow.state == "accepted"
            )
            return list(session.scalars(query.order_by(RegisterEntryRow.id)))

    def zeros(self, register: str) -> list[RegisterZeroRow]:
        with self.world.db.reading() as session:
            query = select(RegisterZeroRow).where(
                RegisterZeroRow.register == register, RegisterZeroRow.state == "accepted"
            )
            return list(session.scalars(query))


@pytest.fixture
def books(world: Any, office_files: dict[str, str]) -> Books:
    """The starter office with the registers above, since Friday 2 January 2026."""
    office_files["registers.yaml"] = REGISTERS
    world.begin("2026-01-02 09:00", "2026-01-02 09:00", "2026-04-15 08:40", "2026-04-30 08:40")
    return Books(world)
