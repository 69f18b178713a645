"""What the coming 30 days would bring, as it runs and as planned: what opens now, and how many messages. Assumes that nobody confirms."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from schedules.grammar import ByRole
from schedules.ladder import RECORD
from schedules.office import OfficeSpec
from schedules.preview import iter_preview

DAYS = 30
AHEAD = timedelta(days=DAYS)
REACH = timedelta(days=400)  # a training year is due in December, and told of from March on
TRAIL = timedelta(days=90)  # what is told after the due day
MOST_A_DAY = 3
Item = dict[str, Any]  # an occurrence as `iter_preview` gives it
Told = Mapping[datetime, set[str]]  # who is told at an instant
Step = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is on record of the occurrences of schedules, as (schedule id, key): those opened, of these those that are over, and who is
    done with one. `taken`: those by the planned rule that will not open, since one by the former rule stands for them.
    """

    opened: Collection[tuple[str, str]] = ()
    over: Collection[tuple[str, str]] = ()
    taken: Collection[tuple[str, str]] = ()
    done: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`opening`: occurrences open now, as (schedule id, key, title); `messages` by day as planned, `before` as it runs; `people` told as
    planned; `flooded`: (person id, day, messages).
    """

    today: date
    opening: tuple[tuple[str, str, str], ...]
    messages: tuple[tuple[date, int], ...]
    before: tuple[tuple[date, int], ...]
    people: int
    flooded: tuple[tuple[str, date, int], ...]

    @property
    def more(self) -> int:
        """How many messages more as planned; below 0 if less."""
        return sum(n for _day, n in self.messages) - sum(n for _day, n in self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Schedule ids: those new or changed, those of them whose definition is another, and those that end with what is open of them."""

    fresh: Sequence[str] = ()
    redefined: Collection[str] = ()
    cancelled: Collection[str] = ()


def forecast(
    before: OfficeSpec | None,
    after: OfficeSpec,
    changes: Changes,
    known: Known,
    *,
    now: datetime,
    step: Step | None = None,
) -> Forecast:
    """Foresee the 30 days from `now`. `before` is the office in force.

    One message carries everything that goes to one person at one instant. What is open keeps its own definition. Group messages, and
    what events will start, are left out.
    """
    both = 2 if before is not None else 1
    was = list(_items(before, known, now, _half(step, 0, both))) if before is not None else []
    found = list(_items(after, known, now, _half(step, both - 1, both)))
    kept = [item for item in was if _keeps(item, changes, known)]
    new = [
        item
        for item in found
        if (item["schedule"] not in changes.redefined or _key(item) not in known.opened)
        and _key(item) not in known.taken
    ]
    told = _told([*((item, after) for item in (*kept, *new))], known, now)
    as_is = _told([(item, before) for item in was], known, now) if before is not None else {}
    zone = after.tz
    return Forecast(
        today=now.astimezone(zone).date(),
        opening=tuple(
            (str(item["schedule"]), str(item["key"]), str(item["title"]))
            for item in found
            if item["schedule"] in changes.fresh and _is_running(item, now) and not _stands(item, known)
        ),
        messages=_by_day(told, zone),
        before=_by_day(as_is, zone),
        people=len(set().union(*told.values())),
        flooded=tuple(_flooded(told, zone)),
    )  # fmt: skip


def _half(step: Step | None, half: int, halves: int) -> Step | None:
    if step is None:
        return None
    return lambda done, total, what: step(half * total + done, halves * total, what)


def _items(office: OfficeSpec, known: Known, now: datetime, step: Step | None) -> Iterator[Item]:
    """What is open or will open; what began before the office was in force and is over never does."""
    today = now.astimezone(office.tz).date()
    foreseen = iter_preview(office, (), today - TRAIL, today + REACH, told=(now, now + AHEAD), step=step)
    for item in foreseen:
        if not item["skipped"] and (_key(item) in known.opened or _is_coming(item, now)):
            yield item


def _is_coming(item: Item, now: datetime) -> bool:
    return not item["opens_at"] or now < datetime.fromisoformat(item["opens_at"]) or _is_running(item, now)


def _is_running(item: Item, now: datetime) -> bool:
    if not item["opens_at"] or not item["due_at"]:
        return False
    return datetime.fromisoformat(item["opens_at"]) <= now <= datetime.fromisoformat(item["due_at"])


def _key(item: Item) -> tuple[str, str]:
    return item["schedule"], item["key"]


def _stands(item: Item, known: Known) -> bool:
    """Whether it is opened already, or one by the former rule stands for it."""
    return _key(item) in known.opened or _key(item) in known.taken


def _keeps(item: Item, changes: Changes, known: Known) -> bool:
    """Whether what is open goes on by its former definition: of changed schedules, and of removed ones that are not ended."""
    return (
        item["schedule"] in changes.redefined
        and item["schedule"] not in changes.cancelled
        and _key(item) in known.opened
    )


def _told(items: Iterable[tuple[Item, OfficeSpec]], known: Known, now: datetime) -> Told:
    """Who is told at which instant within the span."""
    found: dict[datetime, set[str]] = defaultdict(set)
    here: dict[int, set[str]] = {}
    for item, office in items:
        if _key(item) in known.over:
            continue
        if id(office) not in here:
            here[id(office)] = {person.id for person in office.people}
        done = known.done.get(_key(item), ())
        owing = [person for person in item["assignees"] if person in here[id(office)] and person not in done]
        keepers = _keepers(item, office)
        for rung in item["rungs"]:
            at = datetime.fromisoformat(rung["at"])
            if now <= at < now + AHEAD:
                whose = keepers if rung["part"] == RECORD else owing
                found[at].update(_audience(str(rung["to"]), whose, office))
    return found


def _keepers(item: Item, office: OfficeSpec) -> list[str]:
    """Who owes the record of a gathering: the heads of these are told of it, not of everybody who is expected."""
    schedule = office.schedules_of(item["schedule"])[0]
    by = schedule.record.by if schedule.record is not None else None
    return list(office.holders(by.role)) if isinstance(by, ByRole) else []


def _by_day(told: Told, zone: Any) -> tuple[tuple[date, int], ...]:
    days = Counter[date]()
    for at, people in told.items():
        days[at.astimezone(zone).date()] += len(people)
    return tuple(sorted((day, n) for day, n in days.items() if n))


def _flooded(told: Told, zone: Any) -> Iterator[tuple[str, date, int]]:
    days: dict[date, list[set[str]]] = defaultdict(list)
    for at, people in told.items():
        days[at.astimezone(zone).date()].append(people)
    for day, found in sorted(days.items()):
        if len(found) > MOST_A_DAY:
            counted = Counter(person for people in found for person in people)
            yield from sorted((person, day, n) for person, n in counted.items() if n > MOST_A_DAY)


def _audience(to: str, assignees: Iterable[str], office: OfficeSpec) -> Iterator[str]:
    if to in ("assignee", "absent"):
        yield from assignees
    elif to.startswith("role:"):
        yield from office.holders(to.removeprefix("role:"))
    elif to == "leader":
        post = office.file.posts.get("leader")
        if post is not None and post.person:
            yield post.person
    elif to in ("unit-head", "deputy-leader"):
        for person in assignees:
            unit = office.file.units[office.person(person).unit]
            chosen = unit.head if to == "unit-head" else unit.leader
            if chosen:
                yield chosen
