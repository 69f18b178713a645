"""What will open and who will be told when, before anything is applied."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from schedules.anchors import slot_anchors
from schedules.audience import Roll, memberships
from schedules.errors import Refused
from schedules.grammar import Schedule
from schedules.ladder import RungAt, Told, place, rungs_of
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.own_head import for_a_unit
from schedules.parts import OwnedBy, Part, parts
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
    office: OfficeSpec, ids: Sequence[str], first: date, last: date, *, gettext: Gettext = as_written
) -> Iterator[dict[str, Any]]:
    """As `preview`, one at a time and without looking at the calendar first."""
    named = [schedule for key in ids for schedule in office.schedules_of(key)]
    wanted = list({schedule.id: schedule for schedule in named}.values()) if ids else list(office.schedules)
    viewer = _Viewer(office, gettext)
    for schedule in wanted:
        viewer.begin()
        for slot in slots(schedule, office, first, last):
            yield viewer.occurrence(schedule, slot)


class _Viewer:
    """Remembers who belongs where, and the rungs and labels of one schedule: every occurrence repeats them."""

    def __init__(self, office: OfficeSpec, gettext: Gettext) -> None:
        self._office, self._gettext = office, gettext
        self._roll = Roll(memberships(office))
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
            "assignees": self._assignees(slot, found),
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
        """Everybody who owes a part, sorted; for a gathering those who are expected, not its host."""
        expected = [part for part in found if part.kind == "attend"] or found
        on = slot.opens_at.astimezone(self._office.tz).date()
        return sorted({person for part in expected for person in self._owners(part.owner, slot, on)})

    def _owners(self, owner: OwnedBy, slot: Slot, on: date) -> Sequence[str]:
        if owner.expr is not None:
            return self._roll.evaluate(owner.expr, on)
        match owner.kind:
            case "holder":
                return [slot.subject] if slot.subject else []
            case "role":
                return [person for role in owner.keys for person in self._office.holders(role)]
            case _:
                heads = (self._office.file.units[unit].head for unit in owner.keys)
                return [head for head in heads if head]

    def _at(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        text = self._instants.get(at)
        if text is None:
            text = self._instants[at] = at.astimezone(self._office.tz).isoformat()
        return text

    def _said(self, words: Words | None) -> str | None:
        return words.text(self._gettext) if words else None
