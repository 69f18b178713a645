"""What people and spreadsheets write into a cell, in the one form in which the office keeps it. What cannot be told is left as it is,
so that whoever reads the table says what is wrong with it.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from schedules.roster_table import Cell

AS_ABOVE = frozenset({"同上", "〃", "″", '"', "''", "仝上"})
SHOWN_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
FOOTER = re.compile(
    r"(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计)[:：]?|(填表|制表|审核|负责|填报|经办|统计|复核|记录|主持|校对|联系|报送)[^\d]{0,8}[:：].*"
    r"|(备\s*注|说\s*明|注)[:：].*"
)
# Day 60 of Excel is a 29 February 1900 that never was; later numbers count from 1899-12-30 (ECMA-376 part 1, 18.17.4.1).
EPOCH = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050  # 1954-10-03 to 2099-12-31
_DAY = re.compile(
    r"([12]\d{3})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_EIGHT = re.compile(r"([12]\d{3})(\d{2})(\d{2})")
_MONTH = re.compile(r"([12]\d{3})[-./年](\d{1,2})月?")
_HAN = r"[⺀-鿿\U00020000-\U0003ffff]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")
_FLOAT = re.compile(r"\d+(\.\d+)?e\+?\d{1,2}|\d+\.0+", re.IGNORECASE)
_AMOUNT_UNIT = re.compile(r"\s*(个?(学时|课时|小时)|h|hours?)$", re.IGNORECASE)


def narrow(text: str) -> str:
    """Full-width letters, digits and spaces as narrow ones, spaces at the ends gone."""
    return unicodedata.normalize("NFKC", text).strip()


def title(cell: Cell) -> str:
    """A name or a title: spaces between Chinese characters are layout, others are one space; letters and digits alone are narrow."""
    text = unicodedata.normalize("NFC", cell.text).strip()
    text = narrow(text) if narrow(text).isascii() else text
    return re.sub(r"\s+", " ", _BETWEEN_HAN.sub("", text))


def key(cell: Cell) -> str:
    """A number that things are known by: 1001.0 is 1001, and there is no space in it."""
    text = re.sub(r"\s", "", narrow(cell.text))
    return re.sub(r"^(\d+)\.0+$", r"\1", text)


def mobile(cell: Cell) -> str:
    """A mobile number without spaces, hyphens and the country's number."""
    text = re.sub(r"[\s()-]", "", narrow(cell.text))
    text = _whole(text) if _FLOAT.fullmatch(text) else text
    return re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", text)


def amount(cell: Cell) -> str:
    """A number of hours without its unit."""
    return _AMOUNT_UNIT.sub("", narrow(cell.text))


def first_day(cell: Cell) -> str:
    """A day as 2026-09-01; a month alone is its first day."""
    return _day(cell, last=False)


def last_day(cell: Cell) -> str:
    """A day as 2026-09-01; a month alone is its last day."""
    return _day(cell, last=True)


def is_month(cell: Cell) -> bool:
    """Whether a cell names a month without the day."""
    return _months(cell) is not None


def _day(cell: Cell, *, last: bool) -> str:
    text = re.sub(r"\s*([-./年月日])\s*", r"\1", narrow(cell.text))
    try:
        if match := _DAY.fullmatch(text) or _EIGHT.fullmatch(text.removesuffix(".0")):
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
        if month := _months(cell):
            return date(*month, monthrange(*month)[1] if last else 1).isoformat()
    except ValueError:
        return text
    serial = text.partition(".")[0]
    if re.fullmatch(r"\d{5}(\.\d+)?", text) and FIRST_SERIAL <= int(serial) <= LAST_SERIAL:
        return (EPOCH + timedelta(days=int(serial))).isoformat()
    return text


def _months(cell: Cell) -> tuple[int, int] | None:
    """A spreadsheet makes 2026.10 the number 2026.1: as a number that one is either month, so it is none."""
    match = _MONTH.fullmatch(re.sub(r"\s", "", narrow(cell.text)))
    if match is None or not 1 <= int(match[2]) <= 12 or (cell.number and match[2] == "1"):
        return None
    return int(match[1]), int(match[2])


def _whole(text: str) -> str:
    """A float as the whole number it is, where every digit of it is written: 1.38E+10 has lost some."""
    number = Decimal(text)
    written = len(text.lower().partition("e")[0].replace(".", "").lstrip("0"))
    whole = number == number.to_integral_value() and ("e" not in text.lower() or written > number.adjusted())
    return str(int(number)) if whole else text
