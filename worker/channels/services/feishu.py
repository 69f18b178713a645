"""Feishu and Lark custom bots (飞书自定义机器人): text and rich text into one group.

Source: 自定义机器人使用指南 https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (Lark:
https://open.larksuite.com/document/client-docs/bot-v3/add-custom-bot): signature over seconds with "timestamp\\nsecret" as the key of an
empty message, 20 KB for a request, 100 messages a minute and 5 a second, codes 9499, 11232, 19001 to 19024.

`<at user_id="ou_…">` calls a person by open_id. A roster has none, so people are named in plain text and nobody is called.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Any, ClassVar

from tasks.delivery.outcomes import Outcome
from worker.channels import http
from worker.channels.answers import TOO_OFTEN_SECONDS, Codes, Means, means
from worker.channels.envelope import Envelope
from worker.channels.parts import MENTION, harmless
from worker.channels.service import SIGNED_BOT, SIGNED_BOT_TOKENS, Service, taken_apart
from worker.channels.verdict import Verdict
from worker.clock import machine_now

TITLE = 100  # characters of a title that stand above the message; a longer one becomes its first line
CODES = Codes(
    pages=("https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot",),
    keys=("code", "StatusCode"),
    table={
        # frequency limited
        **means(Outcome.RETRY, 11232, wait=TOO_OFTEN_SECONDS),
        # "too many request" and "Bad Request" have one code
        "9499": (Means(Outcome.RETRY, TOO_OFTEN_SECONDS, said="too many"), Means(Outcome.CONTENT)),
        # access token invalid; bot not enabled; sign match fail or timestamp is not within one hour; Ip Not Allowed; Key Words Not Found
        **means(Outcome.CHANNEL, 19001, 19007, 19021, 19022, 19024),
        # param invalid: msg_type
        **means(Outcome.CONTENT, 19002),
    },
)


class Feishu(Service):
    """`feishu://[SECRET@]TOKEN[?format=post&keyword=督办&base=https://…]`, or the address that Feishu shows."""

    service_name = "Feishu"
    service_url = "https://www.feishu.cn/"
    secure_protocol = "feishu"
    templates = SIGNED_BOT
    template_tokens = SIGNED_BOT_TOKENS
    home = "https://open.feishu.cn"
    codes = CODES
    formats = ("text", "post")
    max_bytes: ClassVar = {"text": 20_000, "post": 20_000}  # of the whole request; the document says 20 KB
    unsafe: ClassVar = {"text": MENTION, "post": MENTION}

    def __init__(self, token: str, secret: str = "", keyword: str = "", **kwargs: Any) -> None:
        super().__init__(keyword=keyword, **kwargs)
        if not re.fullmatch(r"[A-Za-z0-9_-]+", token):
            self.refuse_url("write feishu://SECRET@TOKEN")
        self.token, self.secret = token, secret

    def heading(self, title: str, known: Envelope) -> str:
        """The title as first line, unless rich text has a place for it."""
        line = super().heading(title, known)
        return "" if self.layout == "post" and len(line) <= TITLE else line

    def mentions(self, known: Envelope) -> tuple[str, ...]:
        """The names, in plain text."""
        names = ("＠" + harmless(each.name, MENTION).replace("\n", " ") for each in known.mentions)
        return tuple(dict.fromkeys(names))

    def size_of(self, known: Envelope, title: str = "") -> Callable[[str], int]:
        """The bytes of the whole request."""
        above = self._above(title, known)
        return lambda text: len(http.encoded(self._payload(text, above, known)))

    def deliver_part(self, part: str, title: str, known: Envelope, *, first: bool) -> Verdict:
        """Post one piece, signed if there is a secret."""
        payload = self._payload(part, self._above(title, known), known)
        url = f"{self.base}/open-apis/bot/v2/hook/{self.token}"
        return self.judge(self.post(url, known, json=payload))

    def _above(self, title: str, known: Envelope) -> str:
        line = super().heading(title, known)
        return line if len(line) <= TITLE else ""

    def _payload(self, text: str, above: str, known: Envelope) -> dict[str, Any]:
        payload: dict[str, Any] = {"msg_type": self.layout}
        if self.secret:
            timestamp = str(int(machine_now().timestamp()))
            payload |= {"timestamp": timestamp, "sign": signature(self.secret, timestamp)}
        if self.layout == "text":
            return payload | {"content": {"text": text}}
        lines = [_tagged(line, known.links) for line in text.split("\n")]
        return payload | {"content": {"post": {"zh_cn": {"title": above, "content": lines}}}}

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Apprise's signature
        """The service as a URL."""
        token = self.pprint(self.token, privacy, safe="")
        secret = f"{self.pprint(self.secret, privacy, safe='')}@" if self.secret else ""
        return f"{self.secure_protocol}://{secret}{token}/{self.options()}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this bot different from another."""
        return (self.secure_protocol, self.base, self.token, self.secret)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read `feishu://[SECRET@]TOKEN`."""
        common, (user, _password, host, *path) = taken_apart(url)
        if not common or path:
            return None
        query = common["query"]
        more = {"secret": user or query.get("secret", ""), "keyword": query.get("keyword", "")}
        return common | more | {"token": host or query.get("token", "")}

    @classmethod
    def parse_native_url(cls, url: str) -> dict[str, Any] | None:
        """Read the address that the provider shows; `?secret=` may follow it."""
        common, (_user, _password, host, *path) = taken_apart(url)
        if f"https://{host}" != cls.home or path[:4] != ["open-apis", "bot", "v2", "hook"] or len(path) != 5:
            return None
        query = common["query"]
        more = {name: query.get(name, "") for name in ("secret", "keyword")}
        return common | more | {"schema": cls.secure_protocol, "token": path[4]}


class Lark(Feishu):
    """`lark://[SECRET@]TOKEN`: Feishu outside China."""

    service_name = "Lark"
    service_url = "https://www.larksuite.com/"
    secure_protocol = "lark"
    home = "https://open.larksuite.com"


def _tagged(line: str, links: tuple[str, ...]) -> list[dict[str, str]]:
    """A line of rich text, in which the personal links can be opened."""
    pieces = re.split("(" + "|".join(map(re.escape, links)) + ")", line) if links else [line]
    tagged = [
        {"tag": "a", "text": piece, "href": piece} if number % 2 else {"tag": "text", "text": piece}
        for number, piece in enumerate(pieces)
        if piece
    ]
    return tagged or [{"tag": "text", "text": ""}]


def signature(secret: str, timestamp: str) -> str:
    """签名校验; `timestamp` in seconds."""
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), digestmod=hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
