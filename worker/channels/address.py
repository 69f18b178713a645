"""From a channel's URL template and one recipient to the Apprise URL of one message.

Fields: {id} {mobile} {wecom_id} {email} of the recipient, {secret.NAME} of the installation; each is percent-encoded, so that no
value can add a host, a path or an option of its own.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import quote

from schedules.channel_urls import GATEWAYS, scheme_of, url_remarks
from schedules.channels import FIELD, SECRET
from schedules.message_values import MESSAGE_FIELDS
from schedules.words import Words, phrase
from tasks.delivery.outgoing import Outgoing
from worker.settings import Secret


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
    of_the_message = MESSAGE_FIELDS if scheme_of(template) in GATEWAYS else ()

    def value(match: re.Match[str]) -> str:
        if match[1] in of_the_message:  # filled by the gateway itself, with the words as they are sent
            return match[0]
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
    for what, _allowed in url_remarks(template, enabled):
        raise NoAddress(phrase("channel '{channel}': {what}", channel=channel, what=what))


def mask(words: str, private: tuple[str, ...]) -> str:
    """The words without anything private, in clear or percent-encoded."""
    for value in sorted(private, key=len, reverse=True):
        for shape in {value, quote(value, safe=""), quote(value)}:
            if len(shape) >= 4:
                words = words.replace(shape, "***")
    return words
