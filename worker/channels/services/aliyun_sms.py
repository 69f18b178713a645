"""Aliyun SMS (阿里云短信): `alisms://ACCESS_KEY_ID:ACCESS_KEY_SECRET@/{mobile}?sign=民主街道&template=SMS_1&:who=name&:what=subject`.

Request: help.aliyun.com/document_detail/55284.html (SendSms, 2017-05-25). Nothing there makes a repeat harmless ("不支持幂等"), so what
may have arrived is not repeated by this service. `base=` is another address of the provider.
"""

import json
import secrets
from typing import Any
from urllib.parse import urlsplit

from tasks.delivery.outcomes import Outcome
from worker.channels.answers import Codes, Means, means, read
from worker.channels.envelope import Envelope
from worker.channels.signing import acs3, canonical_query, sha256
from worker.channels.sms import HOUR, MINUTE, TOMORROW, Families, Sms, read_sms_url
from worker.channels.verdict import Verdict
from worker.clock import machine_now

VERSION = "2017-05-25"

# A limit says in its words which span it is of: 触发分钟级流控Permits:1, 触发小时级流控Permits:5, 触发天级流控Permits:10.
_LIMITED = (
    Means(Outcome.RETRY, MINUTE, "分钟"),
    Means(Outcome.RETRY, HOUR, "小时"),
    Means(Outcome.RETRY, TOMORROW, "天"),
    Means(Outcome.RETRY, HOUR),
)
CODES: Codes = Families(
    pages=(
        "https://help.aliyun.com/document_detail/101346.html",
        "https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature",
    ),
    keys=("Code",),
    success=frozenset({"OK"}),
    words=("Message",),
    table={
        "isv.BUSINESS_LIMIT_CONTROL": _LIMITED,
        **means(Outcome.RETRY, "isv.DAY_LIMIT_CONTROL", "VALVE:D_MC", wait=TOMORROW),
        **means(Outcome.RETRY, "VALVE:H_MC", wait=HOUR),
        **means(Outcome.RETRY, "VALVE:M_MC", "Throttling", "InvalidSendSms", wait=MINUTE),
        **means(
            Outcome.RETRY, "isp.SYSTEM_ERROR", "isp.GATEWAY_ERROR", "ServiceUnavailable", "InternalError",
            "SignatureNonceUsed",
        ),
        **means(
            Outcome.PERSON, "isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT", "isv.CUSTOMER_REFUSED",
            "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "isv.SMS_TEST_NUMBER_LIMIT", "InvalidRecNum",
        ),
        # 黑名单管控: of the text of a variable, not of the number.
        **means(
            Outcome.CONTENT, "isv.BLACK_KEY_CONTROL_LIMIT", "isv.SMS_CONTENT_ILLEGAL", "isv.UNSUPPORTED_CONTENT",
            "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE", "isv.PARAM_LENGTH_LIMIT", "isv.PARAM_NOT_SUPPORT_URL",
            "isv.TEMPLATE_PARAMS_ILLEGAL", "isv.INVALID_PARAMETERS", "isv.INVALID_JSON_PARAM", "FILTER",
        ),
        **means(
            Outcome.CHANNEL, "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "isv.MONTH_LIMIT_CONTROL",
            "isv.PRODUCT_UN_SUBSCRIPT", "isv.PRODUCT_UNSUBSCRIBE", "isv.ACCOUNT_NOT_EXISTS", "isv.ACCOUNT_ABNORMAL",
            "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isv.SIGN_STATE_ILLEGAL", "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
            "isv.SMS_TEMPLATE_ILLEGAL", "isv.TEMPLATE_MISSING_PARAMETERS", "isv.EXTEND_CODE_ERROR", "isv.DENY_IP_RANGE",
            "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT", "isp.RAM_PERMISSION_DENY", "Forbidden", "NoPermission", "InvalidAccessKeyId",
            "SignatureDoesNotMatch", "IncompleteSignature", "InvalidTimeStamp", "InvalidVersion", "InvalidAction",
        ),
    },
)  # fmt: skip


class AliyunSms(Sms):
    """One number, one template."""

    service_name = "Aliyun SMS"
    service_url = "https://www.aliyun.com/product/sms"
    secure_protocol = "alisms"
    templates = ("{schema}://{user}:{password}@/{mobile}",)
    home = "https://dysmsapi.aliyuncs.com"
    codes = CODES

    def deliver(self, title: str, body: str, known: Envelope) -> Verdict:
        """Send the template. Raises Unanswered."""
        parameters = {
            "PhoneNumbers": self.mobile, "SignName": self.sign, "TemplateCode": self.template, "OutId": str(known.message_id),
        }  # fmt: skip
        if self.variables:
            parameters["TemplateParam"] = json.dumps(self.filled(title, body, known), ensure_ascii=False)
        query = canonical_query(parameters)
        url = f"{self.base}/"
        answer = self.post(f"{url}?{query}", known, body=b"", headers=self._headers(url, query))
        return self.verdict(answer, read(answer, self.codes.keys), known)

    def _headers(self, url: str, query: str) -> dict[str, str]:
        place = urlsplit(url)
        headers = {
            "host": place.netloc, "x-acs-action": "SendSms", "x-acs-version": VERSION, "x-acs-content-sha256": sha256(b""),
            "x-acs-date": machine_now().strftime("%Y-%m-%dT%H:%M:%SZ"), "x-acs-signature-nonce": secrets.token_hex(16),
        }  # fmt: skip
        signed = acs3(
            self.key_id, self.secret, method="POST", path=place.path, query=query, headers=headers, body=b""
        )
        return headers | {"Authorization": signed}

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Read a URL."""
        return read_sms_url(url)
