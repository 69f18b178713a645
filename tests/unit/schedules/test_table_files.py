"""What files are, whatever their names say; and what people and spreadsheets write into cells."""

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from office_sheets import plain

from schedules import cell_days, cell_forms, sheet_rows, text_rows
from schedules.handed_in import hand_in
from schedules.hours_table import read_hours
from schedules.roster_table import Cell
from schedules.sheet_kind import COMPOUND, WrongKind, kind_of
from schedules.sheet_marks import MOST_MERGES, Merge, column_letters, column_number, marks_of
from schedules.source_text import SourceFile
from schedules.table_forms import HOURS
from schedules.table_grid import MOST_DOWN, _inside


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, b"x")
    return made.getvalue()


def compound(stream: str) -> bytes:
    return COMPOUND + bytes(500) + stream.encode("utf-16-le") + bytes(500)


@pytest.mark.parametrize(
    ("data", "what", "out"),
    [
        (
            compound("Workbook"),
            "in the old form of Excel (.xls) or WPS (.et)",
            "choose 'Save as', the type .xlsx",
        ),
        (compound("EncryptedPackage"), "this workbook has a password", "take the password off"),
        (compound("WordDocument"), "this is a Word document", "copy the table into a new sheet"),
        (b"\x09\x04\x06\x00", "a sheet of an old Excel (.xls)", "choose 'Save as'"),
        (b"%PDF-1.7", "this is a PDF", "ask for the Excel file"),
        (b"\x89PNG\r\n", "this is a picture", "ask for the Excel file"),
        (b"\xff\xd8\xff\xe0", "this is a picture", "ask for the Excel file"),
        (b"\x00\x00\x00\x18ftypheic", "this is a picture", "ask for the Excel file"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", "this is a picture", "ask for the Excel file"),
        (b"Rar!\x1a\x07", "this is a packed file", "unpack it"),
        (packed("mimetype", "content.xml"), "an OpenDocument file (.ods)", "choose 'Save as'"),
        (packed("Index/Document.iwa"), "a sheet of Apple Numbers", "export it as Excel"),
        (packed("word/document.xml"), "this is a Word document", "copy the table"),
        (packed("[Content_Types].xml"), "this is no workbook", "choose 'Save as'"),
        (packed("名册.xlsx"), "this is a packed file", "unpack it"),
        (b"PK\x03\x04 cut off", "damaged or not whole", "save it anew in WPS"),
        (
            "\ufeff<html><table>".encode(),
            "a web page that was saved under the name of a table",
            "choose 'Save as'",
        ),
        ("<html>".encode("utf-16"), "a web page", "choose 'Save as'"),
        (b"<?xml version='1.0'?><Workbook>", "this is an XML file", "choose 'Save as'"),
        (b"{\\rtf1", "this is a Word document", "copy the table"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is_with_the_way_out(data: bytes, what: str, out: str) -> None:
    with pytest.raises(WrongKind) as raised:
        kind_of(data)
    (problem,) = hand_in(SourceFile("名册.xlsx", data), HOURS, {}).problems

    assert what in str(raised.value.what)
    assert out in str(raised.value.out)
    assert what in problem.text()


def test_a_workbook_and_text_are_told_by_their_bytes() -> None:
    assert kind_of(plain(["a"], [])) == "workbook"
    assert kind_of("工号,姓名".encode("gbk")) == "text"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"\n,,\n", "the file is empty"),
        (plain([], []), "the file is empty"),
        (b"\xff\xfe\x00\xd8\x00", "neither a workbook nor text"),
        (b'a,"b\n', "a quote is not closed"),
        (b"a,b\n" * 100_001, "the file is too large"),
        (b"a" * 10_000_001, "the file is too large"),
        (packed("xl/workbook.xml"), "damaged or not whole"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(data: bytes, what: str) -> None:
    (problem,) = hand_in(SourceFile("名册.csv", data), HOURS, {}).problems

    assert what in problem.text()


def test_text_under_the_name_of_a_workbook_is_said_to_be_none() -> None:
    (problem,) = hand_in(SourceFile("名册.XLSX", b"a,b\n"), HOURS, {}).problems

    assert "this is not an xlsx file; allowed: open it in WPS or Excel, choose 'Save as'" in problem.text()


def test_a_workbook_of_too_many_cells_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_rows, "MOST_CELLS", 5)
    book = openpyxl.Workbook()
    for sheet in (book.worksheets[0], book.create_sheet()):
        sheet.append(["a", "b", "c"])
    made = io.BytesIO()
    book.save(made)

    (problem,) = hand_in(SourceFile("名册.xlsx", made.getvalue()), HOURS, {}).problems

    assert "the file is too large" in problem.text()


def test_a_text_without_a_mark_in_utf_16_is_read() -> None:
    for codec in ("utf-16-le", "utf-16-be"):
        found = text_rows.text_rows("id\tname\n1\t张伟\n".encode(codec))
        assert (found.rows[1], found.encoding) == ((2, ["1", "张伟"]), "UTF-16")


def test_lines_are_those_of_the_file() -> None:
    found = text_rows.text_rows(b'sep=;\na;"b\nc"\n\nd;e\n')

    assert found.rows == [(2, ["a", "b\nc"]), (5, ["d", "e"])]
    assert text_rows.text_rows(b"sep=;\n").rows == []


# ── cells ─────────────────────────────────────────────────────
def cell(text: str, *, number: bool = False) -> Cell:
    return Cell(text, 1, 1, number)


@pytest.mark.parametrize(
    ("form", "text", "kept"),
    [
        (cell_days.first_day, "2026.9.1", "2026-09-01"),
        (cell_days.first_day, "２０２６／９／１", "2026-09-01"),
        (cell_days.first_day, "2026 年 9 月 1 日", "2026-09-01"),
        (cell_days.first_day, "2026-09-01 00:00:00", "2026-09-01"),
        (cell_days.first_day, "20260901.0", "2026-09-01"),
        (cell_days.first_day, "46266", "2026-09-01"),
        (cell_days.first_day, "46266.625", "2026-09-01"),
        (cell_days.first_day, "12345", "12345"),
        (cell_days.first_day, "2026.13.1", "2026.13.1"),
        (cell_days.first_day, "长期", "长期"),
        (cell_days.first_day, "2026年9月", "2026-09-01"),
        (cell_days.last_day, "2026.9", "2026-09-30"),
        (cell_days.last_day, "2026.19", "2026.19"),
        (cell_forms.mobile, "138 0000-0101", "13800000101"),
        (cell_forms.mobile, "+８６13800000101", "13800000101"),
        (cell_forms.mobile, "13800000101.0", "13800000101"),
        (cell_forms.mobile, "1.3800000101E+10", "13800000101"),
        (cell_forms.mobile, "1.38E+10", "1.38E+10"),
        (cell_forms.key, "1001.0", "1001"),
        (cell_forms.key, "Ａ 1", "A1"),
        (cell_forms.key, "1E5", "1E5"),
        (cell_forms.title, "张　伟", "张伟"),
        (cell_forms.title, "Ann  Lee", "Ann Lee"),
        (cell_forms.title, "民政办（退役）", "民政办（退役）"),
        (cell_forms.amount, "4 个学时", "4"),
    ],
)
def test_what_people_write_is_kept_in_one_form(form: Callable[[Cell], str], text: str, kept: str) -> None:
    assert form(cell(text)) == kept


def test_a_number_that_may_be_january_or_october_is_no_month() -> None:
    assert cell_days.first_day(cell("2026.1", number=True)) == "2026.1"
    assert cell_days.first_day(cell("2026.1")) == "2026-01-01"
    assert cell_days.first_day(cell("2026.11", number=True)) == "2026-11-01"


@pytest.mark.parametrize(
    "text", ["合计", "合 计", "总计：", "小计", "填表人：王敏", "审核人:", "备注：见附件", "联系电话：12345"]
)
def test_what_stands_below_a_table_is_known(text: str) -> None:
    assert cell_forms.FOOTER.fullmatch(text)


@pytest.mark.parametrize("text", ["合计金额表", "张审核", "备注", "1001"])
def test_what_stands_in_a_table_is_not_taken_for_its_end(text: str) -> None:
    assert not cell_forms.FOOTER.fullmatch(text)


# ── what is marked in a sheet ─────────────────────────────────
def test_marks_are_found_across_pieces() -> None:
    space = b" " * (1 << 18)
    text = (
        b'<x:sheetData><x:row r="3" hidden="1">' + space[: (1 << 18) - 60] + b'<x:c r="B3" t="n"><x:f>A1</x:f><x:v></x:v></x:c></x:row>'
        b"</x:sheetData>" + space + b'<x:mergeCells><x:mergeCell ref="A1:C2"/></x:mergeCells>'
    )  # fmt: skip
    found = marks_of(io.BytesIO(text))

    assert found.merges == (Merge(1, 1, 2, 3),)
    assert (set(found.hidden), set(found.unworked)) == ({3}, {(3, 2)})


def test_only_so_many_merged_cells_are_looked_at() -> None:
    text = b"".join(b'<mergeCell ref="A%d:A%d"/>' % (row, row + 1) for row in range(1, MOST_MERGES * 3, 2))
    tall = [Merge(row, 1, 1_048_576, 1) for row in range(1, 900_000, MOST_DOWN)]

    assert len(marks_of(io.BytesIO(text)).merges) < MOST_MERGES * 1.5
    assert len(_inside(tall)) <= 210_000


def test_letters_of_columns() -> None:
    assert [column_letters(number) for number in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [column_number(letters) for letters in ("A", "z", "AA", "AAA")] == [1, 26, 27, 703]


# ── hours ─────────────────────────────────────────────────────
def hours(*rows: str, head: str = "工号,日期,学时,课程,类别") -> tuple[list[tuple[str, int, str]], list[str]]:
    found, problems = read_hours(SourceFile("a.csv", "\n".join([head, *rows]).encode()), caps=("seminar",))
    return [(each.person, each.amount, each.kind) for each in found], [problem.text() for problem in problems]


def test_hours_are_read_in_hundredths_with_their_kind() -> None:
    assert hours("1,2026-09-01,4,x,", "1,2026-09-01,1.25,y,自学", "1,2026-09-01,2,z,seminar") == (
        [("1", 400, ""), ("1", 125, "self-study"), ("1", 200, "seminar")],
        [],
    )
    assert hours("1,2026-09-01,4,x", head="工号,日期,学时,课程")[0] == [("1", 400, "")]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("1,2026-09-01,,x,", "the cell is empty"),
        ("1,2026-09-01,0,x,", "'0' is no number of hours"),
        ("1,2026-09-01,1001,x,", "'1001' is no number of hours"),
        ("1,2026-09-01,四,x,", "'四' is no number of hours"),
        ("1,,4,x,", "the cell is empty"),
        ("1,2026-09-01,4,,", "say which course it was"),
        (f"1,2026-09-01,4,{'x' * 201},", "at most 200 characters"),
        ("1,2026-09-01,4,x,睡觉", "there is no kind of hours '睡觉'"),
    ],
)
def test_a_row_of_hours_that_says_too_little_is_refused(row: str, what: str) -> None:
    found, problems = hours(row)

    assert found == []
    assert what in problems[0]


def test_the_same_course_twice_is_refused() -> None:
    _, problems = hours("1,2026-09-01,4,x,", "1,2026-09-01,2,x,")

    assert "a.csv:3:4: 1 2026-09-01 x : the same course of the same day stands here twice" in problems[0]
