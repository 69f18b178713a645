"""Leave from a gathering 请假: asked beforehand with a reason, granted or refused by the host; the asker is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.gatherings import LeaveRequestRow
from models.people import PersonRow
from models.queries.gatherings import hosts, record_of
from schedules.errors import NotFound, Refused
from schedules.ladder import MAKE_UP
from schedules.states import Obligation
from schedules.words import Words, phrase
from tasks.audit import note
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.duty import Duty, How, actor, load, require_actor
from tasks.duties.evidence import REASON_LENGTH, said
from tasks.live import Live
from tasks.wording.naming import gathering_name

State = Literal["asked", "granted", "refused", "withdrawn"]


def ask_leave(
    session: Session, live: Live, *, obligation_id: int, person_id: int, reason: str, now: datetime
) -> LeaveRequestRow:
    """Ask to be excused from the gathering of one's own duty. The host is told.

    Raise Refused once it has begun, without a reason, for what is granted already, and for somebody else's duty.
    """
    duty = load(session, obligation_id)
    if duty.part != MAKE_UP or duty.party.person_id != person_id:
        raise Refused(phrase("leave is asked for by who is expected"))
    _not_begun(duty, now)
    reason = said(reason, field="reason", missing=phrase("Please say why you cannot come."))
    row = session.get(
        LeaveRequestRow, _key(duty, person_id), with_for_update=True, populate_existing=True
    )  # fmt: skip
    if row is not None and row.state == "granted":
        raise Refused(phrase("Your leave is granted already."))
    if row is None:
        row = LeaveRequestRow(**_key(duty, person_id), state="asked", reason=reason, asked_at=now)
        session.add(row)
    row.state, row.reason, row.asked_at = "asked", reason, now
    row.decided_at = row.decided_by = row.words = None
    session.flush()
    _note(session, duty, "ask-leave", actor(person_id, "link"), person_id, now=now)
    record_id = record_of(session, duty.occurrence.id)
    if record_id is not None:
        name = session.get_one(PersonRow, person_id).name
        what = gathering_name(duty.occurrence.title, duty.occurrence.held_on)
        asks = phrase("{name} asks for leave from {title}.", name=name, title=what)
        _tell(
            session, live, duty, hosts(session, record_id, now=now), title=phrase("A request for leave"),
            words=[asks, phrase("Reason: {reason}", reason=reason)], public=[asks], act="ask-leave", person_id=person_id, now=now,
        )  # fmt: skip
    return row


def withdraw_leave(session: Session, *, obligation_id: int, person_id: int, now: datetime) -> None:
    """Take a request back before the gathering begins. Raise Refused later, NotFound if there is none."""
    duty = load(session, obligation_id)
    _not_begun(duty, now)
    row = session.get(LeaveRequestRow, _key(duty, person_id), with_for_update=True, populate_existing=True)
    if row is None or duty.part != MAKE_UP or duty.party.person_id != person_id:
        raise NotFound(phrase("there is no such request"))
    if row.state in ("asked", "granted"):
        row.state = "withdrawn"
        session.flush()
        _note(session, duty, "withdraw-leave", actor(person_id, "link"), person_id, now=now)


def decide_leave(
    session: Session, live: Live, *, record_id: int, person_id: int, granted: bool, words: str, by: int | None, how: How, now: datetime
) -> None:  # fmt: skip
    """Grant or refuse what a person asked for; `words` are read by the asker, and needed to refuse.

    Raise Refused for whoever does not owe the record, once the attendance is recorded, or for what was withdrawn.
    """
    record = load(session, record_id)
    require_actor(session, live, record, by, now=now)
    row = session.get(LeaveRequestRow, _key(record, person_id), with_for_update=True, populate_existing=True)
    if row is None or row.state == "withdrawn":
        raise Refused(phrase("That request was taken back."))
    if record.row.state != Obligation.OPEN:
        raise Refused(phrase("The attendance is recorded already; correct the record instead."))
    state = "granted" if granted else "refused"
    words = words.strip()
    if words or not granted:
        words = said(words, field="words", missing=phrase("Say why it is refused; the asker reads it."))
    if row.state == state and row.words == (words or None):
        return
    row.state, row.words, row.decided_by, row.decided_at = state, words or None, actor(by, how), now
    session.flush()
    _note(session, record, f"{'grant' if granted else 'refuse'}-leave", actor(by, how), person_id, now=now)
    what = gathering_name(record.occurrence.title, record.occurrence.held_on)
    told = (
        phrase("Your leave from {title} is granted.", title=what)
        if granted
        else phrase("Your leave from {title} is not granted.", title=what)
    )
    lines = [told, phrase("In their words: {words}", words=words)] if words else [told]
    _tell(
        session, live, record, [person_id], title=phrase("Your request for leave"), words=lines, public=[told], act=state,
        person_id=person_id, now=now,
    )  # fmt: skip


def note_leave(
    session: Session,
    *,
    occurrence_id: int,
    reasons: Mapping[int, str],
    by: int | None,
    how: How,
    now: datetime,
) -> None:
    """Keep the reasons of those who were on leave as a table or the host gave them, as granted requests."""
    query = select(LeaveRequestRow).where(LeaveRequestRow.occurrence_id == occurrence_id)
    known = {row.person_id: row for row in session.scalars(query)}
    for person_id, reason in sorted(reasons.items()):
        text = reason.strip()[:REASON_LENGTH]
        row = known.get(person_id)
        if not text or (row is not None and row.state == "granted" and row.reason == text):
            continue
        if row is None:
            row = LeaveRequestRow(
                occurrence_id=occurrence_id, person_id=person_id, state="granted", reason=text, asked_at=now
            )
            session.add(row)
        row.state, row.reason, row.decided_by, row.decided_at = "granted", text, actor(by, how), now
    session.flush()


def _key(duty: Duty, person_id: int) -> dict[str, int]:
    return {"occurrence_id": duty.occurrence.id, "person_id": person_id}


def _not_begun(duty: Duty, now: datetime) -> None:
    starts = duty.occurrence.starts_at
    if starts is None or now >= starts:
        raise Refused(
            phrase("It has begun; tell whoever records the attendance that you cannot come."), field="reason"
        )


def _note(session: Session, duty: Duty, act: str, who: str, person_id: int, *, now: datetime) -> None:
    note(
        session, actor=who, act=act, subject_kind="occurrence", subject_id=duty.occurrence.id, at=now, person=person_id
    )  # fmt: skip


def _tell(
    session: Session, live: Live, duty: Duty, people: list[int], *, title: Words, words: list[Words], public: list[Words],
    act: str, person_id: int, now: datetime,
) -> None:  # fmt: skip
    key = f"{act}:{duty.occurrence.id}:{person_id}:{now.timestamp():.0f}"
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind="leave", key=key, people=people,
        full=Saying(title, lambda _lang: words), public=Saying(title, lambda _lang: public), now=now,
    )  # fmt: skip
