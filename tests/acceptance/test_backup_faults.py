"""`duban backup` and `duban restore` when the disk fills, others write, the clock was wrong, or the secret key is lost."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from servers import Databases, find_postgresql, plain
from small_disk import small_disks
from small_office import Terminal, write_office
from sqlalchemy import func, select

from models.obligations import AuditRow
from models.schedules import LeaseRow
from worker.backups.restore_mark import broken_off
from worker.clock import machine_now

BULK = 600  # rows of 4 kB
SOME = 20_000  # bytes: room for a lock, but not for a write-ahead log


def begin(terminal: Terminal) -> None:
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        session.add_all(row("bulk") for _ in range(BULK))


def row(act: str) -> AuditRow:
    return AuditRow(
        at=machine_now(), actor="t", act=act, subject_kind="t", subject_id=0, detail={"x": os.urandom(2000).hex()}
    )  # fmt: skip


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


@pytest.fixture
def either(tmp_path: Path, empty_database_url: str) -> Terminal:
    """An office on SQLite and on PostgreSQL, in a database of its own."""
    return office_in(tmp_path, empty_database_url)


def office_in(tmp_path: Path, url: str) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data", url)
    programs = find_postgresql()
    if programs is not None and (programs / "pg_dump").is_file():
        found.environ["DUBAN_POSTGRESQL_PROGRAMS"] = str(programs)
    begin(found)
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    with small_disks(tmp_path) as made:
        yield made


@pytest.fixture
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if something else filled the disk after the room was looked at."""
    monkeypatch.setattr("worker.backups.make.SPARE", -(1 << 40))


@pytest.mark.parametrize(
    "part", [0.5, 1.25], ids=["while the database is copied", "while the file is written"]
)
def test_a_disk_that_fills_during_a_backup_is_said_and_nothing_is_left(
    terminal: Terminal, disk: Callable[[int], Path], unforeseen: None, part: float
) -> None:
    size = (terminal.data / "duban.sqlite3").stat().st_size
    folder = disk(int(size * part)) / "backups"

    [sentence] = terminal.refused("backup", "--to", str(folder))

    assert sentence.startswith("The backup could not be written: ")
    assert sentence.endswith("Nothing is left of it; older ones are as they were.")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("part", [0.5, 1.0], ids=["while it is unpacked", "while it is made ready"])
def test_a_disk_that_fills_during_a_restore_leaves_what_was_there(
    terminal: Terminal, tmp_path: Path, disk: Callable[[int], Path], unforeseen: None, part: float
) -> None:
    file = backup(terminal, tmp_path)
    size = (terminal.data / "duban.sqlite3").stat().st_size
    full = Terminal(terminal.office, disk(int(size * part) + SOME) / "data")

    [sentence] = full.refused("restore", file, "--yes")

    assert sentence.startswith("It could not be restored: ")
    assert sentence.endswith("What was there is as it was.")
    assert not (full.data / "duban.sqlite3").exists()
    assert not list(full.data.glob(".restore-*"))
    assert not broken_off(full.data).exists(), "nothing was cut off"


