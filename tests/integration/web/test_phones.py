"""A phone is bound once by a slip or a link of one's own, opens its person's pages without a token, and can be ended."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from models.messages import MessageRow, NoticeRow
from models.obligations import AuditRow
from models.people import DeviceRow, PersonRow, RecipientRow, SlipRow
from tasks.delivery.links import LINK
from tasks.roster.devices import print_slips
from worker.clock import machine_now

NOW = "2026-11-23 09:05"
STAFF, OTHER = "chenxia", "zhoukai"


def slip(site, local_time, key=STAFF):
    """A printed slip of a person: the path that its code leads to."""
    with site.world.writing() as (session, live):
        made = print_slips(
            session, live, person_ids=[site.person(key)], by=None, now=local_time(NOW), machine_now=machine_now()
        )  # fmt: skip
    return "/bind/" + site.run.tokens.bind_token(made[0].id, "slip")


def bound(site, local_time, key=STAFF):
    """A phone that is bound as a person's."""
    client, path = site.app.test_client(), slip(site, local_time, key)
    assert site.send(client, path).status_code == 303
    return client


def shift(site, table, **columns):
    with site.world.db.writing.begin() as session:
        session.execute(update(table).values(**columns))


def links_to(site, key=STAFF):
    """The sign-in messages that were written to a person."""
    with site.world.db.reading() as session:
        query = (
            select(MessageRow, NoticeRow)
            .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == site.person(key), NoticeRow.kind == "sign-in")
            .order_by(MessageRow.id)
        )
        return session.execute(query).all()


# ── slips ─────────────────────────────────────────────────────
def test_a_slip_asks_who_reads_and_binds_nothing_until_the_button(site, local_time):
    client, path = site.app.test_client(), slip(site, local_time)
    before = site.rows()

    page = client.get(path)

    assert "您是陈霞吗" in page.text
    assert "民主社区" in page.text
    assert client.head(path).status_code == 200
    assert site.rows() == before
    assert "Set-Cookie" not in page.headers


def test_the_button_binds_the_phone_and_opens_the_duties(site, local_time):
    client = bound(site, local_time)

    page = client.get("/me")

    assert page.status_code == 200
    assert "陈霞" in page.text
    assert "这部手机" in page.text


def test_the_cookie_is_closed_and_only_its_digest_is_kept(site, local_time):
    client, path = site.app.test_client(), slip(site, local_time)
    answer = site.send(client, path)

    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("phone="))
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=7776000"):
        assert part in cookie
    kept = cookie.split(";")[0].removeprefix("phone=")
    with site.world.db.reading() as session:
        device = session.scalars(select(DeviceRow)).one()
    assert len(kept) >= 43
    assert kept not in (device.digest, str(site.rows()))
    assert len(device.digest) == 64


def test_a_slip_binds_one_phone_only(site, local_time):
    path = slip(site, local_time)
    first, second = site.app.test_client(), site.app.test_client()
    waiting = second.get(path).text  # a page that was loaded before the other one pressed
    site.send(first, path)
    csrf = re.search(r'name="csrf" value="([^"]+)"', waiting)
    assert csrf

    late = second.post(path, data={"csrf": csrf[1]})

    assert late.status_code == 410
    assert "已经用过" in late.text
    assert "党政办 王敏" in late.text or "王敏 8123" in late.text
    assert second.get("/me").status_code == 401
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(DeviceRow)) == 1


def test_the_phone_that_used_a_slip_is_led_on_when_it_scans_it_again(site, local_time):
    client, path = site.app.test_client(), slip(site, local_time)
    site.send(client, path)

    assert client.get(path).headers["Location"] == "/me"


def test_a_newer_slip_ends_the_older_one(site, local_time):
    old, new = slip(site, local_time), slip(site, local_time)
    client = site.app.test_client()

    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_slip_of_last_season_binds_nothing(site, local_time):
    path = slip(site, local_time)
    shift(site, SlipRow, issued_at=machine_now() - timedelta(days=61))

    answer = site.app.test_client().get(path)

    assert answer.status_code == 410
    assert "已失效" in answer.text


def test_a_forged_slip_gets_the_neutral_page(site):
    assert site.app.test_client().get("/bind/WzFd.AAAA").status_code == 404


def test_a_phone_that_changes_hands_opens_only_the_new_persons_page(site, local_time):
    client = bound(site, local_time)
    path = slip(site, local_time, OTHER)
    assert "现在记的是陈霞" in client.get(path).text

    site.send(client, path)

    page = client.get("/me").text
    assert "周凯" in page
    with site.world.db.reading() as session:
        ended = session.scalars(select(DeviceRow.person_id).where(DeviceRow.ended_at.is_not(None))).all()
    assert ended == [site.person(STAFF)]


