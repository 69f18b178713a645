"""SMS of two providers: signed as they verify it, templates filled as they take it, every documented answer read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import aliyun_sms, tencent_sms
from fakes.aliyun_sms import AliyunSms
from fakes.provider import Answer, Fake
from fakes.tencent_sms import TencentSms
from one_message import MOBILE, message, send, sender_with

from tasks.delivery.links import LINK
from tasks.delivery.outcomes import Outcome, Result
from worker.channels import http
from worker.channels.send import Sender

SECRETS = {
    "ALI_ID": aliyun_sms.KEY_ID, "ALI_KEY": aliyun_sms.SECRET, "QC_ID": tencent_sms.SECRET_ID, "QC_KEY": tencent_sms.SECRET_KEY,
    "WRONG": "another",
}  # fmt: skip
UNTIL_TOMORROW = 15 * 3600 + 25 * 60  # from 08:40 in China to five past midnight


@pytest.fixture
def aliyun() -> Iterator[AliyunSms]:
    with AliyunSms() as fake:
        yield fake
    http.forget()


@pytest.fixture
def tencent() -> Iterator[TencentSms]:
    with TencentSms() as fake:
        yield fake
    http.forget()


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return sender_with(tmp_path, SECRETS)


def aliyun_url(fake: Fake, variables: str = ":who=name&:what=subject", *, key: str = "ALI_KEY") -> str:
    return f"alisms://{{secret.ALI_ID}}:{{secret.{key}}}@/{{mobile}}?sign=民主街道&template=SMS_1&{variables}&base={fake.base}"


def tencent_url(fake: Fake, variables: str = ":1=name&:2=subject", *, key: str = "QC_KEY") -> str:
    return (
        f"qcloudsms://{{secret.QC_ID}}:{{secret.{key}}}@{tencent_sms.APP}/{{mobile}}"
        f"?sign=民主街道&template=1110&{variables}&base={fake.base}"
    )


def test_aliyun_takes_a_template_with_its_variables_by_name(sender: Sender, aliyun: AliyunSms) -> None:
    result = send(sender, message(aliyun_url(aliyun)))

    assert result == Result(message_id=7, attempt=1, outcome=Outcome.SENT, code="OK")
    (got,) = aliyun.accepted
    assert (got["to"], got["SignName"], got["TemplateCode"]) == (MOBILE, "民主街道", "SMS_1")
    assert got["params"] == {"who": "何建国", "what": "周报"}
    assert got["OutId"] == "7"


def test_tencent_takes_a_template_with_its_variables_in_order(sender: Sender, tencent: TencentSms) -> None:
    result = send(sender, message(tencent_url(tencent, ":2=subject&:1=name")))

    assert result == Result(message_id=7, attempt=1, outcome=Outcome.SENT, code="Ok")
    (got,) = tencent.accepted
    assert (got["to"], got["SignName"], got["TemplateId"]) == (f"+86{MOBILE}", "民主街道", "1110")
    assert got["TemplateParamSet"] == ["何建国", "周报"]


def test_every_value_of_a_message_can_stand_in_a_template(sender: Sender, aliyun: AliyunSms) -> None:
    names = ("name", "count", "subject", "due", "title", "office", "link", "path")
    aliyun.variables = set(names)
    url = aliyun_url(aliyun, "&".join(f":{name}={name}" for name in names))
    link = {"body": f"见{LINK}", "link_person": 3, "link_obligation": 9}

    result = send(sender, message(url, count=3, **link))

    (request,) = aliyun.requests
    got = json.loads(request.query["TemplateParam"])
    assert {name: got[name] for name in names[:6]} == {
        "name": "何建国", "count": "3", "subject": "周报", "due": "11月27日", "title": "提醒 周报", "office": "民主街道",
    }  # fmt: skip
    assert got["link"] == f"https://duban.example.cn/{got['path']}", "a link is never cut"
    assert got["path"].startswith("c/")
    assert result.outcome is Outcome.CONTENT, "the provider takes no variable as long as a link"


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("督" * 40, "督" * 34 + "…"),
        ("督" * 35, "督" * 35),
        ("【急】周报\n第二行", "急 周报 第二行"),
        ("周\u202e报\u200b\x07😀", "周报"),
        ("é" * 3 + "𠮷", "é" * 3 + "𠮷"),
        ("e\u0323\u0301" * 20, "\u1eb9\u0301" * 17 + "…"),
        ("", "提醒 周报"),
        ("《民法典》100%（3℃）", "《民法典》100%（3℃）"),
    ],
    ids=["long", "just fits", "brackets", "unseen", "rare", "accents", "empty", "ordinary"],
)
def test_a_variable_holds_what_an_sms_can_show(
    sender: Sender, aliyun: AliyunSms, subject: str, shown: str
) -> None:
    result = send(sender, message(aliyun_url(aliyun), subject_line=subject))

    assert result.outcome is Outcome.SENT
    assert aliyun.accepted[0]["params"]["what"] == shown
    assert len(shown) <= 35


def test_a_template_with_shorter_variables_is_told_so(sender: Sender, tencent: TencentSms) -> None:
    send(sender, message(tencent_url(tencent) + "&most=6", subject_line="网格员走访摸排汇总"))

    assert tencent.accepted[0]["TemplateParamSet"][1] == "网格员走访…"


def test_a_wrong_key_is_found_out_by_the_signature(
    sender: Sender, aliyun: AliyunSms, tencent: TencentSms
) -> None:
    by_aliyun = send(sender, message(aliyun_url(aliyun, key="WRONG")))
    by_tencent = send(sender, message(tencent_url(tencent, key="WRONG")))

    assert (by_aliyun.outcome, by_aliyun.code) == (Outcome.CHANNEL, "SignatureDoesNotMatch")
    assert (by_tencent.outcome, by_tencent.code) == (Outcome.CHANNEL, "AuthFailure.SignatureFailure")
    assert aliyun.accepted == tencent.accepted == []


@pytest.mark.parametrize(
    ("code", "outcome", "wait"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL:触发分钟级流控Permits:1", "retry", 60),
        ("isv.BUSINESS_LIMIT_CONTROL:触发小时级流控Permits:5", "retry", 3600),
        ("isv.BUSINESS_LIMIT_CONTROL:触发天级流控Permits:50", "retry", UNTIL_TOMORROW),
        ("isv.BUSINESS_LIMIT_CONTROL:业务限流", "retry", 3600),
        ("isv.DAY_LIMIT_CONTROL", "retry", UNTIL_TOMORROW),
        ("isp.SYSTEM_ERROR", "retry", None),
        ("Throttling.User", "retry", 60),
        ("ServiceUnavailable", "retry", None),
        ("isv.MOBILE_NUMBER_ILLEGAL", "person", None),
        ("isv.CUSTOMER_REFUSED", "person", None),
        ("isv.BLACK_KEY_CONTROL_LIMIT", "content", None),
        ("isv.INVALID_PARAMETERS", "content", None),
        ("isv.PARAM_NOT_SUPPORT_URL", "content", None),
        ("isv.AMOUNT_NOT_ENOUGH", "channel", None),
        ("isv.OUT_OF_SERVICE", "channel", None),
        ("isv.SMS_SIGNATURE_ILLEGAL", "channel", None),
        ("isv.SMS_TEMPLATE_ILLEGAL", "channel", None),
        ("isv.TEMPLATE_MISSING_PARAMETERS", "channel", None),
        ("isp.RAM_PERMISSION_DENY", "channel", None),
        ("InvalidAccessKeyId.NotFound", "channel", None),
        ("SignatureDoesNotMatch", "channel", None),
        ("InvalidTimeStamp.Expired", "channel", None),
        ("isv.NEVER_SEEN_BEFORE", "retry", None),
    ],
)
def test_what_aliyun_answers_decides(
    sender: Sender, aliyun: AliyunSms, code: str, outcome: str, wait: int | None
) -> None:
    aliyun.script.append(code)

    result = send(sender, message(aliyun_url(aliyun)))

    assert (result.outcome, result.code, result.retry_after) == (outcome, code.partition(":")[0], wait)


@pytest.mark.parametrize(
    ("code", "outcome", "wait"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", "retry", 30),
        ("LimitExceeded.PhoneNumberOneHourLimit", "retry", 3600),
        ("LimitExceeded.PhoneNumberDailyLimit", "retry", UNTIL_TOMORROW),
        ("LimitExceeded.AppMainlandChinaDailyLimit", "retry", UNTIL_TOMORROW),
        ("LimitExceeded.DeliveryFrequencyLimit", "retry", 60),
        ("RequestLimitExceeded.UinLimitExceeded", "retry", 60),
        ("InternalError.OtherError", "retry", None),
        ("InternalError.Timeout", "unknown", None),
        ("InternalError.SendAndRecvFail", "unknown", None),
        ("InvalidParameterValue.IncorrectPhoneNumber", "person", None),
        ("FailedOperation.PhoneNumberInBlacklist", "person", None),
        ("FailedOperation.ContainSensitiveWord", "content", None),
        ("InvalidParameterValue.TemplateParameterLengthLimit", "content", None),
        ("FailedOperation.InsufficientBalanceInSmsPackage", "channel", None),
        ("FailedOperation.SignatureIncorrectOrUnapproved", "channel", None),
        ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "channel", None),
        ("AuthFailure.SecretIdNotFound", "channel", None),
        ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "channel", None),
        ("FailedOperation.NeverSeenBefore", "retry", None),
    ],
)
def test_what_tencent_answers_decides(
    sender: Sender, tencent: TencentSms, code: str, outcome: str, wait: int | None
) -> None:
    tencent.script.append(code)

    result = send(sender, message(tencent_url(tencent)))

    assert (result.outcome, result.code, result.retry_after) == (outcome, code, wait)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(200, b""), "unknown"),
        (Answer(200, b"<html>login</html>"), "unknown"),
        (Answer(200, {"Response": {"SendStatusSet": [], "RequestId": "x"}}), "unknown"),
        (Answer(200, {"Response": []}), "unknown"),
        (Answer(cut=True), "unknown"),
        (Answer(502, b"bad gateway"), "retry"),
        (Answer(504, b"gateway timeout"), "unknown"),
    ],
    ids=["empty", "page", "no status", "odd", "cut", "502", "504"],
)
def test_an_answer_without_a_code_is_never_success(
    sender: Sender, aliyun: AliyunSms, tencent: TencentSms, answer: Answer, outcome: str
) -> None:
    aliyun.script.append(answer)
    tencent.script.append(answer)

    assert send(sender, message(aliyun_url(aliyun))).outcome == outcome
    assert send(sender, message(tencent_url(tencent))).outcome == outcome


def test_the_providers_own_limits_are_felt(sender: Sender, tencent: TencentSms) -> None:
    first, second = (send(sender, message(tencent_url(tencent))) for _ in range(2))

    assert (first.outcome, second.outcome, second.retry_after) == ("sent", "retry", 30)


def test_no_number_and_no_key_stands_in_what_the_ledger_keeps(sender: Sender, aliyun: AliyunSms) -> None:
    aliyun.script.append(f"isv.MOBILE_NUMBER_ILLEGAL:{MOBILE} of {aliyun_sms.KEY_ID} is illegal")

    result = send(sender, message(aliyun_url(aliyun)))

    assert result.words == "*** of *** is illegal"


@pytest.mark.parametrize(
    "url",
    [
        "alisms://id:key@/{mobile}?template=SMS_1",
        "alisms://id:key@/{mobile}?sign=民主街道",
        "alisms://id@/{mobile}?sign=民主街道&template=SMS_1",
        "alisms://id:key@/{mobile}?sign=民主街道&template=SMS_1&:who=nmae",
        "qcloudsms://id:key@/{mobile}?sign=民主街道&template=1110",
        "qcloudsms://id:key@1400006666/{mobile}?sign=民主街道&template=1110&:1=name&:3=count",
    ],
)
def test_a_url_that_cannot_work_is_refused_before_anything_is_sent(sender: Sender, url: str) -> None:
    result = send(sender, message(url))

    assert result.outcome is Outcome.CHANNEL
    assert "channel 'c'" in result.words
