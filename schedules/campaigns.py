"""Campaigns: one occurrence from a day to a day, or one for each row of a table of targets."""

from collections.abc import Iterator
from datetime import date

from schedules.grammar import Once, Schedule
from schedules.instants import MIDNIGHT, instant
from schedules.office import OfficeSpec
from schedules.slot import Slot
from schedules.whole import in_force, whole


def campaign(schedule: Schedule, when: Once, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    """The occurrences of a campaign whose last day lies in [first, last]: by its first day, or by the number of each target."""
    day = when.once.to
    if not (first <= day <= last and in_force(when, day)):
        return
    opens_at = instant(when.once.from_, MIDNIGHT, office.tz)
    if when.targets is None:
        yield whole(schedule, office, when.once.from_.isoformat(), day, opens_at)
        return
    for target in office.targets.get(when.targets, ()):
        title = f"{schedule.title}：{target.name}"
        yield whole(schedule, office, target.number, day, opens_at, subject=target.name, title=title)
