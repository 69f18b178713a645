"""What other systems record: events, confirmations, attendance, certificates; each as from the command line, and named in the trail."""

import base64

import pictures
import pytest
from sqlalchemy import select

from models.events import EventRow
from models.obligations import ConfirmationRow, EvidenceRow, FileRow, ObligationRow
from models.people import CredentialRow

FILED = {
    "kind": "case.filed", "key": "〔2026〕17号", "on": "2026-11-20", "fields": {"handlers": ["zhaogang", "machao"], "major": "no"},
}  # fmt: skip
PNG = base64.b64encode(pictures.PNG).decode()


def test_an_event_opens_what_follows_and_the_trail_names_the_client(api):
    answer = api.post("/events", FILED)

    assert answer.status_code == 201, answer.text
    assert answer.json == {
        "kind": "case.filed", "key": "〔2026〕17号", "on": "2026-11-20", "at": None, "again": False,
        "opened": [{"schedule": "case", "key": "〔2026〕17号", "title": "行政处罚案件", "open": 2}],
    }  # fmt: skip
    assert api.trail("event") == ["api:oa"]
    with api.world.db.reading() as session:
        assert session.get_one(ObligationRow, api.duty("case", "decide")).due_on.isoformat() == "2027-02-18"


def test_the_same_event_again_changes_nothing_and_another_under_its_key_is_refused(api):
    api.post("/events", FILED)

    again = api.post("/events", FILED)
    other = api.post("/events", {**FILED, "on": "2026-11-19"})

    assert (again.status_code, again.json["again"]) == (200, True)
    assert (other.status_code, other.json["type"]) == (422, "/api/problems/refused")
    assert other.json["errors"][0]["pointer"] == "#/key"
    assert api.count(EventRow) == 1


def test_the_day_of_an_event_is_that_of_its_instant_in_office_time(api):
    given = {name: value for name, value in FILED.items() if name != "on"}

    answer = api.post("/events", {**given, "at": "2026-11-19T23:30:00Z"})

    assert (answer.json["on"], answer.json["at"]) == ("2026-11-20", "2026-11-20T07:30:00+08:00")


def test_every_field_that_a_schedule_does_not_accept_is_named(api):
    fields = {"handlers": ["zhaogang", "nobody"], "colour": "red", "major": "maybe"}

    answer = api.post("/events", {**FILED, "fields": fields})

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert {error["pointer"] for error in answer.json["errors"]} == {
        "#/fields/handlers",
        "#/fields/colour",
        "#/fields/major",
    }
    assert api.count(EventRow) == 0


def test_a_yes_or_no_that_nobody_answered_is_asked_for(api):
    answer = api.post("/events", {**FILED, "fields": {"handlers": ["zhaogang", "machao"]}})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == ["#/fields/major"]


def test_a_duty_is_confirmed_once_and_the_trail_names_the_client(api):
    api.post("/events", FILED)
    duty = api.duty("case", "found")
    body = {"done_on": "2026-11-21", "evidence": {"closed_on": "2026-11-21"}, "note": "系统办结"}

    first = api.post(f"/obligations/{duty}/confirmation", body)
    again = api.post(f"/obligations/{duty}/confirmation", body)

    assert (first.status_code, first.json) == (
        201,
        {"id": duty, "state": "done", "done_on": "2026-11-21", "on_time": True, "again": False},
    )
    assert (again.status_code, again.json["again"]) == (200, True)
    assert (api.trail("confirm"), api.trail("confirm-again")) == (["api:oa"], ["api:oa"])
    with api.world.db.reading() as session:
        assert session.scalars(select(ConfirmationRow.how)).one() == "api"


def test_a_confirmation_without_its_evidence_is_refused_by_field(api):
    api.post("/events", FILED)
    duty = api.duty("case", "found")

    answer = api.post(f"/obligations/{duty}/confirmation", {"evidence": {"closed_on": "soon"}})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#/evidence/closed_on"


def test_a_file_is_sent_first_and_then_named_by_its_token(api):
    kept = api.post("/files", {"name": "清单.png", "content": PNG})
    duty = api.duty("half-year-review", "collect")

    answer = api.post(f"/obligations/{duty}/confirmation", {"files": {"list": [kept.json["token"]]}})

    assert (kept.status_code, kept.json["media_type"], answer.status_code) == (201, "image/png", 201)
    with api.world.db.reading() as session:
        file = session.scalars(select(FileRow)).one()
        assert session.scalars(select(EvidenceRow.file_id)).one() == file.id
        assert file.name == "清单.png"


