"""Signed links and form tokens: HMAC-SHA256, one salt for each purpose, nothing stored.

A token says who and what; whether it may still be used is decided by the state in the database. Instants of personal links are
office time, those of sign-in links and forms machine time: the caller passes the right one. Tokens are never logged.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from tasks.delivery.links import PersonalAddress
from worker.settings import Secret

PERSONAL_DAYS = 60
SIGN_IN_LASTS = timedelta(hours=24)
FORM_LASTS = timedelta(hours=12)
CODE_LASTS = timedelta(seconds=30)
CLOCK_SKEW = timedelta(minutes=5)
LONGEST = 512  # characters of a token worth looking at


class BadToken(Exception):
    """Forged, altered, cut short or made for another purpose: one answer for all of them."""


@dataclass(frozen=True, slots=True)
class PersonalLink:
    """What a personal link says: one duty of one person, or (no duty) all of that person's duties."""

    obligation_id: int | None
    person_id: int
    issued_at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether it is older than 60 days of office time."""
        return now - self.issued_at > timedelta(days=PERSONAL_DAYS)


@dataclass(frozen=True, slots=True)
class MessageLink:
    """What the link of a message about several duties says: the message, and the one it was sent to."""

    message_id: int
    person_id: int
    issued_at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether it is older than 60 days of office time."""
        return now - self.issued_at > timedelta(days=PERSONAL_DAYS)


Who = Literal["person", "inspector"]
WHO: tuple[Who, ...] = ("person", "inspector")


@dataclass(frozen=True, slots=True)
class SignInLink:
    """What a sign-in link says: who begins a session. `once` is its own, so that its one use can be noted."""

    who: Who
    id: int
    once: str


