"""Mail by SMTP: `mailtos://user:password@smtp.example.cn?to={email}`.

`mode=ssl` (port 465) is what counts if nothing is said, `mode=starttls` (port 587) upgrades; the port alone decides too: 465 means ssl,
another starttls. `mailto://` sends in clear and is for this machine, or for an office that says so. `from=` is the sender's address, else
the user's; `name=` how it is shown; `reply=` where answers go; `smtp=` the server where the URL names the mail domain.
"""

import hashlib
import re
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from tasks.delivery.outcomes import Outcome
from worker.channels.envelope import Envelope
from worker.channels.options import plain
from worker.channels.service import Service, in_time, taken_apart
from worker.channels.smtp import PLAIN, PORTS, SSL, STARTTLS, Server, carry
from worker.channels.verdict import Verdict
from worker.clock import machine_now

# What stands in MAIL FROM and RCPT TO (RFC 5321, 4.1.2, without quoted names): nothing that could end the address.
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class Mail(Service):
    """One letter for each message, in plain text."""

    service_name = "Mail"
    service_url = "https://github.com/caronc/apprise/wiki/Notify_email"
    protocol = "mailto"
    secure_protocol = "mailtos"
    templates = ("{schema}://{user}:{password}@{host}",)
    home = "https://localhost"  # not HTTP at all

    def __init__(
        self, *, server: Server, to: tuple[str, ...], sender: str, name: str, reply: str, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.server, self.to, self.sender, self.shown, self.reply = server, to, sender, name, reply
        if not ADDRESS.fullmatch(sender) or (reply and not ADDRESS.fullmatch(reply)) or not to:
            self.refuse_url("from, reply and to are addresses")
        if server.mode not in PORTS or (server.mode == PLAIN) == (self.schema == "mailtos"):
            self.refuse_url("mode is ssl or starttls")

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Hand the letter over."""
        if not all(ADDRESS.fullmatch(each) for each in self.to):
            return Verdict(Outcome.PERSON, words="no mail address")
        in_time(known)
        return carry(self.server, self.sender, self.to, bytes(self.letter(title, body, known)))

    def letter(self, title: str, body: str, known: Envelope) -> EmailMessage:
        """The letter. Its id is the same for each attempt at one message, so that whoever gets it twice can tell."""
        text = self.escape(body, known)
        subject = one_line(title) or one_line(text)[:80]
        letter = EmailMessage(policy=policy.SMTP)
        letter["From"] = Address(one_line(self.shown), addr_spec=self.sender)
        letter["To"] = [
            Address(one_line(known.name) if len(self.to) == 1 else "", addr_spec=each) for each in self.to
        ]
        if self.reply:
            letter["Reply-To"] = Address(addr_spec=self.reply)
        letter["Subject"] = subject
        letter["Date"] = format_datetime(machine_now())
        letter["Message-ID"] = self._id(subject, known)
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice answers it
        letter["X-Auto-Response-Suppress"] = "All"  # what Exchange looks for instead
        letter.set_content(text + "\n", charset="utf-8")
        return letter

    def _id(self, subject: str, known: Envelope) -> str:
        """Numbers begin anew with a new database, and mailboxes drop what they know: the digest keeps two such letters apart."""
        whole = "\n".join((str(known.message_id), known.channel, *self.to, subject))
        digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
        return f"<duban.{known.message_id}.{digest}@{self.sender.rpartition('@')[2]}>"

    def url(self, *_args: Any, **_kwargs: Any) -> str:
        """The service as a URL, without user, password and recipient."""
        return f"{self.schema}://{self.server.host}:{self.server.port}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this service different from another."""
        return (str(self.schema), self.server.host, self.server.user, *self.to)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read a URL."""
        common, (user, password, _host, *_path) = taken_apart(url)
        options = plain(url)
        try:
            place = urlsplit(url)
            host, port = options.get("smtp") or place.hostname or "", place.port
        except ValueError:
            return None
        secure = common.get("schema") == "mailtos"
        mode = options.get("mode", "").lower() or _mode(port, secure=secure)
        if not host:
            return None
        domain = re.sub(r"^(smtp|mail)\.", "", place.hostname or host)
        sender = options.get("from") or (user if "@" in user else f"{user or 'duban'}@{domain}")
        to = tuple(each.strip() for each in options.get("to", "").split(",") if each.strip())
        return common | {
            "base": "", "layout": "", "server": Server(host, port or PORTS.get(mode, 25), mode, user, password),
            "to": to or (sender,),
            "sender": sender, "name": options.get("name", ""), "reply": options.get("reply", ""),
        }  # fmt: skip


def _mode(port: int | None, *, secure: bool) -> str:
    if not secure:
        return PLAIN
    return SSL if port in (None, PORTS[SSL]) else STARTTLS


def one_line(text: str) -> str:
    """A text that can stand in a header: no line ends, nothing unseen."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
