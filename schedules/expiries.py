"""Occurrences of expiring certificates: one for each holder, due on the day printed on the certificate."""

from collections.abc import Iterator
from datetime import date

from schedules.grammar import Expiry, Schedule
from schedules.instants import MIDNIGHT, instant
from schedules.ladder import ladder, rung_day
from schedules.office import Credential, OfficeSpec
from schedules.slot import Slot
from schedules.terms import first_day, is_provisional
from schedules.whole import in_force, whole


def expiries(schedule: Schedule, when: Expiry, office: OfficeSpec, first: date, last: date) -> Iterator[Slot]:
    """The renewals whose certificates expire in [first, last]."""
    rungs = [
        rung
        for rung in ladder(schedule, office)
        if rung.phase in ("before", "on") and rung.anchor in ("expiry", "due")
    ]
    chosen = sorted(_current(office, when.expiry), key=lambda each: (each.expires_on, each.number))
    for credential in chosen:
        day = credential.expires_on
        if first <= day <= last and in_force(when, day):
            opens_on = min(
                [
                    first_day(day, when.opens, office.calendar),
                    *(rung_day(rung, day, office) for rung in rungs),
                ]
            )
            yield whole(
                schedule, office, f"{credential.number}@{day.isoformat()}", day, instant(opens_on, MIDNIGHT, office.tz),
                provisional=is_provisional(opens_on, day, when.opens, office.calendar), subject=credential.holder,
            )  # fmt: skip


def _current(office: OfficeSpec, kind: str) -> list[Credential]:
    """The certificates to renew: of each holder the one that expires last, if it is valid. A temporary one ends and is not renewed."""
    latest: dict[str, Credential] = {}
    for credential in office.credentials:
        held = latest.get(credential.holder)
        if (
            credential.kind == kind
            and credential.type != "temporary"
            and (held is None or held.expires_on < credential.expires_on)
        ):
            latest[credential.holder] = credential
    return [credential for credential in latest.values() if credential.state == "valid"]
