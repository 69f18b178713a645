"""What waits for approval asks for it: those who may agree are told at once, then every second working day."""

from datetime import datetime

from schedules.office import OfficeSpec
from schedules.rung_at import RungAt
from schedules.rung_series import after
from schedules.sending import first_sending
from schedules.terms import Term
from schedules.words import phrase

EVERY = 2  # working days
MOST = 15
LABEL = phrase("waits for approval")


def approval_rungs(role: str, *, record: int, since: datetime, office: OfficeSpec) -> tuple[RungAt, ...]:
    """The rungs that tell a role. `record`: which record of the duty it is, counted from 1: each asks anew."""
    first = first_sending(since, office)
    day = first.astimezone(office.tz).date()
    return tuple(
        RungAt(
            no=count, at=first if count == 0 else after(first, Term(EVERY * count, "workdays"), office),
            key=f"approve {record} #{count + 1} -> role:{role}", to=f"role:{role}", threshold=None, release="auto", as_list=False,
            text=None, channel=None, anchor="submitted", anchor_on=day, phase="approve", label=LABEL,
        )
        for count in range(MOST + 1)
    )  # fmt: skip
