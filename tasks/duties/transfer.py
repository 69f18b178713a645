"""Hand an open duty over to another person or unit 转办, with a reason. Its dates, records and ladder stay; both owners are told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.handovers import HandoverRow
from models.obligations import ObligationRow
from models.people import PartyRow, PersonRow, UnitRow
from models.queries.duties import lock_occurrence
from schedules.dates_text import day_text, due_text
from schedules.errors import NotFound, Refused
from schedules.grammar import Expiry, Quota
from schedules.ladder import CHILD, MAKE_UP
from schedules.lights import days_late
from schedules.states import Obligation, move_obligation
from schedules.steps import HANDLERS
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.decided import tell_handed_on
from tasks.duties.duty import Duty, actor, load
from tasks.duties.evidence import said
from tasks.duties.following import set_cursor
from tasks.duties.may import may_give_to, require
from tasks.live import Live

TRANSFERRED = "transferred"


@dataclass(frozen=True, slots=True)
class Transferred:
    """Who owed it, and who owes it now."""

    was: str
    now: str


def transfer(
    session: Session, live: Live, *, obligation_id: int, to_party: int, by: int | None, reason: str, asked_by: int | None = None,
    now: datetime,
) -> Transferred:  # fmt: skip
    """Let another party owe it from here on. Whoever may is said in `tasks.duties.may`; what a leaver left behind can be taken over too.

    Both owners are told; `asked_by` had asked for it, and is answered by the caller.

    The cursor stays; the epoch rises, so that the new owner is told what comes and nothing is sent any more to the one before.
    Raise Refused for what is closed, for what nobody can do in another's place, and for a party that owes the same already.
    """
    lock_occurrence(session, obligation_id)
    duty = load(session, obligation_id)
    require(session, live, duty, "reassign", by, now=now)
    words = said(reason, field="reason", missing=phrase("say in a few words why it is handed over"))
    check_transferable(duty)
    party = _check_party(session, live, duty, to_party, now=now)
    if not may_give_to(session, live, party, by, now=now):
        raise Refused(phrase("{party} is not one of your units", party=party.title), field="to")
    was, new = duty.party, _responsible(session, party)
    if duty.row.state == Obligation.OPEN:
        tell_handed_on(session, live, duty, was, party.title, words, but=(by, asked_by, *new), now=now)
    _move(session, duty, party, words, now=now)
    _settle(session, obligation_id, actor(by, "cli"), now=now)
    note(
        session, actor=actor(by, "cli"), act="transfer", subject_kind="obligation", subject_id=obligation_id, at=now,
        before=was.id, after=party.id,
    )  # fmt: skip
    session.flush()
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="transfer", key=f"{obligation_id}@{duty.row.epoch}",
        people=[each for each in new if each != by], now=now,
        full=Saying(
            phrase("Handed over to you: {title}", title=duty.name), lambda lang: [_told(live, duty, was, words, lang, now=now)]
        ),
        public=Saying(
            phrase("Handed over to you: {title}", title=duty.public_name),
            lambda _: [phrase("{title} was {party}'s and is yours now.", title=duty.public_name, party=was.title)],
        ),
    )  # fmt: skip
    return Transferred(was.title, party.title)


def party_of(session: Session, live: Live, name: str) -> int:
    """The party of a person's id, or of a unit's id or title. Raise NotFound."""
    key = live.office.unit(name) if live.office.has_unit(name) else name
    kind = "unit" if live.office.has_unit(name) else "person"
    found = session.scalar(select(PartyRow.id).where(PartyRow.kind == kind, PartyRow.key == key))
    if found is None:
        raise NotFound(phrase("'{name}' is neither a person of the roster nor a unit", name=name))
    return found


def check_transferable(duty: Duty) -> None:
    """Raise Refused for what is closed, and for what nobody can do in another's place."""
    _check_state(duty)
    _check_personal(duty)
    _check_handlers(duty)


