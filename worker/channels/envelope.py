"""What the ledger knows of the message on the wire, for services that need more than Apprise's title and body.

Apprise's `notify` takes words only. So the sender lays an envelope beside them, in a context variable of its thread, and takes a
verdict back the same way, as Apprise's answer is only yes or no.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks.delivery.outgoing import Mention
from worker.channels.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`file` is the local outbox; `at` office time. `links`: the filled personal links in the body, in their order.

    `name`: of the recipient, as people say it.
    `count`, `subject_line` and `due_text` are for providers that take a template's variables only (`tasks.delivery.outgoing.Outgoing`).
    `until`: the second of `worker.clock.monotonic` after which no further request may begin, as the lease ends; None without one.
    """

    file: Path
    message_id: int
    attempt: int
    recipient: str
    channel: str
    at: datetime
    name: str = ""
    links: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    count: int = 0
    subject_line: str = ""
    due_text: str = ""
    until: float | None = None

    @property
    def link(self) -> str | None:
        """The personal link of the message itself; None for a group."""
        return self.links[0] if self.links else None


@dataclass(slots=True)
class Wire:
    """Where a service of ours writes its verdict; None if it never came to it."""

    verdict: Verdict | None = None


envelope: ContextVar[Envelope | None] = ContextVar("envelope", default=None)
wire: ContextVar[Wire | None] = ContextVar("wire", default=None)


@contextmanager
def carrying(known: Envelope) -> Iterator[Wire]:
    """Lay an envelope beside what this thread sends within the `with`, and take the service's verdict."""
    written = Wire()
    tokens = envelope.set(known), wire.set(written)
    try:
        yield written
    finally:
        envelope.reset(tokens[0])
        wire.reset(tokens[1])
