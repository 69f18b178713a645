"""Who the rows of a table are about, what stays as it is, and what is said of a table that was handed in."""

import pytest
from office_sheets import SHAPES, formulas, plain, text, titled
from unit.schedules.tables import HERE, TABLES, notes, own, said

from schedules.directory import MOST_GUESSES
from schedules.handed_in import hand_in
from schedules.office import Person, Target
from schedules.own_form import OwnForm
from schedules.problems import Problem, nearest
from schedules.roster_handed_in import Standing, own_roster
from schedules.source_text import SourceFile
from schedules.table_forms import PEOPLE, TARGETS
from schedules.targets_handed_in import own_targets
from schedules.words import phrase

# ── people: known by number or phone ──────────────────────────
PERSON = Person(
    id="0012",
    name="甲",
    unit="x",
    post="科员",
    roles=("staff", "clerk"),
    mobile="13800000101",
    wecom_id="jia",
)
STANDING = Standing(people={"0012": PERSON}, new_key=lambda mobile: f"r{mobile[-4:]}")


def roster(text_: str, *, keep: bool = False) -> OwnForm:
    return own_roster(hand_in(SourceFile("a.csv", text_.encode()), PEOPLE, {}), STANDING, keep_missing=keep)


def test_what_the_table_has_no_column_for_stays_as_it_is() -> None:
    found = roster("工号,姓名,科室\n0012,甲,y\n")

    assert found.rows == [
        ["0012", "甲", "y", "科员", "staff、clerk", "", "13800000101", "jia", "", "", "", ""]
    ]
    assert "no column for 角色、标签、手机号、企业微信、邮箱" in notes(found)


def test_a_number_that_lost_its_zeros_is_completed() -> None:
    found = roster("工号,姓名,科室\n12,甲,y\n13,乙,y\n")

    assert [row[0] for row in found.rows] == ["0012", "13"]
    assert "zeros off were completed: rows 2" in notes(found)


def test_without_a_staff_number_people_are_known_by_the_mobile_number() -> None:
    found = roster("姓名,科室,手机\n甲,y,+86 138-0000-0101\n乙,y,13800000199\n")

    assert said(found) == []
    assert [row[0] for row in found.rows] == ["0012", "r0199"]


def test_two_of_one_name_without_number_are_refused_with_both_rows() -> None:
    found = roster("工号,姓名,科室\n1,丙,y\n,张 伟,党政办\n,张　伟,司法所\n,丁,y\n")

    assert said(found) == [
        "a.csv:3:1: 张 伟: 2 people are called 张伟: row 3 党政办; row 4 司法所; give the staff number or the mobile number",
        "a.csv:4:1: 张　伟: 2 people are called 张伟: row 3 党政办; row 4 司法所; give the staff number or the mobile number",
        "a.csv:5:1: 丁: there is neither a staff number nor a mobile number",
    ]


def test_a_wrong_mobile_number_in_place_of_a_staff_number_is_left_to_its_own_cell() -> None:
    assert said(roster("姓名,科室,手机\n甲,y,1.38E+10\n")) == []


def test_who_is_not_in_the_table_may_stay() -> None:
    found = roster("工号,姓名,科室,身份证号\n1,乙,y,110101199001011234\n", keep=True)

    assert [row[0] for row in found.rows] == ["1", "0012"]
    assert found.rows[0][-1] == "110101199001011234"
    assert "1 people who are not in the table stay as they are" in notes(found)


def test_a_table_without_needed_columns_is_not_completed() -> None:
    assert own("targets", "a.csv", b"x,y\n1,2\n").rows == []


def test_rows_of_a_campaign_keep_what_the_table_does_not_say() -> None:
    standing = (
        Target(number="1", name="甲", unit="office", person="1001"),
        Target(number="9", name="丙", unit="team"),
    )
    source = SourceFile("a.csv", "编号,名称\n1,甲公司\n2,乙公司\n".encode())

    found = own_targets(hand_in(source, TARGETS, {}), standing, HERE, keep_missing=True)

    assert found.rows == [["1", "甲公司", "office", "1001"], ["2", "乙公司", "", ""], ["9", "丙", "team", ""]]
    assert "1 rows that are not in the table stay" in notes(found)


# ── looking people up ─────────────────────────────────────────
@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",,张伟", "2 people are called 张伟: 1001 党政办; 0017 民政办; give the staff number"),
        ("张伟,,", "2 people are called 张伟: 1001 党政办; 0017 民政办; give the staff number"),
        (",,王五", "there is no person '王五'; allowed: 张伟, 李四"),
        ("1003,,", "there is no person '1003'; allowed: 1002, 0017, 1001; did you mean 1002?"),
        (",13900000000,", "nobody in the roster has this mobile number"),
        ("1002,,张伟", "number 1002 is 李四, not 张伟"),
        (",,", "there is neither a staff number nor a mobile number nor a name"),
    ],
)
def test_who_is_not_known_for_sure_is_refused_with_those_who_are_meant(row: str, why: str) -> None:
    found = own("hours", "a.csv", f"工号,手机,姓名,日期,学时,课程\n{row},2026-09-01,4,x\n".encode())

    (line,) = said(found)
    assert line.endswith(why)
    assert found.rows[0][0] == "unknown-0"
    assert [problem.line for problem in found.all_problems([])] == [2]


