"""`duban deadline`: one date, or one for each line of the input."""

import json
from pathlib import Path

import pytest
from small_office import Terminal, write_office


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(write_office(tmp_path / "office"), tmp_path / "data")


def test_the_json_of_seven_working_days_over_national_day(terminal: Terminal) -> None:
    found = terminal.json("deadline", "--start", "2026-09-30", "--term", "7 workdays")

    assert isinstance(found, dict)
    assert (found["start"], found["term"], found["due"]) == ("2026-09-30", "7 workdays", "2026-10-15")
    assert found["provisional"] is False
    assert found["worked_weekends"] == ["2026-10-10"]
    assert found["skipped"] == [*(f"2026-10-0{n}" for n in range(1, 8)), "2026-10-11"]


def test_it_needs_no_environment_and_leaves_nothing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.environ = {"DUBAN_OFFICE": None, "DUBAN_SECRET_KEY": None, "DUBAN_DATA": str(tmp_path / "data")}

    done = terminal.run("deadline", "--start", "2026-11-02", "--term", "15日")

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("2026-11-17 ")
    assert not (tmp_path / "data").exists()


def test_a_year_without_a_notice_is_provisional(terminal: Terminal) -> None:
    found = terminal.json("deadline", "--start", "2026-12-30", "--term", "5个工作日")

    assert isinstance(found, dict)
    assert found["provisional"] is True


def test_lines_are_answered_one_by_one_in_order(terminal: Terminal) -> None:
    lines = "2026-09-30\t7 workdays\n2026-07-31\t2个月\tnext-workday\r\n2026-01-31\t1 months\n"

    done = terminal.run("deadline", "-", text=lines)

    assert done.exit_code == 0, done.output
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["due"] for answer in answers] == ["2026-10-15", "2026-09-30", "2026-02-28"]


def test_a_line_that_cannot_be_read_does_not_stop_the_others(terminal: Terminal) -> None:
    done = terminal.run(
        "deadline", "-", text=b"2026-09-30\t3 day\n\xb5\xb5\t1 days\n2026-02-30\t1 days\n2026-09-30\t1 days\n"
    )

    assert done.exit_code == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.get("line") for answer in answers] == [1, 2, 3, None]
    assert answers[3]["due"] == "2026-10-01"
    assert [line.split(": ")[0] for line in done.stderr.splitlines()] == ["-:1:12", "-:2:1", "-:3:1"]
    assert all("; allowed: " in line for line in done.stderr.splitlines())


def test_explain_shows_the_counted_days(terminal: Terminal) -> None:
    done = terminal.run("deadline", "--start", "2026-09-30", "--term", "7 workdays", "--explain")

    assert done.exit_code == 0, done.output
    october = done.stdout.partition("2026-10\n")[2].splitlines()
    assert october[1].split() == ["1", "×", "2", "×", "3", "×", "4", "×"]
    assert october[2].split() == ["5", "×", "6", "×", "7", "×", "8", "1", "9", "2", "10", "3+", "11", "×"]
    assert october[3].split()[:8] == ["12", "4", "13", "5", "14", "6", "15", "[7]"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--start", "2026-02-30", "--term", "1 days"], "2026-02-30"),
        (["--start", "2026-01-01", "--term", "3 day"], "workdays"),
        (["--start", "2026-01-01", "--term", "9999 years"], "9999"),
        (["--start", "2026-01-01"], "--term"),
        (["--start", "2026-01-01", "--term", "1 days", "--roll", "up"], "next-workday"),
        (["lines.tsv"], "lines.tsv"),
    ],
    ids=[
        "no such day",
        "a bare day",
        "beyond the calendar",
        "no term",
        "no such roll",
        "a file instead of -",
    ],
)
def test_used_wrongly_is_exit_2_with_a_sentence(terminal: Terminal, words: list[str], told: str) -> None:
    done = terminal.run("deadline", *words)

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
