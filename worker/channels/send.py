"""Send one message through an Apprise service and turn what happened into a result for the ledger.

One URL for each message, so that a partial failure cannot repeat what arrived; the service's own `notify`, because Apprise's pool of
six threads is shared by the whole process; no redirects, no hidden retries, no throttle that sleeps while a lease runs. Our own
services say what became of it (`worker.channels.service`); of Apprise's the wire is watched (`worker.channels.wire`).
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from schedules.words import Gettext, Words, phrase
from tasks.delivery import links
from tasks.delivery.outcomes import Outcome, Result
from tasks.delivery.outgoing import Outgoing
from worker.channels import http, outbox
from worker.channels.address import Address, NoAddress, fill, mask
from worker.channels.envelope import Envelope, carrying
from worker.channels.registry import scheme_of, service_of
from worker.channels.service import Service
from worker.channels.untyped import TEXT, AppriseAsset
from worker.channels.verdict import Verdict
from worker.channels.wire import judge, watched, watching
from worker.clock import monotonic
from worker.limits import Limits, Use, limits_of
from worker.settings import Secret
from worker.tokens import Tokens

log = logging.getLogger(__name__)

KEPT = 64  # services kept ready by each thread
WORDS, CODE = 400, 60


class _Complaints(logging.Handler):
    """Hands Apprise's warnings to the watch of the thread they come from."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning."""
        watch = watched()
        if watch is not None and len(watch.complaints) < 5:
            watch.complaints.append(record.getMessage())


@dataclass(frozen=True, slots=True)
class _Content:
    body: str
    links: tuple[str, ...]


