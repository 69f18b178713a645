"""An office since Tuesday 1 September 2026 with something of each kind that a report counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.obligations import FileRow, ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.schedules import ScheduleRow
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm
from tasks.duties.credit import add_credit
from tasks.events import record_event
from tasks.gatherings.attend import record_session
from tasks.registers import add_entry, declare_zero
from tasks.reporting.report import Report, ReportedFigure, one_figure, report

NOW = "2026-09-30 09:00"
DUTIES = """\
case:
  title: 行政处罚案件
  privacy: case
  when: {event: case.filed, key: 案号, fields: {major: yes-no}}
  who: {from_event: handlers, at_least: 2, credential: enforcement, valid_on: event, unit: enforcement}
  steps:
    review:
      title: 法制审核
      if: major
      owed_by: {role: legal-reviewer, not: handlers}
      after: event
      within: 10 workdays
      evidence: {opinion: file}
    decide:  {title: 作出决定, after: event, within: 90 days, evidence: {decided_on: date}, basis: 行政处罚法60条}
    publish: {title: 公示, after: decide, from: decided_on, within: 7 workdays, evidence: {url: url}, counts: {published: 1}}
    ask:     {title: 征求意见, owed_by: {external: 区司法局}, after: event, within: 10 days}
  branches: {withdrawn: 撤案}
  on_time: decide
  remind: {use: statute}
exam:
  title: 学法考试
  when: {dates: [2026-09-15]}
  who: {role: study-secretary}
  done: {evidence: {expected: number, taken: number, passed: number, list: {label: 成绩册, kind: file}}}
  remind: [{before: due, by: 1 workday}]
talks:
  title: 座谈
  when: {dates: [2026-09-08, 2026-09-22]}
  who: {role: study-secretary}
  done: {evidence: {result: {kind: choice, from: [成, 不成]}}}
  remind: [{before: due, by: 1 workday}]
check:
  title: 明察暗访
  privacy: sealed
  when: {dates: [2026-09-10]}
  who: {responsible: {role: justice-head}}
  steps: {inspect: {title: 检查, due: due}}
  children: {from: inspect, template: {title: 问题, owner: 单位, due: 时限}}
  done: {all: [inspect, children]}
  on_time: inspect
  remind: [{before: due, by: 1 workday}]
visits:
  title: 市场主体走访
  when: {once: {from: "2026-09-01", to: "2026-10-30"}, targets: 名单.csv}
  who: {target: owner}
  remind: [{before: due, by: 5 workdays}]
named-laws:
  title: 必学法规
  when: {cycle: calendar-year}
  who: {role: study-secretary}
  done: {topics: [宪法, 民法典], from: friday-study.law}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
registers:
  cleanup: {title: 占道经营整治, fields: {place: text, photos: {label: 照片, kind: photo, required: false}}}
  publicity:
    title: 宣传活动
    by: {units: [司法所, communities]}
    fields: {theme: {kind: text, required: false}, leaflets: number, entrance: {kind: choice, from: [机关, 社区, 企业]}}
  complaints: {title: 违规执法投诉, privacy: sealed, by: {unit: 综治办}, fields: {matter: text}}
  unused: {title: 违法建设处置, by: {unit: 综合执法大队}, fields: {place: text}}
