"""What is not open yet and will concern a person, and what would have but does not take place or was moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.obligations import OccurrenceRow
from models.people import PersonRow
from models.schedules import ScheduleRow
from schedules.audience import Roll, expression, roll_of
from schedules.errors import NotFound
from schedules.grammar import Schedule
from schedules.ladder import RungAt
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.preview import Viewer, iter_preview
from schedules.slot import Slot
from schedules.told import Telling
from schedules.words import Gettext, Words, phrase
from tasks.duties.records import as_recorded
from tasks.explain.asked import Asked
from tasks.explain.standing import paused
from tasks.wording.naming import HIDDEN

AHEAD, BEHIND = timedelta(days=45), timedelta(days=7)
FAR = timedelta(days=400)
AROUND = timedelta(days=100)  # from the day of an occurrence to its reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An occurrence to come. `schedule` is None where it is not public.

    `reason`: not-opened (the next of its schedule), foreseen (it will be open by the day, and tells the person of it at `told_at`), paused,
    skipped or moved.
    """

    schedule: str | None
    key: str | None
    title: Words
    reason: str
    opens_at: datetime | None
    says: tuple[Words, ...]
    told_at: datetime | None = None

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "schedule": self.schedule, "key": self.key, "title": self.title.text(gettext), "reason": self.reason,
            "opens_at": asked.iso(self.opens_at), "told_at": asked.iso(self.told_at),
            "sentences": [each.text(gettext) for each in self.says],
        }  # fmt: skip


def to_open(asked: Asked, person: PersonRow, *, only: Sequence[str] | None) -> tuple[Opening, ...]:
    """For each schedule that names the person the next occurrence that is not open yet; and what of the day was skipped or moved."""
    office = as_recorded(asked.session, asked.live.office)
    roll = roll_of(office)
    mine = {schedule.id: schedule for schedule in office.schedules if only is None or schedule.id in only}
    found = [each for schedule in mine.values() for each in _decided(asked, office, roll, schedule, person)]
    found += _foreseen(asked, office, mine, person)
    found += _coming(asked, office, mine, person, far=only is not None)
    return tuple(sorted(found, key=lambda each: (each.told_at is None, each.opens_at or asked.since)))


def _foreseen(
    asked: Asked, office: OfficeSpec, mine: Mapping[str, Schedule], person: PersonRow
) -> Iterator[Opening]:
    """What will have opened by the day in question, and tells the person of it on that day unless it is done by then."""
    since = max(asked.since, asked.now)
    if since >= asked.until:
        return
    known, viewer, telling = _opened(asked), Viewer(office, told=(since, asked.until)), Telling(office)
    pauses = {row.key: row.paused_until or date.max for row in _paused(asked)}
    for schedule in mine.values():
        for slot in slots(schedule, office, asked.on - AROUND, asked.on + AROUND):
            paused_then = schedule.id in pauses and asked.day_of(slot.opens_at) < pauses[schedule.id]
            if slot.opens_at < asked.now or (schedule.id, slot.key) in known or paused_then:
                continue
            told = (
                rung
                for part, rung in viewer.tellings(schedule, slot)
                if person.key in telling.people(part.owner, viewer.owing(slot, part), rung.to)
            )
            if (first := next(told, None)) is not None:
                yield _will_tell(asked, schedule, slot, first)


def _will_tell(asked: Asked, schedule: Schedule, slot: Slot, rung: RungAt) -> Opening:
    says = phrase(
        "Not open yet: it opens {opens}. The reminder “{label}” follows {at}, unless it is done by then.",
        opens=asked.moment(slot.opens_at), label=rung.label, at=asked.moment(rung.at),
    )  # fmt: skip
    found = _said(schedule, slot.key, slot.title or schedule.title, "foreseen", slot.opens_at, says)
    return replace(found, told_at=rung.at)