def test_a_disk_that_is_full_when_the_change_is_made_keeps_the_office_at_work(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backup(terminal, tmp_path)

    def full(_new: Path, _file: Path, _aside: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("worker.backups.sqlite.put_in_place", full)
    [sentence] = terminal.refused("restore", file, "--replace", "--yes")

    assert sentence == "It could not be restored: No space left on device. What was there is as it was."
    assert terminal.run("overdue").exit_code == 0
    assert not broken_off(terminal.data).exists()


def test_what_others_write_during_a_backup_is_in_it_whole_or_not_at_all(
    either: Terminal, tmp_path: Path
) -> None:
    """Two rows in each transaction: an odd number would be half of one."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with either.writing() as session:
                session.add_all(row("pair") for _ in range(2))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        file = backup(either, tmp_path)
    finally:
        stop.set()
        writer.join()

    done = either.run("restore", file, "--replace", "--yes")
    assert done.exit_code == 0, done.output
    with either.writing() as session:
        pairs = session.scalar(select(func.count()).where(AuditRow.act == "pair"))
    assert pairs is not None
    assert pairs % 2 == 0


def test_a_lease_from_a_clock_that_was_wrong_does_not_keep_a_restore_waiting(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = backup(terminal, tmp_path)
    with terminal.writing() as session:
        session.merge(
            LeaseRow(name="beat", holder="office:1", until=machine_now() + timedelta(hours=2), fence=1)
        )

    assert terminal.run("restore", file, "--replace", "--yes").exit_code == 0


def test_with_a_lost_key_the_office_goes_on_and_the_roster_is_sealed_anew(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = backup(terminal, tmp_path)
    elsewhere = Terminal(terminal.office, tmp_path / "elsewhere")
    elsewhere.environ["DUBAN_SECRET_KEY"] = "n" * 40
    assert elsewhere.run("restore", file, "--new-key", "--yes").exit_code == 0

    [told] = [each for each in findings(elsewhere) if each["subject"] == "secret key"]
    assert told["light"] == "red"
    assert "138" not in elsewhere.run("people", "list").stdout
    assert (
        "mobile number ? → 138****0004"
        in elsewhere.run("people", "import", str(terminal.office / "people.csv")).stdout
    )
    again = elsewhere.run("apply", "--yes")

    assert again.exit_code == 0, again.output
    assert "In force as version 2." in again.stdout
    assert "138****0004" in elsewhere.run("people", "list").stdout
    assert not [each for each in findings(elsewhere) if each["subject"] == "secret key"]
    assert "No change" in elsewhere.run("plan").stdout


def test_numbers_that_cannot_be_read_are_not_dropped_by_going_back(terminal: Terminal) -> None:
    (terminal.office / "schedules.yaml").write_text(
        (terminal.office / "schedules.yaml").read_text().replace("周报", "工作周报")
    )
    assert terminal.run("apply", "--yes").exit_code == 0
    terminal.environ["DUBAN_SECRET_KEY"] = "n" * 40

    [sentence] = terminal.refused("rollback", "1", "--yes")
    assert sentence.startswith("a mobile number cannot be opened")


def test_a_damaged_database_is_said_in_a_sentence(terminal: Terminal) -> None:
    file = terminal.data / "duban.sqlite3"
    content = bytearray(file.read_bytes())
    content[200:] = b"\xff" * (len(content) - 200)
    file.write_bytes(content)

    [sentence] = terminal.refused("backup")
    assert sentence.startswith("the database is damaged: ")


def backup(terminal: Terminal, folder: Path) -> str:
    found = terminal.json("backup", "--to", str(folder / "backups"))
    assert isinstance(found, dict)
    return str(found["file"])


def findings(terminal: Terminal) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(terminal.run("doctor", "--json").stdout)
    return found


@pytest.fixture
def on_postgresql(tmp_path: Path, postgresql_empty_url: str) -> Terminal:
    return office_in(tmp_path, postgresql_empty_url)


def test_a_disk_that_fills_while_postgresql_is_dumped_is_said_and_nothing_is_left(
    on_postgresql: Terminal, disk: Callable[[int], Path]
) -> None:
    folder = disk(200_000) / "backups"

    [sentence] = on_postgresql.refused("backup", "--to", str(folder))

    assert sentence.startswith("pg_dump: error: ")
    assert "No space left on device" in sentence
    assert list(folder.iterdir()) == []


def test_a_backup_of_postgresql_that_is_killed_leaves_no_database_behind(
    on_postgresql: Terminal, tmp_path: Path, environ: dict[str, str], postgresql_databases: Databases
) -> None:
    own = {name: value for name, value in on_postgresql.environ.items() if value}
    done = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_CHECKED, "backup", "--to", str(tmp_path / "backups")], env={**environ, **own}, check=False
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert scratch(postgresql_databases), "it was killed while it was checked"
    assert list((tmp_path / "backups").glob("*.zip")) == []

    backup(on_postgresql, tmp_path)

    assert not scratch(postgresql_databases)
    assert [path.suffix for path in (tmp_path / "backups").iterdir()] == [".zip"]


KILLED_WHILE_CHECKED = """
import os, signal
from worker.backups import postgresql
from worker.cli.main import main
postgresql._compare = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def scratch(databases: Databases) -> list[str]:
    with psycopg.connect(plain(databases.server)) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE '%\\_check\\_%'")
        return [name for (name,) in names]
