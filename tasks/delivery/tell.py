"""Short messages that are no rungs: written when something happens, once for each reader, within the hours of the office.

What is told about a duty goes through `tell_of_duty`, which keeps to the duty's class of privacy; `tell` is for all else.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, RouteRow
from models.ways import BREAKING, NOBODY, OWING
from schedules.grammar import Privacy
from schedules.quiet import next_sending
from schedules.states import Message
from schedules.words import Words, phrase
from tasks.delivery.links import LINK
from tasks.delivery.payloads import plain
from tasks.delivery.privacy import PRIVATE, others_read
from tasks.live import Live
from tasks.wording.texts import standard

Lines = Callable[[str], Sequence[Words]]
SEVERAL = phrase("Several things for you")  # the title of a message in which different things were joined
SAID = "said"  # in the data of a notice: its words in the body of its message


@dataclass(frozen=True, slots=True)
class Saying:
    """A title, and the lines in a language."""

    title: Words
    lines: Lines


HIDDEN = Saying(
    phrase("A matter for you"), lambda _lang: [phrase("You have 1 matter to see to; please sign in to read.")]
)


def tell(
    session: Session, live: Live, *, kind: str, key: str, people: Iterable[int], title: Words, lines: Lines, now: datetime
) -> int:  # fmt: skip
    """Write the message to each of these people, or to whoever stands in for them; return how many were written. Safe to run again.

    `lines` gives the text for a language, and says nothing about a duty. What still waits for a reader under the same kind is joined,
    so that he gets one message.
    """
    saying = Saying(title, lines)

    def said(channel: ChannelRow) -> tuple[Saying, bool]:
        return (HIDDEN if channel.is_group else saying), False

    return _write(session, live, kind=kind, key=key, people=people, said=said, now=now)


def tell_of_duty(
    session: Session, live: Live, *, privacy: Privacy, kind: str, key: str, people: Iterable[int], full: Saying, public: Saying,
    now: datetime, lane: str | None = None,
) -> int:  # fmt: skip
    """As `tell`, about a duty of that class: `full` where only the reader reads, `public` where others may read of a case too.

    `public` leaves out what it is about, reasons, opinions and whatever people typed. What is sealed is only said to exist.
    `lane`: on which such messages are joined; on one of `models.ways.BREAKING` it goes out at once where the office lets it. A notice
    with a lane keeps its own words, so that they can be taken out of a message that tells of several.
    """

    def said(channel: ChannelRow) -> tuple[Saying, bool]:
        if privacy == "sealed" or channel.is_group:
            return HIDDEN, False
        if privacy == "case" and others_read(live, channel):
            return public, False
        return full, privacy == "case"

    return _write(session, live, kind=kind, key=key, people=people, said=said, now=now, lane=lane)


def _write(
    session: Session, live: Live, *, kind: str, key: str, people: Iterable[int],
    said: Callable[[ChannelRow], tuple[Saying, bool]], now: datetime, lane: str | None = None,
) -> int:  # fmt: skip
    """`said` gives what to say on a channel, and whether it is only for one that nobody else reads."""
    told, keeps, lane = 0, lane is not None, (lane or kind)[:16]
    at_once = lane in BREAKING and live.office.file.urgent == "break"
    for recipient_id, channel, reader in reached(session, people, now=now):
        identity = {"kind": kind, "key": key, "recipient_id": recipient_id}
        if session.get(NoticeRow, identity) is not None:
            continue
        saying, private = said(channel)
        lang = reader.lang or live.office.file.language
        say = standard().gettext(lang)
        body = "\n".join(plain(line.text(say)) for line in saying.lines(lang))
        details = phrase("Details: {link}", link=LINK).text(say)
        message = waiting(session, recipient_id, channel.id, lane)
        if message is None:
            message = MessageRow(
                recipient_id=recipient_id, channel_id=channel.id, lane=lane, state=Message.QUEUED, merged_at=now,
                send_at=now if channel.quiet_exempt or at_once else next_sending(now, live.office), title=saying.title.text(say),
                body=f"{body}\n{details}",
            )  # fmt: skip
        else:
            message.body = f"{body}\n{message.body}"
            if message.title != saying.title.text(say):
                message.title = SEVERAL.text(say)
        session.add(message)
        session.flush()
        data: dict[str, object] = ({SAID: body} if keeps else {}) | ({PRIVATE: True} if private else {})
        session.add(NoticeRow(**identity, message_id=message.id, data=data))
        told += 1
    session.flush()
    return told


def reached(
    session: Session, people: Iterable[int], *, now: datetime
) -> list[tuple[int, ChannelRow, PersonRow]]:
    """Each of these people, or whoever stands in, once and in a fixed order: the recipient, the channel, who reads."""
    query = (
        select(RouteRow.recipient_id, ChannelRow, PersonRow)
        .join(PartyRow, PartyRow.id == RouteRow.party_id)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(PersonRow, PersonRow.id == RecipientRow.person_id)
        .where(
            PartyRow.person_id.in_(set(people)), RouteRow.to_kind.in_(OWING), RouteRow.valid_from <= now,
            RouteRow.valid_to > now, ChannelRow.key != NOBODY,
        )
        .order_by(RouteRow.recipient_id)
    )  # fmt: skip
    found = {recipient: (recipient, channel, person) for recipient, channel, person in session.execute(query)}
    return list(found.values())


def waiting(session: Session, recipient_id: int, channel_id: int, lane: str) -> MessageRow | None:
    """The message of that lane that still waits for a reader on a channel, locked."""
    return session.scalars(
        select(MessageRow)
        .where(
            MessageRow.recipient_id == recipient_id, MessageRow.channel_id == channel_id, MessageRow.lane == lane[:16],
            MessageRow.state.in_((Message.QUEUED, Message.RETRY)),
        )
        .with_for_update()
    ).first()  # fmt: skip
