"""Tables in the shapes in which offices keep them all read as the same rows."""

import pytest
from office_sheets import SHAPES, new, saved
from unit.schedules.tables import CARD_FIELDS, HERE, OWN, TABLES, notes, own, said

from schedules.handed_in import hand_in
from schedules.own_form import own_form
from schedules.source_text import SourceFile
from schedules.table_forms import CREDENTIALS, PEOPLE


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", TABLES)
def test_every_shape_reads_as_the_same_rows(kind: str, shape: str) -> None:
    ending, make = SHAPES[shape]
    heading, rows = TABLES[kind]

    found = own(kind, f"表{ending}", make(heading, rows))

    assert [problem.text() for problem in found.problems] == []
    assert [list(row) for row in found.rows] == OWN[kind]


# ── merged cells, 同上, two rows ──────────────────────────────
def test_cells_merged_downwards_and_the_same_as_above_hold_what_stands_above() -> None:
    book, sheet = new()
    for row in (
        ["姓名", "工号", "科室"],
        ["甲", "1", "党政办"],
        ["乙", "2", None],
        ["丙", "3", "同上"],
        ["丁", "4", None],
    ):
        sheet.append(row)
    sheet.merge_cells("C2:C3")

    found = own("people", "a.xlsx", saved(book))

    assert [row[2] for row in found.rows] == ["党政办", "党政办", "党政办", ""]


def test_numbers_are_never_taken_from_the_row_above() -> None:
    book, sheet = new()
    for row in (
        ["姓名", "工号", "科室"],
        ["甲", "1", "党政办"],
        ["乙", None, "党政办"],
        ["同上", "〃", "党政办"],
    ):
        sheet.append(row)
    sheet.merge_cells("B2:B3")

    found = own("people", "a.xlsx", saved(book))

    assert [row[0] for row in found.rows] == ["1", "", "〃"]


def test_the_first_row_has_nothing_above() -> None:
    found = own("people", "a.csv", "工号,姓名,科室\n1,甲,同上\n".encode())

    assert found.rows[0][2] == "同上"


def test_a_heading_over_two_rows_without_merged_cells_is_read() -> None:
    table = "执法人员名册,,,,\n姓名,工号,证件,,\n,,编号,发证日期,有效期至\n张伟,1001,T1,2026.9.1,2031年8月\n"

    given = hand_in(SourceFile("a.csv", table.encode()), CREDENTIALS, {}, without=("kind",))
    found = own_form(given, CARD_FIELDS, HERE, {"kind": "enforcement"})

    assert said(found) == []
    assert found.rows == [["T1", "enforcement", "1001", "2026-09-01", "2031-08-31"]]
    assert found.columns == [3, 0, 0, 4, 5]


def test_lower_headings_that_are_not_known_are_no_row_where_cells_are_merged() -> None:
    book, sheet = new()
    for row in (
        ["工号", "姓名", "科室", "其他", None],
        [None, None, None, "甲类", "乙类"],
        ["1", "甲", "党政办", "x", "y"],
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        sheet.merge_cells(cells)

    found = own("people", "a.xlsx", saved(book))

    assert [row[:3] for row in found.rows] == [["1", "甲", "党政办"]]


def test_of_several_columns_for_a_field_the_most_telling_is_taken_and_said() -> None:
    found = own("people", "a.csv", "工号,姓名,单位,科室\n1,甲,某街道办事处,党政办\n".encode())

    assert found.rows[0][2] == "党政办"
    assert "several columns could be 单位: 科室、单位" in notes(found)


def test_a_heading_that_is_repeated_and_rows_that_only_count_are_passed_over() -> None:
    found = own("targets", "a.csv", "序号,名称\n1,甲\n序号,名称\n2,乙\n3,\n,合计\n".encode())

    assert [row[:2] for row in found.rows] == [["1", "甲"], ["2", "乙"]]
    assert "passed over, such as totals: 5、6" in notes(found)


# ── columns that are chosen ───────────────────────────────────
def test_a_column_is_chosen_by_its_heading_or_its_letters() -> None:
    table = "号,姓名,科室,本人电话\n1,甲,党政办,13800000101\n".encode()

    assert said(own("people", "a.csv", table))[0] == (
        "a.csv:1:1: there is no column '工号'; allowed: 工号, 人员编号, 职工号, 职工编号, 员工编号, 员工号, 人员工号, 个人编号"
    )
    for by in ("本人 电话", "d"):
        found = own("people", "a.csv", table, id="A", mobile=by)
        assert said(found) == []
        assert (found.rows[0][0], found.rows[0][6]) == ("1", "13800000101")


def test_a_chosen_column_that_is_not_there_is_said_with_those_that_are() -> None:
    (line,) = said(own("people", "a.csv", "工号,姓名,科室\n1,甲,x\n".encode(), mobile="手机"))

    assert line == "a.csv:1:1: there is no column '手机'; allowed: A 工号、B 姓名、C 科室"


def test_a_chosen_column_is_taken_from_the_field_that_it_was_found_for() -> None:
    found = own("people", "a.csv", "工号,姓名,科室,电话\n1,甲,x,y\n".encode(), post="D")

    assert (found.rows[0][3], found.rows[0][6]) == ("y", "")


def test_where_nothing_is_known_the_fullest_row_offers_columns_to_choose() -> None:
    found = hand_in(SourceFile("a.csv", b"title,,\na,b,c\n1,2,3\n"), PEOPLE, {})

    assert found.missing == ("id", "name", "unit")
    assert found.choices == {1: "A a", 2: "B b", 3: "C c"}
    assert found.rows == ()