def _settle(session: Session, obligation_id: int, by: str, *, now: datetime) -> None:
    """What its owner had asked for has come about, or has no use any more."""
    session.execute(
        update(HandoverRow)
        .where(HandoverRow.obligation_id == obligation_id, HandoverRow.state == "asked")
        .values(state="accepted", decided_by=by, decided_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _check_state(duty: Duty) -> None:
    left_behind = duty.row.state == Obligation.WITHDRAWN and duty.row.closed_why == "left"
    if duty.occurrence.state != "open" or not (duty.row.state == Obligation.OPEN or left_behind):
        raise Refused(phrase("only an open duty can be handed over"))


def _check_personal(duty: Duty) -> None:
    """Hours, a certificate and a missed session are each one's own."""
    if duty.part == MAKE_UP:
        raise Refused(phrase("what somebody missed he makes up himself; excuse him instead"))
    if duty.part == "" and isinstance(duty.schedule.done, Quota):
        raise Refused(phrase("hours are owed by each one himself; excuse him instead"))
    if duty.part == "" and isinstance(duty.schedule.when, Expiry):
        raise Refused(phrase("a certificate is renewed by its holder; excuse him instead"))


def _check_handlers(duty: Duty) -> None:
    """Who handles a case needs a certificate, and is not alone (行政处罚法42条): both are checked where the event names them."""
    who, step = duty.schedule.who, duty.schedule.steps.get(duty.part)
    by_handlers = duty.part != CHILD and (step is None or step.owed_by in (None, HANDLERS))
    if who.from_event is not None and who.credential is not None and by_handlers:
        raise Refused(
            phrase(
                "who handles it has to hold a certificate; amend '{field}' of the event instead",
                field=who.from_event,
            )
        )


def _check_party(session: Session, live: Live, duty: Duty, to_party: int, *, now: datetime) -> PartyRow:
    party = session.get_one(PartyRow, to_party)
    if party.id == duty.row.party_id:
        raise Refused(phrase("{party} owes it already", party=party.title), field="to")
    people = _responsible(session, party)
    today = live.today(now)
    here = [session.get_one(PersonRow, each) for each in people]
    if not any(person.left_on is None or person.left_on > today for person in here):
        raise Refused(phrase("there is nobody at {party} to take it over", party=party.title), field="to")
    other = session.scalars(
        select(ObligationRow).where(
            ObligationRow.occurrence_id == duty.occurrence.id, ObligationRow.part == duty.part, ObligationRow.party_id == party.id
        )
    ).first()  # fmt: skip
    if other is not None and other.closed_why != TRANSFERRED:
        raise Refused(phrase("{party} owes the same already", party=party.title), field="to")
    if other is not None:
        session.delete(other)  # the mark that it was handed over; it comes back
        session.flush()
    return party


def _responsible(session: Session, party: PartyRow) -> list[int]:
    """The person, or the head of the unit."""
    if party.kind == "unit" and party.unit_id is not None:
        head = session.get_one(UnitRow, party.unit_id).head_id
        return [head] if head is not None else []
    return [party.person_id] if party.person_id is not None else []


def _move(session: Session, duty: Duty, party: PartyRow, reason: str, *, now: datetime) -> None:
    """Move the duty; a closed row stays with the one before, so that he is not given it anew, and keeps the reason."""
    row, was = duty.row, duty.row.party_id
    row.party_id, row.transferred_from, row.epoch = party.id, was, row.epoch + 1
    if row.state == Obligation.WITHDRAWN:
        row.state = move_obligation(row.state, Obligation.OPEN)
        row.closed_at = row.closed_why = None
        set_cursor(session, row, since=now)
    session.flush()
    session.add(
        ObligationRow(
            occurrence_id=row.occurrence_id, part=row.part, party_id=was, state=Obligation.WITHDRAWN, due_on=row.due_on, due_at=row.due_at,
            opened_at=row.opened_at, closed_at=now, closed_why=TRANSFERRED, late_reason=reason,
        )
    )  # fmt: skip


def _told(live: Live, duty: Duty, was: PartyRow, reason: str, lang: str, *, now: datetime) -> Words:
    row, today = duty.row, live.today(now)
    words = {"title": duty.name, "party": was.title, "reason": reason}
    if row.due_on is None:
        return phrase("{title} was {party}'s and is yours now. Reason: {reason}.", **words)
    day = day_text(row.due_on, lang, today=today)
    if row.due_on < today:
        return phrase(
            "{title} was {party}'s and is yours now; it was due on {day}, late by days: {n}. Reason: {reason}.", day=day,
            n=days_late(row.due_on, today), **words,
        )  # fmt: skip
    due = due_text(row.due_on, row.due_at, lang, tz=live.office.tz, today=today) if row.due_at else day
    return phrase("{title} was {party}'s and is yours now, due {due}. Reason: {reason}.", due=due, **words)
