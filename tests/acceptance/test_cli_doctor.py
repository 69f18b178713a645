"""`duban doctor` on installations that are broken on purpose: what is red or yellow, in which words, and what to do."""

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from small_office import Terminal, write_office
from sqlalchemy import text

from models.schedules import HeartbeatRow, LeaseRow, OfficeStateRow
from worker.backups import record
from worker.clock import machine_now
from worker.vitals import MB, Disk


def begin(terminal: Terminal) -> None:
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def findings(terminal: Terminal, subject: str) -> list[Any]:
    return [
        each for each in json.loads(terminal.run("doctor", "--json").stdout) if each["subject"] == subject
    ]


def only(terminal: Terminal, subject: str) -> Any:
    [found] = findings(terminal, subject)
    return found


def at_work(terminal: Terminal, *, lease: float = 17, **ages: float) -> None:
    now = machine_now()
    with terminal.writing() as session:
        session.merge(LeaseRow(name="beat", holder="office:1", until=now + timedelta(seconds=lease), fence=1))
        for name, age in ages.items():
            session.merge(HeartbeatRow(name=name, at=now - timedelta(seconds=age)))


def test_a_worker_that_is_silent_while_beat_asks_is_wrong(terminal: Terminal) -> None:
    at_work(terminal, beat=1, sweep=3, deliver=600)

    assert only(terminal, "beat")["light"] == "green"
    assert "office:1" in only(terminal, "beat")["what"]
    assert only(terminal, "worker sweep")["light"] == "green"
    deliver = only(terminal, "worker deliver")
    assert (deliver["light"], deliver["what"]) == ("red", "It was last seen 10 minutes ago.")
    assert "celery -A worker.app worker -Q deliver" in deliver["advice"]


def test_of_workers_nothing_is_known_while_beat_is_stopped(terminal: Terminal) -> None:
    at_work(terminal, lease=-200_000, beat=200_000, sweep=200_000)

    beat, sweep, deliver = (only(terminal, each) for each in ("beat", "worker sweep", "worker deliver"))
    assert (beat["light"], beat["what"][:35]) == ("red", "It is stopped; it was last seen at ")
    assert (sweep["light"], deliver["light"]) == ("yellow", "yellow")
    assert sweep["advice"] == "Start beat first; then look again after a minute."


def test_a_clock_that_was_set_back_is_seen_by_what_was_written_before(terminal: Terminal) -> None:
    at_work(terminal, beat=-3600)

    clock = only(terminal, "clock")
    assert clock["light"] == "red"
    assert clock["what"].startswith("It stands 60 minutes before")
    assert "NTP" in clock["advice"]


def test_an_office_whose_clock_stands_is_told(terminal: Terminal) -> None:
    with terminal.writing() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = machine_now()

    _machine, office = findings(terminal, "clock")
    assert (office["light"], office["what"][:28]) == ("yellow", "The office's clock stands at")


def test_a_database_of_a_newer_program_is_not_called_old(terminal: Terminal) -> None:
    with terminal.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    database = only(terminal, "database")
    assert (database["light"], database["what"]) == ("red", "The database is newer than the program.")
    assert "Install the newer version" in database["advice"]


def test_an_older_database_is_told_how_it_is_brought_up_to_date(terminal: Terminal) -> None:
    with terminal.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0009'"))

    assert only(terminal, "database")["what"] == "The database is older than the program."


def test_a_redis_that_evicts_is_wrong(terminal: Terminal, redis_url: str) -> None:
    terminal.environ["DUBAN_REDIS_URL"] = redis_url
    assert only(terminal, "Redis")["light"] == "green"
    with redis.Redis.from_url(redis_url.replace("redis+socket://", "unix://")) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            found = only(terminal, "Redis")
        finally:
            client.config_set("maxmemory-policy", "noeviction")

    assert found["light"] == "red"
    assert "maxmemory-policy allkeys-lru" in found["what"]


