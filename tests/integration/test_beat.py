"""Beat: asks for what the database says is due, leads alone, outlives database and broker, stops at once."""

import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery

from models.engine import Database, connect
from models.messages import MessageRow
from models.people import ChannelRow, RecipientRow
from models.schedules import LeaseRow, OfficeStateRow, ScheduleRow
from worker.beat import DatabaseScheduler
from worker.clock import machine_now, monotonic, step
from worker.entries import NextRun
from worker.nudge import KEY, Nudger
from worker.readiness import wait_until
from worker.settings import Settings

DAY = timedelta(days=1)
NOWHERE = "redis+socket:///nonexistent/redis.sock"


class Recording(Celery):
    """Notes what is asked for instead of publishing it."""

    def __init__(self) -> None:
        super().__init__("test", set_as_current=False)
        self.asked: list[str] = []
        self.options: list[dict[str, Any]] = []

    def send_task(self, name: str, *_args: Any, **options: Any) -> None:  # type: ignore[override]
        self.asked.append(name)
        self.options.append(options)


Start = Callable[..., tuple[DatabaseScheduler, Recording]]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    found = connect(database_url)
    with found.writing.begin() as session:
        session.add(OfficeStateRow(id=1))
    yield found
    found.dispose()


@pytest.fixture
def start(
    database_url: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    """Start a beat whose ticks are short, so that the tests are."""
    monkeypatch.setattr("worker.beat.TICK_SECONDS", 0.05)
    started: list[DatabaseScheduler] = []

    def make(*, database: str = database_url, broker: str = redis_url) -> tuple[DatabaseScheduler, Recording]:
        settings = Settings.load(
            {"DUBAN_DATA": str(tmp_path / "data"), "DUBAN_DATABASE_URL": database, "DUBAN_REDIS_URL": broker}
        )
        app = Recording()
        beat = DatabaseScheduler(app, settings=settings)
        started.append(beat)
        return beat, app

    yield make
    for beat in started:
        beat.close()


def schedule(db: Database, key: str, next_at: datetime | None, **more: Any) -> None:
    with db.writing.begin() as session:
        session.add(ScheduleRow(key=key, title=f"{key} 日程", kind="duty", next_at=next_at, **more))


def message(db: Database, number: int, **more: Any) -> None:
    with db.writing.begin() as session:
        if session.get(ChannelRow, 1) is None:
            session.add(ChannelRow(id=1, key="c", url="outbox://{id}"))
        session.add(RecipientRow(id=number, kind="person", key=f"p{number}"))
        session.flush()
        session.add(MessageRow(id=number, recipient_id=number, channel_id=1, merged_at=machine_now(), **more))


def due_jobs(app: Recording) -> list[str]:
    """What was asked for, without the pulse of the first tick."""
    pulse = ["duban.sweep", "duban.deliver", "duban.audit"]
    return [job for job in app.asked if job not in pulse or app.asked.count(job) > 1]


def test_schedules_are_listed_by_name_with_their_runs(db: Database, start: Start) -> None:
    at = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)
    schedule(db, "friday-study", at, last_run_at=at - 7 * DAY, runs=3)
    schedule(db, "gone", at, removed_at=at)
    beat, _ = start()

    entries = beat.schedule

    assert list(entries) == ["friday-study"]
    entry = entries["friday-study"]
    assert (entry.last_run_at, entry.total_run_count) == (at - 7 * DAY, 3)
    assert isinstance(entry.schedule, NextRun)
    assert entry.schedule.at == at
    due, seconds = entry.is_due()
    assert due is (at <= machine_now())
    assert seconds == pytest.approx(max(0.0, (at - machine_now()).total_seconds()), abs=5)


def test_next_runs_are_logged_by_name_and_again_when_they_change(
    db: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "celery.beat")
    schedule(db, "friday-study", machine_now() + DAY)
    beat, _ = start()
    beat.tick()
    beat.tick()
    assert caplog.text.count("friday-study friday-study 日程: next") == 1

    with db.writing.begin() as session:
        session.get_one(ScheduleRow, 1).next_at = machine_now() + 8 * DAY
    beat.tick()

    assert caplog.text.count("friday-study friday-study 日程: next") == 2


def test_what_is_due_is_asked_for_and_expires(db: Database, start: Start) -> None:
    schedule(db, "late-for-a-week", machine_now() - 7 * DAY)
    beat, app = start()

    beat.tick()

    assert "duban.open" in app.asked
    assert app.options[app.asked.index("duban.open")] == {
        "expires": 30,
        "retry": False,
        "ignore_result": True,
    }
    assert "duban.rescue" not in app.asked


def test_what_is_still_due_is_not_asked_for_at_every_tick(db: Database, start: Start) -> None:
    schedule(db, "friday-study", machine_now() - DAY)
    beat, app = start()
    nudger = Nudger(beat._settings.redis_url)

    for _ in range(5):
        nudger.nudge()
        beat.tick()

    assert app.asked.count("duban.open") == 1


def test_a_new_instant_is_asked_for_at_once(db: Database, start: Start) -> None:
    schedule(db, "friday-study", machine_now() - DAY)
    beat, app = start()
    beat.tick()
    with db.writing.begin() as session:
        session.get_one(ScheduleRow, 1).next_at = machine_now() - timedelta(hours=1)

    beat.tick()

    assert app.asked.count("duban.open") == 2


def test_nothing_is_asked_before_its_time(db: Database, start: Start) -> None:
    schedule(db, "friday-study", machine_now() + DAY)
    message(db, 1, state="queued", send_at=machine_now() + DAY)
    beat, app = start()

    beat.tick()

    assert due_jobs(app) == []


