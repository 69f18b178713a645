"""Tencent Cloud SMS on loopback: SendSms of 2021-01-11 with its signature verified, templates, limits and answers as documented.

Sources: cloud.tencent.com/document/api/382/55981 (SendSms), 382/59177 and 382/52075 (codes), 382/52072 (signature v3).
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from fakes.provider import Answer, Fake, Request, Window, main
from worker.clock import machine_now

SECRET_ID, SECRET_KEY, APP = "AKIDexample0123456789", "tencent-secret-0123456789", "1400006666"
SIGN, TEMPLATE = "民主街道", "1110"
WHOLE = (
    "AuthFailure",
    "InvalidAction",
    "RequestLimitExceeded",
    "MissingParameter",
    "InternalError",
    "UnauthorizedOperation",
)
SAID = {
    "AuthFailure.SignatureFailure": "The provided credentials could not be validated. Please check your signature is correct.",
    "AuthFailure.SecretIdNotFound": "The SecretId is not found, please ensure that your SecretId is correct.",
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": "request content does not match the template content",
    "LimitExceeded.PhoneNumberThirtySecondLimit": "too many messages to one number within 30 seconds",
}


class TencentSms(Fake):
    """A fake of sms.tencentcloudapi.com. `template`: how many variables the approved template holds."""

    def __init__(self, port: int = 0, *, template: int = 2, **more: object) -> None:
        super().__init__(port, **more)  # type: ignore[arg-type] # latency and tls as they come
        self.variables = template
        self.keys = {SECRET_ID: SECRET_KEY}
        self.per_number = Window(1, 30)

    def error(self, code: int | str) -> Answer:
        """What refuses the request as a whole stands under Error, what refuses a number in its status."""
        code, number = str(code), "+8613800000000"
        if code.partition(".")[0] in WHOLE:
            said = {"Error": {"Code": code, "Message": SAID.get(code, code)}, "RequestId": "ed93f3cb"}
            return Answer(body={"Response": said})
        return self._status(code, number)

    @staticmethod
    def _status(code: str, number: str) -> Answer:
        sent = code == "Ok"
        status = {
            "SerialNo": "5000:1045710669157053657849499619" if sent else "", "PhoneNumber": number, "Fee": int(sent),
            "SessionContext": "", "Code": code, "Message": "send success" if sent else SAID.get(code, code),
            "IsoCode": "CN" if sent else "",
        }  # fmt: skip
        return Answer(body={"Response": {"SendStatusSet": [status], "RequestId": "a0aabda6"}})

    def reply(self, request: Request) -> Answer:
        refused = self._unsigned(request)
        if refused:
            return self.error(refused)
        asked = request.json
        (number,) = asked["PhoneNumberSet"]
        refused = self._unfit(asked, number)
        if not refused and not self.per_number.takes(number, self.now()):
            refused = "LimitExceeded.PhoneNumberThirtySecondLimit"
        if refused:
            return self._status(refused, number)
        self.accepted.append({"to": number, **asked})
        return self._status("Ok", number)

    def _unfit(self, asked: dict[str, object], number: str) -> str:
        params = asked["TemplateParamSet"]
        if asked["SmsSdkAppId"] != APP:
            return "UnauthorizedOperation.SmsSdkAppIdVerifyFail"
        if asked["SignName"] != SIGN:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if asked["TemplateId"] != TEMPLATE:
            return "FailedOperation.TemplateUnapprovedOrNotExist"
        if not re.fullmatch(r"\+861[3-9]\d{9}", number):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        if not isinstance(params, list) or len(params) != self.variables or not all(params):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        return ""

    def _unsigned(self, request: Request) -> str:
        """The error of a request that is not signed as the document asks; empty if it is."""
        found = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})",
            request.headers.get("authorization", ""),
        )
        if not found or request.method != "POST":
            return "AuthFailure.InvalidAuthorization"
        key_id, day, signed, signature = found.groups()
        if key_id not in self.keys:
            return "AuthFailure.SecretIdNotFound"
        if (
            request.headers.get("x-tc-action") != "SendSms"
            or request.headers.get("x-tc-version") != "2021-01-11"
        ):
            return "InvalidAction"
        if not request.headers.get("x-tc-region"):
            return "MissingParameter"
        seconds = int(request.headers["x-tc-timestamp"])
        if abs(machine_now().timestamp() - seconds) > 300:
            return "AuthFailure.SignatureExpire"
        names = signed.split(";")
        if day != datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d") or not {
            "content-type",
            "host",
        } <= set(names):
            return "AuthFailure.SignatureFailure"
        if not hmac.compare_digest(signature, self._signature(request, names, day, self.keys[key_id])):
            return "AuthFailure.SignatureFailure"
        return ""

    @staticmethod
    def _signature(request: Request, names: list[str], day: str, secret: str) -> str:
        lines = "".join(f"{name}:{request.headers[name].strip().lower()}\n" for name in names)
        canonical = f"POST\n/\n\n{lines}\n{';'.join(names)}\n{hashlib.sha256(request.body).hexdigest()}"
        text = (
            f"TC3-HMAC-SHA256\n{request.headers['x-tc-timestamp']}\n{day}/sms/tc3_request\n"
            f"{hashlib.sha256(canonical.encode()).hexdigest()}"
        )
        key = hmac.new(f"TC3{secret}".encode(), day.encode(), hashlib.sha256).digest()
        for part in ("sms", "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


if __name__ == "__main__":
    main(TencentSms)