@pytest.mark.parametrize(
    ("age", "there", "light", "said"),
    [
        (timedelta(hours=3), True, "green", "The last one is 3 hours old"),
        (timedelta(hours=3), False, "yellow", "Its file is not there any more."),
        (timedelta(days=3), True, "yellow", "The last one is 3 days old"),
        (timedelta(days=30), True, "red", "The last one is 30 days old"),
    ],
    ids=["fresh", "gone", "due", "old"],
)
def test_how_old_the_last_backup_is(
    terminal: Terminal, age: timedelta, there: bool, light: str, said: str
) -> None:
    file = terminal.data / "duban.zip"
    if there:
        file.touch()
    record.write(
        terminal.data, record.Last(at=machine_now() - age, file=str(file), size=1, checked="restored")
    )

    found = only(terminal, "backups")
    assert found["light"] == light
    assert said in found["what"]


def test_an_office_without_any_backup_is_yellow_at_first_and_then_red(terminal: Terminal) -> None:
    assert only(terminal, "backups")["light"] == "yellow"
    with terminal.writing() as session:
        state = session.get_one(OfficeStateRow, 1)
        assert state.installed_on is not None
        state.installed_on -= timedelta(days=30)

    found = only(terminal, "backups")
    assert (found["light"], found["what"]) == ("red", "There never was a backup.")
    assert found["advice"].endswith("duban backup --to DIR --keep 30")


def test_a_restore_that_was_cut_off_is_told(terminal: Terminal) -> None:
    (terminal.data / "restoring").touch()

    assert only(terminal, "restore")["light"] == "red"


def test_what_is_kept_is_looked_at_without_a_database_too(tmp_path: Path) -> None:
    bare = Terminal(write_office(tmp_path / "office"), tmp_path / "data")

    assert only(bare, "database")["light"] == "red"
    assert only(bare, "disk")["what"].endswith(f"{bare.data}.")
    assert only(bare, "backups")["light"] == "yellow"


@pytest.mark.parametrize(
    ("free", "total", "files", "level"),
    [
        (50_000 * MB, 100_000 * MB, None, "fine"),
        (2000 * MB, 1_000_000 * MB, None, "fine"),
        (900 * MB, 100_000 * MB, None, "note"),
        (90 * MB, 100_000 * MB, None, "wrong"),
        (30 * MB, 64 * MB, None, "fine"),
        (0, 1 * MB, None, "wrong"),
        (1 * MB, 24 * MB, None, "wrong"),
        (50_000 * MB, 100_000 * MB, 500, "note"),
        (50_000 * MB, 100_000 * MB, 5, "wrong"),
    ],
)
def test_how_full_a_disk_may_be(free: int, total: int, files: int | None, level: str) -> None:
    assert Disk(free=free, total=total, files=files).level == level


@pytest.mark.parametrize(
    ("setting", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colours_stand_on_a_terminal_whose_owner_wants_them(
    terminal: Terminal, environ: dict[str, str], setting: dict[str, str], coloured: bool
) -> None:
    here, there = pty.openpty()
    own = {name: value for name, value in terminal.environ.items() if value}
    subprocess.run(
        [sys.executable, "-m", "worker", "doctor"], stdin=there, stdout=there, stderr=subprocess.DEVNULL, check=False,
        env={**environ, "TERM": "xterm", "COLUMNS": "80", **own, **setting},
    )  # fmt: skip
    os.close(there)
    printed = b""
    try:
        while piece := os.read(here, 65536):
            printed += piece
    except OSError:  # the other side is closed
        pass
    os.close(here)

    assert b"[ok]" in printed
    assert (b"\x1b[42m" in printed and b"\x1b[41m" in printed) is coloured
    lines = printed.decode().replace("\r", "").splitlines()
    wide = [line for line in lines if len(line) > 80 and "/" not in line]  # a path is not broken
    assert coloured or not wide


def test_nothing_is_coloured_in_a_pipe(terminal: Terminal) -> None:
    assert "\x1b" not in terminal.run("doctor").stdout


def test_a_disk_that_takes_nothing_is_said_in_a_sentence(terminal: Terminal, environ: dict[str, str]) -> None:
    own = {name: value for name, value in terminal.environ.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, "overdue"], capture_output=True, text=True, check=False, env={**environ, **own}
    )  # fmt: skip

    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("the database does not answer")


# No file may grow: what a full disk does, for one process and without one.
WITHOUT_ROOM = """
import resource, signal
from worker.cli.main import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
main()
"""
