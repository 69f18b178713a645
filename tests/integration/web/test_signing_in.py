"""Supervisors sign in by a link that works once, or by a phone that is known; sessions end, and lead nowhere else."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from integration.web.test_phones import bound, links_to
from sqlalchemy import func, select

from models.access import SpentLinkRow
from models.obligations import AuditRow
from worker.clock import machine_now
from worker.web import security
from worker.web.own_path import own_path

CLERK, LEADER, HEAD, STAFF = "wangmin", "linhaifeng", "chenxia", "xufang"


def link(site, key=CLERK):
    return f"/signin/{site.run.tokens.sign_in_token(site.person(key), machine_now())}"


def field(name, text):
    """The value of the last field of that name on a page."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', text)
    assert found
    return found[-1]


def written(site, key):
    """The last sign-in link that was written to a person, as the path that the message leads to."""
    message, notice = links_to(site, key)[-1]
    with site.world.db.reading() as session:
        now = session.scalar(select(func.max(AuditRow.at)))
    token = site.run.tokens.message_token(message.id, site.person(key), max(now, message.send_at))
    return f"/m/{token}", notice


# ── the link ──────────────────────────────────────────────────
def test_looking_at_a_link_uses_nothing_up(site):
    client, path = site.app.test_client(), link(site)
    before = site.rows()

    page = client.get(path)

    assert "以王敏的身份登录吗" in page.text
    assert client.head(path).status_code == 200
    assert site.rows() == before
    assert client.get("/desk").status_code == 401


def test_the_button_signs_in_once(site):
    path = link(site)
    first, second = site.app.test_client(), site.app.test_client()
    waiting = second.get(path).text

    assert site.send(first, path).headers["Location"] == "/desk"
    assert first.get("/desk").status_code == 200
    late = second.post(path, data={"csrf": field("csrf", waiting)})
    assert late.status_code == 410
    assert second.get("/desk").status_code == 401
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(SpentLinkRow)) == 1
        assert session.scalars(select(AuditRow.actor).where(AuditRow.act == "sign-in")).all() == [
            f"person:{site.person(CLERK)}"
        ]


def test_who_signed_in_with_it_goes_on_when_it_is_opened_again(site):
    client, path = site.app.test_client(), link(site)
    site.send(client, path)

    assert client.get(path).headers["Location"] == "/desk"


def test_two_links_of_a_minute_are_two_links(site):
    first, second = site.signed_in(CLERK), site.signed_in(CLERK)

    assert [each.get("/desk").status_code for each in (first, second)] == [200, 200]


@pytest.mark.parametrize("token", ["x", "WzAsMV0.x", "é" * 10])
def test_a_forged_link_signs_nobody_in(site, token):
    assert site.app.test_client().get(f"/signin/{token}").status_code == 401


def test_a_link_of_yesterday_signs_nobody_in(site):
    old = site.run.tokens.sign_in_token(site.person(CLERK), machine_now() - timedelta(hours=25))

    assert site.app.test_client().get(f"/signin/{old}").status_code == 401


def test_notes_of_links_that_are_long_over_go(site):
    with site.world.db.writing.begin() as session:
        session.add(SpentLinkRow(digest="0" * 64, spent_at=machine_now() - timedelta(days=4)))

    site.signed_in(CLERK)

    with site.world.db.reading() as session:
        assert session.get(SpentLinkRow, "0" * 64) is None


# ── where one wanted to go ────────────────────────────────────
def test_whoever_is_unknown_is_asked_and_goes_on_where_he_wanted(site):
    client = site.app.test_client()
    asked = client.get("/outbox?state=failed")
    to = field("to", asked.text)
    assert asked.status_code == 401
    assert to == "/outbox?state=failed"

    site.send(client, "/signin", {"who": CLERK, "to": to}, page="/signin")
    path, notice = written(site, CLERK)
    there = client.get(path).headers["Location"]

    assert notice.data == {"to": "/outbox?state=failed"}
    assert site.send(client, there).headers["Location"] == "/outbox?state=failed"


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example.cn", "https://evil.example.cn/", "/\\evil.example.cn", "\\\\evil", "javascript:alert(1)", "evil", "",
        "/a\r\nSet-Cookie: x=1", "/%0d" + "x" * 400, "/signin", "/signout", " /desk",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(site, to):
    assert own_path(to) == ""
    client, path = site.app.test_client(), link(site)

    answer = site.send(client, f"{path}?to={to}".replace("\r\n", "%0d%0a"), page=path)

    assert answer.headers["Location"] == "/desk"


@pytest.mark.parametrize("to", ["/", "/desk", "/outbox?state=failed&who=陈", "/duty/5#trail", "/signing"])
def test_a_path_of_ours_is_kept(to):
    assert own_path(to) == to


def test_a_form_handed_in_after_the_session_says_that_nothing_is_lost(site, monkeypatch):
    client = site.signed_in(CLERK)
    page = client.get("/desk/silences").text
    csrf = field("csrf", page)
    monkeypatch.setattr(security, "IDLE", timedelta(0))

    answer = client.post("/desk/silences", data={"csrf": csrf, "reason": "系统迁移"})

    assert answer.status_code == 401
    assert "系统迁移" in answer.text
    assert "您填的内容都还在" in answer.text


# ── asking for a link ─────────────────────────────────────────
def test_the_answer_is_the_same_whoever_is_typed(site):
    pages = []
    for who in (CLERK, STAFF, "nobody"):
        answer = site.send(site.app.test_client(), "/signin", {"who": who, "to": ""}, page="/signin")
        pages.append((answer.status_code, re.sub(r'value="[^"]*"', "", answer.text)))

    assert pages[0] == pages[1] == pages[2]
    assert pages[0][0] == 200


