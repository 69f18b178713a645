"""What a span of days brings: what is held or due in it, what only opens or tells then, and what starts with a record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby

from schedules.grammar import Event, Schedule
from schedules.instants import instant
from schedules.occurrences import HORIZONS, slots
from schedules.office import OfficeSpec
from schedules.preview import iter_preview, preview
from worker.cli.language import _
from worker.cli.preview_words import Item

REACH = timedelta(days=400)  # a training year is due in December, and told of from March on
TRAIL = timedelta(days=120)  # what is told after the due day
MIDNIGHT = time(0)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """`inside`: held, due or dropped in [first, last], by day; `around`: due at another time, but opening then or telling somebody.

    The rungs of `around` are those of the span. `events`: schedules that start with a record. `paused`: by schedule id the first day
    that counts again, ISO.
    """

    office: OfficeSpec
    first: date
    last: date
    wanted: Sequence[Schedule]
    inside: Sequence[Item]
    around: Sequence[Item] = ()
    events: Sequence[Schedule] = ()

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The instants of the span: its beginning, and the end that is no part of it."""
        return span_of(self.office, self.first, self.last)

    @property
    def messages(self) -> tuple[int, int, int]:
        """Messages to people, the people, and posts in the group, in the span: what goes to somebody at one instant is one message."""
        begin, end = self.span
        told: set[tuple[str, str]] = set()
        posts: set[str] = set()
        for item in (*self.inside, *self.around):
            for rung in () if item.get("paused") else item["rungs"]:
                if not begin <= datetime.fromisoformat(rung["at"]) < end:
                    continue
                if rung["to"] == "group":
                    posts.update({rung["at"]} if rung["channels"] else ())
                told.update((rung["at"], person) for person in people_of(rung, item))
        return len(told), len({person for _at, person in told}), len(posts)


def span_of(office: OfficeSpec, first: date, last: date) -> tuple[datetime, datetime]:
    """The instants of [first, last], the end exclusive."""
    return instant(first, MIDNIGHT, office.tz), instant(last + ONE_DAY, MIDNIGHT, office.tz)


def people_of(rung: Item, item: Item) -> Sequence[str]:
    """The ids of those whom a rung tells."""
    found: Sequence[str] = item["assignees"] if rung["recipients"] is None else rung["recipients"]
    return found


def inside(
    office: OfficeSpec, ids: Sequence[str], first: date, last: date, paused: Mapping[str, str] | None
) -> list[Item]:
    """What is held, due or dropped in the span, in the order of the schedules. `paused`: None, unless it is the running office."""
    found = preview(office, ids, first, last, gettext=_)
    for item in found:
        item["paused"] = _stands_still(item, paused or {})
    return found


def foresee(
    office: OfficeSpec, wanted: Sequence[Schedule], first: date, last: date, paused: Mapping[str, str] | None
) -> Foreseen:
    """The span as a person reads it, by day."""
    ids = [schedule.id for schedule in wanted]
    within = inside(office, ids, first, last, paused)
    known = {(item["schedule"], item["key"]) for item in within}
    begin, end = span_of(office, first, last)
    more = [
        item
        for item in iter_preview(office, ids, first - TRAIL, last + REACH, gettext=_, told=(begin, end), whole=True)
        if (item["schedule"], item["key"]) not in known and not item["skipped"]
        and (item["rungs"] or begin <= datetime.fromisoformat(item["opens_at"]) < end)
    ]  # fmt: skip
    for item in more:
        item["paused"] = _stands_still(item, paused or {})
    return Foreseen(
        office=office, first=first, last=last, wanted=wanted,
        inside=sorted(within, key=_by_day), around=sorted(more, key=_by_day),
        events=[schedule for schedule in wanted if isinstance(schedule.when, Event)],
    )  # fmt: skip


def next_days(office: OfficeSpec, wanted: Sequence[Schedule], after: date) -> Iterator[tuple[date, str]]:
    """For each schedule its next day after the span and what it is called; nothing where there is none in the next ten years."""
    for schedule in wanted:
        for days in HORIZONS:
            found = slots(schedule, office, after + ONE_DAY, after + timedelta(days=days))
            held = sorted(
                (slot.date, slot.title or schedule.title) for slot in found if slot.date is not None
            )
            if held:
                yield held[0]
                break


@dataclass(frozen=True, slots=True)
class Alike:
    """Occurrences of one schedule that only differ in what they are about: the targets of a campaign."""

    items: Sequence[Item] = field(default_factory=tuple)

    @property
    def item(self) -> Item:
        """The first of them."""
        return self.items[0]

    @property
    def people(self) -> list[str]:
        """Everybody who owes one of them."""
        if len(self.items) == 1:
            return list(self.item["assignees"])
        return sorted({person for item in self.items for person in item["assignees"]})

    @property
    def rungs(self) -> list[Item]:
        """The rungs, each with everybody whom it tells about one of them."""
        if len(self.items) == 1:
            return list(self.item["rungs"])
        return [
            {
                **together[0],
                "recipients": sorted({each for rung, item in zip(together, self.items, strict=True) for each in people_of(rung, item)}),
                "channels": {key: 0 for rung in together for key in rung["channels"]},
            }
            for together in zip(*(item["rungs"] for item in self.items), strict=True)
        ]  # fmt: skip


def alike(found: Sequence[Item]) -> Iterator[Alike]:
    """Those that follow each other and have the same schedule, days and rungs, together."""
    for _key, group in groupby(found, key=_shape):
        yield Alike(tuple(group))


def _shape(item: Item) -> tuple[object, ...]:
    rungs = tuple((rung["at"], rung["to"], rung["label"]) for rung in item["rungs"])
    return (
        item["schedule"],
        item["date"],
        item["opens_at"],
        item["due_at"],
        item["skipped"],
        item["paused"],
        rungs,
    )


def day_of(item: Item) -> date:
    """The day under which an occurrence is shown: that on which it is held or due, for a dropped one the rule's."""
    if item["date"]:
        return date.fromisoformat(item["date"])
    try:
        return date.fromisoformat(item["key"][:10])  # of single days the key is the rule's own day
    except ValueError:
        return date.fromisoformat(item["opens_at"][:10])


def _by_day(item: Item) -> tuple[str, str, str]:
    return day_of(item).isoformat(), item["starts_at"] or item["due_at"] or "", item["schedule"]


def _stands_still(item: Item, paused: Mapping[str, str]) -> bool:
    return item["schedule"] in paused and str(item["date"]) < paused[item["schedule"]]
