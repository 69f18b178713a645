"""What remains of a ladder that is opened after some of its rungs have passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from schedules.instants import MIDNIGHT, instant
from schedules.ladder import RungAt
from schedules.office import OfficeSpec
from schedules.rung_series import after


def late(rungs: Sequence[RungAt], *, now: datetime, start_on: date, office: OfficeSpec) -> tuple[RungAt, ...]:
    """What remains of a timeline that is opened late: what is still to come, and one notice now instead of all that was missed.

    That notice is the opening's, else the latest missed rung, for all its audiences. Nothing is sent before `start_on`. A climb
    for want of a signature counts from the notice that asks for one, and falls away with it.
    """
    start = max(now, instant(start_on, MIDNIGHT, office.tz))
    missed = [rung for rung in rungs if rung.at <= now and rung.unless is None]
    kept = [rung for rung in missed if rung.phase == "open"] or [
        rung for rung in missed if rung.at == missed[-1].at
    ]
    moved = [replace(rung, at=start) for rung in kept]
    asked = {rung.asks for rung in moved} - {None}
    told = [*moved, *(rung for rung in rungs if rung.at > start and rung.unless is None)]
    still_asked = {rung.asks for rung in told}
    climbs = [
        replace(rung, at=after(start, rung.within, office)) if rung.unless in asked else rung
        for rung in rungs
        if rung.unless in still_asked and rung.within is not None
    ]
    if climbs:
        told = sorted([*told, *climbs], key=lambda rung: rung.at)
    return tuple(replace(rung, no=no) for no, rung in enumerate(told))
