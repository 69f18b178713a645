"""Sign-in by chat: who types a number gets a link through the channel that is their own, and whoever asks learns nothing.

The link leads to a slip like a printed one: it binds the phone that opens it, once, within a day. Asked for on the pages of
supervisors it begins a session there instead, once, within a day, for those who have a right to them.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, RouteRow
from schedules.states import Message
from schedules.words import phrase
from tasks.delivery.links import LINK
from tasks.delivery.tell import waiting
from tasks.live import Live
from tasks.roster.devices import slip_to_send
from tasks.roster.people import Cipher
from tasks.roster.rights import rights_of
from tasks.wording.texts import standard

SIGN_IN = "sign-in"  # the kind of notice, and its lane
MOST, WITHIN = (
    3,
    timedelta(hours=1),
)  # links for one person; more are not sent, and nobody is told that they were not
NO_WIRE = ("paper", "none")  # channels that stand for what is printed, and for nobody


NOT_YOU = phrase("You did not ask for it? Then do nothing.")
TO_PHONE = (phrase("Open the link on your phone and confirm once; it will know you for 90 days."), NOT_YOU)
TO_PAGES = (
    phrase("Open the link where you want to work and confirm; it signs in once, within 24 hours."),
    NOT_YOU,
)


def offered(live: Live) -> bool:
    """Whether people are reached on channels of their own: only then can a link be sent to one of them."""
    reach = live.office.file.reach
    return reach.level == "personal" and bool(reach.people)


def send_link(
    session: Session, live: Live, cipher: Cipher, *, typed: str, now: datetime, machine_now: datetime, pages: bool = False, to: str = "",
) -> bool:  # fmt: skip
    """Queue a link for the person with that id of the roster or mobile number; return whether there is one to send.

    It goes out at once, at night too, since somebody waits for it. What a caller shows must not depend on the answer. `pages`: to
    sign in to the pages of supervisors, and go on to the path `to` there.
    """
    person = _find(session, live, cipher, typed, now=now) if offered(live) else None
    if person is None:
        return False
    # Whoever asks twice at the same moment is counted twice, and gets one link.
    session.get(PersonRow, person.id, with_for_update={"key_share": True}, populate_existing=True)
    own = _own_channel(session, person)
    if own is None or _too_often(session, person, machine_now=machine_now):
        return False
    recipient_id, channel_id = own
    if waiting(session, recipient_id, channel_id, SIGN_IN) is not None:
        return False
    for_pages = pages and rights_of(session, live, person.id, today=live.today(now)) is not None
    lines = TO_PAGES if for_pages else TO_PHONE
    data: dict[str, object] = (
        {"to": to} if for_pages else {"slip": slip_to_send(session, person, machine_now=machine_now).id}
    )
    say = standard().gettext(person.lang or live.office.file.language)
    message = MessageRow(
        recipient_id=recipient_id, channel_id=channel_id, lane=SIGN_IN, state=Message.QUEUED, merged_at=now, send_at=now,
        title=phrase("Your sign-in link").text(say), body="\n".join([*(line.text(say) for line in lines), LINK]),
    )  # fmt: skip
    session.add(message)
    session.flush()
    session.add(
        NoticeRow(
            kind=SIGN_IN, key=_stamp(machine_now), recipient_id=recipient_id, message_id=message.id, data=data,
        )
    )  # fmt: skip
    session.flush()
    return True


def _find(session: Session, live: Live, cipher: Cipher, typed: str, *, now: datetime) -> PersonRow | None:
    wanted = "".join(typed.split())
    number = wanted.replace("-", "").removeprefix("+86")
    here = or_(PersonRow.left_on.is_(None), PersonRow.left_on > live.today(now))
    by_id = session.scalars(select(PersonRow).where(PersonRow.key == wanted, here)).first()
    by_number = session.scalars(
        select(PersonRow).where(PersonRow.mobile_hmac == cipher.digest(number), here)
    ).first()
    return by_id or by_number


def _own_channel(session: Session, person: PersonRow) -> tuple[int, int] | None:
    """The recipient and the channel that is theirs alone, also while somebody stands in: never a group, never paper."""
    query = (
        select(RouteRow.recipient_id, RouteRow.channel_id)
        .join(RecipientRow, RecipientRow.id == RouteRow.recipient_id)
        .join(PartyRow, PartyRow.id == RouteRow.party_id)
        .join(ChannelRow, ChannelRow.id == RouteRow.channel_id)
        .where(
            RecipientRow.person_id == person.id, PartyRow.person_id == person.id, RouteRow.to_kind == "assignee",
            ChannelRow.is_group.is_(False), *(ChannelRow.url.not_like(f"{scheme}:%") for scheme in NO_WIRE),
        )
        .order_by(RouteRow.valid_from)
    )  # fmt: skip
    found = session.execute(query).first()
    return (found[0], found[1]) if found else None


def _too_often(session: Session, person: PersonRow, *, machine_now: datetime) -> bool:
    sent = (
        select(func.count())
        .select_from(NoticeRow)
        .join(RecipientRow, RecipientRow.id == NoticeRow.recipient_id)
        .where(
            NoticeRow.kind == SIGN_IN, RecipientRow.person_id == person.id, NoticeRow.key > _stamp(machine_now - WITHIN)
        )
    )  # fmt: skip
    return (session.scalar(sent) or 0) >= MOST


def _stamp(at: datetime) -> str:
    """A key that sorts by time. Two requests of one person in a microsecond would be one."""
    return at.isoformat(timespec="microseconds")
