"""Tencent Cloud SMS (腾讯云短信): `qcloudsms://SECRET_ID:SECRET_KEY@SDK_APP_ID/{mobile}?sign=民主街道&template=1110&:1=name&:2=subject`.

Request: cloud.tencent.com/document/api/382/55981 (SendSms, 2021-01-11). The template's variables are a list: `:1=`, `:2=`, … in their
order. `region=` is ap-guangzhou unless said otherwise, `base=` another address of the provider.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tasks.delivery.outcomes import Outcome
from worker.channels.answers import Codes, Found, means, read_json
from worker.channels.envelope import Envelope
from worker.channels.http import Answer, encoded
from worker.channels.options import plain
from worker.channels.service import taken_apart
from worker.channels.signing import tc3
from worker.channels.sms import HOUR, MINUTE, TOMORROW, Families, Sms, read_sms_url
from worker.channels.verdict import Verdict
from worker.clock import machine_now

VERSION, REGION, SERVICE = "2021-01-11", "ap-guangzhou", "sms"
CONTENT_TYPE = "application/json; charset=utf-8"

CODES: Codes = Families(
    pages=("https://cloud.tencent.com/document/api/382/59177", "https://cloud.tencent.com/document/api/382/52075"),
    keys=("Code",),
    success=frozenset({"Ok"}),
    words=("Message",),
    table={
        **means(Outcome.RETRY, "LimitExceeded.PhoneNumberThirtySecondLimit", wait=30),
        **means(Outcome.RETRY, "LimitExceeded.DeliveryFrequencyLimit", "RequestLimitExceeded", "LimitExceeded", wait=MINUTE),
        **means(Outcome.RETRY, "LimitExceeded.PhoneNumberOneHourLimit", wait=HOUR),
        **means(
            Outcome.RETRY, "LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberSameContentDailyLimit",
            "LimitExceeded.AppDailyLimit", "LimitExceeded.AppMainlandChinaDailyLimit", "LimitExceeded.DailyLimit",
            wait=TOMORROW,
        ),
        **means(Outcome.RETRY, "InternalError", "ResourceUnavailable"),
        # 接口超时或短信收发包超时, 请求下发短信超时: it may have gone out.
        **means(Outcome.UNKNOWN, "InternalError.SendAndRecvFail", "InternalError.Timeout"),
        **means(
            Outcome.PERSON, "InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberInBlacklist",
            "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone", "UnsupportedOperation.UnsupportedRegion",
        ),
        **means(
            Outcome.CONTENT, "FailedOperation.ContainSensitiveWord", "InvalidParameterValue.ContentLengthLimit",
            "InvalidParameterValue.TemplateParameterLengthLimit", "InvalidParameterValue.TemplateParameterFormatError",
            "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "InvalidParameterValue",
        ),
        **means(
            Outcome.CHANNEL, "AuthFailure", "UnauthorizedOperation", "MissingParameter", "UnsupportedOperation", "InvalidAction",
            "InvalidParameter", "IpInBlacklist", "IpNotInWhitelist", "NoSuchVersion", "NoSuchProduct",
            "FailedOperation.InsufficientBalanceInSmsPackage", "FailedOperation.SignatureIncorrectOrUnapproved",
            "FailedOperation.TemplateIncorrectOrUnapproved", "FailedOperation.TemplateUnapprovedOrNotExist",
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "FailedOperation.MarketingSendTimeConstraint",
            "InvalidParameterValue.SdkAppIdNotExist", "InternalError.RequestTimeException",
            "InternalError.RestApiInterfaceNotExist", "InternalError.SigFieldMissing", "InternalError.SigVerificationFail",
            "FailedOperation.FailResolvePacket", "FailedOperation.JsonParseFail",
        ),
    },
)  # fmt: skip


class TencentSms(Sms):
    """One number, one template."""

    service_name = "Tencent Cloud SMS"
    service_url = "https://cloud.tencent.com/product/sms"
    secure_protocol = "qcloudsms"
    templates = ("{schema}://{user}:{password}@{host}/{mobile}",)
    home = "https://sms.tencentcloudapi.com"
    codes = CODES

    def __init__(self, *, app: str, region: str, variables: Mapping[str, str], **kwargs: Any) -> None:
        ordered = dict(sorted(variables.items(), key=lambda item: int(item[0]) if item[0].isdecimal() else 0))
        super().__init__(variables=ordered, **kwargs)
        self.app, self.region = app, region or REGION
        if not app:
            self.refuse_url("the SdkAppId is needed")
        if list(ordered) != [str(n) for n in range(1, len(ordered) + 1)]:
            self.refuse_url("the variables are :1=, :2=, … without a gap")

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Send the template. Raises Unanswered."""
        content = encoded(
            {
                "PhoneNumberSet": [self.mobile if self.mobile.startswith("+") else f"+86{self.mobile}"],
                "SmsSdkAppId": self.app, "SignName": self.sign, "TemplateId": self.template,
                "TemplateParamSet": list(self.filled(title, body, known).values()), "SessionContext": str(known.message_id),
            }
        )  # fmt: skip
        answer = self.post(f"{self.base}/", known, body=content, headers=self._headers(content))
        return self.verdict(answer, _found(answer), known)

    def _headers(self, content: bytes) -> dict[str, str]:
        at = machine_now()
        signed = {"content-type": CONTENT_TYPE, "host": urlsplit(self.base).netloc, "x-tc-action": "SendSms"}
        authorization = tc3(self.key_id, self.secret, service=SERVICE, at=at, headers=signed, body=content)
        return {
            "Content-Type": CONTENT_TYPE, "Host": signed["host"], "Authorization": authorization, "X-TC-Action": "SendSms",
            "X-TC-Version": VERSION, "X-TC-Region": self.region, "X-TC-Timestamp": str(int(at.timestamp())),
        }  # fmt: skip

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read a URL."""
        _common, (_user, _password, host, *_path) = taken_apart(url)
        return read_sms_url(url) | {"app": host, "region": plain(url).get("region", "")}


def _found(answer: Answer) -> Found | None:
    """The code of the one number that was sent to, or of a request that was refused as a whole."""
    body = (read_json(answer.body) or {}).get("Response")
    if not isinstance(body, dict):
        return None
    statuses = body.get("SendStatusSet")
    inner = body.get("Error") or (statuses[0] if isinstance(statuses, list) and statuses else None)
    if not isinstance(inner, dict) or not isinstance(inner.get("Code"), str):
        return None
    return Found(inner["Code"], inner)
