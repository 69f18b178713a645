"""`/metrics` as a monitor reads it: parsed by Prometheus's own parser, true to the database, closed to strangers, without names."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select, update

from models.engine import connect
from models.messages import AttemptRow, MessageRow
from models.obligations import ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.schedules import HeartbeatRow, LeaseRow
from worker.backups import record
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.settings import Settings
from worker.web.app import create_app

Values = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture
def settings(world: Any, database_url: str, tmp_path: Path) -> Settings:
    world.begin("2026-11-23 09:00", "2026-11-26 08:40")
    found = Settings.load(
        {"DUBAN_DATA": str(tmp_path), "DUBAN_DATABASE_URL": database_url, "DUBAN_SECRET_KEY": "k" * 43}
    )
    found.prepare()
    return found


def ask(settings: Settings, *, at: str = "127.0.0.1", token: str | None = None) -> Any:
    run = Runtime(settings)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = create_app(run).test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": at})
    run.close()
    return answer


def parsed(settings: Settings) -> Values:
    answer = ask(settings)
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(found: Values, name: str, **labels: str) -> float | None:
    return found.get((name, tuple(sorted(labels.items()))))


def test_figures_are_those_of_the_database(settings: Settings) -> None:
    database = connect(settings.database_url)
    with database.writing.begin() as session:
        now = machine_now()
        session.merge(HeartbeatRow(name="beat", at=now))
        session.merge(HeartbeatRow(name="sweep", at=now - timedelta(minutes=5)))
        session.merge(LeaseRow(name="beat", holder="one", until=now + timedelta(seconds=17), fence=1))
        channel = session.scalars(select(ChannelRow).where(~ChannelRow.key.startswith("@"))).first()
        recipient = session.scalars(select(RecipientRow.id)).first()
        assert channel is not None
        assert recipient is not None
        session.execute(update(MessageRow).values(state="sent"))
        failed = MessageRow(
            recipient_id=recipient, channel_id=channel.id, state="failed", send_at=now, merged_at=now
        )
        held = MessageRow(
            recipient_id=recipient, channel_id=channel.id, state="held", send_at=now, merged_at=now
        )
        session.add_all([failed, held])
        session.flush()
        session.add(
            AttemptRow(message_id=failed.id, no=1, channel_id=channel.id, ended_at=now, outcome="person")
        )
        channel.broken_at, key = now, channel.key
        opened = len(session.scalars(select(ObligationRow.id).where(ObligationRow.state == "open")).all())
    database.dispose()

    found = parsed(settings)

    assert opened
    assert value(found, "duban_duties_open") == opened
    assert value(found, "duban_messages", state="held") == 1
    assert value(found, "duban_messages", state="failed") == 1
    assert value(found, "duban_messages", state="queued") == 0
    assert value(found, "duban_attempts_last_hour", channel=key, outcome="person") == 1
    assert value(found, "duban_channel_up", channel=key) == 0
    assert value(found, "duban_process_up", process="beat") == 1
    assert value(found, "duban_process_up", process="sweep") == 0
    assert value(found, "duban_process_seen_seconds", process="deliver") is None, (
        "never seen is not 0 seconds ago"
    )
    assert value(found, "duban_light", subject="beat") == 0
    assert value(found, "duban_light", subject="sweep") == 2
    assert value(found, "duban_light", subject="channels") == 2


def test_backup_and_disk_are_said_and_agree_with_healthz(settings: Settings) -> None:
    assert value(parsed(settings), "duban_backup_timestamp_seconds") is None
    made = machine_now() - timedelta(days=3)
    record.write(settings.data, record.Last(at=made, file="/away/duban.zip", size=7, checked="restored"))

    found = parsed(settings)
    run = Runtime(settings)
    health = create_app(run).test_client().get("/healthz").json
    run.close()

    assert value(found, "duban_backup_timestamp_seconds") == made.timestamp()
    assert value(found, "duban_light", subject="backups") == 1
    assert health is not None
    assert health["backup_seconds"] >= 3 * 86400
    assert health["disk_free_bytes"] > 0
    assert (value(found, "duban_disk_free_bytes") or 0) > 0


def test_without_a_token_only_this_machine_reads_and_never_behind_an_address_of_the_house(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    assert ask(settings).status_code == 200
    assert ask(settings, at="10.0.0.5").status_code == 403
    outside = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path), "DUBAN_DATABASE_URL": database_url, "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_BASE_URL": "https://duban.example.cn",
        }
    )  # fmt: skip
    assert ask(outside).status_code == 403, "behind a proxy every request comes from this machine"


def test_with_a_token_whoever_shows_it_reads(settings: Settings, database_url: str, tmp_path: Path) -> None:
    guarded = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path), "DUBAN_DATABASE_URL": database_url, "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_METRICS_TOKEN": "t" * 32, "DUBAN_BASE_URL": "https://duban.example.cn",
        }
    )  # fmt: skip
    assert ask(guarded, at="10.0.0.5", token="t" * 32).status_code == 200
    for wrong in (None, "t" * 31, "x" * 32):
        answer = ask(guarded, token=wrong)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "duban_" not in answer.text


def test_no_person_is_named(settings: Settings) -> None:
    database = connect(settings.database_url)
    with database.reading() as session:
        people = session.execute(select(PersonRow.name, PersonRow.key)).all()
    database.dispose()

    page = ask(settings).text

    assert people
    assert not [name for name, _key in people if name in page]
    assert not [key for _name, key in people if f'"{key}"' in page]


def test_while_the_database_is_away_the_page_still_comes_and_says_so(tmp_path: Path) -> None:
    settings = Settings.load(
        {
            "DUBAN_DATA": str(tmp_path),
            "DUBAN_DATABASE_URL": "postgresql://127.0.0.1:1/none",
            "DUBAN_SECRET_KEY": "k" * 43,
        }
    )
    found = parsed(settings)

    assert value(found, "duban_database_up") == 0
    assert value(found, "duban_light", subject="database") == 2
    assert (value(found, "duban_disk_free_bytes") or 0) > 0
