"""Volume and manners: one message for each person, channel and moment, none at night, none about what is done, no flood."""

from collections import Counter
from datetime import timedelta

import pytest
from post import DUTY, said

from schedules.words import phrase
from tasks.delivery.outcomes import Outcome
from tasks.delivery.tell import tell

KEEP = {"quiet: exempt": "quiet: keep"}
TUESDAY = "2026-11-24 08:40"
FIVE_RUNGS = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao, liwen, zhenghua]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
    - {on: due}
    - {after: due, by: 1 workday, to: [assignee, unit-head]}
    - {after: due, by: 2 workdays, to: [assignee, unit-head]}
"""


def many(count: int, duty: str = DUTY) -> str:
    """So many schedules of one kind."""
    return "".join(
        duty.replace("report:", f"report-{n}:").replace("情况报送", f"情况报送{n}") for n in range(count)
    )


def at_time(clock: str, *, more: str = "", duty: str = DUTY) -> str:
    """The duty with its first rung at a time of day."""
    return duty.replace("by: 3 workdays}", f'by: 3 workdays, time: "{clock}"{more}}}')


def told(sent) -> list[tuple[str, int]]:
    return sorted((message.recipient_key, message.count) for message in sent)


def test_who_owes_thirty_things_gets_one_message(post):
    post.begin(duty=many(30))

    assert told(post.at(TUESDAY)) == [("jiangtao", 30)]
    assert [state for state, _, _ in post.messages("jiangtao")] == ["sent"]


def test_a_notice_of_the_same_moment_goes_along(post):
    post.begin()
    with post.world.writing() as (session, live):
        for kind in ("transfer", "given-back"):
            tell(
                session, live, kind=kind, key="1", people=[post.person("jiangtao")], title=phrase("Not reached"),
                lines=lambda _lang: [phrase("“{title}”, everybody", title="甲")], now=post.local("2026-11-24 08:39"),
            )  # fmt: skip

    (message,) = post.at(TUESDAY)

    assert [len(message.members), len(message.rest)] == [3, 2]
    assert message.count == 1, "the reminder stands first"
    assert {state for state, _, _ in post.messages("jiangtao")} == {"sent"}


def test_two_channels_get_one_message_each(post):
    by_mail = DUTY.replace("report:", "mailed:").replace("by: 3 workdays}", "by: 3 workdays, channel: mail}")
    post.begin(duty=many(3) + by_mail)

    sent = post.at(TUESDAY)

    assert sorted((m.channel_key, m.count) for m in sent) == [("app", 3), ("mail", 1)]


def test_a_group_gets_one_message_whatever_its_people_owe(post):
    post.begin(
        reach="{level: group, people: [], group: group}",
        duty=many(4, DUTY.replace("[jiangtao]", "[jiangtao, liwen]")),
    )

    (message,) = post.at(TUESDAY)

    assert message.is_group
    assert sorted(each.name for each in message.mentions) == ["李雯", "江涛"]


def test_what_is_urgent_waits_for_the_end_of_quiet_hours_like_the_rest(post):
    post.begin(duty=at_time("19:00", more=", urgent: true"), office=KEEP)

    assert post.at("2026-11-24 19:00") == []
    assert told(post.at("2026-11-25 08:30")) == [("jiangtao", 1)]


def test_what_is_urgent_breaks_quiet_hours_where_the_office_says_so_and_nothing_else_does(post):
    plain = at_time("19:00").replace("report:", "plain:")
    post.begin(
        duty=at_time("19:00", more=", urgent: true") + plain,
        office={**KEEP, "rest_days: quiet": "urgent: break\nrest_days: quiet"},
    )

    assert told(post.at("2026-11-24 19:00")) == [("jiangtao", 1)]
    assert told(post.at("2026-11-25 08:29")) == []
    assert told(post.at("2026-11-25 08:30")) == [("jiangtao", 1)]


def test_an_urgent_message_that_failed_is_tried_again_at_night(post):
    post.begin(
        duty=at_time("19:00", more=", urgent: true"),
        office={**KEEP, "rest_days: quiet": "urgent: break\nrest_days: quiet"},
    )
    post.says["app"] = said(Outcome.RETRY, "busy")
    post.at("2026-11-24 19:00")
    post.says.clear()

    assert told(post.deliver(post.local("2026-11-24 19:05"))) == [("jiangtao", 1)]


def test_what_was_held_in_quiet_hours_goes_out_as_one(post):
    post.begin(
        duty=at_time("12:10") + at_time("13:00").replace("report:", "b:") + at_time("14:00").replace("report:", "c:"),
        office=KEEP,
    )  # fmt: skip
    for clock in ("12:10", "13:00", "14:00", "14:29"):
        assert post.at(f"2026-11-24 {clock}") == []

    assert told(post.at("2026-11-24 14:30")) == [("jiangtao", 3)]


def test_what_was_held_over_rest_days_goes_out_as_one(post):
    friday = DUTY.replace("{before: due, by: 3 workdays}", '{on: due, time: "18:30"}')
    opened = friday.replace("report:", "b:").replace('{on: due, time: "18:30"}', "{after: due, by: 28 hours}")
    post.begin(duty=friday + opened, office=KEEP)
    for moment in ("2026-11-26 08:40", "2026-11-27 18:30", "2026-11-28 19:00", "2026-11-29 10:00"):
        sent = post.at(moment)
        assert not sent or moment.startswith("2026-11-26")

    assert told(post.at("2026-11-30 08:30")) == [("jiangtao", 2)]


def test_a_rung_before_a_date_moves_back_to_a_working_day(post):
    monday = DUTY.replace("{weekly: 周五,", "{weekly: 周一,").replace("by: 3 workdays}", "by: 1 days}")
    post.begin(duty=monday.replace("    - {before: due, by: 1 workday}\n", ""))

    post.at("2026-11-25 08:40")  # that of the week before

    assert told(post.at("2026-11-27 08:40")) == [("jiangtao", 1)], "the day before is a Sunday"
    assert post.at("2026-11-29 08:40") == []
    assert post.at("2026-11-30 08:40") == []


def test_nothing_is_said_of_what_was_confirmed_between_the_sweep_and_the_sending(post):
    post.begin()
    now = post.local(TUESDAY)
    post.world.open(now)
    post.world.sweep(now)
    post.confirm("jiangtao", TUESDAY)

    assert post.deliver(now) == []
    assert post.reminders() == ["closed"]
    assert post.messages("jiangtao") == [("withdrawn", "app", "nothing-left")]


def test_what_was_on_the_wire_at_the_confirmation_is_the_last_word(post):
    post.begin()
    now = post.local(TUESDAY)
    post.world.open(now)
    post.world.sweep(now)
    assert post.claim(now) == ["app"]
    post.confirm("jiangtao", TUESDAY)

    assert post.rescue(now + timedelta(minutes=2)) == 1, "whether it arrived is not known"
    for moment in ("2026-11-24 08:45", "2026-11-26 08:40", "2026-11-30 08:40"):
        assert post.at(moment) == []


def test_of_a_message_that_waits_only_what_is_still_open_is_said(post):
    post.begin(duty=many(2), office=KEEP)
    night = post.local("2026-11-24 19:00")
    post.world.open(night)
    post.world.sweep(night)
    post.confirm("jiangtao", "2026-11-24 19:30", duty=post.duty("jiangtao", "report-0"))

    (message,) = post.at("2026-11-25 08:30")

    assert message.count == 1
    assert "情况报送1" in message.title + message.body
    assert "情况报送0" not in message.title + message.body


def test_of_a_duty_that_began_after_two_rungs_nobody_hears_twice(post):
    post.begin("2026-11-26 14:00", duty=FIVE_RUNGS)

    assert post.messages("jiangtao") == [("sent", "app", None)]
    assert len(post.reminders()) == 3, "one for each of the three"
    assert told(post.at("2026-11-27 08:40")) == [("jiangtao", 1), ("liwen", 1), ("zhenghua", 1)]


def test_a_week_without_duban_gives_each_person_at_most_one_message_for_each_channel(post):
    post.begin(
        duty=many(5, FIVE_RUNGS)
        + many(3, DUTY).replace("report-", "mailed-").replace("workdays}", "workdays, channel: mail}")
    )
    post.at(TUESDAY)
    before = len(post.wire)

    post.at("2026-12-02 08:40")

    after = Counter((m.recipient_key, m.channel_key) for _, m in post.wire[before:])
    assert after, "there was something to say"
    assert set(after.values()) == {1}


def test_a_week_without_senders_gives_each_person_at_most_one_message_for_each_channel(post):
    post.begin(duty=many(5, FIVE_RUNGS))
    for day in ("24", "25", "26", "27", "30"):
        now = post.local(f"2026-11-{day} 08:40")
        post.world.open(now)
        post.world.sweep(now)

    sent = post.deliver(post.local("2026-11-30 09:00"))

    assert set(Counter((m.recipient_key, m.channel_key) for m in sent).values()) == {1}


@pytest.mark.parametrize("exempt", [True, False])
def test_a_channel_may_be_exempt_from_quiet_hours(post, exempt):
    post.begin(duty=at_time("19:00"), office={} if exempt else KEEP)

    assert told(post.at("2026-11-24 19:00")) == ([("jiangtao", 1)] if exempt else [])


def test_a_channel_that_ceases_to_be_exempt_holds_what_comes_next(post):
    post.begin(duty=at_time("19:00") + at_time("20:00").replace("report:", "b:"))
    assert told(post.at("2026-11-24 19:00")) == [("jiangtao", 1)]
    post.world.files["office.yaml"] = post.world.files["office.yaml"].replace("quiet: exempt", "quiet: keep")
    post.world.apply(post.local("2026-11-24 19:30"))

    assert post.at("2026-11-24 20:00") == []
    assert told(post.at("2026-11-25 08:30")) == [("jiangtao", 1)]
