"""`duban confirm`: what a person owes; confirmed, recorded as a gathering, credited with hours, and taken back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from small_office import SCHEDULES, Terminal, write_office

from tasks.live import current
from tasks.open import open_due
from worker.clock import step

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 16:00 at the office
MORE = """\
study:
  title: 周五学习
  when: {weekly: 周五, time: "15:00"}
  record: {by: {role: clerk}, within: 1 workday, evidence: {topic: text}}
  who: {roles: [staff]}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
  remind:
    - {before: start, by: 1 workday, time: "16:00", to: group}
training:
  title: 年度培训
  when: {cycle: calendar-year}
  who: {credential: enforcement}
  done: {sum: hours, reach: 60, approve: {role: clerk}}
  remind:
    - {before: due, by: 20 workdays, to: assignee, when_behind: true}
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
    """The small office with a study day and a training year, open as of a Friday afternoon."""
    found = Terminal(
        write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + MORE}), tmp_path / "data"
    )
    found.begin(kept_folders, begin)
    return found


def owed(terminal: Terminal, person: str) -> dict[str, Any]:
    found: Any = terminal.json("confirm", "--person", person)
    return {f"{each['schedule']}/{each['part']}": each for each in found}


def test_what_a_person_owes_includes_what_their_role_owes(terminal: Terminal) -> None:
    assert set(owed(terminal, "qin")) == {"weekly-report/", "study/record"}
    assert set(owed(terminal, "zhao")) == {"weekly-report/", "training/"}


def test_confirmed_it_is_owed_no_more_until_it_is_taken_back(terminal: Terminal) -> None:
    done = terminal.run(
        "confirm", "weekly-report", "2026-11-27", "--person", "zhao", "--done-on", "2026-11-27"
    )
    after = owed(terminal, "zhao")
    undone = terminal.run(
        "confirm", "weekly-report", "--person", "zhao", "--undo", "--note", "too early", "--yes"
    )

    assert done.exit_code == 0, done.output
    assert "weekly-report/" not in after
    assert undone.exit_code == 0, undone.output
    assert "weekly-report/" in owed(terminal, "zhao")


def test_a_gathering_is_recorded_with_who_was_missing(terminal: Terminal) -> None:
    words = [
        "study",
        "2026-11-27",
        "--person",
        "qin",
        "--session",
        "--absent",
        "zhao",
        "--leave",
        "he",
        "--evidence",
        "topic=宪法",
    ]

    done = terminal.run("confirm", *words)

    assert done.exit_code == 0, done.output
    assert "study/record" not in owed(terminal, "qin")
    assert owed(terminal, "zhao")["study/make_up"]["due_on"] == "2026-12-11"
    assert "study/make_up" not in owed(terminal, "he")


def test_hours_count_once_however_often_they_are_typed(terminal: Terminal) -> None:
    words = ["training", "--person", "zhao", "--hours", "1.5", "--note", "执法文书"]

    first, second = terminal.run("confirm", *words), terminal.run("confirm", *words)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert owed(terminal, "zhao")["training/"]["progress"] == 1.5


def test_hours_that_somebody_has_to_agree_to_are_said_to_wait(terminal: Terminal) -> None:
    done = terminal.run(
        "confirm", "training", "--person", "zhao", "--hours", "1.5", "--note", "执法文书", "--by", "zhao"
    )

    assert done.stdout == "Handed in: training 2026. It waits for approval.\n"
    assert owed(terminal, "zhao")["training/"]["progress"] == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--person", "nobody"], 1, "nobody"),
        (["weekly-repor", "--person", "zhao"], 1, "weekly-report"),
        (["weekly-report", "--person", "zhao", "--done-on", "2026-12-01"], 1, "future"),
        (["weekly-report", "--person", "zhao", "--evidence", "topic"], 2, "NAME=VALUE"),
        (["training", "--person", "zhao", "--hours", "four"], 2, "four"),
        (["training", "--person", "zhao", "--hours", "nan"], 2, "nan"),
        (["study", "--person", "qin", "--absent", "zhao"], 2, "--session"),
        (["--person", "zhao", "--undo"], 2, "SCHEDULE"),
    ],
)
def test_what_cannot_be_is_a_sentence_and_changes_nothing(
    terminal: Terminal, words: list[str], code: int, told: str
) -> None:
    before = owed(terminal, "zhao")

    done = terminal.run("confirm", *words)

    assert (done.exit_code, done.stdout) == (code, "")
    assert told in done.stderr
    assert owed(terminal, "zhao") == before
