"""DingTalk custom robot (钉钉自定义机器人): text and markdown into one group, naming by mobile number.

Sources: 自定义机器人接入 https://open.dingtalk.com/document/robots/custom-robot-access (20 messages a minute, more block it for ten),
安全设置 https://open.dingtalk.com/document/robots/customize-robot-security-settings (signature: milliseconds, HMAC-SHA256 of
"timestamp\\nsecret" with the secret as key, base64, percent-encoded once), 消息类型 and error codes
https://open.dingtalk.com/document/robots/message-types-and-data-format, "message too long, exceed 20000 bytes" (460101) as answered.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from tasks.delivery.outcomes import Outcome
from worker.channels import http
from worker.channels.answers import TOO_OFTEN_SECONDS, Codes, means
from worker.channels.envelope import Envelope
from worker.channels.parts import MARKDOWN, MENTION
from worker.channels.service import SIGNED_BOT, SIGNED_BOT_TOKENS, Service, taken_apart
from worker.channels.services.wecom import mobile
from worker.channels.verdict import Verdict
from worker.clock import machine_now

BLOCKED_SECONDS = 600
TITLE = 60  # characters that the list of chats shows of a markdown message
CODES = Codes(
    pages=("https://open.dingtalk.com/document/robots/custom-robot-access",),
    keys=("errcode",),
    table={
        # 系统繁忙
        **means(Outcome.RETRY, -1, wait=TOO_OFTEN_SECONDS),
        # send too fast, exceed 20 times per minute; webhook over limit; 发送速度太快而限流; 来自同一 IP 的请求过多
        **means(Outcome.RETRY, 130101, 90030, 410100, 660026, wait=BLOCKED_SECONDS),
        # keywords not in content, sign not match, invalid timestamp, ip not in whitelist; token is not exist (two codes)
        **means(Outcome.CHANNEL, 310000, 300001, 300005),
        # 群已被解散; access_token不存在; 机器人已停用; 机器人不存在
        **means(Outcome.CHANNEL, 400013, 400101, 400102, 400106),
        # 缺少参数; 不合法的Content-Type; 不支持的消息类型; message too long, exceed 20000 bytes
        **means(Outcome.CONTENT, 40035, 43004, 400105, 460101),
        # 含有不合适的外链, 文本, 图片, 内容
        **means(Outcome.CONTENT, 430101, 430102, 430103, 430104),
    },
)


class DingTalk(Service):
    """`dingtalk://[SECRET@]TOKEN[?format=markdown&keyword=督办&base=https://…]`, or the address that DingTalk shows."""

    service_name = "DingTalk"
    service_url = "https://www.dingtalk.com/"
    secure_protocol = "dingtalk"
    templates = SIGNED_BOT
    template_tokens = SIGNED_BOT_TOKENS
    home = "https://oapi.dingtalk.com"
    codes = CODES
    formats = ("text", "markdown")
    max_bytes: ClassVar = {"text": 20_000, "markdown": 20_000}  # of the whole request
    unsafe: ClassVar = {"text": MENTION, "markdown": MARKDOWN}

    def __init__(self, token: str, secret: str = "", keyword: str = "", **kwargs: Any) -> None:
        super().__init__(keyword=keyword, **kwargs)
        if not token.isascii() or not token.isalnum():
            self.refuse_url("write dingtalk://SECRET@TOKEN")
        self.token, self.secret = token, secret

    def heading(self, title: str, known: Envelope) -> str:
        """The title as a heading where there is markdown; one too long for that stays plain, as it may be cut."""
        line = super().heading(title, known)
        return f"#### {line}" if self.layout == "markdown" and line and len(line) <= 200 else line

    def mentions(self, known: Envelope) -> tuple[str, ...]:
        """`@` and the number: DingTalk calls only those whose number stands in the text as well as in `atMobiles`."""
        numbers = (mobile(each) for each in known.mentions)
        return tuple(dict.fromkeys(f"@{number.lstrip('+')}" for number in numbers if number))

    def size_of(self, known: Envelope, title: str = "") -> Callable[[str], int]:
        """The bytes of the whole request, as if it named everybody."""
        everybody = " ".join(self.mentions(known))
        around = len(http.encoded(self._payload("", everybody, self._shown(title, known))))
        return lambda text: around + len(http.encoded(self._laid_out(text))) - 2

    def deliver_part(self, part: str, title: str, known: Envelope, *, first: bool) -> Verdict:
        """Post one piece, signed if there is a secret."""
        query = {"access_token": self.token}
        if self.secret:
            timestamp = str(int(machine_now().timestamp() * 1000))
            query |= {"timestamp": timestamp, "sign": signature(self.secret, timestamp)}
        named = part if self.mentions(known) else ""
        payload = self._payload(part, named, self._shown(title, known))
        return self.judge(self.post(f"{self.base}/robot/send?{urlencode(query)}", known, json=payload))

    def _shown(self, title: str, known: Envelope) -> str:
        """The title in the list of chats, which DingTalk wants of markdown; never empty."""
        return " ".join(self.escape(title, known).split())[:TITLE] or self.keyword or "-"

    def _laid_out(self, text: str) -> str:
        """Markdown needs an empty line where the next one shall begin."""
        return text.replace("\n", "\n\n") if self.layout == "markdown" else text

    def _payload(self, text: str, named: str, title: str) -> dict[str, Any]:
        numbers = [word[1:] for word in named.split() if word[0] == "@" and word[1:].isdigit()]
        content = (
            {"content": text} if self.layout == "text" else {"title": title, "text": self._laid_out(text)}
        )
        at = {"atMobiles": numbers, "isAtAll": False}
        return {"msgtype": self.layout, self.layout: content, "at": at}

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Apprise's signature
        """The service as a URL."""
        token = self.pprint(self.token, privacy, safe="")
        secret = f"{self.pprint(self.secret, privacy, safe='')}@" if self.secret else ""
        return f"dingtalk://{secret}{token}/{self.options()}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this robot different from another."""
        return ("dingtalk", self.base, self.token, self.secret)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read `dingtalk://[SECRET@]TOKEN`; numbers to call at every message, which Apprise takes in the path, are not read."""
        common, (user, _password, host, *path) = taken_apart(url)
        if not common or path:
            return None
        query = common["query"]
        return common | {
            "token": host or query.get("token", ""),
            "secret": user or query.get("secret", ""),
            "keyword": query.get("keyword", ""),
        }

    @staticmethod
    def parse_native_url(url: str) -> dict[str, Any] | None:
        """Read the address that DingTalk shows; `&secret=` may follow it."""
        common, (_user, _password, host, *path) = taken_apart(url)
        if host != "oapi.dingtalk.com" or path != ["robot", "send"]:
            return None
        query = common["query"]
        more = {name: query.get(name, "") for name in ("secret", "keyword")}
        return common | more | {"schema": "dingtalk", "token": query.get("access_token", "")}


def signature(secret: str, timestamp: str) -> str:
    """加签: base64, not yet percent-encoded; `timestamp` in milliseconds."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
