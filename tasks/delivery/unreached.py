"""Who owes something and got no message: no channel reaches them, or every one failed lately."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.queries import troubles

LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """Somebody who got no message. `unit_id`: where the person belongs."""

    name: str
    unit_id: int | None


def unreached(
    session: Session, *, now: datetime, units: Collection[int] | None = None
) -> tuple[Unreached, ...]:
    """Who was not reached lately, of all units or of those with these ids."""
    found = troubles.unreached(session, now=now, since=now - LATELY)
    return tuple(
        Unreached(name=name, unit_id=unit_id) for name, unit_id in found if units is None or unit_id in units
    )
