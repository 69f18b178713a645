"""Aliyun SMS on loopback: SendSms of 2017-05-25 with its signature verified, templates, limits and answers as documented.

Sources: help.aliyun.com/document_detail/55284.html (SendSms), 101346.html (codes),
help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature (signature),
developer.aliyun.com/ask/474934 (limits).
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

from fakes.provider import Answer, Fake, Request, Window, main
from worker.clock import machine_now

KEY_ID, SECRET = "LTAI5tExample", "aliyun-secret-0123456789"
SIGN, TEMPLATE = "民主街道", "SMS_1"
SAID = {
    "isv.BUSINESS_LIMIT_CONTROL": "触发天级流控Permits:50",
    "isv.MOBILE_NUMBER_ILLEGAL": "号码格式错误",
    "isv.AMOUNT_NOT_ENOUGH": "账户余额不足",
    "isv.SMS_SIGNATURE_ILLEGAL": "该账号下找不到对应签名",
    "isv.SMS_TEMPLATE_ILLEGAL": "该账号下找不到对应模板",
    "isv.TEMPLATE_MISSING_PARAMETERS": "模板变量缺少对应参数值",
    "isv.INVALID_PARAMETERS": "参数异常",
    "isv.DAY_LIMIT_CONTROL": "触发日发送限额",
    "isv.OUT_OF_SERVICE": "业务停机",
    "isv.BLACK_KEY_CONTROL_LIMIT": "黑名单管控",
    "isp.SYSTEM_ERROR": "系统错误",
    "isp.RAM_PERMISSION_DENY": "RAM权限不足",
    "InvalidAccessKeyId.NotFound": "Specified access key is not found.",
    "SignatureDoesNotMatch": "Specified signature is not matched with our calculation.",
    "SignatureNonceUsed": "Specified signature nonce was used already.",
    "InvalidTimeStamp.Expired": "Specified time stamp or date value is expired.",
    "Throttling.User": "Request was denied due to user flow control.",
    "ServiceUnavailable": "The request has failed due to a temporary failure of the server.",
}
STATUS = {
    "InvalidAccessKeyId.NotFound": 404, "SignatureDoesNotMatch": 400, "SignatureNonceUsed": 400, "InvalidTimeStamp.Expired": 400,
    "Throttling.User": 400, "ServiceUnavailable": 503,
}  # fmt: skip


class AliyunSms(Fake):
    """A fake of dysmsapi.aliyuncs.com. `template`: the variables that the approved template holds."""

    def __init__(self, port: int = 0, *, template: tuple[str, ...] = ("who", "what"), **more: object) -> None:
        super().__init__(port, **more)  # type: ignore[arg-type] # latency and tls as they come
        self.variables = set(template)
        self.keys = {KEY_ID: SECRET}
        self.nonces: set[str] = set()
        self.per_number = Window(50, 86_400)

    def error(self, code: int | str) -> Answer:
        code, _colon, said = str(code).partition(":")
        body = {
            "Code": code,
            "Message": said or SAID.get(code, code),
            "RequestId": "873043ac-bcda-44db-9052-2e204c6ed20f",
        }
        return Answer(STATUS.get(code, 200), body)

    def reply(self, request: Request) -> Answer:
        refused = self._unsigned(request)
        if refused:
            return self.error(refused)
        asked = request.query
        number = re.sub(r"^(\+|00)?86", "", asked.get("PhoneNumbers", ""))
        refused = self._unfit(asked, number)
        if refused:
            return self.error(refused)
        if not self.per_number.takes(number, self.now()):
            return self.error("isv.BUSINESS_LIMIT_CONTROL")
        self.accepted.append({"to": number, **asked, "params": json.loads(asked.get("TemplateParam", "{}"))})
        return Answer(
            body={"Code": "OK", "Message": "OK", "BizId": "900619746936498440^0", "RequestId": "F655A8D5"}
        )

    def _unfit(self, asked: dict[str, str], number: str) -> str:
        try:
            params = json.loads(asked.get("TemplateParam", "{}"))
        except ValueError:
            return "isv.INVALID_JSON_PARAM"
        if asked.get("SignName") != SIGN:
            return "isv.SMS_SIGNATURE_ILLEGAL"
        if asked.get("TemplateCode") != TEMPLATE:
            return "isv.SMS_TEMPLATE_ILLEGAL"
        if not re.fullmatch(r"1[3-9]\d{9}", number):
            return "isv.MOBILE_NUMBER_ILLEGAL"
        if not self.variables <= {name for name, text in params.items() if text}:
            return "isv.TEMPLATE_MISSING_PARAMETERS"
        if any(not isinstance(text, str) or len(text) > 35 for text in params.values()):
            return "isv.INVALID_PARAMETERS"
        if any("【" in text or "】" in text for text in params.values()):
            return "isv.SMS_CONTENT_ILLEGAL"
        return ""

    def _unsigned(self, request: Request) -> str:
        """The error of a request that is not signed as the document asks; empty if it is."""
        found = re.fullmatch(
            r"ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})",
            request.headers.get("authorization", ""),
        )
        if not found or request.method != "POST":
            return "IncompleteSignature"
        key_id, signed, signature = found.groups()
        names = signed.split(";")
        if key_id not in self.keys:
            return "InvalidAccessKeyId.NotFound"
        if (
            request.headers.get("x-acs-action") != "SendSms"
            or request.headers.get("x-acs-version") != "2017-05-25"
        ):
            return "InvalidAction.NotFound"
        needed = {name for name in request.headers if name.startswith("x-acs-")} | {"host"}
        if not needed <= set(names) or names != sorted(names):
            return "IncompleteSignature"
        at = datetime.strptime(request.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        if abs((machine_now() - at).total_seconds()) > 900:
            return "InvalidTimeStamp.Expired"
        if request.headers["x-acs-signature-nonce"] in self.nonces:
            return "SignatureNonceUsed"
        if not hmac.compare_digest(signature, self._signature(request, names, self.keys[key_id])):
            return "SignatureDoesNotMatch"
        self.nonces.add(request.headers["x-acs-signature-nonce"])
        return ""

    @staticmethod
    def _signature(request: Request, names: list[str], secret: str) -> str:
        place = urlsplit(request.path)
        query = sorted(parse_qsl(place.query, keep_blank_values=True))
        lines = "".join(f"{name}:{request.headers[name].strip()}\n" for name in names)
        canonical = "\n".join(
            (
                request.method,
                place.path,
                "&".join(f"{quote(name, safe='~')}={quote(text, safe='~')}" for name, text in query),
                lines,
                ";".join(names),
                hashlib.sha256(request.body).hexdigest(),
            )
        )
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


if __name__ == "__main__":
    main(AliyunSms)
