"""How a message is addressed, what goes into the local outbox, and what Apprise's own plugins leave on the wire."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sending import SECRETS, message, new_sender, send
from sink import Answer, Sink, running_sink

from tasks.delivery.links import LINK
from tasks.delivery.outcomes import Outcome, Result
from worker.channels.registry import NEVER, OURS, service_class
from worker.channels.send import Sender
from worker.channels.untyped import SERVICES


@pytest.fixture
def sink() -> Iterator[Sink]:
    with running_sink() as found:
        yield found


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return new_sender(tmp_path)


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


def test_a_message_to_a_group_cannot_be_made_with_a_personal_link() -> None:
    with pytest.raises(ValueError, match="group"):
        message("outbox://{id}", is_group=True, body=f"大家好\n{LINK}", link_person=3)


def test_an_outbox_that_cannot_be_written_is_tried_again(sender: Sender, tmp_path: Path) -> None:
    (tmp_path / "outbox.jsonl").mkdir()

    assert send(sender, message("outbox://{id}")).outcome == "retry"


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "wait"),
    [
        (204, {}, "accepted?", None),
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

    result = send(sender, message(f"xml://127.0.0.1:{sink.port}/", schemes=("xml",)))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    assert len(sink.requests) == 1, "no hidden retry, no redirect followed"
    assert outcome == "accepted?" or result.code == f"HTTP {status}"


def test_a_connection_that_was_refused_is_tried_again(sender: Sender, free_port: int) -> None:
    result = send(sender, message(f"xml://127.0.0.1:{free_port}/", schemes=("xml",)))

    assert (result.outcome, result.words) == ("retry", "ConnectionError")


def test_an_answer_cut_off_may_have_arrived(sender: Sender, sink: Sink) -> None:
    sink.says(cut=True)

    assert send(sender, message(f"xml://127.0.0.1:{sink.port}/", schemes=("xml",))).outcome == "unknown"


def test_silence_may_have_arrived(sender: Sender, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.channels.http.READ_SECONDS", 0.2)
    sink.says(hold=True)

    result = send(sender, message(f"xml://127.0.0.1:{sink.port}/", schemes=("xml",)))

    assert (result.outcome, result.words) == ("unknown", "ReadTimeout")


@pytest.mark.parametrize(
    ("scheme", "body", "outcome"),
    [("xml", {"errcode": 0}, "accepted?"), ("xml", {"errcode": 93000, "errmsg": "no"}, "retry")],
)
def test_a_refusal_under_http_200_is_read_and_a_yes_is_not_believed(
    sender: Sender, sink: Sink, scheme: str, body: object, outcome: str
) -> None:
    sink.says(200, body)

    assert send(sender, message(f"{scheme}://127.0.0.1:{sink.port}/", schemes=("xml",))).outcome == outcome


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
        "wecombot://KEY?base=http://gateway.example.cn",
        "wecombot://KEY?base=ftp://127.0.0.1",
        "wecombot://KEY?base=nothing",
        "wecombot://KEY?base=https://",
        "wecombot://KEY?base=https://a.example.cn&base=http://b.example.cn",
        "wecombot://KEY?base=http://127.0.0.1.example.cn",
        "wecombot://KEY?base=http://[::1",
        "wecombot://KEY?format=html",
        "wecombot://KEY?verify=no",
        "wecombot://KEY/?redirect=yes",
        "wecombot://a%2Fb",
        "wechat://CORP:SECRET@AGENT/user",
        "wechat://CORP:SECRET@1000002/user1/user2",
        "wechat://CORP:SECRET@1000002",
        "dingtalk://TOKEN/13800000000",
        "feishu://a%2Fb",
        "mqtt://127.0.0.1/topic",
    ],
)
def test_what_is_not_allowed_or_not_known_fails_in_words(sender: Sender, url: str) -> None:
    result = send(sender, message(url))

    assert result.outcome == "channel"
    assert result.words


@pytest.mark.parametrize("scheme", sorted({*SERVICES, *OURS}))
def test_every_service_is_there(scheme: str) -> None:
    plugin = service_class(scheme)

    known = [plugin.protocol, plugin.secure_protocol]
    assert scheme in [name for each in known for name in ([each] if isinstance(each, str) else each or ())]


def test_an_office_may_enable_other_services_of_apprise(tmp_path: Path, free_port: int) -> None:
    sender, more = new_sender(tmp_path), {"schemes": ("ntfy", *NEVER)}

    allowed = send(sender, message(f"ntfy://127.0.0.1:{free_port}/topic", **more))
    refused = [send(sender, message(f"{scheme}://x", **more)) for scheme in sorted(NEVER - {"http", "https"})]

    assert allowed.outcome == "retry", "nobody listens there"
    assert {each.outcome for each in refused} == {"channel"}
    assert all("no service for offices" in each.words for each in refused)


def test_an_office_may_allow_a_base_without_encryption(tmp_path: Path) -> None:
    url = "wecombot://KEY?base=http://no-such-host.invalid"

    assert send(new_sender(tmp_path), message(url)).outcome == "channel"
    assert send(new_sender(tmp_path), message(url, schemes=("http",))).outcome == "retry"


def test_a_missing_number_is_named(sender: Sender) -> None:
    result = send(sender, message("json://127.0.0.1/{mobile}"))

    assert (result.outcome, result.words) == ("person", "李强 has no mobile number")


def test_a_value_cannot_add_to_the_address(sender: Sender, sink: Sink) -> None:
    url = f"json://127.0.0.1:{sink.port}/{{wecom_id}}"

    send(sender, message(url, wecom_id="../x?verify=no&:a=b#c"))

    assert [urlsplit(request.path).query for request in sink.requests] == [""]


def test_nothing_private_comes_back_in_words(sender: Sender, sink: Sink) -> None:
    sink.answer = lambda request: Answer(400, b"bad " + request.path.encode() + b" 13800000000")

    result = send(
        sender, message(f"json://127.0.0.1:{sink.port}/{{secret.KEY}}/{{mobile}}", mobile="13800000000")
    )

    assert result.outcome == "content"
    assert SECRETS["KEY"].reveal() not in result.words
    assert "13800000000" not in result.words


def test_a_message_whose_lease_is_about_to_end_is_not_sent(sender: Sender, sink: Sink) -> None:
    result = send(sender, message(f"json://127.0.0.1:{sink.port}/"), lease=5)

    assert result.outcome == "later"
    assert sink.requests == []
