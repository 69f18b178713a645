"""A case as an inspector looks it over: its steps with their dates, what is out of order or late, whether those who acted were licensed.

A case is what an event started. Everything is derived from the definition that it was opened with and from what is recorded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow
from models.queries import inspection as read
from models.queries.inspection import Owed, Span
from schedules.belated import entered_late
from schedules.chain import Known, applies, fact_day, over
from schedules.chain_checks import Check, checks, told_day
from schedules.grammar import HANDLERS, Schedule, Step
from schedules.valid_on import Held, Holding, holding
from tasks.duties.known import known_of
from tasks.live import Live, definition

GONE = ("withdrawn", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One obligation of a step, or a step that is not owed yet or by nobody. `told_on`: the day that the record itself names.

    `state` is the obligation's, or "waiting" (a period), "to-come" or "over".
    """

    key: str
    title: str
    who: str
    state: str
    due_on: date | None
    done_on: date | None
    told_on: date | None
    recorded_at: datetime | None
    by: str | None
    late: bool
    obligation_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """How one who handled the case stood on the day of an act. `card` is the certificate that says so."""

    person: str
    act: str
    day: date
    holding: Holding
    card: Held | None

    @property
    def well(self) -> bool:
        """Whether a valid certificate was held."""
        return self.holding == "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case with everything that was looked at. `licensed`: whether its schedule asks handlers for a certificate at all."""

    occurrence: OccurrenceRow
    schedule: Schedule
    lines: tuple[StepLine, ...]
    checks: tuple[Check, ...]
    licences: tuple[Licence, ...]
    licensed: bool
    handlers: tuple[str, ...]

    @property
    def broken(self) -> tuple[Check, ...]:
        """What is out of order or late."""
        return tuple(each for each in self.checks if each.verdict == "broken")

    @property
    def unlicensed(self) -> tuple[Licence, ...]:
        """Acts on whose day somebody held no valid certificate."""
        return tuple(each for each in self.licences if not each.well)

    @property
    def entered_late(self) -> int:
        """How many records were made afterwards."""
        return sum(line.late for line in self.lines)


def case_files(session: Session, live: Live, span: Span, *, now: datetime) -> list[CaseFile]:
    """Every case of a span, the newest first; a fixed number of statements. Sealed ones are among them: the caller leaves them out."""
    return describe(session, live, read.cases(session, span), now=now)


def describe(
    session: Session, live: Live, occurrences: Sequence[OccurrenceRow], *, now: datetime
) -> list[CaseFile]:
    """These occurrences as cases, in their order."""
    chains = [(row, definition(session, row.version_id)) for row in occurrences]
    facts = known_of(session, chains)
    owed = read.owed(session, [row.id for row in occurrences])
    keys = {key for row, schedule in chains for key in _handlers(row, schedule)}
    names, cards = read.names(session, keys), read.cards(session, keys)
    return [
        _case(live, row, schedule, facts[row.id], owed.get(row.id, []), names, cards, now=now)
        for row, schedule in chains
    ]


def _handlers(row: OccurrenceRow, schedule: Schedule) -> tuple[str, ...]:
    """The people whom the event names as those who handle it, by their ids; none where it names a unit."""
    if schedule.who.from_event is None or schedule.who.from_event != HANDLERS:
        return ()
    return tuple(row.fields.get(schedule.who.from_event, ()))


def _case(
    live: Live, row: OccurrenceRow, schedule: Schedule, known: Known, owed: Sequence[Owed], names: Mapping[str, str],
    cards: Mapping[tuple[str, str], Sequence[CredentialRow]], *, now: datetime,
) -> CaseFile:  # fmt: skip
    calendar, today = live.office.calendar, live.today(now)
    standing = [each for each in owed if each.obligation.state not in GONE]
    dues = _dues([each.obligation for each in standing], schedule)
    keys, kind = _handlers(row, schedule), schedule.who.credential
    return CaseFile(
        occurrence=row, schedule=schedule, lines=tuple(_lines(live, schedule, known, standing)),
        checks=checks(schedule, known, dues, calendar, today=today), licensed=kind is not None and bool(keys),
        handlers=tuple(names.get(key, key) for key in keys),
        licences=tuple(_licences(row, schedule, known, keys, kind, names, cards)) if kind is not None else (),
    )  # fmt: skip


def _dues(rows: Sequence[ObligationRow], schedule: Schedule) -> dict[str, date]:
    """The due day of each step as it stands; what waits for an outside body or the party itself is not ours to be late with."""
    return {
        row.part: row.due_on
        for row in rows
        if row.part in schedule.steps and row.due_on is not None and row.waits_for is None and row.state != "paused"
    }  # fmt: skip


def _lines(live: Live, schedule: Schedule, known: Known, owed: Sequence[Owed]) -> list[StepLine]:
    found: list[StepLine] = []
    for key, step in schedule.steps.items():
        mine = [each for each in owed if each.obligation.part == key]
        found += [_line(live, key, step, known, each) for each in mine]
        if not mine and applies(schedule, key, known):
            end = over(schedule, key, known, live.office.calendar) if step.wait else None
            state = "to-come" if not step.wait or end is None else "waiting"
            found.append(
                StepLine(key=key, title=step.title, who="", state=state, due_on=None, done_on=end, told_on=None, recorded_at=None,
                         by=None, late=False, obligation_id=None)
            )  # fmt: skip
    return found


def _line(live: Live, key: str, step: Step, known: Known, each: Owed) -> StepLine:
    row, record, fact = each.obligation, each.record, known.done.get(key)
    late = record is not None and entered_late(
        record.done_on, live.today(record.recorded_at), live.office.calendar
    )
    return StepLine(
        key=key, title=step.title, who=each.party, state=row.state, due_on=row.due_on,
        done_on=row.done_on or (record.done_on if record else None), told_on=told_day(step, fact) if fact else None,
        recorded_at=record.recorded_at if record else None, by=each.by, late=late, obligation_id=row.id,
    )  # fmt: skip


def _licences(
    row: OccurrenceRow, schedule: Schedule, known: Known, keys: Sequence[str], kind: str, names: Mapping[str, str],
    cards: Mapping[tuple[str, str], Sequence[CredentialRow]],
) -> list[Licence]:  # fmt: skip
    """How each handler stood on the day of the case itself and on that of every step which handlers owe and have done."""
    acts = [(schedule.title, row.held_on), *_acts(schedule, known)]
    found = []
    for key in keys:
        held = [
            Held(number=card.number, issued_on=card.issued_on, expires_on=card.expires_on, state=card.state)
            for card in cards.get((key, kind), ())
        ]
        for act, day in acts:
            how, card = holding(held, day)
            found.append(Licence(person=names.get(key, key), act=act, day=day, holding=how, card=card))
    return found


def _acts(schedule: Schedule, known: Known) -> list[tuple[str, date]]:
    acts = []
    for key, fact in known.done.items():
        step = schedule.steps[key]
        if fact.done_on is not None and step.owed_by in (None, HANDLERS) and step.track is None:
            acts.append((step.title, fact_day(schedule, key, fact.done_on, fact.values)))
    return sorted(acts, key=lambda act: act[1])
