"""A refusal leads to the reader's next channel, then to those who can walk over; nothing is lost on the way."""

from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from post import DUTY, said
from sqlalchemy import select

from models.messages import MessageRow
from models.queries.ledger import absorb, open_twin
from models.queries.payload import urged
from tasks.delivery import channels as tried
from tasks.delivery.deliver import record
from tasks.delivery.fallback import MOST_ATTEMPTS, USEFUL
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.resend import keep_back, send_again


def message_like(row: MessageRow) -> Any:
    """Names a message of the ledger for an answer."""
    return SimpleNamespace(message_id=row.id, attempt=row.attempt)


def channels(sent) -> list[str]:
    return [message.channel_key for message in sent]


def test_the_first_channel_is_the_offices_first(post):
    post.begin()

    assert channels(post.at("2026-11-24 08:40")) == ["app"]
    assert post.messages("jiangtao") == [("sent", "app", None)]


@pytest.mark.parametrize("outcome", [Outcome.PERSON, Outcome.CONTENT])
def test_a_refusal_leads_to_the_next_channel_at_once(post, outcome):
    post.begin()
    post.says["app"] = said(outcome, "81013 invalid user")

    assert channels(post.at("2026-11-24 08:40")) == ["app", "sms"]
    assert post.messages("jiangtao") == [("sent", "sms", None)]
    assert post.attempts() == [("app", str(outcome)), ("sms", "sent")]


def test_a_person_refused_is_not_tried_there_again_until_the_address_changes(post, world):
    post.begin()
    post.says["app"] = said(Outcome.PERSON, "60111")
    post.at("2026-11-24 08:40")
    post.says.clear()

    assert channels(post.at("2026-11-26 08:40")) == ["sms"]

    world.files["people.csv"] = world.files["people.csv"].replace(
        ",jiangtao,jiangtao@", ",jiang.tao,jiangtao@"
    )
    world.apply(post.local("2026-11-27 16:00"))
    post.at("2026-11-27 16:00")
    assert channels(post.at("2026-11-30 08:40"))[-1:] == ["app"]


def test_a_channel_that_took_a_test_is_used_again_for_the_person_it_had_refused(post, world):
    post.begin()
    post.says["app"] = said(Outcome.PERSON, "60111")
    post.at("2026-11-24 08:40")
    post.says.clear()

    with world.writing() as (session, live):
        yes = Result(message_id=0, attempt=1, outcome=Outcome.SENT)
        now = post.local("2026-11-25 09:00")
        tried.tested(session, live, yes, channel="app", to=post.person("jiangtao"), by="cli:test", now=now)

    assert channels(post.at("2026-11-26 08:40")) == ["app"]


def test_who_was_reached_nowhere_is_told_again_once_a_message_sent_again_by_hand_arrived(post, world):
    post.begin()
    post.says |= dict.fromkeys(("app", "sms", "mail"), said(Outcome.PERSON, "空号"))
    post.at("2026-11-24 08:40")
    post.says.clear()
    with world.db.reading() as session:
        failed = session.scalars(select(MessageRow.id).where(MessageRow.state == "failed")).all()

    for number in failed:
        with world.writing() as (session, _live):
            send_again(session, message_id=number, by="cli:test", now=post.local("2026-11-24 09:00"))
    post.deliver(post.local("2026-11-24 09:01"))

    assert ("sent", "mail", None) in post.messages("jiangtao")
    assert "mail" in channels(post.at("2026-11-26 08:40"))


def test_who_is_reached_nowhere_is_told_of_to_the_head_and_the_clerk_once_a_day(post):
    post.begin()
    for channel in ("app", "sms", "mail"):
        post.says[channel] = lambda message: said(
            Outcome.PERSON if message.recipient_key == "jiangtao" else Outcome.SENT, "空号"
        )(message)

    sent = post.at("2026-11-24 08:40")

    assert post.messages("jiangtao") == [("failed", "mail", "空号")]
    assert channels(sent)[:3] == ["app", "sms", "mail"]
    assert post.notices("not-reached") == ["wangmin", "zhenghua"]
    told = next(message for message in sent if message.recipient_key == "zhenghua")
    assert "江涛" in told.body
    assert "情况报送" not in told.title + told.body, "what it was about stays out"