def test_who_may_have_been_meant_is_not_said_without_end() -> None:
    rows = "".join(f"100{n},2026-09-01,4,x\n" for n in range(3, 63))

    lines = said(own("hours", "a.csv", f"工号,日期,学时,课程\n{rows}".encode()))

    assert sum("allowed" in line for line in lines) <= MOST_GUESSES < len(lines)


def test_of_many_names_those_that_begin_alike_are_compared() -> None:
    names = [f"a{n}" for n in range(300)] + ["zebra"]

    assert str(nearest("zebre", names)).startswith("zebra, a0")


def test_a_number_without_its_zeros_is_found() -> None:
    found = own("hours", "a.csv", "工号,日期,学时,课程\n17,2026-09-01,4学时,x\n".encode())

    assert (said(found), found.rows[0]) == ([], ["0017", "2026-09-01", "4", "x"])


def test_a_row_of_a_campaign_need_not_name_a_person() -> None:
    found = own(
        "targets", "a.csv", "编号,名称,责任人,联系电话\n1,甲,,\n2,乙,,13800000102\n3,丙,张伟,\n".encode()
    )

    assert [row[3] for row in found.rows] == ["", "1002", "1001"]
    assert len(said(found)) == 1


# ── sign-in ───────────────────────────────────────────────────
def test_who_signed_in_was_there_and_who_did_not_is_left_out() -> None:
    table = (
        "姓名,手机,签到时间,备注\n"
        "李四,13800000102,2026-11-20 15:01,\n张伟,13800000103,,事假：看病\n张伟,13800000101,,\n某,13999999999,15:02,\n"
    )

    found = own("attendance", "a.csv", table.encode())

    assert [list(row) for row in found.rows[:2]] == [
        ["1002", "李四", "出勤", ""],
        ["0017", "张伟", "请假", "事假：看病"],
    ]
    assert "did not sign in: 4" in notes(found)
    assert said(found) == ["a.csv:5:2: 某: nobody in the roster has this mobile number"]


def test_a_time_in_the_column_of_the_state_means_present() -> None:
    found = own("attendance", "a.csv", "工号,签到\n1001,15:01:22\n1002,\n".encode())

    assert [row[2] for row in found.rows] == ["出勤", ""]


# ── what is wrong, and the way out ────────────────────────────
def test_formulas_without_a_result_and_with_an_error_are_said_by_their_cell() -> None:
    heading, rows = TABLES["hours"]

    assert said(own("hours", "a.xlsx", formulas(heading, rows, worked=False)))[0] == (
        "a.xlsx:2:5: ?: the formula has no result yet; allowed: open it in WPS or Excel and save it"
    )
    failed = said(own("hours", "a.xlsx", plain(heading, [[*rows[0][:-1], "#N/A"]])))
    assert failed == ["a.xlsx:2:5: 1001: the cell shows #N/A, an error of its formula"]


def test_months_are_read_and_said() -> None:
    table = "证件编号,证件种类,工号,发证日期,有效期至\nT1,x,1001,2026年9月,2028年2月\n"

    found = own("credentials", "a.csv", table.encode())

    assert found.rows[0][3:] == ["2026-09-01", "2028-02-29"]
    assert "read as its first day: rows 2" in notes(found)
    assert "read as its last day: rows 2" in notes(found)


def test_hidden_rows_other_sheets_and_encodings_are_said() -> None:
    heading, rows = TABLES["hours"]
    hidden_rows = own("hours", "a.xlsx", SHAPES["hidden sheet and rows"][1](heading, rows))
    gbk = own("hours", "a.csv", text(heading, rows, encoding="gbk"))

    assert "hidden rows were read too: 3" in notes(hidden_rows)
    assert "the sheet '名册' was read, not: 说明" in notes(hidden_rows)
    assert notes(gbk) == "the file is GBK; it was read as such"


def test_problems_of_the_own_form_are_said_where_they_stand_in_the_table() -> None:
    heading, rows = TABLES["hours"]
    found = own("hours", "a.xlsx", titled(heading, rows))
    of_own = [problem_at(found.source.path, line, col) for line, col in ((3, 3), (1, 1), (9, 99))]

    assert [(each.file, each.line, each.col) for each in found.all_problems(of_own)] == [
        ("a.xlsx", 1, 1), ("a.xlsx", 1, 1), ("a.xlsx", 7, 5),
    ]  # fmt: skip


def problem_at(file: str, line: int, col: int) -> Problem:
    return Problem(file, line, col, "x", phrase("the cell is empty"))
