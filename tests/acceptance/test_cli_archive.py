"""`duban urge` and `duban archive` from the shell."""

import json
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import SCHEDULES, Terminal, write_office
from sqlalchemy import select

from models.obligations import EvidenceRow, FileRow
from tasks.live import current
from tasks.open import open_due
from worker.clock import step

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
MORE = """\
report:
  title: 月报
  when: {weekly: 周五}
  who: {people: [zhao]}
  done: {by: each, evidence: {list: {label: 清单, kind: file}}}
  remind: [{at: open}]
"""


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        step(session, FRIDAY)
        open_due(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office on a Friday; Zhao owes the report of the week."""
    office = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + MORE})
    found = Terminal(office, tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


def test_a_duty_is_urged_once_a_day(terminal: Terminal) -> None:
    first = terminal.run("urge", "--schedule", "report", "--person", "zhao", "--reason", "by tonight")
    again = terminal.run("urge", "--schedule", "report", "--person", "zhao", "--reason", "by tonight")

    assert (first.exit_code, first.stdout) == (0, "Urged: 月报.\n")
    assert (again.exit_code, again.stdout) == (0, "It was urged today already; nothing more was sent.\n")
    assert "【催办】月报" in json.dumps(terminal.json("messages", "list"), ensure_ascii=False)


def test_an_urging_without_a_duty_or_by_somebody_without_a_right_is_refused(terminal: Terminal) -> None:
    assert "number of a duty" in terminal.run("urge", "--reason", "x").output
    assert "there is no duty 9999" in terminal.refused("urge", "9999", "--reason", "x")[0]
    refused = terminal.refused(
        "urge", "--schedule", "report", "--person", "zhao", "--reason", "x", "--by", "zhao"
    )
    assert "only the clerk" in refused[0]


def test_an_occurrence_is_packed_and_its_hashes_hold(terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    (key,) = {each["key"] for each in owed(terminal) if each["schedule"] == "report"}

    done = terminal.run("archive", f"report/{key}", "-o", str(target))

    assert (done.exit_code, done.stdout) == (0, f"Written: {target}, 1 occurrence, 0 files.\n")
    zipfile.ZipFile(target).extractall(tmp_path / "out")
    checked = subprocess.run(
        ["sha256sum", "-c", "hashes.txt"], cwd=tmp_path / "out", capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    first = target.read_bytes()
    terminal.run("archive", f"report/{key}", "-o", str(target))
    assert target.read_bytes() == first


def owed(terminal: Terminal) -> list[dict[str, str]]:
    found = terminal.json("confirm", "--person", "zhao")
    assert isinstance(found, list)
    return found


def test_a_year_with_a_missing_file_is_written_and_exits_with_1(terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "year.zip"
    confirmed = terminal.run(
        "confirm", "report", "--person", "zhao", "--evidence", "list=无", "--done-on", "2026-11-27"
    )
    assert confirmed.exit_code == 0, confirmed.output
    with terminal.writing() as session:
        file = FileRow(sha256="0" * 64, name="清单.pdf", media_type="application/pdf", size=3)
        session.add(file)
        session.flush()
        session.scalars(select(EvidenceRow)).one().file_id = file.id

    done = terminal.run("archive", "--year", "2026", "--schedule", "report", "-o", str(target), "--json")

    assert done.exit_code == 1
    shape = json.loads(done.stdout)
    assert shape["missing"] == [each for each in shape["missing"] if each.endswith("清单.pdf")]
    assert len(shape["missing"]) == 1
    assert "清单.pdf" in done.stderr
    assert zipfile.ZipFile(target).testzip() is None


def test_what_stood_there_stays_when_packing_is_stopped(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "year.zip"
    target.write_bytes(b"before")

    def stopped(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("worker.archives.zipped.Zip.end", stopped)
    done = terminal.run("archive", "--year", "2026", "-o", str(target))

    assert done.exit_code != 0
    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir() if "zip" in path.name) == ["year.zip"]


def test_wrong_words_are_answered_in_sentences(terminal: Terminal, tmp_path: Path) -> None:
    target = str(tmp_path / "x.zip")

    assert "name occurrences, or --year" in terminal.run("archive", "-o", target).output
    assert "SCHEDULE/KEY" in terminal.run("archive", "report", "-o", target).output
    assert "there is no 'report' 1999-01" in terminal.refused("archive", "report/1999-01", "-o", target)[0]
    assert (
        "there is no schedule 'nothing'"
        in terminal.refused("archive", "--year", "2026", "--schedule", "nothing", "-o", target)[0]
    )
