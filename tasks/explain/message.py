"""`explain --message`: the story of one message, from the rungs it came of to the provider's answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.messages import AttemptRow, MessageRow
from models.people import PersonRow
from models.queries import explained as read
from models.queries import explained_told as records
from models.queries import pages_ledger
from models.queries.pages_ledger import Carried, MessageLine
from schedules.errors import NotFound
from schedules.words import Gettext, Words, phrase
from tasks.delivery.compose import PAPER
from tasks.delivery.message_reasons import OUTCOMES
from tasks.delivery.outcomes import Outcome
from tasks.delivery.resend import AGAIN, BACK
from tasks.explain.asked import Asked
from tasks.explain.duty import title_of
from tasks.explain.fate import Fate, channel_words, fate_of, withdrawn
from tasks.explain.item import RungSaid
from tasks.explain.rungs import outline, said
from tasks.roster.silences import author_names
from tasks.wording.sent_words import NOTICE, NOTICES

ACTS = {
    "release": phrase("released it"),
    "hold-back": phrase("kept it back"),
    "resend": phrase("had it sent again"),
    "hold": phrase("took it back, to be released later"),
    "reword": phrase("changed its words"),
    "open-as": phrase("opened the page behind its link"),
    "hand-over": phrase("handed it over on paper"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Carries:
    """One reminder in the message: the duty, the rung, and why it was left out, if it was. `schedule` None where it is not public."""

    schedule: str | None
    key: str | None
    title: Words
    who: str | None
    rung: RungSaid
    left_out: Fate | None
    via: str | None

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        return {
            "schedule": self.schedule, "key": self.key, "title": self.title.text(gettext), "who": self.who, "via": self.via,
            "rung": self.rung.to_json(gettext, asked.iso), "withdrawn": self.left_out.reason if self.left_out else None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to the message: when (aware), a stable code, the sentence."""

    at: datetime
    code: str
    says: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStory:
    """The answer about one message. `again`: whether it may be sent again by hand now, with a sentence."""

    line: MessageLine
    fate: Fate
    carries: tuple[Carries, ...]
    notices: tuple[Words, ...]
    events: tuple[Event, ...]
    again: bool
    next_step: Words

    def to_json(self, gettext: Gettext, asked: Asked) -> dict[str, Any]:
        """The shape other programs rely on."""
        row, person = self.line.message, self.line.person
        return {
            "id": row.id, "state": row.state, "verdict": self.fate.verdict, "reason": self.fate.reason,
            "recipient": {"id": person.key, "name": person.name} if person else None, "channel": self.line.channel,
            "title": row.title, "send_at": asked.iso(row.send_at), "sent_at": asked.iso(row.sent_at), "attempts": row.attempt,
            "carries": [each.to_json(gettext, asked) for each in self.carries],
            "notices": [each.text(gettext) for each in self.notices],
            "events": [{"at": asked.iso(each.at), "code": each.code, "sentence": each.says.text(gettext)} for each in self.events],
            "may_be_sent_again": self.again, "sentences": [self.fate.says.text(gettext), self.next_step.text(gettext)],
        }  # fmt: skip


def explain_message(asked: Asked, number: int) -> MessageStory:
    """Answer for one message. Raise NotFound naming the numbers there are."""
    line = pages_ledger.message(asked.session, number, pages_ledger.Filter())
    if line is None:
        first, last = records.numbers(asked.session)
        if last is None:
            raise NotFound(phrase("there is no message {id}: none was written yet", id=number))
        raise NotFound(
            phrase(
                "there is no message {id}; allowed: {first} to {last}, see `duban messages list`",
                id=number,
                first=first,
                last=last,
            )
        )
    rows = pages_ledger.carried(asked.session, number)
    kinds = records.notices_on(asked.session, [number]).get(number, [])
    return MessageStory(
        line=line, fate=fate_of(asked, line, due=max((each.at for each in rows), default=None)),
        carries=tuple(_carried(asked, each) for each in rows), notices=tuple(NOTICES.get(kind, NOTICE) for kind in kinds),
        events=tuple(_events(asked, line, rows)), again=line.message.state in AGAIN, next_step=_next_step(line),
    )  # fmt: skip


