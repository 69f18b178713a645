"""The local outbox: an Apprise service that appends each message to `<data>/outbox.jsonl` instead of sending it.

The starter office uses it, so that a newcomer reads what each person would have received. One line, one write, synced to
the disk: a line is whole or absent, and a message recorded as sent is in the file.
"""

import json
import os
from pathlib import Path
from typing import Any, ClassVar

from worker.channels.envelope import envelope
from worker.channels.untyped import NotifyBase

SCHEME = "outbox"


class NotifyOutbox(NotifyBase):  # type: ignore[misc] # Apprise has no types
    """`outbox://recipient`."""

    service_name = "duban outbox"
    service_url = "https://github.com/caronc/apprise"
    setup_url = ""
    protocol = SCHEME
    secure_protocol = ""
    request_rate_per_sec = 0
    body_maxlen = 1_000_000
    title_maxlen = 1_000
    templates = ("{schema}://{recipient}",)
    template_tokens: ClassVar[dict[str, Any]] = {
        **NotifyBase.template_tokens,
        "recipient": {"name": "Recipient", "type": "string", "required": True},
    }

    def __init__(self, recipient: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.recipient = recipient

    def send(self, body: str, title: str = "", **_extra: object) -> bool:
        """Append one line; False if the disk does not take it."""
        known = envelope.get()
        if known is None:
            self.logger.warning("The outbox takes messages of the ledger only.")
            return False
        line = {
            "at": known.at.isoformat(), "message": known.message_id, "attempt": known.attempt, "recipient": self.recipient,
            "channel": known.channel, "title": title, "body": body,
        }  # fmt: skip
        try:
            append(known.file, line)
        except OSError as error:
            self.logger.warning("The outbox cannot be written: %s", error.strerror)
            return False
        return True

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Apprise's signature
        """The service as a URL."""
        return f"{SCHEME}://{self.quote(self.recipient, safe='')}"

    @property
    def url_identifier(self) -> tuple[str, str]:
        """What makes this service different from another."""
        return (SCHEME, self.recipient)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read `outbox://recipient`."""
        results: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        if results:
            results["recipient"] = NotifyBase.unquote(results["host"])
        return results


def append(file: Path, line: dict[str, object]) -> None:
    """Append a line in one write and wait until the disk has it. Raises OSError."""
    data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        written = os.write(handle, data)
        if written != len(data):
            os.write(handle, b"\n")  # half a line ends here; the message is written again as a whole
            raise OSError(28, "only part of a line was written")
        os.fsync(handle)
    finally:
        os.close(handle)
