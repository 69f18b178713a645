"""Words of what is foreseen: days, who is told by which way, and what is remarkable about an occurrence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any

from schedules.office import OfficeSpec
from schedules.told import NOBODY, PAPER
from worker.cli.channel_words import kind_of
from worker.cli.language import N_, _, count
from worker.cli.weekdays import WEEKDAYS

Item = dict[str, Any]  # an occurrence, or a rung of it, as `schedules.preview` gives it
AUDIENCES = {
    "assignee": N_("who owes it"),
    "absent": N_("the absent"),
    "deputy": N_("who stands in"),
    "unit-head": N_("head of unit"),
    "deputy-leader": N_("deputy leader"),
    "leader": N_("leader"),
    "group": N_("the group"),
}
MOST_NAMES = 3  # people who are named; of more only how many


class Wording:
    """The words of one office's preview. Days of the year of `today` are said without it."""

    def __init__(self, office: OfficeSpec, today: date) -> None:
        self.office, self.today = office, today

    def day(self, day: date) -> str:
        """`12-04 Fri`, with the year where it is another one."""
        text = f"{day:%m-%d}" if day.year == self.today.year else day.isoformat()
        return f"{text} {self.weekday(day)}"

    def weekday(self, day: date) -> str:
        """`Fri`."""
        return _(WEEKDAYS[day.weekday()])

    def stamp(self, text: str | None) -> str:
        """An instant in office time as spreadsheets read it: `2026-12-04 18:00`."""
        return f"{self.local(text):%Y-%m-%d %H:%M}" if text else ""

    def moment(self, text: str | None) -> str:
        """An instant in office time, to the minute."""
        if not text:
            return ""
        local = self.local(text)
        return f"{self.day(local.date())} {local:%H:%M}"

    def due(self, item: Item, *, day: bool = True) -> str:
        """Until when; the midnight that ends a day is that day's 24:00. Without `day` only the hour."""
        local = self.local(item["due_at"])
        on = date.fromisoformat(item["due_on"])
        clock = "24:00" if local.date() > on and not (local.hour or local.minute) else f"{local:%H:%M}"
        return f"{self.day(on)} {clock}" if day else clock

    def day_at(self, text: str) -> date:
        """The office's day of an instant of the preview."""
        return datetime.fromisoformat(text).astimezone(self.office.tz).date()

    def local(self, text: str) -> datetime:
        """An instant of the preview in office time."""
        return datetime.fromisoformat(text).astimezone(self.office.tz)

    def names(self, people: Iterable[str]) -> str:
        """A few people by name, apart by unit where several have that name; of many how many."""
        ids = list(people)
        if len(ids) > MOST_NAMES:
            return count(_("1 person"), _("{n} people"), len(ids))
        return _(", ").join(self._name(each) for each in ids)

    def audience(self, to: str) -> str:
        """Whom a rung means."""
        kind, _colon, key = to.partition(":")
        if kind == "role" and key in self.office.file.roles:
            return self.office.file.roles[key].title
        titles = {name: post.title for name, post in self.office.file.posts.items() if post.title}
        if to in titles:
            return titles[to]
        return _(AUDIENCES[to]) if to in AUDIENCES else to

    def told(self, rung: Item, assignees: list[str]) -> str:
        """Whom a rung tells, by name or number, and the way where it is not the usual one."""
        who = self.audience(rung["to"])
        if rung["to"] in ("group", "deputy"):
            return (
                who
                if rung["to"] == "deputy" or rung["channels"]
                else _("{who} (there is none)").format(who=who)
            )
        people = assignees if rung["recipients"] is None else rung["recipients"]
        if not people:
            return _("{who} (owes it, or there is none: not told)").format(who=who)
        found = _("{who} {names}").format(who=who, names=self.names(people))
        odd = {
            key: n for key, n in rung["channels"].items() if key in (PAPER, NOBODY) or key not in self._usual
        }
        return _("{who} ({ways})").format(who=found, ways=self.ways(odd)) if odd else found

    def ways(self, channels: Mapping[str, int]) -> str:
        """Channels with how many are told there, where that is known."""
        return _(", ").join(
            _("{channel}: {n}").format(channel=self.channel(key), n=n) if n else self.channel(key)
            for key, n in channels.items()
        )

    def channel(self, key: str) -> str:
        """A channel in words."""
        if key == PAPER:
            return _("on paper")
        if key == NOBODY:
            return _("no channel reaches them")
        known = self.office.file.channels.get(key)
        return kind_of(known.url) if known else key

    def remarks(self, item: Item) -> Iterator[str]:
        """What is remarkable about an occurrence."""
        if item.get("paused"):
            yield _("paused")
        if item.get("moved_from") and not item["skipped"]:
            yield _("moved from {day}").format(day=item["moved_from"])
            yield str(item["moved_why"])
        if item.get("provisional"):
            yield _("provisional")
        if item.get("history"):
            yield _("due before duban began here: only listed, nobody is told")

    def _name(self, person: str) -> str:
        if not self.office.has_person(person):
            return person
        found = self.office.person(person)
        if self._called[found.name] == 1:
            return found.name
        unit = self.office.file.units[found.unit].title
        if self._called[found.name, found.unit] == 1:
            return f"{found.name}（{unit}）"
        return f"{found.name}（{unit} {person}）"

    @cached_property
    def _called(self) -> Counter[str | tuple[str, str]]:
        """How many people have a name, in all and in a unit."""
        found: Counter[str | tuple[str, str]] = Counter(person.name for person in self.office.people)
        found.update((person.name, person.unit) for person in self.office.people)
        return found

    @cached_property
    def _usual(self) -> frozenset[str]:
        reach = self.office.file.reach
        return frozenset({*reach.people[:1], *([reach.group] if reach.group else [])})
