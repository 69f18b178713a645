"""What a clerk types wrongly is told in one go, with file, line and column, and changes nothing."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from small_office import CREDENTIALS, OFFICE, PEOPLE, SCHEDULES, Terminal, write_office

Refused = Callable[..., list[str]]
LINE = re.compile(r"^.+:\d+:\d+: .+$")


def workbook(text: str, **cells: float) -> bytes:
    """A sheet with the rows of a csv, some cells replaced by numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in text.splitlines():
        sheet.append(line.split(","))
    for place, value in cells.items():
        sheet[place] = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Check the small office with some files replaced; the problems, without the folder before each."""

    def check(changes: dict[str, str | bytes | None], *, without: str | None = None) -> list[str]:
        folder = write_office(tmp_path / "office", changes)
        if without:
            (folder / without).unlink()
        *problems, total = Terminal(folder, tmp_path / "data").refused("check", str(folder))
        assert not (tmp_path / "data").exists(), "check left something behind"
        n = len(problems)
        assert total == (
            "1 problem; nothing was changed." if n == 1 else f"{n} problems; nothing was changed."
        )
        assert all(LINE.match(problem) for problem in problems)
        return [problem.removeprefix(f"{folder}/") for problem in problems]

    return check


def test_the_small_office_is_fine(tmp_path: Path) -> None:
    folder = write_office(tmp_path / "office")

    done = Terminal(folder, tmp_path / "data").run("check", str(folder))

    assert done.exit_code == 0, done.output
    assert "4 people" in done.stdout


def test_broken_yaml(refused: Refused) -> None:
    (problem,) = refused({"broken.yaml": 'a:\n  title: "x\n'})

    assert problem.startswith("broken.yaml:2:10: a: ")


def test_an_unknown_role_is_told_with_the_likeliest_one(refused: Refused) -> None:
    (problem,) = refused({"schedules.yaml": SCHEDULES.replace("[staff]", "[staf]")})

    assert problem.startswith("schedules.yaml:4:17: weekly-report: ")
    assert re.search(r"'staf'; allowed: staff", problem)


def test_a_duplicate_id_in_another_file(refused: Refused) -> None:
    (problem,) = refused({"twice.yaml": "# again\n" + SCHEDULES})

    assert problem.startswith("twice.yaml:2:1: weekly-report: ")
    assert "schedules.yaml:1" in problem


def test_a_missing_calendar_year(refused: Refused) -> None:
    (problem,) = refused({}, without="calendar/2025.json")

    assert re.match(r"calendar/\d{4}\.json:1:1: .*2025", problem)
    assert "allowed: add calendar/2025.json" in problem


def test_a_roster_with_a_missing_column(refused: Refused) -> None:
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    (problem,) = refused({"people.csv": "\n".join(",".join([*row[:2], *row[3:]]) for row in rows)})

    assert problem.startswith("people.csv:1:1: ")
    assert "'单位'; allowed: 单位, 科室" in problem


def test_gbk_bytes_in_a_roster_and_in_yaml(refused: Refused) -> None:
    problems = refused({"people.csv": PEOPLE.encode("gbk"), "schedules.yaml": SCHEDULES.encode("gb18030")})

    assert [problem.split(": ")[0] for problem in problems] == ["people.csv:1:1", "schedules.yaml:2:10"]
    assert all("GBK" in problem and "; allowed: save it as UTF-8" in problem for problem in problems)


@pytest.mark.parametrize("shown", ["1.38E+10", "1.38e10"])
def test_a_phone_that_lost_digits_in_excel_in_csv(refused: Refused, shown: str) -> None:
    (problem,) = refused({"people.csv": PEOPLE.replace("13800000004", shown)})

    assert problem.startswith(f"people.csv:5:7: zhao: '{shown}' ")
    assert problem.endswith("; allowed: 13800000101")


@pytest.mark.parametrize("value", [13800000002.5, 1.38e11])
def test_a_number_that_is_no_phone_in_xlsx(refused: Refused, value: float) -> None:
    (problem,) = refused({"people.csv": None, "people.xlsx": workbook(PEOPLE, G3=value)})

    assert problem.startswith("people.xlsx:3:7: qin: ")
    assert problem.endswith("; allowed: 13800000101")


@pytest.mark.parametrize("changes", [
    {"people.csv": PEOPLE.replace("13800000004", "13800000004.0")},
    {"people.csv": PEOPLE.replace("13800000004", "1.3800000004E+10")},
    {"people.csv": None, "people.xlsx": workbook(PEOPLE, G3=13800000002)},
], ids=["float", "scientific", "workbook"])  # fmt: skip
def test_a_phone_that_excel_made_a_number_is_taken_where_every_digit_is_there(
    tmp_path: Path, changes: dict[str, str | bytes | None]
) -> None:
    folder = write_office(tmp_path / "office", changes)

    done = Terminal(folder, tmp_path / "data").run("check", str(folder))

    assert done.exit_code == 0, done.output


def test_everything_wrong_is_reported_in_one_go(refused: Refused) -> None:
    problems = refused(
        {
            "broken.yaml": "a: [1,\n",
            "gbk.yaml": "x: 夏令\n".encode("gbk"),
            "office.yaml": OFFICE.replace("day_ends", "day_end"),
            "people.csv": PEOPLE.replace("13800000004", "1.38E+10"),
            "schedules.yaml": SCHEDULES.replace("title: 周报", "title：周报"),
        },
        without="calendar/2025.json",
    )

    files = {problem.split(":")[0] for problem in problems}
    assert files >= {"broken.yaml", "gbk.yaml", "office.yaml", "schedules.yaml"}
    assert any("2025" in problem for problem in problems)
    assert problems == sorted(problems, key=lambda p: (p.split(":")[0], int(p.split(":")[1])))


def test_the_word_allowed_stays_in_chinese(tmp_path: Path) -> None:
    folder = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES.replace("[staff]", "[staf]")})

    done = Terminal(folder, tmp_path / "data").run("check", str(folder), lang="zh_CN")

    assert done.exit_code == 1
    first, total = done.stderr.splitlines()
    assert re.fullmatch(
        rf"{re.escape(str(folder))}/schedules\.yaml:4:17: weekly-report: [^;]*“staf”[^;]*; allowed: .+", first
    )
    assert re.search("[一-龥]", total)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    lines = Terminal(tmp_path, tmp_path / "data").refused("check", str(tmp_path / "nowhere"))

    assert lines == [
        f"{tmp_path}/nowhere is not a folder with an office; make one: duban init {tmp_path}/nowhere"
    ]


@pytest.mark.parametrize("command", ["plan", "apply", "preview", "simulate"])
def test_every_command_refuses_a_broken_office_the_same_way(tmp_path: Path, command: str) -> None:
    folder = write_office(tmp_path / "office", {"schedules.yaml": SCHEDULES.replace("[staff]", "[staf]")})
    span = ["--from", "2026-11-01", "--to", "2026-11-30"] if command in ("preview", "simulate") else []

    lines = Terminal(folder, tmp_path / "data").refused(command, *span)

    assert lines[0].startswith(f"{folder}/schedules.yaml:4:17: weekly-report: ")
    assert lines[-1] == "1 problem; nothing was changed."


def test_credentials_of_somebody_unknown(refused: Refused) -> None:
    (problem,) = refused({"credentials.csv": CREDENTIALS.replace(",zhao,", ",zha,")})

    assert problem.startswith("credentials.csv:3:3: T-2: ")
    assert "allowed: zhao" in problem
