"""Requests that are sent again under the same idempotency key."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from pictures import PNG
from sqlalchemy import update

from models.access import ApiAnswerRow
from models.events import EventRow
from models.obligations import ConfirmationRow, FileRow
from worker.clock import machine_now

FILED = {
    "kind": "case.filed", "key": "〔2026〕17号", "on": "2026-11-20", "fields": {"handlers": ["zhaogang", "machao"], "major": "no"},
}  # fmt: skip


def test_the_same_request_again_gets_the_same_answer_and_its_effect_happens_once(api):
    first = api.post("/events", FILED, once="a-1")
    again = api.post("/events", dict(reversed(FILED.items())), once='"a-1"')

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert (api.count(EventRow), api.trail("event")) == (1, ["api:oa"])


def test_another_request_under_the_same_key_is_refused(api):
    api.post("/events", FILED, once="a-1")

    other = api.post("/events", {**FILED, "key": "18"}, once="a-1")
    elsewhere = api.post("/credentials", {}, once="a-1")

    assert (other.status_code, other.json["type"]) == (422, "/api/problems/key-reused")
    assert elsewhere.status_code == 400
    assert api.count(EventRow) == 1


def test_a_key_belongs_to_its_client(api):
    other = api.add("other", "events:write")
    api.post("/events", FILED, once="a-1")

    answer = api.post("/events", {**FILED, "key": "18"}, once="a-1", key=other)

    assert answer.status_code == 201
    assert api.count(EventRow) == 2


def test_what_a_rule_refused_is_answered_alike_and_leaves_nothing_behind(api):
    duty = api.duty("half-year-review", "collect")
    path = f"/obligations/{duty}/confirmation"

    first = api.post(path, {"evidence": {}}, once="c-1")
    again = api.post(path, {"evidence": {}}, once="c-1")

    assert (first.status_code, first.mimetype) == (422, "application/problem+json")
    assert (again.status_code, again.json, again.mimetype) == (422, first.json, "application/problem+json")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (api.count(ConfirmationRow), api.trail("confirm")) == (0, [])


def test_a_refusal_in_the_middle_of_an_act_takes_back_its_first_half(api):
    """The files of a confirmation are written before its evidence is checked."""
    duty = api.duty("half-year-review", "meet")
    kept = api.post("/files", {"name": "a.png", "content": base64.b64encode(PNG).decode()}).json["token"]

    answer = api.post(f"/obligations/{duty}/confirmation", {"files": {"held_on": [kept]}}, once="c-2")

    assert answer.status_code == 422
    assert api.count(FileRow) == 0


def test_what_was_not_understood_is_not_kept(api):
    assert api.post("/events", {"kind": 3}, once="a-1").status_code == 400

    assert api.post("/events", FILED, once="a-1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 121, "ä", '""'])
def test_a_key_that_cannot_be_kept_is_refused(api, key):
    answer = api.client.post(
        "/api/v1/events", json=FILED, headers=[*api.headers().items(), ("Idempotency-Key", key)]
    )

    if key == '""':
        assert answer.status_code == 201, "two quotes are two visible characters"
    else:
        assert answer.status_code == 400
        assert answer.json["errors"][0]["header"] == "Idempotency-Key"


def test_after_a_week_a_key_is_free_again_and_old_answers_are_gone(api):
    api.post("/events", FILED, once="a-1")
    api.post("/events", FILED, once="a-2")
    with api.world.db.writing.begin() as session:
        session.execute(update(ApiAnswerRow).values(at=machine_now() - timedelta(days=8)))

    answer = api.post("/events", {**FILED, "key": "18"}, once="a-1")

    assert answer.status_code == 201
    assert api.count(ApiAnswerRow) == 1


def test_of_many_at_once_one_acts_and_the_others_get_its_answer_or_are_told_to_wait(api):
    start = Barrier(8)

    def send(_number: int):
        client = api.app.test_client()
        start.wait()
        return client.post("/api/v1/events", json=FILED, headers=api.headers() | {"Idempotency-Key": "a-1"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))

    statuses = {each.status_code for each in answers}
    assert statuses <= {201, 409}, [each.text for each in answers if each.status_code not in (201, 409)]
    done = [each for each in answers if each.status_code == 201]
    assert len([each for each in done if "Idempotent-Replayed" not in each.headers]) == 1
    assert len({each.text for each in done}) == 1
    assert all(each.headers["Retry-After"] == "1" for each in answers if each.status_code == 409)
    assert (api.count(EventRow), api.count(ApiAnswerRow), api.trail("event")) == (1, 1, ["api:oa"])


def test_many_at_once_without_a_key_record_one_event_too(api):
    start = Barrier(6)

    def send(_number: int):
        client = api.app.test_client()
        start.wait()
        return client.post("/api/v1/events", json=FILED, headers=api.headers()).status_code

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(send, range(6)))

    assert statuses == [200] * 5 + [201]
    assert api.count(EventRow) == 1


def test_many_confirmations_at_once_are_one_record(api):
    api.post("/events", FILED)
    duty, start = api.duty("case", "found"), Barrier(6)

    def send(number: int):
        client = api.app.test_client()
        start.wait()
        headers = api.headers() | {"Idempotency-Key": f"c-{number}"}
        body = {"done_on": "2026-11-21", "evidence": {"closed_on": "2026-11-21"}}
        return client.post(f"/api/v1/obligations/{duty}/confirmation", json=body, headers=headers).status_code

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(send, range(6)))

    assert statuses == [200] * 5 + [201]
    assert api.count(ConfirmationRow) == 1