class Sender:
    """Sends messages; one for each process, used by all of its threads."""

    def __init__(
        self,
        *,
        outbox_file: Path,
        secret: Callable[[str], Secret | None],
        tokens: Tokens,
        gettext: Gettext,
        machine_now: Callable[[], datetime],
        limits: Limits | None = None,
    ) -> None:
        self._secret = secret
        self._tokens = tokens
        self._gettext = gettext
        self._machine_now = machine_now
        self._kept = threading.local()
        self._limits = limits
        self._outbox_file = outbox_file
        self._asset = AppriseAsset(
            http_redirects=False, service_timeout=0, secure_logging=True, async_mode=False
        )
        quiet_loggers()

    def send(self, message: Outgoing, *, now: datetime, lease_until: datetime) -> Result:
        """Send it unless its lease is about to end. Never raises; `now` is office time."""
        private: tuple[str, ...] = ()
        begun: list[bool] = []
        try:
            address = fill(message, self._secret, enabled=message.schemes)
            private = address.private
            verdict = self._verdict(message, address, begun, now=now, lease_until=lease_until)
        except NoAddress as error:
            verdict = Verdict(
                Outcome.PERSON if error.person else Outcome.CHANNEL, words=self._text(error.what)
            )
        except Exception as error:  # a plugin may raise anything, before or after it sent
            log.exception("channel %s failed on message %d", message.channel_key, message.message_id)
            verdict = Verdict(Outcome.UNKNOWN if begun else Outcome.RETRY, words=type(error).__name__)
        return Result(
            message_id=message.message_id, attempt=message.attempt, outcome=verdict.outcome, code=mask(verdict.code, private)[:CODE],
            words=mask(verdict.words, private)[:WORDS], retry_after=verdict.wait, every=verdict.every,
            channel=message.channel_key,
        )  # fmt: skip

    def _verdict(
        self, message: Outgoing, address: Address, begun: list[bool], *, now: datetime, lease_until: datetime
    ) -> Verdict:
        """`begun` is no longer empty once something may have gone over the wire."""
        scheme, service = self._service(address.url, message.channel_key)
        content = self._content(message, now)
        left = (lease_until - self._machine_now()).total_seconds()
        if left < http.ON_THE_WIRE_SECONDS:
            return Verdict(Outcome.LATER, wait=1)  # its turn came too late; nothing was tried
        if self._limits is not None and (limits := limits_of(scheme, message.limits)):
            use = Use(
                address=address.url, template=message.channel_url, recipient=message.recipient_key, limits=limits,
                pieces=self._pieces(service, message, content, now),
            )  # fmt: skip
            if wait := self._limits.wait(use):
                return Verdict(Outcome.LATER, wait=wait, every=use.every)
        with watching() as watch:
            known = self._envelope(message, content.links, now=now, until=monotonic() + left)
            with carrying(known) as wire:
                begun.append(True)
                said_yes = bool(service.notify(body=content.body, title=message.title, body_format=TEXT))
        if isinstance(service, Service):
            return wire.verdict or Verdict(Outcome.CONTENT, words=self._text(phrase("nothing to send")))
        if scheme == outbox.SCHEME:
            return Verdict(
                Outcome.SENT if said_yes else Outcome.RETRY,
                words="" if said_yes else "; ".join(watch.complaints),
            )
        return judge(scheme, watch, said_yes=said_yes)

    def _envelope(
        self, message: Outgoing, links: tuple[str, ...], *, now: datetime, until: float | None
    ) -> Envelope:
        """What services of ours need beside the words."""
        mentions = dict.fromkeys(each for one in (message, *message.rest) for each in one.mentions)
        return Envelope(
            file=self._outbox_file, message_id=message.message_id, attempt=message.attempt, recipient=message.recipient_key,
            channel=message.channel_key, at=now, links=links, mentions=tuple(mentions),
            count=message.count + sum(one.count for one in message.rest), subject_line=message.subject_line,
            due_text=message.due_text, name=message.recipient_name, until=until,
        )  # fmt: skip

    def _pieces(self, service: Any, message: Outgoing, content: _Content, now: datetime) -> int:
        """How many requests the message takes."""
        if not isinstance(service, Service) or not service.max_bytes:
            return 1
        known = self._envelope(message, content.links, now=now, until=None)
        return len(service.parts(message.title, content.body, known))

    def _content(self, message: Outgoing, now: datetime) -> _Content:
        """The message with those that go along, each with its own link."""
        made = [self._link(one, now) for one in (message, *message.rest)]
        bodies = [
            links.fill(one.body, link) for one, link in zip((message, *message.rest), made, strict=True)
        ]
        more = [f"\n\n{one.title}\n{body}" for one, body in zip(message.rest, bodies[1:], strict=True)]
        return _Content(
            bodies[0] + "".join(more), tuple(dict.fromkeys(link.reveal() for link in made if link))
        )

    def _link(self, message: Outgoing, now: datetime) -> links.PersonalAddress | None:
        """The personal link, made anew for each message; none for a group."""
        if message.is_group or message.link_person is None:
            return None
        if message.link_obligation is None and message.link_list:
            return self._tokens.message_link(message.message_id, message.link_person, now)
        return self._tokens.personal_link(message.link_obligation, message.link_person, now)

    def _service(self, url: str, channel: str) -> tuple[str, Any]:
        """The Apprise service of a URL, kept by this thread. Raise NoAddress if Apprise cannot read it."""
        kept: OrderedDict[str, tuple[str, Any]] = self._kept.__dict__.setdefault("services", OrderedDict())
        if url not in kept:
            kept[url] = self._new_service(url, channel)
        kept.move_to_end(url)
        while len(kept) > KEPT:
            kept.popitem(last=False)
        return kept[url]

    def _new_service(self, url: str, channel: str) -> tuple[str, Any]:
        service = service_of(url, asset=self._asset)
        if service is None:
            raise NoAddress(phrase("the address of channel '{channel}' cannot be read", channel=channel))
        service.request_rate_per_sec = 0
        service.socket_connect_timeout = http.CONNECT_SECONDS
        service.socket_read_timeout = http.READ_SECONDS
        return scheme_of(url), service

    def _text(self, what: Words) -> str:
        return what.text(self._gettext)


_complaints = _Complaints(logging.WARNING)


def quiet_loggers() -> None:
    """Keep Apprise and urllib3 from writing keys and texts, which they do at DEBUG."""
    levels = {
        "apprise": logging.INFO,
        "requests": logging.WARNING,
        "urllib3": logging.ERROR,
    }  # it warns with whole addresses
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logger = logging.getLogger("apprise")
    if _complaints not in logger.handlers:
        logger.addHandler(_complaints)
    logger.propagate = False  # one warning for each failed message is in the ledger already
