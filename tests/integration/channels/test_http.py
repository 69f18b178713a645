"""The wire itself: what is kept, what is bounded, what is known of a request that had no answer."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest
from fakes.provider import Answer, Fake, Request

from worker.channels import http
from worker.channels.http import Unanswered, get, post


class Echo(Fake):
    def reply(self, request: Request) -> Answer:
        return Answer(body={"path": request.path})


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as fake:
        yield fake
    http.forget()


def test_many_requests_go_over_one_connection(echo: Echo):
    for number in range(20):
        assert post(f"{echo.base}/{number}", json={"n": number}).status == 200

    assert echo.connections == 1
    assert [request.json["n"] for request in echo.requests] == list(range(20))


def test_threads_share_connections_without_mixing_answers(echo: Echo):
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(20):
            if get(f"{echo.base}/{name}/{number}").body != b'{"path": "/%s/%d"}' % (name.encode(), number):
                wrong.append(f"{name}/{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert echo.connections <= 6


def test_a_fork_begins_with_connections_of_its_own(echo: Echo):
    get(f"{echo.base}/parent")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if get(f"{echo.base}/child").status == 200 else 1
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert get(f"{echo.base}/parent").status == 200
    assert [(request.path, request.connection) for request in echo.requests] == [
        ("/parent", 1), ("/child", 2), ("/parent", 1),
    ]  # fmt: skip


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again(echo: Echo):
    echo.script.append(Answer(body={}, headers={"Connection": "close"}))
    assert get(f"{echo.base}/1").status == 200
    assert get(f"{echo.base}/2").status == 200
    assert echo.connections == 2


def test_a_connection_that_rested_long_is_not_used_again(echo: Echo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "IDLE_SECONDS", 0)
    get(f"{echo.base}/1")
    get(f"{echo.base}/2")

    assert echo.connections == 2


def test_a_redirect_is_an_answer(echo: Echo):
    echo.script.append(Answer(307, headers={"Location": f"{echo.base}/inside"}))

    assert post(f"{echo.base}/outside", body=b"x").status == 307
    assert len(echo.requests) == 1


def test_64_kilobytes_of_a_body_are_read_and_the_connection_is_given_up(echo: Echo):
    echo.script.append(Answer(body=b"x" * 1_000_000))

    assert len(get(f"{echo.base}/big").body) == http.MOST_BYTES
    assert get(f"{echo.base}/next").body == b'{"path": "/next"}'
    assert echo.connections == 2


@pytest.mark.parametrize("head", [False, True], ids=["body", "head"])
def test_an_answer_that_drips_ends_in_time(echo: Echo, monkeypatch: pytest.MonkeyPatch, head: bool):
    monkeypatch.setattr(http, "WHOLE_SECONDS", 0.3)
    echo.script.append(Answer(body=b"x" * 1000, drip=0.05, drip_head=head))

    with pytest.raises(Unanswered) as failed:
        get(echo.base)

    assert failed.value.written


def test_silence_leaves_unknown_what_became_of_the_request(echo: Echo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "READ_SECONDS", 0.1)
    echo.script.append(Answer(hold=True))

    with pytest.raises(Unanswered) as failed:
        post(echo.base, json={})

    assert (failed.value.written, failed.value.lasting) == (True, False)


def test_a_connection_cut_before_the_answer_leaves_it_unknown_and_sends_nothing_twice(echo: Echo):
    get(f"{echo.base}/warm")
    echo.script.append(Answer(cut=True))

    with pytest.raises(Unanswered) as failed:
        post(echo.base, json={})

    assert failed.value.written
    assert len(echo.requests) == 2


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "no-such-host.invalid"])
def test_what_never_connected_was_not_written(free_port: int, host: str):
    with pytest.raises(Unanswered) as failed:
        post("http://" + host.format(port=free_port), json={})

    assert (failed.value.written, failed.value.lasting) == (False, False)


def test_a_handshake_that_hangs_was_not_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.raises(Unanswered) as failed:
        post(f"https://127.0.0.1:{listening.getsockname()[1]}", json={})

    assert (failed.value.written, failed.value.lasting) == (False, False)


def test_no_proxy_is_taken_from_the_environment(echo: Echo, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert get(echo.base).status == 200


@pytest.mark.parametrize("url", ["http://", "ftp://127.0.0.1/", "nothing", "http://a\nb/"])
def test_what_is_no_address_lasts_until_it_is_corrected(url: str):
    with pytest.raises(Unanswered) as failed:
        get(url)

    assert (failed.value.written, failed.value.lasting) == (False, True)


def test_chinese_goes_as_utf_8_and_not_as_escapes(echo: Echo):
    post(echo.base, json={"text": "督办𠮷"})
    post(echo.base, form={"text": "督办"})

    assert echo.requests[0].body == '{"text":"督办𠮷"}'.encode()
    assert echo.requests[1].body == b"text=%E7%9D%A3%E5%8A%9E"
