"""`duban backup` and `duban restore` as a clerk uses them: what is written, what is refused and in which words, what a kill leaves."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from servers import find_postgresql
from small_office import SCHEDULES, Terminal, write_office
from sqlalchemy import select, update

from models.obligations import AuditRow, FileRow
from models.people import PersonRow
from models.schedules import LeaseRow, OfficeStateRow
from worker.backups import make, record
from worker.backups.restore_mark import broken_off
from worker.clock import machine_now
from worker.lease import LASTS
from worker.readiness import wait_until
from worker.settings import Settings
from worker.supervisor import held

PHOTO = b"\xff\xd8\xff" + b"a photo" * 100
DIGEST = sha256(PHOTO).hexdigest()


def begin(terminal: Terminal) -> None:
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        session.add(FileRow(sha256=DIGEST, name="现场.jpg", media_type="image/jpeg", size=len(PHOTO)))
    evidence(terminal).parent.mkdir(parents=True)
    evidence(terminal).write_bytes(PHOTO)


def evidence(terminal: Terminal) -> Path:
    return terminal.data / "files" / DIGEST[:2] / DIGEST


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


@pytest.fixture
def either(tmp_path: Path, empty_database_url: str) -> Terminal:
    """An office on SQLite and on PostgreSQL, in a database of its own."""
    found = Terminal(write_office(tmp_path / "office"), tmp_path / "data", empty_database_url)
    programs = find_postgresql()
    if programs is not None and (programs / "pg_dump").is_file():
        found.environ["DUBAN_POSTGRESQL_PROGRAMS"] = str(programs)
    begin(found)
    return found


def backup(terminal: Terminal, *words: str) -> dict[str, Any]:
    done = terminal.run("backup", "--json", *words)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def newest(terminal: Terminal) -> int:
    versions: Any = terminal.json("history")
    return int(versions[0]["version"])


def rename_somebody(terminal: Terminal, name: str) -> None:
    with terminal.writing() as session:
        session.execute(update(PersonRow).where(PersonRow.key == "zhao").values(name=name))


def name_of_somebody(terminal: Terminal) -> str | None:
    with terminal.writing() as session:
        return session.scalar(select(PersonRow.name).where(PersonRow.key == "zhao"))


def test_a_backup_is_one_private_file_with_hashes_that_was_restored_for_a_trial(
    either: Terminal, tmp_path: Path
) -> None:
    made = backup(either, "--to", str(tmp_path / "backups"))

    file = Path(made["file"])
    assert file.stat().st_mode & 0o777 == 0o600
    assert (made["checked"], made["files"], made["missing"]) == ("restored", 1, [])
    with zipfile.ZipFile(file) as found:
        manifest = json.loads(found.read("manifest.json"))
        for name, part in manifest["parts"].items():
            assert sha256(found.read(name)).hexdigest() == part["sha256"]
        assert found.read(f"files/{DIGEST[:2]}/{DIGEST}") == PHOTO
        assert "secret" not in " ".join(found.namelist())
        assert b"k" * 40 not in b"".join(map(found.read, found.namelist()))
    assert [path.name for path in file.parent.iterdir()] == [file.name], "nothing else is left"
    last = record.read(either.data)
    assert last is not None
    assert (last.file, last.checked) == (str(file), "restored")


def test_a_restore_puts_rows_and_files_back_and_keeps_aside_what_was_there(
    either: Terminal, tmp_path: Path
) -> None:
    made = backup(either, "--to", str(tmp_path))
    rename_somebody(either, "赵改名")
    evidence(either).unlink()

    done = either.run("restore", made["file"], "--replace", "--yes", "--json")

    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["files"], found["migrated_from"]) == (1, None)
    assert name_of_somebody(either) == "赵刚"
    assert evidence(either).read_bytes() == PHOTO
    with either.writing() as session:
        assert session.scalar(select(OfficeStateRow.sending_stopped)) is False
        assert "restore" in set(session.scalars(select(AuditRow.act)))
        if session.get_bind().dialect.name == "postgresql":
            old = session.connection().exec_driver_sql(
                f"SELECT name FROM {found['aside']}.person WHERE key = 'zhao'"
            )
            assert old.scalar() == "赵改名"
        else:
            with sqlite3.connect(next(Path(found["aside"]).iterdir())) as aside:
                assert aside.execute("SELECT name FROM person WHERE key = 'zhao'").fetchone() == ("赵改名",)
    again = either.run("restore", made["file"])
    assert again.exit_code == 1
    assert "There is an office in the database already. Say --replace" in again.stderr


def test_a_restore_into_an_empty_place_needs_the_key_and_brings_it_if_it_was_put_in(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.environ["DUBAN_SECRET_KEY"] = None
    assert terminal.run("sign-in").exit_code == 0
    key = (terminal.data / "secret_key").read_text()
    without, with_key = backup(terminal)["file"], backup(terminal, "--with-secrets")["file"]
    elsewhere = Terminal(terminal.office, tmp_path / "elsewhere")
    elsewhere.environ["DUBAN_SECRET_KEY"] = None

    [sentence] = elsewhere.refused("restore", without, "--yes")
    assert sentence.startswith("The secret key is another one than when this backup was made")
    assert not (elsewhere.data / "duban.sqlite3").exists()

    assert elsewhere.run("restore", with_key, "--yes").exit_code == 0
    assert (elsewhere.data / "secret_key").read_text() == key
    assert (elsewhere.data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert name_of_somebody(elsewhere) == "赵刚"


def test_a_backup_of_an_older_program_is_brought_up_to_date(terminal: Terminal, tmp_path: Path) -> None:
    made = Path(backup(terminal)["file"])
    old = rewritten(made, tmp_path / "old.zip", lambda found: found.update(revision="0009"), at="0009")

    done = terminal.run("restore", str(old), "--replace", "--yes")

    assert done.exit_code == 0, done.output
    assert "Its database was at revision 0009; it is up to date now." in done.stdout
    assert terminal.run("migrate").stdout.startswith("The database is at the newest revision already")


def rewritten(made: Path, target: Path, change: Any, at: str | None = None) -> Path:
    """The same backup with another manifest, its database taken back to the revision `at`."""
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(target, "w") as new:
        parts = {name: old.read(name) for name in old.namelist() if name != "manifest.json"}
        manifest = json.loads(old.read("manifest.json"))
        if at is not None:
            file = target.with_suffix(".sqlite3")
            file.write_bytes(parts["database.sqlite3"])
            subprocess.run([sys.executable, "-c", DOWNGRADE, f"sqlite:///{file}", at], check=True)
            parts["database.sqlite3"] = file.read_bytes()
            manifest["parts"]["database.sqlite3"] = {
                "sha256": sha256(parts["database.sqlite3"]).hexdigest(), "size": len(parts["database.sqlite3"])
            }  # fmt: skip
        change(manifest)
        for name, content in parts.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return target


DOWNGRADE = """
import sys
from alembic import command
from models.migrate import configuration
command.downgrade(configuration(sys.argv[1]), sys.argv[2])
"""


NEWER = "this backup was made by duban 0.1.0, which is newer; install that version to restore it"
OTHER_FORMAT = "this backup was made by a newer duban; install that version to restore it"
UNREADABLE = "this is not a backup of duban: its list of contents cannot be read"
DAMAGED = "this backup is damaged: database.sqlite3 is not as it was written; take an older one"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda m: m.update(revision="9999"), NEWER, id="newer database"),
        pytest.param(lambda m: m.update(format=2), OTHER_FORMAT, id="newer format"),
        pytest.param(lambda m: m.update(kind="postgresql"), UNREADABLE, id="parts of another kind"),
        pytest.param(
            lambda m: m["parts"].update({"../../x": {"sha256": "0" * 64, "size": 1}}),
            UNREADABLE,
            id="a way out",
        ),
        pytest.param(
            lambda m: m["parts"]["database.sqlite3"].update(sha256="0" * 64), DAMAGED, id="another hash"
        ),
    ],
)
def test_a_backup_that_does_not_fit_or_is_damaged_is_refused_before_anything_is_touched(
    terminal: Terminal, tmp_path: Path, change: Any, sentence: str
) -> None:
    file = rewritten(Path(backup(terminal)["file"]), tmp_path / "changed.zip", change)
    rename_somebody(terminal, "赵改名")

    assert terminal.refused("restore", str(file), "--replace", "--yes") == [sentence]
    assert name_of_somebody(terminal) == "赵改名"
    assert not list(terminal.data.glob(".restore-*"))


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 100])
def test_what_is_no_backup_is_named_as_such(terminal: Terminal, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(content)

    [sentence] = terminal.refused("restore", str(tmp_path / "x.zip"))
    assert "x.zip is not a backup of duban" in sentence


def test_half_a_backup_is_named_as_such(terminal: Terminal, tmp_path: Path) -> None:
    whole = Path(backup(terminal)["file"]).read_bytes()
    (tmp_path / "half.zip").write_bytes(whole[: len(whole) // 2])

    [sentence] = terminal.refused("restore", str(tmp_path / "half.zip"))
    assert sentence.endswith("half.zip is not a backup of duban, or was not written to its end")


def test_a_restore_is_refused_while_duban_runs(either: Terminal, tmp_path: Path) -> None:
    file = backup(either, "--to", str(tmp_path))["file"]

    with held(either.data / "run" / "up.lock"):
        assert "duban is already running" in either.refused("restore", file, "--replace", "--yes")[0]
    with either.writing() as session:
        session.scalar(select(PersonRow.id))
        [sentence] = either.refused("restore", file, "--replace", "--yes")
        assert "stop duban first" in sentence
    with either.writing() as session:
        session.merge(LeaseRow(name="beat", holder="other:1", until=machine_now() + LASTS, fence=1))
    [sentence] = either.refused("restore", file, "--replace", "--yes")
    assert sentence.startswith("beat is at work (other:1): stop duban first")


def test_missing_evidence_is_named_and_the_rest_is_backed_up(terminal: Terminal) -> None:
    evidence(terminal).unlink()

    done = terminal.run("backup")

    assert done.exit_code == 1
    assert done.stdout.startswith("Written: ")
    assert f"missing on this machine, not in the backup: {evidence(terminal)}" in done.stderr


def test_damaged_evidence_is_named_and_no_other_file_takes_its_place(terminal: Terminal) -> None:
    evidence(terminal).write_bytes(b"bits that fell over")

    done = terminal.run("backup")

    assert done.exit_code == 1
    assert f"damaged on this machine, not in the backup: {evidence(terminal)}" in done.stderr
    assert "Checked: it was restored" in done.stdout


def test_only_the_newest_remain_and_what_is_not_ours_stays(terminal: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    first = backup(terminal, "--to", str(folder), "--no-verify")
    assert first["checked"] is None
    (folder / "photos.zip").write_bytes(b"mine")
    for _ in range(2):
        backup(terminal, "--to", str(folder), "--no-verify", "--keep", "2")
    last = backup(terminal, "--to", str(folder), "--no-verify", "--keep", "2")

    assert len(list(folder.glob("duban-*.zip"))) == 2
    assert Path(last["file"]).exists()
    assert not Path(first["file"]).exists()
    assert (folder / "photos.zip").exists()


def test_the_newest_remain_among_those_of_one_second_and_after_the_clock_went_back(
    terminal: Terminal, tmp_path: Path
) -> None:
    settings = Settings.load({name: value for name, value in terminal.environ.items() if value})
    wish = make.Wish(folder=tmp_path / "backups", check=False, keep=2)
    second = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)

    def made(now: datetime) -> str:
        return make.make(settings, wish, now=now, progress=lambda *_: None).file.name

    same = [made(second) for _ in range(12)]
    assert len(set(same)) == len(same)
    assert {path.name for path in wish.folder.iterdir()} == set(same[-2:])
    earlier = made(second - timedelta(days=1))
    assert {path.name for path in wish.folder.iterdir()} == {same[-1], earlier}


def test_files_that_are_newer_than_a_restored_backup_wait_until_somebody_says_so(
    terminal: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = backup(terminal, "--to", str(tmp_path / "backups"))
    newer = SCHEDULES + SCHEDULES.replace("weekly-report", "second").replace("title: 周报", "title: 快报")
    (terminal.office / "schedules.yaml").write_text(newer, encoding="utf-8")
    assert terminal.run("apply", "--yes").exit_code == 0
    was = newest(terminal)

    restored = terminal.run("restore", made["file"], "--replace", "--yes")
    terminal.set_up()

    assert "They wait until you say so" in restored.output
    assert "They are not put into force by themselves" in capsys.readouterr().err
    assert newest(terminal) < was
    assert terminal.run("apply", "--yes").exit_code == 0
    assert newest(terminal) == was
    terminal.set_up()
    assert capsys.readouterr().err == ""


def test_after_a_restore_that_was_cut_off_the_folder_waits_too(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    was = newest(terminal)
    newer = SCHEDULES + SCHEDULES.replace("weekly-report", "second").replace("title: 周报", "title: 快报")
    (terminal.office / "schedules.yaml").write_text(newer, encoding="utf-8")
    broken_off(terminal.data).touch()

    terminal.set_up()

    assert "They are not put into force by themselves" in capsys.readouterr().err
    assert newest(terminal) == was


def test_what_is_copied_while_others_write_is_one_moment(terminal: Terminal, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        """Two rows in each transaction: an odd number would be half of one."""
        while not stop.is_set():
            with terminal.writing() as session:
                session.add_all(
                    AuditRow(
                        at=machine_now(),
                        actor="t",
                        act="pair",
                        subject_kind="t",
                        subject_id=0,
                        detail={"x": "y" * 2000},
                    )
                    for _ in range(2)
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [backup(terminal, "--to", str(tmp_path / "backups"))["file"] for _ in range(3)]
    finally:
        stop.set()
        writer.join()

    pairs = []
    for number, file in enumerate(files):
        with zipfile.ZipFile(file) as found:
            found.extract("database.sqlite3", tmp_path / str(number))
        with sqlite3.connect(tmp_path / str(number) / "database.sqlite3") as copy:
            pairs.append(copy.execute("SELECT count(*) FROM audit WHERE act = 'pair'").fetchone()[0])
    assert all(n % 2 == 0 for n in pairs)
    assert pairs == sorted(pairs)
    assert pairs[-1] > 0


def started(environ: dict[str, str], terminal: Terminal, *words: str) -> subprocess.Popen[bytes]:
    environ = {**environ, **{name: value for name, value in terminal.environ.items() if value}}
    return subprocess.Popen(
        [sys.executable, "-m", "worker", *words],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_backup_that_is_broken_off_leaves_no_half_and_the_next_one_tidies_up(
    terminal: Terminal, tmp_path: Path, environ: dict[str, str], number: signal.Signals
) -> None:
    folder = tmp_path / "backups"
    add_bulk(terminal)
    process = started(environ, terminal, "backup", "--to", str(folder))
    wait_until(lambda: bool(list(folder.glob(".duban-backup-*/*"))), seconds=60)
    process.send_signal(number)
    process.wait(60)

    assert list(folder.glob("*.zip")) == []
    assert bool(list(folder.iterdir())) == (number is signal.SIGKILL)
    done = terminal.run("backup", "--to", str(folder))
    assert done.exit_code == 0, done.output
    assert ("An earlier backup was broken off" in done.stdout) == (number is signal.SIGKILL)
    assert [path.suffix for path in folder.iterdir()] == [".zip"]


def add_bulk(terminal: Terminal) -> None:
    """Enough that a copy takes a moment."""
    with terminal.writing() as session:
        session.add_all(
            AuditRow(
                at=machine_now(),
                actor="t",
                act="bulk",
                subject_kind="t",
                subject_id=n,
                detail={"x": os.urandom(1000).hex()},
            )
            for n in range(5000)
        )


@pytest.mark.slow
@pytest.mark.parametrize("further", [0, 1, 2, 3])
def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(
    either: Terminal, tmp_path: Path, environ: dict[str, str], further: int
) -> None:
    file = backup(either, "--to", str(tmp_path))["file"]
    rename_somebody(either, "赵改名")
    process = started(environ, either, "restore", file, "--replace", "--yes")
    steps = [
        lambda: bool(list(either.data.glob(".restore-*.part"))),
        lambda: bool(list(either.data.glob(".restore-*.part/database.*"))),
        lambda: bool(
            list(either.data.glob(".restore-*.part/*-wal")) or list(either.data.glob(".restore-*.part/*.sql"))
        ),
        lambda: bool(list(either.data.glob("before-restore-*"))),
    ]
    wait_until(lambda: steps[further]() or process.poll() is not None, seconds=60)
    process.kill()
    process.wait(60)

    def again() -> bool:
        """A program of PostgreSQL may outlive the one that began it, and is then still connected."""
        done = either.run("restore", file, "--replace", "--yes")
        assert done.exit_code == 0 or "connections to the database are open" in done.stderr, done.output
        return done.exit_code == 0

    with either.writing() as session:
        name = session.scalar(select(PersonRow.name).where(PersonRow.key == "zhao"))
        held_back = "restore" in set(session.scalars(select(AuditRow.act)))
        stopped = session.scalar(select(OfficeStateRow.sending_stopped))
    assert name in ("赵改名", "赵刚")
    assert name == "赵改名" or held_back or stopped, "what was due before could be sent"
    wait_until(again, seconds=60)
    assert name_of_somebody(either) == "赵刚"
    assert not list(either.data.glob(".restore-*"))
    assert not (either.data / "restoring").exists()


def test_no_space_is_said_before_anything_is_written(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("worker.backups.make.SPARE", 1 << 60)

    [sentence] = terminal.refused("backup", "--to", str(tmp_path / "full"))

    assert "MB free, about" in sentence
    assert sentence.endswith("nothing was written")
    assert list((tmp_path / "full").iterdir()) == []