@pytest.mark.parametrize(
    ("name", "content", "pointer"),
    [
        ("清单.png", base64.b64encode(b"MZ program").decode(), "#/content"),
        ("清单.exe", PNG, "#/content"),
        ("清单.png", "A", None),
        ("清单.png", "AAAAA", "#/content"),
    ],
)
def test_what_is_neither_photo_nor_pdf_is_refused(api, name, content, pointer):
    answer = api.post("/files", {"name": name, "content": content})

    assert answer.status_code == (422 if pointer else 400)
    assert answer.json["errors"][0]["pointer"] == (pointer or "#/content")


def test_a_token_that_is_none_of_ours_names_no_file(api):
    duty = api.duty("half-year-review", "collect")

    answer = api.post(f"/obligations/{duty}/confirmation", {"files": {"list": ["1"]}})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "#/files/list"
    assert api.count(FileRow) == 0


def test_attendance_records_who_was_missing_and_can_be_corrected(api):
    first = api.post(
        "/occurrences/friday-study/2026-11-20/attendance",
        {"absent": ["heli", "wutao"], "leave": ["chenxia"], **sheet(api)},
    )
    second = api.post("/occurrences/friday-study/2026-11-20/attendance", {"absent": ["heli"], **sheet(api)})

    assert first.status_code == 200, first.text
    assert (first.json["leave"], first.json["absent"]) == (1, 2)
    assert first.json["expected"] == first.json["present"] + 3
    assert (second.json["leave"], second.json["absent"]) == (0, 1)
    assert (api.trail("confirm"), api.trail("correct")) == (["api:oa"], ["api:oa"])


def sheet(api):
    """The evidence that the record of a study day asks for."""
    asks = api.get(f"/obligations/{api.duty('friday-study', 'record')}").json["asks"]
    return {"evidence": {each["name"]: each["options"][:1] or ["略"] for each in asks if each["required"]}}


def test_somebody_unknown_or_named_twice_is_refused_where_it_stands(api):
    unknown = api.post("/occurrences/friday-study/2026-11-20/attendance", {"absent": ["heli", "nobody"]})
    twice = api.post(
        "/occurrences/friday-study/2026-11-20/attendance", {"absent": ["heli"], "leave": ["heli"]}
    )
    same = api.post("/occurrences/friday-study/2026-11-20/attendance", {"absent": ["heli", "heli"]})

    assert (unknown.status_code, unknown.json["errors"][0]["pointer"]) == (422, "#/absent/1")
    assert twice.status_code == 422
    assert (same.status_code, same.json["errors"][0]["pointer"]) == (400, "#/absent")


def test_a_gathering_that_there_is_not_is_not_found(api):
    answer = api.post("/occurrences/friday-study/2026-11-21/attendance", {})

    assert (answer.status_code, answer.json["type"]) == (404, "/api/problems/not-found")


def test_a_certificate_is_recorded_as_an_import_does(api):
    body = {
        "kind": "enforcement", "number": "豫H0800-9001", "holder": "zhaogang", "issued_on": "2026-11-20", "expires_on": "2031-11-19",
        "type": "renewal",
    }  # fmt: skip

    first, again = api.post("/credentials", body), api.post("/credentials", body)

    assert (first.status_code, first.json["again"], first.json["days_left"]) == (201, False, 1822)
    assert (again.status_code, again.json["again"]) == (200, True)
    assert api.trail("credential")[-1] == "api:oa"
    with api.world.db.reading() as session:
        assert (
            session.scalars(select(CredentialRow.state).where(CredentialRow.number == "豫H0800-9001")).one()
            == "valid"
        )


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"holder": "nobody"}, "#/holder"), ({"expires_on": "2026-11-19"}, "#/expires_on"), ({"number": "a b"}, "#/number"),
    ],
)  # fmt: skip
def test_a_certificate_that_cannot_be_is_refused_by_field(api, change, pointer):
    body = {
        "kind": "enforcement", "number": "Z-1", "holder": "zhaogang", "issued_on": "2026-11-20", "expires_on": "2031-11-19",
    }  # fmt: skip

    answer = api.post("/credentials", body | change)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)
