"""The auditor's job tells an outside monitor only while all is well, and `/healthz` says what is not."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.provider import Answer, Fake, Request
from sqlalchemy import delete, update

from models.messages import MessageRow
from models.schedules import HeartbeatRow
from tasks import jobs, runtime
from worker.bootstrap import Runtime
from worker.clock import machine_now, step
from worker.heartbeat import seen
from worker.job_runtime import JobRuntime
from worker.settings import Settings
from worker.web.app import create_app


class Monitor(Fake):
    """An outside monitor: hears pings."""

    status = 200

    def reply(self, request: Request) -> Answer:
        self.accepted.append(request.place)
        return Answer(self.status, b"ok")


class Asked:
    def send_task(self, name: str, **_options: Any) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as found:
        yield found


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monitor: Monitor) -> Settings:
    found = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path / "data"), "DUBAN_DATABASE_URL": database_url, "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_HEARTBEAT_URL": f"{monitor.base}/ping/office", "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )  # fmt: skip
    found.prepare()
    return found


@pytest.fixture
def run(world: Any, settings: Settings, local_time: Any) -> Iterator[JobRuntime]:
    now = local_time("2026-11-23 09:00")
    world.apply(now)
    world.at("2026-11-23 09:00")
    with world.db.writing.begin() as session:
        step(session, now + timedelta(minutes=1))
    made = JobRuntime(settings, Asked())  # type: ignore[arg-type]
    runtime.install(lambda: made)
    yield made
    made.close()
    runtime.forget()


def test_the_monitor_hears_of_it_while_all_is_well(run: JobRuntime, monitor: Monitor) -> None:
    jobs.audit()

    assert monitor.accepted == ["/ping/office"]


def test_the_monitor_hears_nothing_while_something_is_not(
    run: JobRuntime, monitor: Monitor, world: Any
) -> None:
    with world.db.writing.begin() as session:
        session.execute(
            update(MessageRow)
            .where(MessageRow.id == 1)
            .values(state="sending", lease_until=machine_now() - timedelta(hours=1))
        )

    jobs.audit()

    assert monitor.accepted == []


@pytest.mark.parametrize("trouble", ["refuses", "is gone"])
def test_a_monitor_that_does_not_hear_is_no_trouble_of_ours(
    run: JobRuntime, monitor: Monitor, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    if trouble == "refuses":
        monitor.status = 500
    else:
        monitor.script.append(Answer(cut=True))

    with caplog.at_level(logging.WARNING):
        jobs.audit()

    assert "outside monitor" in caplog.text
    assert "/ping/office" not in caplog.text, "its address is a secret"


def test_no_monitor_is_needed(world: Any, run: JobRuntime, monitor: Monitor) -> None:
    bare = Settings.load(
        {
            "DUBAN_DATA": str(run.settings.data),
            "DUBAN_DATABASE_URL": run.settings.database_url,
            "DUBAN_SECRET_KEY": "k" * 43,
        }
    )
    made = JobRuntime(bare, Asked())  # type: ignore[arg-type]
    runtime.install(lambda: made)
    jobs.audit()
    made.close()

    assert monitor.requests == []


def healthz(settings: Settings, query: str = "") -> Any:
    run = Runtime(settings)
    answer = create_app(run).test_client().get(f"/healthz{query}")
    run.close()
    return answer


def at_work(world: Any) -> None:
    with world.db.writing.begin() as session:
        for name in ("beat", "sweep", "deliver"):
            seen(session, name)


def test_the_health_page_says_that_all_is_well(run: JobRuntime, settings: Settings, world: Any) -> None:
    at_work(world)

    answer = healthz(settings, "?strict")

    assert answer.status_code == 200
    assert answer.json["delivery"] == {
        "well": True, "at_work": True, "unsent_seconds": None, "unswept_seconds": None, "frozen_seconds": None, "stopped": False,
        "channels_broken": False, "people_unreached": False,
    }  # fmt: skip


def test_the_health_page_answers_503_when_asked_strictly_and_something_is_late(
    run: JobRuntime, settings: Settings, world: Any, local_time: Any
) -> None:
    at_work(world)
    with world.db.writing.begin() as session:
        session.execute(
            update(MessageRow)
            .where(MessageRow.id == 1)
            .values(state="queued", send_at=local_time("2026-11-23 08:40"))
        )

    assert healthz(settings).status_code == 200, "pages work"
    strictly = healthz(settings, "?strict")
    assert strictly.status_code == 503
    assert strictly.json["delivery"]["unsent_seconds"] == 21 * 60


def test_without_workers_it_is_not_well(run: JobRuntime, settings: Settings, world: Any) -> None:
    with world.db.writing.begin() as session:
        session.execute(delete(HeartbeatRow))

    assert healthz(settings, "?strict").status_code == 503


def test_the_health_page_names_nobody(run: JobRuntime, settings: Settings) -> None:
    text = healthz(settings).text

    assert "personal" not in text
    assert "江涛" not in text
