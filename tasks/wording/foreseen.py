"""A message before anything is in force, from the office's files alone: as one reader would get it, by itself and if nobody is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schedules.dues import in_hours
from schedules.grammar import Anniversary, Cycle, Expiry, FromRegister, Once, Quota, Schedule, Topics
from schedules.ladder import MILESTONE, RungAt
from schedules.lights import days_late, workdays_late
from schedules.office import OfficeSpec, Person
from schedules.parts import PARTY, OwnedBy, Part, evidence_of, part_title
from schedules.periods import milestones_in
from schedules.posts import GROUP
from schedules.preview import Span, Viewer
from schedules.quota import HUNDREDTHS, full_target
from schedules.rung_series import notice_words
from schedules.slot import Slot
from schedules.tally import Tally, stages
from schedules.told import NOBODY, PAPER, Telling
from tasks.delivery import links
from tasks.delivery.compose import basis_text, kind_of
from tasks.delivery.payloads import (
    Contact,
    GroupMessage,
    PartyKind,
    PersonMessage,
    ReminderLine,
    Rendered,
    evidence_hint,
)
from tasks.delivery.privacy import overheard
from tasks.duties.standing import TOPICS, ShownFigure, grouped, topics_by
from tasks.wording.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as one reader would get it. `recipient`: a person's id, None for the group; `others`: who else gets one like it."""

    recipient: str | None
    others: int
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class _Party:
    """Who owes one thing: a person, a unit or those who hold a role, with the unit it is counted to."""

    kind: PartyKind
    title: str
    unit: str
    owner: OwnedBy
    owing: tuple[str, ...]


