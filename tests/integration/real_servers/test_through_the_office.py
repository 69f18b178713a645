"""Reminders of an office, opened, swept and delivered as a worker does it, in the hands of servers that are not ours."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from integration.real_servers.conftest import PASSWORD, USER, MailServer, free_ports, running_mosquitto
from paho.mqtt.enums import CallbackAPIVersion
from small_office import OFFICE, Terminal, write_office
from sqlalchemy import func, select

from models.messages import AttemptRow, MessageRow
from tasks import jobs, runtime
from worker.clock import step
from worker.job_runtime import JobRuntime
from worker.settings import Settings

NOW = "2026-11-23 09:00"


class Broker:
    """Stands for Celery: nobody else is asked for jobs here."""

    def send_task(self, name: str, **_options: Any) -> None:
        """Nothing."""


@pytest.fixture
def run(
    world: Any, database_url: str, tmp_path: Path, local_time: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Starts a worker's runtime on the office with another channel for people, its clock standing at 2026-11-23 09:00."""
    made: list[JobRuntime] = []

    def start(url: str, schemes: str = "[]") -> JobRuntime:
        world.files["office.yaml"] = (
            world.files["office.yaml"]
            .replace("outbox://{id}", url)
            .replace("\nreach:", f"\nschemes: {schemes}\nreach:")
        )
        now = local_time(NOW)
        world.apply(now)
        with world.db.writing.begin() as session:
            step(session, now)
        environ = {
            "DUBAN_DATA": str(tmp_path / "data"), "DUBAN_DATABASE_URL": database_url, "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_SECRET_USER": USER, "DUBAN_SECRET_PASSWORD": PASSWORD,
        }  # fmt: skip
        settings = Settings.load(environ)
        settings.prepare()
        made.append(JobRuntime(settings, Broker()))  # type: ignore[arg-type]
        runtime.install(lambda: made[0])
        jobs.open_occurrences()
        jobs.sweep()
        return made[0]

    yield start
    for each in made:
        each.close()
    runtime.forget()


def states(run: JobRuntime) -> dict[str, int]:
    with run.db.reading() as session:
        return dict(session.execute(select(MessageRow.state, func.count()).group_by(MessageRow.state)).all())


@pytest.mark.usefixtures("by_the_system")
def test_every_reminder_is_a_letter(run: Any, mail_server: MailServer) -> None:
    have = len(mail_server.letters(least=0))
    url = f"mailtos://{{secret.USER}}:{{secret.PASSWORD}}@127.0.0.1:{mail_server.tls}?to={{id}}@example.cn&from=duban@example.cn&mode=ssl"
    office = run(url)
    waiting = states(office)["queued"]

    jobs.deliver()

    assert states(office) == {"sent": waiting}
    letters = mail_server.letters(least=have + waiting)[have:]
    assert len({each["To"] for each in letters}) == len({each["Message-ID"] for each in letters}) == waiting
    with office.db.reading() as session:
        assert set(session.execute(select(AttemptRow.outcome, AttemptRow.code)).all()) == {("sent", "250")}


def test_every_reminder_is_published_and_counts_as_unverified(run: Any) -> None:
    (port,) = free_ports(1)
    heard: list[str] = []
    ready, came = threading.Event(), threading.Semaphore(0)
    reader = mqtt.Client(CallbackAPIVersion.VERSION2)
    reader.on_connect = lambda client, *_rest: client.subscribe("duban/#", qos=1)
    reader.on_subscribe = lambda *_rest: ready.set()

    def on_message(_client: object, _data: object, got: mqtt.MQTTMessage) -> None:
        heard.append(got.topic)
        came.release()

    reader.on_message = on_message
    with running_mosquitto(port):
        reader.connect("127.0.0.1", port)
        reader.loop_start()
        assert ready.wait(10)
        office = run(f"mqtt://127.0.0.1:{port}/duban/{{id}}", "[mqtt]")
        waiting = states(office)["queued"]

        jobs.deliver()

        assert states(office) == {"accepted?": waiting}
        assert all(came.acquire(timeout=10) for _ in range(waiting))
        reader.disconnect()
        reader.loop_stop()
    assert len(set(heard)) == waiting


@pytest.mark.usefixtures("by_the_system")
def test_a_clerk_tries_the_mail_channel_before_anybody_is_reminded(
    tmp_path: Path, mail_server: MailServer
) -> None:
    have = len(mail_server.letters(least=0))
    url = f"mailtos://{{secret.USER}}:{{secret.PASSWORD}}@127.0.0.1:{mail_server.clear}?to={{id}}@example.cn&from=duban@example.cn"
    office = OFFICE.replace("outbox://{id}", url)
    terminal = Terminal(write_office(tmp_path / "office", {"office.yaml": office}), tmp_path / "data")
    terminal.environ |= {"DUBAN_SECRET_USER": USER, "DUBAN_SECRET_PASSWORD": "wrong"}
    assert terminal.run("apply", "--yes").exit_code == 0

    wrong = terminal.run("channels", "test", "outbox", "--to", "he", "--json")
    terminal.environ["DUBAN_SECRET_PASSWORD"] = PASSWORD
    right = terminal.run("channels", "test", "outbox", "--to", "he", "--json")

    assert (wrong.exit_code, json.loads(wrong.stdout)["outcome"]) == (1, "channel")
    assert (right.exit_code, json.loads(right.stdout)["outcome"]) == (0, "sent"), right.output
    (letter,) = mail_server.letters(least=have + 1)[have:]
    assert letter["To"].endswith("<he@example.cn>")
