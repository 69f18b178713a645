"""docs/failures: every page in two languages, word for word what is printed; most failures are caused for real and lead to their page."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from babel.messages.pofile import read_po
from servers import Databases, plain, redis_server
from sink import running_sink
from small_disk import small_disks
from small_office import OFFICE, PEOPLE, Terminal, write_office
from sqlalchemy import make_url, select, text

from models.messages import MessageRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.schedules import HeartbeatRow, LeaseRow, OfficeStateRow
from worker.backups import record
from worker.backups.programs import NAMES as PROGRAMS
from worker.cli import failure_pages
from worker.clock import machine_now
from worker.readiness import wait_until
from worker.supervisor import held

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "failures"
LANGUAGES = {"zh": "zh_CN", "en": "en"}
NAMES = sorted(
    path.name.removesuffix(".zh.md") for path in FOLDER.glob("*.zh.md") if path.stem != "README.zh"
)
GARBLED = "terminal"  # what a terminal makes of what is printed


def begin(terminal: Terminal) -> None:
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    with small_disks(tmp_path) as made:
        yield made


def page(name: str, lang: str) -> str:
    return (FOLDER / f"{name}.{lang}.md").read_text()


def findings(terminal: Terminal, lang: str, light: str = "") -> list[Any]:
    found = json.loads(terminal.run("doctor", "--json", lang=lang).stdout)
    return [each for each in found if not light or each["light"] == light]


def doctor_leads_to(name: str, terminal: Terminal) -> None:
    """What doctor prints is quoted by that page, in both languages."""
    for lang in LANGUAGES:
        found = findings(terminal, lang)
        assert name in {each["page"] for each in found}, [(each["what"], each["page"]) for each in found]


def refusal_leads_to(name: str, terminal: Terminal, *words: str) -> None:
    """What the command prints is quoted by that page, in both languages."""
    for lang in LANGUAGES:
        done = terminal.run(*words, lang=lang)
        assert done.exit_code == 1, done.output
        quoted = failure_pages.quotes(page(name, lang))
        lines = done.stderr.splitlines()
        assert any(failure_pages.matches(quote, line) for quote in quoted for line in lines), lines


def with_office(tmp_path: Path, **changes: str) -> Terminal:
    """An office with other files: `office_yaml=…`."""
    files = {name.replace("_", ".", 1): content for name, content in changes.items()}
    found = Terminal(write_office(tmp_path / "other-office", files), tmp_path / "other-data")
    begin(found)
    return found


# ── the pages ─────────────────────────────────────────────────
def test_every_page_is_there_in_both_languages_with_the_same_parts() -> None:
    assert len(NAMES) > 25
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{name}.{lang}.md" for name in [*NAMES, "README"] for lang in LANGUAGES
    }
    for name in NAMES:
        shapes = []
        for lang in LANGUAGES:
            found = page(name, lang)
            assert 3 < len(found.splitlines()) <= 60, "one screen"
            assert len(re.findall("^## ", found, re.MULTILINE)) == 6
            assert failure_pages.quotes(found)
            shapes.append(len(re.findall(r"^\d+\. ", found, re.MULTILINE)))
        assert len(set(shapes)) == 1, name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_index_names_every_page_once(lang: str) -> None:
    linked = re.findall(rf"\]\(([\w-]+)\.{lang}\.md\)", page("README", lang))

    assert sorted(linked) == NAMES
    for name in NAMES:
        assert page(name, lang).splitlines()[0].removeprefix("# ") in page("README", lang)


@cache
def sentences(lang: str) -> tuple[re.Pattern[str], ...]:
    """Every text of the catalogue, as a pattern of what may be printed."""
    file = ROOT / "tasks/locale" / LANGUAGES[lang] / "LC_MESSAGES/duban.po"
    with file.open("rb") as content:
        catalogue = read_po(content)
    found = []
    for message in catalogue:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for each in (one or id_ for one, id_ in zip(texts, (*ids, *ids), strict=False)):
            parts = re.split(r"\{\w+\}|%\(\w+\)s", str(each))
            if str(each).startswith("{program}"):
                found.append(re.compile(f"({'|'.join(PROGRAMS)}){'.+'.join(map(re.escape, parts[1:]))}"))
            elif any(part.strip(" :：") for part in parts):
                found.append(re.compile(".+".join(map(re.escape, parts)), re.DOTALL))
    return tuple(found)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in NAMES if name != GARBLED])
def test_what_a_page_quotes_stands_in_the_catalogue(name: str, lang: str) -> None:
    for quote in failure_pages.quotes(page(name, lang)):
        # With the subject of one of doctor's findings, or without one.
        shapes = {quote, quote.partition(": ")[2]}
        shapes |= {shape.strip("…") for shape in shapes} | {shape.replace("……", "…") for shape in shapes}
        assert any(each.fullmatch(shape) for each in sentences(lang) for shape in shapes if shape), quote


def test_a_terminal_of_another_encoding_shows_what_its_page_shows(terminal: Terminal) -> None:
    said = terminal.run("doctor", lang="zh").stdout
    [sign, *_] = re.findall("［提示］ ", said)

    shown = (sign + "消息").encode().decode("gbk", "replace")
    assert shown[:9] in page(GARBLED, "zh")
    assert shown[:9] in page(GARBLED, "en")


# ── reached from the program ──────────────────────────────────
def test_help_lists_the_pages_prints_one_and_finds_one_by_words(terminal: Terminal) -> None:
    listed = terminal.run("help", "failures").stdout
    assert all(f"- {name}: " in listed for name in NAMES)
    one = terminal.run("help", "failures", "redis").stdout
    assert one.startswith("Redis does not answer\n")
    assert "```" not in one
    assert max(map(len, one.splitlines())) <= 130
    assert terminal.run("help", "failures", "chcp").stdout.startswith("The screen shows nonsense")
    assert "duban help failures port" in terminal.run("help", "failures", "端口", lang="zh").stdout
    nothing = terminal.run("help", "failures", "xyzzy")
    assert nothing.exit_code == 2
    assert "duban help failures" in nothing.stderr


def test_doctor_names_the_page_in_its_lines(terminal: Terminal) -> None:
    assert "→ More: duban help failures beat" in terminal.run("doctor").stdout
    assert "→ 详见：duban help failures beat" in terminal.run("doctor", lang="zh").stdout


# ── caused for real ───────────────────────────────────────────
def test_beat_that_is_killed(terminal: Terminal, redis_url: str, environ: dict[str, str]) -> None:
    doctor_leads_to("beat", terminal)  # never at work
    terminal.environ["DUBAN_REDIS_URL"] = redis_url
    own = {name: value for name, value in terminal.environ.items() if value}
    beat = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "worker.app", "beat"], env={**environ, **own}, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip

    def light() -> str:
        return next(each["light"] for each in findings(terminal, "en") if each["subject"] == "beat")

    try:
        assert wait_until(lambda: light() == "green", seconds=60)
    finally:
        os.killpg(beat.pid, signal.SIGKILL)
        beat.wait(30)

    assert wait_until(lambda: light() == "red", seconds=60)
    doctor_leads_to("beat", terminal)


def test_a_worker_that_is_silent(terminal: Terminal) -> None:
    now = machine_now()
    with terminal.writing() as session:
        session.merge(LeaseRow(name="beat", holder="office:1", until=now + timedelta(seconds=17), fence=1))
        session.merge(HeartbeatRow(name="beat", at=now))
        session.merge(HeartbeatRow(name="deliver", at=now - timedelta(minutes=10)))

    doctor_leads_to("worker", terminal)


def test_redis_that_is_stopped_or_short_of_memory(terminal: Terminal) -> None:
    with redis_server() as url:
        terminal.environ["DUBAN_REDIS_URL"] = url
        assert not [each for each in findings(terminal, "en") if each["page"] == "redis"]
        with redis.Redis.from_url(url.replace("redis+socket://", "unix://")) as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            doctor_leads_to("redis-memory", terminal)
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", int(client.info("memory")["used_memory"] * 1.05))
            doctor_leads_to("redis-memory", terminal)

    doctor_leads_to("redis", terminal)


def test_a_database_that_is_not_there_old_or_new(terminal: Terminal, tmp_path: Path) -> None:
    bare = Terminal(terminal.office, tmp_path / "bare")
    doctor_leads_to("migrate", bare)
    refusal_leads_to("migrate", bare, "overdue")
    for revision in ("0009", "9999"):
        with terminal.writing() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision}
            )
        doctor_leads_to("migrate", terminal)


def test_a_postgresql_that_is_down_or_not_there(terminal: Terminal, postgresql_databases: Databases) -> None:
    missing = postgresql_databases.url("there_is_no_such_database")
    for url in ("postgresql+psycopg://duban@127.0.0.1:1/duban", missing):
        terminal.environ["DUBAN_DATABASE_URL"] = url
        doctor_leads_to("database", terminal)
        refusal_leads_to("database", terminal, "overdue")
    terminal.environ["DUBAN_DATABASE_URL"] = "mysterious"
    refusal_leads_to("database", terminal, "overdue")


def test_a_postgresql_with_another_password(terminal: Terminal, postgresql_databases: Databases) -> None:
    with psycopg.connect(plain(postgresql_databases.server), autocommit=True) as connection:
        [found] = connection.execute("SHOW hba_file").fetchall()
        file = Path(found[0])
        if not os.access(file, os.W_OK):
            pytest.skip("this PostgreSQL is somebody else's")
        before = file.read_text()
        connection.execute("CREATE ROLE duban_locked LOGIN PASSWORD 'right'")
        file.write_text(f"local all duban_locked scram-sha-256\n{before}")
        try:
            connection.execute("SELECT pg_reload_conf()")
            url = make_url(postgresql_databases.url("postgres")).set(
                username="duban_locked", password="wrong"
            )
            terminal.environ["DUBAN_DATABASE_URL"] = url.render_as_string(hide_password=False)
            wait_until(lambda: "password" in terminal.run("overdue").stderr, seconds=10)
            refusal_leads_to("database", terminal, "overdue")
            doctor_leads_to("database", terminal)
        finally:
            file.write_text(before)
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("DROP ROLE duban_locked")


def test_a_damaged_database(terminal: Terminal) -> None:
    file = terminal.data / "duban.sqlite3"
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 8192)

    refusal_leads_to("damaged", terminal, "overdue")


def test_a_full_disk(terminal: Terminal, disk: Callable[[int], Path]) -> None:
    small = Terminal(terminal.office, disk(16 << 20) / "data")
    begin(small)

    doctor_leads_to("disk", small)
    refusal_leads_to("disk", small, "backup")


def test_a_folder_that_others_can_open_or_that_is_none(terminal: Terminal, tmp_path: Path) -> None:
    terminal.data.chmod(0o755)
    doctor_leads_to("folder", terminal)
    (tmp_path / "file").touch()
    none = Terminal(terminal.office, tmp_path / "file" / "data")
    refusal_leads_to("folder", none, "apply", "--yes")
    terminal.data.chmod(0o700)
    terminal.environ["DUBAN_SECRET_KEY"] = None
    (terminal.data / "secret_key").write_text("k" * 40)
    (terminal.data / "secret_key").chmod(0o644)
    refusal_leads_to("folder", terminal, "sign-in")


def test_another_or_a_short_secret_key(terminal: Terminal) -> None:
    terminal.environ["DUBAN_SECRET_KEY"] = "n" * 40
    doctor_leads_to("key", terminal)
    terminal.environ["DUBAN_SECRET_KEY"] = "short"
    assert "key" in {
        each["page"] for each in findings(terminal, "en", "red") if each["subject"] == "settings"
    }


def test_a_clock_that_was_set_back_or_stands(terminal: Terminal) -> None:
    with terminal.writing() as session:
        for name in ("beat", "deliver"):
            session.merge(HeartbeatRow(name=name, at=machine_now() + timedelta(hours=3)))
    doctor_leads_to("clock", terminal)
    dead = {each["subject"]: each["page"] for each in findings(terminal, "en") if each["light"] != "green"}
    assert (dead["beat"], dead["worker deliver"], dead["clock"]) == ("clock",) * 3
    with terminal.writing() as session:
        for name in ("beat", "deliver"):
            session.merge(HeartbeatRow(name=name, at=machine_now()))
        session.get_one(OfficeStateRow, 1).stepped_at = machine_now()
    doctor_leads_to("clock", terminal)


def test_backups_that_are_old_gone_damaged_or_none(terminal: Terminal, tmp_path: Path) -> None:
    doctor_leads_to("backup-old", terminal)  # none at all
    file = str(terminal.json("backup", "--to", str(tmp_path / "backups"))["file"])  # type: ignore[index]
    whole = Path(file).read_bytes()
    Path(file).unlink()
    doctor_leads_to("backup-old", terminal)
    record.write(
        terminal.data, record.Last(at=machine_now() - timedelta(days=9), file=file, size=1, checked="")
    )
    doctor_leads_to("backup-old", terminal)
    for content in (b"no zip", whole[: len(whole) // 2]):
        Path(file).write_bytes(content)
        refusal_leads_to("backup-refused", terminal, "restore", file, "--replace", "--yes")


CUT_OFF = """
import os, signal, sys
from worker.backups import sqlite
from worker.cli.main import main
sqlite.put_in_place = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def test_a_restore_that_is_killed_or_refused(terminal: Terminal, environ: dict[str, str]) -> None:
    file = str(terminal.json("backup")["file"])  # type: ignore[index]
    own = {name: value for name, value in terminal.environ.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", CUT_OFF, "restore", file, "--replace", "--yes"],
        env={**environ, **own},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    doctor_leads_to("restore-cut-off", terminal)

    refusal_leads_to("restore-refused", terminal, "restore", file)
    with terminal.writing() as session:
        session.scalar(select(PersonRow.id))
        refusal_leads_to("restore-refused", terminal, "restore", file, "--replace", "--yes")
    with held(terminal.data / "run" / "up.lock"):
        refusal_leads_to("port", terminal, "restore", file, "--replace", "--yes")


def test_a_port_that_is_taken(terminal: Terminal, environ: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        own = {name: value for name, value in terminal.environ.items() if value}
        done = subprocess.run(
            [sys.executable, "-m", "worker", "up"], capture_output=True, text=True, check=False, timeout=60,
            env={**environ, **own, "DUBAN_LANG": "zh", "DUBAN_LISTEN": f"127.0.0.1:{other.getsockname()[1]}"},
        )  # fmt: skip
    assert done.returncode == 1
    quoted = failure_pages.quotes(page("port", "zh"))
    assert any(failure_pages.matches(quote, done.stderr.strip()) for quote in quoted), done.stderr


def test_sending_that_is_stopped_and_a_trial(terminal: Terminal) -> None:
    doctor_leads_to("held", terminal)  # the small office begins in trial
    assert terminal.run("messages", "stop", "--yes").exit_code == 0
    red = findings(terminal, "en", "red")
    assert "held" in {each["page"] for each in red}
    assert "duban messages start" in next(each["advice"] for each in red if each["page"] == "held")
    terminal.not_asked("messages", "start")
    assert terminal.run("messages", "start", "--yes").exit_code == 0
    assert "held" not in {each["page"] for each in findings(terminal, "en", "red")}


def test_files_with_a_mistake_or_not_in_force(terminal: Terminal) -> None:
    file = terminal.office / "schedules.yaml"
    good = file.read_text()
    assert "force" not in {each["page"] for each in findings(terminal, "en")}
    file.write_text(good.replace("周报", "工作周报"))
    doctor_leads_to("force", terminal)
    file.write_text(good.replace("weekly:", "weekly："))
    doctor_leads_to("files", terminal)


@pytest.mark.parametrize("day", [datetime(2026, 11, 23, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)])
def test_a_year_that_is_not_announced(terminal: Terminal, day: datetime) -> None:
    with terminal.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = day

    doctor_leads_to("calendar", terminal)


def test_a_channel_that_its_provider_refuses(tmp_path: Path) -> None:
    with running_sink() as sink:
        url = f"wecombot://{{secret.WECOM_KEY}}?base=http://127.0.0.1:{sink.port}"
        office = OFFICE.replace("channels:\n", f'channels:\n  bot: {{url: "{url}", group: true}}\n')
        terminal = with_office(tmp_path, office_yaml=office.replace("group: team", "group: bot"))
        terminal.environ["DUBAN_SECRET_WECOM_KEY"] = "0a1b2c3d-0000-4000-8000-0a1b2c3d4e5f"
        sink.says(200, {"errcode": 60020, "errmsg": "not allow to access from your ip, from ip: 203.0.113.9"})
        refusal_leads_to("channel-refused", terminal, "channels", "test", "bot", "--yes")
        assert "60020" in terminal.run("channels", "test", "bot", "--yes").output
        with terminal.writing() as session:
            row = session.scalars(select(ChannelRow).where(ChannelRow.key == "bot")).one()
            row.broken_at, row.broken_words = machine_now(), "60020 not allow to access from your ip"
        doctor_leads_to("channel-refused", terminal)
        sink.says(200, {"errcode": 0, "errmsg": "ok"})
        assert terminal.run("channels", "test", "bot", "--yes").exit_code == 0
        assert "channel-refused" not in {each["page"] for each in findings(terminal, "en")}


def test_a_channel_without_its_secret(tmp_path: Path) -> None:
    office = OFFICE.replace(
        "channels:\n", 'channels:\n  bot: {url: "wecombot://{secret.WECOM_KEY}", group: true}\n'
    )
    doctor_leads_to("channel-address", with_office(tmp_path, office_yaml=office))


def test_people_and_roles_that_nothing_reaches(tmp_path: Path) -> None:
    office = OFFICE.replace(
        "channels:\n", 'channels:\n  mail: {url: "mailtos://u:p@smtp.example.cn?to={email}"}\n'
    ).replace("people: outbox", "people: mail")
    people = PEOPLE.replace(",lin,,", ",lin,lin@example.cn,").replace(",qin,,", ",qin,qin@example.cn,")
    office = office.replace("posts:\n", "  nobody: {title: 联络员}\nposts:\n")
    terminal = Terminal(
        write_office(tmp_path / "office", {"office.yaml": office, "people.csv": people}), tmp_path / "data"
    )
    for lang in LANGUAGES:
        found = [each for each in findings(terminal, lang) if each["page"] == "unreached"]
        assert found, findings(terminal, lang)


@pytest.mark.parametrize(("state", "name"), [("failed", "failed"), ("unknown", "unknown"), ("held", "held")])
def test_messages_that_did_not_go_out(terminal: Terminal, state: str, name: str) -> None:
    with terminal.writing() as session:
        session.add(message(session, state, machine_now()))

    doctor_leads_to(name, terminal)


def test_a_message_that_failed_long_ago_is_no_longer_told(terminal: Terminal) -> None:
    with terminal.writing() as session:
        session.add(message(session, "failed", machine_now() - timedelta(days=30)))

    assert "failed" not in {each["page"] for each in findings(terminal, "en")}


def test_a_message_that_is_late(terminal: Terminal) -> None:
    with terminal.writing() as session:
        session.add(message(session, "queued", machine_now() - timedelta(hours=1)))

    doctor_leads_to("late", terminal)


def message(session: Any, state: str, at: datetime) -> MessageRow:
    recipient = session.scalars(select(RecipientRow.id).order_by(RecipientRow.id)).first()
    channel = session.scalars(select(ChannelRow.id).where(ChannelRow.key == "outbox")).one()
    return MessageRow(
        recipient_id=recipient, channel_id=channel, lane="normal", state=state, send_at=at, merged_at=at
    )


def test_links_that_only_this_machine_opens_and_a_level_that_is_not_reached(terminal: Terminal) -> None:
    doctor_leads_to("link", terminal)
    doctor_leads_to("reach", terminal)


def test_a_fault_that_nobody_foresaw(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("worker.cli.overdue.current", broken)
    refusal_leads_to("inside", terminal, "overdue")
