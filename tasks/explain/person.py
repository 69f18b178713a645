"""`explain --person`: everything that a person was, will be or was not told on a day, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from models.people import PersonRow, UnitRow
from models.queries import explained as read
from models.queries import explained_told as records
from models.queries import pages_ledger
from models.schedules import ScheduleRow
from schedules.dates_text import said_day
from schedules.words import Gettext, Words, phrase
from tasks.explain.asked import Asked
from tasks.explain.audience import outside
from tasks.explain.duty import explain_duty, title_of
from tasks.explain.fate import NOT, TOLD, WILL, Fate, fate_of
from tasks.explain.item import Item, RungSaid
from tasks.explain.rungs import outline, said
from tasks.explain.to_open import Opening, to_open
from tasks.wording.naming import HIDDEN
from tasks.wording.sent_words import NOTICE, NOTICES

AHEAD = timedelta(days=400)
MOST_MESSAGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message to the person on the day: what became of it, and what it carries."""

    id: int
    state: str
    title: str
    channel: str
    fate: Fate
    carries: tuple[Words, ...]

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "id": self.id, "verdict": self.fate.verdict, "reason": self.fate.reason, "state": self.state, "at": asked.iso(self.fate.at),
            "channel": self.channel, "title": self.title, "carries": [each.text(gettext) for each in self.carries],
            "sentences": [self.fate.says.text(gettext)],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """The next thing the person will be told after the day."""

    title: Words
    rung: RungSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDay:
    """The answer about one person and one day. `notes` are about the person: left, not here yet, outside the audience."""

    person: PersonRow
    unit: str
    on: date
    notes: tuple[Words, ...]
    messages: tuple[Told, ...]
    items: tuple[Item, ...]
    openings: tuple[Opening, ...]
    following: Coming | None
    left_off: int = 0  # duties beyond those that are told

    def count(self, verdict: str) -> int:
        """How many duties came to this verdict."""
        return sum(each.verdict == verdict for each in self.items)

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        after = self.following
        return {
            "person": {"id": self.person.key, "name": self.person.name, "unit": self.unit}, "on": self.on.isoformat(),
            "as_of": asked.iso(asked.now), "notes": [each.text(gettext) for each in self.notes],
            "told": self.count(TOLD), "will_be_told": self.count(WILL), "not_told": self.count(NOT),
            "left_off": self.left_off, "messages": [each.to_json(gettext, asked) for each in self.messages],
            "items": [each.to_json(gettext, asked.iso) for each in self.items],
            "openings": [each.to_json(gettext, asked) for each in self.openings],
            "next": {"title": after.title.text(gettext), **after.rung.to_json(gettext, asked.iso)} if after else None,
        }  # fmt: skip


def explain_person(
    asked: Asked, person: PersonRow, *, schedules: Sequence[ScheduleRow] | None = None, whole: bool = False
) -> PersonDay:
    """Answer for a person and the day in question; only about these schedules, if any are given. `whole`: however much it is."""
    ids = None if schedules is None else frozenset(row.id for row in schedules)
    duties, left_off = read.duties_around(
        asked.session, person.id, on=asked.on, since=asked.since - read.NEAR, until=asked.until, schedules=ids,
        most=None if whole else read.MOST,
    )  # fmt: skip
    items = [explain_duty(asked, each, person) for each in _near(asked, duties, ids)]
    own = {each.row.id for each in duties}
    items += _of_others(asked, person, own, ids)
    openings = to_open(asked, person, only=None if schedules is None else [row.key for row in schedules])
    notes = list(_notes(asked, person))
    if schedules is not None and not notes:
        notes += [
            note
            for row in schedules
            if not _concerns(row, duties, openings)
            for note in outside(asked, person, row)
        ]
    order = {TOLD: 0, WILL: 1, NOT: 2}
    unit = asked.session.get(UnitRow, person.unit_id) if person.unit_id is not None else None
    return PersonDay(
        person=person, unit=unit.title if unit else "", on=asked.on, notes=tuple(notes), messages=_messages(asked, person),
        items=tuple(sorted(items, key=lambda item: order[item.verdict])), openings=openings, following=_following(asked, person),
        left_off=left_off,
    )  # fmt: skip


