"""When summaries are drafted and sent."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from schedules.grammar import Dated, Summary
from schedules.instants import instant
from schedules.office import OfficeSpec
from schedules.recurrence import LONGEST_HOLIDAY, held_days

_MORNING = time(9, 0)
MONTHS = 3  # of a quarter


@dataclass(frozen=True, slots=True)
class Draft:
    """One summary to be: `key` is the rule's day of the draft, ISO; instants are UTC."""

    key: str
    at: datetime
    send_at: datetime


def drafts(summary: Summary, office: OfficeSpec, *, after: datetime, until: datetime) -> tuple[Draft, ...]:
    """Drafts due in (after, until] (aware), in order, each with the first sending after it."""
    first, last = after.astimezone(office.tz).date(), until.astimezone(office.tz).date()
    found = _instants(summary.draft, office, first - LONGEST_HOLIDAY, last + LONGEST_HOLIDAY)
    sendings = sorted(
        at for _, at in _instants(summary.send, office, first - LONGEST_HOLIDAY, last + 4 * LONGEST_HOLIDAY)
    )
    due = sorted((at, key) for key, at in found if after < at <= until)
    return tuple(Draft(key, at, next((sent for sent in sendings if sent >= at), at)) for at, key in due)


def is_first_of_quarter(summary: Summary, draft: Draft, office: OfficeSpec) -> bool:
    """Whether no other draft of the summary is sent earlier in the calendar quarter in which this one is sent."""
    day = draft.send_at.astimezone(office.tz).date()
    begins = date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)
    since = instant(begins - LONGEST_HOLIDAY, _MORNING, office.tz)
    sent = [each.send_at for each in drafts(summary, office, after=since, until=draft.at)]
    return not any(begins <= at.astimezone(office.tz).date() and at < draft.send_at for at in sent)


def next_draft(summary: Summary, office: OfficeSpec, *, after: datetime) -> datetime | None:
    """The instant of the next draft; None if none comes within a year."""
    found = drafts(summary, office, after=after, until=after + timedelta(days=366))
    return found[0].at if found else None


def _instants(rule: Dated, office: OfficeSpec, first: date, last: date) -> list[tuple[str, datetime]]:
    return [
        (each.by_rule.isoformat(), instant(each.day, each.clock or _MORNING, office.tz))
        for each in held_days(rule, office.calendar, first, last)
        if each.day is not None
    ]
