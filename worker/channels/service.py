"""The base of our own services: Apprise plugins that say what became of a message, not only whether it went well.

A service of ours names its codes and limits, puts a message into the provider's words and reads the answer. Used through Apprise
alone it answers yes or no like any plugin; beside an envelope (`worker.channels.envelope`) it also leaves its verdict.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tasks.delivery.outcomes import Outcome
from worker.channels import http
from worker.channels.answers import Codes, judge, of_failure
from worker.channels.envelope import Envelope, envelope, wire
from worker.channels.parts import MOST_PARTS, harmless, split
from worker.channels.untyped import AppriseImproperlyConfigured, NotifyBase
from worker.channels.verdict import Verdict
from worker.clock import machine_now, monotonic

# What Apprise wants to know of the URL of a bot with a token, and a secret where it is to be signed.
SIGNED_BOT = ("{schema}://{token}", "{schema}://{secret}@{token}")
SIGNED_BOT_TOKENS: dict[str, Any] = {
    **NotifyBase.template_tokens,
    "token": {"name": "Token", "type": "string", "required": True, "private": True},
    "secret": {"name": "Secret", "type": "string", "private": True},
}


class Service(NotifyBase):  # type: ignore[misc] # Apprise has no types
    """A provider whose answers we read. Subclasses give the class variables and `deliver_part`, or a `deliver` of their own."""

    # What Apprise asks of a plugin: no throttle that sleeps, no cutting by characters.
    request_rate_per_sec = 0
    body_maxlen = 1_000_000
    title_maxlen = 20_000
    setup_url = "https://appriseit.com/services/"

    home: ClassVar[str] = ""  # the provider's base address, without a slash at its end
    codes: ClassVar[Codes]
    formats: ClassVar[tuple[str, ...]] = ("text",)  # values of `format=`, the first is the default
    max_bytes: ClassVar[Mapping[str, int]] = {}  # of one message, by format
    # Characters that could mention somebody or end a construct, by format; each becomes one harmless character.
    unsafe: ClassVar[Mapping[str, Mapping[int, str]]] = {}

    def __init__(self, *, base: str = "", layout: str = "", keyword: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.keyword = keyword  # what a robot's own settings want to find in every message
        self.base = (base or self.home).rstrip("/")
        self.layout = layout or self.formats[0]
        if self.layout not in self.formats:
            self.refuse_url(f"format={self.layout[:20]} is none of {', '.join(self.formats)}")
        try:
            place = urlsplit(self.base)
            readable = place.scheme in ("https", "http") and bool(place.hostname) and not place.query
        except ValueError:
            readable = False
        if not readable:
            self.refuse_url("base is no address")

    def refuse_url(self, why: str) -> None:
        """Raise Apprise's error of a URL that makes no service."""
        raise AppriseImproperlyConfigured(f"{self.service_name}: {why}")

    def send(self, body: str, title: str = "", **_more: object) -> bool:
        """Send, leave the verdict on the wire; True only if the provider accepted."""
        known = envelope.get() or loose()
        try:
            verdict = self.deliver(title, body, known)
        except http.Unanswered as error:
            verdict = of_failure(error)
        written = wire.get()
        if written is not None:
            written.verdict = verdict
        elif verdict.outcome is not Outcome.SENT:
            self.logger.warning("%s: %s (%s)", self.service_name, verdict.outcome, verdict.code)
        return verdict.outcome is Outcome.SENT

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Send a message, in parts if it is too long for one. Raises Unanswered for the first part only."""
        parts = self.parts(title, body, known)
        if len(parts) > MOST_PARTS:
            return Verdict(Outcome.CONTENT, words=f"too long for {MOST_PARTS} messages")
        verdict = Verdict(Outcome.CONTENT, words="nothing to send")
        for number, part in enumerate(parts):
            try:
                verdict = self.deliver_part(part, title, known, first=number == 0)
            except http.Unanswered as error:
                verdict = of_failure(error)
            if verdict.outcome is not Outcome.SENT:
                return partly(verdict, number, len(parts))
        return verdict

    def parts(self, title: str, body: str, known: Envelope) -> list[str]:
        """The message in pieces that the provider takes, each within its limit of bytes."""
        lines = (self.heading(title, known), self.escape(body, known), " ".join(self.mentions(known)))
        text = "\n".join(line for line in lines if line)
        size = self.size_of(known, title)
        keyword = f"\n{self.keyword}" if self.keyword else ""
        limit = self.max_bytes[self.layout] - len(http.encoded(keyword))
        whole = (*known.links, *self.mentions(known))
        pieces = split(text, limit, size=size, whole=whole)
        return [piece if self.keyword in piece else piece + keyword for piece in pieces]

    def heading(self, title: str, known: Envelope) -> str:
        """The title as the message's first line."""
        return " ".join(self.escape(title, known).split("\n"))

    def escape(self, text: str, known: Envelope) -> str:
        """The text so that nothing in it mentions anybody or breaks the message; the personal links stay as they are."""
        return harmless(text, self.unsafe.get(self.layout, {}), keep=known.links)

    def mentions(self, known: Envelope) -> tuple[str, ...]:
        """What stands in the text for each person to notify, for providers that look for it there."""
        return ()

    def size_of(self, known: Envelope, title: str = "") -> Callable[[str], int]:
        """How many bytes of the limit a text takes: of itself in UTF-8, unless the provider counts otherwise."""
        return lambda text: len(text.encode())

    def deliver_part(self, part: str, title: str, known: Envelope, *, first: bool) -> Verdict:
        """Send one piece. Raises Unanswered."""
        raise NotImplementedError

    def post(self, url: str, known: Envelope, **content: Any) -> http.Answer:
        """`http.post`, unless the message's lease ends before an answer can be there. Raises Unanswered."""
        in_time(known)
        return http.post(url, **content)

    def get(self, url: str, known: Envelope) -> http.Answer:
        """`http.get`, unless the message's lease ends before an answer can be there. Raises Unanswered."""
        in_time(known)
        return http.get(url)

    def options(self) -> str:
        """The options of the URL that differ from the default, with their question mark."""
        options = {"format": self.layout if self.layout != self.formats[0] else ""}
        options["keyword"] = self.keyword
        options["base"] = self.base if self.base != self.home else ""
        filled = {name: text for name, text in options.items() if text}
        return f"?{urlencode(filled)}" if filled else ""

    def judge(self, answer: http.Answer) -> Verdict:
        """What an answer means, by the provider's codes."""
        return judge(answer, self.codes, now=machine_now())


