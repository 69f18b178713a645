"""WeCom group bot (企业微信群机器人): text and markdown into one group, naming by userid or mobile.

Source: 群机器人配置说明 https://work.weixin.qq.com/api/doc/90000/90136/91770 (also developer.work.weixin.qq.com/document/path/91770):
text ≤ 2,048 bytes of UTF-8, markdown ≤ 4,096; `<@userid>` in either mentions, `mentioned_list` and `mentioned_mobile_list` in text;
20 messages a minute for each bot.
"""

from typing import Any, ClassVar

from worker.channels.envelope import Envelope
from worker.channels.service import Service, taken_apart
from worker.channels.services import wecom
from worker.channels.untyped import NotifyBase
from worker.channels.verdict import Verdict


class WeComBot(Service):
    """`wecombot://KEY[?format=markdown&base=https://…]`, or the address that WeCom shows."""

    service_name = "WeCom Bot"
    service_url = "https://work.weixin.qq.com/"
    secure_protocol = "wecombot"
    templates = ("{schema}://{key}",)
    template_tokens: ClassVar[dict[str, Any]] = {
        **NotifyBase.template_tokens,
        "key": {"name": "Bot key", "type": "string", "required": True, "private": True},
    }
    home = wecom.HOME
    codes = wecom.CODES
    formats = ("text", "markdown")
    max_bytes: ClassVar = {"text": 2048, "markdown": 4096}
    unsafe: ClassVar = wecom.UNSAFE

    def __init__(self, key: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key = key
        if not key.replace("-", "").replace("_", "").isalnum() or not key.isascii():
            self.refuse_url("the key holds letters, digits and hyphens")

    def heading(self, title: str, known: Envelope) -> str:
        """The title in bold where there is markdown; a title too long for one line stays plain, as it may be cut."""
        line = super().heading(title, known)
        return f"**{line}**" if self.layout == "markdown" and line and len(line) <= 200 else line

    def mentions(self, known: Envelope) -> tuple[str, ...]:
        """`<@userid>` in markdown; text has lists of its own."""
        if self.layout != "markdown":
            return ()
        return tuple(dict.fromkeys(f"<@{name}>" for each in known.mentions if (name := wecom.userid(each))))

    def deliver_part(self, part: str, title: str, known: Envelope, *, first: bool) -> Verdict:
        """Post one piece; text names people with the first one only, so that nobody is called three times."""
        content: dict[str, Any] = {"content": part}
        if first and self.layout == "text":
            ids = dict.fromkeys(name for each in known.mentions if (name := wecom.userid(each)))
            numbers = dict.fromkeys(
                number for each in known.mentions if not wecom.userid(each) and (number := wecom.mobile(each))
            )
            content |= {"mentioned_list": list(ids)} if ids else {}
            content |= {"mentioned_mobile_list": list(numbers)} if numbers else {}
        url = f"{self.base}/cgi-bin/webhook/send?key={self.key}"
        return self.judge(self.post(url, known, json={"msgtype": self.layout, self.layout: content}))

    def url(self, privacy: bool = False, *_args: Any, **_kwargs: Any) -> str:  # noqa: FBT001, FBT002 - Apprise's signature
        """The service as a URL."""
        return f"wecombot://{self.pprint(self.key, privacy, safe='')}/{self.options()}"

    @property
    def url_identifier(self) -> tuple[str, ...]:
        """What makes this bot different from another."""
        return ("wecombot", self.base, self.key)

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read `wecombot://KEY`."""
        common, (_user, _password, host, *_path) = taken_apart(url)
        return common | {"key": host or common["query"].get("key", "")} if common else None

    @staticmethod
    def parse_native_url(url: str) -> dict[str, Any] | None:
        """Read the address that WeCom shows for a bot."""
        common, (_user, _password, host, *path) = taken_apart(url)
        if host != "qyapi.weixin.qq.com" or path != ["cgi-bin", "webhook", "send"]:
            return None
        return common | {"schema": "wecombot", "key": common["query"].get("key", "")}
