"""Whether somebody held a valid certificate on a day (行政处罚法42条：执法人员具有执法资格；行政执法证件管理：持证上岗)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

VALID = "valid"
Holding = Literal["held", "expired", "not-yet", "stopped", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A certificate as it is on record. `state` other than valid says that it was suspended, revoked or cancelled, not since when."""

    number: str
    issued_on: date
    expires_on: date
    state: str = VALID


def holding(cards: Sequence[Held], day: date) -> tuple[Holding, Held | None]:
    """How somebody with these certificates stood on a day, and the certificate that says so.

    One that covers the day and is in force decides; else one that covers it and was stopped; else the last that had run out; else the
    first that was issued later. Both days printed on it count.
    """
    covering = [card for card in cards if card.issued_on <= day <= card.expires_on]
    for card in covering:
        if card.state == VALID:
            return "held", card
    if covering:
        return "stopped", covering[0]
    over = [card for card in cards if card.expires_on < day]
    if over:
        return "expired", max(over, key=lambda card: card.expires_on)
    later = [card for card in cards if card.issued_on > day]
    return ("not-yet", min(later, key=lambda card: card.issued_on)) if later else ("none", None)
