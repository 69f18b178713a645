"""`explain --schedule`: which version is in force since when, what is open of it around a day, and what comes next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.queries import explained_told as records
from models.schedules import ScheduleRow
from schedules.anchors import slot_anchors
from schedules.errors import NotFound
from schedules.grammar import Schedule
from schedules.ladder import timeline
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.own_head import for_a_unit
from schedules.parts import AT_OPEN, parts
from schedules.problems import nearest
from schedules.quota import full_target
from schedules.words import Gettext, Words, phrase
from tasks.duties.records import as_recorded
from tasks.explain.asked import Asked
from tasks.explain.occurrence import OccurrenceStory, explain_occurrence
from tasks.live import definition
from tasks.pausing import pause_of
from tasks.wording.naming import HIDDEN
from tasks.wording.sent_words import AUDIENCES

NEAR, FAR = timedelta(days=45), timedelta(days=800)
MOST = 3  # occurrences told at length


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleStory:
    """The answer about one schedule. `says`: its version, a pause, what is skipped or moved on the day, what opens next."""

    key: str
    title: Words
    version: int | None
    version_since: datetime | None
    next_at: datetime | None
    says: tuple[Words, ...]
    occurrences: tuple[OccurrenceStory, ...]

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "schedule": self.key, "title": self.title.text(gettext), "version": self.version,
            "version_since": asked.iso(self.version_since), "next_at": asked.iso(self.next_at),
            "sentences": [each.text(gettext) for each in self.says],
            "occurrences": [each.to_json(gettext, asked) for each in self.occurrences],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulesSaid:
    """The answer about everything that an id names: one schedule, or each of an entry with `for_each`."""

    schedules: tuple[ScheduleStory, ...]

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "on": asked.on.isoformat(), "as_of": asked.iso(asked.now),
            "schedules": [each.to_json(gettext, asked) for each in self.schedules],
        }  # fmt: skip


def explain_schedules(asked: Asked, rows: Sequence[ScheduleRow], *, key: str | None) -> SchedulesSaid:
    """Answer for these schedules: what is open on the day, or the occurrence with this key. Raise NotFound for a key of none."""
    office = as_recorded(asked.session, asked.live.office)
    found = [_one(asked, office, row, key=key) for row in rows]
    if key is not None:
        found = [each for each in found if each is not None]
        if not found:
            known = [each for row in rows for each in _keys(asked, office, row)]
            allowed = nearest(key, known) or "—"
            raise NotFound(
                phrase(
                    "'{schedule}' has no occurrence '{key}'; allowed: {allowed}",
                    schedule=rows[0].key,
                    key=key,
                    allowed=allowed,
                )
            )
    return SchedulesSaid(schedules=tuple(each for each in found if each is not None))


def _keys(asked: Asked, office: OfficeSpec, row: ScheduleRow) -> list[str]:
    """The keys of what was opened lately, and of what the rule has around the day."""
    schedule = _definition(asked, row)
    coming = slots(schedule, office, asked.on - NEAR, asked.on + NEAR) if schedule is not None else ()
    return [*records.keys(asked.session, row.id), *(slot.key for slot in coming)]


def _one(asked: Asked, office: OfficeSpec, row: ScheduleRow, *, key: str | None) -> ScheduleStory | None:
    schedule = _definition(asked, row)
    hidden = schedule is not None and schedule.privacy == "sealed"
    says = list(_in_force(asked, row, hidden=hidden))
    if key is not None:
        opened = records.occurrence(asked.session, row.id, key)
        chosen = [opened] if opened else []
        coming = [] if opened or schedule is None else list(_not_open(asked, office, schedule, key))
        if not chosen and not coming:
            return None
        says += coming
    else:
        chosen = list(
            records.occurrences(asked.session, row.id, since=asked.since, until=asked.until, on=asked.on)
        )
        if schedule is not None:
            says += _around(asked, office, schedule, none_open=not chosen)
        if len(chosen) > MOST:
            says.append(
                phrase(
                    "{n} occurrences are open; the next {most} are told here, others by --key.",
                    n=len(chosen),
                    most=MOST,
                )
            )
            chosen = sorted(chosen, key=lambda each: abs(each.held_on - asked.on))[:MOST]
    version = records.version_of(asked.session, row.live_version_id) if row.live_version_id else None
    return ScheduleStory(
        key=row.key, title=HIDDEN if hidden else Words("{title}", {"title": row.title}), version=version.no if version else None,
        version_since=version.applied_at if version else None, next_at=row.next_at, says=tuple(says),
        occurrences=tuple(explain_occurrence(asked, row, each) for each in chosen),
    )  # fmt: skip


def _definition(asked: Asked, row: ScheduleRow) -> Schedule | None:
    """The live definition; of a summary, which owes nothing, none."""
    if row.live_version_id is None or row.kind == "summary" or row.removed_at is not None:
        return None
    return definition(asked.session, row.live_version_id)


def _in_force(asked: Asked, row: ScheduleRow, *, hidden: bool) -> Iterator[Words]:
    version = records.version_of(asked.session, row.live_version_id) if row.live_version_id else None
    if version is not None:
        yield phrase("Version {n} is in force since {at}.", n=version.no, at=asked.moment(version.applied_at))
    if row.removed_at is not None:
        yield phrase(
            "It was removed from the office's files {at}; nothing of it opens any more.",
            at=asked.moment(row.removed_at),
        )
    if row.kind == "summary":
        yield phrase(
            "It is a summary for those who supervise: it is drafted, waits for release, and nobody owes anything for it."
        )
    pause = pause_of(asked.session, row.id)
    if pause is not None:
        why = pause.reason if not hidden else "—"
        if pause.until_on is None:
            yield phrase(
                "The schedule is paused since {at} until it is resumed: {why}",
                at=asked.moment(pause.began_at),
                why=why,
            )
        else:
            yield phrase(
                "The schedule is paused since {at}, {until} is the first day that counts again: {why}", at=asked.moment(pause.began_at),
                until=asked.day(pause.until_on), why=why,
            )  # fmt: skip


def _around(asked: Asked, office: OfficeSpec, schedule: Schedule, *, none_open: bool) -> Iterator[Words]:
    """What the rule has on the day itself, and what opens next."""
    if none_open:
        yield phrase("Nothing of it is open on {day}.", day=asked.day(asked.on))
    for slot in slots(schedule, office, asked.on, asked.on):
        if slot.skipped is not None:
            yield phrase(
                "It would be {day}, but does not take place: {why}.",
                day=asked.day(asked.on),
                why=slot.skipped,
            )
        elif slot.moved_from == asked.on and slot.date is not None:
            yield phrase(
                "It would be {day}, but was moved to {new}: {why}.", day=asked.day(asked.on), new=asked.day(slot.date),
                why=slot.moved_why or "—",
            )  # fmt: skip
    since = max(asked.now, asked.until)
    first = asked.day_of(since)
    ahead = (
        slot
        for slot in slots(schedule, office, first, first + FAR)
        if slot.date is not None and slot.opens_at >= since
    )
    after = next(ahead, None)
    if after is not None and after.date is not None:
        yield phrase(
            "The next occurrence, {day}, opens {at}; nobody is told of it before.", day=asked.day(after.date),
            at=asked.moment(after.opens_at),
        )  # fmt: skip


def _not_open(asked: Asked, office: OfficeSpec, schedule: Schedule, key: str) -> Iterator[Words]:
    """An occurrence that the rule knows and that is not open, with its ladder as it will be."""
    slot = next(
        (each for each in slots(schedule, office, asked.on - FAR, asked.on + FAR) if each.key == key), None
    )
    if slot is None:
        return
    if slot.skipped is not None or slot.date is None:
        yield phrase("It does not take place: {why}.", why=slot.skipped or "—")
        return
    if slot.opens_at < asked.now:
        yield phrase("It was never opened here; the office began with duban later, or it was paused then.")
        return
    yield phrase(
        "Not open yet: it opens {at}, and nobody is told of it before.", at=asked.moment(slot.opens_at)
    )
    full = full_target(schedule.done)
    hidden = schedule.privacy == "sealed"
    for part in parts(schedule, slot, office) if not hidden else ():
        anchors = slot_anchors(schedule, slot, part, office)
        rungs = timeline(schedule, part.key, anchors, office, opens_at=slot.opens_at, target=full, full=full)
        for rung in (
            (for_a_unit(rungs) if part.owner.kind == "units" else rungs) if part.opens == AT_OPEN else ()
        ):
            yield phrase(
                "{at}: {rung}, {to}.", at=asked.moment(rung.at), rung=rung.label, to=_to(office, rung.to)
            )


def _to(office: OfficeSpec, to: str) -> Words:
    """Whom a rung tells."""
    kind, _, key = to.partition(":")
    if kind == "role" and key in office.file.roles:
        return phrase("to {who}", who=office.file.roles[key].title)
    return AUDIENCES.get(to, Words("{to}", {"to": to}))
