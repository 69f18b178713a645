"""What is read of a workbook: the cells with something in them, whatever it claims to hold."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from schedules import sheet_rows as module
from schedules.roster import read_people
from schedules.sheet_rows import NoWorkbook, TooLarge, sheet_rows
from schedules.source_text import SourceFile


def book(rows: Sequence[Sequence[object]], *, claims: str = "") -> bytes:
    """A workbook; `claims`: the cells that it says it has."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    whole, written = io.BytesIO(), io.BytesIO()
    made.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if claims and name.endswith("sheet1.xml"):
                before, _, rest = data.partition(b'<dimension ref="')
                data = before + b'<dimension ref="' + claims.encode() + rest[rest.index(b'"') :]
            new.writestr(name, data)
    return written.getvalue()


def far(row: int) -> bytes:
    """A workbook whose only other cell stands in that row; where it is not believed it is the first one."""
    data = book([["工号"], ["last"]])
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b'r="2"', b'r="%d"' % row).replace(b'r="A2"', b'r="A%d"' % row)
            new.writestr(name, part)
    return written.getvalue()


def with_sheet(content: bytes) -> bytes:
    """A workbook with this as the XML of its sheet."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book([["a"]]))) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name.endswith("sheet1.xml") else old.read(name))
    return written.getvalue()


SPACE = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 100_000,
        b"<a>" * 100_000 + b"</a>" * 100_000,
        SPACE + b"<x/>" * 400_000 + b"</worksheet>",
        SPACE + b"<sheetData><row>" + b"<c/>" * 400_000 + b"</row></sheetData></worksheet>",
    ],
    ids=["deep and not whole", "deep", "beside the rows", "in one row"],
)
def test_more_elements_than_a_table_has_are_refused_before_a_tree_is_built(
    content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openpyxl, "load_workbook", pytest.fail)

    with pytest.raises(TooLarge):
        sheet_rows(with_sheet(content))


def test_many_rows_are_no_harm_and_a_part_that_is_no_xml_is_left_to_the_reader() -> None:
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    many = SPACE + b"<sheetData>" + row * 80_000 + b"</sheetData></worksheet>"

    assert len(sheet_rows(with_sheet(many))) == 80_000
    with pytest.raises(NoWorkbook):
        sheet_rows(with_sheet(b"\x89PNG"))


def test_what_a_sheet_claims_to_hold_is_not_believed() -> None:
    assert sheet_rows(book([["工号", "姓名"], ["1001", None]], claims="A1:XFD1048576")) == [
        ("工号", "姓名"),
        ("1001", None),
    ]
    assert sheet_rows(book([["工号", "姓名"]], claims="A1")) == [("工号", "姓名")]


def test_empty_rows_between_stand_and_those_at_the_end_do_not() -> None:
    assert sheet_rows(book([["a"], [None], ["b", ""], [None, None]])) == [("a",), (None,), ("b",)]
    assert sheet_rows(book([])) == []


def test_a_cell_that_stands_too_far_down_is_too_large() -> None:
    for row in (module.MOST_ROWS + 1, 10**9):
        with pytest.raises(TooLarge):
            sheet_rows(far(row))


def test_more_cells_than_a_table_has_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 3)

    with pytest.raises(TooLarge):
        sheet_rows(book([["a", "b"], ["c", "d"]]))


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_UNPACKED", 100)

    with pytest.raises(TooLarge):
        sheet_rows(book([["a"]]))


def test_a_broken_workbook_is_refused_in_one_of_two_ways() -> None:
    whole = book([["工号", "姓名"], ["1001", "张三"]])
    for at in range(0, len(whole), 61):
        for broken in (whole[:at], whole[:at] + b"\x00\xff\x07" + whole[at + 3 :]):
            try:
                sheet_rows(broken)
            except (NoWorkbook, TooLarge):  # a broken directory may claim any size
                continue


def test_a_roster_that_is_too_large_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", 3)

    people, problems = read_people(SourceFile("people.xlsx", book([["工号", "姓名"], ["1001", "甲"]])), None)

    assert people == ()
    assert "people.xlsx:1:1: the file is too large" in problems[0].text(str)
