"""What goes over the wire: compressed where that gives nothing away, the stylesheet kept for good under the digest in its address."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

import worker.web

NOW = "2026-11-23 09:05"
GZIP = {"Accept-Encoding": "gzip, deflate"}
LOOK = (Path(worker.web.__file__).parent / "static" / "look.css").read_bytes()


@pytest.fixture
def page(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    return site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW))


def test_a_mere_look_comes_compressed_and_says_the_same(page):
    client, path = page

    small, plain = client.get(path, headers=GZIP), client.get(path)

    assert small.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    without = re.compile(rb'name="csrf" value="[^"]+"')
    assert without.sub(b"", gzip.decompress(small.data)) == without.sub(b"", plain.data)
    assert len(small.data) < len(plain.data) * 2 / 3
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.data)


def test_what_came_with_a_request_never_stands_in_a_compressed_answer(site, page):
    client, path = page
    csrf = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]

    answers = [
        client.get(f"{path}?lang=secret", headers=GZIP),
        client.post(path, data={"csrf": csrf, "note": "secret"}, headers=GZIP),
        client.get("/c/secret", headers=GZIP),
        client.get("/secret", headers=GZIP),
        site.signed_in("wangmin").get("/desk/find?q=secret", headers=GZIP),
    ]

    assert [answer.headers.get("Content-Encoding") for answer in answers] == [None] * len(answers)


def test_the_stylesheet_is_kept_for_good_by_the_digest_in_its_address(page):
    client, path = page
    address = re.search(r'href="(/static/look\.css\?v=([0-9a-f]{12}))"', client.get(path).text)
    assert address
    assert hashlib.sha256(LOOK).hexdigest().startswith(address[2])

    kept = client.get(address[1], headers=GZIP)
    other = client.get("/static/look.css?v=000000000000", buffered=True)

    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(kept.data) == LOOK
    assert other.data == LOOK
    assert "immutable" not in other.headers["Cache-Control"]
    again = client.get(address[1], headers={"If-None-Match": other.headers["ETag"]}, buffered=True)
    assert again.status_code == 304
