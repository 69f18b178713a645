"""Tables with the oddities of real offices, one each: how it is made, and which cells of which rows have to come out of it.

Shapes that every import reads alike are in `office_sheets`; these are told by what stands in them.
"""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from office_sheets import fill, formulas, new, saved, text
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

PEOPLE = ("工号", "姓名", "科室", "手机号", "入职时间")
ZHANG = ("1001", "张伟", "党政办", "13800000101", "2026-09-01")
LI = ("1002", "李四", "司法所", "13800000102", "2020-10-11")
CARDS = ("执法证号", "证件种类", "工号", "发证日期", "有效期至")
HOURS = ("工号", "日期", "课程", "学时")
SIGNED = ("工号", "姓名", "状态", "备注")
LIST = ("序号", "名称", "责任单位", "责任人")
Touch = Callable[[Workbook, Worksheet], None]


@dataclass(frozen=True, kw_only=True)
class Odd:
    """One table. `rows`: by field what each row holds; `says`: what stands in a problem or, if there is none, in a note."""

    kind: str
    data: bytes
    name: str = "表.xlsx"
    rows: Sequence[Mapping[str, str]] | None = None
    says: str = ""
    refused: bool = field(default=False)


def sheet(*rows: Sequence[object], merged: Sequence[str] = (), touch: Touch | None = None) -> bytes:
    book, page = new()
    fill(page, rows)
    for each in merged:
        page.merge_cells(each)
    if touch is not None:
        touch(book, page)
    return saved(book)


