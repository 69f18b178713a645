"""A gateway of one's own: what is sent, how it is sealed, and by which rules its answer means that it was accepted."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fakes.gateway import KEY, SEAL, Gateway
from fakes.provider import Answer
from one_message import MOBILE, message, send, sender_with

from tasks.delivery.links import LINK
from tasks.delivery.outcomes import Outcome
from worker.channels import http
from worker.channels.send import Sender
from worker.settings import packaged_office

SECRETS = {"SMS_KEY": KEY, "SEAL": SEAL, "WRONG": "another"}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as fake:
        yield fake
    http.forget()


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return sender_with(tmp_path, SECRETS)


def url(gateway: Gateway, more: str = "", *, scheme: str = "gateway") -> str:
    fields = ":mobile={mobile}&:key={secret.SMS_KEY}&:content={title}{body}"
    return f"{scheme}://127.0.0.1:{gateway.port}/sms?{fields}{more}"


@pytest.mark.parametrize("how", ["", "&type=form", "&method=get"])
def test_a_gateway_gets_the_fields_that_its_url_names(sender: Sender, gateway: Gateway, how: str) -> None:
    result = send(sender, message(url(gateway, how)))

    assert (result.outcome, result.code) == (Outcome.SENT, "0")
    assert gateway.accepted == [{"mobile": MOBILE, "key": KEY, "content": "【提醒】周报请于周五18:00前登记"}]


def test_what_a_message_knows_can_stand_anywhere_in_a_text(sender: Sender, gateway: Gateway) -> None:
    more = "&:who={name}&:n={count}件&:what={subject} {due}&:no={number}&:all={text}&:go={link}&:key=static"
    more += "&+X-App=duban {name}&-app=7"

    send(sender, message(url(gateway, more), body=f"见{LINK}", link_person=3, link_obligation=9))

    (request,) = gateway.requests
    got = request.json
    assert (got["who"], got["n"], got["what"], got["no"]) == ("何建国", "1件", "周报 11月27日", "7")
    assert got["all"] == f"【提醒】周报\n见{got['go']}"
    assert got["go"].startswith("https://duban.example.cn/c/")
    assert request.path.startswith("/sms?app=7")
    assert request.headers["x-app"].startswith("duban ")


def test_names_with_points_make_objects_and_lists(sender: Sender, gateway: Gateway) -> None:
    fields = ":data.to[]={mobile}&:data.text.content={text}&:sys.id=duban"

    send(sender, message(f"gateway://127.0.0.1:{gateway.port}/?{fields}"))

    assert gateway.requests[0].json == {
        "data": {"to": [MOBILE], "text": {"content": "【提醒】周报\n请于周五18:00前登记"}}, "sys": {"id": "duban"},
    }  # fmt: skip


def test_a_gateway_that_is_told_no_words_gets_the_whole_message(sender: Sender, gateway: Gateway) -> None:
    send(sender, message(f"gateway://127.0.0.1:{gateway.port}/?:to={{mobile}}"))

    assert gateway.requests[0].json == {"to": MOBILE, "message": "【提醒】周报\n请于周五18:00前登记"}


def test_nothing_in_a_message_adds_a_field_a_header_or_a_parameter(sender: Sender, gateway: Gateway) -> None:
    words = '"}&:x=1\r\nX-Evil: 1 {mobile} {secret.SMS_KEY} {name}'

    send(sender, message(url(gateway, "&+X-Title={title}&-t={title}"), title=words, body="b"))

    (request,) = gateway.requests
    assert set(request.json) == {"mobile", "key", "content"}
    assert request.json["content"] == words + "b"
    assert "x-evil" not in request.headers
    assert set(request.query) == {"t"}


def test_the_gateway_that_the_starter_office_shows_gets_number_and_key(
    sender: Sender, gateway: Gateway
) -> None:
    office = (packaged_office() / "office.yaml").read_text(encoding="utf-8")
    (shown,) = re.findall(r'# personal: \{url: "jsons(://[^"]*)"', office)
    template = "json" + shown.replace("gateway.example.cn", f"127.0.0.1:{gateway.port}")
    gateway.script.append(Answer(200, {"code": 0}))

    assert send(sender, message(template)).outcome == "sent"

    got = gateway.requests[0].json
    assert (got["mobile"], got["key"], got["title"]) == (MOBILE, KEY, "【提醒】周报")
    assert got["message"] == "请于周五18:00前登记"


@pytest.mark.parametrize("scheme", ["json", "form"])
def test_apprises_fields_can_be_renamed_and_left_out(sender: Sender, gateway: Gateway, scheme: str) -> None:
    template = (
        f"{scheme}://127.0.0.1:{gateway.port}/?:message=content&:title=&:type=&:version=&:mobile={{mobile}}"
    )

    send(sender, message(template + "&:key={secret.SMS_KEY}"))

    assert gateway.accepted == [{"content": "请于周五18:00前登记", "mobile": MOBILE, "key": KEY}]


def test_a_seal_over_time_and_body_is_verified(sender: Sender, gateway: Gateway) -> None:
    gateway.sealed = True

    right = send(sender, message(url(gateway, "&hmac={secret.SEAL}&hmac_over=timestamp+body")))
    wrong = send(sender, message(url(gateway, "&hmac={secret.WRONG}&hmac_over=timestamp+body")))
    none = send(sender, message(url(gateway)))

    assert [each.outcome for each in (right, wrong, none)] == ["sent", "content", "content"]
    assert wrong.words == "签名错误"


def test_a_seal_takes_the_shape_that_a_gateway_asks_for(sender: Sender, gateway: Gateway) -> None:
    more = (
        "&hmac={secret.SEAL}&hmac_over=method+nl+timestamp+nl+nonce+nl+path&hmac_as=base64&timestamp=ms&hmac_header=X-Hmac"
        "&timestamp_header=X-Time&nonce_header=X-Once"
    )

    send(sender, message(url(gateway, more)))

    headers = gateway.requests[0].headers
    text = f"POST\n{headers['x-time']}\n{headers['x-once']}\n/sms"
    digest = hmac.new(SEAL.encode(), text.encode(), hashlib.sha256).digest()
    assert headers["x-hmac"] == base64.b64encode(digest).decode()
    assert len(headers["x-time"]) == 13


@pytest.mark.parametrize(
    ("body", "rule", "outcome"),
    [
        # without a rule: the usual fields
        ({"code": 0}, "", "sent"),
        ({"code": "200"}, "", "sent"),
        ({"code": "0000"}, "", "sent"),
        ({"errcode": 0, "code": 5}, "", "sent"),
        ({"success": True}, "", "sent"),
        ({"status": "success"}, "", "sent"),
        ({"result": "OK"}, "", "sent"),
        ({"code": 1004, "msg": "余额不足"}, "", "content"),
        ({"errcode": 1}, "", "content"),
        ({"success": False}, "", "content"),
        ({"status": 1}, "", "accepted?"),
        ({"id": "a1"}, "", "accepted?"),
        (b"", "", "accepted?"),
        (b"0,20261126084000", "", "accepted?"),
        (b"<html><body>login</body></html>", "", "unknown"),
        (b'{"code":' + b"[" * 5000, "", "accepted?"),
        # with a rule
        ({"status": 1}, "&ok=status:1", "sent"),
        ({"code": 0}, "&ok=status:1", "unknown"),
        ({"code": 0, "data": {"state": "DELIVRD"}}, "&ok=data.state:DELIVRD,QUEUED", "sent"),
        ({"code": 0, "data": {"state": "REJECTED"}}, "&ok=data.state:DELIVRD", "content"),
        (b"0,20261126084000", "&ok=text:0,", "sent"),
        (b"-3,", "&ok=text:0,", "content"),
        (b"anything", "&ok=http", "sent"),
        ({"code": 1005}, "&busy=code:1005", "retry"),
        ({"code": 1003}, "&person=code:1003,1013", "person"),
        ({"code": 1001}, "&channel=code:1001,1004", "channel"),
    ],
)  # fmt: skip
def test_what_a_gateway_answers_decides(
    sender: Sender, gateway: Gateway, body: object, rule: str, outcome: str
) -> None:
    gateway.script.append(Answer(200, body))

    assert send(sender, message(url(gateway, rule))).outcome == outcome


@pytest.mark.parametrize(
    ("answer", "outcome", "wait"),
    [
        (Answer(204), "accepted?", None),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/"}), "channel", None),
        (Answer(401, b"why"), "channel", None),
        (Answer(429, headers={"Retry-After": "90"}), "retry", 90),
        (Answer(500, {"code": 0}), "retry", None),
        (Answer(504), "unknown", None),
        (Answer(cut=True), "unknown", None),
    ],
    ids=["204", "302", "401", "429", "500", "504", "cut"],
)
def test_a_status_means_something(
    sender: Sender, gateway: Gateway, answer: Answer, outcome: str, wait: int | None
) -> None:
    gateway.script.append(answer)

    result = send(sender, message(url(gateway)))

    assert (result.outcome, result.retry_after) == (outcome, wait)
    assert len(gateway.requests) == 1


def test_nothing_listens(sender: Sender) -> None:
    assert send(sender, message("gateway://127.0.0.1:9/?:to={mobile}")).outcome == "retry"


def test_the_key_and_the_number_stand_in_nothing_that_is_kept(sender: Sender, gateway: Gateway) -> None:
    gateway.script.append(Answer(200, {"code": 7, "msg": f"{MOBILE} {KEY} {quote(KEY)}"}))

    result = send(sender, message(url(gateway)))

    assert result.words == "*** *** ***"


@pytest.mark.parametrize(
    "more",
    ["&ok=code", "&ok=:0", "&ok=http:200", "&hmac=", "&hmac=k&hmac_over=all", "&hmac=k&hmac_as=md5", "&type=xml", "&method=put"],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused_before_anything_is_sent(
    sender: Sender, gateway: Gateway, more: str
) -> None:
    assert send(sender, message(url(gateway, more))).outcome == "channel"
    assert gateway.requests == []


def test_the_body_is_what_was_sealed(sender: Sender, gateway: Gateway) -> None:
    send(sender, message(url(gateway, "&hmac={secret.SEAL}"), body="督办 \u2028é 𠮷"))

    (request,) = gateway.requests
    wanted = hmac.new(SEAL.encode(), request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-signature"] == wanted
    assert json.loads(request.body)["content"].endswith("督办 \u2028é 𠮷")
