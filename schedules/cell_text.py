"""The text of a cell as it is compared."""

import unicodedata


def narrow(text: str) -> str:
    """Full-width letters, digits and spaces as narrow ones, spaces at the ends gone."""
    return unicodedata.normalize("NFKC", text).strip()
