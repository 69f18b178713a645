"""How somebody wishes to be reminded, and the floor below which the office does not go."""

from datetime import time

import pytest
from post import DUTY, said
from sqlalchemy import select

from models.obligations import AuditRow
from models.people import PreferenceRow
from models.schedules import ScheduleRow
from schedules.digest import digest_times
from schedules.errors import NotFound, Refused
from tasks.delivery.outcomes import Outcome
from tasks.roster.preferences import prefer

RUNGS = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao, liwen]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {on: due}
    - {after: due, by: 1 workday}
"""
LAW = RUNGS + '  basis: {text: "《行政处罚法》第60条", kind: law}\n'
SECOND = """
law:
  title: 法定报告
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each}
  obligatory: true
  remind:
    - {before: due, by: 3 workdays, time: "10:00"}
"""


def told(sent) -> list[str]:
    return sorted(message.recipient_key for message in sent)


def test_what_is_not_urgent_waits_for_the_time_a_person_wishes_and_others_are_told_as_ever(post):
    post.begin(duty=RUNGS)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")

    assert told(post.at("2026-11-24 08:40")) == ["liwen"]
    assert told(post.at("2026-11-24 14:59")) == []
    assert told(post.at("2026-11-24 15:00")) == ["jiangtao"]


def test_a_reminder_that_would_come_after_the_due_moment_does_not_wait(post):
    post.begin(duty=RUNGS)
    post.wish("jiangtao", "2026-11-23 16:00", clock="17:30")
    post.at("2026-11-24 18:00")

    # Due on Friday at 15:00.
    assert "jiangtao" in told(post.at("2026-11-27 08:40"))


def test_what_is_late_waits_but_no_longer_than_a_working_day(post):
    post.begin(duty=RUNGS)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")
    for moment in ("2026-11-24 15:00", "2026-11-27 15:00"):
        post.at(moment)

    assert told(post.at("2026-11-30 08:40")) == ["liwen"]
    assert told(post.at("2026-11-30 15:00")) == ["jiangtao"]


def test_a_law_is_reminded_of_at_the_offices_time(post):
    post.begin(duty=LAW)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")

    assert told(post.at("2026-11-24 08:40")) == ["jiangtao", "liwen"]


def test_what_is_obligatory_takes_along_whatever_waits_for_the_same_reader(post):
    post.begin(duty=RUNGS + SECOND)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")
    assert told(post.at("2026-11-24 08:40")) == ["liwen"]

    (message,) = post.at("2026-11-24 10:00")

    assert (message.recipient_key, message.count) == ("jiangtao", 2)
    assert post.at("2026-11-24 15:00") == []


def test_an_office_may_say_otherwise_of_a_law(post):
    post.begin(duty=LAW + "  obligatory: false\n")
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")

    assert told(post.at("2026-11-24 08:40")) == ["liwen"]


def test_a_wished_time_that_is_past_means_the_next_working_day(post):
    late = RUNGS.replace("by: 3 workdays}", 'by: 3 workdays, time: "16:00"}')
    post.begin(duty=late)
    post.wish("jiangtao", "2026-11-23 16:00", clock="09:00")

    assert told(post.at("2026-11-24 16:00")) == ["liwen"]
    assert told(post.at("2026-11-25 08:59")) == []
    assert told(post.at("2026-11-25 09:00")) == ["jiangtao"]


def test_what_waits_is_not_put_off_again_by_what_joins_it(post):
    more = RUNGS + SECOND.replace("  obligatory: true\n", "").replace('"10:00"', '"15:01"')
    post.begin(duty=more)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")
    post.at("2026-11-24 08:40")
    post.world.open(post.local("2026-11-24 15:01"))
    post.world.sweep(post.local("2026-11-24 15:01"))  # the senders were busy at 15:00

    (message,) = post.deliver(post.local("2026-11-24 15:02"))

    assert (message.recipient_key, message.count) == ("jiangtao", 2)


def test_an_urgent_rung_keeps_its_own_way(post):
    urgent = RUNGS.replace("- {before: due, by: 3 workdays}", "- {before: due, by: 3 workdays, urgent: true}")
    post.begin(duty=urgent)
    post.wish("jiangtao", "2026-11-23 16:00", clock="15:00")

    assert told(post.at("2026-11-24 08:40")) == ["jiangtao", "liwen"]


def test_quiet_hours_stand_above_a_wish(post):
    post.begin(duty=RUNGS, office={"quiet: exempt": "quiet: keep"})
    post.wish("jiangtao", "2026-11-23 16:00", clock="17:30")
    with post.world.db.writing.begin() as session:
        session.get_one(
            PreferenceRow, post.person("jiangtao")
        ).digest_at = "13:00"  # chosen before noon was quiet

    post.at("2026-11-24 08:40")

    assert told(post.at("2026-11-24 13:00")) == []
    assert told(post.at("2026-11-24 14:30")) == ["jiangtao"]


def test_the_channels_are_tried_in_the_order_a_person_wishes_and_all_remain(post):
    post.begin(duty=RUNGS)
    post.wish("jiangtao", "2026-11-23 16:00", channels=["mail", "sms"])
    post.says["mail"] = said(Outcome.PERSON, "550")
    post.says["sms"] = said(Outcome.PERSON, "空号")

    post.at("2026-11-24 08:40")

    assert [m.channel_key for _, m in post.wire if m.recipient_key == "jiangtao"] == ["mail", "sms", "app"]
    assert [m.channel_key for _, m in post.wire if m.recipient_key == "liwen"] == ["app"]


def test_what_is_obligatory_goes_by_the_offices_first_channel_with_all_that_goes_along(post):
    post.begin(duty=RUNGS + SECOND.replace(', time: "10:00"', ""))
    post.wish("jiangtao", "2026-11-23 16:00", channels=["mail"])

    sent = {message.recipient_key: message for message in post.at("2026-11-24 08:40")}

    assert (sent["jiangtao"].channel_key, sent["jiangtao"].count) == ("app", 2)
    assert {m.recipient_key: m.channel_key for m in post.at("2026-11-27 08:40")} == {
        "jiangtao": "mail",
        "liwen": "app",
    }


def test_where_the_offices_first_channel_fails_what_is_obligatory_goes_by_the_next(post):
    post.begin(duty=LAW)
    post.wish("jiangtao", "2026-11-23 16:00", channels=["mail"])
    post.says["app"] = lambda m: said(Outcome.PERSON if m.recipient_key == "jiangtao" else Outcome.SENT)(m)

    post.at("2026-11-24 08:40")
    post.at("2026-11-27 08:40")

    assert [m.channel_key for _, m in post.wire if m.recipient_key == "jiangtao"] == ["app", "mail", "sms"]


def test_a_wish_survives_an_apply_and_goes_with_a_reset(post):
    post.begin(duty=RUNGS)
    post.wish("jiangtao", "2026-11-23 16:00", channels=["mail"])
    post.world.apply(post.local("2026-11-23 17:00"))
    sent = post.at("2026-11-24 08:40")
    assert {m.recipient_key: m.channel_key for m in sent} == {"jiangtao": "mail", "liwen": "app"}

    post.wish("jiangtao", "2026-11-24 09:00")

    with post.world.db.reading() as session:
        assert session.get(PreferenceRow, post.person("jiangtao")) is None
        notes = session.scalars(select(AuditRow).where(AuditRow.act == "prefer").order_by(AuditRow.id)).all()
    assert [note.detail for note in notes] == [
        {"channels": ["mail"], "digest": None},
        {"channels": [], "digest": None},
    ]
    assert {m.channel_key for m in post.at("2026-11-27 08:40")} == {"app"}


@pytest.mark.parametrize(
    ("channels", "clock", "field"),
    [
        (["pigeon"], None, "first"),
        (["group"], None, "first"),
        ([], time(13, 0), "at"),
        ([], time(8, 41), "at"),
    ],
)
def test_only_the_offices_channels_and_times_may_be_wished(post, channels, clock, field):
    post.begin(duty=RUNGS)
    person = post.person("jiangtao")

    with post.world.writing() as (session, live), pytest.raises(Refused) as refused:
        prefer(
            session, live, person_id=person, channels=channels, at=clock, by=person, now=post.local("2026-11-23 16:00")
        )  # fmt: skip

    assert refused.value.field == field


def test_nobody_wishes_for_another_but_the_clerk(post):
    post.begin(duty=RUNGS)
    person, other, clerk = (post.person(key) for key in ("jiangtao", "liwen", "wangmin"))

    with post.world.writing() as (session, live), pytest.raises(Refused):
        prefer(
            session,
            live,
            person_id=person,
            channels=["mail"],
            at=None,
            by=other,
            now=post.local("2026-11-23 16:00"),
        )
    with post.world.writing() as (session, live):
        prefer(
            session,
            live,
            person_id=person,
            channels=["mail"],
            at=None,
            by=clerk,
            now=post.local("2026-11-23 16:00"),
        )
    with post.world.writing() as (session, live), pytest.raises(NotFound):
        prefer(
            session,
            live,
            person_id=99_999,
            channels=[],
            at=None,
            by=clerk,
            now=post.local("2026-11-23 16:00"),
        )


def test_the_times_to_choose_from_are_half_hours_outside_quiet_and_those_of_the_office(post):
    post.begin(duty=RUNGS)
    with post.world.writing() as (_, live):
        times = digest_times(live.office)

    assert time(8, 40) in times
    assert time(14, 30) in times
    assert not {time(12, 0), time(14, 0), time(18, 0), time(8, 0), time(0, 0)} & set(times)


def test_what_is_obligatory_follows_from_the_law_unless_it_is_said(post):
    post.begin(duty=LAW + SECOND + DUTY.replace("report:", "plain:"))
    with post.world.db.reading() as session:
        found = dict(session.execute(select(ScheduleRow.key, ScheduleRow.obligatory)).all())
    assert (found["report"], found["law"], found["plain"]) == (True, True, False)

    post.world.files["own.yaml"] = LAW + "  obligatory: false\n"
    post.world.files["own.yaml"] += SECOND + DUTY.replace("report:", "plain:")
    post.world.apply(post.local("2026-11-23 17:00"))
    with post.world.db.reading() as session:
        assert not session.scalar(select(ScheduleRow.obligatory).where(ScheduleRow.key == "report"))
