"""Each reason for which somebody is not told, caused for real: the code for programs, and the sentence that a clerk reads."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest
from post import DUTY, Post, said
from sqlalchemy import select, update

from models.messages import MessageRow
from models.people import PartyRow
from models.schedules import OfficeStateRow
from tasks.days.by_hand import skip
from tasks.delivery.outcomes import Outcome
from tasks.delivery.release import hold_back
from tasks.duties.approve import waive
from tasks.duties.transfer import transfer
from tasks.pausing import pause

TUESDAY, WEDNESDAY, THURSDAY = "2026-11-24 08:40", "2026-11-25 09:00", "2026-11-26 08:40"
ASKED = "2026-11-24 09:00"
ONE_CHANNEL = "{people: [app], group: group}"
HELD = DUTY.replace("by: 3 workdays}", "by: 3 workdays, release: clerk}")
APPROVED = DUTY.replace("done: {by: each}", "done: {by: each, approve: {role: clerk}}")


def told_on_tuesday(post: Post, **begun: Any) -> None:
    post.begin(**begun)
    post.at(TUESDAY)


def answered(outcome: Outcome, words: str = "", **more: object) -> Callable[[Post], None]:
    """The only channel answers like this."""

    def cause(post: Post) -> None:
        post.begin(reach=ONE_CHANNEL)
        post.says["app"] = said(outcome, words, **more)
        post.at(TUESDAY)

    return cause


def done(post: Post) -> None:
    told_on_tuesday(post)
    post.confirm("jiangtao", WEDNESDAY)


def done_before_it_went_out(post: Post) -> None:
    post.begin()
    now = post.local(TUESDAY)
    post.world.open(now)
    post.world.sweep(now)
    post.confirm("jiangtao", TUESDAY)
    post.deliver(now)


def waived(post: Post) -> None:
    told_on_tuesday(post)
    with post.world.writing() as (session, live):
        waive(
            session,
            live,
            obligation_id=post.duty("jiangtao"),
            by=None,
            reason="借调到区里",
            now=post.local(WEDNESDAY),
        )


def handed_over(post: Post) -> None:
    told_on_tuesday(post)
    with post.world.writing() as (session, live):
        to = session.scalars(
            select(PartyRow.id).where(PartyRow.kind == "person", PartyRow.key == "liwen")
        ).one()
        transfer(
            session, live, obligation_id=post.duty("jiangtao"), to_party=to, by=None, reason="工作调整", now=post.local(WEDNESDAY)
        )  # fmt: skip


def moved_to_another_unit(post: Post) -> None:
    told_on_tuesday(post, duty=DUTY.replace("people: [jiangtao]", "units: [chengjianban]"))
    people = post.world.files["people.csv"]
    post.world.files["people.csv"] = people.replace("jiangtao,江涛,城建办", "jiangtao,江涛,综治办")
    post.world.apply(post.local(WEDNESDAY))
    post.at("2026-11-25 15:00")


def recorded(post: Post) -> None:
    told_on_tuesday(post, duty=APPROVED)
    post.confirm("jiangtao", WEDNESDAY)


def paused(post: Post) -> None:
    told_on_tuesday(post)
    with post.world.writing() as (session, live):
        pause(
            session,
            live,
            key="report",
            until=date(2026, 12, 7),
            reason="换届期间",
            actor="cli:test",
            now=post.local(WEDNESDAY),
        )


def skipped(post: Post) -> None:
    told_on_tuesday(post)
    with post.world.writing() as (session, live):
        skip(
            session, live, schedule="report", key="2026-11-27", reason="区里统一部署", actor="cli:test", now=post.local(WEDNESDAY)
        )  # fmt: skip


def away(post: Post) -> None:
    post.begin()
    post.away("jiangtao", "2026-11-24", "2026-11-26", deputy="liwen")
    post.at(TUESDAY)


def away_later(post: Post) -> None:
    post.begin()
    post.away("jiangtao", "2026-11-26", "2026-11-27", deputy="liwen")
    post.at(TUESDAY)


def silenced(post: Post) -> None:
    post.begin()
    post.silence("2026-11-23 16:00", "2026-11-26", schedule="report")
    post.at(TUESDAY)


def silenced_later(post: Post) -> None:
    told_on_tuesday(post)
    post.silence(WEDNESDAY, "2026-12-02", person="jiangtao")


def snoozed(post: Post) -> None:
    told_on_tuesday(post)
    post.snooze("jiangtao", WEDNESDAY, 1)


def held(post: Post) -> None:
    told_on_tuesday(post, duty=HELD)


def kept_back(post: Post) -> None:
    held(post)
    with post.world.db.reading() as session:
        number = session.scalars(select(MessageRow.id).where(MessageRow.state == "held")).one()
    with post.world.writing() as (session, _):
        hold_back(
            session, message_id=number, by=None, reason="当面说过了", now=post.local("2026-11-24 08:50")
        )


def on_trial(post: Post) -> None:
    told_on_tuesday(post, office={"mode: live": "mode: trial"})


def on_paper(post: Post) -> None:
    told_on_tuesday(post, reach="{level: paper, people: []}")


def unreachable(post: Post) -> None:
    rows = post.world.files["people.csv"].splitlines()
    without = [
        row.replace(",jiangtao,jiangtao@", ",,jiangtao@") if row.startswith("jiangtao,") else row
        for row in rows
    ]
    post.world.files["people.csv"] = "\n".join(without) + "\n"
    told_on_tuesday(post, reach=ONE_CHANNEL)


def stopped(post: Post) -> None:
    post.begin()
    with post.world.writing() as (session, _):
        session.execute(update(OfficeStateRow).values(sending_stopped=True))
    post.at(TUESDAY)


def quiet(post: Post) -> None:
    app = 'app: {url: "outbox://app-{wecom_id}", quiet: exempt}'
    post.begin(
        duty=DUTY.replace("by: 3 workdays}", 'by: 3 workdays, time: "12:30"}'),
        office={app: app.replace(", quiet: exempt", "")},
    )
    post.at("2026-11-24 12:30")


def as_wished(post: Post) -> None:
    post.begin()
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")
    post.at(TUESDAY)


def before(post: Post) -> None:
    post.begin(office={"# start_on: 2026-11-23 ": "start_on: 2026-12-01 "})
    post.at(TUESDAY)


class Case(NamedTuple):
    """What is caused, when and about which day it is asked, and what the answer must be."""

    cause: Callable[[Post], None]
    at: str
    on: str | None
    verdict: str
    reason: str
    sentence: str


CASES = {
    "another day": Case(told_on_tuesday, WEDNESDAY, None, "not-told", "other-day", "11月25日（周三）不是它的提醒日。"),
    "still to come": Case(
        told_on_tuesday, WEDNESDAY, "2026-11-26", "will-be-told", "coming", "11月26日（周四）08:40由本机发件箱（app）提醒。"
    ),
    "told": Case(told_on_tuesday, ASKED, None, "told", "sent", "11月24日（周二）08:40由本机发件箱（app）发出，对方已接收"),
    "done": Case(done, THURSDAY, None, "not-told", "done", "已办结：江涛于11月25日（周三）09:00登记，11月25日办成。"),
    "done before it went out": Case(
        done_before_it_went_out, ASKED, None, "not-told", "closed",
        "没有发：发出前这件事已经办结或了结。"
        "已办结：江涛于11月24日（周二）08:40登记",
    ),
    "waived": Case(waived, THURSDAY, None, "not-told", "waived", "11月25日（周三）09:00由命令行免办：借调到区里"),
    "handed over": Case(handed_over, THURSDAY, None, "not-told", "withdrawn", "11月25日（周三）09:00起不再由此人办理：已移交别人。"),
    "moved to another unit": Case(
        moved_to_another_unit, THURSDAY, None, "not-told", "not-in-audience", "起不再是承办人（调动、离开或不再任职）。"
    ),
    "waits for approval": Case(recorded, THURSDAY, None, "not-told", "submitted", "已登记，等待审核，审核期间不提醒承办人。"),
    "paused": Case(paused, THURSDAY, None, "not-told", "paused", "日程11月25日（周三）09:00起暂停，12月7日（周一）恢复：换届期间"),
    "skipped": Case(skipped, THURSDAY, None, "not-told", "cancelled", "11月25日（周三）09:00取消："),
    "a deputy was told": Case(away, ASKED, None, "not-told", "deputy", "江涛请假，由李雯代办，提醒发给了代办人。11月24日（周二）08:40由"),
    "a deputy will be told": Case(
        away_later, WEDNESDAY, "2026-11-26", "not-told", "deputy", "江涛届时请假，由李雯代办，11月26日（周四）08:40提醒代办人。"
    ),
    "silenced": Case(silenced, ASKED, None, "not-told", "silenced", "督办员设了静默，11月26日（周四）起恢复提醒。理由：系统迁移"),
    "silenced later": Case(
        silenced_later, WEDNESDAY, "2026-11-26", "not-told", "silenced", "督办员设了静默，12月2日（周三）起恢复提醒。理由：系统迁移"
    ),
    "snoozed": Case(snoozed, "2026-11-25 09:30", None, "not-told", "other-day", "本人选择过几天再提醒，11月26日（周四）起恢复提醒。"),
    "waits for release": Case(held, ASKED, None, "not-told", "held", "等督办员核发，在工作台“待核发”里"),
    "kept back": Case(kept_back, ASKED, None, "not-told", "kept-back", "督办员决定不发：当面说过了"),
    "on trial": Case(on_trial, ASKED, None, "not-told", "trial", "试运行中：11月24日（周二）08:40发给了督办员，注明原应发给江涛"),
    "on trial later": Case(on_trial, WEDNESDAY, "2026-11-26", "not-told", "trial", "试运行中：这条发给督办员，注明原应发给此人。"),
    "on paper": Case(on_paper, ASKED, None, "not-told", "paper", "要由督办员打印送达，还没有送"),
    "no channel": Case(unreachable, ASKED, None, "not-told", "unreachable", "没有渠道能联系到本人，运行 `duban doctor` 查看怎么办。"),
    "the channel is broken": Case(
        answered(Outcome.CHANNEL, "密钥已失效"), ASKED, None, "will-be-told", "channel-broken",
        "本机发件箱（app）故障：密钥已失效。"
        "用 `duban channels test` 测通后再发",
    ),
    "the limit": Case(
        answered(Outcome.LATER, retry_after=3600), ASKED, None, "will-be-told", "limit",
        "渠道发得太密，到了限额，"
        "11月24日（周二）09:40由本机发件箱（app）发出",
    ),
    "tried again": Case(
        answered(Outcome.RETRY, "系统繁忙"), "2026-11-24 08:40", None, "will-be-told", "retry",
        "第1次发送没有成功，对方答复：系统繁忙。"
        "11月24日（周二）08:40由本机发件箱（app）再发",
    ),
    "refused": Case(answered(Outcome.PERSON, "空号"), ASKED, None, "not-told", "failed", "本机发件箱（app）没有发成，对方答复：空号"),
    "stopped": Case(stopped, ASKED, None, "will-be-told", "stopped", "全单位已停发消息，恢复发送后再发"),
    "quiet hours": Case(
        quiet, "2026-11-24 12:40", None, "will-be-told", "quiet",
        "11月24日（周二）12:30就该提醒，正值免打扰时段或休息日，顺延到11月24日（周二）14:30由本机发件箱（app）发出",
    ),
    "as the person wished": Case(as_wished, ASKED, None, "will-be-told", "wish", "等到11月24日（周二）15:00再发，这是本人选定的时间"),
    "before the start": Case(before, ASKED, None, "not-told", "history", "启用（12月1日）以前就到期，只列入“历史待核”，不提醒。"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_every_reason_has_a_code_and_a_sentence(post, ask, name):
    case = CASES[name]
    case.cause(post)

    item = ask.item(case.at, on=case.on)

    assert (item["verdict"], item["reason"]) == (case.verdict, case.reason), item
    assert case.sentence in "".join(item["sentences"])
