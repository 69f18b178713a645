"""What a provider answers decides what the ledger says; Apprise's yes does not."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import apprise.plugins.dingtalk
import apprise.plugins.feishu
import apprise.plugins.wecombot
import pytest
from sink import Answer, Sink, running_sink

from tasks.links import LINK
from tasks.outcomes import Outcome, Result
from tasks.outgoing import Outgoing
from worker.channels.send import Sender
from worker.channels.untyped import SERVICES, class_of
from worker.clock import machine_now
from worker.settings import Secret, packaged_office
from worker.tokens import Tokens

NOW = datetime(2026, 11, 26, 0, 40, tzinfo=UTC)
SECRETS = {"KEY": Secret("693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"), "SIGN": Secret("SEC" + "a" * 60)}


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as found:
        yield found


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return Sender(
        outbox_file=tmp_path / "outbox.jsonl",
        secret=SECRETS.get,
        tokens=Tokens(Secret("k" * 43), base_url="https://duban.example.cn"),
        gettext=lambda text: text,
        machine_now=machine_now,
    )


def message(url: str, **more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "message_id": 7, "attempt": 1, "recipient_key": "liqiang", "recipient_name": "李强", "channel_key": "c",
        "channel_url": url, "is_group": False, "lang": "zh_CN", "title": "【提醒】", "body": "请于周五18:00前登记", "mobile": None,
        "wecom_id": None, "email": None, "link_person": None, "link_obligation": None, "trial_for": None,
    }  # fmt: skip
    return Outgoing(**(values | more))


def send(sender: Sender, outgoing: Outgoing, *, lease: float = 60) -> Result:
    return sender.send(outgoing, now=NOW, lease_until=machine_now() + timedelta(seconds=lease))


def test_the_outbox_gets_one_line_for_each_message(sender: Sender, tmp_path: Path) -> None:
    for recipient in ("liqiang", "LiNa"):
        outgoing = message(
            "outbox://{id}", recipient_key=recipient, body=f"见{LINK}", link_person=3, link_obligation=9
        )
        assert send(sender, outgoing) == Result(message_id=7, attempt=1, outcome=Outcome.SENT)

    lines = [json.loads(line) for line in (tmp_path / "outbox.jsonl").read_text().splitlines()]
    assert [line["recipient"] for line in lines] == ["liqiang", "LiNa"]
    assert lines[0]["at"] == "2026-11-26T00:40:00+00:00"
    assert lines[0]["title"] == "【提醒】"
    assert lines[0]["body"].startswith("见https://duban.example.cn/c/")
    assert (tmp_path / "outbox.jsonl").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("more", "page"),
    [
        ({"link_obligation": 9}, "/c/"),
        ({"link_obligation": 9, "link_list": True}, "/c/"),
        ({"link_list": True}, "/m/"),
        ({}, "/me/"),
    ],
    ids=["one duty", "one duty of another", "several duties of others", "one's own duties"],
)
def test_the_link_opens_what_the_message_speaks_of(
    sender: Sender, tmp_path: Path, more: dict[str, Any], page: str
) -> None:
    send(sender, message("outbox://{id}", body=LINK, link_person=3, **more))

    body = json.loads((tmp_path / "outbox.jsonl").read_text())["body"]
    assert body.startswith(f"https://duban.example.cn{page}")


def test_a_group_gets_no_personal_link(sender: Sender, tmp_path: Path) -> None:
    send(sender, message("outbox://{id}", is_group=True, body=f"大家好\n{LINK}", link_person=3))

    assert json.loads((tmp_path / "outbox.jsonl").read_text())["body"] == "大家好"


def test_an_outbox_that_cannot_be_written_is_tried_again(sender: Sender, tmp_path: Path) -> None:
    (tmp_path / "outbox.jsonl").mkdir()

    assert send(sender, message("outbox://{id}")).outcome == "retry"


def test_a_gateway_gets_the_fields_of_the_recipient(sender: Sender, sink: Sink) -> None:
    url = f"json://127.0.0.1:{sink.port}/sms?:mobile={{mobile}}&:message=content"

    result = send(sender, message(url, mobile="13800000000"))

    assert result.outcome == "sent"
    assert sink.requests[0].path.startswith("/sms")
    assert "13800000000" in json.dumps(sink.requests[0].json)


def test_the_gateway_that_the_starter_office_shows_gets_number_and_key(sender: Sender, sink: Sink) -> None:
    office = (packaged_office() / "office.yaml").read_text(encoding="utf-8")
    (shown,) = re.findall(r'# personal: \{url: "jsons(://[^"]*)"', office)
    url = "json" + shown.replace("gateway.example.cn", f"127.0.0.1:{sink.port}").replace("SMS_KEY", "KEY")

    assert send(sender, message(url, mobile="13800000000")).outcome == "sent"

    got = sink.requests[0].json
    assert (got["mobile"], got["key"]) == ("13800000000", SECRETS["KEY"].reveal())
    assert got["message"]


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "wait"),
    [
        (204, {}, "sent", None),
        (302, {"Location": "http://127.0.0.1:9/"}, "channel", None),
        (401, {}, "channel", None),
        (404, {}, "channel", None),
        (429, {"Retry-After": "90"}, "retry", 90),
        (429, {}, "retry", 60),
        (500, {}, "retry", None),
        (504, {}, "unknown", None),
    ],
)
def test_a_status_means_something(
    sender: Sender, sink: Sink, status: int, headers: dict[str, str], outcome: str, wait: int | None
) -> None:
    sink.says(status, b"" if status == 204 else b"why", headers=headers)

    result = send(sender, message(f"json://127.0.0.1:{sink.port}/"))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    assert len(sink.requests) == 1, "no hidden retry, no redirect followed"
    assert outcome == "sent" or f"HTTP {status}" in result.words


def test_a_connection_that_was_refused_is_tried_again(sender: Sender, free_port: int) -> None:
    result = send(sender, message(f"json://127.0.0.1:{free_port}/"))

    assert (result.outcome, result.words) == ("retry", "ConnectionError")


def test_an_answer_cut_off_may_have_arrived(sender: Sender, sink: Sink) -> None:
    sink.says(cut=True)

    assert send(sender, message(f"json://127.0.0.1:{sink.port}/")).outcome == "unknown"


def test_silence_may_have_arrived(sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.channels.send.READ_SECONDS", 0.2)
    sink.says(hold=True)

    result = send(sender, message(f"json://127.0.0.1:{sink.port}/"))

    assert (result.outcome, result.words) == ("unknown", "ReadTimeout")


@pytest.mark.parametrize(
    ("body", "outcome", "wait"),
    [
        ({"errcode": 0, "errmsg": "ok"}, "sent", None),
        ({"errcode": 93000, "errmsg": "invalid webhook url"}, "channel", None),
        ({"errcode": 45009, "errmsg": "api freq out of limit"}, "retry", 60),
    ],
)
def test_a_wecom_bot_refuses_under_http_200(
    sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch, body: object, outcome: str, wait: int | None
) -> None:
    monkeypatch.setattr(
        apprise.plugins.wecombot.NotifyWeComBot,
        "notify_url",
        f"http://127.0.0.1:{sink.port}/send?key={{key}}",
    )
    sink.says(200, body)

    result = send(sender, message("wecombot://{secret.KEY}", is_group=True))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    assert SECRETS["KEY"].reveal() in sink.requests[0].path


@pytest.mark.parametrize(
    ("body", "outcome", "wait"),
    [
        ({"errcode": 0}, "sent", None),
        ({"errcode": 310000, "errmsg": "sign not match"}, "channel", None),
        ({"errcode": 130101, "errmsg": "send too fast"}, "retry", 600),
    ],
)
def test_a_dingtalk_bot_refuses_under_http_200(
    sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch, body: object, outcome: str, wait: int | None
) -> None:
    monkeypatch.setattr(
        apprise.plugins.dingtalk.NotifyDingTalk,
        "notify_url",
        f"http://127.0.0.1:{sink.port}/robot?t={{token}}",
    )
    sink.says(200, body)

    result = send(sender, message("dingtalk://{secret.SIGN}@" + "a" * 32, is_group=True))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    sign = parse_qs(urlsplit(sink.requests[0].path).query)["sign"][0]
    assert len(sign) == 44, "base64 of 32 bytes, percent-encoded once"
    assert "%" not in sign


@pytest.mark.parametrize(
    ("body", "outcome", "wait"),
    [
        ({"code": 0, "msg": "success"}, "sent", None),
        ({"code": 19021, "msg": "sign match fail"}, "channel", None),
        ({"code": 11232, "msg": "frequency limited"}, "retry", 60),
        ({"StatusCode": 9499, "StatusMessage": "Bad Request"}, "retry", 60),
    ],
)
def test_a_feishu_bot_refuses_under_http_200(
    sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch, body: object, outcome: str, wait: int | None
) -> None:
    monkeypatch.setattr(
        apprise.plugins.feishu.NotifyFeishu, "notify_url", f"http://127.0.0.1:{sink.port}/hook/{{token}}"
    )
    sink.says(200, body)

    result = send(sender, message("feishu://" + "b" * 36, is_group=True))

    assert (result.outcome, result.retry_after) == (outcome, wait)


def test_a_bot_is_not_written_to_too_often(
    sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        apprise.plugins.wecombot.NotifyWeComBot,
        "notify_url",
        f"http://127.0.0.1:{sink.port}/send?key={{key}}",
    )
    sink.says(200, {"errcode": 0})

    results = [send(sender, message("wecombot://{secret.KEY}", is_group=True)) for _ in range(25)]

    assert [result.outcome for result in results] == ["sent"] * 19 + ["retry"] * 6
    assert len(sink.requests) == 19
    assert 0 < (results[-1].retry_after or 0) <= 60


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/?redirect=yes",
        "json://127.0.0.1/?verify=no",
        "json://127.0.0.1/?Retry=5",
        "json://127.0.0.1/sms?to={mobile}",
        "form://127.0.0.1/?:a=1&key={secret.KEY}",
        "syslog://",
        "dbus://",
        "{id}://127.0.0.1/",
        "nothing",
        "json://{unknown}/",
        "wecombot://{secret.MISSING}",
        "mailto://{email}",
    ],
)
def test_what_is_not_allowed_or_not_known_fails_in_words(sender: Sender, url: str) -> None:
    result = send(sender, message(url))

    assert result.outcome == "channel"
    assert result.words


@pytest.mark.parametrize("scheme", sorted(SERVICES))
def test_every_service_is_there(scheme: str) -> None:
    plugin = class_of(scheme)

    known = [plugin.protocol, plugin.secure_protocol]
    assert scheme in [name for each in known for name in ([each] if isinstance(each, str) else each or ())]


def test_an_address_may_be_pasted_as_the_provider_shows_it(
    sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        apprise.plugins.wecombot.NotifyWeComBot,
        "notify_url",
        f"http://127.0.0.1:{sink.port}/send?key={{key}}",
    )

    result = send(
        sender, message("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={secret.KEY}", is_group=True)
    )

    assert result.outcome == "sent"


def test_a_missing_number_is_named(sender: Sender) -> None:
    assert send(sender, message("json://127.0.0.1/{mobile}")).words == "李强 has no mobile number"


def test_a_value_cannot_add_to_the_address(sender: Sender, sink: Sink) -> None:
    url = f"json://127.0.0.1:{sink.port}/{{wecom_id}}"

    send(sender, message(url, wecom_id="../x?verify=no&:a=b#c"))

    assert [urlsplit(request.path).query for request in sink.requests] == [""]


def test_nothing_private_comes_back_in_words(sender: Sender, sink: Sink) -> None:
    sink.answer = lambda request: Answer(400, b"bad " + request.path.encode() + b" 13800000000")

    result = send(
        sender, message(f"json://127.0.0.1:{sink.port}/{{secret.KEY}}/{{mobile}}", mobile="13800000000")
    )

    assert result.outcome == "channel"
    assert SECRETS["KEY"].reveal() not in result.words
    assert "13800000000" not in result.words


def test_a_message_whose_lease_is_about_to_end_is_not_sent(sender: Sender, sink: Sink) -> None:
    result = send(sender, message(f"json://127.0.0.1:{sink.port}/"), lease=5)

    assert result.outcome == "retry"
    assert sink.requests == []
