"""What somebody typed is never lost: whatever keeps a form from being taken, the answer holds all of it, to be handed in again."""

import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from pictures import JPEG
from sqlalchemy import select

from models.engine import connect
from models.obligations import ConfirmationRow
from models.people import PersonRow
from tasks.duties.confirm import confirm
from tasks.roster.devices import print_slips
from worker.clock import machine_now

NOW = "2026-11-23 09:05"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
TYPED = {"done_on": "2026-11-20", "t-list": "", "note": "第一行\n第二行“引号”<b>"}


@pytest.fixture
def collect(site, local_time):
    """The list of problems that a community owes today: (client, path, obligation)."""
    duty = site.duty("half-year-review", "collect", "minzhu")
    return site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW)), duty


def token_of(site, client, path, *, hours: int = 0) -> str:
    """The hidden field of a page that was opened so many hours ago."""
    if not hours:
        return unescape(client.get(path).text.split('name="csrf" value="')[1].split('"')[0])
    subject = f"link:{path.rpartition('/')[2]}"
    return site.run.tokens.form(subject, machine_now() - timedelta(hours=hours))


def offered(answer) -> dict[str, str]:
    """The fields of the form that a page offers to hand in again."""
    part = answer.text.split('id="again"')[1]
    return {name: unescape(value) for name, value in HIDDEN.findall(part)}


def bound(site, local_time):
    """A phone that is bound as the one's who owes it."""
    person, now = site.person("chenxia"), local_time(NOW)
    with site.world.writing() as (session, live):
        (slip,) = print_slips(session, live, person_ids=[person], by=None, now=now, machine_now=machine_now())
    client = site.app.test_client()
    assert site.send(client, f"/bind/{site.run.tokens.bind_token(slip.id, 'slip')}").status_code == 303
    return client


def photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(JPEG), "问题清单.jpg"


def test_a_page_that_was_open_for_a_day_gives_everything_back_and_takes_it_at_the_next_press(site, collect):
    client, path, duty = collect
    old = token_of(site, client, path, hours=24)

    first = client.post(path, data={"csrf": old, **TYPED, "e-list": photo()})

    assert first.status_code == 400
    assert "第一行\n第二行“引号”&lt;b&gt;" in first.text
    assert "问题清单.jpg" in first.text
    assert site.state(duty) == "open"
    again = client.post(path, data=offered(first))
    assert again.status_code == 303
    with site.world.db.reading() as session:
        assert session.scalars(select(ConfirmationRow.note)).one() == TYPED["note"]
    assert "问题清单.jpg" in client.get(path).text


def test_another_site_cannot_put_its_words_under_our_button(site, collect):
    client, path, _ = collect
    fields = {"csrf": token_of(site, client, path), **TYPED}

    answers = [
        client.post(path, data=fields, headers={"Origin": "https://evil.example"}),
        client.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"}),
        client.post(path, data={**fields, "csrf": "x.y"}),
    ]

    for answer in answers:
        assert answer.status_code == 400
        assert "<form" not in answer.text
        assert "第一行" not in answer.text


def test_a_form_too_large_comes_back_with_its_words(site, collect):
    client, path, duty = collect
    site.app.config["MAX_CONTENT_LENGTH"] = 200_000
    large = io.BytesIO(JPEG + b"\0" * 300_000)

    answer = client.post(
        path, data={"csrf": token_of(site, client, path), **TYPED, "e-list": (large, "大图.jpg")}
    )

    assert answer.status_code == 413
    assert offered(answer)["note"] == TYPED["note"]
    fields = offered(answer) | {"t-list": "照片太大，随后补"}
    assert client.post(path, data=fields).status_code == 303
    assert site.state(duty) == "done"


def test_a_disk_that_takes_no_file_loses_no_words(site, collect):
    client, path, _ = collect
    blocked = site.run.settings.data / "files"
    blocked.write_text("not a folder")

    answer = client.post(path, data={"csrf": token_of(site, client, path), **TYPED, "e-list": photo()})

    assert answer.status_code == 500
    assert offered(answer)["note"] == TYPED["note"]
    assert "问题清单.jpg" in answer.text
    blocked.unlink()
    assert client.post(path, data=offered(answer) | {"t-list": "无"}).status_code == 303