def in_time(known: Envelope) -> None:
    """Raise Unanswered, nothing written, if a request begun now could outlast the message's lease."""
    if known.until is not None and monotonic() + http.ON_THE_WIRE_SECONDS > known.until:
        raise http.Unanswered(written=False, words="its turn ended")


def partly(verdict: Verdict, accepted: int, total: int) -> Verdict:
    """The verdict of a message in parts: once one was accepted, the whole can neither be failed nor sent again unseen."""
    if accepted == 0:
        return verdict
    words = f"{accepted} of {total} parts accepted; {verdict.words}".rstrip("; ")
    return Verdict(Outcome.UNKNOWN, verdict.code, words)


def loose() -> Envelope:
    """The envelope of a message that no ledger knows."""
    return Envelope(file=Path(), message_id=0, attempt=0, recipient="", channel="", at=machine_now())


def taken_apart(url: str) -> tuple[dict[str, Any], list[str]]:
    """The options that all our services share, and the rest of a URL: user, password, host and path, decoded, "" for what is not there.

    The rest always has three or more items: user, password, host, then the parts of the path.
    """
    try:
        place = urlsplit(url)
    except ValueError:
        return {}, ["", "", ""]
    who, _at, host = place.netloc.rpartition("@")
    user, _colon, password = who.partition(":")
    path = [unquote(part) for part in place.path.split("/") if part]
    query = {name.lower(): text for name, text in parse_qsl(place.query, keep_blank_values=True)}
    common: dict[str, Any] = {"schema": place.scheme.lower(), "query": query}
    common |= {"base": query.get("base", ""), "layout": query.get("format", "").lower()}
    return common, [unquote(user), unquote(password), unquote(host), *path]
