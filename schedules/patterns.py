"""What the fields of the grammar take, as patterns: for their readers, and for editors, which know no Python."""

import re
from collections.abc import Iterable
from typing import Any

from schedules.terms import UNIT_WORDS

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY_NAMES = {
    **{name: day for day, name in enumerate(WEEKDAYS)},
    **{name[:3]: day for day, name in enumerate(WEEKDAYS)},
    **{prefix + name: day for prefix in ("周", "星期", "礼拜") for day, name in enumerate("一二三四五六日")},
    **{prefix + "天": 6 for prefix in ("周", "星期", "礼拜")},
}
CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
DAY_MONTH = re.compile(r"([01]?[0-9])-([0-3]?[0-9])")


def _any_case(word: str) -> str:
    """A pattern for a word that may be written in capitals."""
    return "".join(f"[{each.upper()}{each}]" if each.isascii() and each.isalpha() else each for each in word)


def _one_of(words: Iterable[str]) -> str:
    return "|".join(_any_case(word) for word in words)


# For editors, which know no Python: what these readers take, as patterns of ECMA 262.
_AMOUNT = rf"[0-9]+\s*(?:{_one_of(UNIT_WORDS)})\s*"
TERM_PATTERN = rf"^\s*{_AMOUNT}$"
LEAD_PATTERN = rf"^\s*(?:提前\s*)?{_AMOUNT}(?:(?:before|前)\s*)?$"
TRAIL_PATTERN = rf"^\s*{_AMOUNT}(?:(?:after|之后|后)\s*)?$"
CLOCK_PATTERN = f"^{CLOCK.pattern}$"
DAY_MONTH_PATTERN = f"^{DAY_MONTH.pattern}$"
WEEKDAY_PATTERN = rf"^\s*(?:{_one_of(WEEKDAY_NAMES)})\s*$"
TEXT_SCHEMA: dict[str, Any] = {"type": "string", "minLength": 1}
SUGGESTED_DAYS = [*(f"周{day}" for day in "一二三四五六日"), *WEEKDAYS]


TERM = "Term"  # what the mapping is called, for texts


def term_schema(pattern: str) -> dict[str, Any]:
    """What a term may be: a text of that pattern, or the mapping of its parts."""
    mapping = {
        "title": TERM,
        "type": "object",
        "properties": {
            "n": {"type": "integer", "minimum": 0},
            "unit": {"type": "string"},
            "roll": {"enum": ["none", "next-workday", "previous-workday"]},
        },
        "required": ["n", "unit"],
        "additionalProperties": False,
    }
    return {"anyOf": [{"type": "string", "pattern": pattern}, mapping]}
