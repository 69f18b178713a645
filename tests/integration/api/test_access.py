"""Who is let in, and to what: a matrix of every operation and every scope, and what ends a key."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.access import ApiClientRow
from models.obligations import AuditRow, ObligationRow
from models.people import PersonRow
from models.schedules import OfficeStateRow
from schedules.errors import NotFound, Refused
from tasks.roster.api_clients import SCOPES, add_client, clients, end_client, rotate_client
from worker.api.operations import OPERATIONS
from worker.api.pace import Pace
from worker.clock import machine_now

PARTS = {"id": "1", "schedule": "friday-study", "key": "2026-11-20"}
IDS = [each.name for each in OPERATIONS]


def ask(api, operation, key, **headers):
    path = "/api/v1" + operation.path.format(**PARTS)
    body: dict[str, Any] | None = {} if operation.body else None
    return api.client.open(path, method=operation.method, json=body, headers=api.headers(key) | headers)


def test_every_route_of_the_api_is_an_operation_of_the_table(api):
    routes = {
        (rule.rule, method)
        for rule in api.app.url_map.iter_rules()
        if rule.rule.startswith("/api")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    written = {
        ("/api/v1" + each.path.replace("{id}", "<int:id>").replace("{", "<").replace("}", ">"), each.method)
        for each in OPERATIONS
    }

    assert routes == written | {("/api/openapi.json", "GET"), ("/api/problems/<name>", "GET")}
    assert [each.name for each in OPERATIONS if each.scope is None] == ["me"], "an operation without a scope"


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_an_operation_is_open_to_its_own_scope_and_to_no_other(api, operation):
    others = [scope for scope in SCOPES if scope != operation.scope]
    with_it = api.add("with", operation.scope or SCOPES[0])
    without = api.add("without", *others)

    assert ask(api, operation, with_it).status_code not in (401, 403, 500)
    refused = ask(api, operation, without)

    if operation.scope is None:
        assert refused.status_code == 200
    else:
        assert (refused.status_code, refused.json["type"]) == (403, "/api/problems/forbidden")
        assert f'scope="{operation.scope}"' in refused.headers["WWW-Authenticate"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=IDS)
def test_nobody_is_let_in_without_a_key_of_ours(api, operation):
    path = "/api/v1" + operation.path.format(**PARTS)
    wrong = [
        {}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {api.key}"}, {"Authorization": "Bearer \xe9\xe9"},
        api.headers("duban_" + "x" * 43), api.headers("x" * 5000),
    ]  # fmt: skip
    for given in wrong:
        answer = api.client.open(path, method=operation.method, json={"a": 1}, headers=given)

        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_key_counts_until_the_end_of_its_last_day(api, local_time):
    key = api.add("board", "overdue:read", until=date(2026, 11, 23))
    assert api.get("/overdue", key=key).status_code == 200

    stand_at(api, local_time("2026-11-23 23:59"))
    assert api.get("/overdue", key=key).status_code == 200
    stand_at(api, local_time("2026-11-24 00:00"))

    assert api.get("/overdue", key=key).status_code == 401


def stand_at(api, now):
    with api.world.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = now


def test_a_new_key_ends_the_old_one_at_once_and_an_ended_client_is_shut_out(api):
    with api.world.db.writing.begin() as session:
        fresh = rotate_client(session, key="oa", by="test", now=api.now).secret
    assert (api.get("/me").status_code, api.get("/me", key=fresh).status_code) == (401, 200)

    with api.world.db.writing.begin() as session:
        end_client(session, key="oa", by="test", now=api.now, machine_now=machine_now())

    assert api.get("/me", key=fresh).status_code == 401
    assert (api.trail("api-client"), api.trail("api-rotate"), api.trail("api-end")) == (
        ["test"],
        ["test"],
        ["test"],
    )


def test_no_key_is_kept_anywhere(api):
    with api.world.db.reading() as session:
        kept = [str(vars(row)) for row in session.scalars(select(ApiClientRow))]
        kept += [str(row.detail) for row in session.scalars(select(AuditRow))]

    assert api.key.startswith("duban_")
    assert not [text for text in kept if api.key in text or api.key[6:] in text]


def test_it_is_noted_when_a_client_was_here(api):
    api.get("/me")

    with api.world.db.reading() as session:
        assert [row.seen_at is not None for row in clients(session)] == [True]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"key": "Amt 1"}, "key"), ({"key": "oa"}, "key"), ({"scopes": ["all"]}, "scope"), ({"scopes": []}, "scope"),
     ({"until": date(2026, 11, 22)}, "until"), ({"title": "x" * 121}, "title")],
)  # fmt: skip
def test_a_client_that_cannot_be_is_refused(api, given, field):
    plain = {"key": "new", "title": "", "scopes": ["overdue:read"], "until": None}
    with api.world.db.writing.begin() as session, pytest.raises(Refused) as refused:
        add_client(
            session,
            **(plain | given),
            by="test",
            today=date(2026, 11, 23),
            now=api.now,
            machine_now=machine_now(),
        )

    assert refused.value.field == field


def test_an_ended_or_unknown_client_gets_no_new_key(api):
    with api.world.db.writing.begin() as session:
        end_client(session, key="oa", by="test", now=api.now, machine_now=machine_now())
    with api.world.db.reading() as session:
        with pytest.raises(Refused, match="has ended"):
            rotate_client(session, key="oa", by="test", now=api.now)
        with pytest.raises(NotFound, match="no client 'no'; allowed: oa"):
            rotate_client(session, key="no", by="test", now=api.now)


def test_a_cookie_of_a_signed_in_clerk_counts_for_nothing(api):
    with api.world.db.reading() as session:
        clerk = session.scalars(select(PersonRow.id).where(PersonRow.key == "wangmin")).one()
    token = api.run.tokens.sign_in_link(clerk, machine_now()).rpartition("/")[2]
    page = api.client.get(f"/signin/{token}").get_data(as_text=True)
    form = {"csrf": re.findall('name="csrf" value="([^"]+)"', page)[0]}
    assert api.client.post(f"/signin/{token}", data=form).status_code == 303
    assert api.client.get("/desk").status_code == 200

    for operation in OPERATIONS:
        path = "/api/v1" + operation.path.format(**PARTS)
        assert api.client.open(path, method=operation.method, json={}).status_code == 401
    assert "Set-Cookie" not in api.get("/me").headers


def test_a_page_that_is_not_there_is_a_problem_and_not_a_page(api):
    missing, method = api.get("/nothing"), api.client.delete("/api/v1/me", headers=api.headers())

    assert (missing.status_code, missing.json["type"]) == (404, "/api/problems/not-found")
    assert (method.status_code, method.json["type"]) == (405, "/api/problems/method-not-allowed")
    assert "GET" in method.headers["Allow"]
    assert api.client.get("/api/problems/not-found").json["status"] == 404
    assert api.client.get("/api/problems/none").status_code == 404


def test_problems_are_told_in_the_language_that_is_asked_for(api):
    english = api.client.get("/api/v1/obligations/999999", headers=api.headers() | {"Accept-Language": "en"})
    chinese = api.client.get(
        "/api/v1/obligations/999999", headers=api.headers() | {"Accept-Language": "zh-CN,en;q=0.5"}
    )

    assert english.json["detail"] == "there is no duty 999999"
    assert "999999" in chinese.json["detail"]
    assert chinese.json["detail"] != english.json["detail"]


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/json; charset=gbk"}, b"{}", 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, b"{}", 415),
        ({"Content-Type": "application/json"}, b"", 400),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 400),
        ({"Content-Type": "application/json"}, b'{"kind": "\\ud800", "key": "1"}', 400),
        ({"Content-Type": "application/json"}, b'{"kind": "a\\u0000", "key": "1"}', 400),
        ({"Content-Type": "application/json"}, b'{"kind": "\xff", "key": "1"}', 400),
        ({"Content-Type": "application/json"}, b'{"kind": "' + b"x" * 1024 * 1024 + b'"}', 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(api, headers, body, status):
    answer = api.client.post("/api/v1/events", data=body, headers=api.headers() | headers)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert api.count(ObligationRow) > 0


def test_who_asks_too_often_is_told_when_to_ask_again(api, redis_url):
    api.app.extensions["duban-pace"] = Pace(redis_url, "3/minute", machine_now)
    other = api.add("other", "overdue:read")

    answers = [api.get("/me") for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert api.get("/me", key=other).status_code == 200


def test_without_redis_a_process_counts_for_itself(api):
    api.app.extensions["duban-pace"] = Pace("redis://127.0.0.1:1/0", "2/minute", machine_now)

    assert [api.get("/me").status_code for _ in range(3)] == [200, 200, 429]


def test_the_document_in_docs_is_what_the_application_says(api):
    kept = Path(__file__).parents[3] / "docs" / "openapi.json"

    assert json.loads(kept.read_text(encoding="utf-8")) == api.client.get("/api/openapi.json").json


@pytest.mark.parametrize(
    ("body", "where", "english"),
    [
        (b"{", "#", "this is no JSON: EOF while parsing an object at line 1 column 1"),
        (b"[]", "#", "must be an object"),
        (b'{"key": "1"}', "#/kind", "is missing"),
        (b'{"kind": 3, "key": "1"}', "#/kind", "must be text"),
        (b'{"kind": "", "key": "1"}', "#/kind", "is empty"),
        (b'{"kind": "a\\u0000", "key": "1"}', "#/kind", "holds characters that cannot be kept"),
        (b'{"kind": "a", "key": "1", "colour": 1}', "#/colour", "is not known here"),
        (b'{"kind": "a", "key": "1", "on": "2026-13-01"}', "#/on", "write a date like 2026-11-23, of the years 1950 to 2199"),
        (b'{"kind": "a", "key": "1", "on": "2026-02-30"}', "#/on", "there is no such day or instant"),
        (b'{"kind": "a", "key": "1", "note": "' + b"x" * 401 + b'"}', "#/note", "may have 400 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_in_the_language_that_is_asked_for(api, body, where, english):
    def told(language):
        headers = api.headers() | {"Content-Type": "application/json", "Accept-Language": language}
        return {
            each["pointer"]: each["detail"]
            for each in api.client.post("/api/v1/events", data=body, headers=headers).json["errors"]
        }

    assert told("en")[where] == english
    assert re.search("[一-鿿]", told("zh-CN")[where])


def test_every_refusal_of_a_parameter_or_a_header_is_told_in_chinese_too(api):
    chinese = {"Accept-Language": "zh-CN"}
    asked = (
        "limit=500&light=blue&nothing=1",
        "limit=x&state=none",
        "cursor=abc",
        "schedule=",
        "limit=1&limit=2",
    )
    answers = [
        *(api.client.get(f"/api/v1/obligations?{each}", headers=api.headers() | chinese) for each in asked),
        api.client.get("/api/v1/me?nothing=1", headers=api.headers() | chinese),
        api.post("/events", {"kind": "a", "key": "1"}, once="no good", **chinese),
        api.post("/files", {"name": "a.jpg", "content": "a"}, **chinese),
        api.post(f"/occurrences/{PARTS['schedule']}/{PARTS['key']}/attendance", {"absent": ["a", "a"], "leave": "b"}, **chinese),
    ]  # fmt: skip

    told = [fault["detail"] for answer in answers for fault in answer.json["errors"]]
    assert len(told) >= len(answers) + 4
    assert all(re.search("[一-鿿]", each) for each in told), told
