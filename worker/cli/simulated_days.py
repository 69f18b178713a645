"""The timeline of a simulation: day by day what opened, fell due and was closed, and each message on a line."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from schedules.office import OfficeSpec
from schedules.states import Obligation
from tasks.simulation.course import Kind, Step
from worker.cli.cells import cells, clip, pad
from worker.cli.language import N_, _, count
from worker.cli.terminal import plain, say, tint, width
from worker.cli.weekdays import WEEKDAYS

ESCALATED = frozenset({"unit-head", "deputy-leader", "leader"})
MOST_NAMES = 3
ALIKE = 3  # so many who get the same at the same time stand on one line
MIDNIGHT = "00:00"
HEADS: Mapping[Kind, str] = {"opened": N_("opens"), "due": N_("falls due"), "closed": N_("is done")}
Told = Mapping[str, Any]


class Timeline:
    """Prints days as they pass. `full`: every message with its words; else one line for those alike."""

    def __init__(self, office: OfficeSpec, *, full: bool) -> None:
        self._office, self._full = office, full
        self._titles = {each.id: each.title for each in office.schedules}
        self._titles |= {each.id: each.title for each in office.summaries}
        names = Counter(each.name for each in office.people)
        self._names = {
            each.id: each.name
            if names[each.name] == 1
            else f"{each.name}（{office.file.units[each.unit].title}）"
            for each in office.people
        }
        self._quiet: list[date] = []
        self._first = True

    def day(self, day: date, steps: Sequence[Step], messages: Sequence[Told]) -> None:
        """Print one day, or remember that it was quiet."""
        if not steps and not messages:
            self._quiet.append(day)
            return
        self.rest()
        say(tint(f"{named(day)}{self._called(day)}  {_summed(steps, messages)}", "cyan"))
        if any(_clock(told) == MIDNIGHT and self._first for told in messages):
            say("  " + _("(the office begins with this day: what was due before is told at once, at 00:00)"))
        self._first = False
        for line in self._step_lines(steps):
            say(f"  {clip(line, self._room)}")
        for line in self._full_lines(messages) if self._full else self._lines(messages):
            say(f"  {line}")

    def _called(self, day: date) -> str:
        """The name of a holiday; of a weekend that it is worked."""
        calendar, weekend = self._office.calendar, day.weekday() >= 5
        if calendar.is_workday(day):
            return " " + _("worked") if weekend else ""
        return "" if weekend else " " + calendar.names.get(day, "")

    def rest(self) -> None:
        """Print what was quiet since the last day that was not."""
        if self._quiet:
            first, last = self._quiet[0], self._quiet[-1]
            span = f"{named(first)}{self._called(first)}"
            span = span if first == last else f"{span} — {named(last)}{self._called(last)}"
            say(f"{span}  " + _("nothing"))
        self._quiet.clear()

    @property
    def _room(self) -> int:
        return max(40, width() - 2)

    def name(self, told: Told) -> str:
        """Who gets a message."""
        channel = self._office.file.channels.get(str(told["channel"]))
        if channel is not None and channel.group:
            return _("the group")
        return self._names.get(str(told["recipient"]), str(told["recipient"]))

    def _lines(self, messages: Sequence[Told]) -> Iterator[str]:
        alike: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
        for told in messages:
            alike[_clock(told), escalated(told), self._about(told)].append(self.name(told))
        for (clock, above, about), names in alike.items():
            joined = [listed_names(names)] if len(names) >= ALIKE else names
            for who in joined:
                who_ = who + (_(" (escalated)") if above else "")
                yield clip(plain(f"{pad(clock, _first_column())}{pad(who_, 8)}  {about}"), self._room)

    def _full_lines(self, messages: Sequence[Told]) -> Iterator[str]:
        for told in messages:
            above = _(" (escalated)") if escalated(told) else ""
            yield plain(f"{pad(_clock(told), _first_column())}{self.name(told)}{above}  {told['title']}")
            for line in str(told["body"]).splitlines():
                yield "    " + plain(line)

    def _step_lines(self, steps: Iterable[Step]) -> Iterator[str]:
        """One line for what became of one part of one schedule."""
        found: dict[tuple[Kind, str, str], list[Step]] = defaultdict(list)
        for each in steps:
            found[each.kind, each.schedule, each.part].append(each)
        for (kind, schedule, _part), of in found.items():
            titles = list(dict.fromkeys(each.title for each in of))
            title = titles[0] if len(titles) == 1 else self._titles.get(schedule, titles[0])
            names = list(dict.fromkeys(each.who for each in of))
            who = _(", ").join(names[:MOST_NAMES])
            if len(of) > MOST_NAMES or len(titles) > 1:
                who = _("{names} …, {n} in all").format(names=who, n=len(of))
            about = _("{title} ({who})").format(title=title, who=who)
            yield plain(f"{pad(_(HEADS[kind]), _first_column())}{about}{_ending(kind, of)}")

    def _about(self, told: Told) -> str:
        """The title; of a message of several things, what they belong to as well."""
        title = str(told["title"])
        keys = (str(item["schedule"]) for item in told["items"])
        schedules = dict.fromkeys(self._titles[key] for key in keys if key in self._titles)
        others = [each for each in schedules if each not in title]
        return _("{title}: {others}").format(title=title, others=_(", ").join(others)) if others else title


def escalated(told: Told) -> bool:
    """Whether somebody above those who owe it is told."""
    return any(item["to"] in ESCALATED for item in told["items"])


def named(day: date) -> str:
    """A day with its weekday."""
    return f"{day.isoformat()} {_(WEEKDAYS[day.weekday()])}"


def listed_names(names: Sequence[str]) -> str:
    """The first names and how many there are."""
    if len(names) <= MOST_NAMES:
        return _(", ").join(names)
    return _("{names} and others, {n} people").format(names=_(", ").join(names[:MOST_NAMES]), n=len(names))


def _first_column() -> int:
    """Cells of the column that holds the hour, or what happened."""
    return max(7, *(2 + cells(_(head)) for head in HEADS.values()))


def _clock(told: Told) -> str:
    return f"{datetime.fromisoformat(str(told['at'])):%H:%M}"


def _summed(steps: Sequence[Step], messages: Sequence[Told]) -> str:
    """How much of what, on the line of the day."""
    kinds = Counter(each.kind for each in steps)
    words = [_("{what} {n}").format(what=_(HEADS[kind]), n=kinds[kind]) for kind in HEADS if kinds[kind]]
    if messages:
        above = sum(escalated(told) for told in messages)
        sent = count(_("1 message"), _("{n} messages"), len(messages))
        words.append(sent + (_(" ({n} escalated)").format(n=above) if above else ""))
    return _(", ").join(words)


def _ending(kind: Kind, of: Sequence[Step]) -> str:
    """How it stands in the evening: of what fell due what is not done, of what was closed what was late or ended otherwise."""
    if kind == "due":
        undone = sum(each.state in (Obligation.OPEN, Obligation.PAUSED) for each in of)
        return _(" {n} not done").format(n=undone) if undone else ""
    if kind == "closed":
        late = sum(each.late for each in of)
        other = Counter(each.state for each in of if each.state != Obligation.DONE)
        words = [_(" {n} late").format(n=late)] if late else []
        words += [" " + _("{what} {n}").format(what=_(state), n=n) for state, n in other.items()]
        return "".join(words)
    return ""
