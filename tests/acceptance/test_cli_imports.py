"""Imports at the command line: tables as offices have them, tried first, all or nothing, refused rows back as a workbook."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office_sheets import SHAPES, fill, new, saved, titled
from small_office import PEOPLE, SCHEDULES, Terminal, write_office
from workbooks import rows_of

from schedules.source_text import SourceFile
from tasks.live import current
from tasks.open import open_due
from worker.clock import step
from worker.roster_import import roster_in_place, table_in_place

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 at the office
FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 16:00 at the office
MORE = """\
study:
  title: 周五学习
  when: {weekly: 周五, time: "15:00"}
  record: {by: {role: clerk}, within: 1 workday}
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
powers:
  title: 承接事项
  when: {once: {from: "2026-11-01", to: "2026-12-31"}, targets: 承接事项.csv}
  who: {target: owner}
  remind: []
"""
LIST = "编号,名称,责任单位\n1,占道经营,执法大队\n2,违法建设,执法大队\n"
NAMESAKE = PEOPLE.replace("林海", "赵刚")
FRIDAY_STUDY = ("--schedule", "study", "--on", "2026-11-27")


def begin(terminal: Terminal) -> None:
    terminal.stand_at(MONDAY)
    done = terminal.run("apply", "--yes")
    assert done.exit_code == 0, done.output
    with terminal.writing() as session:
        step(session, FRIDAY)
        open_due(session, current(session), now=FRIDAY)


@pytest.fixture
def terminal(tmp_path: Path, kept_folders: Path) -> Terminal:
    """The small office with a study day, a training year and a campaign, as of a Friday afternoon."""
    changes = {"schedules.yaml": SCHEDULES + MORE, "承接事项.csv": LIST}
    found = Terminal(write_office(tmp_path / "office", changes), tmp_path / "data")
    found.begin(kept_folders, begin)
    return found


Table = tuple[Sequence[str], Sequence[Sequence[str]], tuple[str, ...], str]
TABLES: dict[str, Table] = {
    "people": (
        ["人员编号", "姓名", "所在科室", "现任职务", "联系电话", "到岗时间"],
        [["lin", "林海", "党政办", "主任", "13800000001", "2020-01-01"], ["qin", "秦岚", "党政办", "副主任", "13800000002", "2020-01-01"]],
        ("--keep-missing",), "秦岚: post 主任 → 副主任",
    ),
    "credentials": (
        ["执法证号", "持证人姓名", "手机号码", "发证时间", "有效期限"], [["T-9", "赵刚", "13800000004", "2026-09-01", "2031-08-31"]], (),
        "T-9 赵刚, valid until 2031-08-31",
    ),
    "hours": (
        ["姓名", "培训时间", "培训名称", "课时"], [["赵刚", "2026-09-01", "听证", "4"], ["何建国", "2026-09-02", "处罚", "1.5"]],
        ("--schedule", "training"), "赵刚, 2026-09-01, 听证: 4 class hours",
    ),
    "targets": (
        ["序号", "事项名称", "牵头科室", "承办人"], [["1", "占道经营", "执法大队", ""], ["3", "噪声", "", "赵刚"]],
        ("--schedule", "powers"), "3 噪声",
    ),
    "attendance": (
        ["人员姓名", "到会情况", "备注"],
        [["林海", "出勤", ""], ["秦岚", "请假", "出差"], ["何建国", "迟到", ""], ["赵刚", "出勤", ""]], FRIDAY_STUDY,
        "on leave: 秦岚 (出差)",
    ),
}  # fmt: skip


def said(terminal: Terminal, *words: str) -> str:
    done = terminal.run(*words)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("kind", TABLES)
def test_every_import_reads_every_shape_and_shows_it_first(
    terminal: Terminal, tmp_path: Path, kind: str
) -> None:
    heading, rows, options, line = TABLES[kind]
    for number, (shape, (ending, make)) in enumerate(SHAPES.items()):
        table = tmp_path / f"表{number}{ending}"
        table.write_bytes(make(heading, rows))

        shown = said(terminal, kind, "import", str(table), *options)

        assert line in shown, shape
        assert "Columns: " in shown, shape
        assert "Nothing was changed" in shown, shape


def test_hours_are_entered_once_and_corrected(terminal: Terminal, tmp_path: Path) -> None:
    heading, rows, options, _ = TABLES["hours"]
    table = tmp_path / "学时.xlsx"
    table.write_bytes(titled(heading, rows))
    words = ("hours", "import", str(table), *options)
    assert "Recorded." in said(terminal, *words, "--yes")

    again: Any = terminal.json(*words)
    assert (again["added"], again["changed"], again["written"]) == ([], [], False)
    assert "2 are on record already" in again["kept"][0]
    repeated: Any = terminal.json(*words, "--yes")
    assert not repeated["written"]

    table.write_bytes(titled(heading, [[*rows[0][:-1], "6"]]))
    assert "4 → 6 class hours" in said(terminal, *words, "--yes")
    owed: Any = terminal.json("confirm", "--person", "zhao")
    assert "6" in str(next(each for each in owed if each["schedule"] == "training"))


def test_two_of_one_name_without_a_number_are_refused_with_both(tmp_path: Path, kept_folders: Path) -> None:
    changes = {"schedules.yaml": SCHEDULES + MORE, "people.csv": NAMESAKE, "承接事项.csv": LIST}
    terminal = Terminal(write_office(tmp_path / "office", changes), tmp_path / "data")
    begin(terminal)
    table = tmp_path / "学时.csv"
    table.write_text("姓名,日期,课程,学时\n赵刚,2026-09-01,听证,4\n", encoding="gbk")

    lines = terminal.refused("hours", "import", str(table), "--schedule", "training", "--yes")

    assert "2 people are called 赵刚: lin 党政办; zhao 执法大队; give the staff number" in lines[0]
    heading, row = rows_of(tmp_path / "学时.refused.xlsx")
    assert (heading[-1], row[0]) == ("why it was refused", "赵刚")
    assert "lin 党政办" in row[-1]


def test_a_list_changes_the_office_and_its_folder_together(terminal: Terminal, tmp_path: Path) -> None:
    heading, rows, options, _ = TABLES["targets"]
    table = tmp_path / "清单.xlsx"
    table.write_bytes(titled(heading, rows))

    shown = said(terminal, "targets", "import", str(table), *options, "--yes")

    assert "1 rows are not in the table and would go" in shown
    assert "2 违法建设" in shown
    assert "Imported and in force." in shown
    written = (terminal.office / "承接事项.csv").read_text(encoding="utf-8-sig")
    assert written.splitlines() == ["编号,名称,责任单位,责任人工号", "1,占道经营,执法大队,", "3,噪声,,zhao"]
    assert "No change" in said(terminal, "plan")
    versions = terminal.json("history")
    again: Any = terminal.json("targets", "import", str(table), *options, "--yes")
    assert not again["written"]
    assert terminal.json("history") == versions


def test_a_renewed_certificate_stays_as_history_and_says_what_replaced_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    table = tmp_path / "新证.csv"
    table.write_text(
        "证件编号,证件种类,工号,发证日期,有效期至\nH-71,enforcement,zhao,2021-09-01,2031-08-31\nH-71,enforcement,zhao,2031-09-01,2036-08-31\n",
        encoding="utf-8",
    )
    words = ("credentials", "import", str(table), "--yes")
    assert "2 certificates recorded." in said(terminal, *words)

    history: Any = terminal.json("credentials", "list", "--history")
    own = [
        (each["number"], each["expires_on"], each["replaced_by"])
        for each in history
        if each["number"] == "H-71"
    ]
    assert own == [("H-71", "2031-08-31", "H-71 2036-08-31"), ("H-71", "2036-08-31", None)]
    assert "H-71 2036-08-31" in said(terminal, "credentials", "list", "--history")
    assert "0 certificates recorded." in said(terminal, *words)
    assert history == terminal.json("credentials", "list", "--history")


MANY = "".join(f"p{n},人{n},党政办,科员,工作人员,,,,,\n" for n in range(8))


def test_many_do_not_leave_by_yes_alone(tmp_path: Path, kept_folders: Path) -> None:
    files = {"schedules.yaml": SCHEDULES + MORE, "people.csv": PEOPLE + MANY, "承接事项.csv": LIST}
    terminal = Terminal(write_office(tmp_path / "office", files), tmp_path / "data")
    begin(terminal)
    table = tmp_path / "名册.csv"
    table.write_text(PEOPLE, encoding="utf-8")
    words = ("people", "import", str(table), "--yes")

    refused = terminal.run(*words)
    assert refused.exit_code == 1
    assert refused.stderr.splitlines()[-1] == (
        "8 of 12 people are not in the table and would leave. Nothing was changed. "
        "For a table of some only say --keep-missing; if they have left, --leave-missing."
    )
    assert len(terminal.json("people", "list")) == 12  # type: ignore[arg-type]
    assert "8 people who are not in the table stay as they are" in said(terminal, *words, "--keep-missing")

    assert "Imported and in force." in said(terminal, *words, "--leave-missing")
    assert len(terminal.json("people", "list")) == 4  # type: ignore[arg-type]


def test_many_rows_do_not_go_by_yes_alone(terminal: Terminal, tmp_path: Path) -> None:
    whole, table = tmp_path / "全.csv", tmp_path / "少.csv"
    whole.write_text(LIST + "".join(f"{n},事项{n},执法大队\n" for n in range(3, 9)), encoding="utf-8")
    table.write_text(LIST, encoding="utf-8")
    words = ("--schedule", "powers", "--yes")
    said(terminal, "targets", "import", str(whole), *words)

    refused = terminal.run("targets", "import", str(table), *words)
    assert refused.exit_code == 1
    assert "6 of 8 rows are not in the table and would go. Nothing was changed." in refused.stderr
    assert "Imported and in force." in said(
        terminal, "targets", "import", str(table), *words, "--leave-missing"
    )


def test_a_roster_that_cannot_come_into_force_leaves_the_folder_as_it_was(
    terminal: Terminal, tmp_path: Path
) -> None:
    table = tmp_path / "名册.csv"
    table.write_text("工号,姓名,单位\nlin,林海,党政办\n", encoding="gbk")
    before = (terminal.office / "people.csv").read_bytes()

    lines = terminal.refused("people", "import", str(table), "--yes")

    assert any("--keep-missing" in line for line in lines)
    assert (terminal.office / "people.csv").read_bytes() == before


def test_a_new_person_without_a_staff_number_is_known_by_the_phone_from_then_on(
    terminal: Terminal, tmp_path: Path
) -> None:
    table = tmp_path / "新人.csv"
    table.write_text("姓名,科室,手机\n李四,党政办,138 0000 0009\n", encoding="utf-8")
    words = ("people", "import", str(table), "--keep-missing", "--yes")
    assert "李四 (党政办)" in said(terminal, *words)
    first: Any = terminal.json("people", "list")

    assert "No change." in said(terminal, *words)

    again: Any = terminal.json("people", "list")
    assert first == again
    assert [each["name"] for each in again].count("李四") == 1


def test_a_column_of_another_name_is_named(terminal: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "学时.csv"
    table.write_text("谁,何时,学了什么,学时\n赵刚,2026-09-01,听证,4\n", encoding="utf-8")
    words = ("hours", "import", str(table), "--schedule", "training")

    lines = terminal.refused(*words)
    assert f"{table}:1:1: there is no column '工号'" in lines[0]
    assert "Columns of other names are named by --map, for example --map 手机=联系电话." in lines
    shown = said(terminal, *words, "--map", "姓名=谁", "--map", "日期=B", "--map", "课程=学了什么")
    assert "日期 ← B 何时" in shown
    assert "听证: 4 class hours" in shown

    wrong = terminal.run(*words, "--map", "日期")
    other = terminal.run(*words, "--map", "几号=B")
    assert (wrong.exit_code, other.exit_code) == (2, 2)
    assert "FIELD=COLUMN" in wrong.output
    assert "there is no field '几号'" in other.output


def test_of_several_sheets_one_is_named(terminal: Terminal, tmp_path: Path) -> None:
    heading, rows, options, _ = TABLES["hours"]
    book, page = new("上半年")
    fill(page, [heading, rows[0]])
    fill(book.create_sheet("下半年"), [heading, rows[1]])
    table = tmp_path / "学时.xlsx"
    table.write_bytes(saved(book))

    lines = terminal.refused("hours", "import", str(table), *options)
    shown = said(terminal, "hours", "import", str(table), *options, "--sheet", "下半年")

    assert "several sheets hold such a table: 上半年、下半年" in lines[0]
    assert "The sheet that is meant is named by --sheet, for example --sheet 花名册." in lines
    assert "何建国, 2026-09-02, 处罚: 1.5 class hours" in shown
    assert "听证" not in shown


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        (
            "people",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "the old form of Excel (.xls) or WPS (.et)",
        ),
        ("hours", b"%PDF-1.7", "this is a PDF"),
        ("targets", b"\x89PNG\r\n\x1a\n", "this is a picture"),
        ("credentials", b"PK\x03\x04cut", "damaged or not whole"),
        ("attendance", b"", "the file is empty"),
    ],
)
def test_what_is_no_table_is_one_sentence_with_the_way_out(
    terminal: Terminal, tmp_path: Path, kind: str, data: bytes, what: str
) -> None:
    table = tmp_path / "表.csv"
    table.write_bytes(data)

    lines = terminal.refused(kind, "import", str(table), *TABLES[kind][2])

    assert what in lines[0]
    assert lines[-1] == "Nothing was imported."
    assert len(lines) == 2


def _stop_inside(place: AbstractContextManager[Path], stopped: type[BaseException]) -> None:
    with place as new:
        assert new.read_bytes() == b"other"
        raise stopped


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError])
def test_an_import_that_is_stopped_leaves_the_folder_as_it_was(
    tmp_path: Path, stopped: type[BaseException]
) -> None:
    folder = write_office(tmp_path / "office", {"承接事项.csv": LIST})
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    for place, table in (
        (table_in_place, "承接事项.csv"),
        (table_in_place, "新清单.csv"),
        (roster_in_place, "people.xlsx"),
    ):
        with pytest.raises(stopped):
            _stop_inside(place(folder, SourceFile(table, b"other")), stopped)

    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


# what is wrong in each table: the column, and the wrong text
WRONG = {
    "people": (4, "1.38E+10"),
    "credentials": (4, "长期"),
    "hours": (3, "半天"),
    "targets": (3, "某人"),
    "attendance": (1, "在岗"),
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_refused_rows_come_in_again_when_they_are_corrected(
    terminal: Terminal, tmp_path: Path, kind: str, lang: str
) -> None:
    heading, rows, options, _ = TABLES[kind]
    column, wrong = WRONG[kind]
    last = [*rows[-1]]
    right, last[column] = last[column], wrong
    table = tmp_path / "表.xlsx"
    table.write_bytes(titled(heading, [*rows[:-1], last]))
    refused = terminal.run(kind, "import", str(table), *options, "--yes", lang=lang)
    assert refused.exit_code == 1, refused.output

    back = tmp_path / "表.refused.xlsx"
    book = openpyxl.load_workbook(back)
    page = book.worksheets[0]
    assert [page.cell(1, number).value for number in range(1, len(heading) + 1)] == list(heading)
    assert (page.max_row, page.max_column) == (2, len(heading) + 1)
    assert page.cell(2, column + 1).value == wrong
    reason = str(page.cell(2, len(heading) + 1).value or "")
    assert reason
    page.cell(2, column + 1).value = right
    book.save(back)
    whole = ("--others", "present") if kind == "attendance" else ()
    shown = terminal.run(kind, "import", str(back), *options, *whole)

    assert shown.exit_code == 0, shown.output
    assert "Nothing was changed" in shown.output
    assert reason not in shown.output
