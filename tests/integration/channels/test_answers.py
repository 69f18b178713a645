"""What a provider answers decides what the ledger is told: the same table that docs/channels.md shows."""

from email.utils import format_datetime
from pathlib import Path

import pytest
from fakes.provider import Answer
from fakes.providers import Providers
from sending import SECRETS, message, new_sender, send

from tasks.delivery.outcomes import Outcome
from worker.channels.answers import Codes, Means
from worker.channels.registry import service_class
from worker.channels.send import Sender
from worker.clock import machine_now

SCHEMES = ("wecombot", "wechat", "dingtalk", "feishu", "lark")
REFRESHED = {"40001", "40014", "42001"}  # an app's token is fetched anew first


def cases() -> list[tuple[str, str, Means]]:
    found = []
    for scheme in SCHEMES:
        codes: Codes = service_class(scheme).codes
        found += [(scheme, code, known[-1]) for code, known in codes.table.items()]
    return found


@pytest.mark.parametrize(
    ("scheme", "code", "means"), cases(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_each_known_code_has_its_outcome(
    providers: Providers, sender: Sender, scheme: str, code: str, means: Means
):
    fake = providers.of(scheme)
    fake.script.extend([code] * (2 if scheme == "wechat" and code in REFRESHED else 1))

    result = send(sender, message(providers.url(scheme), wecom_id="LiQiang"))

    assert (result.outcome, result.code, result.retry_after) == (means.outcome, code, means.wait)
    assert result.words
    assert fake.accepted == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_providers_own_yes_is_sent(providers: Providers, sender: Sender, scheme: str):
    result = send(sender, message(providers.url(scheme), wecom_id="LiQiang"))

    assert (result.outcome, result.code) == (Outcome.SENT, "0")
    assert len(providers.of(scheme).accepted) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (Answer(body=b""), "unknown", None),
        (Answer(body=b"<html><body>login</body></html>"), "unknown", None),
        (Answer(body=b"ok"), "unknown", None),
        (Answer(body={}), "unknown", None),
        (Answer(body=[0]), "unknown", None),
        (Answer(body={"errcode": None, "code": True}), "unknown", None),
        (Answer(body={"errcode": 987654, "code": 987654, "errmsg": "new"}), "retry", None),
        (Answer(body={"errcode": "0x0", "code": "0x0"}), "retry", None),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/"}), "channel", None),
        (Answer(307, headers={"Location": "http://127.0.0.1:9/"}), "channel", None),
        (Answer(401), "channel", None),
        (Answer(403), "channel", None),
        (Answer(404, b"<html>"), "channel", None),
        (Answer(410), "channel", None),
        (Answer(408), "retry", 60),
        (Answer(413), "content", None),
        (Answer(425), "retry", 60),
        (Answer(429), "retry", 60),
        (Answer(429, headers={"Retry-After": "600"}), "retry", 600),
        (Answer(429, headers={"Retry-After": "soon"}), "retry", 60),
        (Answer(500, {"errcode": 0, "code": 0}), "retry", None),
        (Answer(502), "retry", None),
        (Answer(503, headers={"Retry-After": "120"}), "retry", 120),
        (Answer(504), "unknown", None),
        (Answer(cut=True), "unknown", None),
    ],
    ids=lambda each: (
        f"{each.status} {each.data[:20]!r} {each.headers} {each.cut}" if isinstance(each, Answer) else ""
    ),
)
def test_what_says_nothing_of_the_message_is_never_sent(
    providers: Providers, sender: Sender, scheme: str, answer: Answer, outcome: str, wait: int | None
):
    providers.of(scheme).script.append(answer)

    result = send(sender, message(providers.url(scheme), wecom_id="LiQiang"))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    assert result.code or result.words


def test_a_retry_after_may_name_a_date(providers: Providers, sender: Sender):
    at = machine_now().replace(microsecond=0)
    date = format_datetime(at.replace(year=at.year + 1), usegmt=True)
    providers.wecom.script.append(Answer(429, headers={"Retry-After": date}))

    assert send(sender, message(providers.url("wecombot"))).retry_after == 86_400, "a day at most"


def test_a_past_date_says_nothing_about_waiting(providers: Providers, sender: Sender):
    providers.wecom.script.append(Answer(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}))

    assert send(sender, message(providers.url("wecombot"))).retry_after is None


@pytest.mark.parametrize(("said", "outcome"), [("too many request", "retry"), ("Bad Request", "content")])
def test_one_code_of_feishu_has_two_meanings(providers: Providers, sender: Sender, said: str, outcome: str):
    providers.feishu.script.append(Answer(400, {"code": 9499, "msg": said, "data": {}}))

    assert send(sender, message(providers.url("feishu"))).outcome == outcome


def test_feishu_answers_in_two_generations_of_words(providers: Providers, sender: Sender):
    providers.feishu.script.extend(
        [
            Answer(body={"StatusCode": 0, "StatusMessage": "success"}),
            Answer(body={"StatusCode": 19021, "StatusMessage": "sign match fail"}),
            Answer(body={"code": 0, "StatusCode": 19021}),
        ]
    )

    results = [send(sender, message(providers.url("feishu"))) for _ in range(3)]

    assert [(each.outcome, each.code) for each in results] == [
        ("sent", "0"), ("channel", "19021"), ("channel", "19021"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("scheme", "limit", "code", "wait"),
    [("wecombot", 20, "45009", 60), ("dingtalk", 20, "130101", 600), ("feishu", 5, "11232", 60)],
)
def test_a_provider_refuses_whoever_writes_too_often(
    providers: Providers, tmp_path: Path, scheme: str, limit: int, code: str, wait: int
):
    senders = [new_sender(tmp_path) for _ in range(limit + 1)]  # each counts only what it sent itself

    results = [send(sender, message(providers.url(scheme))) for sender in senders]

    assert [each.outcome for each in results] == ["sent"] * limit + ["retry"]
    assert (results[-1].code, results[-1].retry_after) == (code, wait)
    assert len(providers.of(scheme).accepted) == limit


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_secret_comes_back_in_words(providers: Providers, sender: Sender, scheme: str):
    said = " ".join(each.reveal() for each in SECRETS.values())
    providers.of(scheme).script.append(Answer(404, said.encode()))

    words = send(sender, message(providers.url(scheme), wecom_id="LiQiang")).words

    used = {"wecombot": "KEY", "wechat": "APP", "dingtalk": "TOKEN", "feishu": "HOOK", "lark": "HOOK"}[scheme]
    assert SECRETS[used].reveal() not in words
    assert "***" in words
