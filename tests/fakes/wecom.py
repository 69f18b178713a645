"""WeCom on loopback: group bots (webhook/send) and an app (gettoken, message/send), as its documents describe them.

Sources: https://work.weixin.qq.com/api/doc/90000/90136/91770, https://developer.work.weixin.qq.com/document/path/90236 (message/send),
91039 (gettoken), 90455 (codes).
"""

import secrets
from typing import Any

from fakes.provider import Answer, Fake, Request, Window, main

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
CORP, SECRET, AGENT = "ww0123456789abcdef", "app-secret-0123456789", "1000002"
LIMITS = {"text": 2048, "markdown": 4096}
SAID = {
    -1: "system busy",
    40001: "invalid credential",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40056: "invalid agentid",
    40058: "content exceed max length",
    42001: "access_token expired",
    44004: "text content is empty",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    47001: "data format error",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    93000: "invalid webhook url",
    93004: "robot is disabled",
    93008: "not in chat group",
}
HINT = ", hint: [1653710655173452988930371], from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e={code}"


class WeCom(Fake):
    """A fake of qyapi.weixin.qq.com: bot messages up to 20 a minute, app tokens that expire."""

    def __init__(self, port: int = 0, *, expires_in: float = 7200, **more: Any) -> None:
        super().__init__(port, **more)
        self.keys = {KEY}
        self.apps = {(CORP, SECRET): AGENT}
        self.people: set[str] | None = None  # None: everybody whose userid can be one
        self.unlicensed: set[str] = set()
        self.tokens: dict[str, tuple[str, float]] = {}
        self.expires_in = expires_in
        self.fetched = 0
        self.bots = Window(20)

    def renew(self) -> None:
        super().renew()
        self.people = None
        self.unlicensed.clear()
        self.tokens.clear()
        self.fetched = 0
        self.expires_in = 7200
        self.bots = Window(20)

    def error(self, code: int | str) -> Answer:
        number = int(code)
        said = SAID.get(number, "error") + HINT.format(code=number)
        return Answer(body={"errcode": number, "errmsg": "ok" if number == 0 else said})

    def scripted(self, request: Request) -> bool:
        return request.place != "/cgi-bin/gettoken"

    def reply(self, request: Request) -> Answer:
        if request.place == "/cgi-bin/webhook/send":
            return self._bot(request)
        if request.place == "/cgi-bin/gettoken":
            return self._token(request)
        if request.place == "/cgi-bin/message/send":
            return self._app(request)
        return Answer(404, b"<html><body>404 Not Found</body></html>")

    def _bot(self, request: Request) -> Answer:
        key = request.query.get("key", "")
        if key not in self.keys:
            return self.error(93000)
        if not self.bots.takes(key, self.now()):
            return self.error(45009)
        return self._message(request, key)

    def _message(self, request: Request, to: str) -> Answer:
        try:
            message = request.json
        except ValueError:
            return self.error(47001)
        kind = message.get("msgtype")
        if kind not in LIMITS:
            return self.error(40008)
        content = message.get(kind, {}).get("content", "")
        if not content.strip():
            return self.error(44004)
        if len(content.encode()) > LIMITS[kind]:
            return self.error(40058)
        self.accepted.append({"to": to, **message})
        return self.error(0)

    def _token(self, request: Request) -> Answer:
        app = (request.query.get("corpid", ""), request.query.get("corpsecret", ""))
        if app[0] not in {corp for corp, _secret in self.apps}:
            return self.error(40013)
        if app not in self.apps:
            return self.error(40001)
        self.fetched += 1
        token = secrets.token_hex(16)
        self.tokens[token] = (self.apps[app], self.now() + self.expires_in)
        said = {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": int(self.expires_in)}
        return Answer(body=said)

    def _app(self, request: Request) -> Answer:
        agent, until = self.tokens.get(request.query.get("access_token", ""), ("", 0.0))
        if not agent:
            return self.error(40014)
        if self.now() >= until:
            return self.error(42001)
        message = request.json
        if str(message.get("agentid")) != agent:
            return self.error(40056)
        asked = [name for name in str(message.get("touser", "")).split("|") if name]
        invalid = [name.lower() for name in asked if self.people is not None and name not in self.people]
        if len(invalid) == len(asked):
            return Answer(body={"errcode": 81013, "errmsg": SAID[81013], "invaliduser": "|".join(invalid)})
        said = self._message(request, message["touser"])
        if isinstance(said.body, dict) and said.body["errcode"] == 0:
            unlicensed = [name for name in asked if name in self.unlicensed]
            said.body |= {"msgid": secrets.token_hex(8)}
            said.body |= {"invaliduser": "|".join(invalid)} if invalid else {}
            said.body |= {"unlicenseduser": "|".join(unlicensed)} if unlicensed else {}
        return said


if __name__ == "__main__":
    main(WeCom)
