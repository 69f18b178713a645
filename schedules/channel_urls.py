"""What a channel's URL may say: which services, which fields, and no option that weakens the connection."""

import re
from collections.abc import Collection, Iterator

from schedules.apprise_services import SERVICES
from schedules.channels import FIELD, PERSON_FIELDS, SECRET
from schedules.message_values import MESSAGE_FIELDS, VARIABLES
from schedules.problems import nearest
from schedules.words import Words, phrase

Remark = tuple[Words, Words | str | None]  # what is wrong, and what is allowed

SMS = frozenset({"alisms", "qcloudsms"})
GATEWAYS = frozenset({"gateway", "gateways", "json", "jsons", "form", "forms"})
MAIL = frozenset({"mailto", "mailtos"})
# The services whose answers are read here. Any other of Apprise's is enabled by name, and what it says stays unverified.
OWN = frozenset(
    {"outbox", "wecombot", "wechat", "wecomapp", "dingtalk", "feishu", "lark", *SMS, *GATEWAYS, *MAIL}
)
# Robots that post to everybody in a group: there must be no way to take them for one person's channel.
BOTS = frozenset({"wecombot", "dingtalk", "feishu", "lark"})
# Addresses as the providers show them, which a clerk may paste unchanged.
NATIVE = {
    "https://qyapi.weixin.qq.com/cgi-bin/webhook/send": "wecombot",
    "https://oapi.dingtalk.com/robot/send": "dingtalk",
    "https://open.feishu.cn/open-apis/bot/v2/hook/": "feishu",
    "https://open.larksuite.com/open-apis/bot/v2/hook/": "lark",
}
# Apprise's services that reach into the machine or its desktop; no office sends reminders there, whatever its `schemes:` says.
NEVER = frozenset(
    {"dbus", "glib", "gnome", "growl", "kde", "macosx", "qt", "rsyslog", "syslog", "windows", "http", "https"}
)
# An office that names "http" under `schemes:` allows messages without TLS to hosts other than this machine.
PLAIN_HTTP = "http"
PLAIN = frozenset({"gateway", "json", "form"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Options that weaken the connection or hide retries and waiting from the ledger.
REFUSED_OPTIONS = frozenset({"redirect", "verify", "retry", "wait", "rto", "cto"})
# What a gateway sends is told by the first character of an option; `hmac` is the key of a seal.
SENT_BY = (":", "-", "+")
KEYS = frozenset({"hmac", "hmac_id"})


def scheme_of(url: str) -> str:
    """The scheme of a URL, also of one that a provider shows; what stands before `://` if it is none of ours."""
    native = next((scheme for start, scheme in NATIVE.items() if url.startswith(start)), None)
    return native or (url.partition("://")[0].lower() if "://" in url else "")


def options(url: str) -> list[tuple[str, str]]:
    """The options of a URL in their order, decoded; a plus stays a plus, and one without `=` has an empty text."""
    query = url.partition("#")[0].partition("?")[2]
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(_decoded(name), _decoded(text)) for name, _equals, text in parts]


def url_remarks(url: str, schemes: Collection[str], *, group: bool = False) -> Iterator[Remark]:
    """Everything about a template that cannot work. `schemes`: what the office enables beside the services known here."""
    scheme = scheme_of(url)
    own = ", ".join(sorted(OWN))
    if not scheme:
        yield phrase("a channel's url begins with a service and '://'"), own
    elif scheme in NEVER:
        yield phrase("{scheme} is no service for offices", scheme=f"{scheme[:20]}://"), own
    elif scheme not in OWN and scheme not in SERVICES and scheme not in schemes:
        what = phrase("Apprise has no service '{scheme}'", scheme=scheme[:20])
        yield what, nearest(scheme, OWN)
    elif scheme not in OWN and scheme not in schemes:
        what = phrase(
            "{scheme} is not enabled; if it is a service of Apprise, add 'schemes: [{name}]'",
            scheme=f"{scheme[:20]}://", name=scheme[:20],
        )  # fmt: skip
        yield what, own
    yield from _options(url, scheme)
    yield from _fields(url, scheme, group=group)
    yield from _plain(url, scheme, schemes)
    yield from _base(url, scheme, schemes)
    if scheme in SMS:
        yield from _sms(url)
    if scheme in MAIL and not dict(options(url)).get("to"):
        yield phrase("mail needs '{option}'", option="to"), "to={email}"


def _options(url: str, scheme: str) -> Iterator[Remark]:
    for name, text in options(url):
        if name.lower() in REFUSED_OPTIONS:
            yield phrase("the option '{option}' is not allowed in a channel", option=name[:40]), None
        if scheme in GATEWAYS and FIELD.search(text) and not name.startswith(SENT_BY) and name not in KEYS:
            what = phrase(
                "'{option}' would not be sent; write ':{option}' for a field of the body, '-{option}' of the address, "
                "'+{option}' for a header", option=name[:40],
            )  # fmt: skip
            yield what, None


def _fields(url: str, scheme: str, *, group: bool) -> Iterator[Remark]:
    known = (*PERSON_FIELDS, *(MESSAGE_FIELDS if scheme in GATEWAYS else ()))
    for name in dict.fromkeys(FIELD.findall(url)):
        if name not in known and not SECRET.fullmatch(name):
            what = phrase("there is no field {name}", name="{" + name[:40] + "}")
            yield what, nearest(name, (*known, "secret.NAME"))
        elif group and name in PERSON_FIELDS and name != "id":
            yield phrase("a group has no {name}", name="{" + name + "}"), None


def _plain(url: str, scheme: str, schemes: Collection[str]) -> Iterator[Remark]:
    """Messages hold names and numbers: without TLS they stay on this machine, unless the office says otherwise."""
    if scheme not in (*PLAIN, "mailto"):
        return
    enabled = PLAIN_HTTP if scheme in PLAIN else scheme
    if enabled not in schemes and host_of(url) not in LOOPBACK:
        what = phrase(
            "{scheme} sends in clear; write {secure}, or allow it under 'schemes'",
            scheme=f"{scheme}://", secure=f"{scheme}s://",
        )  # fmt: skip
        yield what, phrase("schemes: [{scheme}]", scheme=enabled)


def _base(url: str, scheme: str, schemes: Collection[str]) -> Iterator[Remark]:
    """Another address of a provider: encrypted, or on this machine, unless the office says otherwise."""
    for name, text in options(url):
        if name.lower() != "base" or scheme not in OWN:
            continue
        begins = text.partition("://")[0].lower()
        host = host_of(text)
        plain = PLAIN_HTTP in schemes or host in LOOPBACK
        if not host or not (begins == "https" or (begins == "http" and plain)):
            yield phrase("'base' must begin with https:// and name a host"), "base=https://sms.example.cn"


def host_of(url: str) -> str:
    """The host of a template in small letters, empty if it has none that can be read."""
    place = re.split(r"[/?#]", url.partition("://")[2], maxsplit=1)[0].rpartition("@")[2]
    found = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::\d*)?|([^:\[\]]*)(?::\d*)?", place)
    return (found[1] or found[2] or "").lower() if found else ""


def _decoded(text: str) -> str:
    """A text without its percent signs."""
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), text.encode()).decode(
        "utf-8", "replace"
    )


def _sms(url: str) -> Iterator[Remark]:
    found = dict(options(url))
    for name in ("sign", "template"):
        if not found.get(name):
            yield phrase("an SMS needs '{option}'", option=name), "sign=民主街道, template=SMS_1"
    for name, text in found.items():
        if name.startswith(":") and text not in VARIABLES:
            what = phrase(
                "a message has no '{name}' for the variable '{variable}'", name=text[:40], variable=name[1:]
            )
            yield what, ", ".join(VARIABLES)
