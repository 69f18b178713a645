"""Requests that no page of ours makes: each is answered in words, on both databases, and never with a fault of ours."""

import pytest

CLERK = "wangmin"


@pytest.mark.parametrize(
    "path",
    [
        f"/outbox/{2**63}", f"/duty/{10**30}", f"/inspect/draw/{2**63}", f"/inspect/case/{2**64}.xlsx", f"/desk/slips/{2**63}-{2**63}",
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
