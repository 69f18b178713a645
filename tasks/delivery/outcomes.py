"""What can become of one attempt to send, and the result that the ledger is told."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from tasks.delivery.outgoing import Outgoing


class Outcome(StrEnum):
    """What a provider's answer means, whoever the provider is. An answer that nobody knows is never success."""

    SENT = "sent"  # accepted, in the provider's own words
    UNVERIFIED = "accepted?"  # a service whose answers are not read here raised no objection
    RETRY = "retry"  # the same may go through later: busy, too often, no connection
    LATER = "later"  # not sent: a limit of ours would be passed; no attempt
    CHANNEL = "channel"  # the channel itself is refused: key revoked, signature wrong, address gone
    PERSON = "person"  # this recipient cannot be reached there
    CONTENT = "content"  # these words are refused
    UNKNOWN = "unknown"  # it may have arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one attempt. `code` and `words` are the provider's, secrets masked; `retry_after` in seconds.

    `channel`: the id in `office.yaml` of the channel it went on, which in a trial is the clerk's; "" for the message's own.
    `every`: seconds between two messages that a limit lets through, so that what waits for it comes back one by one.
    """

    message_id: int
    attempt: int
    outcome: Outcome
    code: str = ""
    words: str = ""
    retry_after: int | None = None
    every: float = 0.0
    channel: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Leave out what no database stores, whatever a provider answers: NUL and halves of surrogate pairs."""
        for name in ("code", "words"):
            object.__setattr__(self, name, _storable(getattr(self, name)))

    @property
    def said(self) -> str:
        """Code and words as one sentence for people."""
        return self.words if self.code in self.words else f"{self.code} {self.words}".strip()

    def of_all(self, message: Outgoing) -> "tuple[Result, ...]":
        """The same result for every message that went with this one."""
        others = (replace(self, message_id=each.message_id, attempt=each.attempt) for each in message.rest)
        return (self, *others)


def _storable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
