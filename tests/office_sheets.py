"""Tables in the shapes in which offices keep them: each made of a heading and rows, as a real file."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[str]]
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
EXCEL_ZERO = date(1899, 12, 30)


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def new(name: str = "Sheet1") -> tuple[Workbook, Worksheet]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = name
    return book, sheet


def fill(sheet: Worksheet, rows: Sequence[Sequence[object]]) -> None:
    for row in rows:
        sheet.append([None if value == "" else value for value in row])


def plain(heading: Sequence[str], rows: Rows) -> bytes:
    book, sheet = new()
    fill(sheet, [heading, *rows])
    return saved(book)


def titled(heading: Sequence[str], rows: Rows) -> bytes:
    """A title over all columns, a line of who filled it in, empty rows, a total and who signed."""
    book, sheet = new()
    fill(sheet, [["××街道办事处名册"], ["填报单位：党政办", "", "2026年11月"], []])
    sheet.append([])
    fill(sheet, [heading, *rows, ["合  计", str(len(rows))], ["填表人：王敏", "", "审核人："]])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(heading))
    return saved(book)


def two_rows(heading: Sequence[str], rows: Rows) -> bytes:
    """The first heading reaches over two rows, the others stand below one wide cell."""
    book, sheet = new()
    fill(sheet, [["××街道名册"], [heading[0], "基本情况"], ["", *heading[1:]], *rows])
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A2:A3")
    sheet.merge_cells(start_row=2, end_row=2, start_column=2, end_column=max(2, len(heading)))
    return saved(book)


def wide(heading: Sequence[str], rows: Rows) -> bytes:
    """Full-width spaces, letters and digits; two-character names padded."""

    def widened(text: str) -> str:
        if re.fullmatch(r"[A-Za-z0-9.-]+", text):
            return "　" + "".join(chr(ord(char) + 0xFEE0) for char in text) + "　"
        return f"{text[0]}　{text[1]} " if re.fullmatch(r"[一-鿿]{2}", text) else text

    return plain(
        [f"*{text[0]} {text[1:]}（必填）" for text in heading],
        [[widened(text) for text in row] for row in rows],
    )


def numbers(heading: Sequence[str], rows: Rows) -> bytes:
    """What looks like a number is one, as Excel makes it on typing."""
    typed = [
        [float(text) if re.fullmatch(r"[1-9]\d*(\.\d+)?", text) else text for text in row] for row in rows
    ]
    book, sheet = new()
    fill(sheet, [heading, *typed])
    return saved(book)


def dates(heading: Sequence[str], rows: Rows, *, form: str) -> bytes:
    """Days as Excel or people write them: `formatted`, `serial`, or a pattern like 2026.9.1."""

    def written(text: str) -> object:
        match = _DAY.fullmatch(text)
        if match is None:
            return text
        year, month, day = (int(part) for part in match.groups())
        if form == "formatted":
            return datetime(year, month, day)  # noqa: DTZ001 - a spreadsheet knows no zone
        if form == "serial":
            return (date(year, month, day) - EXCEL_ZERO).days
        return form.format(y=year, m=month, d=day)

    book, sheet = new()
    fill(sheet, [heading, *([written(text) for text in row] for row in rows)])
    return saved(book)


def hidden(heading: Sequence[str], rows: Rows) -> bytes:
    """A hidden sheet before it, rows that a filter hides, and another sheet behind."""
    book, sheet = new("旧名册")
    fill(sheet, [heading, ["不要", "这些"]])
    sheet.sheet_state = "hidden"
    shown = book.create_sheet("名册")
    fill(shown, [heading, *rows])
    shown.row_dimensions[3].hidden = True
    fill(book.create_sheet("说明"), [["有关说明"]])
    return saved(book)


def explained(heading: Sequence[str], rows: Rows) -> bytes:
    """A sheet of explanations comes first."""
    book, sheet = new("填表说明")
    fill(sheet, [["一、本表由各科室填写"], ["二、姓名不得空格"]])
    fill(book.create_sheet("名册"), [heading, *rows])
    return saved(book)


def formulas(heading: Sequence[str], rows: Rows, *, worked: bool = True) -> bytes:
    """Every cell of the last column is a formula, with its result unless it is not `worked` out."""
    book, sheet = new()
    fill(sheet, [heading, *([*row[:-1], f'=T("{row[-1]}")'] for row in rows)])
    whole = saved(book)
    if not worked:
        return whole
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in old.namelist():
            data = old.read(name).decode() if name.endswith("sheet1.xml") else old.read(name)
            if isinstance(data, str):
                pattern = r'<c r="(\w+)"([^>]*)><f>T\("([^"]*)"\)</f><v(?:/>|></v>)</c>'
                data = re.sub(pattern, r'<c r="\1"\2 t="str"><f>T("\3")</f><v>\3</v></c>', data)
            copy.writestr(name, data)
    return written.getvalue()


def text(heading: Sequence[str], rows: Rows, *, encoding: str, separator: str = ",") -> bytes:
    lines = [separator.join(row) for row in [heading, *rows]]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


SHAPES: Mapping[str, tuple[str, Callable[[Sequence[str], Rows], bytes]]] = {
    "plain": (".xlsx", plain),
    "title, total, signatures": (".xlsx", titled),
    "two-row header, merged": (".xlsx", two_rows),
    "full-width, stars, 必填": (".xlsx", wide),
    "numbers": (".xlsx", numbers),
    "dates formatted": (".xlsx", lambda heading, rows: dates(heading, rows, form="formatted")),
    "dates as serials": (".xlsx", lambda heading, rows: dates(heading, rows, form="serial")),
    "dates 2026.9.1": (".xlsx", lambda heading, rows: dates(heading, rows, form="{y}.{m}.{d}")),
    "dates 2026年9月1日": (".xlsx", lambda heading, rows: dates(heading, rows, form="{y}年{m}月{d}日")),
    "dates 20260901": (".xlsx", lambda heading, rows: dates(heading, rows, form="{y}{m:02}{d:02}")),
    "hidden sheet and rows": (".xlsx", hidden),
    "explanations first": (".xlsx", explained),
    "formulas with results": (".xlsx", formulas),
    "csv UTF-8": (".csv", lambda heading, rows: text(heading, rows, encoding="utf-8")),
    "csv with BOM": (".csv", lambda heading, rows: text(heading, rows, encoding="utf-8-sig")),
    "csv GBK": (".csv", lambda heading, rows: text(heading, rows, encoding="gbk")),
    "csv GB18030": (".csv", lambda heading, rows: text([*heading, "备 注 㐂𠮷"], rows, encoding="gb18030")),
    "Unicode text, tabs": (
        ".csv",
        lambda heading, rows: text(heading, rows, encoding="utf-16", separator="\t"),
    ),
    "csv semicolons": (".csv", lambda heading, rows: text(heading, rows, encoding="utf-8", separator=";")),
    "csv tabs GBK": (".csv", lambda heading, rows: text(heading, rows, encoding="gbk", separator="\t")),
    "csv sep=;": (
        ".csv",
        lambda heading, rows: b"sep=;\r\n" + text(heading, rows, encoding="utf-8", separator=";"),
    ),
}