def _near(asked: Asked, duties: Sequence[read.DutyRead], ids: frozenset[int] | None) -> list[read.DutyRead]:
    """Of one schedule the occurrences near the day; who asks about all gets what was read."""
    if ids is None:
        return list(duties)
    near = timedelta(days=60)
    kept = [
        each
        for each in duties
        if each.row.closed_at is None or abs(each.occurrence.held_on - asked.on) <= near
    ]
    return kept or list(duties)[-3:]


def _concerns(row: ScheduleRow, duties: Sequence[read.DutyRead], openings: Sequence[Opening]) -> bool:
    return any(each.schedule.id == row.id for each in duties) or any(
        each.schedule == row.key for each in openings
    )


def _notes(asked: Asked, person: PersonRow) -> list[Words]:
    day = {"name": person.name}
    if person.left_on is not None and person.left_on <= asked.on:
        left = said_day(person.left_on, today=asked.today)
        return [
            phrase("{name} left the office; since {day} nothing is told to this person.", **day, day=left)
        ]
    if person.joined_on is not None and person.joined_on > asked.on:
        joined = said_day(person.joined_on, today=asked.today)
        return [
            phrase("{name} joins on {day}; before that nothing is told to this person.", **day, day=joined)
        ]
    return []


def _messages(asked: Asked, person: PersonRow) -> tuple[Told, ...]:
    wanted = pages_ledger.Filter(units=frozenset(), person_id=person.id, first=asked.since, until=asked.until)
    lines = pages_ledger.messages(asked.session, wanted, limit=MOST_MESSAGES, offset=0)
    kinds = records.notices_on(asked.session, [line.message.id for line in lines])
    return tuple(
        Told(
            id=line.message.id, state=line.message.state, title=line.message.title or "", channel=line.channel,
            fate=fate_of(asked, line, due=None), carries=carries(asked, line.message.id, kinds.get(line.message.id, ())),
        )
        for line in reversed(lines)
    )  # fmt: skip


def carries(asked: Asked, message_id: int, kinds: Sequence[str]) -> tuple[Words, ...]:
    """What a message carries: duties by name, notices by kind."""
    found: dict[int, Words] = {}
    for row in pages_ledger.carried(asked.session, message_id):
        if row.withdrawn is None and row.obligation_id not in found:
            found[row.obligation_id] = _named(asked, row.obligation_id)
    return (*found.values(), *(NOTICES.get(kind, NOTICE) for kind in kinds))


def _named(asked: Asked, obligation_id: int) -> Words:
    duty = read.duty(asked.session, obligation_id)
    return title_of(outline(asked, duty)) if duty is not None else HIDDEN


def _of_others(asked: Asked, person: PersonRow, own: set[int], ids: frozenset[int] | None) -> list[Item]:
    """What the person will be told on the day about the duties of others."""
    if asked.until <= asked.now:
        return []
    rows = read.coming(
        asked.session, person.id, since=max(asked.since, asked.now), until=asked.until, limit=read.MOST
    )
    seen: dict[int, read.DutyRead] = {
        duty.row.id: duty
        for _, _, duty in rows
        if duty.row.id not in own and (ids is None or duty.schedule.id in ids)
    }
    return [explain_duty(asked, duty, person, own=False) for duty in seen.values()]


def _following(asked: Asked, person: PersonRow) -> Coming | None:
    since = max(asked.until, asked.now)
    row = next(iter(read.coming(asked.session, person.id, since=since, until=since + AHEAD, limit=1)), None)
    if row is None:
        return None
    rung, name, duty = row
    whole = outline(asked, duty)
    return Coming(title=title_of(whole), rung=said(asked, whole, rung, name))
