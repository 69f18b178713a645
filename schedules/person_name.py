"""Names of people as they are compared."""

import re
import unicodedata

_BLANK = re.compile(r"(?<=[⺀-鿿\U00020000-\U0003ffff])\s+(?=[⺀-鿿\U00020000-\U0003ffff])")


def person_name(text: str) -> str:
    """A name in NFC; spaces between Chinese characters are layout: 王 敏 is 王敏."""
    return _BLANK.sub("", unicodedata.normalize("NFC", text))
