"""`duban deadline`: one date, or one for each line of the input."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bad_terms import ALLOWED, BAD_TERMS
from small_office import Terminal, write_office

from worker.cli.cells import cells
from worker.cli.counted_days import CELL


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


@pytest.mark.parametrize(
    ("start", "term", "due"),
    [
        (["--start", "2026-09-18"], ["--term", "20 workdays"], "2026-10-22"),
        (["--start", "2026-02-05"], ["--term", "7 workdays"], "2026-02-14"),
        (["--start", "2026-02-05"], ["--term", "15日", "--roll", "next-workday"], "2026-02-24"),
    ],
    ids=["over National Day", "a worked Saturday", "rolled out of the Spring Festival"],
)
def test_the_deadlines_of_the_office(terminal: Terminal, start: list[str], term: list[str], due: str) -> None:
    found = terminal.json("deadline", *start, *term)
    explained = terminal.run("deadline", *start, *term, "--explain", "--json")

    assert isinstance(found, dict)
    assert found["due"] == due
    assert json.loads(explained.stdout) == found, "--explain leaves the JSON alone"


def weeks(output: str, month: str) -> list[list[str]]:
    """The cells of a month: a line of days, and under it a line of marks if any of them has one."""
    lines = output.partition(f"{month}\n")[2].partition("\n\n")[0].splitlines()
    return [[cell for cell in re.split(r"\s{2,}", line.strip()) if cell] for line in lines]


def test_explain_numbers_the_counted_days_and_names_the_others(terminal: Terminal) -> None:
    done = terminal.run("deadline", "--start", "2026-09-30", "--term", "7 workdays", "--explain")

    assert done.exit_code == 0, done.output
    assert weeks(done.stdout, "2026-10") == [
        ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
        ["1", "2", "3", "4"],
        ["off", "off", "off", "off"],
        ["5", "6", "7", "8", "9", "10", "11"],
        ["off", "off", "off", "#1", "#2", "#3 work", "off"],
        ["12", "13", "14", "15", "16", "17", "18"],
        ["#4", "#5", "#6", "[#7]"],
        ["19", "20", "21", "22", "23", "24", "25"],
        ["26", "27", "28", "29", "30", "31"],
    ]


def test_explain_in_chinese_keeps_its_columns(terminal: Terminal) -> None:
    done = terminal.run("deadline", "--start", "2026-02-05", "--term", "7个工作日", "--explain", lang="zh_CN")

    lines = done.stdout.partition("2026-02\n")[2].splitlines()
    assert weeks(done.stdout, "2026-02")[2:6] == [
        ["2", "3", "4", "5", "6", "7", "8"],
        ["起", "第1", "休", "休"],
        ["9", "10", "11", "12", "13", "14", "15"],
        ["第2", "第3", "第4", "第5", "第6", "[第7 班]"],
    ]
    saturday = cells(lines[0].partition("六")[0])
    assert saturday == 5 * CELL
    assert cells(lines[5].partition("[")[0]) == saturday, "a Chinese character takes two cells"


@pytest.mark.parametrize(
    ("words", "first", "marks", "told"),
    [
        pytest.param(
            ["--start", "2026-02-05", "--term", "15日", "--roll", "next-workday"],
            "16", ["#11", "#12", "#13", "#14", "#15 off", "off", "off"], "Moved on from 02-20, a rest day.",
            id="the last day by count and the rest days after it",
        ),
        pytest.param(
            ["--start", "2026-02-05", "--term", "15日", "--roll", "next-workday"], "23", ["off", "[later]"], "", id="moved on"
        ),
        pytest.param(
            ["--start", "2026-09-02", "--term", "30日", "--roll", "previous-workday"],
            "28", ["#26", "#27", "[earlier]"], "Moved back from 10-02, a rest day.", id="moved back",
        ),
        pytest.param(["--start", "2026-02-05", "--term", "15日"], "16", ["#11", "#12", "#13", "#14", "[#15 off]"], "", id="not moved"),
        pytest.param(["--start", "2026-01-31", "--term", "1 month"], "23", ["[end]"], "", id="a month"),
        pytest.param(["--start", "2026-01-31", "--term", "0 days"], "26", ["[start]"], "", id="the day itself"),
    ],
)  # fmt: skip
def test_explain_marks(terminal: Terminal, words: list[str], first: str, marks: list[str], told: str) -> None:
    done = terminal.run("deadline", *words, "--explain")

    assert done.exit_code == 0, done.output
    lines = [
        [cell for cell in re.split(r"\s{2,}", line.strip()) if cell] for line in done.stdout.splitlines()
    ]
    assert any(line[:1] == [first] and below == marks for line, below in pairwise(lines)), done.stdout
    assert told in done.stdout


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("term", ["20 workdays", "400 workdays", "999日", "99999 minutes", "3个月"])
def test_explain_fits_a_terminal_without_colour(terminal: Terminal, lang: str, term: str) -> None:
    done = terminal.run("deadline", "--start", "2026-09-18", "--term", term, "--explain", lang=lang)

    calendar = done.stdout.partition("2026-09\n")[2].splitlines()
    assert calendar
    assert max(map(cells, calendar)) <= 80
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(("term", "told"), BAD_TERMS.items(), ids=BAD_TERMS)
def test_a_bad_term_as_a_flag(terminal: Terminal, term: str, told: str) -> None:
    done = terminal.run("deadline", "--start", "2026-09-18", "--term", term, "--explain", "--json")

    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert f"; allowed: {ALLOWED}" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_terms_on_lines_are_told_at_their_place_and_the_others_are_answered(terminal: Terminal) -> None:
    lines = [f"2026-09-18\t{term}\n2026-09-18\t1 days\n" for term in BAD_TERMS]

    done = terminal.run("deadline", "-", text="".join(lines))

    assert done.exit_code == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["due"] for answer in answers[1::2]] == ["2026-09-19"] * len(BAD_TERMS)
    for number, (told, answer, complaint) in enumerate(
        zip(BAD_TERMS.values(), answers[::2], done.stderr.splitlines(), strict=True)
    ):
        assert complaint.startswith(f"-:{2 * number + 1}:12: {told}")
        assert complaint.endswith(f"; allowed: {ALLOWED}")
        assert (answer["line"], answer["allowed"]) == (2 * number + 1, ALLOWED)
        assert answer["error"].startswith(told)


def test_bad_terms_are_told_in_chinese(terminal: Terminal) -> None:
    """No sentence is left in English."""
    for term in BAD_TERMS:
        done = terminal.run("deadline", "-", text=f"2026-09-18\t{term}\n", lang="zh_CN")
        sentence = done.stderr.partition(": ")[2].replace(term, "")

        assert any("一" <= letter <= "鿿" for letter in sentence.partition(ALLOWED)[0]), done.stderr


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
