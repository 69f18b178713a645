"""The page of everything a person has: what waits for this person's yes is told, shown, and decided on there."""

from datetime import date

import pytest
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import CreditRow
from tasks.duties.credit import add_credit

NOW = "2026-11-23 09:05"


@pytest.fixture
def handed_in(site, local_time):
    """Dong Jie, who herself agrees to hours, handed in four: (site, credit)."""
    duty = site.duty("enforcement-training", "", "dongjie")
    with site.world.writing() as (session, live):
        credit = add_credit(
            session, live, obligation_id=duty, amount=400, kind="online", title="执法文书", done_on=date(2026, 11, 20),
            by=site.person("dongjie"), source="one", how="link", now=local_time(NOW),
        )  # fmt: skip
        return site, credit.id


def mine(site, person: str, local_time) -> str:
    return str(site.path(None, site.person(person), local_time(NOW)))


def state(site, credit: int) -> str:
    with site.world.db.reading() as session:
        return str(session.get_one(CreditRow, credit).state)


def test_who_may_agree_is_told_and_whoever_handed_in_is_not(handed_in):
    site, _ = handed_in
    with site.world.db.reading() as session:
        told = session.scalars(select(MessageRow).where(MessageRow.lane == "hours")).all()

    (message,) = told
    assert message.title == "有学时待认定"
    assert message.body.startswith("董洁：4学时，执法文书\n")
    assert message.recipient_id is not None


def test_hours_are_counted_on_the_page_of_who_may_agree(handed_in, local_time):
    site, credit = handed_in
    client, path = site.app.test_client(), mine(site, "liqiang", local_time)
    text = client.get(path).text
    for words in ("待您审核", "董洁", "执法文书", "网络课程", ">同意</button>"):
        assert words in text

    answer = site.send(client, f"{path}/hours/{credit}", {"verdict": "approve"}, page=path)

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert state(site, credit) == "accepted"
    assert "待您审核" not in client.get(path).text


def test_hours_are_given_back_with_a_reason(handed_in, local_time):
    site, credit = handed_in
    client, path = site.app.test_client(), mine(site, "liqiang", local_time)
    answer = site.send(client, f"{path}/hours/{credit}", {"verdict": "return", "reason": " "}, page=path)
    assert answer.status_code == 422
    assert state(site, credit) == "submitted"

    site.send(client, f"{path}/hours/{credit}", {"verdict": "return", "reason": "没有证明"}, page=path)

    assert state(site, credit) == "returned"
    with site.world.db.reading() as session:
        (message,) = session.scalars(select(MessageRow).where(MessageRow.lane == "given-back"))
    assert message.body.startswith("4学时（执法文书）已退回，原因：没有证明。请补正后重新登记。\n")


@pytest.mark.parametrize("person", ["dongjie", "zhaogang"])
def test_nobody_agrees_to_his_own_hours_or_without_the_role(handed_in, local_time, person):
    site, credit = handed_in
    client, path = site.app.test_client(), mine(site, person, local_time)
    assert "待您审核" not in client.get(path).text

    answer = site.send(
        client, f"{path}/hours/{credit}", {"verdict": "approve"}, page=mine(site, "liqiang", local_time)
    )

    assert answer.status_code in (400, 422)
    assert state(site, credit) == "submitted"
    assert client.get(f"{path}/hours/{credit}/file").status_code == 404
