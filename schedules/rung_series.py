"""One rung, several tellings: its repeats, and the climb when nobody signs for it. Their instants, lasting names and words."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from schedules.instants import instant
from schedules.office import OfficeSpec
from schedules.remind import Rung
from schedules.sending import sending_day_from
from schedules.terms import SUB_DAY, Term, last_day, term_words
from schedules.words import Words, phrase

_REPEATED = re.compile(r" #([0-9]+)")
_UNSIGNED = re.compile(r" \[.*\] unsigned")


def tellings(
    rung: Rung, at: datetime, *, until: datetime, office: OfficeSpec
) -> Iterator[tuple[int, datetime]]:
    """The instants of a rung that is first reached at `at`, each with its number from 1.

    A rung before an anchor speaks of a day to come, so its repeats end `until` the anchor; what is late then has rungs of its own.
    """
    yield 1, at
    if rung.repeat is None:
        return
    every = rung.repeat.every
    for count in range(1, rung.repeat.most + 1):
        later = after(at, Term(every.n * count, every.unit), office)
        if rung.before and later > until:
            return
        yield count + 1, later


def after(at: datetime, term: Term, office: OfficeSpec) -> datetime:
    """The instant a term after another: hours on the clock, working days at the same time of a day on which messages go out."""
    if term.unit in SUB_DAY:
        return at + (timedelta(hours=term.n) if term.unit == "hours" else timedelta(minutes=term.n))
    local = at.astimezone(office.tz)
    day = sending_day_from(last_day(local.date(), term, office.calendar), office)
    return instant(day, local.time(), office.tz)


def repeated_name(base: str, count: int) -> str:
    """The lasting name of a telling: the first has the rung's own."""
    return base if count == 1 else f"{base} #{count}"


def signature_name(base: str, to: tuple[str, ...]) -> str:
    """What a signature is given for: the rung and those it asks, its repeats included."""
    return f"{base} [{' '.join(to)}]"


def unsigned_name(signature: str) -> str:
    """The lasting name of the climb."""
    return f"{signature} unsigned"


def decorated(label: Words, rung: Rung, office: OfficeSpec, *, count: int = 1, climbs: bool = False) -> Words:
    """The words of a rung with the colour of its notice, the number of the repeat, or that nobody has signed."""
    if climbs and rung.acknowledge is not None:
        return phrase(
            "{rung}, not signed for within {term}", rung=label, term=term_words(rung.acknowledge.within)
        )
    if count > 1:
        label = phrase("{rung}, time no. {n}", rung=label, n=count)
    if rung.notice is not None:
        label = phrase("[{notice}] {rung}", notice=notice_words(rung.notice, office), rung=label)
    return label


def read_back(name: str, base: str) -> tuple[int, bool] | None:
    """The number of the telling, and whether it is the climb, of a stored name `… -> audience`; None for another rung's."""
    own, arrow, _ = name.rpartition(" -> ")
    if not arrow or not own.startswith(base):
        return None
    rest = own[len(base) :]
    if not rest:
        return 1, False
    if found := _REPEATED.fullmatch(rest):
        return int(found[1]), False
    return (1, True) if _UNSIGNED.fullmatch(rest) else None


def notice_words(colour: str, office: OfficeSpec) -> Words:
    """What the office calls a notice of this colour: its own title, else 蓝色提醒, 黄色预警, 红色督办."""
    own = office.file.notices.get(colour)  # type: ignore[call-overload]
    if own is not None:
        return phrase("{title}", title=own.title)
    return {
        "blue": phrase("Blue notice"),
        "yellow": phrase("Yellow warning"),
        "red": phrase("Red notice"),
    }[colour]
