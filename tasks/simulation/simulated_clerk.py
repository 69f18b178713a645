"""The clerk of a simulation, who releases every draft at once. Alone on the stage, nobody does anything about his duties."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, MembershipRow, PersonRow
from tasks.delivery.paper import hand_over, is_paper, to_print
from tasks.delivery.release import draft, release
from tasks.live import Live
from tasks.reporting.summarise import digest
from tasks.wording.texts import Texts


class Clerk:
    """Somebody who releases; see `tasks.simulation.simulate.People`."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def next_at(self) -> datetime | None:
        """He acts when something is drafted, at no instant of his own."""
        return None

    def act(self, session: Session, live: Live, *, now: datetime) -> int:
        """Release what waits; how many messages that were."""
        held = session.scalars(
            select(MessageRow).where(MessageRow.state == "held").order_by(MessageRow.id)
        ).all()
        by = _clerk(session, live, now=now) if held else None
        written = self._written(session) if held else frozenset()
        for message in held:
            if is_paper(session.get_one(ChannelRow, message.channel_id).url):
                self._hand_over(session, live, message.id, by=by, now=now)
                continue
            if message.id in written and message.body is not None:
                seen = digest(message.body)
            else:
                seen = draft(session, live, self._texts, message_id=message.id, now=now).digest
            release(
                session, live, message_id=message.id, by=by, shown_digest=seen, now=now, texts=self._texts
            )
        return len(held)

    def _hand_over(
        self, session: Session, live: Live, message_id: int, *, by: int | None, now: datetime
    ) -> None:
        for each in to_print(session, live, self._texts, now=now, only=message_id):
            hand_over(
                session, live, self._texts, message_id=each.message_id, version=each.version, on=live.today(now), by=by, now=now
            )  # fmt: skip

    def _written(self, session: Session) -> frozenset[int]:
        """The held messages whose words were written when they were drafted: they need not be composed to be read."""
        query = (
            select(MessageRow.id)
            .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
            .where(MessageRow.state == "held")
        )
        return frozenset(session.scalars(query))


def _clerk(session: Session, live: Live, *, now: datetime) -> int | None:
    """Who works the desk on that day."""
    today = live.today(now)
    holders = (
        select(PersonRow.id)
        .join(MembershipRow, MembershipRow.person_id == PersonRow.id)
        .where(
            MembershipRow.kind == "role",
            MembershipRow.key == live.office.file.clerk,
            MembershipRow.valid_from <= today,
            MembershipRow.valid_to > today,
        )
        .order_by(PersonRow.id)
    )
    return session.scalars(holders).first()