def _coming(
    asked: Asked, office: OfficeSpec, mine: Mapping[str, Schedule], person: PersonRow, *, far: bool
) -> Iterator[Opening]:
    """The next occurrence of each schedule that the person will owe."""
    known = _opened(asked)
    since, seen = max(asked.since, asked.now), set[str]()
    paused_at = {row.key: row.paused_at for row in _paused(asked)}
    span = asked.on - BEHIND, asked.on + (FAR if far else AHEAD)
    for item in iter_preview(office, list(mine), *span):
        schedule = item["schedule"]
        if schedule in seen or (schedule, item["key"]) in known or person.key not in item["assignees"]:
            continue
        opens_at = datetime.fromisoformat(item["opens_at"]).astimezone(UTC)
        if opens_at >= min(since, paused_at.get(schedule) or since):
            seen.add(schedule)
            yield _opening(asked, mine[schedule], item["key"], item["title"], opens_at)


def _paused(asked: Asked) -> Iterable[ScheduleRow]:
    return asked.session.scalars(select(ScheduleRow).where(ScheduleRow.paused_at.is_not(None)))


def _opened(asked: Asked) -> set[tuple[str, str]]:
    query = select(ScheduleRow.key, OccurrenceRow.key).join(
        ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id
    )
    since = asked.on - 2 * AHEAD
    return {
        (schedule, key)
        for schedule, key in asked.session.execute(query.where(OccurrenceRow.held_on >= since))
    }


def _decided(
    asked: Asked, office: OfficeSpec, roll: Roll, schedule: Schedule, person: PersonRow
) -> Iterator[Opening]:
    """What the rule has on the day but is skipped or held on another one, if the person is one of those whom the schedule names."""
    for slot in slots(schedule, office, asked.on, asked.on):
        if not _is_named(office, roll, schedule, person, asked.on):
            continue
        if slot.skipped is not None:
            says = phrase(
                "It would be {day}, but does not take place: {why}.",
                day=asked.day(asked.on),
                why=slot.skipped,
            )
            yield _said(schedule, slot.key, slot.title or schedule.title, "skipped", None, says)
        elif slot.moved_from == asked.on and slot.date is not None:
            says = phrase(
                "It would be {day}, but was moved to {new}: {why}.", day=asked.day(asked.on), new=asked.day(slot.date),
                why=slot.moved_why or "—",
            )  # fmt: skip
            yield _said(schedule, slot.key, slot.title or schedule.title, "moved", slot.opens_at, says)


def _is_named(office: OfficeSpec, roll: Roll, schedule: Schedule, person: PersonRow, on: date) -> bool:
    try:
        return person.key in roll.evaluate(expression(schedule.who, office), on)
    except NotFound:
        return False


def _opening(asked: Asked, schedule: Schedule, key: str, title: str, opens_at: datetime) -> Opening:
    row = asked.session.scalars(select(ScheduleRow).where(ScheduleRow.key == schedule.id)).one()
    if row.paused_at is not None and (row.paused_until is None or asked.day_of(opens_at) < row.paused_until):
        says = phrase(
            "It would open {at}, but the schedule is paused; nothing opens meanwhile.",
            at=asked.moment(opens_at),
        )
        pause = paused(asked, row)
        found = _said(schedule, key, title, "paused", None, says)
        told = pause is not None and schedule.privacy != "sealed"  # the reason is what somebody typed
        return replace(found, says=(says, pause[1])) if told and pause else found
    says = phrase("Not open yet: it opens {at}, and nobody is told of it before.", at=asked.moment(opens_at))
    return _said(schedule, key, title, "not-opened", opens_at, says)


def _said(
    schedule: Schedule, key: str, title: str, reason: str, opens_at: datetime | None, says: Words
) -> Opening:
    hidden = schedule.privacy == "sealed"
    return Opening(
        schedule=None if hidden else schedule.id, key=None if hidden else key,
        title=HIDDEN if hidden else Words("{title}", {"title": title}), reason=reason, opens_at=opens_at, says=(says,),
    )  # fmt: skip
