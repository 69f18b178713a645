"""A schedule, its steps and the registers in words: kind, term, basis, owner; for `docs/duties.md` and the page of a schedule.

Reads definitions as they would be written in YAML, so that a word of the grammar stands here once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from schedules.dues import basis_of
from schedules.fields import WEEKDAYS
from schedules.grammar import Basis, Schedule, Step
from schedules.office import OfficeSpec
from schedules.rounding import MONTHS
from schedules.rounding import day as day_of_year
from schedules.terms import parse_term, term_words
from schedules.words import Gettext, Words, phrase

KINDS: Mapping[str, Words] = {
    "weekly": phrase("every week"), "monthly": phrase("every month"), "quarterly": phrase("every quarter"),
    "yearly": phrase("a day of each year"), "before": phrase("a term in each year"), "by": phrase("a term in each year"),
    "dates": phrase("on set days only"), "cron": phrase("at set times"), "window": phrase("in certain months"),
    "expiry": phrase("when a certificate expires"), "event": phrase("started by an event"), "once": phrase("a campaign, once"),
}  # fmt: skip
CYCLES: Mapping[str, tuple[Words, Words]] = {
    "calendar-year": (phrase("by the year"), phrase("by 31 December")),
    "calendar-half": (phrase("by the half-year"), phrase("by 30 June and 31 December")),
    "calendar-quarter": (phrase("by the quarter"), phrase("by the end of each quarter")),
    "calendar-month": (phrase("by the month"), phrase("by the end of each month")),
}
NUMBERS: Mapping[str, Words] = {
    "law": phrase("set by law"), "default": phrase("a default, adjustable"), "custom": phrase("custom of the office"),
}  # fmt: skip
WEEKLY = (
    phrase("every Monday"), phrase("every Tuesday"), phrase("every Wednesday"), phrase("every Thursday"), phrase("every Friday"),
    phrase("every Saturday"), phrase("every Sunday"),
)  # fmt: skip
DAYS: Mapping[str, Words] = {
    "due": phrase("the time limit"), "expiry": phrase("the day it expires"), "on": phrase("the day itself"),
    "held_on": phrase("the activity itself"), "start": phrase("its beginning"),
}  # fmt: skip
LAST_DAY, LAST_WORKDAY = phrase("by the last day of {months}"), phrase("by the last working day of {months}")
Plain = Mapping[str, Any]


def plain(definition: Any) -> Plain:
    """A definition as it would be written."""
    found: Plain = definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return found


class DutyWords:
    """What an office's definitions say, in the language of `gettext`."""

    def __init__(self, office: OfficeSpec, gettext: Gettext) -> None:
        self.office, self.gettext = office, gettext

    def say(self, words: Words) -> str:
        """A phrase in the language."""
        return words.text(self.gettext)

    def listed(self, parts: Iterable[str]) -> str:
        """Parted as the language parts a list."""
        return self.gettext(", ").join(parts)

    def kind(self, schedule: Schedule) -> str:
        """What sort of duty it is."""
        when = plain(schedule.when)
        if "cycle" in when:
            cycle = when["cycle"]
            return self.say(CYCLES[cycle][0] if cycle in CYCLES else phrase("each time a span is full"))
        return self.say(next(word for key, word in KINDS.items() if key in when))

    def term_of(self, schedule: Schedule) -> str:
        """Until when, in a phrase."""
        when = plain(schedule.when)
        cycle = str(when.get("cycle", ""))
        if cycle in CYCLES:
            return self.say(CYCLES[cycle][1])
        if cycle:
            return self.say(phrase("each time it is {term}", term=self.term(when["every"])))
        key = next(key for key in KINDS if key in when)
        if key == "event":
            return self.gettext("; ").join(self._timed(schedule))
        return TERMS[key](self, when) if key in TERMS else str(when[key])

    def _timed(self, schedule: Schedule) -> Iterator[str]:
        for name in deciding(schedule):
            step = schedule.steps[name]
            yield self.say(phrase("{step}: {term}", step=step.title, term=self.step_term(schedule, step)))

    def basis_of_term(self, schedule: Schedule) -> tuple[str, str]:
        """Where the term that `term_of` names comes from: of a chain the articles of those steps, and whose numbers they are."""
        steps = deciding(schedule) if "event" in plain(schedule.when) else ()
        found = [self.basis(basis_of(schedule, key)) for key in steps] or [self.basis(schedule.basis)]
        texts, kinds = zip(*dict.fromkeys(found), strict=True)
        parted = self.gettext("; ")
        return parted.join(texts), parted.join(dict.fromkeys(kinds))

    def basis(self, basis: Basis | None) -> tuple[str, str]:
        """The rule, and whether its number is law or may be changed."""
        if basis is None:
            return self.say(phrase("the office's own")), self.say(NUMBERS["custom"])
        return basis.text, self.say(NUMBERS[basis.kind])

    def term(self, written: object) -> str:
        """`20 workdays` as 20个工作日, `90 days` as the law writes it: 90日."""
        found = parse_term(written)
        return self.say(phrase("{n} calendar days", n=found.n) if found.unit == "days" else term_words(found))

    def step_term(self, schedule: Schedule, step: Step) -> str:
        """Until when a step is due, in a phrase; what has no term of its own says so."""
        found, titles = plain(step), {name: each.title for name, each in schedule.steps.items()}
        if "wait" in found:
            since = self._since(found, titles)
            return self.say(phrase("{since}, wait {term}", since=since, term=self.term(found["wait"])))
        if "within" in found:
            return self._within(found, titles)
        due = found.get("due")
        if isinstance(due, dict) and "by" in due:
            side = "before" if "before" in due else "after"
            named = due[side]
            day = titles.get(named) or (self.say(DAYS[named]) if named in DAYS else str(named))
            fields = {"term": self.term(due["by"]), "day": day}
            return self.say(
                phrase("{term} before {day}", **fields) if side == "before" else phrase("{term} after {day}", **fields)
            )  # fmt: skip
        return self.term_of(schedule) if due else self.say(phrase("no time limit"))

    def _within(self, found: Plain, titles: Mapping[str, str]) -> str:
        rolled = phrase(", a last day of rest moves on") if found.get("roll") == "next-workday" else ""
        inside = (
            phrase(" (own limit {term})", term=self.term(found["internal"])) if "internal" in found else ""
        )
        return self.say(
            phrase("{since}, within {term}{rolled}{internal}", since=self._since(found, titles), term=self.term(found["within"]),
                   rolled=rolled, internal=inside)
        )  # fmt: skip

    def _since(self, found: Plain, titles: Mapping[str, str]) -> str:
        after = found.get("after")
        earlier = many(after.get("earlier")) if isinstance(after, dict) else ()
        if earlier:
            names = self.say(phrase(" or ")).join(titles.get(name, name) for name in earlier)
            return self.say(phrase("from the earlier of {names}", names=names))
        named = after.get("all") if isinstance(after, dict) else after
        event = self.say(phrase("the event itself"))
        names = self.listed(event if name == "event" else titles.get(name, name) for name in many(named))
        return self.say(phrase("from {names}", names=names))

    def owner(self, schedule: Schedule) -> str:
        """Who owes it."""
        return self.listed(self._named(plain(schedule.who)))

    def step_owner(self, schedule: Schedule, step: Step) -> str:
        """Who owes a step."""
        found = plain(step)
        owed_by = found.get("owed_by")
        if "wait" in found:
            return "—"
        if "track" in found:
            return self.say(phrase("the party itself ({owner} is reminded)", owner=self.owner(schedule)))
        if isinstance(owed_by, dict):
            return self.listed(self._named(owed_by))
        who = plain(schedule.who)
        if owed_by == "assist":
            return self.listed(self._named(who["assist"]))
        return self.listed(self._named(who["responsible"])) if "responsible" in who else self.owner(schedule)

    def _named(self, who: Plain) -> Iterator[str]:
        file = self.office.file
        for key in ("role", "roles"):
            yield from (file.roles[role].title for role in many(who.get(key)))
        for key in () if who.get("from_event") else ("unit", "units", "external"):
            yield from (file.units[self.office.unit(unit)].title for unit in many(who.get(key)))
        if "responsible" in who:
            yield from self._named(who["responsible"])
        if "assist" in who:
            yield self.say(phrase("assisted by {names}", names=self.listed(self._named(who["assist"]))))
        yield from map(self.say, of_record(who))
        yield from many(who.get("tags"))


