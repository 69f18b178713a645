"""What supervisors decide is told to who owed it, stands on the page of the duty, and what may not be done is said in words."""

from datetime import date

import pytest
from sqlalchemy import select

from models.obligations import ObligationRow
from models.people import PartyRow
from tasks.gatherings.attend import record_session

LEADER, DEPUTY, HEAD = "linhaifeng", "songlihua", "zhoukai"


@pytest.fixture
def late(site, local_time):
    """Tuesday: every community's list was due on Monday."""
    site.stand_at(local_time("2026-11-24 09:05"))
    return site


def duty_of(site, unit="youyi"):
    return site.duty("half-year-review", "collect", unit)


def told(site, at, name):
    """The bodies of what goes out to somebody at a moment."""
    return [message.body for message in site.world.deliver(at) if message.recipient_key == name]


def act(site, who, duty, name, fields):
    return site.send(site.signed_in(who), f"/duty/{duty}/{name}", fields)


def messages_on(site, who, duty):
    page = site.signed_in(who).get(f"/duty/{duty}").text
    return page.split('id="messages"')[1].split('id="trail"')[0]


def test_who_owed_it_reads_that_it_is_waived_and_why(late, local_time):
    duty = duty_of(late)

    act(late, LEADER, duty, "waive", {"reason": "本社区无此类问题"})

    (body,) = told(late, local_time("2026-11-24 09:06"), HEAD)
    assert "不必再办。原因：本社区无此类问题" in body
    assert "事项已豁免" in messages_on(late, LEADER, duty)
    page = late.app.test_client().get(late.path(duty, late.person(HEAD), local_time("2026-11-24 09:07"))).text
    assert "原因：本社区无此类问题" in page


def test_a_day_noted_after_the_due_day_is_told_each_time(late, local_time):
    duty = duty_of(late)

    act(late, LEADER, duty, "extend", {"day": "2026-11-27", "reason": "书记出差"})
    first = told(late, local_time("2026-11-24 09:06"), HEAD)
    act(late, LEADER, duty, "extend", {"day": "2026-11-30", "reason": "仍在外"})
    second = told(late, local_time("2026-11-24 09:07"), HEAD)

    assert [("11月27日" in body, "仍按逾期计" in body) for body in first] == [(True, True)]
    assert [("11月30日" in body, "仍在外" in body) for body in second] == [(True, True)]
    assert messages_on(late, LEADER, duty).count("逾期事项定了新时限") == 2


def test_of_what_is_handed_over_both_owners_hear_and_lateness_is_said(late, local_time):
    duty = duty_of(late)

    act(late, DEPUTY, duty, "reassign", {"to": "yuanmei", "reason": "书记住院"})

    sent = late.world.deliver(local_time("2026-11-24 09:06"))
    bodies = {message.recipient_key: message.body for message in sent}
    assert "已转由袁梅承办，您不必再办。原因：书记住院" in bodies[HEAD]
    assert "应于11月23日（周一）办结，已逾期1天" in bodies["yuanmei"]
    assert "请于11月23日" not in bodies["yuanmei"], "nobody can do it by a day that is over"


def test_whoever_decides_is_not_told_of_the_own_decision(late, local_time):
    duty = duty_of(late, "dangzhengban")

    act(late, "wangmin", duty, "reassign", {"to": "wangmin", "reason": "我来办"})
    act(late, "wangmin", duty, "waive", {"reason": "已并入"})

    assert told(late, local_time("2026-11-24 09:06"), "wangmin") == []


def test_an_absence_counted_as_leave_is_told(site, local_time):
    at = local_time("2026-11-23 09:05")
    absent = site.person("yuanmei")
    with site.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=site.duty("friday-study", "record"), away={absent: "absent"},
            evidence={"topic": "行政处罚法", "law": "行政处罚法"}, files={}, done_on=date(2026, 11, 20), by=None, how="cli", now=at,
        )  # fmt: skip
    with site.world.db.reading() as session:
        party = session.scalars(select(PartyRow.key).where(PartyRow.person_id == absent)).one()
    duty = site.duty("friday-study", "make_up", party)

    act(site, DEPUTY, duty, "excuse", {"reason": "在区里开会"})

    bodies = told(site, local_time("2026-11-23 09:07"), "yuanmei")
    assert any("您的缺席已改记请假，不用补学。原因：在区里开会" in body for body in bodies)
    page = site.app.test_client().get(site.path(duty, absent, at)).text
    assert "您的缺席已改记请假，不用补学" in page
    assert "原因：在区里开会" in page


def test_that_it_was_urged_today_is_said_where_the_button_was(late):
    duty = duty_of(late)
    act(late, DEPUTY, duty, "urge", {"reason": "请今天报来"})

    client = late.signed_in(DEPUTY)
    page, form = client.get(f"/duty/{duty}").text, client.get(f"/duty/{duty}/urge").text
    assert f"/duty/{duty}/urge" not in page
    assert "今日已催办，同一事项一个工作日只催办一次。" in page
    assert "今日已催办，同一事项一个工作日只催办一次。" in form
    assert "今日已催办，不再列出" in client.get("/act/urge").text


def test_what_may_not_be_done_is_refused_with_who_may(late):
    duty = duty_of(late)

    refused = late.signed_in(DEPUTY).get(f"/duty/{duty}/waive")

    assert refused.status_code == 403
    assert "只有督办员或主要领导可以豁免" in refused.text
    assert "这一页只给督办员" not in refused.text


@pytest.mark.parametrize(
    ("who", "words"), [(HEAD, "只列本单位"), (DEPUTY, "只列您分管的单位"), ("qinlan", "只列您负责的单位")]
)
def test_the_board_says_whose_units_it_lists(site, who, words):
    assert words in site.signed_in(who).get("/").text


def test_what_is_over_takes_a_day_by_when_it_will_be_done_even_where_its_own_day_is_fixed(site, local_time):
    duty = site.duty("enforcement-training", "")
    site.stand_at(local_time("2026-12-30 09:05"))
    assert f"/duty/{duty}/extend" not in site.signed_in(LEADER).get(f"/duty/{duty}").text
    site.stand_at(local_time("2027-01-04 09:05"))

    done = act(site, LEADER, duty, "extend", {"day": "2027-01-29", "reason": "春节前补学"})

    assert done.headers["Location"].endswith("said=planned")
    with site.world.db.reading() as session:
        row = session.get_one(ObligationRow, duty)
        assert (row.due_on, row.new_date) == (date(2026, 12, 31), date(2027, 1, 29))
