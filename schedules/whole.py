"""Occurrences that are due on their day as a whole: windows, cycles, expiry dates, campaigns, anniversaries."""

from datetime import date, datetime

from schedules.dues import due_instant
from schedules.grammar import Schedule
from schedules.office import OfficeSpec
from schedules.recurring import Recurring
from schedules.slot import Slot


def in_force(when: Recurring, day: date) -> bool:
    """Whether the rule counts on a day."""
    return (when.effective_from is None or when.effective_from <= day) and (
        when.effective_to is None or day <= when.effective_to
    )


def whole(
    schedule: Schedule,
    office: OfficeSpec,
    key: str,
    day: date,
    opens_at: datetime,
    *,
    provisional: bool = False,
    subject: str | None = None,
    title: str | None = None,
) -> Slot:
    """An occurrence that is due on its day as a whole."""
    return Slot(
        key=key, date=day, starts_at=None, due_on=day, due_at=due_instant(day, schedule.basis, office), opens_at=opens_at,
        provisional=provisional, subject=subject, title=title,
    )  # fmt: skip