"""
FIGURES = """\
report:
  duties-done:
    title: 履职情况
    sections:
      study:
        title: 学法用法
        text: 学习{held}，违建{unused}。
        figures:
          planned:   {label: 计划场次, measure: 场, gatherings: friday-study, count: planned}
          held:      {label: 实办场次, measure: 场, gatherings: friday-study}
          people:    {label: 人次, measure: 人次, gatherings: friday-study, count: person-times}
          rate:      {label: 到会率, gatherings: friday-study, count: attendance}
          made-up:   {label: 补学后, gatherings: friday-study, count: made-up}
          law:       {label: 有法治内容, measure: 场, counted: law_sessions, of: friday-study}
          laws:      {label: 必学, topics: named-laws}
          trained:   {label: 应训, measure: 人, hours: enforcement-training, count: people, wording: exact}
          average:   {label: 人均学时, measure: 学时, hours: enforcement-training, count: average, wording: exact}
          full:      {label: 学满, hours: enforcement-training}
          expected:  {label: 应考, measure: 人, records: exam, sum: expected}
          taken:     {label: 参考, measure: 人, records: exam, sum: taken}
          passed:    {label: 合格, measure: 人, records: exam, sum: passed}
          exam-rate: {label: 参考率, share: [taken, expected]}
          odd-rate:  {label: 倒数, share: [expected, taken]}
          talks:     {label: 座谈, measure: 次, records: talks, wording: months}
          talks-well: {label: 谈成, measure: 次, records: talks, where: result = 成}
      enforcement:
        title: 行政执法
        figures:
          cards:     {label: 有效证, measure: 本, credentials: enforcement, wording: exact}
          expired:   {label: 过期证, measure: 本, credentials: enforcement, count: expired, wording: exact}
          filed:     {label: 立案, measure: 件, cases: case}
          decided:   {label: 已决定, measure: 件, cases: case, count: closed, part: decide}
          pending:   {label: 未决定, measure: 件, cases: case, count: pending, part: decide}
          overdue:   {label: 超期, measure: 件, cases: case, count: overdue, part: decide}
          reviews:   {label: 审核, measure: 件, records: case, part: review}
          before:    {label: 决定前审核, order: [review, decide], of: case}
          published: {label: 公示按期率, on_time: case, parts: publish}
          counted:   {label: 公示, measure: 件, counted: published}
          asked:     {label: 征求意见, on_time: case, parts: ask}
          problems:  {label: 问题, measure: 条, children: check}
          closed:    {label: 销号, measure: 条, children: check, count: closed}
          cleanup:   {label: 占道经营整治, measure: 次, register: cleanup}
          unused:    {label: 违法建设处置, measure: 处, register: unused}
          complaints: {label: 违规执法投诉, measure: 件, register: complaints, wording: exact}
      publicity:
        title: 普法
        figures:
          events:    {label: 活动, measure: 场, register: publicity}
          leaflets:  {label: 资料, measure: 份, register: publicity, sum: leaflets}
          firms:     {label: 进企业, measure: 场, register: publicity, where: entrance = 企业}
          entrances: {label: 各进, register: publicity, each: entrance}
          themes:    {label: 主题, measure: 个, register: publicity, by: theme}
          visited:   {label: 走访, campaign: visits}
          activities: {label: 活动合计, measure: 次, total: [events, cleanup, unused]}
          nothing:   {label: 空, measure: 次, total: [unused]}
  problems: {title: 存在的问题}
