"""The WeCom app: one person for each message, a token that is fetched once."""

import threading

import pytest
from fakes.provider import Answer
from fakes.providers import Providers
from sending import message, send

from worker.channels.send import Sender


def test_one_token_serves_many_messages_and_threads(providers: Providers, sender: Sender):
    url = providers.url("wechat")
    providers.wecom.latency = 0.02

    def work(number: int) -> None:
        assert send(sender, message(url, wecom_id=f"user{number}")).outcome == "sent"

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert providers.wecom.fetched == 1
    assert sorted(each["touser"] for each in providers.wecom.accepted) == [f"user{n}" for n in range(8)]


def test_a_token_that_ended_is_fetched_anew_once(providers: Providers, sender: Sender):
    url = providers.url("wechat")
    send(sender, message(url, wecom_id="LiQiang"))
    providers.wecom.tokens.clear()

    assert send(sender, message(url, wecom_id="LiQiang")).outcome == "sent"
    assert providers.wecom.fetched == 2
    assert len(providers.wecom.accepted) == 2


def test_a_token_is_fetched_anew_before_it_ends(providers: Providers, sender: Sender):
    providers.wecom.expires_in = 0
    url = providers.url("wechat")
    providers.wecom.script.extend([0, 0])

    send(sender, message(url, wecom_id="LiQiang"))
    send(sender, message(url, wecom_id="LiQiang"))

    assert providers.wecom.fetched == 2


def test_a_token_refused_twice_ends_the_try(providers: Providers, sender: Sender):
    providers.wecom.script.extend([42001, 42001])

    result = send(sender, message(providers.url("wechat"), wecom_id="LiQiang"))

    assert (result.outcome, result.code) == ("channel", "42001")
    assert providers.wecom.fetched == 2
    assert providers.wecom.accepted == []


@pytest.mark.parametrize("field", ["invaliduser", "unlicenseduser"])
def test_a_person_whom_wecom_does_not_reach_is_named(providers: Providers, sender: Sender, field: str):
    providers.wecom.script.append(Answer(body={"errcode": 0, "errmsg": "ok", field: "liqiang"}))

    result = send(sender, message(providers.url("wechat"), wecom_id="LiQiang"))

    assert (result.outcome, result.code) == ("person", field)


def test_a_person_whom_the_app_does_not_show_is_named(providers: Providers, sender: Sender):
    providers.wecom.people = {"WangFang"}

    assert send(sender, message(providers.url("wechat"), wecom_id="LiQiang")).code == "81013"


@pytest.mark.parametrize("userid", ["@all", "a|b", "李强", " ", "x" * 65, "<script>"])
def test_a_userid_that_could_mean_others_reaches_nobody(providers: Providers, sender: Sender, userid: str):
    result = send(sender, message(providers.url("wechat"), wecom_id=userid))

    assert result.outcome == "person"
    assert providers.wecom.requests == []


def test_a_wrong_secret_is_the_channels_fault(providers: Providers, sender: Sender):
    url = providers.url("wechat").replace("{secret.APP}", "wrong")

    assert send(sender, message(url, wecom_id="LiQiang")).outcome == "channel"
    assert providers.wecom.accepted == []


def test_without_a_token_nothing_was_sent(
    providers: Providers, sender: Sender, monkeypatch: pytest.MonkeyPatch
):
    said = iter([Answer(body=b""), Answer(cut=True), Answer(504), Answer(body={"errcode": 0})])
    monkeypatch.setattr(providers.wecom, "_token", lambda _request: next(said))

    results = [send(sender, message(providers.url("wechat"), wecom_id="LiQiang")) for _ in range(4)]

    assert [each.outcome for each in results] == ["retry"] * 4


def test_a_second_try_with_the_same_words_is_shown_once(providers: Providers, sender: Sender):
    send(sender, message(providers.url("wechat"), wecom_id="LiQiang"))

    sent = providers.wecom.accepted[0]
    assert (sent["enable_duplicate_check"], sent["duplicate_check_interval"]) == (1, 600)


def test_the_token_does_not_come_back_in_words(providers: Providers, sender: Sender):
    url = providers.url("wechat")
    send(sender, message(url, wecom_id="LiQiang"))
    (token,) = providers.wecom.tokens
    providers.wecom.script.append(Answer(404, f"/cgi-bin/message/send?access_token={token}".encode()))

    assert token not in send(sender, message(url, wecom_id="LiQiang")).words
