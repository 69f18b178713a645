"""The rungs of a duty as they stand: which were reached and what became of them, which are still to come and whom they tell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.obligations import RungRow
from models.people import PartyRow, PersonRow
from models.queries import duty_page
from models.queries import explained as read
from models.queries.duty_page import Sent
from schedules.grammar import Schedule
from schedules.words import Words, phrase
from tasks.explain.asked import Asked
from tasks.explain.counted import Counted, Stored, counted
from tasks.explain.item import RungSaid
from tasks.live import definition
from tasks.wording.sent_words import AUDIENCES

HIDDEN_RUNG = phrase("details are not public")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A duty with its definition and every reminder of it, the newest first. `own`: it is owed by the person who is asked about."""

    duty: read.DutyRead
    schedule: Schedule
    sent: Sequence[Sent]
    own: bool = True

    @property
    def hidden(self) -> bool:
        """Whether nothing may be said but that there is a duty."""
        return self.schedule.privacy == "sealed"


def story(asked: Asked, duty: read.DutyRead, *, own: bool = True) -> Story:
    """Read what was said about a duty."""
    return replace(outline(asked, duty), sent=duty_page.reminders(asked.session, duty.row.id), own=own)


def outline(asked: Asked, duty: read.DutyRead) -> Story:
    """A duty with its definition, for its name and its rungs; its reminders are not read."""
    return Story(duty=duty, schedule=definition(asked.session, duty.occurrence.version_id), sent=())


def audience(asked: Asked, rung: RungRow) -> Words:
    """Whom a rung tells, in words."""
    if rung.phase == "approve":
        return phrase("to those who may agree")
    if rung.scope_id is not None:
        told = asked.session.get_one(PartyRow, rung.scope_id)
        return AUDIENCES["group"] if told.kind == "group" else phrase("to {who}", who=told.title)
    return AUDIENCES.get(rung.to_kind, Words("{to}", {"to": rung.to_kind}))


def said(asked: Asked, whole: Story, rung: RungRow, name: str | None = None) -> RungSaid:
    """A rung in words, with why it speaks then."""
    if whole.hidden:
        return RungSaid(at=rung.at, label=HIDDEN_RUNG, to=audience(asked, rung))
    found = explained(asked, whole, rung, name or read.name_of(asked.session, rung))
    return RungSaid(
        at=rung.at, label=found.label, to=audience(asked, rung), says=found.says, skipped=found.skipped
    )


def explained(asked: Asked, whole: Story, rung: RungRow, name: str) -> Counted:
    """How the instant of a rung was counted."""
    row = whole.duty.row
    stored = Stored(
        name=name, anchor=rung.anchor, anchor_on=rung.anchor_on, at=rung.at, opened_at=row.opened_at
    )
    return counted(asked, whole.schedule, row.part, stored)


def is_for(asked: Asked, whole: Story, sent: Sent, person: PersonRow) -> bool:
    """Whether a reminder was for the person: in person, by the group's bot that names them, or, where nothing reached, as who owes it."""
    if sent.line is None:
        return whole.own and sent.rung.to_kind == "assignee"
    if sent.line.person is not None:
        return sent.line.person.id == person.id
    return (
        sent.line.is_group
        and sent.rung.to_kind == "assignee"
        and sent.rung.scope_id is None
        and read.is_mentioned(asked.session, person.id, whole.duty.row.party_id, at=sent.at)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A rung still to come, and the way by which it tells the person; `deputies` are told in the person's place."""

    rung: RungRow
    name: str
    way: read.Way | None
    deputies: tuple[read.Way, ...] = ()


def ahead(asked: Asked, whole: Story, person: PersonRow) -> Iterator[Ahead]:
    """The rungs of a duty still to come that tell the person or whoever stands in, in order."""
    row = whole.duty.row
    if row.state != "open" or row.next_no is None:
        return
    for rung, name in read.rungs(asked.session, row.timeline_id):
        if rung.no < row.next_no or _is_spared(asked, whole, rung):
            continue
        found = read.ways(asked.session, rung, row.party_id, at=rung.at)
        own = next((way for way in found if way.person is not None and way.person.id == person.id), None)
        group = next((way for way in found if way.person is None), None)
        if own is not None:
            yield Ahead(rung=rung, name=name, way=own)
        elif group is not None and rung.to_kind == "assignee" and rung.scope_id is None:
            if read.is_mentioned(asked.session, person.id, row.party_id, at=rung.at):
                yield Ahead(rung=rung, name=name, way=group)
        elif whole.own and rung.to_kind == "assignee" and rung.scope_id is None:
            yield Ahead(rung=rung, name=name, way=None, deputies=tuple(way for way in found if way.via))


def _is_spared(asked: Asked, whole: Story, rung: RungRow) -> bool:
    """Whether a rung says nothing, since its figure is reached or somebody signed."""
    row = whole.duty.row
    if rung.threshold is not None and row.progress >= rung.threshold:
        return True
    return rung.unless_id is not None and read.is_signed(asked.session, row, rung.unless_id)


def spared(asked: Asked, whole: Story) -> tuple[RungRow, str, Words] | None:
    """A rung that stands on the day, was passed, and told nobody, with why."""
    row = whole.duty.row
    reached = read.fired(asked.session, row.id, epoch=row.epoch)
    for rung, name in read.rungs(asked.session, row.timeline_id):
        if (
            not asked.on_day(rung.at)
            or rung.at > asked.now
            or rung.name_id in reached
            or rung.to_kind == "deputy"
        ):
            continue
        if rung.threshold is not None and row.progress >= rung.threshold:
            return rung, name, phrase("The figure that this reminder speaks of was reached already.")
        if rung.unless_id is not None:
            return (
                rung,
                name,
                phrase("It is told only if nobody signs, and that was not asked for or somebody did."),
            )
        return (
            rung,
            name,
            phrase(
                "It stood still then: the schedule was paused, or the duty was closed or waited for approval."
            ),
        )
    return None
