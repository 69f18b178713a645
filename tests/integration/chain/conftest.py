"""The starter office with penalty cases, on Tuesday 1 September 2026. Each act is its own transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import dedent, indent
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.obligations import DueChangeRow, ObligationRow, OccurrenceRow, RungNameRow, RungRow
from models.people import PartyRow, PersonRow
from schedules.calendar import Override
from tasks.amend import amend_event, end_early
from tasks.days.calendar_change import import_days
from tasks.duties.approve import give_back, waive
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm, settle_history
from tasks.duties.extend import ask, decide
from tasks.duties.stop_clock import resume, stop
from tasks.duties.undo import undo
from tasks.events import Recorded, chain, record_event

SHANGHAI = ZoneInfo("Asia/Shanghai")
CASE = """\
case:
  title: 行政处罚案件
  privacy: case
  when:
    event: case.filed
    key: 案号
    fields: {major: yes-no, hearing: yes-no}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event, unit: enforcement}
  steps:
    found:  {title: 调查终结, evidence: {closed_on: date}}
    notify: {title: 事先告知, evidence: {served_on: date}, basis: 行政处罚法44条}
    wait:   {title: 听证申请期, if: hearing, after: notify, from: served_on, wait: 5 workdays, basis: 行政处罚法64条}
    review:
      title: 法制审核
      if: major
      owed_by: {role: legal-reviewer, not: handlers}
      after: [found, wait]
      within: 5 workdays
      evidence: {result: {kind: choice, from: [同意, 修改, 退回]}}
      basis: 行政处罚法58条
    decide:
      title: 作出决定
      after: event
      within: 90 days
      internal: 75 days
      gate: [notify, wait, review=同意]
      extend: {once: 30 days, approve: {role: director}, basis: required}
      evidence: {decided_on: date}
      basis: 行政处罚法60条
    serve:   {title: 送达, after: decide, from: decided_on, within: 7 workdays, evidence: {served_on: date}, basis: 行政处罚法61条}
    publish: {title: 公示, after: decide, from: decided_on, within: 7 workdays, evidence: {url: url}, basis: 国办发〔2018〕118号}
    pay:     {title: 缴款, after: serve, from: served_on, within: 15 days, roll: next-workday, track: party}
    ask:     {title: 征求意见, if: hearing, owed_by: {external: 区司法局}, after: found, within: 10 days}
  pause: {allow: [鉴定, 公告], stops: [decide], basis: required, approve: {role: director}}
  branches: {withdrawn: 撤案, transferred: 移送}
  remind: {use: statute}
