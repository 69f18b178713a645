"""Who is told of what people ask about a duty: those who decide, the colleague who is to take it, and the asker of what became of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from models.events import ExtensionRow
from models.handovers import HandoverRow
from models.people import PersonRow
from schedules.dates_text import day_text
from schedules.words import Words, phrase
from tasks.delivery.tell import Saying, tell_of_duty
from tasks.duties.duty import Duty, who_agrees
from tasks.duties.extend import decider, rule_of
from tasks.live import Live

ASKED, ANSWERED = "request", "answer"
Outcome = Literal["transferred", "waived", "refused", "declined", "taken"]


def tell_of_extension(
    session: Session, live: Live, duty: Duty, request: ExtensionRow, *, asker: PersonRow, now: datetime
) -> None:
    """Ask whoever decides for a yes."""
    people = who_agrees(session, live, decider(live, rule_of(duty)), duty.party, now=now)

    def full(lang: str) -> list[Words]:
        old, new = (_day(live, day, lang, now) for day in (request.old_due_on, request.new_due_on))
        return [
            phrase(
                "{name} asks for longer: {title}, from {old} to {new}. Reason: {reason}.",
                name=asker.name, title=duty.name, old=old, new=new, reason=request.reason,
            )
        ]  # fmt: skip

    title = phrase("A longer term is asked for")
    public = [phrase("{title}: a longer term is asked for.", title=duty.public_name)]
    _tell(
        session,
        live,
        duty,
        ASKED,
        f"extension:{request.id}",
        people,
        Saying(title, full),
        Saying(title, lambda _: public),
        now,
    )


def tell_of_extension_decided(
    session: Session, live: Live, duty: Duty, request: ExtensionRow, *, now: datetime
) -> None:
    """Tell the asker what became of it."""
    people = [request.asked_by_id] if request.asked_by_id is not None else []
    granted = request.state == "granted"
    title = phrase("Longer term granted") if granted else phrase("Longer term refused")

    def full(lang: str) -> list[Words]:
        if granted:
            day = _day(live, request.new_due_on, lang, now)
            return [phrase("{title} is due {day} now.", title=duty.name, day=day)]
        day = _day(live, request.old_due_on, lang, now)
        return [
            phrase(
                "{title} stays due {day}. Reason: {reason}.",
                title=duty.name,
                day=day,
                reason=request.words or "—",
            )
        ]

    public = [phrase("{title}: the longer term was decided on.", title=duty.public_name)]
    _tell(
        session,
        live,
        duty,
        ANSWERED,
        f"extension:{request.id}",
        people,
        Saying(title, full),
        Saying(title, lambda _: public),
        now,
    )


def ask_colleague(
    session: Session,
    live: Live,
    duty: Duty,
    request: HandoverRow,
    *,
    asker: PersonRow,
    to: int,
    now: datetime,
) -> None:
    """Ask the one who is to take a duty over."""
    title = phrase("{name} asks you to take something over", name=asker.name)
    full = [
        phrase(
            "{title}. Reason: {reason}. Please open it and say yes or no.",
            title=duty.name,
            reason=request.reason,
        )
    ]
    public = [phrase("{title}. Please open it and say yes or no.", title=duty.public_name)]
    _tell(
        session,
        live,
        duty,
        ASKED,
        f"take:{request.id}",
        [to],
        Saying(title, lambda _: full),
        Saying(title, lambda _: public),
        now,
    )


def ask_desk(
    session: Session, live: Live, duty: Duty, request: HandoverRow, *, asker: str, to: str, now: datetime
) -> None:
    """Ask the desk to decide on a return, or on a transfer that the colleague agrees to."""
    people = who_agrees(session, live, live.office.file.clerk, duty.party, now=now)
    if request.kind == "return":
        title = phrase("A duty is handed back")
        full = [
            phrase(
                "{name} hands back: {title}. Reason: {reason}.",
                name=asker,
                title=duty.name,
                reason=request.reason,
            )
        ]
    else:
        title = phrase("A transfer waits for you")
        full = [
            phrase(
                "{name} hands over to {to}, who agrees: {title}. Reason: {reason}.",
                name=asker, to=to, title=duty.name, reason=request.reason,
            )
        ]  # fmt: skip
    public = [phrase("{title}: please decide at the desk.", title=duty.public_name)]
    _tell(
        session,
        live,
        duty,
        ASKED,
        f"desk:{request.id}",
        people,
        Saying(title, lambda _: full),
        Saying(title, lambda _: public),
        now,
    )


def tell_asker(
    session: Session,
    live: Live,
    duty: Duty,
    request: HandoverRow,
    outcome: Outcome,
    *,
    who: str,
    now: datetime,
) -> None:
    """Tell whoever asked what became of it; `who` has it now, or said no."""
    title = phrase("Your request is decided")
    words = request.words or "—"
    told = {
        "transferred": phrase("{title} is {party}'s now.", title=duty.name, party=who),
        "waived": phrase("{title} need not be done any more.", title=duty.name),
        "refused": phrase("{title} stays yours. Reason: {reason}.", title=duty.name, reason=words),
        "declined": phrase("{name} does not take over: {title}. Reason: {reason}.", name=who, title=duty.name, reason=words),
        "taken": phrase("{name} takes over once the desk agrees: {title}.", name=who, title=duty.name),
    }[outcome]  # fmt: skip
    public = [phrase("{title}: your request was answered.", title=duty.public_name)]
    _tell(
        session, live, duty, ANSWERED, f"{outcome}:{request.id}", [request.asked_by_id], Saying(title, lambda _: [told]),
        Saying(title, lambda _: public), now,
    )  # fmt: skip


def _tell(
    session: Session, live: Live, duty: Duty, kind: str, key: str, people: Collection[int], full: Saying, public: Saying, now: datetime
) -> None:  # fmt: skip
    tell_of_duty(
        session, live, privacy=duty.schedule.privacy, kind=kind, key=key, people=people, full=full, public=public, now=now
    )  # fmt: skip


def _day(live: Live, day: date, lang: str, now: datetime) -> str:
    return day_text(day, lang, today=live.today(now))
