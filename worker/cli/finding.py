"""One thing that `duban doctor` looked at."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `note` is worth knowing, `wrong` makes the exit code 1; `advice` says what to do, `page` of
    docs/failures more of it.
    """

    subject: str
    level: Literal["fine", "note", "wrong"]
    what: str
    advice: str = ""
    page: str | None = None
