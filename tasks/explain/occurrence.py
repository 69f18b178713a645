"""One occurrence: what it is held by, its ladders rung by rung, and at each rung who was told, who will be, and who was not and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.obligations import OccurrenceRow, RungRow
from models.queries import explained as read
from models.queries import explained_told as records
from models.queries.archive import decisions
from models.schedules import ScheduleRow
from schedules.ladder import RECORD
from schedules.parts import part_title
from schedules.states import Obligation
from schedules.words import Gettext, Words, phrase
from tasks.delivery.divert import UNREACHABLE
from tasks.explain.asked import Asked
from tasks.explain.fate import NOT, TOLD, WILL, Fate, Verdict, fate_of, withdrawn
from tasks.explain.item import RungSaid
from tasks.explain.rungs import Story, said
from tasks.live import definition
from tasks.wording.naming import HIDDEN

STATES: Mapping[str, Words] = {
    "done": phrase("done already"), "waived": phrase("waived"), "withdrawn": phrase("not theirs any more"),
    "cancelled": phrase("cancelled"), "submitted": phrase("recorded, waits for approval"), "paused": phrase("its clock stands still"),
    "history": phrase("due before the office began, only listed"), "expected": phrase("attendance not recorded yet"),
}  # fmt: skip
PAUSED = phrase("the schedule is paused")
SPARED = phrase("the figure is reached")
GROUP = phrase("the work group")
FEW = 40  # parties up to which the readers of a rung to come are looked up one by one


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rung came to for some people: the verdict, a stable code, the sentence or reason, and their names."""

    verdict: Verdict
    reason: str
    says: Words
    names: tuple[Words, ...]

    def to_json(self, gettext: Gettext) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "verdict": self.verdict,
            "reason": self.reason,
            "sentence": self.says.text(gettext),
            "who": [each.text(gettext) for each in self.names],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RungStory:
    """One rung of one part, and what it came to or will come to."""

    part: str
    part_title: Words | None
    rung: RungSaid
    outcomes: tuple[Outcome, ...]

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "part": self.part, **self.rung.to_json(gettext, asked.iso), "outcomes": [each.to_json(gettext) for each in self.outcomes],
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceStory:
    """One occurrence. `version` is the definition it was opened with; `says` what was decided about it and by whom."""

    key: str | None
    title: Words
    held_on: date
    opens_at: datetime
    due_on: date | None
    state: str
    version: int
    version_since: datetime
    says: tuple[Words, ...]
    rungs: tuple[RungStory, ...]

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "key": self.key, "title": self.title.text(gettext), "date": self.held_on.isoformat(), "opens_at": asked.iso(self.opens_at),
            "due_on": self.due_on.isoformat() if self.due_on else None, "state": self.state, "version": self.version,
            "version_since": asked.iso(self.version_since), "sentences": [each.text(gettext) for each in self.says],
            "rungs": [each.to_json(gettext, asked) for each in self.rungs],
        }  # fmt: skip


def explain_occurrence(asked: Asked, row: ScheduleRow, occurrence: OccurrenceRow) -> OccurrenceStory:
    """Answer for one occurrence. A fixed number of statements and one for each rung and waiting message."""
    schedule = definition(asked.session, occurrence.version_id)
    hidden = schedule.privacy == "sealed"
    duties = read.duties_of(asked.session, occurrence.id)
    version = records.version_of(asked.session, occurrence.version_id)
    rungs = tuple(_rungs(asked, Story(duty=duties[0], schedule=schedule, sent=()), duties)) if duties else ()
    return OccurrenceStory(
        key=None if hidden else occurrence.key, title=HIDDEN if hidden else Words("{title}", {"title": occurrence.title}),
        held_on=occurrence.held_on, opens_at=occurrence.opens_at, due_on=occurrence.due_on, state=occurrence.state, version=version.no,
        version_since=version.applied_at, says=tuple(_says(asked, row, occurrence, hidden=hidden)), rungs=rungs,
    )  # fmt: skip


