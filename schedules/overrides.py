"""What was decided by hand about one occurrence: held on another day, or not at all. The rule's own day and the reason stay."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Action = Literal["move", "skip"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A decision about the occurrence `key`; `rule_on` is the day that the rule names for it, `to` the day it is moved to."""

    key: str
    action: Action
    rule_on: date
    to: date | None
    reason: str
