"""`duban attendance`: the table of those expected, taken over after a dry run, all or nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import Terminal, write_office
from sqlalchemy import select
from workbooks import rows_of

from models.obligations import ObligationRow
from tasks.live import current
from tasks.open import open_due

FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 16:00 at the office
STUDY = """\
friday-study:
  title: 周五学习
  when: {weekly: 周五, time: "15:00"}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  record: {by: {role: clerk}, within: 1 workday, evidence: {topic: {label: 主题, kind: text}}}
  remind: [{after: start, by: 1 workday, time: "09:00", to: recorder}]
"""
WHERE = ("--schedule", "friday-study", "--on", "2026-11-27")


def begin(terminal: Terminal) -> None:
    terminal.stand_at(FRIDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        open_due(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office an hour into a study day."""
    found = Terminal(write_office(tmp_path / "office", {"study.yaml": STUDY}), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


@pytest.fixture
def table(terminal: Terminal, tmp_path: Path) -> Path:
    """The table to fill in, as the command writes it."""
    file = tmp_path / "签到.csv"
    done = terminal.run("attendance", "table", str(file), *WHERE)
    assert done.exit_code == 0, done.output
    return file


def marks(terminal: Terminal) -> list[str]:
    with terminal.writing() as session:
        rows = session.scalars(select(ObligationRow).where(ObligationRow.part == "make_up"))
        return sorted(row.mark for row in rows if row.mark is not None)


def test_the_written_table_comes_back_as_a_dry_run_that_changes_nothing(terminal, table):
    done = terminal.run("attendance", "import", str(table), *WHERE, "--json")
    assert done.exit_code == 0, done.output
    people = json.loads(done.output)["people"]
    assert {each["state"] for each in people} == {"present"}
    assert not json.loads(done.output)["recorded"]
    assert marks(terminal) == []


def test_it_is_recorded_with_yes_and_never_over_an_existing_file(terminal, table):
    text = table.read_text(encoding="utf-8-sig").replace("出勤", "缺席", 1)
    table.write_text(text, encoding="utf-8-sig")

    shown = terminal.run("attendance", "import", str(table), *WHERE)
    assert "1 absent" in shown.output
    bare = terminal.run("attendance", "import", str(table), *WHERE, "--yes")
    assert bare.exit_code == 1, "the topic is missing"
    assert marks(terminal) == []
    done = terminal.run("attendance", "import", str(table), *WHERE, "--evidence", "topic=宪法", "--yes")

    assert done.exit_code == 0, done.output
    assert marks(terminal).count("absent") == 1
    assert set(marks(terminal)) == {"absent", "present"}
    corrected = terminal.run("attendance", "import", str(table), *WHERE, "--yes")
    assert corrected.exit_code == 0, "what was recorded about the topic stands"
    again = terminal.run("attendance", "table", str(table), *WHERE)
    assert again.exit_code == 1
    assert "is there already" in again.output


def test_refused_rows_go_to_a_file_and_nothing_is_imported(terminal, table):
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    table.write_text(
        "\n".join([*lines, "nobody,无名氏,,出勤,", f"{lines[1].split(',')[0]},,,在岗,"]), encoding="utf-8"
    )

    done = terminal.run("attendance", "import", str(table), *WHERE, "--yes")

    assert done.exit_code == 1
    refused = rows_of(table.with_name("签到.refused.xlsx"))
    assert len(refused) == 3
    assert refused[1][0] == "nobody"
    assert marks(terminal) == []


def test_who_is_not_in_the_table_has_to_be_decided(terminal, table):
    lines = table.read_text(encoding="utf-8-sig").splitlines()
    table.write_text("\n".join([lines[0], lines[1].replace("出勤", "缺席")]), encoding="utf-8")

    open_ = terminal.run("attendance", "import", str(table), *WHERE)
    assert open_.exit_code == 1
    assert "--others" in open_.output
    done = terminal.run("attendance", "import", str(table), *WHERE, "--others", "present", "--json")

    assert done.exit_code == 0, done.output
    states = [each["state"] for each in json.loads(done.output)["people"]]
    assert states.count("absent") == 1
    assert states.count("present") == len(states) - 1


def test_a_day_without_a_gathering_is_said_so(terminal, table):
    done = terminal.run(
        "attendance", "import", str(table), "--schedule", "friday-study", "--on", "2026-11-26"
    )
    assert done.exit_code == 1
    assert "2026-11-26" in done.output