class Tokens:
    """Makes and reads signed tokens. The key may hold several, parted by white space: the first signs, all verify."""

    def __init__(self, key: Secret, *, base_url: str) -> None:
        # itsdangerous takes keys from oldest to newest and signs with the last.
        self._keys = list(reversed(key.reveal().split()))
        self._base_url = base_url

    def personal_link(self, obligation_id: int | None, person_id: int, now: datetime) -> PersonalAddress:
        """The address for one person: the duty's page `/c/…`, or without a duty the page of all duties `/me/…`."""
        token = self.personal_token(obligation_id, person_id, now)
        return PersonalAddress(f"{self._base_url}/{'c' if obligation_id else 'me'}/{token}")

    def personal_token(self, obligation_id: int | None, person_id: int, now: datetime) -> str:
        """The last part of that address; `now` is office time."""
        return self._sign("personal", [obligation_id or 0, person_id, _minutes(now)])

    def read_personal(self, token: str) -> PersonalLink:
        """Raise BadToken unless it is ours. An expired link is still read, so that its page can say what to do."""
        obligation_id, person_id, minutes = self._three("personal", token)
        return PersonalLink(obligation_id or None, person_id, _instant(minutes))

    def message_link(self, message_id: int, person_id: int, now: datetime) -> PersonalAddress:
        """The address of everything a message speaks of, `/m/…`, for the one it was sent to; `now` is office time."""
        return PersonalAddress(f"{self._base_url}/m/{self.message_token(message_id, person_id, now)}")

    def message_token(self, message_id: int, person_id: int, now: datetime) -> str:
        """The last part of that address."""
        return self._sign("message", [message_id, person_id, _minutes(now)])

    def read_message(self, token: str) -> MessageLink:
        """As `read_personal`, for the link of a message."""
        message_id, person_id, minutes = self._three("message", token)
        return MessageLink(message_id, person_id, _instant(minutes))

    def bind_link(self, slip_id: int, how: Literal["slip", "chat"]) -> PersonalAddress:
        """The address `/bind/…` that remembers a phone as that of the slip's person; `how` the slip reaches them."""
        return PersonalAddress(f"{self._base_url}/bind/{self.bind_token(slip_id, how)}")

    def bind_token(self, slip_id: int, how: Literal["slip", "chat"]) -> str:
        """The last part of that address, short enough for a coarse QR code. Whether it still binds, the slip says."""
        return self._sign("bind", [slip_id, int(how == "chat")])

    def read_bind(self, token: str) -> tuple[int, Literal["slip", "chat"]]:
        """The slip and how it reached its person. Raise BadToken if it is not ours."""
        found = self._verify("bind", token)
        if not (isinstance(found, list) and len(found) == 2 and all(type(part) is int for part in found)):
            raise BadToken
        return found[0], "chat" if found[1] else "slip"

    def check_in_link(self, occurrence_id: int, now: datetime) -> PersonalAddress:
        """The address `/s/…` that the screen of a gathering shows as a code; `now` is machine time. It names no person."""
        return PersonalAddress(f"{self._base_url}/s/{self.check_in_code(occurrence_id, now)}")

    def check_in_code(self, occurrence_id: int, now: datetime) -> str:
        """The last part of that address, another one every 30 seconds; short, so that a projected code is coarse."""
        return f"{occurrence_id}-{self._seal(self._keys[-1], occurrence_id, code_window(now))}"

    def read_check_in(self, code: str, now: datetime) -> int:
        """The gathering whose code this is, now or 30 seconds ago. Raise BadToken for any other."""
        number, _, seal = code.partition("-")
        if not (number.isascii() and number.isdecimal() and len(number) <= 18 and seal.isascii()):
            raise BadToken
        window = code_window(now)
        fits = [
            hmac.compare_digest(self._seal(key, int(number), each), seal)
            for key in self._keys
            for each in (window, window - 1)
        ]
        if str(int(number)) != number or not any(fits):
            raise BadToken
        return int(number)

    def check_in_shown(self, code: str, now: datetime) -> None:
        """Raise BadToken unless the code is shown now or was within the last hour: whoever scans too late is no stranger."""
        for window in range(int(timedelta(hours=1) / CODE_LASTS) + 1):
            try:
                self.read_check_in(code, now - window * CODE_LASTS)
            except BadToken:
                continue
            return
        raise BadToken

    @staticmethod
    def _seal(key: str, occurrence_id: int, window: int) -> str:
        """128 bits of the signature of a gathering and a window of time."""
        signed = hmac.digest(key.encode(), f"duban-check-in|{occurrence_id}|{window}".encode(), "sha256")
        return base64_encode(signed[:16]).decode("ascii")

    def _three(self, purpose: str, token: str) -> tuple[int, int, int]:
        found = self._verify(purpose, token)
        if not (isinstance(found, list) and len(found) == 3 and all(type(part) is int for part in found)):
            raise BadToken
        return found[0], found[1], found[2]

    def feed_link(self, feed_id: int) -> str:
        """The address `/cal/….ics` from which a calendar program fetches. Whether it still gives anything, the feed says."""
        return f"{self._base_url}/cal/{self._sign('feed', [feed_id])}.ics"

    def read_feed(self, token: str) -> int:
        """The feed of such an address. Raise BadToken if it is not ours."""
        found = self._verify("feed", token)
        if not (isinstance(found, list) and len(found) == 1 and type(found[0]) is int):
            raise BadToken
        feed_id: int = found[0]
        return feed_id

    def sign_in_link(self, who_id: int, now: datetime, who: Who = "person") -> str:
        """The address that signs somebody in, once, within 24 hours; `now` is machine time."""
        return f"{self._base_url}/signin/{self.sign_in_token(who_id, now, who)}"

    def sign_in_token(
        self, who_id: int, now: datetime, who: Who = "person", *, once: str | None = None
    ) -> str:
        """The last part of that address. With the same `once` (up to 40 letters) it is the same link however often it is made."""
        own = once or secrets.token_urlsafe(9)
        return self._sign("sign-in", [WHO.index(who), who_id, _minutes(now), own])

    def read_sign_in(self, token: str, now: datetime) -> SignInLink:
        """Who signs in. Raise BadToken if it is not ours or its day is over; whether it was used is in the database."""
        match self._verify("sign-in", token):
            case [int(which), int(who_id), int(minutes), str(once)] if which in (0, 1):
                if -CLOCK_SKEW <= now - _instant(minutes) <= SIGN_IN_LASTS:
                    return SignInLink(WHO[which], who_id, f"{which}-{who_id}-{once}")
        raise BadToken

    def form(self, subject: str, now: datetime) -> str:
        """The hidden field of a form; `subject` names the session or link it was shown to; `now` is machine time."""
        return self._sign("form", [subject, _minutes(now)])

    def form_fits(self, token: str, subject: str, now: datetime) -> bool:
        """Whether a form came from a page of ours that was shown to `subject` within the last 12 hours."""
        try:
            found = self._verify("form", token)
        except BadToken:
            return False
        if not (isinstance(found, list) and len(found) == 2 and type(found[1]) is int):
            return False
        fresh = -CLOCK_SKEW <= now - _instant(found[1]) <= FORM_LASTS
        return fresh and hmac.compare_digest(str(found[0]).encode(), subject.encode())

    def form_ours(self, token: str) -> bool:
        """Whether a form came from any page of ours, however old and to whomever it was shown."""
        try:
            found = self._verify("form", token)
        except BadToken:
            return False
        return isinstance(found, list) and len(found) == 2

    def keep(self, purpose: str, value: Mapping[str, Any]) -> str:
        """Sign a small value that a page hands back unchanged."""
        return self._sign(f"keep-{purpose}", dict(value))

    def kept(self, purpose: str, token: str) -> Mapping[str, Any]:
        """Read what `keep` signed. Raise BadToken if it is not ours."""
        found = self._verify(f"keep-{purpose}", token)
        if not isinstance(found, dict):
            raise BadToken
        return found

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        signer = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        return URLSafeSerializer(self._keys, salt=f"duban-{purpose}", signer_kwargs=signer)

    def _sign(self, purpose: str, value: object) -> str:
        signed: str | bytes = self._serializer(purpose).dumps(value)
        return signed.decode("ascii") if isinstance(signed, bytes) else signed

    def _verify(self, purpose: str, token: str) -> object:
        """Read a token, refusing other spellings of the same signature (base64 leaves bits of its last letter unused)."""
        if len(token) > LONGEST or not token.isascii():
            raise BadToken
        try:
            found: object = self._serializer(purpose).loads(token)
            signature = token.rpartition(".")[2].encode("ascii")
            canonical = base64_encode(base64_decode(signature))
        except (BadData, ValueError) as error:
            raise BadToken from error
        if not hmac.compare_digest(canonical, signature):
            raise BadToken
        return found


def code_window(at: datetime) -> int:
    """The number of the half minute in which a code is shown."""
    return int(at.timestamp() // CODE_LASTS.total_seconds())


def _minutes(at: datetime) -> int:
    """Whole minutes since 1970, rounded down: short, and a link made in a second is the same link."""
    return int(at.timestamp() // 60)


def _instant(minutes: int) -> datetime:
    try:
        return datetime.fromtimestamp(minutes * 60, UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise BadToken from error
