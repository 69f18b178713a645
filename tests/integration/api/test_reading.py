"""What other systems read: pages that stay stable, filters that agree with the lights, and nothing that is not theirs to know."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from models.messages import MessageRow
from models.obligations import ObligationRow
from models.schedules import ScheduleRow
from schedules.lights import Light

FILED = {
    "kind": "case.filed", "key": "〔2026〕17号", "on": "2026-11-20", "fields": {"handlers": ["zhaogang", "machao"], "major": "no"},
}  # fmt: skip


def all_pages(api, path: str, **query):
    found, link = [], f"/api/v1{path}"
    while link:
        page = api.client.get(link, headers=api.headers(), query_string=query if "?" not in link else None)
        assert page.status_code == 200, page.text
        found += page.json["items"]
        link = page.json["next"]
    return found


def test_pages_together_are_the_whole_list_each_once(api):
    with api.world.db.reading() as session:
        everything = list(session.scalars(select(ObligationRow.id).order_by(ObligationRow.id)))

    assert [each["id"] for each in all_pages(api, "/obligations", limit=7)] == everything
    assert [each["id"] for each in all_pages(api, "/obligations", limit=200)] == everything


def test_a_page_goes_on_where_it_stood_while_duties_come_and_go(api):
    first = api.get("/obligations", limit=5).json
    api.post("/events", FILED)
    with api.world.db.writing.begin() as session:
        session.execute(
            update(ObligationRow)
            .where(ObligationRow.id == first["items"][-1]["id"])
            .values(state="cancelled")
        )

    second = api.client.get(first["next"], headers=api.headers()).json

    assert [each["id"] for each in second["items"]] == [each["id"] + 5 for each in first["items"]]


@pytest.mark.parametrize(
    "cursor", ["x", "YWZ0ZXI6MA", "YWZ0ZXI6LTE", "YWZ0ZXI6IDM", "a" * 201, "YWZ0ZXI6OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_that_is_none_of_ours_is_refused(api, cursor):
    answer = api.get("/obligations", cursor=cursor)

    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (
        400 if len(cursor) > 200 else 422,
        "cursor",
    )


def test_each_light_finds_the_duties_that_show_it(api):
    """Every case that a light depends on, spread over the duties there are."""
    late, today, soon = date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 20)
    cases: list[dict[str, Any]] = [
        {"state": "open", "due_on": late}, {"state": "open", "due_on": today, "soon_on": today},
        {"state": "open", "due_on": None, "soon_on": None}, {"state": "open", "due_on": soon, "soon_on": date(2026, 12, 1)},
        {"state": "open", "due_on": late, "waits_for": "party"}, {"state": "open", "due_on": soon, "provisional": True},
        {"state": "open", "due_on": soon, "quiet_until": date(2026, 11, 24), "soon_on": late},
        {"state": "open", "due_on": late, "quiet_until": date(2026, 11, 24)}, {"state": "submitted", "due_on": late},
        {"state": "done", "due_on": late, "done_on": today}, {"state": "paused"}, {"state": "waived"},
        {"state": "history", "due_on": late}, {"state": "open", "due_on": late, "provisional": True},
    ]  # fmt: skip
    with api.world.db.writing.begin() as session:
        ids = list(session.scalars(select(ObligationRow.id).order_by(ObligationRow.id)))
        for number, obligation_id in enumerate(ids):
            session.execute(
                update(ObligationRow)
                .where(ObligationRow.id == obligation_id)
                .values(**cases[number % len(cases)])
            )
        session.execute(
            update(ScheduleRow).where(ScheduleRow.key == "friday-study").values(paused_at=api.now)
        )

    shown = {each["id"]: each["light"] for each in all_pages(api, "/obligations", limit=200)}

    assert set(shown.values()) == {str(light) for light in Light}
    for light in Light:
        found = [each["id"] for each in all_pages(api, "/obligations", light=str(light), limit=200)]
        assert found == [each for each, colour in shown.items() if colour == light]


def test_filters_narrow_and_agree_with_one_another(api):
    api.post("/events", FILED)

    person = all_pages(api, "/obligations", person="zhaogang")
    unit = all_pages(api, "/obligations", unit="综合执法大队", limit=200)
    case = all_pages(api, "/obligations", schedule="case", key="〔2026〕17号")
    due = all_pages(api, "/obligations", due_from="2026-11-23", due_to="2026-11-30", state="open", limit=200)

    assert {each["schedule"] for each in person} >= {"case", "enforcement-training"}
    assert {each["unit"] for each in unit} == {"综合执法大队"}
    assert {each["part"] for each in case} == {"found", "decide"}
    assert due
    assert all("2026-11-23" <= each["due_on"] <= "2026-11-30" and each["state"] == "open" for each in due)


@pytest.mark.parametrize("query", [{"person": "nobody"}, {"unit": "nowhere"}])
def test_a_filter_by_a_name_of_none_is_refused(api, query):
    answer = api.get("/obligations", **query)

    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (422, next(iter(query)))
    assert api.get("/overdue", unit="nowhere").status_code == 422


@pytest.mark.parametrize(
    ("query", "parameter"),
    [({"limit": 201}, "limit"), ({"limit": 0}, "limit"), ({"light": "blue"}, "light"), ({"due_from": "20261123"}, "due_from"),
     ({"due_to": "2026-02-30"}, "due_to"), ({"state": "no"}, "state"), ({"colour": "red"}, "colour"), ({"limit": [1, 2]}, "limit")],
)  # fmt: skip
def test_a_parameter_that_cannot_be_read_is_named(api, query, parameter):
    answer = api.get("/obligations", **query)

    assert (answer.status_code, answer.json["errors"][0]["parameter"]) == (400, parameter)


def test_one_duty_tells_what_its_confirmation_asks_for(api):
    answer = api.get(f"/obligations/{api.duty('half-year-review', 'collect')}").json

    assert answer["form"] == "evidence"
    assert answer["asks"] == [
        {
            "name": "list", "label": "问题清单（没有问题也请报“无”）", "kind": "file", "required": True, "many": False, "options": [],
        }
    ]  # fmt: skip
    assert api.get("/obligations/999999").status_code == 404
    assert api.get("/obligations/99999999999999999999").status_code == 404


def test_of_a_sealed_matter_nothing_is_told_but_that_it_exists(api):
    event = {"kind": "paper.received", "key": "密001", "fields": {"handlers": "zhaogang", "note": "绝密"}}
    assert api.post("/events", event).status_code == 201

    listed = all_pages(api, "/obligations", schedule="secret")
    one = api.get(f"/obligations/{listed[0]['id']}")

    for text in (str(listed), one.text, api.get("/overdue").text):
        assert "密001" not in text
        assert "绝密" not in text
    assert (listed[0]["key"], listed[0]["person"], listed[0]["owed_by"], one.json["asks"]) == ("", "", "", [])


def test_overdue_is_what_the_command_line_prints(api):
    answer = api.get("/overdue").json

    assert {
        "as_of",
        "due",
        "done",
        "done_late",
        "on_time_rate",
        "overdue",
        "soon",
        "units",
        "items",
        "campaigns",
    } <= set(answer)
    assert answer["items"][0]["light"] == "red"
    assert {each["unit"] for each in api.get("/overdue", unit="党政办").json["items"]} <= {"党政办"}


def test_messages_are_listed_newest_first_without_their_words(api):
    found = all_pages(api, "/messages", limit=9)

    with api.world.db.reading() as session:
        rows = list(session.scalars(select(MessageRow).order_by(MessageRow.id.desc())))
    assert [each["id"] for each in found] == [row.id for row in rows]
    text = str(found)
    assert not [row.id for row in rows if row.body and row.body in text]
    assert "http" not in text
    assert "1990000" not in text
    assert {each["recipient"] for each in api.get("/messages", person="zhaogang").json["items"]} <= {
        "zhaogang"
    }
    assert api.get("/messages", since="2027-01-01T00:00:00+08:00").json == {"items": [], "next": None}
