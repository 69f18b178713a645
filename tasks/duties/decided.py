"""What was decided about a duty is told to who owed it: that it is waived, that an absence is leave, another day, another owner.

Whoever decided it is not told, nor are those who hear of it otherwise, such as who had asked for it.
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.people import PartyRow
from models.queries.duties import told_of
from schedules.dates_text import day_text
from schedules.words import Words, phrase
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.duty import Duty
from tasks.live import Live


def tell_waived(
    session: Session, live: Live, duty: Duty, reason: str, *, but: Collection[int | None], now: datetime
) -> None:
    """It need not be done any more."""
    full = phrase("{title} need not be done any more. Reason: {reason}.", title=duty.name, reason=reason)
    public = phrase("{title} need not be done any more.", title=duty.public_name)
    _tell(
        session, live, duty, "waived", Saying(phrase("Waived: {title}", title=duty.name), lambda _: [full]),
        Saying(phrase("Waived: {title}", title=duty.public_name), lambda _: [public]), but=but, now=now,
    )  # fmt: skip


def tell_excused(
    session: Session, live: Live, duty: Duty, reason: str, *, but: Collection[int | None], now: datetime
) -> None:
    """The absence counts as leave."""
    full = phrase(
        "{title}: your absence counts as leave, nothing has to be made up for. Reason: {reason}.", title=duty.name, reason=reason
    )  # fmt: skip
    public = phrase(
        "{title}: your absence counts as leave, nothing has to be made up for.", title=duty.public_name
    )
    _tell(
        session, live, duty, "excused", Saying(phrase("Counted as leave: {title}", title=duty.name), lambda _: [full]),
        Saying(phrase("Counted as leave: {title}", title=duty.public_name), lambda _: [public]), but=but, now=now,
    )  # fmt: skip


def tell_planned(
    session: Session,
    live: Live,
    duty: Duty,
    day: date,
    reason: str,
    *,
    but: Collection[int | None],
    now: datetime,
) -> None:
    """The due day is over and stays; it is to be done by another."""

    def full(lang: str) -> list[Words]:
        return [
            phrase("{title} is late and stays so; please have it done by {day}. Reason: {reason}.", title=duty.name,
                   day=day_text(day, lang, today=live.today(now)), reason=reason)
        ]  # fmt: skip

    def public(lang: str) -> list[Words]:
        by = day_text(day, lang, today=live.today(now))
        return [
            phrase(
                "{title} is late and stays so; please have it done by {day}.", title=duty.public_name, day=by
            )
        ]

    _tell(
        session, live, duty, "planned", Saying(phrase("Another day: {title}", title=duty.name), full),
        Saying(phrase("Another day: {title}", title=duty.public_name), public), but=but, now=now, key=day.isoformat(),
    )  # fmt: skip


def tell_handed_on(
    session: Session, live: Live, duty: Duty, was: PartyRow, to: str, reason: str, *, but: Collection[int | None], now: datetime
) -> None:  # fmt: skip
    """To who owed it before: somebody else does now."""
    full = phrase(
        "{title} is {party}'s now; you need not see to it any more. Reason: {reason}.", title=duty.name, party=to, reason=reason
    )  # fmt: skip
    public = phrase(
        "{title} is {party}'s now; you need not see to it any more.", title=duty.public_name, party=to
    )
    _tell(
        session, live, duty, "handed-on", Saying(phrase("Handed on: {title}", title=duty.name), lambda _: [full]),
        Saying(phrase("Handed on: {title}", title=duty.public_name), lambda _: [public]), but=but, now=now, party_id=was.id,
    )  # fmt: skip


def _tell(
    session: Session, live: Live, duty: Duty, kind: str, full: Saying, public: Saying, *, but: Collection[int | None], now: datetime,
    key: str = "", party_id: int | None = None,
) -> None:  # fmt: skip
    people = set(told_of(session, party_id or duty.row.party_id, now=now)).difference(but)
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind=kind, key=f"{duty.row.id}@{key or duty.row.epoch}", people=people,
        full=full, public=public, now=now,
    )  # fmt: skip
