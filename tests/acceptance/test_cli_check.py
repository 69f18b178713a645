"""`duban check` for people and for programs: warnings apart from errors, a list as JSON, and exit codes."""

import json
from pathlib import Path

import pytest
from small_office import SCHEDULES, Terminal, write_office

ENDED = """
last-year:
  title: 集中整治
  when: {once: {from: 2025-03-01, to: 2025-05-31}}
  who: {roles: [staff]}
  remind: [{at: open}]
"""


@pytest.fixture
def warned(tmp_path: Path) -> Terminal:
    """The terminal of an office that is right, with something to warn of."""
    folder = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES + ENDED})
    return Terminal(folder, tmp_path / "data")


def test_warnings_stand_apart_and_refuse_nothing(warned: Terminal) -> None:
    done = warned.run("check")

    assert done.exit_code == 0
    assert done.stderr == ""
    head, below = done.stdout.split("\n\n")
    assert head.startswith("Fine: ")
    assert "warning" in below.splitlines()[0]
    assert any(
        ": last-year: it ended on 2025-05-31 and opens nothing any more; allowed: " in line
        for line in below.splitlines()
    )


def test_strict_makes_warnings_refuse(warned: Terminal) -> None:
    done = warned.run("check", "--strict")

    assert done.exit_code == 1
    assert done.stderr == "With --strict warnings refuse too.\n"
    assert warned.run("check", "--strict", "--json").exit_code == 1


def test_programs_read_warnings_from_stdout(warned: Terminal) -> None:
    done = warned.run("check", "--json")

    assert done.exit_code == 0
    found = [each for each in json.loads(done.stdout) if each["schedule"] == "last-year"]
    (warning,) = found
    assert warning["severity"] == "warning"
    assert warning["file"].endswith("/schedules.yaml")
    assert (warning["line"], warning["suggestion"]) == (len(SCHEDULES.splitlines()) + 4, None)


def test_programs_read_mistakes_from_stdout_though_it_is_refused(tmp_path: Path) -> None:
    folder = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES.replace("[staff]", "[staf]")})

    done = Terminal(folder, tmp_path / "data").run("check", "--json")

    assert (done.exit_code, done.stderr) == (1, "")
    (mistake,) = json.loads(done.stdout)
    allowed = mistake.pop("allowed")
    assert mistake == {
        "file": f"{folder}/schedules.yaml", "line": 4, "column": 17, "end_line": 4, "end_column": 21, "code": "unknown-name",
        "severity": "error", "schedule": "weekly-report",
        "message": "there is no role 'staf'", "suggestion": "staff",
    }  # fmt: skip
    assert allowed[0] == "staff"


def test_programs_read_of_a_folder_that_is_none(tmp_path: Path) -> None:
    done = Terminal(tmp_path, tmp_path / "data").run("check", str(tmp_path / "nowhere"), "--json")

    assert done.exit_code == 1
    (mistake,) = json.loads(done.stdout)
    assert "is not a folder with an office" in mistake["message"]


def test_more_than_three_messages_a_day_are_warned_of(tmp_path: Path) -> None:
    many = "".join(
        f"daily-{n}:\n  title: 每日{n}\n  when: {{cron: '0 {n + 9} * * *'}}\n  who: {{roles: [staff]}}\n"
        f'  remind: [{{on: due, time: "{n + 9:02}:00"}}]\n'
        for n in range(5)
    )
    folder = write_office(tmp_path / "office", {"many.yaml": many})

    done = Terminal(folder, tmp_path / "data").run("check")

    warnings = [line for line in done.stdout.splitlines() if "messages on" in line]
    assert warnings
    assert all("more than 3 a day are a nuisance" in line and "people.csv:" in line for line in warnings)


def test_a_secret_in_clear_is_refused_and_not_repeated(tmp_path: Path) -> None:
    secret = "SEC" + "0123456789abcdef" * 4
    folder = write_office(tmp_path / "office", {"schedules.yaml": f"# {secret}\n" + SCHEDULES})

    done = Terminal(folder, tmp_path / "data").run("check")

    assert done.exit_code == 1
    assert "schedules.yaml:1:3: the secret of a DingTalk robot stands here in clear" in done.stderr
    assert secret not in done.output
