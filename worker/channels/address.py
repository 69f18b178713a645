"""From a channel's URL template and one recipient to the Apprise URL of one message.

Fields: {id} {mobile} {wecom_id} {email} of the recipient, {secret.NAME} of the installation; each is percent-encoded, so that no
value can add a host, a path or an option of its own.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from schedules.words import Words, phrase
from tasks.outgoing import Outgoing
from worker.channels.registry import KNOWN, NEVER, OURS, PLAIN_HTTP, scheme_of
from worker.settings import Secret

FIELD = re.compile(r"\{([^{}]*)\}")
SECRET = re.compile(r"secret\.([A-Za-z][A-Za-z0-9_-]*)")
ADDRESS_FIELDS = ("id", "mobile", "wecom_id", "email")

# Options that weaken the connection or hide retries and waiting from the ledger.
REFUSED_OPTIONS = frozenset({"redirect", "verify", "retry", "wait", "rto", "cto"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What these send is told by the first character of an option: `:` a field of the body, `-` of the address, `+` a header.
GATEWAYS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
SENT_BY = (":", "-", "+")


class NoAddress(Exception):
    """The message cannot be addressed; `what` says why, for the clerk. `person`: this recipient lacks something, not the channel."""

    def __init__(self, what: Words, *, person: bool = False) -> None:
        super().__init__(str(what))
        self.what = what
        self.person = person


@dataclass(frozen=True, slots=True)
class Address:
    """A filled URL; `private` are the values that no log and no ledger may show."""

    url: str
    private: tuple[str, ...]


def fill(
    message: Outgoing, secret: Callable[[str], Secret | None], *, enabled: Collection[str] = frozenset()
) -> Address:
    """The URL of one message. Raise NoAddress if a field is missing or the template is not allowed."""
    template = message.channel_url
    check(template, message.channel_key, enabled=enabled)
    private: list[str] = []

    def value(match: re.Match[str]) -> str:
        found = _value(match[1], message, secret)
        if match[1] != "id":
            private.append(found)
        return quote(found, safe="")

    return Address(FIELD.sub(value, template), tuple(private))


def _value(name: str, message: Outgoing, secret: Callable[[str], Secret | None]) -> str:
    if named := SECRET.fullmatch(name):
        kept = secret(named[1])
        if kept is None:
            raise NoAddress(
                phrase(
                    "the secret {name} of channel '{channel}' is not set",
                    name=named[1],
                    channel=message.channel_key,
                )
            )
        return kept.reveal()
    values = {
        "id": message.recipient_key,
        "mobile": message.mobile,
        "wecom_id": message.wecom_id,
        "email": message.email,
    }
    if name not in values:
        raise NoAddress(
            phrase(
                "channel '{channel}' asks for an unknown field {name}", channel=message.channel_key, name=name
            )
        )
    found = values[name]
    if not found:
        missing = {
            "mobile": phrase("{person} has no mobile number", person=message.recipient_name),
            "wecom_id": phrase("{person} has no WeCom id", person=message.recipient_name),
            "email": phrase("{person} has no e-mail address", person=message.recipient_name),
        }
        what = missing.get(name, phrase("{person} has no id", person=message.recipient_name))
        raise NoAddress(what, person=True)
    return found


def check(template: str, channel: str, *, enabled: Collection[str] = frozenset()) -> None:
    """Raise NoAddress unless the template's scheme is allowed and no option weakens the connection.

    `enabled`: what the office allows beside the services known here (`schemes:` in office.yaml).
    """
    scheme = scheme_of(template)
    if scheme not in KNOWN and (scheme not in enabled or scheme in NEVER):
        raise NoAddress(
            phrase(
                "channel '{channel}' uses {scheme}, which is not allowed", channel=channel, scheme=scheme[:20]
            )
        )
    # A template of one field after the scheme has no host yet; `urlsplit` must not refuse it.
    query = urlsplit(FIELD.sub("x", template)).query
    for name, text in parse_qsl(query, keep_blank_values=True):
        if name.lower() in REFUSED_OPTIONS:
            raise NoAddress(phrase("channel '{channel}' may not set {option}", channel=channel, option=name))
        if name.lower() == "base" and scheme in OURS:
            _check_base(text, channel, plain=PLAIN_HTTP in enabled)
    if scheme in GATEWAYS:
        _check_sent(template, channel)


def _check_base(base: str, channel: str, *, plain: bool) -> None:
    """Raise NoAddress unless messages to a provider's other address are encrypted or stay on this machine."""
    try:
        place = urlsplit(base)
        host = place.hostname or ""
    except ValueError:
        place, host = urlsplit(""), ""
    if host and (place.scheme == "https" or (place.scheme == "http" and (plain or host in LOOPBACK))):
        return
    raise NoAddress(
        phrase("the base of channel '{channel}' must begin with https:// and name a host", channel=channel)
    )


def _check_sent(template: str, channel: str) -> None:
    """Raise NoAddress if a field stands in an option that the service keeps for itself: the gateway would never see it."""
    for option in template.partition("?")[2].split("&"):
        name, _equals, text = option.partition("=")
        if FIELD.search(text) and not name.startswith(SENT_BY):
            what = phrase(
                "channel '{channel}' would not send '{option}'; write ':{option}' for a field of the body, '-{option}' of the address, "
                "'+{option}' for a header", channel=channel, option=name,
            )  # fmt: skip
            raise NoAddress(what)


def mask(words: str, private: tuple[str, ...]) -> str:
    """The words without anything private, in clear or percent-encoded."""
    for value in sorted(private, key=len, reverse=True):
        for shape in {value, quote(value, safe=""), quote(value)}:
            if len(shape) >= 4:
                words = words.replace(shape, "***")
    return words