def _says(asked: Asked, row: ScheduleRow, occurrence: OccurrenceRow, *, hidden: bool) -> Iterator[Words]:
    version = records.version_of(asked.session, occurrence.version_id)
    if row.live_version_id != occurrence.version_id:
        yield phrase(
            "It was opened with version {n} and keeps it; the schedule was changed since.", n=version.no
        )
    made = decisions(asked.session, occurrence)
    for each in made if not hidden else ():
        at = asked.moment(each.at)
        if each.action == "move" and each.to_date is not None:
            yield phrase(
                "Moved by hand {at} to {new}: {why}", at=at, new=asked.day(each.to_date), why=each.reason
            )
        else:
            yield phrase("Skipped by hand {at}: {why}", at=at, why=each.reason)
    if occurrence.moved_from is not None and not made:
        yield phrase(
            "By the rule it would be {day}; it was moved off a rest day to {new}.",
            day=asked.day(occurrence.moved_from),
            new=asked.day(occurrence.held_on),
        )
    if occurrence.provisional:
        yield phrase("Provisional: the holidays of that year are not announced yet.")


def _rungs(asked: Asked, whole: Story, duties: Sequence[read.DutyRead]) -> Iterator[RungStory]:
    """Every rung of every timeline of the occurrence, in the order in which they speak."""
    groups: dict[tuple[str, int], list[read.DutyRead]] = defaultdict(list)
    for duty in duties:
        if duty.row.timeline_id is not None:
            groups[duty.row.part, duty.row.timeline_id].append(duty)
    reached: dict[tuple[int, int], list[records.Reached]] = defaultdict(list)
    for each in records.reached(asked.session, whole.duty.occurrence.id):
        reached[each.timeline_id, each.no].append(each)
    fates: dict[int, Fate] = {}
    found: list[RungStory] = []
    for (part, timeline_id), owing in groups.items():
        story = Story(duty=owing[0], schedule=whole.schedule, sent=())
        for rung, name in read.rungs(asked.session, timeline_id):
            outcomes = _outcomes(asked, rung, owing, reached[timeline_id, rung.no], fates)
            found.append(
                RungStory(
                    part=part,
                    part_title=_part(whole, part),
                    rung=said(asked, story, rung, name),
                    outcomes=tuple(outcomes),
                )
            )
    yield from sorted(found, key=lambda each: each.rung.at)


def _part(whole: Story, part: str) -> Words | None:
    if whole.hidden or not part:
        return None
    match part:
        case _ if part == RECORD:
            return phrase("attendance record")
        case "make_up":
            return phrase("make-up")
        case _:
            title = part_title(whole.schedule, part)
            return Words("{title}", {"title": title}) if title else None


def _outcomes(
    asked: Asked, rung: RungRow, owing: Sequence[read.DutyRead], reached: Sequence[records.Reached], fates: dict[int, Fate]
) -> Iterator[Outcome]:  # fmt: skip
    """What became of a rung: by what happened to the reminders, then those of whom there is none."""
    groups: dict[tuple[Verdict, str], tuple[Words, list[Words]]] = {}
    for each in reached:
        fate = _fate(asked, each, fates)
        words = SHORT.get(fate.reason, fate.says)
        code = fate.reason
        if (
            each.line is None and code == UNREACHABLE
        ):  # there was no one to write to, not a person without a channel
            words, code = NOBODY, "nobody"
        groups.setdefault((fate.verdict, code), (words, []))[1].append(_name(rung, each, owing))
    told = {each.obligation_id for each in reached}
    rest = [duty for duty in owing if duty.row.id not in told]
    for duty in rest:
        verdict, code, words = _without(rung, duty)
        names = _readers(asked, rung, duty) if verdict == WILL and len(rest) <= FEW else None
        if names == []:
            verdict, code, words = NOT, "nobody", NOBODY
        names = names or [_plain(duty.party.title)]  # where many owe it, whose duties it is about
        groups.setdefault((verdict, code), (words, []))[1].extend(names)
    order = {TOLD: 0, WILL: 1, NOT: 2}
    for (verdict, code), (words, names) in sorted(groups.items(), key=lambda pair: order[pair[0][0]]):
        once = {str(name): name for name in names}
        yield Outcome(verdict=verdict, reason=code, says=words, names=tuple(once.values()))