# ── what a phone opens ────────────────────────────────────────
@pytest.mark.parametrize("path", ["/me", "/d/1", "/c/my-1", "/units/my"])
def test_an_unknown_phone_is_asked_who_it_is(site, path):
    answer = site.app.test_client().get(path, follow_redirects=True)

    assert answer.status_code == 401
    assert "请先确认您是谁" in answer.text


def test_a_duty_is_confirmed_on_a_known_phone_without_a_token(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    client = bound(site, local_time)

    page = client.get(f"/d/{duty}", follow_redirects=True)
    assert page.request.path == f"/c/my-{duty}"
    answer = site.send(client, f"/c/my-{duty}", {"done_on": "2026-11-23", "t-list": "无"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/c/my-{duty}")
    assert site.state(duty) == "done"
    assert not re.search(r"/(c|me|units)/[^\"]*\.", client.get(f"/c/my-{duty}").text), (
        "no page of a phone shows a token"
    )


def test_somebody_elses_duty_is_not_opened_by_its_number(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    client = bound(site, local_time, OTHER)

    answer = client.get(f"/c/my-{duty}")

    assert answer.status_code == 410
    assert "民主社区" not in answer.text


def test_a_form_of_one_phone_does_not_serve_another(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    mine, others = bound(site, local_time), bound(site, local_time, OTHER)
    csrf = re.search(r'name="csrf" value="([^"]+)"', others.get("/me").text)
    assert csrf

    answer = mine.post(f"/c/my-{duty}", data={"csrf": csrf[1], "done_on": "2026-11-23", "t-list": "无"})

    assert answer.status_code == 400
    assert site.state(duty) == "open"


def test_a_personal_link_still_opens_on_any_phone_and_stays_a_link(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    path = site.path(duty, site.person(STAFF), local_time(NOW))

    page = bound(site, local_time, OTHER).get(path)

    assert page.status_code == 200
    assert "/me/my" not in page.text


def test_the_phone_of_who_left_opens_nothing(site, local_time):
    client = bound(site, local_time)
    with site.world.db.writing.begin() as session:
        session.execute(
            update(PersonRow).where(PersonRow.key == STAFF).values(left_on=local_time(NOW).date())
        )

    assert client.get("/me").status_code == 401


def test_a_phone_is_forgotten_after_ninety_days_unused_and_kept_while_it_is_used(site, local_time):
    client = bound(site, local_time)
    shift(site, DeviceRow, seen_at=machine_now() - timedelta(days=89))
    used = client.get("/me")
    assert used.status_code == 200
    assert "Max-Age=7776000" in used.headers["Set-Cookie"]
    with site.world.db.reading() as session:
        assert session.scalars(select(DeviceRow.seen_at)).one() > machine_now() - timedelta(minutes=5)

    shift(site, DeviceRow, seen_at=machine_now() - timedelta(days=91))

    assert client.get("/me").status_code == 401


# ── the end of a phone ────────────────────────────────────────
def test_the_person_ends_the_phone_on_the_own_page(site, local_time):
    client = bound(site, local_time)
    action = re.search(r'action="(/me/my/phone/\d+/end)"', client.get("/me").text)
    assert action

    answer = site.send(client, action[1], page="/me")

    assert answer.status_code == 200
    assert "已解除" in answer.text
    assert client.get("/me").status_code == 401


def test_nobody_ends_anothers_phone_from_the_own_page(site, local_time):
    mine = bound(site, local_time)
    bound(site, local_time, OTHER)
    with site.world.db.reading() as session:
        others = session.scalars(select(DeviceRow.id).where(DeviceRow.person_id == site.person(OTHER))).one()

    assert site.send(mine, f"/me/my/phone/{others}/end", page="/me").status_code == 404


def test_the_clerk_sees_the_phones_and_ends_one(site, local_time, clerk):
    client = bound(site, local_time)
    page = clerk.get("/desk/slips").text
    assert "陈霞" in page.split('id="phones"')[1]
    action = re.search(r"/desk/phones/\d+/end", page)
    assert action

    assert site.send(clerk, action[0], page="/desk/slips").status_code == 303

    assert client.get("/me").status_code == 401


def test_printing_binding_and_ending_are_audited_without_names(site, local_time, clerk):
    client = bound(site, local_time)
    action = re.search(r'action="(/me/my/phone/\d+/end)"', client.get("/me").text)
    assert action
    site.send(client, action[1], page="/me")

    with site.world.db.reading() as session:
        rows = session.scalars(
            select(AuditRow).where(AuditRow.act.in_(("print-slip", "bind-phone", "end-phone")))
        ).all()
    assert [row.act for row in rows] == ["print-slip", "bind-phone", "end-phone"]
    assert {row.subject_id for row in rows} == {site.person(STAFF)}
    assert "陈霞" not in str([row.detail for row in rows])


# ── printing ──────────────────────────────────────────────────
def test_the_clerk_prints_slips_for_those_without_a_phone(site, local_time, clerk):
    bound(site, local_time)
    page = clerk.get("/desk/slips?pick=unbound").text
    ticked = re.findall(r'value="(\d+)" checked', page)
    assert str(site.person(STAFF)) not in ticked
    assert str(site.person(OTHER)) in ticked

    answer = site.send(clerk, "/desk/slips", {"person": str(site.person(OTHER))})
    sheet = clerk.get(answer.headers["Location"])

    assert sheet.text.count('<article class="cut">') == 1
    assert "周凯" in sheet.text
    assert "友谊社区" in sheet.text
    assert "<svg" in sheet.text
    assert "style=" not in sheet.text
    assert "/bind/" not in sheet.text, "the address is only in the code"


def test_a_sheet_is_empty_once_its_slips_are_used(site, local_time, clerk):
    answer = site.send(clerk, "/desk/slips", {"person": str(site.person(OTHER))})
    with site.world.db.reading() as session:
        slip_id = session.scalars(select(SlipRow.id)).one()
    site.send(site.app.test_client(), "/bind/" + site.run.tokens.bind_token(slip_id, "slip"))

    assert clerk.get(answer.headers["Location"]).status_code == 404


def test_nothing_ticked_is_said(site, clerk):
    answer = site.send(clerk, "/desk/slips")

    assert answer.status_code == 422
    assert "请先勾选" in answer.text


def test_only_the_clerk_prints_slips(site):
    client = site.signed_in("chenxia")

    assert client.get("/desk/slips").status_code == 403


# ── by chat ───────────────────────────────────────────────────
@pytest.mark.parametrize("typed", [STAFF, " chenxia ", "mobile"])
def test_a_link_goes_to_the_own_channel_and_binds_the_phone_once(site, local_time, typed):
    if typed == "mobile":
        typed = "138-0000-9999"
        with site.world.db.writing.begin() as session:
            session.execute(
                update(PersonRow)
                .where(PersonRow.key == STAFF)
                .values(mobile_hmac=site.run.cipher.digest("13800009999"))
            )
    client = site.app.test_client()

    answer = site.send(client, "/who", {"who": typed}, page="/me")

    assert answer.status_code == 200
    ((message, notice),) = links_to(site)
    assert message.state == "queued"
    assert LINK in message.body
    opened = client.get(
        "/m/" + site.run.tokens.message_token(message.id, site.person(STAFF), local_time(NOW))
    )
    path = opened.headers["Location"]
    assert path.startswith("/bind/")
    assert notice.data["slip"]
    assert "您是陈霞吗" in client.get(path).text
    site.send(client, path)
    assert client.get("/me").status_code == 200
    again = site.app.test_client().get(path)
    assert again.status_code == 410
    assert "登录链接" in again.text


def test_the_answer_does_not_say_whether_somebody_has_that_number(site):
    client = site.app.test_client()

    answers = {
        re.sub(r'value="[^"]*"', "", site.send(client, "/who", {"who": typed}, page="/me").text)
        for typed in ("chenxia", "nobody", "13800000000", "", "'; --", "陈霞")
    }

    assert len(answers) == 1


def test_no_more_than_three_links_an_hour_go_to_one_person(site, local_time):
    client = site.app.test_client()
    for _ in range(5):
        site.send(client, "/who", {"who": STAFF}, page="/me")
        site.world.deliver(local_time(NOW))

    assert len(links_to(site)) == 3


def test_a_link_sent_by_chat_does_not_end_a_printed_slip(site, local_time):
    path = slip(site, local_time)
    client = site.app.test_client()
    site.send(client, "/who", {"who": STAFF}, page="/me")

    assert client.get(path).status_code == 200


def test_a_link_by_chat_works_for_a_day(site, local_time):
    client = site.app.test_client()
    site.send(client, "/who", {"who": STAFF}, page="/me")
    ((_, notice),) = links_to(site)
    shift(site, SlipRow, issued_at=machine_now() - timedelta(hours=25))

    assert client.get("/bind/" + site.run.tokens.bind_token(notice.data["slip"], "chat")).status_code == 410


@pytest.mark.parametrize("level", ["group", "paper"])
def test_where_nobody_has_a_channel_of_the_own_no_link_is_offered(site, local_time, level):
    files = site.world.files
    files["office.yaml"] = files["office.yaml"].replace("reach: {", f"reach: {{level: {level}, ")
    site.world.apply(local_time(NOW))
    client = site.app.test_client()

    page = client.get("/me").text

    assert "工号或手机号" not in page
    assert "王敏" in page