def repacked(data: bytes, *, but: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with other bytes in some of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in old.namelist():
            copy.writestr(name, but(name, old.read(name)))
    return made.getvalue()


def since_1904(book: Workbook, _page: Worksheet) -> None:
    book.epoch = CALENDAR_MAC_1904


def noted(_book: Workbook, page: Worksheet) -> None:
    page["B2"].comment = Comment("已调离", "王敏")


def column_hidden(_book: Workbook, page: Worksheet) -> None:
    page.column_dimensions["D"].hidden = True


def row_hidden(_book: Workbook, page: Worksheet) -> None:
    page.auto_filter.ref = "A1:E3"
    page.row_dimensions[3].hidden = True


def by_month(_book: Workbook, page: Worksheet) -> None:
    page["E2"].number_format = 'yyyy"年"m"月"'


def one_sheet_each(book: Workbook, page: Worksheet) -> None:
    page.title = "党政办"
    fill(book.create_sheet("执法大队"), [PEOPLE, LI])


def last_row_formatted(_book: Workbook, page: Worksheet) -> None:
    page.cell(60_000, 1).number_format = "@"


def strict(_name: str, part: bytes) -> bytes:
    return part.replace(
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    )


def bomb(name: str, part: bytes) -> bytes:
    return (
        part.replace(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000)
        if name.endswith("sheet1.xml")
        else part
    )


def prefixed(name: str, part: bytes) -> bytes:
    """The sheet as other programs write it: every element with a prefix."""
    if not name.endswith("sheet1.xml"):
        return part
    return (
        part.replace(b"</", b"<\x00")
        .replace(b"<", b"<x:")
        .replace(b"<x:\x00", b"</x:")
        .replace(b"<x:?", b"<?")
        .replace(b"xmlns=", b"xmlns:x=")
    )


def compound(stream: str) -> bytes:
    """The beginning of an old compound file with a stream of that name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le")


def of_people(*more: Mapping[str, str]) -> Sequence[Mapping[str, str]]:
    return [
        {"id": "1001", "name": "张伟", "unit": "党政办", "mobile": "13800000101", "joined_on": "2026-09-01"},
        *more,
    ]


ONE = of_people()
BOTH = of_people(
    {"id": "1002", "name": "李四", "unit": "司法所", "mobile": "13800000102", "joined_on": "2020-10-11"}
)
PASSED = "rows that were passed over"


def phone(value: object) -> bytes:
    return sheet(PEOPLE, ("1001", "张伟", "党政办", value, ""))


def joined(value: object, touch: Touch | None = None) -> bytes:
    return sheet(PEOPLE, ("1001", "张伟", "党政办", "13800000101", value), touch=touch)


def card(number: object = "T1", issued: object = "2026.9.1", expires: object = "2031.8.31") -> bytes:
    return sheet(CARDS, (number, "enforcement", "1001", issued, expires))


def hour(day: object = "2026.9.1", amount: object = 4) -> bytes:
    return sheet(HOURS, ("1001", day, "听证", amount))


def present(state: object, remark: object = "") -> bytes:
    return sheet(SIGNED, ("1001", "张伟", state, remark))


ODD: Mapping[str, Odd] = {
    # ── titles, headings, rows around the table ───────────────
    "a column A that is empty": Odd(kind="people", data=sheet(("", *PEOPLE), ("", *ZHANG)), rows=ONE),
    "headings broken over lines": Odd(
        kind="people", data=sheet(("工\n号", "姓  名", "科室\n/社区", "联系电话\n（手机）", "入职\n时间"), ZHANG), rows=ONE
    ),
    "a header of three rows, the last one empty": Odd(
        kind="people",
        data=sheet(
            ("花名册",), ("工号", "姓名", "任职", "", "联系"), ("", "", "科室", "入职时间", "手机"),
            ("",) * 5, ("1001", "张伟", "党政办", "2026.9.1", "13800000101"),
            merged=("A1:E1", "A2:A3", "B2:B3", "C2:D2"),
        ),
        rows=ONE,
    ),
    "what to fill in below the headings": Odd(
        kind="people", data=sheet(PEOPLE, ("（文本）", "（必填）", "必填", "（11位）", "（如2026-09-01）"), ZHANG), rows=ONE, says=PASSED
    ),
    "an example row": Odd(
        kind="people", data=sheet(("序号", *PEOPLE), ("例", "0001", "张三", "党政办", "13800000001", ""), ("1", *ZHANG)), rows=ONE,
            says=PASSED
    ),
    "the heading again on the second page": Odd(
        kind="people", data=sheet(PEOPLE, ZHANG, (), ("××街道花名册（续）",), PEOPLE, LI), rows=BOTH, says=PASSED
    ),
    "totals with numbers": Odd(
        kind="people", data=sheet(("序号", *PEOPLE), ("1", *ZHANG), ("", "", "合计1人"), ("总计：", 1), ("共1人",)), rows=ONE, says=PASSED
    ),
    "remarks and signatures below": Odd(
        kind="people",
        data=sheet(PEOPLE, ZHANG, ("备注", "以上人员均为在编"), ("说明：借调人员不列",),
            ("单位负责人（签字）：", "", "填报日期：2026年9月1日"), ("2026年9月1日",)),
        rows=ONE, says=PASSED,
    ),
    "bands of departments": Odd(
        kind="people", data=sheet(PEOPLE, ("一、党政办",), ZHANG, ("二、司法所",), LI, merged=("A2:E2", "A4:E4")), rows=BOTH, says=PASSED
    ),
    "two halves side by side": Odd(
        kind="people", data=sheet((*PEOPLE, *PEOPLE), (*ZHANG, *LI)), refused=True, says="two halves side by side"
    ),
    "units merged down a column": Odd(
        kind="people",
        data=sheet(PEOPLE, ZHANG, ("1003", "王五", "", "13800000103", ""), ("1004", "赵六", "〃", "13800000104", ""), merged=("C2:C3",)),
        rows=[{"unit": "党政办"}, {"unit": "党政办"}, {"unit": "党政办"}],
    ),
    "strokes for nothing": Odd(
        kind="people", data=sheet(PEOPLE, ("1001", "张伟", "党政办", "无", "/"), ("1002", "李四", "司法所", "—", "-")),
        rows=[{"mobile": "", "joined_on": ""}, {"mobile": "", "joined_on": ""}],
    ),
    # ── numbers ───────────────────────────────────────────────
    "a phone as a number": Odd(kind="people", data=phone(13800000101), rows=[{"mobile": "13800000101"}]),
    "a phone as 13800000000.0": Odd(kind="people", data=phone("13800000101.0"), rows=[{"mobile": "13800000101"}]),
    "a phone as 1.38E+10": Odd(kind="people", data=phone("1.38E+10"), rows=[{"mobile": "1.38E+10"}]),
    "a phone with its short number": Odd(kind="people", data=phone("13800000101（短号661）"), rows=[{"mobile": "13800000101"}]),
    "a phone behind its name": Odd(kind="people", data=phone("手机：138 0000 0101"), rows=[{"mobile": "13800000101"}]),
    "a phone and a landline": Odd(kind="people", data=phone("0411-88120000 13800000101"), rows=[{"mobile": "13800000101"}]),
    "two phones": Odd(kind="people", data=phone("13800000101/13800000102"), rows=[{"mobile": "13800000101/13800000102"}]),
    "a staff number that lost digits": Odd(
        kind="people", data=sheet(PEOPLE, (210104199001011234, *ZHANG[1:])), refused=True, says="dropped the last digits"
    ),
    "a certificate's number of 18 digits": Odd(kind="credentials", data=card(210104199001011234), refused=True,
        says="dropped the last digits"),
    "a certificate's number as 2.1E+17": Odd(kind="credentials", data=card("2.10104E+17"), refused=True, says="dropped the last digits"),
    "a certificate's number of 18 digits as text": Odd(
        kind="credentials", data=card("210104199001011234"), rows=[{"number": "210104199001011234"}]
    ),
    "a credit code as a number": Odd(
        kind="targets", data=sheet(("统一社会信用代码", "企业名称"), (912101000000000012, "甲公司")), refused=True,
            says="dropped the last digits"
    ),
    "a citizen's number in the phone column": Odd(
        kind="hours", data=sheet(("手机号", *HOURS[1:]), ("210104199001011234", "2026.9.1", "听证", 4)), refused=True,
            says="is not a mobile number"
    ),
    "a phone as 1.38E+10, of hours": Odd(
        kind="hours", data=sheet(("手机号", *HOURS[1:]), ("1.38E+10", "2026.9.1", "听证", 4)),
        refused=True, says="a mobile number that a spreadsheet turned into a number"
    ),
    "hours with their unit": Odd(kind="hours", data=hour(amount="４ 个学时"), rows=[{"amount": "4"}]),
    "whole hours as 4.0": Odd(kind="hours", data=hour(amount=4.0), rows=[{"amount": "4"}]),
    # ── dates ─────────────────────────────────────────────────
    "the date system of 1904, formatted": Odd(kind="people", data=joined(datetime(2026, 9, 1), since_1904), rows=ONE),  # noqa: DTZ001
    "the date system of 1904, a serial": Odd(kind="people", data=joined(46266 - 1462, since_1904), rows=ONE),
    "a serial": Odd(kind="people", data=joined(46266), rows=ONE),
    "a day shown as a month": Odd(kind="people", data=joined(datetime(2026, 9, 1), by_month), rows=ONE),  # noqa: DTZ001
    "20260901 as a number": Odd(kind="people", data=joined(20260901), rows=ONE),
    "2026.9 as a number": Odd(kind="people", data=joined(2026.9), rows=ONE, says="read as its first day"),
    "2026年9月 of an expiry": Odd(
        kind="credentials", data=card(expires="2031年8月"), rows=[{"expires_on": "2031-08-31"}], says="read as its last day"
    ),
    "Chinese stops": Odd(kind="people", data=joined("2026。9。1"), rows=ONE),
    "long dashes": Odd(kind="people", data=joined("2026—9—1"), rows=ONE),
    "a text kept by an apostrophe": Odd(kind="people", data=joined("'2026-09-01"), rows=ONE),
    "a time behind the day": Odd(kind="people", data=joined("2026/9/1 8:30"), rows=ONE),
    "a span of an expiry": Odd(
        kind="credentials", data=sheet(("执法证号", "证件种类", "工号", "有效期"),
            ("T1", "enforcement", "1001", "2026年9月1日至2031年8月31日")),
        rows=[{"issued_on": "2026-09-01", "expires_on": "2031-08-31"}], says="of a span of days the last was taken",
    ),
    "a span of months": Odd(
        kind="credentials", data=sheet(("执法证号", "证件种类", "工号", "有效期"), ("T1", "enforcement", "1001", "2026.9-2031.8")),
        rows=[{"issued_on": "2026-09-01", "expires_on": "2031-08-31"}],
    ),
    "a course of three days": Odd(kind="hours", data=hour("2026.9.1-9.3"), rows=[{"done_on": "2026-09-03"}], says="the last was taken"),
    "a course of three days, by its days": Odd(kind="hours", data=hour("2026年9月1日—3日"), rows=[{"done_on": "2026-09-03"}]),
    "a span that ends before it begins": Odd(kind="hours", data=hour("2026.12.30-1.5"), rows=[{"done_on": "2026.12.30-1.5"}]),
    # ── sheets ────────────────────────────────────────────────
    "a sheet for each department": Odd(
        kind="people", data=sheet(PEOPLE, ZHANG, touch=one_sheet_each), refused=True,
            says="several sheets hold such a table: 党政办、执法大队"
    ),
    "a hidden column": Odd(kind="people", data=sheet(PEOPLE, ZHANG, touch=column_hidden), rows=ONE),
    "a row hidden by a filter": Odd(kind="people", data=sheet(PEOPLE, ZHANG, LI, touch=row_hidden), rows=BOTH,
        says="hidden rows were read too: 3"),
    "a comment at a cell": Odd(kind="people", data=sheet(PEOPLE, ZHANG, touch=noted), rows=ONE),
    "empty rows that were formatted": Odd(kind="people", data=sheet(PEOPLE, ZHANG, touch=last_row_formatted), rows=ONE),
    "elements with a prefix": Odd(kind="people", data=repacked(sheet(PEOPLE, ZHANG), but=prefixed), rows=ONE),
    "a formula without a result": Odd(
        kind="people", data=formulas(PEOPLE, [ZHANG], worked=False), refused=True, says="the formula has no result yet"
    ),
    "a formula with an error": Odd(kind="hours", data=hour(amount="#REF!"), refused=True, says="an error of its formula"),
    # ── attendance ────────────────────────────────────────────
    "a tick": Odd(kind="attendance", data=present("√"), rows=[{"state": "出勤"}]),
    "a cross": Odd(kind="attendance", data=present("×"), rows=[{"state": "缺席"}]),
    "a kind of leave": Odd(kind="attendance", data=present("年休假"), rows=[{"state": "请假", "reason": "年休假"}]),
    "not signed in, with leave in the remark": Odd(kind="attendance", data=present("未签到", "病假"),
        rows=[{"state": "请假", "reason": "病假"}]),
    "a stroke that may mean anything": Odd(kind="attendance", data=present("/"), rows=[{"state": "/"}]),
    "leave written where one signs": Odd(
        kind="attendance", data=sheet(("姓名", "签名"), ("李四", "请假")), rows=[{"name": "李四", "state": "请假"}]
    ),
    "a stroke where one signs": Odd(
        kind="attendance", data=sheet(("姓名", "签名"), ("李四", "李四"), ("王五", "/")), rows=[{"name": "李四", "state": "出勤"}],
        says="did not sign in: 3",
    ),
    "a sheet with 应到 and 实到 above": Odd(
        kind="attendance",
        data=sheet(("会议签到表",), ("会议名称：集中学习", "", "应到：3", "实到：2"), ("序号", "姓名", "单位", "签名"),
            ("1", "李四", "司法所", "李四")),
        rows=[{"name": "李四", "state": "出勤"}],
    ),
    # ── campaigns ─────────────────────────────────────────────
    "full-width codes": Odd(
        kind="targets", data=sheet(("统一社会信用代码", "企业名称", "包保人"), ("９１２１０１ＭＡ０Ｙ", "甲公司", "李四")),
        rows=[{"number": "912101MA0Y", "person": "1002"}],
    ),
    "a list numbered by 1.0": Odd(kind="targets", data=sheet(LIST, (1.0, "甲公司", "党政办", "李四")), rows=[{"number": "1"}]),
    # ── other files ───────────────────────────────────────────
    "csv in UTF-16": Odd(kind="people", data=text(PEOPLE, [ZHANG], encoding="utf-16", separator="\t"), name="表.csv", rows=ONE),
    "csv of old Macs": Odd(kind="people", data=text(PEOPLE, [ZHANG], encoding="gbk").replace(b"\r\n", b"\r"), name="表.csv", rows=ONE),
    "tabs under the name .xls": Odd(kind="people", data=text(PEOPLE, [ZHANG], encoding="gbk", separator="\t"), name="表.xls", rows=ONE),
    ".xls": Odd(kind="people", data=compound("Workbook"), name="表.xls", refused=True, says="the old form of Excel (.xls) or WPS (.et)"),
    ".et": Odd(kind="people", data=compound("Book"), name="表.et", refused=True, says="choose 'Save as', the type .xlsx"),
    "a password": Odd(kind="people", data=compound("EncryptedPackage"), refused=True, says="take the password off"),
    "Strict Open XML": Odd(
        kind="people", data=repacked(sheet(PEOPLE, ZHANG), but=strict), refused=True,
            says="choose 'Save as', the type 'Excel workbook (.xlsx)'"
    ),
    "a page under the name .xlsx": Odd(kind="people", data=b"<html><table><tr><td>1", refused=True, says="this is a web page"),
    "a page as mail": Odd(kind="people", data=b"MIME-Version: 1.0\r\n", name="表.xls", refused=True, says="this is a web page"),
    "the note that a table is open": Odd(kind="people", data=b"\x06wangmin" + b" " * 158, name="~$花名册.xlsx", refused=True,
        says="without ~$"),
    "a bomb": Odd(kind="people", data=repacked(sheet(PEOPLE, ZHANG), but=bomb), refused=True, says="the file is too large"),
}  # fmt: skip
