"""Mobile numbers that a spreadsheet turned into numbers."""

import re
from decimal import Decimal

LENGTH = 11  # digits of a mobile number in China
_FLOAT = re.compile(r"\d+(\.\d+)?e\+?\d+|\d+\.0+")


def as_number(text: str) -> bool:
    """Whether a text is how a spreadsheet writes a number: 13800000101.0, 1.38E+10."""
    return _FLOAT.fullmatch(text.lower()) is not None


def exact_mobile(text: str) -> str:
    """The digits of such a number where every one is still there: 1.3800000101E+10; anything else as it was."""
    if not as_number(text):
        return text
    number, written = Decimal(text), text.lower().partition("e")[0].replace(".", "")
    exact = number.adjusted() == LENGTH - 1 and len(written) >= LENGTH and number == int(number)
    return str(int(number)) if exact else text
