"""The auditor sees what stays due, what is stuck and whom nothing reaches, and says it where people look."""

from datetime import timedelta

import pytest
from post import said
from sqlalchemy import update

from models.messages import MessageRow
from models.schedules import OfficeStateRow
from tasks.delivery.auditor import examine
from tasks.delivery.outcomes import Outcome
from tasks.reporting.overdue import overdue

NOW = "2026-11-24 08:40"


def look(post, at: str = NOW, **later: float):
    now = post.local(at) + timedelta(**later)
    with post.world.db.reading() as session:
        return examine(session, now=now, machine_now=now)


@pytest.fixture
def lost_number(world):
    """江涛 has neither mobile, nor WeCom, nor mail."""
    old = "jiangtao,江涛,城建办,科员,机关工作人员,执法人员,13800000120,jiangtao,jiangtao@example.cn,"
    assert old in world.files["people.csv"]
    world.files["people.csv"] = world.files["people.csv"].replace(
        old, "jiangtao,江涛,城建办,科员,机关工作人员,执法人员,,,,"
    )


def test_all_is_well_when_everything_went_out(post):
    post.begin()
    post.at(NOW)

    assert look(post, minutes=30).well


def test_a_message_that_is_due_and_stays_unsent_is_seen(post):
    post.begin()
    now = post.local(NOW)
    post.world.open(now)
    post.world.sweep(now)

    assert look(post, minutes=5).well
    found = look(post, minutes=11)
    assert not found.well
    assert found.unsent_seconds == 660


def test_a_rung_that_no_sweep_takes_is_seen(post):
    post.begin()
    post.world.open(post.local(NOW))

    assert look(post, minutes=6).unswept_seconds == 360


def test_a_sender_that_froze_is_seen(post):
    post.begin()
    now = post.local(NOW)
    post.world.open(now)
    post.world.sweep(now)
    assert post.claim(now) == ["app"]

    assert look(post, seconds=100).frozen_seconds is None
    assert look(post, minutes=4).frozen_seconds == 180


def test_a_stop_of_all_sending_is_not_well(post):
    post.begin()
    with post.world.db.writing.begin() as session:
        session.execute(update(OfficeStateRow).values(sending_stopped=True))

    assert look(post).stopped


def test_a_broken_channel_is_named(post):
    post.begin()
    post.says["app"] = said(Outcome.CHANNEL, "93000")
    post.at(NOW)

    assert look(post, minutes=1).broken == ("app",)


def test_whom_no_channel_reaches_is_counted_and_never_taken_for_reminded(post, lost_number):
    post.begin()

    assert post.at(NOW) == []

    assert post.reminders() == ["unreachable"]
    assert look(post, minutes=1).unreached == 1
    with post.world.db.reading() as session:
        assert session.query(MessageRow).filter(MessageRow.lane == "normal").count() == 0


def test_who_was_not_reached_stands_in_the_report_of_his_unit_and_no_other(post):
    post.begin()
    for channel in ("app", "sms", "mail"):
        post.says[channel] = lambda message: said(
            Outcome.PERSON if message.recipient_key == "jiangtao" else Outcome.SENT, "空号"
        )(message)
    post.at(NOW)

    with post.world.writing() as (session, live):
        report = overdue(session, live, now=post.local(NOW) + timedelta(hours=1))
        units = {unit.key: unit.unit_id or 0 for unit in report.units}
    assert [each.name for each in report.unreached] == ["江涛"]
    assert [each.name for each in report.under({units["chengjianban"]}).unreached] == ["江涛"]
    assert report.under({units["minzhu"]}).unreached == ()
    assert report.to_json()["unreached"] == ["江涛"]


def test_once_somebody_is_reached_again_he_is_no_trouble_any_more(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = lambda message: said(
        Outcome.CONTENT if message.recipient_key == "jiangtao" else Outcome.SENT, "sensitive"
    )(message)
    post.at(NOW)
    assert look(post, minutes=1).unreached == 1
    post.says.clear()

    post.at("2026-11-26 08:40")

    assert look(post, "2026-11-26 08:41").unreached == 0