def test_a_notice_that_reaches_nobody_is_no_news_of_its_own(post):
    post.begin()
    for channel in ("app", "sms", "mail"):
        post.says[channel] = said(Outcome.PERSON, "空号")

    post.at("2026-11-24 08:40")

    assert post.notices("not-reached") == ["wangmin", "zhenghua"]


def test_what_may_work_later_is_tried_again_with_growing_pauses_then_elsewhere(post):
    post.begin()
    post.says["app"] = said(Outcome.RETRY, "-1 system busy")
    now = post.local("2026-11-24 08:40")
    post.at("2026-11-24 08:40")
    tries = [now]
    while len(post.wire) < MOST_ATTEMPTS + 1:
        now += timedelta(seconds=30)
        if post.deliver(now):
            tries.append(now)

    assert channels(message for _, message in post.wire) == ["app"] * MOST_ATTEMPTS + ["sms"]
    pauses = [(b - a).total_seconds() for a, b in pairwise(tries)]
    assert pauses == sorted(pauses)
    assert post.messages("jiangtao") == [("sent", "sms", None)]


def test_a_long_wait_is_no_use_while_another_channel_may_reach_the_reader(post):
    post.begin()
    post.says["app"] = said(Outcome.RETRY, "45033", retry_after=int(USEFUL.total_seconds()) + 60)

    assert channels(post.at("2026-11-24 08:40")) == ["app", "sms"]


