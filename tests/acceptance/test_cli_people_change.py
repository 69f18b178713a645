"""`duban absence`, `waive`, `transfer`, and signing from the shell."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_office import SCHEDULES, Terminal, write_office

from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
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
notice:
  title: 通知
  when: {weekly: 周五}
  who: {people: [zhao]}
  remind:
    - {at: open, acknowledge: {within: 1 workday, else: [unit-head]}}
"""


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        step(session, FRIDAY)
        open_due(session, current(session), now=FRIDAY)
        sweep(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office on a Friday afternoon; Zhao was asked to sign for a notice."""
    found = Terminal(
        write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + MORE}), tmp_path / "data"
    )
    found.begin(kept_folders, begin)
    return found


def owed(terminal: Terminal, person: str) -> set[str]:
    found = terminal.json("confirm", "--person", person)
    assert isinstance(found, list)
    return {each["schedule"] for each in found}


def test_an_absence_is_added_listed_and_ended(terminal: Terminal) -> None:
    added = terminal.run(
        "absence", "add", "--person", "zhao", "--from", "2026-12-01", "--until", "2026-12-05", "--deputy", "he", "--kind", "trip"
    )  # fmt: skip
    assert (added.exit_code, added.stdout) == (
        0,
        "Recorded as absence no. 1: zhao, from 2026-12-01, back on 2026-12-05.\n",
    )
    assert terminal.json("absence", "list") == [
        {
            "id": 1, "person": "zhao", "from": "2026-12-01", "until": "2026-12-05", "kind": "trip", "deputy": "he", "note": "",
        }
    ]  # fmt: skip
    shown = terminal.run("absence", "list")
    assert "赵刚\t2026-12-01\t2026-12-05\tbusiness trip\t何建国" in shown.stdout

    ended = terminal.run("absence", "end", "1", "--yes")

    assert (ended.exit_code, ended.stdout) == (0, "Absence no. 1 has ended.\n")
    assert terminal.run("absence", "list").stdout == "Nobody is away.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--person", "zhao", "--from", "2026-12-05", "--until", "2026-12-05"), "cannot end on 5 Dec 2026"),
        (("--person", "zhao", "--from", "2026-12-01", "--until", "2026-12-05", "--deputy", "zhao"), "nobody stands in for himself"),
        (("--person", "nobody", "--from", "2026-12-01", "--until", "2026-12-05"), "there is no person 'nobody'"),
        (("--person", "zhao", "--from", "2026-12-01", "--until", "2026-12-05", "--deputy", "nobody"), "there is no person 'nobody'"),
    ],
)  # fmt: skip
def test_an_absence_that_makes_no_sense_is_one_sentence(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    (line,) = terminal.refused("absence", "add", *words)

    assert said in line
    assert terminal.json("absence", "list") == []


def test_an_absence_that_is_not_there_cannot_end(terminal: Terminal) -> None:
    (line,) = terminal.refused("absence", "end", "7")

    assert "there is no absence 7" in line


def test_a_duty_is_excused_with_a_reason(terminal: Terminal) -> None:
    (line,) = terminal.refused("waive", "weekly-report", "--person", "zhao", "--reason", " ")
    assert "why it need not be done" in line

    done = terminal.run(
        "waive", "weekly-report", "2026-11-27", "--person", "zhao", "--reason", "出差", "--yes"
    )

    assert (done.exit_code, done.stdout) == (0, "Excused: weekly-report 2026-11-27.\n")
    assert "weekly-report" not in owed(terminal, "zhao")
    assert "weekly-report" in owed(terminal, "he")


def test_a_duty_is_handed_over_with_a_reason(terminal: Terminal) -> None:
    (line,) = terminal.refused("transfer", "notice", "--person", "zhao", "--to", "nobody", "--reason", "调岗")
    assert "'nobody' is neither a person of the roster nor a unit" in line
    (line,) = terminal.refused(
        "transfer", "weekly-report", "--person", "zhao", "--to", "he", "--reason", "调岗"
    )
    assert "owes the same already" in line

    done = terminal.run("transfer", "notice", "--person", "zhao", "--to", "党政办", "--reason", "调岗")

    assert (done.exit_code, done.stdout) == (0, "Handed over: notice 2026-11-27, from 赵刚 to 党政办.\n")
    assert "notice" not in owed(terminal, "zhao")
    assert "notice" in owed(terminal, "qin")


def test_signing_from_the_shell(terminal: Terminal) -> None:
    done = terminal.run("confirm", "notice", "--person", "zhao", "--acknowledge")
    assert (done.exit_code, done.stdout) == (0, "Signed: notice 2026-11-27.\n")

    (line,) = terminal.refused("confirm", "weekly-report", "--person", "zhao", "--acknowledge")

    assert "nothing in this duty asks for a signature" in line
    assert "notice" in owed(terminal, "zhao"), "signed is not done"


def test_who_is_on_leave_on_the_day_is_recorded_as_excused(terminal: Terminal) -> None:
    for person in ("zhao", "he"):
        added = terminal.run(
            "absence", "add", "--person", person, "--from", "2026-11-27", "--until", "2026-11-28"
        )
        assert added.exit_code == 0, added.output

    done = terminal.run(
        "confirm", "study", "2026-11-27", "--person", "qin", "--session", "--present", "he", "--evidence", "topic=宪法"
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "On leave by the absences on record: 赵刚." in done.stdout
    assert "study" not in owed(terminal, "zhao")


def test_words_about_a_gathering_go_with_a_gathering(terminal: Terminal) -> None:
    done = terminal.run("confirm", "notice", "--person", "zhao", "--present", "he")

    assert done.exit_code == 2
    assert "--absent, --leave and --present go with --session" in done.stderr
