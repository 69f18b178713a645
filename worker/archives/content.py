"""What a package says about one occurrence: read in one transaction, in the office's language, as values for its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.obligations import FileRow, OccurrenceRow
from models.queries import archive as read
from models.queries.archive import Kept, Owed, Units
from models.queries.holders import card_of
from models.schedules import ScheduleRow
from schedules.belated import entered_late
from schedules.grammar import EvidenceField, Schedule
from schedules.ladder import MAKE_UP, RECORD
from schedules.parts import evidence_of
from schedules.words import Words, phrase
from tasks.delivery.links import LINK
from tasks.duties.duty import Duty
from tasks.duties.trail import Step, trail
from tasks.duties.whose import of_holder
from tasks.live import Live, definition
from worker.web.display import CHANNELS, MESSAGE_STATES, STATES, Display
from worker.web.duties.evidence_form import LABELS

MARKS: Mapping[str, Words] = {
    "present": phrase("present"),
    "leave": phrase("on leave"),
    "absent": phrase("absent"),
}
OCCURRENCES: Mapping[str, Words] = {
    "opening": phrase("under way"), "open": phrase("under way"), "closed": phrase("closed"), "cancelled": phrase("cancelled"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Who packs: the units that may be read (None: all), and whether what is sealed is among it."""

    units: Units = None
    sealed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file that a record brought: under which field, as it was called, and the instant of the record."""

    label: str
    row: FileRow
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record of a duty as label and value, and the files it brought; `counts` while nothing took its place."""

    name: str
    facts: Sequence[tuple[str, str]]
    files: Sequence[Uploaded]
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One duty in the list of an occurrence."""

    name: str
    who: str
    unit: str
    due_on: date | None
    done_on: date | None
    state: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody expected at a gathering: the mark in words, and when they checked in, if they did."""

    name: str
    unit: str
    mark: str
    arrived_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it was sent; the personal link is named and not given. `body` None: it spoke of other matters too."""

    at: datetime
    to: str
    channel: str
    state: str
    title: str
    body: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything about one occurrence. `at`: the last instant at which anything of it changed."""

    schedule: str
    key: str
    title: str
    held_on: date
    state: str
    at: datetime
    facts: Sequence[tuple[str, str]] = ()
    lines: Sequence[Line] = ()
    records: Sequence[Record] = ()
    attendees: Sequence[Attendee] = ()
    messages: Sequence[Message] = ()
    items: Sequence[tuple[str, str]] = ()
    steps: Sequence[Step] = ()
    names: Mapping[int, str] = field(default_factory=dict)


def content(session: Session, live: Live, d: Display, occurrence_id: int, scope: Scope) -> Content | None:
    """The content for one reader; None for what that reader does not see, or what is not there."""
    occurrence = session.get(OccurrenceRow, occurrence_id)
    if occurrence is None:
        return None
    schedule = definition(session, occurrence.version_id)
    if schedule.privacy == "sealed" and not scope.sealed:
        return None
    duties = read.owed(session, occurrence_id, scope.units)
    if not duties and scope.units is not None:
        return None
    return _Reader(session, live, d, occurrence, schedule, duties).content()