def deciding(schedule: Schedule) -> tuple[str, ...]:
    """The step that decides whether it was on time, else every step with a term."""
    return tuple(
        name
        for name, step in schedule.steps.items()
        if schedule.on_time == name or (schedule.on_time is None and plain(step).get("within"))
    )


def of_record(who: Plain) -> Iterator[Words]:
    """Those whom an event, a row of a list or a certificate names."""
    if who.get("from_event") == "handlers":
        yield phrase(
            "the handlers named when it is recorded (at least {n}, with valid cards)",
            n=who.get("at_least", 1),
        )
    elif who.get("from_event"):
        yield phrase("the unit named when it is recorded")
    elif who.get("credential"):
        enforcement = who["credential"] == "enforcement"
        yield (
            phrase("holders of an enforcement card")
            if enforcement
            else phrase("holders ({kind})", kind=who["credential"])
        )
    if who.get("target"):
        yield phrase("the unit or person that the list names")
    if who.get("holder"):
        yield phrase("the holder of the card")


def many(value: object) -> tuple[str, ...]:
    """One or several, as YAML allows both."""
    if isinstance(value, (list, tuple)):
        return tuple(value)
    return (str(value),) if value else ()


def _days(words: DutyWords, days: object) -> str:
    found = (each.split("-") for each in many(days))
    return words.listed(words.say(day_of_year(date(2000, int(month), int(day)))) for month, day in found)


