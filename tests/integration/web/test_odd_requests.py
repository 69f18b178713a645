"""Requests that no page of ours makes: each is answered in words, on both databases, and never with a fault of ours."""

import pytest
from sqlalchemy import select

from models.obligations import CreditRow

CLERK = "wangmin"


@pytest.mark.parametrize(
    "path",
    [
        f"/outbox/{2**63}", f"/duty/{10**30}", f"/inspect/draw/{2**63}", f"/inspect/case/{2**64}.xlsx", f"/desk/slips/{2**63}-{2**63}",
        f"/duty/{2**31}", f"/inspect/draw/{2**40}", f"/occurrence/{2**31}/archive.zip",
        "/unit/%00", "/person/a%00b", "/?unit=%00", "/outbox?who=%00", "/desk/find?q=%00", "/schedule/x%00",
    ],
)  # fmt: skip
def test_an_address_that_nothing_can_have_is_not_there(site, path):
    assert site.signed_in(CLERK).get(path).status_code == 404


def test_a_stranger_gets_no_fault_out_of_a_number_either(site):
    client = site.app.test_client()

    for path in (
        f"/arrived/{2**63}",
        f"/d/{2**63}",
        f"/live/{2**63}",
        f"/me/my/done/{2**63}",
        f"/c/my-{2**63}",
        f"/c/my-{2**31}",
        f"/arrived/{2**40}",
    ):
        assert client.get(path).status_code in (401, 404), path


def test_a_form_with_a_nul_is_read_without_it(site):
    answer = site.send(site.app.test_client(), "/signin", {"who": "wang\x00min", "to": "/\x00desk"})

    assert answer.status_code == 200
    assert "如果这个" in answer.text or "已" in answer.text


@pytest.mark.parametrize(
    "query",
    ["endpoint=x", "_anchor=x", "_external=1&_scheme=javascript", "_method=POST", "key=x", "occurrence_id=7"],
)
def test_the_pages_of_a_list_lead_to_themselves_whatever_the_address_asks(site, query):
    answer = site.signed_in(CLERK).get(f"/unit/minzhu?{query}")

    assert answer.status_code == 200
    assert "javascript:" not in answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "２０２６-11-23", "2026-13-01"])
def test_a_day_that_no_calendar_of_an_office_has_counts_as_not_asked_for(site, day):
    client = site.signed_in(CLERK)

    for path in ("/outbox", "/inspect/late", "/inspect/cases", "/inspect/certificates", "/inspect/late.xlsx"):
        assert client.get(path, query_string={"from": day, "to": day}).status_code == 200, path


def test_a_day_beyond_all_calendars_is_refused_beside_its_field(site, local_time):
    now = local_time("2026-11-23 09:05")
    duty = site.duty("half-year-review", "meet")
    own = site.path(None, site.owner(duty), now)
    typed = {"from": "9999-12-30", "last": "9999-12-31", "kind": "leave"}

    assert site.send(site.app.test_client(), f"{own}/away", typed).status_code == 422
    for act, fields in (("extend", {"day": "9999-12-31", "reason": "忙"}),):
        assert site.send(site.signed_in("linhaifeng"), f"/duty/{duty}/{act}", fields).status_code == 422


def test_two_courses_of_which_only_the_end_of_the_title_differs_are_two(site, local_time):
    duty = site.duty("enforcement-training", "", "dongjie")
    path = site.path(duty, site.person("dongjie"), local_time("2026-11-23 09:05"))
    client, title = site.app.test_client(), "行政执法人员综合法律知识线上专题培训班" * 4

    for lesson in ("第一讲", "第二讲", "第二讲"):
        fields = {"amount": "1", "title": title + lesson, "kind": "", "done_on": "2026-11-13"}
        assert site.send(client, path, fields).status_code == 303

    with site.world.db.reading() as session:
        kept = session.scalars(
            select(CreditRow.title).where(CreditRow.obligation_id == duty, CreditRow.title.contains("专题"))
        ).all()
    assert sorted(each.removeprefix(title) for each in kept) == ["第一讲", "第二讲"]


def test_the_record_of_a_gathering_of_thousands_is_taken_whole(site, local_time):
    record, absent = site.duty("friday-study", "record"), site.person("chenxia")
    path = site.path(record, site.owner(record), local_time("2026-11-23 09:05"))
    others = {f"w{number}": "absent" for number in range(10**6, 10**6 + 4000)}
    fields = {
        **others,
        "away": str(absent),
        f"w{absent}": "leave",
        "done_on": "2026-11-20",
        "e-topic": "法",
        "step": "check",
    }

    answer = site.send(site.app.test_client(), path, fields)

    assert answer.status_code in (200, 422)
    assert "陈霞" in answer.text


@pytest.mark.parametrize("number", ["9" * 5000, str(2**70), str(2**40), "²", "٣"])
def test_a_number_in_a_query_that_no_page_has_leads_to_a_page_that_is_there(site, number):
    client = site.signed_in(CLERK)

    for path in (
        "/outbox", "/desk/find", "/desk/reach", "/desk/tick", "/desk/all/drafts", "/desk/registers/visits/list", "/inspect/late",
        "/inspect/cases", "/inspect/certificates", "/unit/minzhu", "/report/2026",
    ):  # fmt: skip
        assert client.get(path, query_string={"page": number}).status_code in (200, 404), path
    assert client.get("/desk/slips", query_string={"unit": number}).status_code == 200


@pytest.mark.parametrize("number", ["9" * 5000, str(2**70), str(2**40)])
def test_a_number_in_a_form_that_no_row_has_is_answered_in_words(site, number, record):
    client = site.signed_in(CLERK)

    for path, page, fields in (
        ("/desk/slips", "/desk/slips", {"person": number}),
        ("/desk/release", "/desk/slips", {"draft": f"{number}:x"}),
        ("/desk/paper", "/desk/slips", {"note": f"{number}:x"}),
        (f"/desk/session/{record}", f"/desk/session/{record}", {"over": number, "step": "check"}),
    ):
        assert site.send(client, path, fields, page=page).status_code < 500, path
