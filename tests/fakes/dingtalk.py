"""DingTalk's custom robots on loopback, as its documents describe them.

Sources: https://open.dingtalk.com/document/robots/custom-robot-access, …/customize-robot-security-settings.
"""

import base64
import hashlib
import hmac
from typing import Any

from fakes.provider import Answer, Fake, Request, Window, main
from worker.clock import machine_now

TOKEN, SECRET = "a" * 32, "SEC" + "a" * 60
MOST_BYTES = 20_000
HOUR = 3_600_000
SAID = {
    -1: "系统繁忙",
    40035: "缺少参数 json",
    43004: "无效的HTTP HEADER Content-Type",
    130101: "send too fast, exceed 20 times per minute",
    300001: "token is not exist",
    300005: "token is not exist",
    310000: "sign not match",
    400013: "群已被解散",
    400101: "access_token不存在",
    400102: "机器人已停用",
    400105: "不支持的消息类型",
    400106: "机器人不存在",
    410100: "发送速度太快而限流",
    430102: "含有不合适的文本",
    460101: "message too long, exceed 20000 bytes",
    660026: "request too frequent from your ip",
}


class DingTalk(Fake):
    """A fake of oapi.dingtalk.com: 20 messages a minute, then nothing for ten minutes."""

    def __init__(
        self, port: int = 0, *, secret: str = "", keywords: tuple[str, ...] = (), **more: Any
    ) -> None:
        super().__init__(port, **more)
        self.robots = {TOKEN}
        self.secret = secret
        self.keywords = keywords
        self.rate = Window(20, block=600)

    def renew(self) -> None:
        super().renew()
        self.keywords = ()
        self.rate = Window(20, block=600)

    def error(self, code: int | str) -> Answer:
        number = int(code)
        return Answer(
            body={"errcode": number, "errmsg": "ok" if number == 0 else SAID.get(number, "unknown error")}
        )

    def reply(self, request: Request) -> Answer:
        if request.place != "/robot/send":
            return Answer(404, b"<html>not found</html>")
        refused = self._refused(request)
        if refused is not None:
            return refused
        self.accepted.append(request.json)
        return self.error(0)

    def _refused(self, request: Request) -> Answer | None:
        query = request.query
        if query.get("access_token") not in self.robots:
            return self.error(300005)
        if "application/json" not in request.headers.get("content-type", ""):
            return self.error(43004)
        if len(request.body) > MOST_BYTES:
            return self.error(460101)
        message = request.json
        kind = message.get("msgtype")
        if kind not in ("text", "markdown"):
            return self.error(400105)
        words = message[kind].get("content" if kind == "text" else "text", "")
        if not words.strip() or (kind == "markdown" and not message[kind].get("title")):
            return self.error(40035)
        if self.secret and not self._signed(query):
            return self.error(310000)
        if self.keywords and not any(word in words for word in self.keywords):
            return Answer(body={"errcode": 310000, "errmsg": "keywords not in content"})
        return None if self.rate.takes(query["access_token"], self.now()) else self.error(130101)

    def _signed(self, query: dict[str, str]) -> bool:
        timestamp = query.get("timestamp", "")
        if not timestamp.isdigit() or abs(int(timestamp) - machine_now().timestamp() * 1000) > HOUR:
            return False
        text = f"{timestamp}\n{self.secret}".encode()
        expected = base64.b64encode(hmac.new(self.secret.encode(), text, hashlib.sha256).digest()).decode()
        return hmac.compare_digest(query.get("sign", ""), expected)


if __name__ == "__main__":
    main(DingTalk)