def test_who_supervises_nothing_gets_a_link_that_binds_the_phone(site):
    site.send(site.app.test_client(), "/signin", {"who": STAFF, "to": "/"}, page="/signin")

    assert list(links_to(site, STAFF)[0][1].data) == ["slip"]


def test_no_more_than_one_waits_and_three_go_out_in_an_hour(site):
    for _ in range(3):
        site.send(site.app.test_client(), "/signin", {"who": CLERK, "to": ""}, page="/signin")

    assert len(links_to(site, CLERK)) == 1


def test_an_office_that_writes_to_nobody_says_what_is_possible(site, local_time):
    office = site.world.files["office.yaml"]
    site.world.files["office.yaml"] = office.replace(
        "reach: {people: personal, group: group}", "reach: {level: group, group: group}"
    )
    site.world.apply(local_time("2026-11-23 09:05"))

    page = site.app.test_client().get("/signin").text

    assert 'name="who"' not in page
    assert "duban sign-in" in page


# ── phones, sessions, their ends ──────────────────────────────
def test_a_phone_that_is_known_opens_what_its_person_may_see(site, local_time):
    head, staff = bound(site, local_time, HEAD), bound(site, local_time, STAFF)

    assert head.get("/").status_code == 200
    assert "退出" not in head.get("/").text
    assert head.get("/desk").status_code == 403
    assert staff.get("/").status_code == 401


def test_what_was_shown_to_a_stranger_is_not_taken_from_a_phone_that_is_known(site, local_time):
    phone = bound(site, local_time, LEADER)
    stranger = site.app.test_client().get("/signin").text
    csrf = field("csrf", stranger)
    page = f"/duty/{site.duty('half-year-review', 'collect', 'minzhu')}/waive"

    assert phone.post(page, data={"csrf": csrf}).status_code == 400
    assert site.send(phone, page, {"reason": ""}).status_code == 422


def test_signing_out_ends_the_session(site):
    client = site.signed_in(CLERK)

    out = site.send(client, "/signout", page="/desk")

    assert out.headers["Location"] == "/signin?said=out"
    assert "已退出登录" in client.get(out.headers["Location"]).text
    assert client.get("/desk").status_code == 401
    assert client.post("/signout").status_code == 400


def test_signing_out_on_a_phone_that_is_known_says_that_it_still_opens_the_pages(site, local_time):
    client = bound(site, local_time, HEAD)
    site.send(client, link(site, HEAD))
    out = site.send(client, "/signout", page="/")

    said = client.get(out.headers["Location"]).text.split("<main")[1]
    assert "陈霞" in said
    assert "仍可打开" in said


def test_the_phone_of_the_clerk_opens_the_own_duties_and_the_desk_only_after_signing_in(site, local_time):
    phone = bound(site, local_time, CLERK)
    duty = site.duty("half-year-review", "collect", "minzhu")

    assert phone.get("/me").status_code == 200
    asked = phone.get("/desk")
    assert [
        phone.get(path).status_code for path in ("/desk", "/", f"/duty/{duty}", f"/duty/{duty}/waive")
    ] == [401] * 4
    assert "这部手机现在记的是王敏" in asked.text
    assert field_of_who(asked.text) == CLERK

    site.send(phone, link(site))
    assert phone.get("/desk").status_code == 200


def field_of_who(text):
    found = re.search(r'name="who"[^>]*value="([^"]*)"', text)
    return found and found[1]


def test_half_an_hour_without_use_ends_a_session_and_use_keeps_it(site, monkeypatch):
    client, begun = site.signed_in(CLERK), machine_now()

    statuses = []
    for minutes in (29, 58, 89):
        monkeypatch.setattr(security, "machine_now", lambda at=begun + timedelta(minutes=minutes): at)
        statuses.append(client.get("/desk").status_code)

    assert statuses == [200, 200, 401]


def test_what_was_typed_for_too_long_is_taken_after_signing_in_again(site, monkeypatch):
    client = site.signed_in(CLERK)
    duty = site.duty("half-year-review", "collect", "minzhu")
    page = f"/duty/{duty}/waive"
    typed = {"csrf": field("csrf", client.get(page).text), "reason": "拆迁，不再需要", "step": "2"}
    with client.session_transaction() as kept:
        kept["seen"] -= 31 * 60

    ended = client.post(page, data=typed)
    site.send(client, link(site))
    once_more = client.post(page, data=handed_in_again(ended))
    taken = client.post(page, data=handed_in_again(once_more))

    assert (ended.status_code, once_more.status_code) == (401, 400)
    assert taken.status_code in (200, 303)
    assert "拆迁，不再需要" in once_more.text


def handed_in_again(answer):
    """The fields of the form that a page offers to hand in again."""
    part = answer.text.split('id="again"')[1]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', part))


@pytest.mark.parametrize("limit", ["IDLE", "ABSOLUTE"])
def test_a_session_ends_with_its_time(site, monkeypatch, limit):
    client = site.signed_in(CLERK)
    assert client.get("/desk").status_code == 200

    monkeypatch.setattr(security, limit, timedelta(seconds=-1))

    assert client.get("/desk").status_code == 401


def test_who_is_known_does_not_stay_at_the_sign_in(site):
    client = site.signed_in(CLERK)

    answer = client.get("/signin?to=/outbox")

    assert urlsplit(answer.headers["Location"]).path == "/outbox"
    assert not parse_qs(urlsplit(answer.headers["Location"]).query)
