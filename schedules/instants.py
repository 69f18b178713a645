"""From an office-local day and clock time to an instant, and back. Nights when clocks change included."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=16_384)
def instant(day: date, clock: time, tz: ZoneInfo) -> datetime:
    """The UTC instant of a local time. One that occurs twice is its first; one that does not exist is the end of the gap."""
    local = datetime.combine(day, clock, tzinfo=tz).replace(fold=0)
    found = local.astimezone(UTC)
    if found.astimezone(tz).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), found, tz)


def instants(day: date, clock: time, tz: ZoneInfo) -> tuple[datetime, ...]:
    """Every UTC instant at which clocks show a local time: two in an hour that comes twice, none in a gap."""
    local = datetime.combine(day, clock)
    found = {local.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(at for at in found if at.astimezone(tz).replace(tzinfo=None) == local))


def end_of_day(day: date, tz: ZoneInfo) -> datetime:
    """24:00 of a day: the next local midnight."""
    return instant(day + _ONE_DAY, MIDNIGHT, tz)


def _end_of_gap(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    """The transition between two instants with different offsets, to the second."""
    after = high.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high
