"""Mobile numbers of mainland China as cells hold them."""

import re
from decimal import Decimal

MOBILE = re.compile(r"1[3-9]\d{9}")
LENGTH = 11
FLOAT = re.compile(r"\d+(\.\d+)?e\+?\d+|\d+\.0+")


def exact(text: str) -> str:
    """A mobile number that a spreadsheet turned into a number, where every digit is still there: 13800000101.0, 1.3800000101E+10."""
    if not FLOAT.fullmatch(text.lower()):
        return text
    number, written = Decimal(text), text.lower().partition("e")[0].replace(".", "")
    whole = number.adjusted() == LENGTH - 1 and len(written) >= LENGTH and number == int(number)
    return str(int(number)) if whole else text
