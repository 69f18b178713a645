"""Lists in parts: an opaque cursor names the last row that was read, so that rows that come or go in between change nothing."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import urlencode

from models.types import MOST_ID
from schedules.words import phrase
from worker.api.problems import Problem


def cursor_of(row_id: int) -> str:
    """The cursor after a row."""
    return base64.urlsafe_b64encode(f"after:{row_id}".encode()).decode("ascii").rstrip("=")


def after(cursor: str | None) -> int | None:
    """The row that a cursor names. Raise Problem for one that we did not make."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode(
            "ascii"
        )
        row_id = int(text.removeprefix("after:"))
    except (binascii.Error, ValueError):
        row_id = 0
    if not 0 < row_id <= MOST_ID or cursor_of(row_id) != cursor:
        what = phrase("this cursor is none of ours; take it from `next`")
        raise Problem("refused", what, [{"parameter": "cursor", "detail": what}])
    return row_id


def next_link(path: str, given: Mapping[str, str], last_id: int) -> str:
    """The address of the next part, with the same filters."""
    return f"{path}?{urlencode({**given, 'cursor': cursor_of(last_id)})}"
