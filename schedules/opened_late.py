"""What remains of a ladder that is opened after some of its rungs have passed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from schedules.instants import MIDNIGHT, instant
from schedules.ladder import RungAt
from schedules.office import OfficeSpec
from schedules.rung_series import after
from schedules.sending import first_sending


def late(
    rungs: Sequence[RungAt],
    *,
    now: datetime,
    start_on: date,
    office: OfficeSpec,
    opens_at: datetime | None = None,
) -> tuple[RungAt, ...]:
    """What remains of a timeline that is opened late: what is still to come, and one notice now instead of all that was missed.

    That notice is the opening's, else the latest missed rung for all its audiences, and for each role the latest that spoke to it:
    who looks after other people's duties learns of the most urgent one too. While the opening's notice is still to come, nothing
    is made up for. Nothing is sent before `start_on`; what begins only now (`opens_at`) is told at the office's sending times. A
    climb for want of a signature counts from the notice that asks for one, and falls away with it.
    """
    start = max(now, instant(start_on, MIDNIGHT, office.tz))
    coming = [rung for rung in rungs if rung.at > start and rung.unless is None]
    missed = [rung for rung in rungs if rung.at <= now and rung.unless is None]
    at = start if opens_at is None or opens_at < now else first_sending(start, office)
    kept = [] if any(rung.phase == "open" for rung in coming) else _made_up_for(missed)
    moved = [replace(rung, at=at) for rung in kept]
    told = sorted([*moved, *coming], key=lambda rung: rung.at)
    first = {rung.asks: rung.at for rung in reversed(told)}  # when each signature is asked for first
    climbs = [
        replace(rung, at=after(first[rung.unless], rung.within, office))
        for rung in rungs
        if rung.unless is not None and rung.unless in first and rung.within is not None
    ]
    if climbs:
        told = sorted([*told, *climbs], key=lambda rung: rung.at)
    return tuple(replace(rung, no=no) for no, rung in enumerate(told))


def _made_up_for(missed: Sequence[RungAt]) -> list[RungAt]:
    """Of the rungs that passed, those that are told once instead of all of them."""
    opening = [rung for rung in missed if rung.phase == "open"]
    roles = {rung.to: rung for rung in missed if rung.to.startswith("role:")}
    return opening or [rung for rung in missed if rung.at == missed[-1].at or rung is roles.get(rung.to)]
