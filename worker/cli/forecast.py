"""What the coming week would bring: what opens now, and how many messages each person would get. Assumes that nobody confirms."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from schedules.office import OfficeSpec
from schedules.preview import iter_preview

AHEAD = timedelta(days=7)
REACH = timedelta(days=400)  # a training year is due in December, and told of from March on
TRAIL = timedelta(days=90)  # what is told after the due day
MOST_A_DAY = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """`opening`: occurrences open now, as (schedule id, key, title); `messages` by day; `flooded`: (person id, day, messages)."""

    opening: tuple[tuple[str, str, str], ...]
    messages: tuple[tuple[date, int], ...]
    people: int
    flooded: tuple[tuple[str, date, int], ...]


def forecast(office: OfficeSpec, fresh: Sequence[str], *, now: datetime) -> Forecast:
    """Foresee the week from `now`; `fresh` are the schedules that are new or changed, whose present occurrences open at once.

    One message carries everything that goes to one person at one instant. Group messages are left out.
    """
    today = now.astimezone(office.tz).date()
    foreseen = iter_preview(office, (), today - TRAIL, today + REACH)
    found = [item for item in foreseen if not item["skipped"]]
    told = Counter((person, at) for item in found for person, at in _told(item, office, now))
    by_person = Counter((person, at.astimezone(office.tz).date()) for person, at in told)
    by_day = Counter[date]()
    for (_person, day), n in by_person.items():
        by_day[day] += n
    return Forecast(
        opening=tuple(
            (str(item["schedule"]), str(item["key"]), str(item["title"]))
            for item in found
            if _opens_now(item, fresh, now)
        ),
        messages=tuple(sorted(by_day.items())),
        people=len({person for person, _day in by_person}),
        flooded=tuple(sorted((person, day, n) for (person, day), n in by_person.items() if n > MOST_A_DAY)),
    )


def _opens_now(item: dict[str, Any], fresh: Sequence[str], now: datetime) -> bool:
    if item["schedule"] not in fresh or not item["opens_at"] or not item["due_at"]:
        return False
    return datetime.fromisoformat(item["opens_at"]) <= now <= datetime.fromisoformat(item["due_at"])


def _told(item: dict[str, Any], office: OfficeSpec, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Who is told of one occurrence, and when, within the week."""
    for rung in item["rungs"]:
        at = datetime.fromisoformat(rung["at"])
        if now <= at < now + AHEAD:
            for person in set(_audience(str(rung["to"]), item["assignees"], office)):
                yield person, at


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
