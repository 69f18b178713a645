"""Whatever stands in a title or a name: only those are called whom the ledger names, and every part fits its provider."""

import re
from typing import Any

import pytest
from fakes.providers import Providers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sending import PEOPLE, message, new_sender, send

from tasks.delivery.links import LINK
from tasks.delivery.outgoing import Mention
from worker.channels.send import Sender

FORMATS = [
    ("wecombot", "text"), ("wecombot", "markdown"), ("wechat", "text"), ("wechat", "markdown"),
    ("dingtalk", "text"), ("dingtalk", "markdown"), ("feishu", "text"), ("feishu", "post"), ("lark", "text"),
]  # fmt: skip
NASTY = st.one_of(
    st.sampled_from(
        ["@all", "<@all>", '<at user_id="all">所有人</at>', "@所有人", "**x**", "[x](http://evil)", "<b>", "&lt;@all&gt;",
         "\u202e\u200b", "@13900000000", "<@LiQiang>", "𠮷㛃", "👨‍👩‍👧", "\ud800", "`", "#", "\n", "isAtAll"]
    ),
    st.text(max_size=20),
)  # fmt: skip
TEXT = st.lists(NASTY, max_size=12).map("".join)
PERSON = st.builds(
    Mention,
    name=TEXT,
    mobile=st.one_of(
        st.none(),
        st.sampled_from(["13800000001", "138-0000-0002", "@all", "all", "1 or 1=1", "+8613800000003"]),
    ),
    wecom_id=st.one_of(st.none(), st.sampled_from(["LiQiang", "wang.fang", "@all", "a|b", "<@all>", "李强"])),
)


def said(scheme: str, payload: dict[str, Any]) -> str:
    """All words of an accepted payload that a client shows."""
    if scheme in ("feishu", "lark"):
        content = payload["content"]
        if "text" in content:
            return str(content["text"])
        tags = [tag for line in content["post"]["zh_cn"]["content"] for tag in line]
        assert {tag["tag"] for tag in tags} <= {"text", "a"}
        return "\n".join([content["post"]["zh_cn"]["title"], *(tag["text"] for tag in tags)])
    inner = payload[payload["msgtype"]]
    return "\n".join(str(inner[name]) for name in ("title", "content", "text") if name in inner)


def called(scheme: str, payload: dict[str, Any]) -> list[str]:
    """Whom the provider calls: its lists, and the syntax in its words."""
    words = said(scheme, payload)
    if scheme == "wecombot":
        inner = payload[payload["msgtype"]]
        listed = [*inner.get("mentioned_list", []), *inner.get("mentioned_mobile_list", [])]
        return listed + re.findall(r"<@([^>]*)>", words)
    if scheme == "dingtalk":
        assert payload["at"]["isAtAll"] is False
        written = re.findall(r"@(\w+)", words)
        assert sorted(written) == sorted(payload["at"]["atMobiles"])
        return list(payload["at"]["atMobiles"])
    if scheme == "wechat":
        return re.findall(r"<@?([^>]*)>", words)
    return re.findall(r"<at[^>]*>", words)


def expected(scheme: str, layout: str, people: tuple[Mention, ...]) -> list[str]:
    """Whom it should call."""
    ids = {"LiQiang", "wang.fang"}
    numbers = {
        "13800000001": "13800000001",
        "138-0000-0002": "13800000002",
        "+8613800000003": "+8613800000003",
    }
    if scheme == "wecombot":
        by_id = dict.fromkeys(each.wecom_id for each in people if each.wecom_id in ids)
        others = [each for each in people if each.wecom_id not in ids]
        by_number = dict.fromkeys(numbers[each.mobile] for each in others if each.mobile in numbers)
        return [str(each) for each in ([*by_id, *by_number] if layout == "text" else by_id)]
    if scheme == "dingtalk":
        return list(
            dict.fromkeys(numbers[each.mobile].lstrip("+") for each in people if each.mobile in numbers)
        )
    return []


@pytest.mark.parametrize(("scheme", "layout"), FORMATS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXT, body=TEXT, people=st.lists(PERSON, max_size=4).map(tuple))
def test_only_those_are_called_whom_the_ledger_names(
    providers: Providers, tmp_path_factory: pytest.TempPathFactory,
    scheme: str, layout: str, title: str, body: str, people: tuple[Mention, ...],
):  # fmt: skip
    providers.renew()
    sender = new_sender(tmp_path_factory.getbasetemp())
    outgoing = message(
        providers.url(scheme, format=layout), title=title, body=f"{body}\n办理:{LINK}", mentions=people,
        wecom_id="LiQiang", link_person=3, link_obligation=9,
    )  # fmt: skip

    result = send(sender, outgoing)

    assert result.outcome == "sent", result.words
    accepted = providers.of(scheme).accepted
    calls = [name for payload in accepted for name in called(scheme, payload)]
    assert sorted(calls) == sorted(expected(scheme, layout, people))
    assert sum("https://duban.example.cn/c/" in said(scheme, payload) for payload in accepted) == 1


