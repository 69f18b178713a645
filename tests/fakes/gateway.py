"""A government's SMS gateway on loopback: JSON or a form with a key, a sealed body, answers of its own kind.

No one provider stands behind it: it takes `mobile`, `content` and `key`, verifies `X-Signature` if it was given a secret (HMAC-SHA256 over
`X-Timestamp` and the body), and answers {"code": 0}. A script may hold any code, or a whole answer.
"""

import hashlib
import hmac
import re
from typing import Any
from urllib.parse import parse_qsl

from fakes.provider import Answer, Fake, Request, Window, main
from worker.clock import machine_now

KEY, SEAL = "gateway-key-0123456789", "gateway-seal-0123456789"
SAID = {
    "0": "成功", "1001": "密钥错误", "1002": "签名错误", "1003": "手机号错误", "1004": "余额不足", "1005": "发送过快", "1006": "内容为空",
}  # fmt: skip


class Gateway(Fake):
    """`sealed`: requests must be sealed and no older than five minutes."""

    def __init__(self, port: int = 0, *, sealed: bool = False, **more: Any) -> None:
        super().__init__(port, **more)
        self.sealed = sealed
        self.each_second = Window(100, 1)

    def error(self, code: int | str) -> Answer:
        return Answer(body={"code": int(code), "msg": SAID.get(str(code), "错误"), "data": None})

    def reply(self, request: Request) -> Answer:
        if self.sealed and not self._is_sealed(request):
            return self.error(1002)
        fields = self._fields(request)
        if fields.get("key") != KEY:
            return self.error(1001)
        if not re.fullmatch(r"1[3-9]\d{9}", str(fields.get("mobile"))):
            return self.error(1003)
        if not fields.get("content"):
            return self.error(1006)
        if not self.each_second.takes("", self.now()):
            return self.error(1005)
        self.accepted.append(fields)
        return self.error(0)

    @staticmethod
    def _fields(request: Request) -> dict[str, Any]:
        if request.method == "GET":
            return dict(request.query)
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(request.body.decode()))
        found: dict[str, Any] = request.json
        return found

    @staticmethod
    def _is_sealed(request: Request) -> bool:
        timestamp = request.headers.get("x-timestamp", "0")
        wanted = hmac.new(SEAL.encode(), timestamp.encode() + request.body, hashlib.sha256).hexdigest()
        fresh = abs(machine_now().timestamp() - int(timestamp)) < 300
        return fresh and hmac.compare_digest(wanted, request.headers.get("x-signature", ""))


if __name__ == "__main__":
    main(Gateway)
