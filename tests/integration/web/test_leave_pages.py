"""Leave from a gathering: asked with a reason before it begins, decided by the host, told, and proposed to the record."""

import re

import pytest
from sqlalchemy import select

from models.gatherings import LeaveRequestRow
from models.messages import MessageRow, NoticeRow
from models.obligations import ObligationRow
from models.people import RecipientRow
from worker.clock import machine_now

BEFORE, BEGUN = "2026-11-20 10:00", "2026-11-20 15:00"
STAFF, OTHER = "chenxia", "zhoukai"


@pytest.fixture
def mine(site, local_time):
    """The page of one who is expected, on the morning of the day."""
    site.stand_at(local_time(BEFORE))
    return site.path(site.duty("friday-study", "make_up", STAFF), site.person(STAFF), local_time(BEFORE))


def asked(site, client, mine, reason="外出办案"):
    return site.send(client, f"{mine}/leave", {"reason": reason}, page=mine)


def request_of(site):
    with site.world.db.reading() as session:
        return session.scalars(select(LeaveRequestRow)).one_or_none()


def told(site, person_id):
    with site.world.db.reading() as session:
        query = (
            select(MessageRow.body)
            .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == person_id, NoticeRow.kind == "leave")
        )
        return "\n".join(session.scalars(query))


def decide(site, client, record, person, verdict, words=""):
    page = f"/desk/session/{record}"
    return site.send(client, f"{page}/leave/{person}", {"verdict": verdict, "words": words}, page=page)


def test_the_page_of_an_expected_gathering_says_what_is_to_be_done(site, mine):
    client = site.app.test_client()
    before = site.rows()
    page = client.get(mine)
    assert page.status_code == 200
    assert "请您参加，这里不用填" in page.text
    assert "请假原因" not in page.text
    assert site.rows() == before


def test_leave_is_asked_for_with_a_reason_and_the_host_is_told(site, mine, record):
    client = site.app.test_client()
    empty = asked(site, client, mine, "  ")
    assert empty.status_code == 422
    assert "请写明请假原因" in empty.text

    assert asked(site, client, mine).status_code == 303

    row = request_of(site)
    assert (row.state, row.reason) == ("asked", "外出办案")
    page = client.get(mine).text
    assert "您已请假，还没有批复" in page
    assert "外出办案" in page
    assert "陈霞请11月20日周五集中学习的假" in told(site, site.owner(record))


def test_granted_leave_is_told_and_ticked_in_the_record(site, local_time, mine, record, clerk):
    client, person = site.app.test_client(), site.person(STAFF)
    asked(site, client, mine)
    assert "1人等您批复" in clerk.get(f"/desk/session/{record}").text
    assert "1人请假待批" in clerk.get("/desk").text

    assert decide(site, clerk, record, person, "grant", "同意，回来补学").status_code == 303

    assert request_of(site).state == "granted"
    assert "您的请假已同意" in client.get(mine).text
    assert "同意，回来补学" in told(site, person)
    site.stand_at(local_time("2026-11-20 17:00"))
    page = clerk.get(f"/desk/session/{record}").text
    ticked = page.split(f'value="{person}"')[1][:500]
    assert ticked.startswith(" checked>")
    assert 'value="leave" checked' in ticked
    assert "外出办案" in ticked


def test_leave_that_nobody_answered_does_not_wait_once_the_attendance_is_recorded(
    site, local_time, mine, record, clerk
):
    asked(site, site.app.test_client(), mine)
    site.stand_at(local_time("2026-11-20 17:00"))
    with site.world.db.writing.begin() as session:
        session.get_one(ObligationRow, record).state = "done"

    page = clerk.get(f"/desk/session/{record}").text

    assert "等您批复" not in page
    assert "登记前没有批复" in page


