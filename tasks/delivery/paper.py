"""What is told on paper 纸质告知: the clerk prints it, hands it to the person, and says on which day.

Such messages are `held` on the channel whose address begins with `paper:`. They wait for nobody's release: handing them over is the
sending. What is printed is what is still open then; what came in since the page was shown is refused, so that nothing counts as told
that nobody has read.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.people import ChannelRow, PersonRow, RecipientRow, UnitRow
from models.queries import payload as read
from models.queries import silences
from schedules.errors import NotFound, Refused
from schedules.instants import instant
from schedules.states import Message, Obligation, move_message
from schedules.words import phrase
from tasks.audit import note
from tasks.delivery.compose import PAPER, composed
from tasks.delivery.links import fill
from tasks.duties.duty import actor, is_clerk
from tasks.live import Live
from tasks.wording.texts import Texts

MOST = 1000  # messages on one page
NOON = time(12)  # what was handed over on an earlier day stands at noon: nobody notes the minute
NOTHING_LEFT = "nothing-left"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """One message as it is printed. `version` changes when something joins it; `name` is empty for what is posted for all."""

    message_id: int
    version: str
    name: str
    unit: str
    title: str
    body: str


def count(session: Session, live: Live, *, now: datetime) -> int:
    """How many messages wait to be printed; some of them may have nothing left to say."""
    return session.scalar(select(func.count()).select_from(_waiting(live, now=now).subquery())) or 0


def to_print(
    session: Session, live: Live, texts: Texts, *, now: datetime, only: int | None = None
) -> list[OnPaper]:
    """Everything that is to be told on paper by the end of today, by unit and person; `only` one message."""
    query = _waiting(live, now=now)
    query = query if only is None else query.where(MessageRow.id == only)
    found = session.execute(query).all()
    ids = [row.id for row in found]
    units = {row.id: row.title or "" for row in found}
    heads = {head[0].id: head for head in read.heads(session, ids)}
    lines = _standing(session, ids, today=live.today(now))
    urged = read.urged(session, [line[2].id for each in lines.values() for line in each], composing=ids)
    versions, printed = _versions(session, ids), []
    for each in ids:
        head = heads[each]
        if not lines[each] and not head[4]:
            continue
        title, body = composed(session, live, texts, head, lines[each], now=now, urged=urged)
        printed.append(
            OnPaper(
                message_id=each, version=versions[each], name=head[2].name if head[2] else "", unit=units[each], title=title,
                body=fill(body, None),
            )
        )  # fmt: skip
    return printed


def hand_over(
    session: Session, live: Live, texts: Texts, *, message_id: int, version: str, on: date, by: int | None, now: datetime
) -> bool:  # fmt: skip
    """Say that a message was printed and handed to the person on a day; the reminder counts from then on.

    Only the desk may. Raise Refused for a day to come or before it was written, and if something joined it since it was shown. False:
    everything in it was done meanwhile, nothing counts as told.
    """
    if not is_clerk(session, live, by, on=live.today(now)):
        raise Refused(phrase("only the clerk says what was handed over"))
    message = _held(session, message_id)
    if _versions(session, [message_id])[message_id] != version:
        raise Refused(phrase("something was added since it was printed; please print it again"))
    if not live.today(message.merged_at) <= on <= live.today(now):
        raise Refused(phrase("it was handed over between the day it was written and today"), field="on")
    head = next(iter(read.heads(session, [message_id])))
    lines = _withdraw_closed(session, message_id, today=live.today(now))
    if not lines and not head[4]:
        message.state, message.reason = move_message(message.state, Message.WITHDRAWN), NOTHING_LEFT
        return False
    title, body = composed(session, live, texts, head, lines, now=now)
    message.title, message.body, message.released_by = title, body, by
    message.sent_at = now if on == live.today(now) else instant(on, NOON, live.office.tz)
    message.state = move_message(message.state, Message.SENT)
    note(
        session, actor=actor(by, "cli"), act="hand-over", subject_kind="message", subject_id=message_id, at=now, on=on.isoformat()
    )  # fmt: skip
    return True


def is_paper(url: str) -> bool:
    """Whether a channel stands for what is printed."""
    return url.partition(":")[0] == PAPER


def _waiting(live: Live, *, now: datetime) -> Select[int, str | None]:
    return (
        select(MessageRow.id, UnitRow.title)
        .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
        .outerjoin(PersonRow, PersonRow.id == RecipientRow.person_id)
        .outerjoin(UnitRow, UnitRow.id == PersonRow.unit_id)
        .where(
            MessageRow.state == Message.HELD, ChannelRow.url.like(f"{PAPER}:%"),
            MessageRow.send_at < instant(live.today(now), time(23, 59, 59), live.office.tz),
        )
        .order_by(UnitRow.position, PersonRow.id, MessageRow.id)
        .limit(MOST)
    )  # fmt: skip


def _versions(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What has ever joined each message, by how much it is and the latest; what is taken out of it stays in the count."""
    found: dict[int, list[str]] = {each: [] for each in ids}
    reminders = select(ReminderRow.message_id, func.count(), func.max(ReminderRow.at))
    for message_id, many, latest in session.execute(
        reminders.where(ReminderRow.message_id.in_(ids)).group_by(ReminderRow.message_id)
    ):
        found[message_id or 0].append(f"{many}@{int(latest.timestamp())}")
    notices = select(NoticeRow.message_id, func.count()).where(NoticeRow.message_id.in_(ids))
    for message_id, many in session.execute(notices.group_by(NoticeRow.message_id)):
        found[message_id].append(f"n{many}")
    return {each: "+".join(parts) for each, parts in found.items()}


def _open(line: read.Line) -> bool:
    """Whether a reminder still holds: what is owed is open in the same epoch, what is to be agreed to waits for it."""
    reminder, rung, duty = line[0], line[1], line[2]
    wanted = Obligation.SUBMITTED if rung.phase == "approve" else Obligation.OPEN
    return bool(duty.state == wanted and duty.epoch == reminder.epoch)


def _standing(session: Session, ids: Sequence[int], *, today: date) -> dict[int, list[read.Line]]:
    found: dict[int, list[read.Line]] = defaultdict(list)
    silent = silences.covered(session, ids, today=today)
    for line in read.lines(session, ids):
        if _open(line) and read.key_of(line) not in silent:
            found[line[0].message_id or 0].append(line)
    return found


def _withdraw_closed(session: Session, message_id: int, *, today: date) -> list[read.Line]:
    """Take out the reminders of what was done meanwhile or is silenced; return those that stand."""
    silences.hold_back(session, [message_id], today=today)
    lines = read.lines(session, [message_id])
    for line in lines:
        if not _open(line):
            line[0].withdrawn = "closed"
    session.flush()
    return [line for line in lines if _open(line)]


def _held(session: Session, message_id: int) -> MessageRow:
    message = session.get(MessageRow, message_id, with_for_update=True, populate_existing=True)
    channel = session.get_one(ChannelRow, message.channel_id) if message is not None else None
    if message is None or channel is None or message.state != Message.HELD or not is_paper(channel.url):
        raise NotFound(phrase("this message does not wait to be printed"))
    return message
