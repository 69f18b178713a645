"""Feishu's and Lark's custom bots on loopback, as their document describes them.

Source: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot. Errors of the request come as HTTP 400 with a code, refusals
as HTTP 200 with one; a success carries the codes of both generations.
"""

import base64
import hashlib
import hmac
from typing import Any

from fakes.provider import Answer, Fake, Request, Window, main
from worker.clock import machine_now

TOKEN, SECRET = "b" * 36, "s" * 22
PLACE = "/open-apis/bot/v2/hook/"
MOST_BYTES = 20 * 1024
SAID = {
    9499: "Bad Request",
    11232: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]",
    19001: "param invalid: incoming webhook access token invalid",
    19002: "param invalid: msg_type invalid",
    19007: "Bot Not Enabled",
    19021: "sign match fail or timestamp is not within one hour from current time",
    19022: "Ip Not Allowed",
    19024: "Key Words Not Found",
}
BAD_REQUEST = frozenset({9499, 19001, 19002})


class Feishu(Fake):
    """A fake of open.feishu.cn: 100 messages a minute and 5 a second."""

    def __init__(
        self, port: int = 0, *, secret: str = "", keywords: tuple[str, ...] = (), **more: Any
    ) -> None:
        super().__init__(port, **more)
        self.bots = {TOKEN}
        self.secret = secret
        self.keywords = keywords
        self.minute, self.second = Window(100), Window(5, seconds=1)

    def renew(self) -> None:
        super().renew()
        self.keywords = ()
        self.minute, self.second = Window(100), Window(5, seconds=1)

    def error(self, code: int | str) -> Answer:
        number = int(code)
        if number == 0:
            old = {"Extra": None, "StatusCode": 0, "StatusMessage": "success"}
            return Answer(body=old | {"code": 0, "data": {}, "msg": "success"})
        said = {"code": number, "data": {}, "msg": SAID.get(number, "unknown error")}
        return Answer(400 if number in BAD_REQUEST else 200, said)

    def reply(self, request: Request) -> Answer:
        refused = self._refused(request)
        if refused is not None:
            return self.error(refused)
        self.accepted.append(request.json)
        return self.error(0)

    def _refused(self, request: Request) -> int | None:
        token = request.place.removeprefix(PLACE)
        if not request.place.startswith(PLACE) or token not in self.bots:
            return 19001
        if len(request.body) > MOST_BYTES:
            return 9499
        try:
            message = request.json
            words = _words(message)
        except (ValueError, KeyError, TypeError):
            return 9499
        if words is None:
            return 19002
        if self.secret and not self._signed(message):
            return 19021
        if self.keywords and not any(word in words for word in self.keywords):
            return 19024
        taken = self.second.takes(token, self.now()) and self.minute.takes(token, self.now())
        return None if taken else 11232

    def _signed(self, message: dict[str, Any]) -> bool:
        timestamp = str(message.get("timestamp", ""))
        if not timestamp.isdigit() or abs(int(timestamp) - machine_now().timestamp()) > 3600:
            return False
        digest = hmac.new(f"{timestamp}\n{self.secret}".encode(), digestmod=hashlib.sha256).digest()
        return hmac.compare_digest(str(message.get("sign", "")), base64.b64encode(digest).decode())


def _words(message: dict[str, Any]) -> str | None:
    """All words of a message; None for a type that the bot does not know. Raises KeyError, TypeError for a broken one."""
    if message.get("msg_type") == "text":
        return str(message["content"]["text"])
    if message.get("msg_type") != "post":
        return None
    post = message["content"]["post"]["zh_cn"]
    tags = [tag for line in post["content"] for tag in line]
    return "\n".join([post["title"], *(tag.get("text", "") for tag in tags)])


if __name__ == "__main__":
    main(Feishu)