"""
HANDLERS = ["zhaogang", "machao"]


@dataclass
class Case:
    """Acts on the case 17 by person key in the office `world`."""

    world: Any
    key: str = "17"

    def file(
        self,
        now: datetime,
        *,
        on: str = "2026-09-01",
        key: str | None = None,
        at: datetime | None = None,
        **fields: Any,
    ) -> Recorded:
        given = {"handlers": HANDLERS} | {
            name: [value] if isinstance(value, str) else value for name, value in fields.items()
        }
        with self.world.writing() as (session, live):
            return record_event(
                session,
                live,
                kind="case.filed",
                key=key or self.key,
                on=date.fromisoformat(on),
                given=given,
                by=None,
                now=now,
                at=at,
            )

    def amend(self, now: datetime, **fields: Any) -> None:
        given = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
        with self.world.writing() as (session, live):
            amend_event(
                session, live, kind="case.filed", key=self.key, given=given, reason="更正", by=None, now=now
            )

    def person(self, session: Any, key: str | None) -> int | None:
        return session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one() if key else None

    def step(self, part: str) -> ObligationRow:
        found = self.steps(part)
        assert len(found) == 1, (part, [row.state for row in found])
        return found[0]

    def steps(self, part: str) -> list[ObligationRow]:
        with self.world.db.reading() as session:
            return list(
                session.scalars(
                    select(ObligationRow)
                    .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                    .where(OccurrenceRow.key == self.key, ObligationRow.part == part)
                )
            )

    def owner(self, part: str) -> tuple[str, str]:
        with self.world.db.reading() as session:
            row = session.get_one(PartyRow, self.step(part).party_id)
            return row.kind, row.key

    def occurrence(self) -> OccurrenceRow:
        with self.world.db.reading() as session:
            return session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == self.key)).one()

    def do(self, part: str, now: datetime, *, on: str, by: str | None = None, **evidence: str) -> Any:
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            return confirm(
                session, live, obligation_id=obligation_id, by=self.person(session, by), done_on=date.fromisoformat(on),
                evidence=evidence, files={}, note=None, how="link" if by else "cli", now=now,
            )  # fmt: skip

    def find(self, part: str, now: datetime, *, item: str, owner: str, due: str) -> "Case":
        """Record a step that finds one item; the item."""
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            confirm(
                session, live, obligation_id=obligation_id, by=None, done_on=live.today(now), evidence={}, files={}, note=None,
                how="cli", now=now, children=[ChildEntry(title=item, owner=owner, due_on=date.fromisoformat(due))],
            )  # fmt: skip
        return Case(self.world, key=f"{self.key}#1")

    def give_back(self, part: str, now: datetime, *, reason: str) -> None:
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            give_back(session, live, obligation_id=obligation_id, by=None, reason=reason, now=now)

    def settle(
        self, part: str, now: datetime, verdict: Literal["done", "drop"], on: str | None = None
    ) -> None:
        """Settle what was due before the start."""
        obligation_id = self.step(part).id
        done_on = date.fromisoformat(on) if on else None
        with self.world.writing() as (session, live):
            settle_history(
                session, live, obligation_id=obligation_id, verdict=verdict, by=None, now=now, done_on=done_on
            )

    def rungs(self, part: str) -> list[tuple[date, str]]:
        """The day and the key of every rung of a step's ladder, in order."""
        with self.world.db.reading() as session:
            rows = session.execute(
                select(RungRow.at, RungNameRow.key)
                .join(RungNameRow, RungNameRow.id == RungRow.name_id)
                .where(RungRow.timeline_id == self.step(part).timeline_id)
                .order_by(RungRow.no)
            )
            return [(at.astimezone(SHANGHAI).date(), key) for at, key in rows]

    def rest_day(self, day: str, now: datetime) -> None:
        """Have a working day off, as after a storm."""
        off = Override(day=date.fromisoformat(day), is_workday=False, name="停工", reason="暴雨")
        with self.world.db.writing.begin() as session:
            import_days(session, [off], by="test", now=now)

    def undo(self, part: str, now: datetime) -> None:
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            undo(session, live, obligation_id=obligation_id, by=None, reason="填错", now=now)

    def waive(self, part: str, now: datetime) -> None:
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            waive(session, live, obligation_id=obligation_id, by=None, reason="不需要", now=now)

    def pause(
        self,
        now: datetime,
        *,
        on: str,
        reason: str = "鉴定",
        basis: str = "行政处罚法60条",
        agreed: str | None = "linhaifeng",
    ) -> int:
        with self.world.writing() as (session, live):
            return stop(
                session, live, chain(session, "case", self.key), reason=reason, on=date.fromisoformat(on), basis=basis, by=None,
                approved_by=self.person(session, agreed), now=now,
            )  # fmt: skip

    def resume(self, now: datetime, *, on: str) -> list[int]:
        with self.world.writing() as (session, live):
            grown = resume(
                session, live, chain(session, "case", self.key), on=date.fromisoformat(on), by=None, now=now
            )
            return [days for _, days in grown]

    def ask_longer(
        self,
        now: datetime,
        *,
        by: str | None = "zhaogang",
        basis: str = "行政处罚法60条",
        part: str = "decide",
    ) -> None:
        obligation_id = self.step(part).id
        with self.world.writing() as (session, live):
            ask(
                session,
                live,
                obligation_id=obligation_id,
                reason="案情复杂",
                basis=basis,
                by=self.person(session, by),
                now=now,
            )

    def decide_longer(
        self, now: datetime, *, grant: bool, by: str | None = "linhaifeng", words: str = ""
    ) -> str:
        obligation_id = self.step("decide").id
        with self.world.writing() as (session, live):
            return decide(
                session,
                live,
                obligation_id=obligation_id,
                grant=grant,
                words=words,
                by=self.person(session, by),
                now=now,
            ).state

    def end(self, now: datetime, *, branch: str, on: str, reason: str = "证据不足") -> int:
        with self.world.writing() as (session, live):
            return end_early(
                session, live, chain(session, "case", self.key), branch=branch, reason=reason, on=date.fromisoformat(on), by=None, now=now
            )  # fmt: skip

    def trail(self, part: str) -> list[DueChangeRow]:
        with self.world.db.reading() as session:
            rows = select(DueChangeRow).where(DueChangeRow.obligation_id == self.step(part).id)
            return list(session.scalars(rows.order_by(DueChangeRow.seq)))


@pytest.fixture
def case(world) -> Case:
    """The office since Monday 31 August."""
    world.files["case.yaml"] = CASE
    world.begin("2026-08-31 09:00", "2026-08-31 09:00")
    return Case(world)


HEAD = """\
case:
  title: 案件
  when:
    event: case.filed
    key: 案号
    fields: {major: yes-no, hearing: yes-no, got: {kind: date, required: false}}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event, unit: enforcement}
  steps:
"""


@pytest.fixture
def chain_of(world) -> Callable[..., Case]:
    """The office since Monday 31 August with a chain of these steps; `more` are the keys after them."""

    def begin(steps: str, more: str = "  remind: {use: statute}\n") -> Case:
        world.files["case.yaml"] = HEAD + indent(dedent(steps), "    ") + more
        world.begin("2026-08-31 09:00", "2026-08-31 09:00")
        return Case(world)

    return begin
