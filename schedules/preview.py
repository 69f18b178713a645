"""What will open and who will be told when, before anything is applied."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from schedules.anchors import slot_anchors
from schedules.assignees import owing, owners
from schedules.audience import roll_of
from schedules.errors import Refused
from schedules.grammar import Schedule
from schedules.ladder import MAKE_UP, MILESTONE, RungAt, Told, place, rungs_of
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.own_head import for_a_unit
from schedules.parts import AT_OPEN, Part, is_silent, parts
from schedules.quota import full_target
from schedules.rung_series import notice_words
from schedules.slot import Slot
from schedules.told import Telling
from schedules.words import Gettext, Words, as_written, phrase

Span = tuple[datetime, datetime]


def preview(
    office: OfficeSpec, ids: Sequence[str], first: date, last: date, *, gettext: Gettext = as_written
) -> list[dict[str, Any]]:
    """Every occurrence of the named schedules (all, if none is named) in [first, last], as JSON values (docs/preview.en.md).

    An id names a schedule, or all schedules of an entry with `for_each`. Instants are office-local ISO 8601. Rungs that hang on
    something not yet recorded stand in `later`, without an instant. Raise NotFound for an unknown
    id, Refused for a year without a notice although a later one is loaded.
    """
    require_calendar(office, first, last)
    return list(iter_preview(office, ids, first, last, gettext=gettext, whole=True))


def require_calendar(office: OfficeSpec, first: date, last: date) -> None:
    """Raise Refused when a year of the span was announced but is not loaded."""
    missing = office.calendar.gaps(first.year, last.year)
    if missing:
        years = ", ".join(str(year) for year in missing)
        raise Refused(
            phrase(
                "the working days of {years} are missing; import calendar/{first}.json",
                years=years,
                first=missing[0],
            )
        )


def iter_preview(
    office: OfficeSpec,
    ids: Sequence[str],
    first: date,
    last: date,
    *,
    gettext: Gettext = as_written,
    told: Span | None = None,
    step: Callable[[int, int, str], None] | None = None,
    whole: bool = False,
) -> Iterator[dict[str, Any]]:
    """As `preview`, one at a time and without looking at the calendar first.

    With `told` only rungs in [first, last) of these instants are kept, and assignees are only named where there is one. With `whole`
    rungs say who is told by which channels, and what hangs on a record is listed. `step` is
    called before each schedule with how many are done, of how many, and its title.
    """
    named = [schedule for key in ids for schedule in office.schedules_of(key)]
    wanted = list({schedule.id: schedule for schedule in named}.values()) if ids else list(office.schedules)
    viewer = Viewer(office, gettext, told, Telling(office) if whole else None)
    for number, schedule in enumerate(wanted):
        if step is not None:
            step(number, len(wanted), schedule.title)
        for slot in slots(schedule, office, first, last):
            yield viewer.occurrence(schedule, slot)


class Viewer:
    """Remembers who belongs where, and the rungs and labels of one schedule: every occurrence repeats them."""

    def __init__(
        self,
        office: OfficeSpec,
        gettext: Gettext = as_written,
        told: Span | None = None,
        telling: Telling | None = None,
    ) -> None:
        self._office, self._gettext, self._span, self._telling = office, gettext, told, telling
        self._roll = roll_of(office)
        self._labels: dict[str, str] = {}
        self._instants: dict[datetime, str] = {}
        self._told: dict[str, tuple[Told, ...]] = {}
        self._at_work = ""

    def tellings(self, schedule: Schedule, slot: Slot) -> list[tuple[Part, RungAt]]:
        """Every telling of an occurrence with the part it speaks of, in the order of `rungs`."""
        if self._at_work != schedule.id:
            self._at_work = schedule.id
            self._told.clear()
            self._labels.clear()
        rungs = [
            (part, rung)
            for part in self._parts(schedule, slot)
            for rung in self._rungs(schedule, slot, part)
            if self._span is None or self._span[0] <= rung.at < self._span[1]
        ]
        return sorted(rungs, key=lambda each: each[1].at)

    def owing(self, slot: Slot, part: Part) -> tuple[str, ...]:
        """The ids of those who owe a part on the day it opens."""
        return tuple(owners(self._office, self._roll, part.owner, slot, self._opening_day(slot)))

    def occurrence(self, schedule: Schedule, slot: Slot) -> dict[str, Any]:
        """An occurrence as JSON values."""
        found = self._parts(schedule, slot)
        rungs = self.tellings(schedule, slot)
        assignees = self._assignees(slot, found) if rungs or self._is_shown(slot) else []
        shown: dict[str, Any] = {
            "schedule": schedule.id,
            "key": slot.key,
            "title": slot.title or schedule.title,
            "date": slot.date.isoformat() if slot.date else None,
            "starts_at": self._at(slot.starts_at),
            "opens_at": self._at(slot.opens_at),
            "due_on": slot.due_on.isoformat() if slot.due_on else None,
            "due_at": self._at(slot.due_at),
            "provisional": slot.provisional,
            "moved_from": slot.moved_from.isoformat() if slot.moved_from else None,
            "moved_why": self._said(slot.moved_why),
            "skipped": self._said(slot.skipped),
            "assignees": assignees,
            "rungs": [self._rung(part, rung) for part, rung in rungs],
        }
        if self._telling is not None:
            for (part, rung), each in zip(rungs, shown["rungs"], strict=True):
                each |= self._who(slot, part, rung, assignees)
            shown["history"] = any(self._is_history(slot, part) for part in found)
            shown["later"] = [each for part in found for each in self._later(schedule, slot, part)]
        return shown

    def _is_shown(self, slot: Slot) -> bool:
        """Whether assignees are named though nobody is told: it opens in the span, and is shown whole."""
        if self._span is None:
            return True
        return self._telling is not None and self._span[0] <= slot.opens_at < self._span[1]

    def _parts(self, schedule: Schedule, slot: Slot) -> tuple[Part, ...]:
        return parts(schedule, slot, self._office) if slot.date is not None else ()

    def _rungs(self, schedule: Schedule, slot: Slot, part: Part) -> tuple[RungAt, ...]:
        if part.opens != AT_OPEN or is_silent(part) or self._is_history(slot, part):
            return ()
        full = full_target(schedule.done)
        rungs = place(
            schedule,
            self._ladder(schedule, part),
            slot_anchors(schedule, slot, part, self._office),
            self._office,
            opens_at=slot.opens_at,
            target=full,
            full=full,
        )
        return for_a_unit(rungs) if part.owner.kind == "units" else rungs

    def _ladder(self, schedule: Schedule, part: Part) -> tuple[Told, ...]:
        if part.key not in self._told:
            self._told[part.key] = rungs_of(schedule, part.key, self._office)
        return self._told[part.key]

    def _rung(self, part: Part, rung: RungAt) -> dict[str, Any]:
        label = self._labels.get(rung.key) or self._labels.setdefault(
            rung.key, rung.label.text(self._gettext)
        )
        return {
            "at": self._at(rung.at),
            "to": rung.to,
            "label": label,
            "part": part.key,
            "release": rung.release,
            "notice": notice_words(rung.notice, self._office).text(self._gettext) if rung.notice else None,
            "unsigned": rung.unless is not None,
        }

    def _who(self, slot: Slot, part: Part, rung: RungAt, assignees: list[str]) -> dict[str, Any]:
        telling = self._telling or Telling(self._office)
        people = telling.people(part.owner, self.owing(slot, part), rung.to)
        channels = telling.channels(people, rung.to, rung.channel)
        return {
            "release": "clerk" if telling.names_in_group(rung, channels) else rung.release,
            "step": part.title if part.kind == "step" else None,
            "recipients": None if people and sorted(people) == assignees else list(people),
            "channels": dict(channels),
            "behind": rung.threshold is not None,
            "text": rung.text,
        }

    def _later(self, schedule: Schedule, slot: Slot, part: Part) -> Iterator[dict[str, Any]]:
        """The rungs that hang on something not yet recorded: when a step is done, when the record of a gathering is made."""
        known = {"open", MILESTONE, *slot_anchors(schedule, slot, part, self._office)}
        if part.opens == AT_OPEN and (is_silent(part) or self._is_history(slot, part)):
            return
        for told in self._ladder(schedule, part):
            if part.opens == AT_OPEN and told.anchor in known:
                continue
            for to in told.to:
                yield {
                    "to": "absent" if part.key == MAKE_UP and to == "assignee" else to,
                    "label": told.label.text(self._gettext),
                    "part": part.key,
                    "step": part.title or None,
                }

    def _is_history(self, slot: Slot, part: Part) -> bool:
        """Whether a part was due before the office begins with duban: it is listed once and nobody is told of it."""
        last = part.due_on or max((day for day in (slot.date, slot.due_on) if day is not None), default=None)
        start = self._office.file.start_on
        return part.kind != "attend" and start is not None and last is not None and last < start

    def _assignees(self, slot: Slot, found: Sequence[Part]) -> list[str]:
        return owing(self._office, self._roll, slot, found, on=self._opening_day(slot))

    def _opening_day(self, slot: Slot) -> date:
        return slot.opens_at.astimezone(self._office.tz).date()

    def _at(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        text = self._instants.get(at)
        if text is None:
            text = self._instants[at] = at.astimezone(self._office.tz).isoformat()
        return text

    def _said(self, words: Words | None) -> str | None:
        return words.text(self._gettext) if words else None
