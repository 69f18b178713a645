"""Why a rung speaks on its day: from which day it is counted, by how much, which days do not count, and what moved it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schedules.grammar import Rung, Schedule
from schedules.instants import end_of_day
from schedules.ladder import Anchor, Told, rung_day, rung_instant, rung_key, rungs_of
from schedules.office import OfficeSpec
from schedules.rung_series import decorated, read_back
from schedules.rung_words import anchor_words, label_of
from schedules.terms import SUB_DAY, first_day, last_day, term_words
from schedules.words import Words, phrase
from tasks.explain.asked import Asked, rest_days

_ONE_DAY = timedelta(days=1)
APPROVAL = phrase("it waits for approval")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A rung as it was stored: its lasting name, what it is counted from, when it speaks; `opened_at` is the duty's."""

    name: str
    anchor: str
    anchor_on: date | None
    at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A rung in words, and the sentences that lead from its anchor to its instant. `skipped`: the days that did not count."""

    label: Words
    says: tuple[Words, ...] = ()
    skipped: tuple[date, ...] = ()


def counted(asked: Asked, schedule: Schedule, part: str, rung: Stored) -> Counted:
    """Explain one rung by the definition that its occurrence was opened with. A rung of no definition has only a label."""
    office = asked.live.office
    found = _told(schedule, part, rung, office)
    if found is None:
        return Counted(label=APPROVAL)
    told, count, climbs = found
    title = schedule.steps[told.anchor].title if told.anchor in schedule.steps else None
    label = told.label if rung.anchor == told.anchor else label_of(told.rung, rung.anchor, None)
    words = decorated(label, told.rung, office, count=count, climbs=climbs)
    if rung.anchor_on is None:
        return Counted(label=words)
    anchor = anchor_words(rung.anchor, title)
    says = list(_says(asked, told.rung, rung, anchor))
    if climbs:
        says = [phrase("It is told only because nobody signed.")]
    elif count > 1 and told.rung.repeat is not None:
        every = term_words(told.rung.repeat.every)
        says.append(
            phrase(
                "It is told again every {term} until it is done; this is time no. {n}.", term=every, n=count
            )
        )
    return Counted(
        label=words, says=tuple(says), skipped=tuple(_not_counted(asked, told.rung, rung.anchor_on))
    )


def _told(schedule: Schedule, part: str, stored: Stored, office: OfficeSpec) -> tuple[Told, int, bool] | None:
    """The rung of the definition with this name, the number of the telling, and whether it is the climb."""
    for told in rungs_of(schedule, part, office):
        read = read_back(stored.name, rung_key(told.rung, stored.anchor, office))
        if read is not None:
            return told, *read
    return None


def _says(asked: Asked, rung: Rung, stored: Stored, anchor: Words) -> Iterator[Words]:
    office, on = asked.live.office, stored.anchor_on
    if on is None:
        return
    if rung.at == "open":
        yield phrase(
            "It opened {at}; this is the first time after that at which messages go out.",
            at=asked.moment(stored.opened_at),
        )
        return
    if rung.by is not None and rung.by.unit in SUB_DAY:
        yield phrase(
            "Counted by the clock: {term} from {anchor}, {day}.",
            term=term_words(rung.by),
            anchor=anchor,
            day=asked.day(on),
        )
        return
    raw = _raw_day(rung, on, office)
    if raw == on:
        yield phrase("It falls on {anchor}: {day}.", anchor=anchor, day=asked.day(on))
    else:
        yield _count(asked, rung, anchor, on, raw)
        yield from _days(asked, rung, on, raw)
    day = rung_day(rung, on, office)
    if day != raw:
        yield _moved(asked, rung, raw, day)
    yield from _late(asked, rung, stored, on)


def _raw_day(rung: Rung, on: date, office: OfficeSpec) -> date:
    """The day of the count itself, before it leaves a rest day."""
    if rung.by is None:
        return on
    return first_day(on, rung.by, office.calendar) if rung.before else last_day(on, rung.by, office.calendar)


def _count(asked: Asked, rung: Rung, anchor: Words, on: date, raw: date) -> Words:
    fields = {
        "anchor": anchor, "day": asked.day(on), "term": term_words(rung.by) if rung.by else "", "found": asked.day(raw),
    }  # fmt: skip
    if rung.before:
        return phrase(
            "Counted back {term} from {anchor}, {day}, which itself does not count: {found}.", **fields
        )
    return phrase("Counted on {term} from {anchor}, {day}, which itself does not count: {found}.", **fields)


def _not_counted(asked: Asked, rung: Rung, on: date) -> list[date]:
    """The rest days between the anchor and the day, where working days are counted."""
    calendar = asked.live.office.calendar
    if rung.by is None or rung.by.unit != "workdays":
        return []
    raw = _raw_day(rung, on, asked.live.office)
    first, last = min(raw, on), max(raw, on)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days))
    return [day for day in days if not calendar.is_workday(day)]


def _days(asked: Asked, rung: Rung, on: date, raw: date) -> Iterator[Words]:
    calendar = asked.live.office.calendar
    if rung.by is None or rung.by.unit != "workdays":
        return
    skipped = _not_counted(asked, rung, on)
    if skipped:
        yield phrase("Rest days not counted: {days}.", days=rest_days(skipped, calendar, today=asked.today))
    first, last = min(raw, on), max(raw, on)
    between = (first + timedelta(days=n) for n in range((last - first).days + 1))
    worked = [day for day in between if day.weekday() >= 5 and calendar.is_workday(day)]
    if worked:
        yield phrase("Weekends worked: {days}.", days=rest_days(worked, None, today=asked.today))
    if calendar.provisional(first, last):
        yield phrase("Provisional: the holidays of that year are not announced yet.")


def _moved(asked: Asked, rung: Rung, raw: date, day: date) -> Words:
    fields = {"day": asked.day(raw), "new": asked.day(day)}
    if rung.before:
        return phrase(
            "{day} is a rest day, on which nothing is sent; it is told before it, on {new}.", **fields
        )
    return phrase("{day} is a rest day, on which nothing is sent; it is told after it, on {new}.", **fields)


def _late(asked: Asked, rung: Rung, stored: Stored, on: date) -> Iterator[Words]:
    """A rung that stands at another instant than the rule's own: it had passed when the duty was opened."""
    office = asked.live.office
    meant = rung_instant(rung, Anchor(on, end_of_day(on, office.tz)), office, opens_at=stored.opened_at)
    own = asked.day_of(stored.at) == asked.day_of(meant)
    if not own and stored.at <= stored.opened_at + _ONE_DAY and rung.repeat is None:
        yield phrase(
            "That had passed when the duty was opened, {at}; it was told once at the opening.",
            at=asked.moment(stored.opened_at),
        )
