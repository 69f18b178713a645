"""Why a duty is silent although it stands: each reason caused by what an office does, with its code and its sentence."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from post import DUTY, Post, said
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from tasks.delivery.outcomes import Outcome
from tasks.duties.credit import add_credit
from tasks.duties.stop_clock import stop
from tasks.events import record_event
from tasks.open import resume
from tasks.pausing import pause

TUESDAY, WEDNESDAY, THURSDAY = "2026-11-24 08:40", "2026-11-25 09:00", "2026-11-26 08:40"
ASKED = "2026-11-24 09:00"
STUDY = """
report:
  title: 周五集中学习
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  record: {by: {role: study-secretary}, within: 1 workday}
  remind: [{after: start, by: 1 workday, time: "09:00", to: recorder}, {after: recorded, by: 0 days, to: absent}]
"""
HOURS = """
report:
  title: 年度培训
  when: {cycle: calendar-year}
  who: {people: [jiangtao]}
  done: {sum: hours, reach: 60}
  milestones: [{by: "12-10", reach: 10}]
  remind: [{before: milestone, by: 5 workdays, when_behind: true}]
"""
CASE = """
report:
  title: 普通案件
  when: {event: case.filed, key: 案号, fields: {handler: person}}
  who: {from_event: handler}
  steps:
    decide: {title: 作出决定, after: event, within: 90 days}
    opinion: {title: 征求意见, owed_by: {external: 区司法局}, after: event, within: 30 days}
  pause: {allow: [鉴定], stops: [decide]}
  remind: [{before: decide, by: 20 days}]
"""
CARD = """
report:
  title: 执法证换证
  when: {expiry: enforcement, opens: 180 days before}
  who: {holder: true, responsible: {role: credential-keeper}}
  steps:
    submit: {title: 报送, owed_by: responsible, due: {before: expiry, by: 15 days}}
    issue: {title: 领取, owed_by: responsible, due: expiry}
  done: {credential: later-expiry}
  pending: {after: submit, quiet: 10 workdays}
  remind: [{before: expiry, by: 20 days, to: [assignee, responsible]}]