"""
LIST = "编号,名称,责任单位\nS-1,老街面馆,民主社区\nS-2,福来超市,民主社区\nS-3,古镇茶楼,友谊社区\n"


@dataclass
class Year:
    """Acts in the office `world` by key, and its report."""

    world: Any
    local: Any

    def duty(self, schedule: str, part: str = "", key: str | None = None, party: str | None = None) -> int:
        with self.world.db.reading() as session:
            query = (
                select(ObligationRow.id)
                .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .join(PartyRow, PartyRow.id == ObligationRow.party_id)
                .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            )
            query = query.where(OccurrenceRow.key == key) if key else query
            found = session.scalars(query.where(PartyRow.key == party) if party else query).first()
            assert found is not None, (schedule, part, key, party)
            return found

    def person(self, key: str) -> int:
        with self.world.db.reading() as session:
            return int(session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one())

    def do(
        self, schedule: str, part: str, on: str, key: str | None = None, *, party: str | None = None,
        files: Sequence[str] = (), found: Sequence[ChildEntry] = (), at: str | None = None, **evidence: str,
    ) -> None:  # fmt: skip
        duty = self.duty(schedule, part, key, party)
        with self.world.writing() as (session, live):
            held = {name: [_file(session)] for name in files}
            confirm(
                session, live, obligation_id=duty, by=None, done_on=date.fromisoformat(on), evidence=evidence, files=held, note=None,
                how="cli", now=self.local(at or f"{on} 16:00"), children=found,
            )  # fmt: skip

    def file_case(self, key: str, on: str, *, major: str = "no") -> None:
        with self.world.writing() as (session, live):
            record_event(
                session, live, kind="case.filed", key=key, on=date.fromisoformat(on),
                given={"handlers": ["zhaogang", "machao"], "major": [major]}, by=None, now=self.local(f"{on} 10:00"),
            )  # fmt: skip

    def hold(
        self, key: str, *, absent: Sequence[str] = (), leave: Sequence[str] = (), law: Sequence[str]
    ) -> None:
        away: Mapping[int, Any] = {self.person(each): "absent" for each in absent} | {
            self.person(each): "leave" for each in leave
        }
        with self.world.writing() as (session, live):
            record_session(
                session, live, obligation_id=self.duty("friday-study", "record", key), away=away,
                evidence={"topic": "学法", "law": list(law)}, files={}, done_on=date.fromisoformat(key), by=None, how="cli",
                now=self.local(f"{key} 17:00"),
            )  # fmt: skip

    def enter(
        self,
        register: str,
        on: str,
        times: int = 1,
        *,
        at: str | None = None,
        photo: bool = False,
        **fields: str,
    ) -> None:
        for n in range(times):
            with self.world.writing() as (session, live):
                add_entry(
                    session, live, register=register, held_on=date.fromisoformat(on), values=fields,
                    files={"photos": [_file(session)]} if photo else {}, by=None, source=f"{register} {on} {fields} {n}", how="cli",
                    now=self.local(at or f"{on} 16:00"),
                )  # fmt: skip

    def zero(self, register: str, first: str, last: str, *, at: str = NOW) -> None:
        with self.world.writing() as (session, live):
            declare_zero(
                session, live, register=register, from_on=date.fromisoformat(first), to_on=date.fromisoformat(last), by=None,
                how="cli", now=self.local(at),
            )  # fmt: skip

    def learn(self, person: str, hours: int, on: str) -> None:
        with self.world.writing() as (session, live):
            for n in range(0, hours, 12):
                day = date.fromisoformat(on).replace(day=1 + n // 12)
                add_credit(
                    session, live, obligation_id=self.duty("enforcement-training", party=person), amount=min(12, hours - n) * 100,
                    kind="", title="执法培训", done_on=day, by=None, source=f"{person} {day}", how="cli", now=self.local(NOW),
                )  # fmt: skip

    def report(self, year: int = 2026, *, now: str = NOW) -> Report:
        with self.world.writing() as (session, live):
            return report(session, live, live.office.report, year, now=self.local(now))

    def figure(self, key: str, year: int = 2026, *, now: str = NOW) -> ReportedFigure:
        with self.world.writing() as (session, live):
            return one_figure(session, live, live.office.report, year, key, now=self.local(now))


def _file(session: Any) -> int:
    row = FileRow(sha256="0" * 64, name="a.jpg", media_type="image/jpeg", size=10)
    session.add(row)
    session.flush()
    return row.id


@pytest.fixture
def year(world: Any, local_time: Any, office_files: dict[str, str]) -> Year:
    """Two study days, one of them recorded; cases, an exam, an inspection, a campaign, hours and registers."""
    office_files |= {"duties.yaml": DUTIES, "report.yaml": FIGURES, "名单.csv": LIST}
    world.begin(
        "2026-09-01 08:30",
        "2026-09-01 08:40",
        "2026-09-04 15:00",
        "2026-09-08 09:00",
        "2026-09-11 15:00",
        "2026-09-22 09:00",
    )
    return Year(world, local_time)
