"""What follows once a silence or a snooze is over: the author of a silence is told, who snoozed is reminded. Each once."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, ReminderRow, SilenceRow
from models.obligations import ObligationRow, RungNameRow
from models.people import PersonRow
from models.queries.silences import over
from models.queries.snoozed import own_rung, own_way
from models.schedules import ScheduleRow
from schedules.instants import MIDNIGHT, instant
from schedules.quiet import next_sending
from schedules.sending import first_sending
from schedules.states import Message, Obligation
from schedules.words import Words, phrase
from tasks.delivery.not_reached import clerks
from tasks.delivery.tell import tell, waiting
from tasks.live import Live
from tasks.roster.silences import SILENCE, privacy_of, what_is_silent
from tasks.roster.snooze import counted
from tasks.wording.naming import HIDDEN

KIND = "silence-over"
CLOCK = "clock"  # who ended what ran its time
NORMAL = "normal"  # the lane of what is not urgent


def follow_ends(session: Session, live: Live, *, now: datetime) -> int:
    """Look at everything that was over by today's midnight and was not looked at yet; return how many messages were written."""
    today, written = live.today(now), 0
    for row in over(session, today=today):
        written += (_tell_author if row.kind == SILENCE else _remind)(session, live, row, now=now)
        row.ended_at, row.ended_by = instant(row.until_on, MIDNIGHT, live.office.tz), CLOCK
    session.flush()
    return written


def _tell_author(session: Session, live: Live, row: SilenceRow, *, now: datetime) -> int:
    """Tell whoever began it; where that was done at a shell, or that person has left, the clerks."""
    author = _author(session, row)
    people = {author} if author is not None else clerks(session, live, now=now)
    schedule = session.get(ScheduleRow, row.schedule_id) if row.schedule_id is not None else None
    person = session.get(PersonRow, row.person_id) if row.person_id is not None else None
    what = what_is_silent(schedule.title if schedule else None, person.name if person else None)
    privacy = privacy_of(live, schedule)
    what = HIDDEN if privacy == "sealed" else what
    why = "" if privacy in ("case", "sealed") else row.reason
    return tell(
        session, live, kind=KIND, key=str(row.id), people=people, now=now, title=phrase("A silence is over"),
        lines=lambda _lang: _over(what, why),
    )  # fmt: skip


def _over(what: Words, why: str) -> tuple[Words, ...]:
    again = phrase("{what}: reminders go out again from today on.", what=what)
    because = (phrase("The silence was because of: {reason}", reason=why),) if why else ()
    return (again, *because, phrase("What was due meanwhile is not made up for."))


def _author(session: Session, row: SilenceRow) -> int | None:
    kind, _, number = row.by.partition(":")
    if kind != "person":
        return None
    here = select(PersonRow.id).where(PersonRow.id == int(number), PersonRow.left_on.is_(None))
    return session.scalar(here)


def _remind(session: Session, live: Live, row: SilenceRow, *, now: datetime) -> int:
    """Write the one reminder that follows a snooze, for the first sending time of the day; a duty that is met or gone has none.

    It is a reminder of its own name on a rung that tells whoever owes the duty, so that the last look before sending, the text and the
    trail treat it like every other one.
    """
    duty = session.get_one(ObligationRow, row.obligation_id, populate_existing=True)
    at = first_sending(instant(row.until_on, MIDNIGHT, live.office.tz), live.office)
    rung = own_rung(session, duty, now=at) if duty.state == Obligation.OPEN else None
    way = own_way(session, duty, row.person_id or 0, at=max(at, now)) if rung is not None else None
    if rung is None or way is None:
        return 0
    recipient_id, channel, via, _ = way
    nth = counted(session, live, duty.id, row.person_id or 0, before=row.id) + 1
    name = _name(session, f"snoozed {nth}")
    if session.get(ReminderRow, (duty.id, duty.epoch, name, recipient_id)) is not None:
        return 0
    message = waiting(session, recipient_id, channel.id, NORMAL)
    if message is None:
        late = now if channel.quiet_exempt else next_sending(now, live.office)
        message = MessageRow(
            recipient_id=recipient_id, channel_id=channel.id, lane=NORMAL, state=Message.QUEUED, merged_at=now,
            send_at=at if at > now else late,
        )  # fmt: skip
        session.add(message)
        session.flush()
    values = {
        "obligation_id": duty.id, "epoch": duty.epoch, "name_id": name, "recipient_id": recipient_id, "timeline_id": rung.timeline_id,
        "no": rung.no, "at": at, "message_id": message.id, "via": via or None,
    }  # fmt: skip
    session.execute(insert(ReminderRow).values(**values))
    return 1


def _name(session: Session, key: str) -> int:
    found = session.scalar(select(RungNameRow.id).where(RungNameRow.key == key))
    if found is None:
        row = RungNameRow(key=key)
        session.add(row)
        session.flush()
        found = row.id
    return found
