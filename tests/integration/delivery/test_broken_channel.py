"""A revoked key ends a channel after the first refusal; the clerk is told elsewhere, once a day, until a test succeeds."""

from datetime import timedelta

import pytest
from post import said
from sqlalchemy import delete, select

from models.people import ChannelRow, PersonChannelRow
from models.queries import taking
from tasks.delivery import channels as tried
from tasks.delivery.broken import tell_of_broken
from tasks.delivery.outcomes import Outcome, Result

TWO = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao, liwen]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
"""


def take_a_test(post, key: str, at: str) -> bool:
    """The clerk tries a channel and its provider takes the message; whether the channel had been broken."""
    with post.world.writing() as (session, live):
        taken = Result(message_id=0, attempt=1, outcome=Outcome.SENT)
        return tried.tested(session, live, taken, channel=key, to=None, by="wangmin", now=post.local(at))


def is_broken(post, key: str) -> bool:
    with post.world.db.reading() as session:
        return session.scalars(select(ChannelRow).where(ChannelRow.key == key)).one().broken_at is not None


def test_one_refusal_ends_the_channel_and_everybody_is_told_elsewhere(post):
    post.begin(duty=TWO)
    post.says["app"] = said(Outcome.CHANNEL, "93000 invalid webhook url")

    sent = post.at("2026-11-24 08:40")

    refused = [message.channel_key for message in sent].count("app")
    assert refused <= 2, "what was claimed together; nothing after"
    assert is_broken(post, "app")
    assert post.messages("jiangtao") == [("sent", "sms", None)]
    assert post.messages("liwen") == [("sent", "sms", None)]
    assert post.notices("channel-broken") == ["wangmin"]
    before = len(post.wire)

    post.at("2026-11-26 08:40")

    assert [m.channel_key for _, m in post.wire[before:] if m.recipient_key == "jiangtao"] == ["sms"]


def test_those_without_another_channel_do_not_stand_in_the_way_of_the_others(post, monkeypatch):
    monkeypatch.setattr(taking, "MOST", 1)
    post.begin(duty=TWO)
    with post.world.db.writing.begin() as session:
        app = session.scalars(select(ChannelRow).where(ChannelRow.key == "app")).one()
        app.broken_at = post.local("2026-11-24 08:00")
        first = delete(PersonChannelRow).where(PersonChannelRow.channel_id != app.id)
        session.execute(first.where(PersonChannelRow.person_id == post.person("liwen")))

    for hour in (8, 9):
        post.at(f"2026-11-24 {hour:02}:40")

    assert post.messages("liwen") == [("queued", "app", None)]
    assert post.messages("jiangtao") == [("sent", "sms", None)]


def test_in_a_trial_the_channel_that_was_refused_is_the_clerks(post):
    post.begin(duty=TWO, office={"mode: live": "mode: trial"})
    post.wish("jiangtao", "2026-11-23 16:00", channels=["mail"])
    post.says["app"] = lambda message: said(Outcome.CHANNEL, "40001", channel=message.channel_key)(message)

    post.at("2026-11-24 08:40")

    assert [is_broken(post, key) for key in ("app", "sms", "mail")] == [True, False, False]
    post.says.clear()
    assert take_a_test(post, "app", "2026-11-24 09:00")
    post.deliver(post.local("2026-11-24 09:30"))
    assert post.messages("jiangtao") == [("sent", "mail", None)]


@pytest.mark.parametrize(
    ("reach", "ends"),
    [
        ("{people: [sms], group: group}", ("sent", "sms")),
        ("{people: [mail], group: group}", ("withdrawn", "@none")),
        ("{level: paper}", ("held", "@paper")),
    ],
)
def test_what_waits_on_a_channel_that_the_office_has_no_more_goes_another_way(post, world, reach, ends):
    world.files["people.csv"] = world.files["people.csv"].replace("jiangtao@example.cn", "")
    post.begin(duty=TWO)
    post.says["app"] = said(Outcome.CHANNEL, "40001")
    with post.world.db.writing.begin() as session:
        app = session.scalars(select(ChannelRow).where(ChannelRow.key == "app")).one()
        session.execute(delete(PersonChannelRow).where(PersonChannelRow.channel_id != app.id))
    post.at("2026-11-24 08:40")
    assert [state for state, _, _ in post.messages("jiangtao")] == ["retry"]
    lines = post.world.files["office.yaml"].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("reach:"))
    lines[start] = f"reach: {reach}"
    post.world.files["office.yaml"] = "\n".join(line for line in lines if "outbox://app-" not in line)

    post.world.apply(post.local("2026-11-24 10:00"))
    post.deliver(post.local("2026-11-24 10:01"))

    assert [message[:2] for message in post.messages("jiangtao")] == [ends]
    assert ("wangmin" in post.notices("not-reached")) == (ends[1] == "@none")
    assert not is_broken(post, "app")


def test_the_clerk_is_told_again_the_next_day_and_not_the_same_day(post):
    post.begin(duty=TWO)
    post.says["app"] = said(Outcome.CHANNEL, "93000")
    post.at("2026-11-24 08:40")

    def told(at: str) -> int:
        with post.world.writing() as (session, live):
            return tell_of_broken(session, live, now=post.local(at))

    assert told("2026-11-24 15:00") == 0
    assert told("2026-11-25 09:00") == 1


def test_what_has_no_other_channel_waits_and_goes_out_as_one_when_it_works_again(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = said(Outcome.CHANNEL, "93000")
    post.at("2026-11-24 08:40")
    post.says.clear()

    assert post.at("2026-11-26 08:40") == [], "nothing is tried on a broken channel"
    states = {state for state, _, _ in post.messages("jiangtao")}
    assert states <= {"retry", "queued", "withdrawn"}

    assert take_a_test(post, "app", "2026-11-26 09:00")
    sent = [m for m in post.deliver(post.local("2026-11-26 09:00")) if m.recipient_key == "jiangtao"]

    assert len(sent) == 1
    assert "情况报送" in sent[0].title + sent[0].body


def test_a_channel_with_a_new_address_is_taken_for_mended(post):
    post.begin()
    post.says["app"] = said(Outcome.CHANNEL, "93000")
    post.at("2026-11-24 08:40")

    office = post.world.files["office.yaml"]
    post.world.files["office.yaml"] = office.replace("outbox://app-{wecom_id}", "outbox://new-{wecom_id}")
    post.world.apply(post.local("2026-11-24 10:00"))

    assert not is_broken(post, "app")


def test_beat_is_not_woken_for_what_waits_on_a_broken_channel(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = said(Outcome.CHANNEL, "93000")
    post.at("2026-11-24 08:40")

    from_now = post.local("2026-11-24 08:40") + timedelta(minutes=1)
    wake = post.wake()

    assert wake.send_at is None or wake.send_at > from_now