def test_waiting_messages_are_delivered_by_as_many_jobs_as_they_are_worth(db: Database, start: Start) -> None:
    for number in range(1, 50):
        message(db, number, state="queued", send_at=machine_now() - DAY)
    beat, app = start()

    beat.tick()

    assert app.asked.count("duban.deliver") == 4


def test_a_lapsed_lease_is_rescued_by_machine_time(db: Database, start: Start) -> None:
    message(db, 1, state="sending", send_at=machine_now(), lease_until=machine_now() - timedelta(seconds=1))
    with db.writing.begin() as session:
        step(session, machine_now() - 300 * DAY)
    beat, app = start()

    beat.tick()

    assert "duban.rescue" in app.asked


def test_a_stepped_office_clock_decides_what_is_due(db: Database, start: Start) -> None:
    at = machine_now() - DAY
    schedule(db, "friday-study", at)
    with db.writing.begin() as session:
        step(session, at - DAY)
    beat, app = start()
    beat.tick()
    assert due_jobs(app) == []

    with db.writing.begin() as session:
        step(session, at)
    beat.tick()

    assert "duban.open" in app.asked


def test_a_full_queue_gets_no_more(db: Database, start: Start, redis_url: str) -> None:
    schedule(db, "friday-study", machine_now() - DAY)
    beat, app = start()
    with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
        client.rpush("sweep", *["x"] * 10)

    beat.tick()

    assert "duban.open" not in app.asked


def test_a_nudge_ends_the_waiting(
    db: Database, start: Start, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(db, "friday-study", machine_now() + DAY)
    beat, _ = start()
    beat.tick()
    monkeypatch.setattr("worker.beat.TICK_SECONDS", 1.0)
    assert Nudger(redis_url).nudge()
    began = monotonic()

    beat.tick()

    assert monotonic() - began < 0.8


def test_a_nudge_without_redis_is_no_error() -> None:
    assert Nudger(NOWHERE).nudge() is False
    assert Nudger("amqp://guest@127.0.0.1//").nudge() is False


def test_one_of_two_beats_leads(db: Database, start: Start, redis_url: str) -> None:
    schedule(db, "friday-study", machine_now() - DAY)
    leader, first = start()
    other, second = start()
    leader.tick()

    other.tick()

    assert "duban.open" in first.asked
    assert second.asked == []
    with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
        client.lpush(KEY, "1")
        other.tick()
        assert client.llen(KEY) == 1, "a beat that waits leaves the nudges to the one that leads"


def test_the_next_beat_leads_when_the_first_is_dead_or_gone(db: Database, start: Start) -> None:
    first, _ = start()
    second, app = start()
    third, later = start()
    first.tick()
    with db.writing.begin() as session:
        session.get_one(LeaseRow, "beat").until = machine_now() - timedelta(seconds=1)

    second.tick()
    assert app.asked
    second.close()
    third.tick()

    assert later.asked
    with db.reading() as session:
        assert session.get_one(LeaseRow, "beat").fence == 3


def test_a_lease_of_a_wrong_clock_is_no_lease(db: Database, start: Start) -> None:
    with db.writing.begin() as session:
        session.add(LeaseRow(name="beat", holder="yesterday", until=machine_now() + 30 * DAY))
    beat, app = start()

    beat.tick()

    assert app.asked


def test_beat_outlives_a_database_that_is_away(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "celery.beat")
    beat, app = start(database="sqlite:////nonexistent/duban.sqlite3")

    assert [beat.tick() for _ in range(2)] == [0.0, 0.0]

    assert app.asked == []
    assert len(caplog.records) == 1, "the same trouble is told once in a while"
    assert "duban migrate" in caplog.text


def test_a_beat_without_an_office_says_what_brings_one(
    db: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "celery.beat")
    beat, _ = start()

    beat.tick()
    beat.tick()

    assert [record.getMessage() for record in caplog.records] == [
        "beat: office: no office has been applied yet; run `duban apply`"
    ]


def test_a_beat_that_stands_by_says_who_leads_once(
    db: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "celery.beat")
    leader, _ = start()
    other, _ = start()
    leader.tick()

    other.tick()
    other.tick()

    said = [record.getMessage() for record in caplog.records if "stands by" in record.getMessage()]
    assert said == [f"beat: {leader._holder} leads, {other._holder} stands by"]


def test_beat_outlives_a_redis_that_is_away(
    db: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(db, "friday-study", machine_now() + DAY)
    beat, _ = start(broker=NOWHERE)
    monkeypatch.setattr("worker.beat.TICK_SECONDS", 1.0)
    began = monotonic()

    beat.tick()

    assert 0.5 < monotonic() - began < 3, "without Redis a tick waits a second, no longer"


def test_celery_beat_lists_the_schedules_and_stops_at_once(
    sqlite_url: str, redis_url: str, tmp_path: Path, environ: dict[str, str]
) -> None:
    database = connect(sqlite_url)
    with database.writing.begin() as session:
        session.add(OfficeStateRow(id=1))
    schedule(database, "friday-study", machine_now() + DAY)
    database.dispose()
    log = tmp_path / "beat.log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "worker.app", "beat", "--loglevel", "INFO"],
            env={
                **environ,
                "DUBAN_DATA": str(tmp_path),
                "DUBAN_DATABASE_URL": sqlite_url,
                "DUBAN_REDIS_URL": redis_url,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            assert wait_until(lambda: "friday-study 日程: next" in log.read_text(), seconds=30), (
                log.read_text()
            )
            with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
                assert wait_until(lambda: client.llen("sweep") > 0, seconds=10), "the pulse of the first tick"
            began = monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
            assert monotonic() - began < 5
        finally:
            process.kill()
    again = connect(sqlite_url)
    with again.reading() as session:
        assert session.get_one(LeaseRow, "beat").until < machine_now(), "another beat may lead at once"
    again.dispose()