@pytest.mark.parametrize(("scheme", "layout"), FORMATS)
@pytest.mark.parametrize("title", ["督" * 3000, "👨‍👩‍👧" * 400, "𠮷" * 1500, "a" * 3000, "*_#" * 900])
def test_a_long_title_arrives_whole_in_parts_that_fit(
    providers: Providers, sender: Sender, scheme: str, layout: str, title: str
):
    outgoing = message(
        providers.url(scheme, format=layout), title=title, body=f"登记:{LINK}", mentions=PEOPLE, wecom_id="LiQiang",
        link_person=3, link_obligation=9,
    )  # fmt: skip

    result = send(sender, outgoing)

    assert result.outcome == "sent", result.words
    accepted = providers.of(scheme).accepted
    text = "\n".join(said(scheme, payload) for payload in accepted)
    link = re.search(r"https://duban\.example\.cn/c/[\w.~-]+", text)
    assert link is not None
    assert any(said(scheme, payload).count(link[0]) == 1 for payload in accepted)
    for character in set(title) & set("督👨𠮷a"):
        assert text.count(character) >= title.count(character)


@pytest.mark.parametrize(("scheme", "second", "outcome"), [
    ("wecombot", 45009, "unknown"), ("wechat", 45009, "unknown"), ("dingtalk", 130101, "unknown"), ("feishu", 11232, "unknown"),
])  # fmt: skip
def test_once_a_part_was_accepted_the_rest_cannot_make_it_failed(
    providers: Providers, sender: Sender, scheme: str, second: int, outcome: str
):
    providers.of(scheme).script.extend([0, second])

    result = send(sender, message(providers.url(scheme), body="督\n" * 9000, wecom_id="LiQiang"))

    if result.outcome == "content":  # too long for ten small messages
        providers.renew()
        providers.of(scheme).script.extend([0, second])
        result = send(sender, message(providers.url(scheme), body="督\n" * 1500, wecom_id="LiQiang"))
    assert (result.outcome, result.code) == (outcome, str(second))
    assert re.match(r"1 of \d+ parts accepted", result.words)


def test_what_no_ten_messages_could_hold_is_refused_before_anything_goes(
    providers: Providers, sender: Sender
):
    result = send(sender, message(providers.url("wecombot"), body="督办\n" * 9000))

    assert result.outcome == "content"
    assert providers.wecom.requests == []


@pytest.mark.parametrize("scheme", ["dingtalk", "feishu"])
@pytest.mark.parametrize("body", ["请登记", "督\n" * 9000, "督办已读"])
def test_the_keyword_that_a_robot_wants_is_in_every_part(
    providers: Providers, sender: Sender, scheme: str, body: str
):
    providers.dingtalk.keywords = providers.feishu.keywords = ("督办",)

    assert send(sender, message(providers.url(scheme, keyword="督办"), body=body)).outcome == "sent"
    assert all(said(scheme, each).count("督办") == 1 for each in providers.of(scheme).accepted)


def test_people_are_called_with_the_first_part_only(providers: Providers, sender: Sender):
    send(sender, message(providers.url("wecombot"), body="督\n" * 1000, mentions=PEOPLE))

    lists = [each["text"].get("mentioned_list") for each in providers.wecom.accepted]
    assert lists == [["LiQiang"], None]


def test_messages_for_the_same_reader_go_as_one_each_with_its_link(providers: Providers, sender: Sender):
    url = providers.url("wechat")
    more = message(
        url, message_id=8, title="【逾期】", body=f"请办理:{LINK}", link_person=3, link_obligation=10
    )
    outgoing = message(
        url, body=f"请登记:{LINK}", link_person=3, link_obligation=9, rest=(more,), wecom_id="LiQiang"
    )

    assert send(sender, outgoing).message_id == 7

    (sent,) = providers.wecom.accepted
    lines = sent["text"]["content"].split("\n")
    assert [lines[0], lines[2], lines[3]] == ["【提醒】", "", "【逾期】"]
    links = re.findall(r"https://\S+", sent["text"]["content"])
    assert len(set(links)) == 2
