"""`duban init --small`, `duban rehearse` and `duban outbox`: what the first hour stands on."""

import json
import signal
import subprocess
from pathlib import Path

import pytest
from acceptance.test_up import DUBAN, PATIENCE

from schedules.channel_urls import scheme_of
from schedules.loader import load
from worker.cli.apart import into_the_outbox, write_own_office
from worker.cli.rehearse import rehearsal_settings
from worker.first_office import SHARED, write_first_office
from worker.office_files import read_folder
from worker.settings import Settings, packaged_office

pytestmark = pytest.mark.slow


def test_the_small_office_has_one_duty_one_person_and_what_the_starter_office_says_of_the_rest(
    tmp_path: Path,
) -> None:
    write_first_office(tmp_path)

    found = load(read_folder(tmp_path), warn=True)
    starter = load(read_folder(packaged_office())).office

    assert found.problems == ()
    assert {problem.file for problem in found.warnings} <= {"calendar/2026.json"}
    assert found.office is not None
    assert starter is not None
    assert [schedule.id for schedule in found.office.schedules] == ["friday-study"]
    assert [person.name for person in found.office.people] == ["王敏"]
    assert found.office.file.ladders == starter.file.ladders
    assert (found.office.file.sending, found.office.file.channels) == (
        starter.file.sending,
        starter.file.channels,
    )
    text = (tmp_path / "office.yaml").read_text(encoding="utf-8")
    assert all(f"# ── {name} ─" in text for name in SHARED)


def test_init_small_says_what_comes_next_and_writes_an_office_without_mistakes(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    made = _duban(tmp_path, environ, "init", "我的办事处", "--small")
    checked = _duban(tmp_path, environ, "check", "我的办事处")

    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[1:3] == ["接下来：", "1. cd 我的办事处"]
    assert (tmp_path / "我的办事处" / ".schema" / "schedules.json").is_file()
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("没有错误：我的办事处：1个日程、0份汇总、1人、0本证件。")


def test_a_rehearsal_stands_where_it_was_told_to_with_nothing_done_and_the_outbox_has_the_links(
    tmp_path: Path, environ: dict[str, str], free_port: int
) -> None:
    _duban(tmp_path, environ, "init", "我的办事处", "--small")
    environ |= {"DUBAN_LISTEN": f"127.0.0.1:{free_port}", "DUBAN_OFFICE": str(tmp_path / "我的办事处")}
    environ.pop("DUBAN_DATA")

    with subprocess.Popen(
        [DUBAN, "rehearse", "2026-12-07 09:05"],
        env=environ, cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as play:  # fmt: skip
        assert play.stdout
        lines = []
        while "停在这里" not in (line := play.stdout.readline()):
            assert line, play.communicate()
            lines.append(line)
        newest = _duban(tmp_path, environ, "outbox", "--rehearsal", "--last", "1")
        all_of_group = json.loads(
            _duban(tmp_path, environ, "outbox", "--rehearsal", "--to", "group", "--json").stdout
        )
        refused = _duban(tmp_path, environ, "outbox", "--rehearsal", "--to", "无此人")
        play.send_signal(signal.SIGINT)
        play.wait(PATIENCE)

    assert line.startswith("单位的时钟走到2026-12-07 09:05，停在这里。")
    assert newest.stdout.startswith("── 2026-12-07 09:00  王敏  【登记】周五集中学习\n")
    assert f"办理：http://127.0.0.1:{free_port}/c/" in newest.stdout
    assert [(each["at"], each["title"]) for each in all_of_group] == [
        ("2026-12-03T08:00:00+00:00", "【预告】周五集中学习")
    ]
    assert (refused.returncode, refused.stderr) == (1, "花名册里没有工号或姓名是“无此人”的人\n")
    assert not (tmp_path / "我的办事处" / ".duban" / "duban.sqlite3").exists()


def test_a_rehearsal_leads_real_channels_into_the_local_outbox(tmp_path: Path) -> None:
    write_first_office(tmp_path)
    path = tmp_path / "office.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('url: "outbox://{id}"', 'url: "jsons://gateway.example.cn/sms?:mobile={mobile}"')
    text = text.replace('url: "outbox://group"', 'url: "wecombot://{secret.WECOM_BOT_KEY}"')
    path.write_text(text, encoding="utf-8")
    files = read_folder(tmp_path)
    spec = load(files).office
    assert spec is not None
    assert {scheme_of(each.url) for each in spec.file.channels.values()} == {"jsons", "wecombot"}

    led, texts = into_the_outbox(spec, files)

    assert {key: each.url for key, each in led.file.channels.items()} == {
        "personal": "outbox://{id}",
        "group": "outbox://group",
    }
    assert load(texts).office == led


def test_a_rehearsal_has_a_broker_and_an_office_of_its_own_and_no_monitor_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "office"
    office.mkdir()
    write_first_office(office)
    before = read_folder(office)
    given = {
        "DUBAN_OFFICE": str(office),
        "DUBAN_DATA": str(tmp_path / "data"),
        "DUBAN_REDIS_URL": "redis://broker.example.cn:6379/0",
        "DUBAN_DATABASE_URL": "postgresql+psycopg://db.example.cn/duban",
        "DUBAN_HEARTBEAT_URL": "https://monitor.example.cn/ping",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    rehearsal = rehearsal_settings(Settings.load())
    write_own_office(rehearsal.office, before)
    (rehearsal.office / "people.csv").write_text("", encoding="utf-8")

    children = Settings.load(rehearsal.environ())
    assert children == rehearsal
    assert children.redis_socket is not None
    assert children.database_url == f"sqlite:///{tmp_path}/data/rehearsal/duban.sqlite3"
    assert children.heartbeat_url is None
    assert children.office == tmp_path / "data" / "rehearsal" / "office"
    assert read_folder(office) == before
    assert {file.path for file in read_folder(rehearsal.office)} == {file.path for file in before}


def _duban(folder: Path, environ: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [DUBAN, *words],
        cwd=folder,
        env=environ,
        text=True,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
