"""What somebody meant who wrote a day, a time or a name in another form than the files take: offered, never taken by itself."""

import re
from datetime import date

from schedules.words import Words, phrase

# As a Chinese keyboard gives them, and what YAML reads.
FULL_WIDTH = {
    "：": ":", "，": ",", "、": ",", "；": ";", "“": '"', "”": '"', "‘": "'", "’": "'", "（": "(", "）": ")",
    "【": "[", "】": "]", "［": "[", "］": "]", "｛": "{", "｝": "}", "－": "-", "\u3000": " ",
}  # fmt: skip
_CLOCK = re.compile(r"([0-9]{1,2})[:：.点时]([0-9]{1,2})?分?")
_DAY = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?|([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-./月·]([0-9]{1,2})[日号]?")


def half_width(text: str) -> str:
    """The text with the punctuation and digits that YAML reads."""
    return "".join(
        FULL_WIDTH.get(each, chr(ord(each) - 0xFEE0) if "０" <= each <= "９" else each) for each in text
    )


def full_width(text: str) -> Words | None:
    """Say so if a text holds punctuation or digits of full width."""
    found = next((each for each in text if each in FULL_WIDTH or "０" <= each <= "９"), None)
    if found is None:
        return None
    if found == "\u3000":
        return phrase("a full-width space")
    return phrase("a full-width '{found}'; write '{meant}'", found=found, meant=half_width(found))


def clock_meant(text: str) -> str | None:
    """HH:MM, if a text is a time of day in another form."""
    match = _CLOCK.fullmatch(half_width(text).strip(" \"'"))
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return f"{int(match[1]):02}:{int(match[2] or 0):02}"


def day_meant(value: object) -> str | None:
    """YYYY-MM-DD, if a text or a number is a day in another form."""
    match = _DAY.fullmatch(half_width(str(value)).strip(" \"'"))
    if match is None:
        return None
    year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def day_month_meant(text: str) -> str | None:
    """MM-DD, if a text is a day of every year in another form."""
    match = _DAY_MONTH.fullmatch(half_width(text).strip(" \"'"))
    # In a leap year, so that nothing is offered that no year has; 02-29 is refused by who asks.
    return (day_meant(f"2024-{match[1]}-{match[2]}") or "")[5:] or None if match else None
