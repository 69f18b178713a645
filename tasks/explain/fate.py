"""What became of one thing that was to be told: it was told, it will be, or it was not, each with a code and a sentence."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from models.messages import MessageRow
from models.people import ChannelRow, PreferenceRow
from models.queries.pages_ledger import MessageLine
from models.schedules import OfficeStateRow
from schedules.channel_urls import scheme_of
from schedules.words import Words, phrase
from tasks.delivery.compose import PAPER
from tasks.delivery.divert import UNREACHABLE
from tasks.delivery.fallback import LIMITED
from tasks.delivery.message_reasons import REASONS
from tasks.explain.asked import Asked
from tasks.wording.sent_words import CHANNELS

Verdict = Literal["told", "will-be-told", "not-told"]
TOLD: Verdict = "told"
WILL: Verdict = "will-be-told"
NOT: Verdict = "not-told"
_MINUTE = timedelta(minutes=1)
WITHDRAWN = {
    "closed": phrase("It was left out: what it speaks of was done or closed before it went out."),
    "moved": phrase("It was left out: somebody else is told instead, since who answers for it has changed."),
    "begun": phrase("It was left out: the gathering had begun before it went out."),
    UNREACHABLE: phrase("No channel reaches whoever was to be told. See `duban doctor`."),
    "silenced": phrase("It was left out: the clerk had silenced it."),
    "snoozed": phrase("It was left out: the person had asked to be reminded later."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """`reason` is a stable code; `at` when it was or will be told."""

    verdict: Verdict
    reason: str
    says: Words
    at: datetime | None = None


def withdrawn(why: str) -> Fate:
    """A reminder that was taken out of its message."""
    said = WITHDRAWN.get(why) or phrase("It was left out: {why}.", why=why)
    return Fate(verdict=NOT, reason=why, says=said)


def channel_words(key: str, url: str) -> Words:
    """A channel by its kind, with its id in the office's file; `url` is its template."""
    known = CHANNELS.get(scheme_of(url))
    return phrase("{channel} ({id})", channel=known, id=key) if known else Words("{id}", {"id": key})


def in_trial(asked: Asked, at: datetime) -> bool:
    """Whether a message that went out then went to the clerk instead."""
    if asked.live.office.file.mode != "trial":
        return False
    went_live = asked.session.scalar(select(OfficeStateRow.went_live_at).where(OfficeStateRow.id == 1))
    return went_live is None or at < went_live


def fate_of(asked: Asked, line: MessageLine, *, due: datetime | None) -> Fate:
    """What became of a message. `due`: when what it carries was to be told, if that is asked."""
    row = line.message
    match row.state:
        case "sent" | "accepted?":
            return _sent(asked, line)
        case "held":
            return _held(line)
        case "queued" | "sending" | "retry":
            return _waits(asked, line, due=due)
        case "unknown":
            said = phrase(
                "It went out by {channel}, which gave no answer: it may have arrived. So that nobody gets it twice it is not sent again "
                "by itself.",
                channel=channel_words(line.channel, line.url),
            )
            return Fate(verdict=NOT, reason="unknown", says=said)
        case "failed":
            said = phrase(
                "It could not be sent by {channel}; the answer was: {why}",
                channel=channel_words(line.channel, line.url),
                why=_why(row.reason),
            )
            return Fate(verdict=NOT, reason="failed", says=said)
        case _:
            return _message_withdrawn(row)


def _why(reason: str | None) -> Words | str:
    return REASONS.get(reason or "") or reason or "—"


def _sent(asked: Asked, line: MessageLine) -> Fate:
    row = line.message
    at = row.sent_at or row.send_at
    fields = {"at": asked.moment(at), "channel": channel_words(line.channel, line.url), "id": row.id}
    if in_trial(asked, at):
        name = line.person.name if line.person else phrase("the work group")
        said = phrase(
            "The office is on trial: it went to the clerk {at}, headed as meant for {name} (message {id}).",
            name=name,
            **fields,
        )
        return Fate(verdict=NOT, reason="trial", says=said, at=at)
    if row.state == "sent":
        said = phrase("Told {at} by {channel}; the provider accepted it (message {id}).", **fields)
        return Fate(verdict=TOLD, reason="sent", says=said, at=at)
    said = phrase(
        "Told {at} by {channel}; the service raised no objection, which proves no arrival (message {id}).",
        **fields,
    )
    return Fate(verdict=TOLD, reason="unverified", says=said, at=at)