def test_a_database_that_does_not_answer_loses_no_words(site, collect, tmp_path):
    client, path, duty = collect
    token = token_of(site, client, path)
    site.run.db = connect(f"sqlite:///{tmp_path}/nowhere/db.sqlite")

    down = client.post(path, data={"csrf": token, **TYPED, "e-list": photo()})

    assert down.status_code == 503
    assert "您填的内容都还在" in down.text
    site.run.db = site.world.db
    assert client.post(path, data=offered(down)).status_code == 303
    assert site.state(duty) == "done"
    assert "问题清单.jpg" in client.get(path).text


def test_whoever_comes_second_reads_that_and_what_he_typed(site, collect, local_time):
    client, path, duty = collect
    token = token_of(site, client, path)
    with site.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=duty, by=None, done_on=local_time(NOW).date(), evidence={"list": "无"}, files={}, note=None,
            how="cli", now=local_time(NOW),
        )  # fmt: skip

    answer = client.post(path, data={"csrf": token, **TYPED})

    assert answer.status_code == 409
    assert "done-mark" in answer.text
    assert "第一行\n第二行" in answer.text
    assert 'id="again"' in answer.text
    assert 'name="note"' not in answer.text


def test_a_link_that_expired_meanwhile_still_shows_what_was_typed(site, collect, local_time):
    client, path, _ = collect
    token = token_of(site, client, path)
    site.stand_at(local_time(NOW) + timedelta(days=61))

    answer = client.post(path, data={"csrf": token, **TYPED})

    assert answer.status_code == 410
    assert "第一行\n第二行" in answer.text
    assert 'name="note"' not in answer.text


def test_a_phone_that_is_not_known_any_more_keeps_the_words_while_it_is_bound_anew(site, local_time):
    duty = site.duty("half-year-review", "collect", "minzhu")
    client, path = bound(site, local_time), f"/c/my-{duty}"
    token = token_of(site, client, path)
    client.delete_cookie("phone")

    asked = client.post(path, data={"csrf": token, **TYPED, "t-list": "无"})

    assert asked.status_code == 401
    assert "请先确认您是谁" in asked.text
    assert "第一行\n第二行" in asked.text
    fields = offered(asked)
    assert client.post(path, data=fields).status_code == 401, "nobody is known yet: asked again, nothing lost"
    client = bound(site, local_time)
    late = client.post(path, data=fields)
    assert late.status_code == 400
    assert client.post(path, data=offered(late)).status_code == 303
    assert site.state(duty) == "done"


@pytest.mark.parametrize(("leaves", "stays"), [(date(2026, 11, 24), True), (date(2026, 11, 23), False)])
def test_files_of_who_has_left_are_not_kept_from_the_first_minute_of_that_day(
    site, local_time, leaves, stays
):
    duty = site.duty("half-year-review", "collect", "minzhu")
    client, path = bound(site, local_time), f"/c/my-{duty}"
    token = site.run.tokens.form("session:another", machine_now())
    with site.world.writing() as (session, _):
        session.get_one(PersonRow, site.person("chenxia")).left_on = leaves
    site.stand_at(local_time("2026-11-23 00:01"))

    answer = client.post(path, data={"csrf": token, **TYPED, "e-list": photo()})

    assert ("k-list" in offered(answer)) is stays


def test_a_session_that_ended_gives_the_clerks_words_back(site, collect):
    _, _, duty = collect
    client, path = site.signed_in("wangmin"), f"/duty/{duty}/waive"
    token = token_of(site, client, path)
    with client.session_transaction() as cookie:
        del cookie["person"]

    answer = client.post(path, data={"csrf": token, "reason": "拆迁，不再需要"})

    assert answer.status_code == 401
    assert offered(answer)["reason"] == "拆迁，不再需要"
    assert site.state(duty) == "open"


def test_who_signed_out_in_another_window_is_asked_to_sign_in_at_once(site, collect):
    _, _, duty = collect
    client, page = site.signed_in("wangmin"), f"/duty/{duty}/waive"
    typed = {"csrf": token_of(site, client, page), "reason": "上级取消了这项要求"}
    site.send(client, "/signout", page="/desk")

    answer = client.post(page, data=typed)

    assert (answer.status_code, "请登录" in answer.text, "放得太久" in answer.text) == (401, True, False)
    assert "上级取消了这项要求" in answer.text
