"""The deeds of a script, each by the use case that people use. See `script.py` for what may be written."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import singledispatchmethod
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.schedules import OfficeVersionRow, ScheduleRow
from schedules.calendar import Override
from schedules.errors import NotFound, Refused
from schedules.grammar import Attendance as Gathering
from schedules.grammar import FromRegister, Quota, Schedule
from schedules.loader import SourceFile, load
from schedules.office import OfficeSpec
from schedules.quota import HUNDREDTHS
from schedules.words import phrase
from tasks.apply import apply
from tasks.applying.history import restored
from tasks.days.calendar_change import import_days
from tasks.duties.confirm import How, confirm
from tasks.duties.credit import add_credit
from tasks.duties.extend import ask, decide
from tasks.duties.standing import span_of
from tasks.duties.stop_clock import resume, stop
from tasks.events import chain, record_event
from tasks.gatherings.attend import Mark, record_session
from tasks.live import Live, definition
from tasks.registers import add_entry, declare_zero
from tasks.roster.absences import add_absence
from tasks.roster.people import Cipher
from tasks.simulation import script as written
from tasks.simulation.simulated_counts import filled_in

HOW: How = "sim"
LEFT = "离职日期"
A_DAY = 8 * HUNDREDTHS  # what one of the others adds to a quota without a target
Plain = dict[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Does deeds at one instant in an open transaction. Raises Refused like the use cases."""

    session: Session
    live: Live
    now: datetime
    cipher: Cipher

    @singledispatchmethod
    def do(self, deed: written.Deed) -> None:
        """Do one."""
        raise TypeError(type(deed).__name__)

    @do.register
    def _(self, deed: written.Confirm) -> None:
        duty = self._duty(deed.confirm, deed.key, deed.part, deed.party)
        self._record(duty, deed.done_on or self._today, deed.evidence, self._person(deed.by))

    @do.register
    def _(self, deed: written.Attendance) -> None:
        away: dict[int, Mark] = {self._known(person): "leave" for person in deed.leave}
        away |= {self._known(person): "absent" for person in deed.absent}
        self._gather(self._duty(deed.attendance, deed.key, "record"), away, deed.evidence)

    @do.register
    def _(self, deed: written.Hours) -> None:
        duty = self._duty(deed.hours, None, "", deed.party)
        self._credit(duty, deed.amount * HUNDREDTHS, deed.course, deed.kind)

    @do.register
    def _(self, deed: written.Happening) -> None:
        record_event(
            self.session, self.live, kind=deed.event, key=deed.key, on=deed.on or self._today, given=deed.fields_,
            at=None if deed.on else self.now, by=self._person(deed.by), now=self.now,
        )  # fmt: skip

    @do.register
    def _(self, deed: written.Extension) -> None:
        duty = self._duty(deed.extend, deed.key, deed.part)
        ask(
            self.session, self.live, obligation_id=duty.id, reason=deed.reason, basis=deed.basis or "", by=None, now=self.now
        )  # fmt: skip
        if deed.by is not None:
            decide(
                self.session,
                self.live,
                obligation_id=duty.id,
                grant=True,
                by=self._person(deed.by),
                now=self.now,
            )

    @do.register
    def _(self, deed: written.Stop) -> None:
        stop(
            self.session, self.live, chain(self.session, deed.pause, deed.key), reason=deed.reason, basis=deed.basis or "",
            on=self._today, by=self._person(deed.by), now=self.now,
        )  # fmt: skip

    @do.register
    def _(self, deed: written.Resume) -> None:
        case = chain(self.session, deed.resume, deed.key)
        resume(self.session, self.live, case, on=self._today, by=self._person(deed.by), now=self.now)

    @do.register
    def _(self, deed: written.Entry) -> None:
        add_entry(
            self.session, self.live, register=deed.entry, held_on=deed.held_on or self._today, values=_plain(deed.fields_),
            files={}, by=self._person(deed.by), source=f"sim:{deed.entry}:{self.now:%Y%m%d%H%M}", how=HOW, now=self.now,
        )  # fmt: skip

    @do.register
    def _(self, deed: written.Zero) -> None:
        self._declare(deed.zero, deed.from_, deed.to, self._person(deed.by))

    @do.register
    def _(self, deed: written.Absent) -> None:
        add_absence(
            self.session, self.live, person_id=self._known(deed.absent), from_on=deed.from_, until_on=deed.until, kind=deed.why,
            deputy_id=self._person(deed.deputy), by=None, now=self.now,
        )  # fmt: skip

    @do.register
    def _(self, deed: written.Leaves) -> None:
        """The roster with the day on which this person left comes into force."""
        files = dict(self.session.get_one(OfficeVersionRow, self.live.version_id).files)
        roster = next(name for name in files if name.rpartition("/")[2] == "people.csv")
        read = csv.DictReader(io.StringIO(files[roster]))
        rows = list(read)
        gone = [row for row in rows if row["工号"] == deed.leaves]
        if not gone:
            raise NotFound(phrase("there is no person '{name}'", name=deed.leaves))
        gone[0][LEFT] = self._today.isoformat()
        text = io.StringIO()
        writer = csv.DictWriter(
            text, list(dict.fromkeys((*(read.fieldnames or ()), LEFT))), lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
        files[roster] = text.getvalue()
        office, _bare = restored(self.session, _without(deed.leaves, files), self.cipher)
        apply(self.session, office, files, by=HOW, now=self.now, cipher=self.cipher)

    @do.register
    def _(self, deed: written.DayOff) -> None:
        override = Override(day=deed.day_off, is_workday=False, name=deed.reason, reason=deed.reason)
        import_days(self.session, [override], by=HOW, now=self.now)

    def meet(self, obligation_id: int) -> bool:
        """Meet a duty with made-up evidence, if it is still open. Return whether anything was done."""
        duty = self.session.get_one(ObligationRow, obligation_id, populate_existing=True)
        if duty.state != "open":
            return False
        occurrence, schedule = self._of(duty)
        done = schedule.done
        if isinstance(done, Quota):
            self._credit(duty, (duty.target or A_DAY) - duty.progress, "年度课程", "")
        elif isinstance(done, FromRegister):
            if not done.declared:
                return False
            first, last = span_of(schedule, occurrence, self.live)
            self._declare(done.register_, first, min(last, self._today), None)
        elif isinstance(done, Gathering) and duty.part == "record":
            self._gather(duty, {}, {})
        else:
            self._record(duty, self._today, {}, None)
        return True

    @property
    def _today(self) -> date:
        return self.live.today(self.now)

    def _of(self, duty: ObligationRow) -> tuple[OccurrenceRow, Schedule]:
        occurrence = self.session.get_one(OccurrenceRow, duty.occurrence_id)
        return occurrence, definition(self.session, occurrence.version_id)

    def _record(self, duty: ObligationRow, done_on: date, evidence: written.Given, by: int | None) -> None:
        values = self._evidence(duty, done_on, evidence)
        confirm(
            self.session, self.live, obligation_id=duty.id, by=by, done_on=done_on, evidence=values, files={}, note=None, how=HOW,
            now=self.now,
        )  # fmt: skip

    def _gather(self, duty: ObligationRow, away: dict[int, Mark], evidence: written.Given) -> None:
        occurrence, _schedule = self._of(duty)
        values = self._evidence(duty, occurrence.held_on, evidence)
        record_session(
            self.session, self.live, obligation_id=duty.id, away=away, evidence=values, files={}, done_on=occurrence.held_on,
            by=None, how=HOW, now=self.now,
        )  # fmt: skip

    def _evidence(self, duty: ObligationRow, day: date, given: written.Given) -> Plain:
        """Everything that is asked for, with what is given in place of what would be made up."""
        occurrence, schedule = self._of(duty)
        dice = Random(duty.id)  # noqa: S311 - play, not secrecy
        return {**filled_in(self.live, schedule, occurrence, duty, dice, day), **_plain(given)}

    def _credit(self, duty: ObligationRow, amount: int, course: str, kind: str) -> None:
        add_credit(
            self.session, self.live, obligation_id=duty.id, amount=amount, kind=kind, done_on=self._today, by=None, title=course,
            source=f"sim:{duty.id}:{self.now:%Y%m%d%H%M}", how=HOW, now=self.now,
        )  # fmt: skip

    def _declare(self, register: str, first: date, last: date, by: int | None) -> None:
        declare_zero(
            self.session,
            self.live,
            register=register,
            from_on=first,
            to_on=last,
            by=by,
            how=HOW,
            now=self.now,
        )

    def _duty(self, schedule: str, key: str | None, part: str, party: str | None = None) -> ObligationRow:
        """The latest duty with these names. Raise NotFound."""
        query = (
            select(ObligationRow)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            .order_by(ObligationRow.id.desc())
        )
        query = query.where(OccurrenceRow.key == key) if key is not None else query
        query = query.where(PartyRow.key == party) if party is not None else query
        found = self.session.scalars(query).first()
        if found is None:
            named = " ".join(filter(None, (key, part, party)))
            raise NotFound(phrase("there is no '{schedule}' {key}", schedule=schedule, key=named))
        return found

    def _known(self, person: str) -> int:
        found = self.session.scalar(select(PersonRow.id).where(PersonRow.key == person))
        if found is None:
            raise NotFound(phrase("there is no person '{name}'", name=person))
        return found

    def _person(self, person: str | None) -> int | None:
        return None if person is None else self._known(person)


def _without(person: str, files: dict[str, str]) -> OfficeSpec:
    """The office that somebody left. Raise Refused where it does not hold without him, a role that nobody else has for one."""
    loaded = load([SourceFile(path, text.encode()) for path, text in sorted(files.items())])
    if loaded.office is None:
        first = loaded.problems[0]
        raise Refused(phrase("the office does not hold without '{name}': {why}", name=person, why=first.what))
    return loaded.office


def _plain(given: written.Given) -> Plain:
    return {name: values[0] if len(values) == 1 else list(values) for name, values in given.items()}
