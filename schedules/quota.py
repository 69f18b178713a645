"""Figures to reach, as one number each: what is owed in full, and what a milestone asks for on the way.

Hours and counts are hundredths of the quota's unit: 60 学时 is 6000. Topics are hundredths of a topic. Several figures of a register
are hundredths of a per cent (see `tally.py`): 10000 is everything.

Pro rata by month: who obtained the certificate in month m of the year owes (13 - m) twelfths, rounded up to a whole unit.
"""

from collections.abc import Mapping
from datetime import date

from schedules.done import Done, FromRegister, Quota, Topics
from schedules.grammar import Schedule
from schedules.periods import milestones_in
from schedules.tally import WHOLE, mark, stages

HUNDREDTHS = 100
NO_LEAP_YEAR = 2025  # milestones are days of every year
_MONTHS = 12


def counts_up(done: Done) -> bool:
    """Whether it is done by reaching figures, and not by somebody confirming."""
    return isinstance(done, Quota | Topics | FromRegister)


def target(quota: Quota, year: int, issued_on: date | None) -> int:
    """What a holder owes for a year. `issued_on`: the first certificate; None where nothing is pro-rated."""
    return quota.reach * HUNDREDTHS - _excused(quota, year, issued_on)


def full_target(done: Done) -> int | None:
    """What the whole period asks for; None where no figure is asked for."""
    match done:
        case Quota():
            return done.reach * HUNDREDTHS
        case Topics():
            return len(done.topics) * HUNDREDTHS
        case FromRegister() if not done.declared:
            return WHOLE
        case _:
            return None


def milestone(schedule: Schedule, number: int) -> int:
    """What the milestone of that number (from 0) asks for, before anybody is excused from anything."""
    asked = schedule.milestones[number]
    if not isinstance(asked.reach, Mapping):
        return asked.reach * HUNDREDTHS
    day = date(NO_LEAP_YEAR, *asked.by)
    return mark(milestones_in(schedule, day).index(asked) + 1, len(stages(schedule, day)))


def _excused(quota: Quota, year: int, issued_on: date | None) -> int:
    """Hundredths, in whole units rounded down, so that what remains is rounded up."""
    if issued_on is None or issued_on.year < year:
        return 0
    if issued_on.year > year:
        return quota.reach * HUNDREDTHS
    return quota.reach * (issued_on.month - 1) // _MONTHS * HUNDREDTHS