def _carried(asked: Asked, row: Carried) -> Carries:
    duty = read.duty(asked.session, row.obligation_id)
    if duty is None:
        raise LookupError(f"duty {row.obligation_id} of a reminder is gone")
    whole = outline(asked, duty)
    hidden = whole.hidden
    return Carries(
        schedule=None if hidden else duty.schedule.key, key=None if hidden else duty.occurrence.key, title=title_of(whole),
        who=None if hidden else row.who, rung=said(asked, whole, row.rung), left_out=withdrawn(row.withdrawn) if row.withdrawn else None,
        via=row.via,
    )  # fmt: skip


# ── what happened to it ───────────────────────────────────────
def _events(asked: Asked, line: MessageLine, rows: Sequence[Carried]) -> list[Event]:
    found = _written(line, rows) + _by_hand(asked, line.message) + _tries(asked, line.message)
    return sorted(found, key=lambda each: each.at)


def _written(line: MessageLine, rows: Sequence[Carried]) -> list[Event]:
    instants = sorted({row.at for row in rows})
    if not instants:
        return [Event(at=line.message.merged_at, code="written", says=phrase("It was written."))]
    number = len({row.obligation_id for row in rows})
    first = phrase("It was written, since a reminder became due.")
    found = [Event(at=instants[0], code="written", says=first)]
    if number > 1:
        joined = phrase(
            "{n} duties are told in it together, since they go to one reader on one channel.", n=number
        )
        found.append(Event(at=instants[-1], code="grouped", says=joined))
    return found


def _by_hand(asked: Asked, row: MessageRow) -> list[Event]:
    acts = records.acts_on_message(asked.session, row.id)
    names = author_names(asked.session, [act.actor for act in acts]) if acts else {}
    return [
        Event(
            at=act.at,
            code=act.act,
            says=phrase("{who} {what}.", who=names[act.actor], what=ACTS.get(act.act, act.act)),
        )
        for act in acts
    ]


def _tries(asked: Asked, row: MessageRow) -> list[Event]:
    found: list[Event] = []
    before: str | None = None
    for attempt, channel in pages_ledger.attempts(asked.session, row.id):
        if before is not None and channel != before:
            moved = phrase(
                "It went on to the reader's next channel: {channel}.", channel=_channel(asked, channel)
            )
            found.append(Event(at=attempt.ended_at, code="fallback", says=moved))
        found.append(
            Event(
                at=attempt.ended_at, code=f"attempt:{attempt.outcome}", says=_answer(asked, attempt, channel)
            )
        )
        before = channel
    return found


def _answer(asked: Asked, attempt: AttemptRow, channel: str | None) -> Words:
    outcome = OUTCOMES[Outcome(attempt.outcome)]
    fields = {"no": attempt.no, "channel": _channel(asked, channel), "outcome": outcome}
    answer = " ".join(filter(None, (attempt.code, attempt.words)))
    if not answer:
        return phrase("Attempt {no} by {channel}: {outcome}.", **fields)
    return phrase("Attempt {no} by {channel}: {outcome}; the answer was “{answer}”.", answer=answer, **fields)


def _channel(asked: Asked, key: str | None) -> Words:
    row = records.channel(asked.session, key) if key else None
    return channel_words(row.key, row.url) if row else phrase("a channel that is gone")


def _next_step(line: MessageLine) -> Words:
    row = line.message
    if row.state in AGAIN:
        return phrase("It may be sent again: `duban messages retry {id}`.", id=row.id)
    if row.state in BACK:
        return phrase("It may still be kept back: `duban messages hold {id}`.", id=row.id)
    if row.state == "held" and line.scheme == PAPER:
        return phrase("Print it and hand it over at the desk, under “paper”.")
    if row.state == "held":
        return phrase("Read it and release it, or keep it back, at the desk.")
    if row.state == "sent":
        return phrase("It is not sent again; to remind once more, use `duban urge`.")
    return phrase("It is not sent again.")


def reader(person: PersonRow | None) -> Words:
    """Who reads a message."""
    return Words("{name}", {"name": person.name}) if person else phrase("the work group")
