"""A gateway that takes JSON or a form over HTTP: a government SMS platform, or a private deployment of a chat service.

`gateways://host/path?:mobile={mobile}&:content={title}：{body}&ok=code:0` (`gateway://` without TLS). An option with `:` is a field of
the body, with `-` a parameter of the address, with `+` a header; their texts take the recipient's fields, secrets, and what a message
knows of itself (`schedules.message_values.MESSAGE_FIELDS`). A name with points makes an object inside (`:data.mobile=`), one that ends
in [] a list of one. `type=form` sends a form, `method=get` puts the fields into the address. What the answer means is said by rules
(`worker.channels.rules`), and a request can be sealed (`worker.channels.seals`).

`json(s)://` and `form(s)://` are read as Apprise reads them: title, message and type go along; `:message=content` gives a field another
name, `:title=` leaves one out.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from schedules.message_values import MESSAGE_FIELDS
from worker.channels import http
from worker.channels.envelope import Envelope
from worker.channels.options import marked, plain
from worker.channels.rules import RULES, judge, read_rule
from worker.channels.seals import read_seal
from worker.channels.service import Service, in_time, taken_apart
from worker.channels.values import values
from worker.channels.verdict import Verdict
from worker.clock import machine_now

PLACE = re.compile(r"\{(" + "|".join(MESSAGE_FIELDS) + r")\}")
APPRISE = {"version": "1.0", "title": "{title}", "message": "{body}", "type": "info"}
JSON, FORM = "json", "form"


class Gateway(Service):
    """One request for each message, whatever its length: what a gateway takes only it knows."""

    service_name = "Gateway"
    service_url = "https://github.com/caronc/apprise/wiki/Notify_Custom_JSON"
    protocol = ("gateway", "json", "form")
    secure_protocol = ("gateways", "jsons", "forms")
    templates = ("{schema}://{host}/{fullpath}",)
    home = "https://localhost"  # every URL names its own

    def __init__(
        self, *, address: str, user: str, password: str, options: Mapping[str, str], fields: Mapping[str, str],
        parameters: Mapping[str, str], headers: Mapping[str, str], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.address, self.fields, self.parameters, self.sent_headers = (
            address,
            fields,
            parameters,
            dict(headers),
        )
        self.shape, self.method = options["type"], options.get("method", "post").lower()
        if self.shape not in (JSON, FORM) or self.method not in ("post", "get"):
            self.refuse_url("type is json or form, method post or get")
        if user:
            self.sent_headers["Authorization"] = (
                "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
            )
        try:
            self.rules = {name: read_rule(options[name]) for name in RULES if name in options}
            self.seal = read_seal(options)
        except ValueError as error:
            self.refuse_url(f"{str(error)[:40]} makes no sense")

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Send, and judge by the rules. Raises Unanswered."""
        found = values(title, body, known)
        fields = {name: _fill(text, found) for name, text in self.fields.items()}
        parameters = {name: _fill(text, found) for name, text in self.parameters.items()}
        if self.method == "get":
            parameters |= fields
        url = self.address + (f"?{urlencode(parameters, quote_via=quote)}" if parameters else "")
        content = b"" if self.method == "get" else self._content(fields)
        kind = http.JSON if self.shape == JSON else http.FORM
        headers = {name: _line(_fill(text, found)) for name, text in self.sent_headers.items()}
        headers = (kind if content else {}) | headers
        if self.seal is not None:
            path = urlsplit(url).path or "/"
            headers |= self.seal.headers(self.method.upper(), path, content, at=machine_now())
        if self.method == "get":
            in_time(known)
            answer = http.get(url, headers=headers)
        else:
            answer = self.post(url, known, body=content, headers=headers)
        return judge(answer, self.rules, now=machine_now())

    def _content(self, fields: Mapping[str, str]) -> bytes:
        if self.shape == FORM:
            return urlencode(fields).encode()
        return http.encoded(nested(fields) if self.schema.startswith("gateway") else fields)

    def url(self, *_args: Any, **_kwargs: Any) -> str:
        """The service as a URL, without what it sends."""
        return f"{self.schema}://{urlsplit(self.address).netloc}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this service different from another."""
        return (str(self.schema), self.address, *self.fields.values())

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read a URL."""
        common, (user, password, _host, *_path) = taken_apart(url)
        scheme = common.get("schema", "")
        place = urlsplit(url)
        if not place.hostname:
            return None
        host = place.netloc.rpartition("@")[2]
        secure = scheme.endswith("s")
        own = scheme.rstrip("s") == "gateway"
        options = plain(url)
        options.setdefault("type", FORM if scheme.startswith(FORM) else JSON)
        return common | {
            "base": "", "layout": "", "address": f"http{'s' if secure else ''}://{host}{place.path or '/'}",
            "user": user, "password": password, "options": options,
            "fields": _own(marked(url, ":")) if own else _as_apprise(marked(url, ":")),
            "parameters": marked(url, "-"), "headers": marked(url, "+"),
        }  # fmt: skip


def _own(fields: dict[str, str]) -> dict[str, str]:
    """The fields as they are written; if none of them holds the message's words, `message` does."""
    spoken = any(set(PLACE.findall(text)) & {"title", "body", "text", "subject"} for text in fields.values())
    return fields if spoken else {**fields, "message": "{text}"}


def _as_apprise(fields: Mapping[str, str]) -> dict[str, str]:
    """Title, message and type, renamed or left out as Apprise does; then the fields of the URL."""
    found = dict(APPRISE)
    for name, text in fields.items():
        if name in APPRISE:
            value = found.pop(name)
            if text:
                found[text] = value
        else:
            found[name] = text
    return found


def nested(fields: Mapping[str, str]) -> dict[str, Any]:
    """Fields with points in their names as objects inside, those that end in [] as lists of one."""
    whole: dict[str, Any] = {}
    for name, text in fields.items():
        *path, last = name.split(".")
        inner = whole
        for part in path:
            below = inner.get(part)
            inner[part] = below = below if isinstance(below, dict) else {}
            inner = below
        if last.endswith("[]"):
            inner.setdefault(last[:-2], []).append(text)
        else:
            inner[last] = text
    return whole


def _fill(text: str, found: Mapping[str, str]) -> str:
    return PLACE.sub(lambda match: found[match[1]], text)


def _line(text: str) -> str:
    """A header's text: one line, and nothing that Latin-1 has not."""
    return " ".join(text.split()).encode("latin-1", "replace").decode("latin-1")