class _Reader:
    """One occurrence under reading."""

    def __init__(
        self, session: Session, live: Live, d: Display, occurrence: OccurrenceRow, schedule: Schedule, duties: Sequence[Owed]
    ) -> None:  # fmt: skip
        self.session, self.live, self.d = session, live, d
        self.occurrence, self.schedule, self.duties = occurrence, schedule, duties
        self.card = card_of(session, occurrence)
        self.ids = [each.row.id for each in duties]
        self.names = {each.row.id: self._name(each) for each in duties}

    def content(self) -> Content:
        """Read it all. The key of a renewal holds the number of the certificate, which is not for packages: its day stands instead."""
        of, schedule_key = self.occurrence, self.session.get_one(ScheduleRow, self.occurrence.schedule_id).key
        kept = read.records(self.session, self.ids)
        messages = read.messages(self.session, self.duties)
        steps = trail(
            self.session, obligation_ids=self.ids, occurrence_id=of.id, day=lambda on: str(self.d.dated(on))
        )
        at = read.latest(
            [
                of.opens_at, of.closed_at, *(step.at for step in steps), *(each.message.sent_at for each in messages),
                *(record.row.recorded_at for records in kept.values() for record in records),
            ]
        )  # fmt: skip
        return Content(
            schedule=schedule_key, key=of.held_on.isoformat() if self.card else of.key, title=self._title(), held_on=of.held_on,
            state=self.d.words(OCCURRENCES[of.state]), at=at or of.opens_at, facts=self._facts(),
            lines=[self._line(each) for each in self.duties if each.row.part != MAKE_UP],
            records=[self._record(each, record) for each in self.duties for record in kept.get(each.row.id, ())],
            attendees=self._attendees(), messages=[self._message(each) for each in messages],
            items=[(each.title, self.d.words(OCCURRENCES[each.state])) for each in read.items(self.session, self.ids)],
            steps=steps, names=self.names,
        )  # fmt: skip

    def _title(self) -> str:
        of = self.occurrence
        if of.event_id is not None and of.subject:
            return self.d._("{title} ({subject})", title=of.title, subject=of.subject)
        return self.d.words(of_holder(of.title, self.card.holder if self.card else None))

    def _name(self, each: Owed) -> str:
        duty = Duty(row=each.row, occurrence=self.occurrence, schedule=self.schedule, party=each.party)
        return self.d.words(duty.name)

    def _facts(self) -> list[tuple[str, str]]:
        of, d = self.occurrence, self.d
        facts = [(d.gettext("Held or due"), self._day(of.held_on))]
        if of.moved_from is not None:
            facts.append((d.gettext("By the rule"), self._day(of.moved_from)))
        facts += [
            (d.gettext("Moved by hand") if each.action == "move" else d.gettext("Skipped by hand"),
             d._("{day}. Reason: {reason}", day=self._day(each.to_date or each.rule_on), reason=each.reason))
            for each in read.decisions(self.session, of)
        ]  # fmt: skip
        fields = of.fields if isinstance(of.fields, dict) else {}
        facts += [(name, "、".join(values)) for name, values in sorted(fields.items()) if values]
        if of.closed_as:
            facts.append((d.gettext("Ended as"), self.schedule.branches.get(of.closed_as, of.closed_as)))
        return facts

    def _day(self, on: date) -> str:
        return self.d._("{weekday} {day}", weekday=self.d.weekday(on), day=self.d.dated(on))

    def _line(self, each: Owed) -> Line:
        row = each.row
        return Line(
            name=self.names[row.id], who=each.party.title, unit=each.unit, due_on=row.due_on, done_on=row.done_on,
            state=self.d.words(STATES[row.state]), reason=row.late_reason or "",
        )  # fmt: skip

    def _record(self, each: Owed, kept: Kept) -> Record:
        d, row = self.d, kept.row
        asked = evidence_of(self.schedule, each.row.part)
        counts = row.state in ("submitted", "accepted")
        facts = [
            (d.gettext("Owed by"), each.party.title),
            (d.gettext("Done on"), self._day(row.done_on)),
            (d.gettext("Recorded"), f"{d.moment(row.recorded_at).striptags()} {kept.by or ''}".strip()),
        ]
        if entered_late(row.done_on, self.live.today(row.recorded_at), self.live.office.calendar):
            facts.append(
                (d.gettext("Mark"), d.gettext("entered late: more than 3 working days after it was done"))
            )
        facts += [
            (self._label(name, asked), value) for name, value, file in kept.fields if file is None and value is not None
        ]  # fmt: skip
        if row.note:
            facts.append((d.gettext("Remark"), row.note))
        if not counts:
            facts.append((d.gettext("Counts no more"), row.reason or "—"))
        files = [
            Uploaded(label=self._label(name, asked), row=file, at=row.recorded_at)
            for name, _, file in kept.fields
            if file is not None
        ]
        return Record(name=self.names[each.row.id], facts=facts, files=files, counts=counts)

    def _label(self, name: str, asked: Mapping[str, EvidenceField]) -> str:
        field_ = asked.get(name)
        if field_ is None:
            return name
        return field_.label or self.d.words(LABELS[field_.kind])

    def _attendees(self) -> list[Attendee]:
        expected = [
            each for each in self.duties if each.row.part == MAKE_UP and each.party.person_id is not None
        ]
        if not expected and not any(each.row.part == RECORD for each in self.duties):
            return []
        arrived = read.arrivals(self.session, self.occurrence.id)
        found = []
        for each in expected:
            if each.row.state in ("withdrawn", "cancelled"):
                continue
            came = arrived.get(each.party.person_id or 0)
            known = MARKS.get(each.row.mark or "")
            mark = self.d.words(known) if known else ""
            found.append(
                Attendee(name=each.party.title, unit=each.unit, mark=mark, arrived_at=came.at if came else None,
                         late=came.late if came else False)
            )  # fmt: skip
        return found

    def _message(self, each: read.Told) -> Message:
        row = each.message
        body = None if each.others else (row.body or "").replace(LINK, self.d.gettext("[personal link]"))
        state = MESSAGE_STATES.get(row.state)
        return Message(
            at=row.sent_at or row.send_at, to=each.person or self.d.gettext("the work group"), channel=self._channel(each),
            state=self.d.words(state[0]) if state else row.state, title="" if each.others else row.title or "", body=body,
        )  # fmt: skip

    def _channel(self, each: read.Told) -> str:
        known = CHANNELS.get(each.url.partition("://")[0].lower())
        return self.d.words(known) if known else each.channel