def _plain(text: str) -> Words:
    return Words("{name}", {"name": text})


def _readers(asked: Asked, rung: RungRow, duty: read.DutyRead) -> list[Words]:
    """Whom a rung to come tells; nobody where it means those who owe it themselves, or a post that is vacant."""
    found = read.ways(asked.session, rung, duty.row.party_id, at=rung.at)
    return [_reader(way.person.name if way.person else None, way.via) for way in found]


def _reader(name: str | None, via: str | None) -> Words:
    if name is None:
        return GROUP
    return phrase("{name} (standing in: {via})", name=name, via=via) if via else _plain(name)


def _fate(asked: Asked, each: records.Reached, fates: dict[int, Fate]) -> Fate:
    if each.withdrawn is not None or each.line is None:
        return withdrawn(each.withdrawn or UNREACHABLE)
    number = each.line.message.id
    if number not in fates:
        fates[number] = fate_of(asked, each.line, due=each.at)
    return fates[number]


NOBODY = phrase("nobody further to tell: whom it means owes it, or the post is vacant")
SHORT = {
    "sent": phrase("told"), "unverified": phrase("told, arrival unproven"), "held": phrase("waits for the clerk's release"),
    "paper": phrase("to be printed and handed over"), "queued": phrase("waits to be sent"),
    "quiet": phrase("waits for the end of quiet hours"), "wish": phrase("waits for the time they asked for"),
    "limit": phrase("waits: the channel may not be used more often now"), "retry": phrase("to be tried again"),
    "unknown": phrase("unknown whether it arrived"), "failed": phrase("could not be sent"),
    "trial": phrase("went to the clerk, the office is on trial"), "closed": phrase("left out, done before it went out"),
    "moved": phrase("left out, somebody else is told"), "silenced": phrase("silenced by the clerk"),
    "snoozed": phrase("asked to be reminded later"), "unreachable": phrase("no channel reaches them"),
    "begun": phrase("left out, it had begun"), "channel-broken": phrase("the channel is out of order"),
}  # fmt: skip


def _name(rung: RungRow, each: records.Reached, owing: Sequence[read.DutyRead]) -> Words:
    """Who was told: the reader; in a group the one whom it names, or the group where it names nobody."""
    if each.line is not None and (each.line.person is not None or rung.scope_id is not None):
        return _reader(each.line.person.name if each.line.person else None, each.via)
    return _plain(next((duty.party.title for duty in owing if duty.row.id == each.obligation_id), ""))


def _without(rung: RungRow, duty: read.DutyRead) -> tuple[Verdict, str, Words]:
    """Of whom there is no reminder of this rung: still to come, or why not."""
    row = duty.row
    if row.state != Obligation.OPEN:
        return NOT, row.state, STATES.get(row.state, Words("{state}", {"state": row.state}))
    if rung.threshold is not None and row.progress >= rung.threshold:
        return NOT, "spared", SPARED
    if duty.schedule.paused_at is not None:
        return NOT, "paused", PAUSED
    if row.next_no is not None and rung.no >= row.next_no and rung.unless_id is None:
        return WILL, "coming", phrase("will be told")
    if rung.unless_id is not None:
        return NOT, "if-unsigned", phrase("only if nobody signs")
    if rung.to_kind == "deputy":
        return NOT, "nobody-away", phrase("nobody is away")
    return NOT, "passed", phrase("it had passed when the duty was opened or spoke again")