def test_a_refusal_needs_words_and_may_be_answered_by_asking_again(site, mine, record, clerk):
    client, person = site.app.test_client(), site.person(STAFF)
    asked(site, client, mine)
    silent = decide(site, clerk, record, person, "refuse")
    assert silent.status_code == 422
    assert "请写明原因" in silent.text
    decide(site, clerk, record, person, "refuse", "当天要点名")
    assert request_of(site).state == "refused"
    assert "当天要点名" in client.get(mine).text
    assert "没有同意" in told(site, person)

    asked(site, client, mine, "孩子住院")

    row = request_of(site)
    assert (row.state, row.reason, row.words) == ("asked", "孩子住院", None)


def test_a_request_is_taken_back_and_then_nothing_is_decided(site, mine, record, clerk):
    client = site.app.test_client()
    asked(site, client, mine)
    assert site.send(client, f"{mine}/leave/withdraw", page=mine).status_code == 303
    assert request_of(site).state == "withdrawn"
    page = f"/desk/session/{record}"
    assert "外出办案" not in clerk.get(page).text
    late = site.send(clerk, f"{page}/leave/{site.person(STAFF)}", {"verdict": "grant"}, page="/desk/slips")
    assert late.status_code == 422
    assert request_of(site).state == "withdrawn"


def test_once_it_has_begun_nobody_asks_for_leave(site, local_time, mine):
    client = site.app.test_client()
    csrf = re.search(r'name="csrf" value="([^"]+)"', client.get(mine).text)
    assert csrf
    site.stand_at(local_time(BEGUN))
    assert "已经开始" in client.get(mine).text
    late = client.post(f"{mine}/leave", data={"csrf": csrf[1], "reason": "外出办案"})
    assert late.status_code == 422
    assert "外出办案" not in told(site, site.person(STAFF))
    assert request_of(site) is None


def test_nobody_asks_for_somebody_else_or_decides_without_the_record(site, local_time, mine, record):
    client = site.app.test_client()
    asked(site, client, mine)
    foreign = site.path(site.duty("friday-study", "make_up", STAFF), site.person(OTHER), local_time(BEFORE))
    assert client.get(foreign).status_code in (404, 410)
    on_record = site.path(record, site.person(STAFF), local_time(BEFORE))
    answer = client.post(f"{on_record}/session/leave/{site.person(STAFF)}", data={"verdict": "grant"})
    assert answer.status_code == 400
    token = on_record.removeprefix("/c/")
    with site.app.app_context():
        csrf = site.run.tokens.form(f"link:{token}", machine_now())
    answer = client.post(
        f"{on_record}/session/leave/{site.person(STAFF)}", data={"csrf": csrf, "verdict": "grant"}
    )
    assert answer.status_code in (404, 410)
    assert request_of(site).state == "asked"


def test_my_page_lists_what_i_am_expected_at(site, local_time, mine):
    client = site.app.test_client()
    me = client.get(site.path(None, site.person(STAFF), local_time(BEFORE))).text
    assert "我要参加的" in me
    assert "周五集中学习" in me
    asked(site, client, mine)
    assert "请假待批" in client.get(site.path(None, site.person(STAFF), local_time(BEFORE))).text


def test_the_absent_make_it_up_by_day_and_the_record_shows_it(site, local_time, record, clerk):
    site.stand_at(local_time("2026-11-20 17:00"))
    person, path = site.person(STAFF), f"/desk/session/{record}"
    fields = {
        "done_on": "2026-11-20",
        "e-topic": "行政处罚法",
        "e-law": "行政处罚法",
        "away": str(person),
        "step": "save",
    }
    assert site.send(clerk, path, {**fields, f"w{person}": "absent"}, page=path).status_code == 303
    duty = site.duty("friday-study", "make_up", STAFF)
    own = site.path(duty, person, local_time("2026-11-20 17:00"))
    client = site.app.test_client()
    site.stand_at(local_time("2026-11-25 10:00"))

    assert site.send(client, own, {"done_on": "2026-11-24"}).status_code == 303

    assert site.state(duty) == "done"
    assert "11月24日已补学" in clerk.get(path).text
    assert "缺席，11月24日已补学" in clerk.get(f"{path}/sheet").text
    host = site.path(record, site.owner(record), local_time("2026-11-25 10:00"))
    assert "陈霞（11月24日）" in client.get(host).text