def test_a_long_wait_is_waited_for_where_there_is_no_other_channel(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = said(Outcome.RETRY, "45033", retry_after=int(USEFUL.total_seconds()) + 60)
    post.at("2026-11-24 08:40")
    post.says.clear()

    assert channels(post.deliver(post.local("2026-11-24 10:40"))) == []
    assert channels(post.deliver(post.local("2026-11-24 10:42"))) == ["app"]


def test_a_limit_is_no_attempt_and_drops_nothing(post):
    post.begin()
    post.says["app"] = said(Outcome.LATER, retry_after=60)
    now = post.local("2026-11-24 08:40")
    post.at("2026-11-24 08:40")
    for _ in range(2 * MOST_ATTEMPTS):
        now += timedelta(seconds=61)
        assert channels(post.deliver(now)) == ["app"]
    post.says.clear()

    post.deliver(now + timedelta(seconds=61))

    assert post.messages("jiangtao") == [("sent", "app", None)]
    assert post.attempts() == [("app", "sent")]


def test_what_may_have_arrived_is_held_or_sent_again_as_the_channel_says(post):
    post.begin(reach="{people: [sms, app], group: group}")
    post.says["sms"] = said(Outcome.UNKNOWN, "ReadTimeout")
    assert channels(post.at("2026-11-24 08:40")) == ["sms"]
    assert post.messages("jiangtao") == [("unknown", "sms", "ReadTimeout")]

    assert channels(post.deliver(post.local("2026-11-24 12:00"))) == [], "an SMS costs money"


def test_a_channel_that_resends_what_may_have_arrived_does_not_do_so_for_ever(post):
    post.begin()
    post.says["app"] = said(Outcome.UNKNOWN, "ReadTimeout")
    now = post.local("2026-11-24 08:40")
    post.at("2026-11-24 08:40")
    for _ in range(40):
        now += timedelta(minutes=5)
        post.deliver(now)

    assert len(post.wire) == MOST_ATTEMPTS
    assert post.messages("jiangtao") == [("unknown", "app", "ReadTimeout")]


def test_a_sender_that_died_leaves_an_attempt_and_a_message_to_be_sent(post, world):
    post.begin()
    now = post.local("2026-11-24 08:40")
    world.open(now)
    world.sweep(now + timedelta(milliseconds=1))
    assert post.claim(now + timedelta(milliseconds=2)) == ["app"]

    assert post.rescue(now + timedelta(seconds=61)) == 1
    assert channels(post.deliver(now + timedelta(seconds=62))) == ["app"]
    assert post.attempts() == [("app", "unknown"), ("app", "sent")]


def test_an_answer_that_comes_after_its_lease_is_believed(post, world):
    post.begin(reach="{people: [sms, app], group: group}")
    now = post.local("2026-11-24 08:40")
    world.open(now)
    world.sweep(now + timedelta(milliseconds=1))
    post.claim(now + timedelta(milliseconds=2))
    post.rescue(now + timedelta(seconds=61))
    assert post.messages("jiangtao") == [("unknown", "sms", "lease-lapsed")]
    with world.db.writing.begin() as session:
        message = session.scalars(select(MessageRow).where(MessageRow.state == "unknown")).one()
        late = said(Outcome.SENT)(message_like(message))
        assert record(session, [late], now=now, machine_now=now + timedelta(seconds=70)) == 1

    assert post.messages("jiangtao") == [("sent", "sms", None)]
    assert post.attempts() == [("sms", "sent")]


def test_an_answer_that_comes_too_late_does_not_bring_back_what_is_kept_back(post, world):
    post.begin()
    now = post.local("2026-11-24 08:40")
    world.open(now)
    world.sweep(now + timedelta(milliseconds=1))
    post.claim(now + timedelta(milliseconds=2))
    post.rescue(now + timedelta(seconds=61))
    with world.db.writing.begin() as session:
        message = session.scalars(select(MessageRow).where(MessageRow.state == "retry")).one()
        late = said(Outcome.RETRY, "busy")(message_like(message))
        keep_back(session, message_id=message.id, by="test", now=now)
    with world.db.writing.begin() as session:
        assert record(session, [late], now=now, machine_now=now + timedelta(seconds=70)) == 0

    assert [state for state, _, _ in post.messages("jiangtao")] == ["held"]


@pytest.mark.parametrize("words", ["a\x00b", "a\ud800b"])
def test_whatever_a_provider_says_can_be_recorded(post, words):
    post.begin()
    post.says["app"] = said(Outcome.PERSON, words, code=words)

    post.at("2026-11-24 08:40")

    assert post.messages("jiangtao") == [("sent", "sms", None)]


def test_the_next_channel_keeps_its_quiet_hours(post):
    post.begin(
        office={'sms-{mobile}", quiet: exempt, unknown: hold}': 'sms-{mobile}", unknown: hold}'},
    )
    post.says["app"] = said(Outcome.LATER, retry_after=14 * 3_600)
    post.at("2026-11-24 08:40")
    post.says["app"] = said(Outcome.CONTENT, "words refused")

    assert channels(post.deliver(post.local("2026-11-24 22:41"))) == ["app"]
    assert channels(post.deliver(post.local("2026-11-25 08:40"))) == ["sms"]


def test_what_is_tried_again_does_not_wait_for_what_its_reader_wants_later(post, world):
    post.begin()
    now = post.local("2026-11-24 08:40")
    world.open(now)
    world.sweep(now + timedelta(milliseconds=1))
    post.claim(now + timedelta(milliseconds=2))
    with world.db.writing.begin() as session:
        claimed = session.scalars(select(MessageRow).where(MessageRow.state == "sending")).one()
        session.add(
            MessageRow(
                recipient_id=claimed.recipient_id, channel_id=claimed.channel_id, lane="normal", state="queued", merged_at=now,
                send_at=now + timedelta(days=1),
            )
        )  # fmt: skip
    with world.db.writing.begin() as session:
        busy = said(Outcome.RETRY, "busy")(message_like(claimed))
        record(session, [busy], now=now, machine_now=now)

    assert channels(post.deliver(now + timedelta(minutes=1))) == ["app"]


def test_what_the_group_could_not_be_told_is_told_to_the_clerk(post):
    post.begin(reach="{level: group, people: [app], group: group}")
    post.says["group"] = said(Outcome.CONTENT, "words refused")

    sent = post.at("2026-11-24 08:40")

    assert post.messages("group") == [("failed", "group", "words refused")]
    assert post.notices("not-reached") == ["wangmin"]
    told = next(message for message in sent if message.recipient_key == "wangmin")
    assert "words refused" in told.body
    assert "情况报送" not in told.title + told.body


def test_a_title_as_long_as_the_office_may_write_is_sent(post):
    post.begin(duty=DUTY.replace("情况报送", "长" * 200))

    assert len(post.at("2026-11-24 08:40")) == 1


def test_what_cannot_be_sent_for_an_afternoon_is_not_given_up(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = said(Outcome.RETRY, "no connection")
    now = post.local("2026-11-24 08:40")
    post.at("2026-11-24 08:40")
    for _ in range(20):
        now += timedelta(minutes=20)
        post.deliver(now)
    post.says.clear()

    post.deliver(now + timedelta(hours=1))

    assert post.messages("jiangtao") == [("sent", "app", None)]


def test_after_a_day_those_above_are_told_and_are_so_as_soon_as_they_can_be(post):
    post.begin(reach="{people: [app], group: group}")
    post.says["app"] = said(Outcome.RETRY, "no connection")
    now = post.local("2026-11-24 08:40")
    post.at("2026-11-24 08:40")
    for _ in range(60):
        now += timedelta(hours=1)
        post.deliver(now)
    assert post.messages("jiangtao") == [("failed", "app", "no connection")]
    assert post.notices("not-reached") == ["wangmin", "zhenghua"]
    post.says.clear()

    post.deliver(now + timedelta(hours=12))

    assert post.messages("zhenghua")[-1] == ("sent", "app", None)


def test_an_unverified_success_is_not_called_sent(post):
    post.begin()
    post.says["app"] = said(Outcome.UNVERIFIED)

    post.at("2026-11-24 08:40")

    assert post.messages("jiangtao") == [("accepted?", "app", None)]


def test_what_waits_for_a_limit_comes_back_one_by_one(post):
    post.begin(duty=DUTY.replace("[jiangtao]", "[jiangtao, liwen, xuli, majun, heli, wutao]"))
    post.says["app"] = said(Outcome.LATER, retry_after=60, every=3.0)

    assert len(post.at("2026-11-24 08:40")) == 6

    with post.world.db.reading() as session:
        times = sorted(session.scalars(select(MessageRow.send_at).where(MessageRow.reason == "limit")))
    assert [(b - a).total_seconds() for a, b in pairwise(times)] == [3.0] * 5


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_a_message_that_is_to_carry_more_is_claimed_by_nobody_meanwhile(post, world):
    post.begin()
    post.says["app"] = said(Outcome.LATER, retry_after=60)
    post.at("2026-11-24 08:40")
    now = post.local("2026-11-26 08:40")
    with world.db.writing.begin() as session:
        first = session.scalars(select(MessageRow).where(MessageRow.reason == "limit")).one()
        first.state = "sending"
    world.open(now)
    world.sweep(now)

    with world.db.writing.begin() as session:
        twin = open_twin(session, first.id)
        assert twin is not None
        assert post.claim(now + timedelta(milliseconds=1)) == []
        absorb(session, first.id, into=twin)

    assert post.claim(now + timedelta(milliseconds=1)) == ["app"]


def test_what_was_accepted_unverified_counts_as_asked_and_can_be_sent_again(post, world):
    post.begin()
    post.says["app"] = said(Outcome.UNVERIFIED)
    post.at("2026-11-24 08:40")
    with world.writing() as (session, _):
        message = session.scalars(select(MessageRow).where(MessageRow.state == "accepted?")).one()
        assert set(urged(session, [1, 2, 3]).values()) == {1}
        assert (
            send_again(session, message_id=message.id, by="wangmin", now=post.local("2026-11-24 09:00"))
            == "queued"
        )
    post.says.clear()

    assert channels(post.deliver(post.local("2026-11-24 09:00"))) == ["app"]
    assert post.messages("jiangtao") == [("sent", "app", None)]


def test_what_an_outage_held_up_does_not_go_out_at_night(post, world):
    post.begin(
        office={
            'app: {url: "outbox://app-{wecom_id}", quiet: exempt}': 'app: {url: "outbox://app-{wecom_id}"}'
        }
    )
    due = post.local("2026-11-24 08:40")
    world.open(due)
    world.sweep(due)

    assert channels(post.deliver(post.local("2026-11-24 22:00"))) == []
    assert channels(post.deliver(post.local("2026-11-25 08:31"))) == ["app"]