def _weekly(words: DutyWords, when: Plain) -> str:
    day = words.say(WEEKLY[WEEKDAYS.index(when["weekly"])])
    return f"{day} {when['time']}" if "time" in when else day


def _monthly(words: DutyWords, when: Plain) -> str:
    day = when["monthly"]
    last = day == "last-workday"
    return words.say(
        phrase("last working day of each month") if last else phrase("day {n} of each month", n=day)
    )


def _quarterly(words: DutyWords, when: Plain) -> str:
    day = when["quarterly"]
    last = day == "last-workday"
    return words.say(
        phrase("last working day of each quarter") if last else phrase("day {n} of each quarter", n=day)
    )


def _yearly(words: DutyWords, when: Plain) -> str:
    held, days = when.get("held"), _days(words, when["yearly"])
    if not held:
        return days
    span = {"before": words.term(held["from"]), "after": words.term(held["to"])}
    return words.say(phrase("{days} (held between {before} before and {after} after)", days=days, **span))


def _window(words: DutyWords, when: Plain) -> str:
    months = words.listed(words.say(MONTHS[int(month) - 1]) for month in when["window"])
    last = LAST_DAY if when.get("due") == "last-day" else LAST_WORKDAY
    return words.say(Words(last.msgid, {"months": months}))


TERMS: Mapping[str, Callable[[DutyWords, Plain], str]] = {
    "weekly": _weekly, "monthly": _monthly, "quarterly": _quarterly, "yearly": _yearly, "window": _window,
    "before": lambda words, when: words.say(phrase("before {days}, that day not included", days=_days(words, when["before"]))),
    "by": lambda words, when: words.say(phrase("by {days}, that day included", days=_days(words, when["by"]))),
    "dates": lambda words, when: words.listed(when["dates"]),
    "expiry": lambda words, when: words.say(phrase("before it expires (listed {term} ahead)", term=words.term(when["opens"]))),
    "once": lambda words, when: words.say(phrase("from {first} to {last}", first=when["once"]["from"], last=when["once"]["to"])),
}  # fmt: skip
