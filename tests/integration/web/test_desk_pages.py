"""Board, ledger and desk: who may see them, and what the clerk does there."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select, update

from models.messages import MessageRow, NoticeRow
from models.obligations import AuditRow, CreditRow, ObligationRow
from models.people import PersonRow, RecipientRow
from models.schedules import OfficeStateRow
from tasks.delivery.unreleased import remind_of_drafts
from worker.clock import machine_now
from worker.web.app import create_app

CLERK, HEAD, LEADER, STAFF = "wangmin", "chenxia", "linhaifeng", "xufang"
PAGES = ("/", "/outbox", "/desk", "/desk/find?q=a")


@pytest.fixture
def clerk(site):
    with site.world.db.reading() as session:
        key = session.scalars(select(PersonRow.key).where(PersonRow.name == "王敏")).one()
    return site.signed_in(key)


def test_nobody_sees_anything_without_signing_in(site):
    client = site.app.test_client()

    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 401)


def test_a_head_sees_the_board_and_the_ledger_of_the_unit_but_no_desk(site):
    client = site.signed_in(HEAD)

    assert [client.get(path).status_code for path in PAGES] == [200, 200, 403, 403]
    board = client.get("/").text.split("<main")[1]
    assert "民主社区" in board
    assert "文化社区" not in board


def test_staff_without_a_unit_to_answer_for_cannot_sign_in(site):
    client = site.signed_in(STAFF)

    assert client.get("/").status_code == 401


def test_the_leader_sees_every_unit(site):
    assert "文化社区" in site.signed_in(LEADER).get("/").text


def test_a_session_ends_when_the_person_leaves(site, local_time):
    client = site.signed_in(HEAD)
    with site.world.db.writing.begin() as session:
        session.execute(
            update(PersonRow)
            .where(PersonRow.key == HEAD)
            .values(left_on=local_time("2026-11-01 00:00").date())
        )

    assert client.get("/").status_code == 401


def test_the_cookie_is_closed_to_scripts_and_other_sites(site):
    client = site.app.test_client()
    path = f"/signin/{site.run.tokens.sign_in_token(site.person(HEAD), machine_now())}"

    cookie = site.send(client, path).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_the_ledger_begins_with_the_opening_notices_and_shows_no_address(clerk):
    text = clerk.get("/outbox").text

    assert "/c/W" not in text
    assert "/me/W" not in text
    assert 'class="tag"' in text
    assert 'class="tag tag-ok"' in text


def test_the_ledger_is_filtered_by_recipient_state_and_day(clerk):
    for who in ("陈霞", "陈 霞", "陈　霞"):
        assert "陈霞" in clerk.get(f"/outbox?who={who}").text.replace(f'value="{who}"', ""), who
    assert "tag-ok" not in clerk.get("/outbox?state=failed").text
    assert "tag-ok" not in clerk.get("/outbox?to=2026-11-01").text
    assert clerk.get("/outbox?page=-1&from=junk&state='").status_code == 200


def test_the_clerk_opens_a_message_as_its_recipient_and_the_log_says_so(site, clerk):
    with site.world.db.reading() as session:
        message = session.scalars(
            select(MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(PersonRow.key == HEAD, MessageRow.state == "sent")
        ).first()

    answer = site.send(clerk, f"/outbox/{message}/open", page=f"/outbox/{message}")

    assert answer.status_code == 303
    assert re.match(r"/(c|me)/", answer.location)
    assert clerk.get(answer.location).status_code == 200
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count()).where(AuditRow.act == "open-as")) == 1


def test_a_session_is_recorded_by_ticking_who_was_not_there(site, clerk):
    record = site.duty("friday-study", "record")
    path = f"/desk/session/{record}"
    page = clerk.get(path).text
    people = re.findall(r'name="away" value="(\d+)"', page)
    away, leave = people[0], people[1]
    fields = {
        "done_on": "2026-11-20",
        "e-topic": "行政处罚法",
        "e-law": "行政处罚法",
        "away": [away, leave],
        f"w{away}": "absent",
        f"w{leave}": "leave",
    }

    check = site.send(clerk, path, {**fields, "step": "check"})
    assert check.status_code == 200
    assert site.state(record) == "open", "the totals are only shown"
    saved = site.send(clerk, path, {**fields, "step": "save"})

    assert saved.status_code == 303
    assert site.state(record) == "done"
    with site.world.db.reading() as session:
        occurrence = session.get_one(ObligationRow, record).occurrence_id
        query = (
            select(ObligationRow.mark, func.count())
            .where(ObligationRow.occurrence_id == occurrence, ObligationRow.part == "make_up")
            .group_by(ObligationRow.mark)
        )
        marks = {mark: count for mark, count in session.execute(query)}  # noqa: C416 - rows are no pairs for dict()
    assert marks == {"absent": 1, "leave": 1, "present": len(people) - 2}


def test_the_clerk_records_for_somebody_who_called(site, clerk):
    duty = site.duty("half-year-review", "collect", "wenhua")

    found = clerk.get("/desk/find?q=文化社区").text
    answer = site.send(clerk, f"/desk/duty/{duty}", {"done_on": "2026-11-23", "t-list": "无"})

    assert f"/desk/duty/{duty}" in found
    assert answer.status_code == 303
    assert site.state(duty) == "done"


def test_the_desk_counts_what_was_before_the_start_as_waiting(site, clerk):
    page = clerk.get("/desk").text

    waiting = len(re.findall(r"/duty/\d+/waive", page))
    assert waiting > 0
    said = re.search(r"<h1>[^<]*?(\d+)", page)
    assert said
    assert int(said[1]) >= waiting


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("刘洋", "周五集中学习"),
        ("李强", "法治建设集中研判"),
        ("陈霞", "报送问题清单"),
        ("孙涛", "行政执法证换证"),
        ("enforcement-training", "执法人员年度培训"),
        ("刘洋 学习", "周五集中学习"),
    ],
    ids=[
        "a role's holder",
        "another role's",
        "a unit's head",
        "a certificate's holder",
        "an id",
        "two words",
    ],
)
def test_duties_are_found_by_whoever_has_to_do_with_them(site, clerk, q, title):
    found = clerk.get("/desk/find", query_string={"q": q}).text

    assert "/desk/duty/" in found
    assert title in found


def test_the_board_leads_to_the_pages_of_what_is_late(site, clerk, local_time):
    site.stand_at(local_time("2026-11-25 09:05"))
    collect, record = site.duty("half-year-review", "collect", "minzhu"), site.duty("friday-study", "record")

    board = clerk.get("/").text

    for duty in (collect, record):
        assert f'href="/duty/{duty}"' in board
        assert f'href="/desk/duty/{duty}"' in clerk.get(f"/duty/{duty}").text
        assert clerk.get(f"/desk/duty/{duty}", follow_redirects=True).status_code == 200


def test_the_board_of_a_head_leads_to_pages_that_the_head_may_see(site, local_time):
    site.stand_at(local_time("2026-11-25 09:05"))
    head = site.signed_in("chenxia")

    page = re.search(r'href="(/duty/[^"]+)"', head.get("/").text)
    assert page
    form = re.search(r'href="(/c/[^"]+)"', head.get(page[1]).text)

    assert form, "who owes it records it from there"
    assert "报送问题清单" in head.get(form[1]).text


@pytest.mark.parametrize("wild", ["%", "_", "'", "\\"])
def test_a_search_takes_wildcards_as_letters(clerk, wild):
    assert "/desk/duty/" not in clerk.get("/desk/find", query_string={"q": wild}).text


def test_waiving_asks_for_a_reason(site, clerk):
    duty = site.duty("half-year-review", "collect", "heping")
    path = f"/duty/{duty}/waive"

    assert site.send(clerk, path, {"reason": ""}).status_code == 422
    assert site.state(duty) == "open"
    assert site.send(clerk, path, {"reason": "与区里的检查合并"}).status_code == 303
    assert site.state(duty) == "waived"


def summaries(site: Any) -> list[int]:
    site.world.at("2026-11-20 16:30")
    with site.world.db.reading() as session:
        return list(session.scalars(select(MessageRow.id).where(MessageRow.state == "held")))


def test_a_draft_is_released_as_it_was_shown(site, clerk, local_time):
    held = summaries(site)
    assert held, "the weekly summary is drafted on Friday"
    page = clerk.get("/desk").text
    drafts = dict(re.findall(r'name="draft" value="(\d+):(\w+)"', page))

    wrong = site.send(clerk, "/desk/release", {"draft": f"{held[0]}:{'0' * 64}"}, page="/desk")
    right = site.send(clerk, "/desk/release", {"draft": f"{held[0]}:{drafts[str(held[0])]}"}, page="/desk")

    assert wrong.status_code == 409
    assert right.status_code == 303
    with site.world.db.reading() as session:
        assert session.get_one(MessageRow, held[0]).state == "queued"


def test_a_draft_is_kept_back_with_a_reason(site, clerk, local_time):
    held = summaries(site)
    path = f"/desk/hold/{held[0]}"

    assert site.send(clerk, path, {"reason": ""}).status_code == 422
    assert site.send(clerk, path, {"reason": "已当面汇报"}).status_code == 303
    with site.world.db.reading() as session:
        assert session.get_one(MessageRow, held[0]).state == "withdrawn"


def test_hours_are_approved_on_the_desk(site, clerk, local_time):
    duty = site.duty("enforcement-training", "")
    person = site.app.test_client()
    fields = {"amount": "4", "title": "执法文书", "kind": "", "done_on": "2026-11-13"}
    site.send(person, site.path(duty, site.owner(duty), local_time("2026-11-23 09:05")), fields)
    with site.world.db.reading() as session:
        credit = session.scalars(select(CreditRow)).one()
    if credit.state == "submitted":
        assert (
            site.send(clerk, f"/desk/credit/{credit.id}", {"verdict": "approve"}, page="/desk").status_code
            == 303
        )

    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, duty).progress == 400


def test_health_tells_what_works(site):
    answer = site.app.test_client().get("/healthz")

    assert answer.status_code == 200
    assert answer.json["database"] is True
    assert answer.json["redis"] is False
    assert answer.json["calendar_valid_to"] == "2026-12-31"


def test_a_fault_of_ours_is_a_number_and_no_traceback(site, clerk, monkeypatch, caplog):
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("worker.web.supervisors.board.board", broken)
    answer = clerk.get("/")

    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    number = re.search(r"(?<![0-9A-Za-z])[0-9A-F]{6}(?![0-9A-Za-z])", answer.text)
    assert number
    assert number[0] in caplog.text


def test_no_log_line_holds_a_token(site, caplog, local_time, monkeypatch):
    monkeypatch.setattr("worker.web.staff.personal.duty", lambda *_a, **_k: 1 / 0)
    duty = site.duty("half-year-review", "collect", "minzhu")
    path = site.path(duty, site.owner(duty), local_time("2026-11-23 09:05"))

    assert site.app.test_client().get(path).status_code == 500
    assert path.rpartition("/")[2] not in caplog.text


def test_before_anything_is_applied_the_pages_say_so(site):
    with site.world.db.writing.begin() as session:
        session.execute(update(OfficeStateRow).values(version_id=None))

    answer = create_app(site.run).test_client().get("/")

    assert answer.status_code == 503
    assert "<main" in answer.text


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_every_page_speaks_both_languages(site, clerk, lang):
    for path in ("/", "/outbox", "/desk", "/desk/find"):
        answer = clerk.get(path, query_string={"lang": lang, "q": "社区"})
        assert answer.status_code == 200
        assert f'<html lang="{ {"zh_CN": "zh-CN", "en": "en"}[lang] }">' in answer.text


def test_the_reminder_of_drafts_leads_to_the_desk_and_after_a_day_to_a_sign_in(site, local_time):
    with site.world.writing() as (session, live):
        draft = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(PersonRow.key == HEAD, MessageRow.state == "sent")
        ).first()
        draft.state, draft.send_at = "held", local_time("2026-11-19 08:40")
        session.flush()
        assert remind_of_drafts(session, live, now=local_time("2026-11-23 09:05")) == 1
    with site.world.db.reading() as session:
        message = session.scalars(select(NoticeRow.message_id).where(NoticeRow.kind == "unreleased")).one()
    token = site.run.tokens.message_token(message, site.person(CLERK), local_time("2026-11-23 09:05"))

    client = site.app.test_client()
    asks = client.get(f"/m/{token}").headers["Location"]
    arrived = site.send(client, asks)
    again = client.get(f"/m/{token}", follow_redirects=True)
    elsewhere = site.app.test_client().get(f"/m/{token}", follow_redirects=True)
    site.stand_at(local_time("2026-11-24 09:30"))
    old = site.app.test_client().get(f"/m/{token}", follow_redirects=True)

    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/desk")
    assert (again.status_code, again.request.path) == (200, "/desk")
    assert elsewhere.status_code == 410
    assert (old.status_code, old.request.path) == (401, "/desk")


def test_a_draft_with_nothing_left_to_say_is_not_shown(site, local_time, clerk):
    with site.world.db.writing.begin() as session:
        draft = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(PersonRow.key == HEAD, MessageRow.state == "sent")
        ).first()
        draft.state = "held"
    assert f'id="m{draft.id}"' in clerk.get("/desk").text
    with site.world.db.writing.begin() as session:
        session.execute(update(ObligationRow).values(state="done"))

    assert f'id="m{draft.id}"' not in clerk.get("/desk").text
