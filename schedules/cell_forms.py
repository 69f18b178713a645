"""What people and spreadsheets write into a cell, in the one form in which the office keeps it. What cannot be told is left as it is,
so that whoever reads the table says what is wrong with it.
"""

import re
import unicodedata
from decimal import Decimal

from schedules.cell_text import narrow
from schedules.roster_table import Cell

AS_ABOVE = frozenset({"同上", "〃", "″", '"', "''", "仝上"})
SHOWN_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "空", "至今", "n/a", "N/A"})
_COUNTED = r"(人|名|条|项|个|次|家|户|件|学时|课时|人次)"
FOOTER = re.compile(
    rf"(本[页表]|本?科室)?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)[:：]?\s*\(?\s*[\d.]*\s*{_COUNTED}?\s*\)?|共\s*\d+\s*{_COUNTED}"
    r"|(填表|制表|审核|负责|填报|经办|统计|复核|记录|主持|校对|联系|报送|签字|单位)[^\d]{0,8}[:：].*"
    r"|(备\s*注|说\s*明|注)[:：].*"
)
REMARKS = re.compile(r"备\s*注|附\s*注|说\s*明|注")  # alone in the first cell of a row
ALONE = re.compile(r"[12]\d{3}年\d{1,2}月(\d{1,2}日)?|.*[(](续|续表|接上页)[)]")  # the only cell of a row
HINT = re.compile(
    r"[(].*[)]|必填|选填|文本|数字|日期|(格式|例如|如)[:为].*"
)  # all cells of a row below the heading
EXAMPLE = re.compile(r"(示例|样例|范例|填写示例|例)[:：]?")  # the first cell of a row
MOST_DIGITS = 15  # of a number in Excel; later ones are zeros (support.microsoft.com, "Excel specifications and limits")
_HAN = r"[⺀-鿿\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_FLOAT = re.compile(r"\d+(\.\d+)?e\+?\d{1,2}|\d+\.0+", re.IGNORECASE)
_SHORTENED = re.compile(r"\d(\.\d+)?e\+\d{1,2}", re.IGNORECASE)  # as a spreadsheet shows a long number
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)")
_AMOUNT_UNIT = re.compile(r"\s*(个?(学时|课时|小时)|h|hours?)$", re.IGNORECASE)


def title(cell: Cell) -> str:
    """A name or a title: spaces between Chinese characters are layout, others are one space; letters and digits alone are narrow."""
    text = unicodedata.normalize("NFC", cell.text).strip()
    text = narrow(text) if narrow(text).isascii() else text
    return re.sub(r"\s+", " ", _BETWEEN_HAN.sub("", text))


def key(cell: Cell) -> str:
    """A number that things are known by: 1001.0 is 1001, and there is no space in it."""
    text = re.sub(r"\s", "", narrow(cell.text)).lstrip("'")
    return _whole(text) if _FLOAT.fullmatch(text) else text


def lost_digits(cell: Cell) -> bool:
    """Whether a spreadsheet took digits off a number that things are known by: 1.38E+10, or 18 digits held as a number."""
    text = key(cell)
    return _SHORTENED.fullmatch(text) is not None or (cell.number and len(text) > MOST_DIGITS)


def mobile(cell: Cell) -> str:
    """A mobile number without spaces, hyphens and the country's number; of words and numbers the only mobile number among them."""
    among = {re.sub(r"\D", "", found) for found in _MOBILE.findall(re.sub(r"\s", " ", narrow(cell.text)))}
    if len(among) == 1:
        return among.pop()
    text = re.sub(r"[\s()-]", "", narrow(cell.text)).lstrip("'")
    text = _whole(text) if _FLOAT.fullmatch(text) else text
    return re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", text)


def amount(cell: Cell) -> str:
    """A number of hours without its unit."""
    return _AMOUNT_UNIT.sub("", narrow(cell.text))


def _whole(text: str) -> str:
    """A float as the whole number it is, where every digit of it is written: 1.38E+10 has lost some."""
    number = Decimal(text)
    written = len(text.lower().partition("e")[0].replace(".", "").lstrip("0"))
    whole = number == number.to_integral_value() and ("e" not in text.lower() or written > number.adjusted())
    return str(int(number)) if whole else text
