"""No limit is passed in any span, whoever sends: many workers, an emptied Redis, none at all."""

import threading
from datetime import timedelta
from typing import Any

import pytest
import redis
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError

from models.messages import AttemptRow, MessageRow
from models.people import ChannelRow
from models.queries.limits import used
from worker.clock import machine_now, monotonic
from worker.limits import AGAIN_SECONDS, SECONDS, SINCE, Limit, Limits, Use, limits_of

BOT = "wecombot://KEY"
AN_HOUR_AGO = 3_600


def use(
    *texts: str, address: str = BOT, template: str = BOT, recipient: str = "group", pieces: int = 1
) -> Use:
    return Use(
        address=address,
        template=template,
        recipient=recipient,
        limits=[Limit.parse(text) for text in texts],
        pieces=pieces,
    )


def client(redis_url: str) -> redis.Redis:
    return redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://"))


def remembering(redis_url: str) -> None:
    """A Redis that has been up for long enough."""
    with client(redis_url) as found:
        found.set(SINCE, str(machine_now().timestamp() - AN_HOUR_AGO))


def nothing_used(*_what: object) -> int:
    return 1  # the message itself, which is claimed


def limits(redis_url: str, counted: Any = nothing_used) -> Limits:
    return Limits(redis_url, counted, machine_now)


def test_a_provider_that_publishes_limits_has_them_unasked():
    assert limits_of("wecombot", None) == (Limit(20, 65),)
    assert [limit.amount for limit in limits_of("feishu", None)] == [5, 100]
    assert limits_of("wecombot", ()) == (), "an office's own server may have none"
    assert limits_of("json", ("3/second",)) == (Limit(3, 2),)


def test_a_long_message_passes_a_small_limit_without_redis_too():
    alone = Limits("memory://", nothing_used, machine_now)

    assert alone.wait(use("3/minute", pieces=5)) == 0


def test_while_the_ledger_does_not_answer_nothing_is_granted(redis_url):
    def away(*_what: object) -> int:
        raise OperationalError("SELECT", {}, Exception("no connection"))

    assert limits(redis_url, away).wait(use("3/minute")) == AGAIN_SECONDS


def test_two_processes_share_what_a_bot_may(redis_url):
    remembering(redis_url)
    one, other = limits(redis_url), limits(redis_url)

    waits = [each.wait(use("20/minute")) for _ in range(11) for each in (one, other)]

    assert waits[:20] == [0] * 20
    assert all(55 < wait <= 66 for wait in waits[20:])


def test_each_bot_and_each_number_counts_by_itself(redis_url):
    remembering(redis_url)
    found = limits(redis_url)

    for number in ("13800000001", "13800000002"):
        assert found.wait(use("1/minute", address=f"alisms://…/{number}")) == 0
        assert found.wait(use("1/minute", address=f"alisms://…/{number}")) > 0


def test_a_message_in_parts_counts_its_parts(redis_url):
    remembering(redis_url)
    found = limits(redis_url)

    assert found.wait(use("5/minute", pieces=3)) == 0
    assert found.wait(use("5/minute", pieces=3)) > 0
    assert found.wait(use("5/minute", pieces=2)) == 0


def test_while_redis_is_away_the_ledger_decides():
    asked: list[tuple[str, str, float]] = []

    def counted(template: str, recipient: str, seconds: float) -> int:
        asked.append((template, recipient, seconds))
        return len(asked)

    found = limits("redis://127.0.0.1:1/0", counted)

    assert [found.wait(use("3/minute")) > 0 for _ in range(4)] == [False, False, False, True]
    assert asked[0] == (BOT, "", 65)


def test_an_emptied_redis_is_not_believed_until_it_remembers_the_whole_span(redis_url):
    remembering(redis_url)
    sent = 0

    def counted(*_what: object) -> int:
        return sent + 1

    found = limits(redis_url, counted)
    for _ in range(20):
        assert found.wait(use("20/minute")) == 0
        sent += 1
    with client(redis_url) as server:
        server.flushall()

    assert found.wait(use("20/minute")) > 0, "Redis has forgotten, the ledger has not"


def test_a_number_is_counted_by_its_reader_where_the_address_names_one():
    asked: list[str] = []

    def counted(_template: str, recipient: str, _seconds: float) -> int:
        asked.append(recipient)
        return 1

    found = limits("memory://", counted)

    found.wait(use("50/day", template="alisms://x/{mobile}", recipient="liqiang"))
    found.wait(use("20/minute", recipient="group"))

    assert asked == ["liqiang", ""]


@pytest.mark.parametrize("unit", SECONDS)
def test_the_span_is_never_shorter_than_the_providers(unit):
    assert Limit.parse(f"7/{unit}").seconds > SECONDS[unit]


@pytest.mark.slow
def test_in_no_sliding_second_of_many_threads_is_there_one_too_many(redis_url):
    remembering(redis_url)
    found = limits(redis_url)
    granted: list[float] = []
    end = monotonic() + 5

    def hammer() -> None:
        while monotonic() < end:
            if found.wait(use("5/second")) == 0:
                granted.append(monotonic())

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    granted.sort()

    assert len(granted) >= 10
    assert all(b - a > 1.0 for a, b in zip(granted, granted[5:], strict=False))


def test_the_ledger_counts_what_was_tried_and_what_is_claimed(post, world):
    post.begin()
    post.at("2026-11-24 08:40")
    now = machine_now()
    with world.db.writing.begin() as session:
        app = session.scalars(select(ChannelRow).where(ChannelRow.key == "app")).one()
        message = session.scalars(
            select(MessageRow).where(MessageRow.channel_id == app.id).order_by(MessageRow.id.desc())
        ).first()
        reader = "jiangtao"
        session.execute(update(AttemptRow).values(ended_at=now - timedelta(seconds=90)))
        session.execute(
            insert(AttemptRow),
            [{"message_id": message.id, "no": 90 + n, "channel_id": app.id, "ended_at": now - timedelta(seconds=n), "outcome": "sent"}
             for n in range(3)],
        )  # fmt: skip
        session.execute(update(MessageRow).where(MessageRow.id == message.id).values(state="sending"))
        template = app.url

    with world.db.reading() as session:
        since = now - timedelta(seconds=60)
        assert used(session, template, "", since=since) == 4
        assert used(session, template, reader, since=since) == 4
        assert used(session, template, "qinlan", since=since) == 0
        assert used(session, "wecombot://other", "", since=since) == 0