"""


def expected(post: Post) -> None:
    post.begin(duty=STUDY)
    post.at(THURSDAY)


def reached(post: Post) -> None:
    post.begin(duty=HOURS)
    with post.world.writing() as (session, live):
        add_credit(
            session, live, obligation_id=post.duty("jiangtao"), amount=1000, kind="other", title="执法文书", done_on=date(2026, 11, 20),
            by=None, source="sheet-1", how="cli", now=post.local(WEDNESDAY),
        )  # fmt: skip
    post.at("2026-12-04 08:40")


def filed(post: Post) -> None:
    post.begin(duty=CASE)
    with post.world.writing() as (session, live):
        record_event(
            session, live, kind="case.filed", key="17", on=date(2026, 11, 23), given={"handler": ["jiangtao"]}, by=None,
            now=post.local("2026-11-23 16:00"),
        )  # fmt: skip


def clock_stopped(post: Post) -> None:
    filed(post)
    with post.world.writing() as (session, live):
        occurrence = session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == "17")).one()
        stop(
            session,
            live,
            occurrence,
            reason="鉴定",
            on=date(2026, 11, 25),
            by=None,
            now=post.local(WEDNESDAY),
        )


def at_work(post: Post) -> None:
    """The keeper has handed in the papers for somebody whose certificate ends on 20 December."""
    post.begin(duty=CARD)
    with post.world.db.reading() as session:
        step = session.scalars(
            select(ObligationRow.id)
            .join(OccurrenceRow)
            .where(OccurrenceRow.subject == "suntao", ObligationRow.part == "submit")
        ).one()
    post.confirm("sunli", WEDNESDAY, duty=step)


def answered(outcome: Outcome, words: str = "") -> Callable[[Post], None]:
    def cause(post: Post) -> None:
        post.begin(reach="{people: [sms], group: group}")
        post.says["sms"] = said(outcome, words)
        post.at(TUESDAY)

    return cause


def written(post: Post) -> None:
    """The message is there and no sender has looked yet."""
    post.begin()
    now = post.local(TUESDAY)
    post.world.open(now)
    post.world.sweep(now + timedelta(milliseconds=1))


def in_hand(post: Post) -> None:
    written(post)
    post.claim(post.local(TUESDAY) + timedelta(seconds=1))


def left(post: Post) -> None:
    post.begin()
    post.at(TUESDAY)
    rows = post.world.files["people.csv"].splitlines(keepends=True)
    post.world.files["people.csv"] = "".join(row for row in rows if not row.startswith("jiangtao,"))
    post.world.files["credentials.csv"] = "".join(
        row
        for row in post.world.files["credentials.csv"].splitlines(keepends=True)
        if ",jiangtao," not in row
    )
    post.world.files["own.yaml"] = DUTY.replace("people: [jiangtao]", "units: [chengjianban]")
    post.world.apply(post.local(WEDNESDAY))
    post.at("2026-11-25 15:00")


def paused_over_it(post: Post) -> None:
    post.begin()
    post.at(TUESDAY)
    with post.world.writing() as (session, live):
        pause(
            session,
            live,
            key="report",
            until=None,
            reason="换届",
            actor="cli:test",
            now=post.local(WEDNESDAY),
        )
    post.at(THURSDAY)
    with post.world.writing() as (session, live):
        row = session.scalars(select(ScheduleRow).where(ScheduleRow.key == "report")).one()
        resume(session, live, row, actor="cli:test", reason="换届结束", now=post.local("2026-11-26 10:00"))


def never_opened(post: Post) -> None:
    """Paused before it opened, and resumed after its first reminder had passed."""
    post.begin()
    with post.world.writing() as (session, live):
        pause(
            session,
            live,
            key="report",
            until=None,
            reason="换届",
            actor="cli:test",
            now=post.local("2026-11-23 17:00"),
        )
    post.at(TUESDAY)


class Case(NamedTuple):
    """What is caused, what is asked of whom, and what the answer must be."""

    cause: Callable[[Post], None]
    at: str
    verdict: str
    reason: str
    sentence: str
    key: str = "2026-11-27"
    who: str = "jiangtao"
    on: str | None = None
    part: str | None = None


CASES = {
    "attendance is not recorded": Case(
        expected, "2026-11-26 09:00", "not-told", "expected", "到会的不再提醒；缺席的，登记考勤后提醒补学。"
    ),
    "the figure is reached": Case(
        reached, "2026-12-04 09:00", "not-told", "spared", "进度已经达到这次提醒的要求，不必提醒。", key="2026", on="2026-12-03"
    ),
    "its clock stands": Case(
        clock_stopped, THURSDAY, "not-told", "clock-stopped", "依规中止计时，中止期间不提醒。", key="17", part="decide"
    ),
    "it waits for an outside body": Case(
        filed, WEDNESDAY, "not-told", "waits-for-others", "等区司法局办理，不催本单位", key="17", part="opinion"
    ),
    "others are at work": Case(at_work, THURSDAY, "not-told", "others-at-work",
        "正由他人办理，12月9日（周三）以前不提醒。", key="豫H0800-0004@2026-12-20", who="suntao"),
    "no answer came": Case(answered(Outcome.UNKNOWN), ASKED, "not-told", "unknown", "没有答复"),
    "nobody reads the answer": Case(answered(Outcome.UNVERIFIED), ASKED, "told", "unverified", "对方没有拒绝，但不能证明送到"),
    "it is ready": Case(written, "2026-11-24 08:41", "will-be-told", "queued", "已经到点，几秒内发出"),
    "it is being sent": Case(in_hand, "2026-11-24 08:41", "will-be-told", "sending", "正在发"),
    "the person left": Case(left, THURSDAY, "not-told", "not-in-audience", "起不再是承办人"),
    "paused on its day": Case(
        paused_over_it, "2026-11-27 09:00", "not-told", "spared", "到点时不提醒：日程已暂停，或者事项已办结、待审核。", on="2026-11-26"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_reason_to_be_silent_has_a_code_and_a_sentence(post, ask, name):
    case = CASES[name]
    case.cause(post)

    answer = ask.person(case.at, who=case.who, on=case.on)
    found = [
        each
        for each in answer["items"]
        if each["schedule"] == "report" and (case.part is None or each["part"] == case.part)
    ]
    item = next((each for each in found if each["key"] == case.key), None)

    assert item is not None, answer
    assert (item["verdict"], item["reason"]) == (case.verdict, case.reason), item
    assert case.sentence in "".join(item["sentences"]), item["sentences"]


def test_a_paused_schedule_that_has_nothing_open_says_that_it_is_paused(post, ask):
    never_opened(post)

    (opening,) = ask.person(ASKED)["openings"]

    assert (opening["key"], opening["reason"]) == ("2026-11-27", "paused")
    assert opening["sentences"] == [
        "原定11月24日（周二）08:40开启，日程正在暂停，暂停期间不开启。", "日程11月23日（周一）17:00起暂停，恢复前不提醒：换届",
    ]  # fmt: skip