class Composer:
    """Composes what is foreseen with the texts that are sent. What a register or a quota holds is taken for nothing yet."""

    def __init__(self, office: OfficeSpec, texts: Texts, viewer: Viewer, *, link: str) -> None:
        self._office, self._texts, self._viewer, self._link = office, texts, viewer, link
        self._telling = Telling(office)
        contact = office.file.contact
        known = office.has_person(contact.person) if contact else False
        name = office.person(contact.person).name if contact and known else contact.person if contact else ""
        self._contact = Contact(person=name, phone=contact.phone if contact else "")

    def messages(self, schedule: Schedule, slot: Slot, span: Span | None = None) -> list[Message | None]:
        """One message for each telling of an occurrence, in the order of `rungs`; None where nobody is told or nothing reaches them.

        With `span` only those in [first, last) of these instants.
        """
        found = self._viewer.tellings(schedule, slot)
        return [
            self._message(schedule, slot, part, rung, [each for one, each in found if one.key == part.key])
            for part, rung in found
            if span is None or span[0] <= rung.at < span[1]
        ]

    def _message(
        self, schedule: Schedule, slot: Slot, part: Part, rung: RungAt, ladder: Sequence[RungAt]
    ) -> Message | None:
        owing = self._viewer.owing(slot, part)
        people = self._telling.people(part.owner, owing, rung.to)
        reader = self._office.person(people[0]) if people else None
        ways = self._telling.channels([reader.id] if reader else [], rung.to, rung.channel)
        channel = next(iter(ways), NOBODY)
        if channel == NOBODY:
            return None
        to_group = rung.to == GROUP or (channel != PAPER and self._office.file.channels[channel].group)
        lines = tuple(
            self._line(schedule, slot, part, rung, party, reader, urged=_urged(ladder, rung, part.owner))
            for party in self._parties(part, owing)
            if reader is None or to_group or reader.id in self._told(party, rung)
        )
        rendered = self._rendered(lines, reader, channel, rung, to_group=to_group)
        return Message(
            recipient=None if to_group or reader is None else reader.id,
            others=0 if to_group else max(0, len(people) - 1), title=rendered.title, body=rendered.body,
        )  # fmt: skip

    def _rendered(
        self, lines: tuple[ReminderLine, ...], reader: Person | None, channel: str, rung: RungAt, *, to_group: bool
    ) -> Rendered:  # fmt: skip
        language = (reader.lang if reader and not to_group else None) or self._office.file.language
        tz = self._office.tz
        if to_group or reader is None:
            group = GroupMessage(
                lines=lines, tz=tz, contact=self._contact, released=rung.to != GROUP and rung.phase == "after"
            )
            found = self._texts.message(group, language)
            found, name = replace(found, body=links.fill(found.body, None)), self._office.file.title
        else:
            paper = channel == PAPER
            personal = PersonMessage(
                recipient_name=reader.name, lines=lines, tz=tz, contact=Contact() if paper else self._contact,
                overheard=overheard(self._office.file.channels[channel].url) if not paper else True, whole=paper,
            )  # fmt: skip
            found = self._texts.message(personal, language)
            body = links.fill(found.body, None) if paper else links.mask(found.body, self._link)
            found, name = replace(found, body=body), reader.name
        if self._office.file.mode == "trial":
            found = replace(found, body=self._texts.trial(found.body, name, language))
        return found

    def _parties(self, part: Part, owing: tuple[str, ...]) -> Iterator[_Party]:
        units, owner = self._office.file.units, part.owner
        if owner.kind == "units":
            for key in owner.keys:
                alone = replace(owner, keys=(key,))
                yield _Party(
                    "unit", units[key].title, key, alone, tuple(each for each in [units[key].head] if each)
                )
        elif owner.kind == "role" and owing:
            title = self._office.file.roles[owner.keys[0]].title
            yield _Party("role", title, self._office.person(owing[0]).unit, owner, owing)
        else:
            for key in owing:
                person = self._office.person(key)
                yield _Party("person", person.name, person.unit, owner, (key,))

    def _told(self, party: _Party, rung: RungAt) -> tuple[str, ...]:
        return self._telling.people(party.owner, party.owing, rung.to)

    def _line(
        self, schedule: Schedule, slot: Slot, part: Part, rung: RungAt, party: _Party, reader: Person | None, *, urged: int
    ) -> ReminderLine:  # fmt: skip
        """One reminder as values, as `tasks.delivery.compose.reminder_line` has them of what is on record."""
        office, kind = self._office, kind_of(schedule, part.key)
        today = rung.at.astimezone(office.tz).date()
        due = part.due_on or today
        unit = office.file.units[party.unit].title
        return ReminderLine(
            schedule_key=schedule.id, schedule_kind=kind, occurrence_key=slot.key, title=(slot.title or schedule.title)[:200],
            public_title=schedule.title, part=part.key, part_title=part_title(schedule, part.key), phase=rung.phase,
            anchor=rung.anchor, anchor_on=rung.anchor_on if rung.phase != "open" else None, due_on=part.due_on, due_at=part.due_at,
            today=today, days_left=max(0, (due - today).days), days_late=days_late(due, today),
            workdays_late=workdays_late(due, today, office.calendar), party_kind=party.kind,
            party_title=self._who_owes(party, unit, reader), unit_title=unit,
            to_kind="assignee" if rung.to == GROUP or rung.to.startswith("role:") else rung.to, as_list=rung.as_list,
            target=full_target(schedule.done), threshold=rung.threshold, figures=self._figures(schedule, slot, part, rung),
            counted_in=schedule.done.sum if isinstance(schedule.done, Quota) else "hours",
            cycle=schedule.when.cycle if isinstance(schedule.when, Cycle) else "calendar-year",
            basis=basis_text(schedule, part.key), provisional=part.provisional, text=rung.text or "",
            subject=self._subject(schedule, slot, part), starts_at=slot.starts_at, privacy=schedule.privacy,
            evidence_hint=evidence_hint(evidence_of(schedule, part.key)), urged=urged,
            waits_for=PARTY if part.waits_for == PARTY else office.file.units[part.waits_for].title if part.waits_for else "",
            notice=notice_words(rung.notice, office) if rung.notice else "", sign=rung.asks is not None,
            unsigned=rung.unless is not None, of_leaders=unit == self._leaders_unit,
            own=party.kind != "person" or reader is None or reader.id in party.owing,
            over=in_hours(schedule, part.key) and part.due_at is not None and rung.at > part.due_at,
        )  # fmt: skip

    def _who_owes(self, party: _Party, unit: str, reader: Person | None) -> str:
        if party.kind != "person" or reader is None or reader.id in party.owing:
            return party.title
        several = sum(each.name == party.title for each in self._office.people) > 1
        return f"{party.title}（{unit}）" if several else party.title

    def _subject(self, schedule: Schedule, slot: Slot, part: Part) -> str:
        if isinstance(schedule.when, (Anniversary, Once)):
            return ""
        if (
            part.key
            and slot.subject
            and isinstance(schedule.when, Expiry)
            and self._office.has_person(slot.subject)
        ):
            return self._office.person(slot.subject).name
        return slot.subject or ""

    def _figures(self, schedule: Schedule, slot: Slot, part: Part, rung: RungAt) -> tuple[ShownFigure, ...]:
        day = slot.date or date.min
        by = rung.anchor_on if rung.anchor.startswith(MILESTONE) else None
        match schedule.done:
            case FromRegister() as done if not part.key and not done.declared:
                register = self._office.register_or_none(done.register_)
                if register is None:
                    return ()
                on_the_way = [each.by for each in milestones_in(schedule, day)]
                asked = stages(schedule, day)
                wanted = asked[
                    on_the_way.index((by.month, by.day)) if by and (by.month, by.day) in on_the_way else -1
                ]
                return grouped(Tally().measures(wanted, register.options()), register)
            case Topics() as done if not part.key:
                wanted_topics = topics_by(schedule, by)
                full = len(done.topics) * HUNDREDTHS
                return (
                    ShownFigure(
                        TOPICS, "", 0, full if wanted_topics is None else wanted_topics, tuple(done.topics)
                    ),
                )
            case _:
                return ()

    @property
    def _leaders_unit(self) -> str | None:
        """The title of the unit of the first leader."""
        post = self._office.file.posts.get("leader")
        if post is None or not post.person or not self._office.has_person(post.person):
            return None
        return self._office.file.units[self._office.person(post.person).unit].title


def _urged(ladder: Sequence[RungAt], rung: RungAt, owner: OwnedBy) -> int:
    """How often who owes was asked before, if nobody is done: opening notices do not count."""
    asked = {"assignee", *(f"role:{key}" for key in owner.keys if owner.kind == "role")}
    return len(
        {
            each.at
            for each in ladder
            if each.at < rung.at and each.to in asked and each.phase not in ("open", "approve")
        }
    )
