"""Figures to reach. Amounts are hundredths of the quota's unit: 60 学时 is 6000.

Pro rata by month: who obtained the certificate in month m of the year owes (13 - m) twelfths, rounded up to a whole unit.
"""

from datetime import date

from schedules.grammar import Quota, Schedule
from schedules.office import OfficeSpec

HUNDREDTHS = 100
_MONTHS = 12


def target(quota: Quota, year: int, issued_on: date | None) -> int:
    """What a holder owes for a year. `issued_on`: the first certificate; None where nothing is pro-rated."""
    return full_target(quota) - _excused(quota, year, issued_on)


def threshold(reach: int, quota: Quota, year: int, issued_on: date | None) -> int:
    """What a milestone of `reach` units asks of a holder: the months before the certificate are excused first."""
    return max(0, reach * HUNDREDTHS - _excused(quota, year, issued_on))


def full_target(quota: Quota) -> int:
    """What a whole year asks for."""
    return quota.reach * HUNDREDTHS


def first_issued(schedule: Schedule, person: str, office: OfficeSpec) -> date | None:
    """The day of a person's first certificate of the kind that pro-rates the quota; a renewal does not begin anew."""
    if schedule.who.prorate is None:
        return None
    days = [
        each.issued_on
        for each in office.credentials
        if each.kind == schedule.who.credential and each.holder == person
    ]
    return min(days, default=None)


def _excused(quota: Quota, year: int, issued_on: date | None) -> int:
    """Hundredths, in whole units rounded down, so that what remains is rounded up."""
    if issued_on is None or issued_on.year < year:
        return 0
    if issued_on.year > year:
        return full_target(quota)
    return quota.reach * (issued_on.month - 1) // _MONTHS * HUNDREDTHS