def _held(line: MessageLine) -> Fate:
    row = line.message
    if line.scheme == PAPER:
        said = phrase(
            "It is to be printed and handed over by the clerk; that is not done yet (message {id}).",
            id=row.id,
        )
        return Fate(verdict=NOT, reason="paper", says=said)
    said = phrase(
        "It waits for the clerk's release, at the desk under “to be released” (message {id}).", id=row.id
    )
    return Fate(verdict=NOT, reason="held", says=said)


def _waits(asked: Asked, line: MessageLine, *, due: datetime | None) -> Fate:
    row = line.message
    code, said = _why_waiting(asked, line, due=due)
    return Fate(verdict=WILL, reason=code, says=said, at=max(row.send_at, asked.now))


def _why_waiting(asked: Asked, line: MessageLine, *, due: datetime | None) -> tuple[str, Words]:
    """Why a message is still here: the whole office first, then its channel, then itself."""
    row, fields = (
        line.message,
        {
            "at": asked.moment(line.message.send_at),
            "channel": channel_words(line.channel, line.url),
            "id": line.message.id,
        },
    )
    if asked.session.scalar(select(OfficeStateRow.sending_stopped).where(OfficeStateRow.id == 1)):
        return "stopped", phrase(
            "Sending is stopped for the whole office; it waits until it is allowed again (message {id}).",
            **fields,
        )
    broken = asked.session.scalars(
        select(ChannelRow).where(ChannelRow.key == line.channel, ChannelRow.broken_at.is_not(None))
    ).first()
    if broken is not None:
        said = phrase(
            "{channel} is out of order: {why}. It waits until `duban channels test` succeeds there (message {id}).",
            why=broken.broken_words or "—", **fields,
        )  # fmt: skip
        return "channel-broken", said
    if row.state == "sending":
        return "sending", phrase("It is being sent right now (message {id}).", **fields)
    if row.reason == LIMITED:
        said = phrase(
            "The channel may not be used more often now; it goes out {at} by {channel} (message {id}).",
            **fields,
        )
        return "limit", said
    if row.state == "retry":
        said = phrase(
            "The last try was refused: {why} It is tried again {at} by {channel}, the try before was no. {n} (message {id}).",
            why=_sentence(row.reason), n=row.attempt, **fields,
        )  # fmt: skip
        return "retry", said
    return _queued(asked, line, due=due)


def _sentence(text: str | None) -> str:
    said = (text or "—").strip()
    return said if said.endswith((".", "。", "！", "？")) else f"{said}。"


def _queued(asked: Asked, line: MessageLine, *, due: datetime | None) -> tuple[str, Words]:
    row, fields = (
        line.message,
        {
            "at": asked.moment(line.message.send_at),
            "channel": channel_words(line.channel, line.url),
            "id": line.message.id,
        },
    )
    if row.send_at <= asked.now:
        return "queued", phrase(
            "It is ready and goes out at the next look, every few seconds; if it stays, see `duban doctor` (message {id}).",
            **fields,
        )
    wish = _wish(asked, row, line)
    if wish:
        return "wish", phrase(
            "It waits for {at}, the time of day that the person asked for (message {id}).", **fields
        )
    if due is not None and row.send_at > due + _MINUTE:
        return "quiet", phrase(
            "It became due {due}, in quiet hours or on a rest day; it goes out {at} by {channel} (message {id}).",
            due=asked.moment(due), **fields,
        )  # fmt: skip
    return "queued", phrase("It goes out {at} by {channel} (message {id}).", **fields)


def _wish(asked: Asked, row: MessageRow, line: MessageLine) -> bool:
    if line.person is None:
        return False
    wished = asked.session.scalar(
        select(PreferenceRow.digest_at).where(PreferenceRow.person_id == line.person.id)
    )
    return wished is not None and wished == asked.clock(row.send_at)


def _message_withdrawn(row: MessageRow) -> Fate:
    known = REASONS.get(row.reason or "")
    if known is not None:
        return Fate(verdict=NOT, reason=row.reason or "withdrawn", says=known)
    said = phrase("The clerk kept it back: {why} (message {id}).", why=row.reason or "—", id=row.id)
    return Fate(verdict=NOT, reason="kept-back", says=said)
