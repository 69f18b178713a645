"""Send one message through Apprise and turn what happened into a result for the ledger.

One URL for each message, so that a partial failure cannot repeat what arrived; the plugin's own `notify`, because Apprise's pool of
six threads is shared by the whole process; no redirects, no hidden retries, no throttle that sleeps while a lease runs.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from schedules.words import Gettext, Words, phrase
from tasks import links
from tasks.outcomes import Outcome, Result
from tasks.outgoing import Outgoing
from worker.channels import outbox
from worker.channels.address import Address, NoAddress, fill, mask, scheme_of
from worker.channels.pace import Pace
from worker.channels.untyped import TEXT, AppriseAsset, AppriseException, class_of
from worker.channels.wire import CONNECT_SECONDS, READ_SECONDS, Verdict, judge, watched, watching
from worker.settings import Secret
from worker.tokens import Tokens

log = logging.getLogger(__name__)

KEPT = 64  # services kept ready by each thread
WORDS = 400
ON_THE_WIRE_SECONDS = CONNECT_SECONDS + READ_SECONDS  # what a send may take: the lease must last that long
BOTS = frozenset({"wecombot", "dingtalk", "feishu", "lark"})  # groups: how often they may speak is bounded


class _Complaints(logging.Handler):
    """Hands Apprise's warnings to the watch of the thread they come from."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning."""
        watch = watched()
        if watch is not None and len(watch.complaints) < 5:
            watch.complaints.append(record.getMessage())


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
    ) -> None:
        self._secret = secret
        self._tokens = tokens
        self._gettext = gettext
        self._machine_now = machine_now
        self._kept = threading.local()
        self._pace = Pace()
        self._outbox_file = outbox_file
        self._asset = AppriseAsset(
            http_redirects=False, service_timeout=0, secure_logging=True, async_mode=False
        )
        quiet_loggers()

    def send(self, message: Outgoing, *, now: datetime, lease_until: datetime) -> Result:
        """Send it unless its lease is about to end. Never raises; `now` is office time."""
        private: tuple[str, ...] = ()
        try:
            address = fill(message, self._secret)
            private = address.private
            verdict = self._verdict(message, address, now=now, lease_until=lease_until)
        except NoAddress as error:
            verdict = self._failed(error.what)
        except Exception as error:  # a plugin may raise anything, before or after it sent
            log.exception("channel %s failed on message %d", message.channel_key, message.message_id)
            verdict = Verdict(Outcome.UNKNOWN, type(error).__name__)
        return Result(
            message_id=message.message_id, attempt=message.attempt, outcome=verdict.outcome,
            words=mask(verdict.words, private)[:WORDS], retry_after=verdict.wait,
        )  # fmt: skip

    def _verdict(
        self, message: Outgoing, address: Address, *, now: datetime, lease_until: datetime
    ) -> Verdict:
        scheme, service = self._service(address.url, message.channel_key)
        if scheme in BOTS and (wait := self._pace.wait(address.url, scheme)):
            return Verdict(
                Outcome.RETRY, self._text(phrase("this group may not be written to more often")), wait
            )
        body = links.fill(message.body, self._link(message, now))
        token = outbox.envelope.set(
            outbox.Envelope(
                file=self._outbox_file, message_id=message.message_id, attempt=message.attempt,
                recipient=message.recipient_key, channel=message.channel_key, at=now,
            )
        )  # fmt: skip
        try:
            with watching() as watch:
                if (lease_until - self._machine_now()).total_seconds() < ON_THE_WIRE_SECONDS:
                    return Verdict(
                        Outcome.RETRY,
                        self._text(phrase("not sent: its turn came too late, the next try follows")),
                    )
                said_yes = bool(service.notify(body=body, title=message.title, body_format=TEXT))
        finally:
            outbox.envelope.reset(token)
        return judge(scheme, watch, said_yes=said_yes)

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
        scheme = scheme_of(url)
        plugin = plugin_of(scheme)
        try:
            parsed = plugin.parse_native_url(url) if url.startswith("https://") else plugin.parse_url(url)
            if not parsed:
                raise NoAddress(phrase("the address of channel '{channel}' cannot be read", channel=channel))
            service = plugin(**parsed, asset=self._asset)
        except (AppriseException, TypeError) as error:
            raise NoAddress(
                phrase("the address of channel '{channel}' cannot be read", channel=channel)
            ) from error
        service.request_rate_per_sec = 0
        service.socket_connect_timeout, service.socket_read_timeout = CONNECT_SECONDS, READ_SECONDS
        return scheme, service

    def _failed(self, what: Words) -> Verdict:
        return Verdict(Outcome.CHANNEL, self._text(what))

    def _text(self, what: Words) -> str:
        return what.text(self._gettext)


def plugin_of(scheme: str) -> Any:  # a class of Apprise, which has no types
    """The plugin of a scheme: ours where Apprise has none or a wrong one."""
    if scheme == outbox.SCHEME:
        return outbox.NotifyOutbox
    if scheme == "dingtalk":
        return import_module("worker.channels.dingtalk").DingTalk
    return class_of(scheme)


_complaints = _Complaints(logging.WARNING)


def quiet_loggers() -> None:
    """Keep Apprise and urllib3 from writing keys and texts, which they do at DEBUG."""
    for name in ("apprise", "urllib3", "requests"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING if name != "apprise" else logging.INFO)
    logger = logging.getLogger("apprise")
    if _complaints not in logger.handlers:
        logger.addHandler(_complaints)
    logger.propagate = False  # one warning for each failed message is in the ledger already
