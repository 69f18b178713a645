"""Links that do not fit and asking for links, counted by the address they come from."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import waitress  # type: ignore[import-untyped]
from waitress.wasyncore import close_all, loop  # type: ignore[import-untyped]

from worker.cli.web import behind
from worker.clock import machine_now
from worker.web.pace import FAILED, READERS, Count

NOW = "2026-11-23 09:05"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.mark.parametrize(
    "path",
    ["/c/x.y", "/me/x.y", "/m/x.y", "/bind/x.y", "/s/1-x", "/signin/x.y", "/cal/x.y.ics", "/units/x.y"],
)
def test_thirty_links_that_do_not_fit_are_answered_and_the_next_has_to_wait(site, path):
    client = site.app.test_client()

    answers = [client.get(path) for _ in range(FAILED + 1)]

    assert {answer.status_code for answer in answers[:FAILED]} <= {401, 404, 410}
    last = answers[FAILED]
    assert last.status_code == 429
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert "打不开的链接太多" in last.text
    assert last.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(path, environ_overrides=ELSEWHERE).status_code != 429


def test_a_link_that_fits_opens_whatever_others_do_in_that_network(site, local_time):
    client = site.app.test_client()
    for _ in range(FAILED + 1):
        client.get("/c/x.y")
    duty = site.duty("half-year-review", "collect", "minzhu")
    path = site.path(duty, site.owner(duty), local_time(NOW))

    assert client.get("/c/x.y").status_code == 429
    assert client.get(path).status_code == 200
    assert site.send(client, path, {"done_on": "2026-11-23", "t-list": "无"}).status_code == 303
    assert site.signed_in("wangmin").get("/desk").status_code == 200


def test_a_hall_that_scans_too_late_guesses_nothing(site):
    code = site.run.tokens.check_in_code(1, machine_now() - timedelta(minutes=5))

    late = {site.app.test_client().get(f"/s/{code}").status_code for _ in range(FAILED + 10)}

    assert late == {410}


@pytest.mark.parametrize(("path", "page"), [("/signin", "/signin"), ("/who", "/me")])
def test_who_asks_for_links_again_and_again_has_to_wait_and_keeps_the_words(site, path, page):
    site.app.extensions["pace"]["asked"] = Count(3)
    client = site.app.test_client()

    answers = [site.send(client, path, {"who": f"nobody-{n}"}, page=page) for n in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60
    assert "nobody-3" in answers[3].text


def test_every_address_with_a_token_is_looked_at(site):
    found = {rule.rule.split("/")[1] for rule in site.app.url_map.iter_rules() if "token" in rule.arguments}

    assert found == set(READERS)


@pytest.mark.parametrize(
    ("proxy", "seen"), [(None, b"127.0.0.1"), ("127.0.0.1", b"203.0.113.7"), ("10.9.8.7", b"127.0.0.1")]
)
def test_only_the_proxy_that_is_set_says_who_calls(proxy, seen):
    def app(environ, start_response):
        start_response("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    sockets: dict[int, Any] = {}
    server = waitress.create_server(app, map=sockets, host="127.0.0.1", port=0, threads=1, **behind(proxy))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{server.effective_port}/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    )
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(lambda: urllib.request.urlopen(asked, timeout=30).read())
        while not answer.done():
            loop(timeout=0.1, map=sockets, count=1)
    server.task_dispatcher.shutdown()
    close_all(sockets)
    assert answer.result() == seen
