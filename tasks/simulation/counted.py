"""The messages of a simulation, counted as they come: by person, channel and month, on which day somebody gets too many, what goes
out while it should be quiet. Reads records as `tasks.simulation.simulate` yields them; needs no database.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from schedules.office import OfficeSpec
from schedules.quiet import is_quiet

MANY = 5  # more personal messages than this on a day are a warning
SUMMARY = "summary"  # the label of one
Told = Mapping[str, Any]


@dataclass
class Counted:
    """What was counted so far. `start`: the first instant, office time, when everything begins at once.

    A message that goes out in one with another is not counted again. What goes to a group is nobody's own.
    """

    office: OfficeSpec
    start: datetime
    messages: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    days: dict[tuple[str, date], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    untimely: dict[tuple[str, str, str], list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def add(self, told: Told) -> None:
        """Count one message."""
        if told["joined"]:
            return
        at = datetime.fromisoformat(str(told["at"]))
        channel = str(told["channel"])
        self.messages += 1
        self.channels[channel] += 1
        self.months[f"{at:%Y-%m}"] += 1
        self._look_at_the_hour(told, at)
        if not self.is_group(channel):
            self.people[str(told["recipient"])] += 1
            self.days[str(told["recipient"]), at.date()][str(told["schedule"])] += 1

    def is_group(self, channel: str) -> bool:
        """Whether a channel writes to a group."""
        known = self.office.file.channels.get(channel)
        return known is not None and known.group

    def _look_at_the_hour(self, told: Told, at: datetime) -> None:
        """At the very start everything begins at once, paper rings nobody's phone, and a summary says itself when it is sent."""
        channel = str(told["channel"])
        if at == self.start or channel not in self.office.file.channels or told["label"] == SUMMARY:
            return
        file = self.office.file
        rests = file.rest_days == "quiet" and not self.office.calendar.is_workday(at.date())
        if rests or is_quiet(at.time(), self.office):
            self.untimely["rest-day" if rests else "quiet-hours", channel, str(told["schedule"])].append(at)

    def busiest(self) -> Counter[str]:
        """By person the most messages on one day."""
        found: Counter[str] = Counter()
        for (person, _day), schedules in self.days.items():
            found[person] = max(found[person], sum(schedules.values()))
        return found

    def crowded(self) -> dict[str, list[tuple[date, Counter[str]]]]:
        """By person the days on which there are too many messages, each with how many from which schedule."""
        found: dict[str, list[tuple[date, Counter[str]]]] = defaultdict(list)
        for (person, day), schedules in sorted(self.days.items()):
            if sum(schedules.values()) > MANY:
                found[person].append((day, schedules))
        return found
