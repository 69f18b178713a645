"""What will open and who will be told when, before anything is applied."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from schedules.anchors import slot_anchors
from schedules.assignees import owing
from schedules.audience import roll_of
from schedules.errors import Refused
from schedules.grammar import Schedule
from schedules.ladder import RungAt, Told, place, rungs_of
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.own_head import for_a_unit
from schedules.parts import Part, parts
from schedules.quota import full_target
from schedules.rung_series import notice_words
from schedules.slot import Slot
from schedules.words import Gettext, Words, as_written, phrase


def preview(
    office: OfficeSpec, ids: Sequence[str], first: date, last: date, *, gettext: Gettext = as_written
) -> list[dict[str, Any]]:
    """Every occurrence of the named schedules (all, if none is named) in [first, last], as JSON values.

    An id names a schedule, or all schedules of an entry with `for_each`. Instants are office-local ISO 8601. Rungs that hang on
    something not yet recorded are left out. Raise NotFound for an unknown
    id, Refused for a year without a notice although a later one is loaded.
    """
    require_calendar(office, first, last)
    return list(iter_preview(office, ids, first, last, gettext=gettext))


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
    told: tuple[datetime, datetime] | None = None,
    step: Callable[[int, int, str], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """As `preview`, one at a time and without looking at the calendar first.

    With `told` only rungs in [first, last) of these instants are kept, and assignees are only named where there is one. `step` is
    called before each schedule with how many are done, of how many, and its title.
    """
    named = [schedule for key in ids for schedule in office.schedules_of(key)]
    wanted = list({schedule.id: schedule for schedule in named}.values()) if ids else list(office.schedules)
    viewer = _Viewer(office, gettext, told)
    for number, schedule in enumerate(wanted):
        if step is not None:
            step(number, len(wanted), schedule.title)
        viewer.begin()
        for slot in slots(schedule, office, first, last):
            yield viewer.occurrence(schedule, slot)


class _Viewer:
    """Remembers who belongs where, and the rungs and labels of one schedule: every occurrence repeats them."""

    def __init__(
        self, office: OfficeSpec, gettext: Gettext, told: tuple[datetime, datetime] | None = None
    ) -> None:
        self._office, self._gettext, self._span = office, gettext, told
        self._roll = roll_of(office)
        self._labels: dict[str, str] = {}
        self._instants: dict[datetime, str] = {}
        self._told: dict[str, tuple[Told, ...]] = {}

    def begin(self) -> None:
        """Forget the rungs and labels of the schedule before."""
        self._told.clear()
        self._labels.clear()

    def occurrence(self, schedule: Schedule, slot: Slot) -> dict[str, Any]:
        found = parts(schedule, slot, self._office) if slot.date is not None else ()
        rungs = [(part, rung) for part in found for rung in self._rungs(schedule, slot, part)]
        if self._span is not None:
            begin, end = self._span
            rungs = [each for each in rungs if begin <= each[1].at < end]
        rungs.sort(key=lambda each: each[1].at)
        return {
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
            "assignees": self._assignees(slot, found) if rungs or self._span is None else [],
            "rungs": [self._rung(part, rung) for part, rung in rungs],
        }

    def _rungs(self, schedule: Schedule, slot: Slot, part: Part) -> tuple[RungAt, ...]:
        if part.opens != "at-open":
            return ()
        full = full_target(schedule.done)
        anchors = slot_anchors(schedule, slot, part, self._office)
        if part.key not in self._told:
            self._told[part.key] = rungs_of(schedule, part.key, self._office)
        rungs = place(
            schedule,
            self._told[part.key],
            anchors,
            self._office,
            opens_at=slot.opens_at,
            target=full,
            full=full,
        )
        return for_a_unit(rungs) if part.owner.kind == "units" else rungs

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

    def _assignees(self, slot: Slot, found: Sequence[Part]) -> list[str]:
        on = slot.opens_at.astimezone(self._office.tz).date()
        return owing(self._office, self._roll, slot, found, on=on)

    def _at(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        text = self._instants.get(at)
        if text is None:
            text = self._instants[at] = at.astimezone(self._office.tz).isoformat()
        return text

    def _said(self, words: Words | None) -> str | None:
        return words.text(self._gettext) if words else None
