"""The page behind a personal link: looking changes nothing, acting needs the form, every bad link gets one answer."""

import hashlib
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from pictures import JPEG, PNG, photo
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from models.obligations import ConfirmationRow, FileRow, ObligationRow
from models.people import PersonRow
from schedules.dues import Due
from tasks.duties.credit import add_credit
from tasks.duties.due import move_due
from tasks.duties.duty import load
from worker.web.duties.uploads import path_of

NOW = "2026-11-23 09:05"


@pytest.fixture
def collect(site, local_time):
    """The list of problems that a community owes today: (client, path, obligation)."""
    duty = site.duty("half-year-review", "collect", "minzhu")
    return site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW)), duty


@pytest.fixture
def clerk_hours(site, local_time):
    """Thirty hours of self-study, entered by the clerk."""
    duty = site.duty("enforcement-training", "")
    with site.world.writing() as (session, live):
        for day in (2, 3, 4):
            add_credit(
                session, live, obligation_id=duty, amount=1000, kind="self-study", title="自学", done_on=date(2026, 11, day), by=None,
                source=f"s{day}", how="cli", now=local_time(NOW),
            )  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_at_a_page_changes_nothing(site, collect, method):
    client, path, _ = collect
    before = site.rows()

    for agent in ("WeCom preview", "Mozilla/5.0", "facebookexternalhit"):
        assert (
            client.open(path, method=method, headers={"User-Agent": agent, "Purpose": "prefetch"}).status_code
            == 200
        )

    assert site.rows() == before


def test_the_page_says_whose_what_and_until_when(collect):
    client, path, _ = collect

    text = client.get(path).text

    for words in ("民主社区", "法治建设集中研判", "报送问题清单", "今天18:00前", "办结"):
        assert words in text


def test_the_page_says_how_the_deadline_moved_and_why(site, collect, local_time):
    client, path, duty = collect
    with site.world.writing() as (session, live):
        later = Due(date(2026, 11, 26), local_time("2026-11-26 18:00"))
        move_due(
            session,
            live,
            load(session, duty),
            later,
            kind="manual",
            reason="会议改期",
            now=local_time(NOW),
            new_epoch=True,
        )

    text = client.get(path).text

    assert "11月26日" in text
    assert "由11月23日改为11月26日（会议改期）" in re.sub(r"<[^>]*>", "", text)


def test_handing_in_records_it_and_shows_the_receipt(site, collect):
    client, path, duty = collect

    answer = site.send(
        client, path, {"done_on": "2026-11-20", "e-list": (io.BytesIO(JPEG), "问题清单.jpg"), "note": "共3条"}
    )

    assert answer.status_code == 303
    assert site.state(duty) == "done"
    receipt = client.get(path).text
    for words in ("done-mark", "按期", "11月20日", "问题清单.jpg", "共3条"):
        assert words in receipt
    with site.world.db.reading() as session:
        file = session.scalars(select(FileRow)).one()
    kept = site.run.settings.data / "files" / file.sha256[:2] / file.sha256
    assert kept.read_bytes() == JPEG
    assert kept.stat().st_mode & 0o077 == 0


def test_a_form_without_what_is_asked_for_comes_back_with_everything_typed(site, collect):
    client, path, duty = collect

    answer = site.send(client, path, {"done_on": "2026-12-24", "note": "说明<b>还在"})

    assert answer.status_code == 422
    assert site.state(duty) == "open"
    assert 'href="#f-done_on"' in answer.text
    assert 'href="#f-list"' in answer.text
    assert "说明&lt;b&gt;还在" in answer.text


def test_a_file_survives_a_form_with_another_fault(site, collect):
    client, path, duty = collect
    first = site.send(client, path, {"done_on": "", "e-list": (io.BytesIO(JPEG), "清单.jpg")})
    assert first.status_code == 422
    kept = first.text.split('name="k-list" value="')[1].split('"')[0]

    second = site.send(client, path, {"done_on": "2026-11-23", "k-list": kept})

    assert second.status_code == 303
    assert site.state(duty) == "done"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ"),
        ("page.jpg", b"<script>alert(1)</script>"),
        ("real.html", JPEG),
        ("large.jpg", JPEG + b"\0" * (10 * 1024 * 1024)),
        ("../../etc/passwd", JPEG),
    ],
    ids=["a program", "a page named as a photo", "a photo named as a page", "larger than 10 MB", "a path"],
)
def test_a_file_of_another_kind_is_refused(site, collect, name, content):
    client, path, duty = collect

    answer = site.send(client, path, {"done_on": "2026-11-23", "e-list": (io.BytesIO(content), name)})

    assert answer.status_code == 422
    assert site.state(duty) == "open"
    assert ".." not in answer.text.split("<main")[1]


def test_one_wrong_photo_among_several_does_not_cost_the_others_and_all_are_named(site, collect):
    client, path, duty = collect
    heic = b"\0\0\0\x20ftypheic" + b"\0" * 40
    files = [
        FileStorage(io.BytesIO(JPEG), "现场一.jpg"),
        FileStorage(io.BytesIO(heic), "IMG_2034.HEIC"),
        FileStorage(io.BytesIO(JPEG + b"\0" * (10 * 1024 * 1024)), "原图.jpg"),
        FileStorage(io.BytesIO(JPEG), "现场二.jpg"),
    ]

    first = site.send(client, path, {"done_on": "2026-11-23", "e-list": files})

    assert first.status_code == 422
    for words in (
        "已收到：现场一.jpg",
        "已收到：现场二.jpg",
        "IMG_2034.HEIC是HEIC照片",
        "截图",
        "原图.jpg超过10兆",
    ):
        assert words in first.text
    kept = [part.split('"')[0] for part in first.text.split('name="k-list" value="')[1:]]
    assert len(kept) == 2
    assert site.send(client, path, {"done_on": "2026-11-23", "k-list": kept}).status_code == 303
    assert site.state(duty) == "done"


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [("mmexport17.jpg", PNG, "mmexport17.png"), ("下载.jfif", JPEG, "下载.jfif")],
    ids=["a PNG that a chat named as a JPEG", "a JPEG as a desktop names it"],
)
def test_a_photo_is_taken_under_any_ending_of_a_photo(site, collect, name, content, shown):
    client, path, duty = collect

    assert (
        site.send(client, path, {"done_on": "2026-11-23", "e-list": (io.BytesIO(content), name)}).status_code
        == 303
    )

    assert shown in client.get(path).text
    assert site.state(duty) == "done"


def test_a_photo_is_kept_without_the_place_it_was_taken_at(site, collect):
    client, path, _ = collect

    taken = {"done_on": "2026-11-23", "e-list": (io.BytesIO(photo(6)), "现场.jpg")}
    assert site.send(client, path, taken).status_code == 303

    with site.world.db.reading() as session:
        row = session.scalars(select(FileRow)).one()
        kept = path_of(site.run.settings.data, row.sha256).read_bytes()
    assert (row.sha256, row.size) == (hashlib.sha256(kept).hexdigest(), len(kept))
    assert b"Exif" in kept
    assert b"GPS" not in kept
    assert b"HUAWEI" not in kept


def test_a_damaged_photo_is_refused_in_words_and_the_rest_stays(site, collect):
    client, path, duty = collect

    answer = site.send(
        client,
        path,
        {"done_on": "2026-11-23", "e-list": (io.BytesIO(JPEG[:100]), "现场.jpg"), "t-list": "纸质已交"},
    )

    assert answer.status_code == 422
    assert "现场.jpg已损坏" in answer.text
    assert "纸质已交" in answer.text
    assert site.state(duty) == "open"


def test_a_word_may_stand_for_a_file(site, collect):
    client, path, duty = collect

    assert site.send(client, path, {"done_on": "2026-11-23", "t-list": "无"}).status_code == 303
    assert site.state(duty) == "done"


def test_taking_it_back_opens_it_again(site, collect):
    client, path, duty = collect
    site.send(client, path, {"done_on": "2026-11-23", "t-list": "无"})

    assert site.send(client, f"{path}/undo", {"reason": "传错了"}, page=path).status_code == 303

    assert site.state(duty) == "open"
    assert "报送问题清单" in client.get(path).text


def test_a_post_without_the_form_token_does_nothing(site, collect):
    client, path, duty = collect

    assert client.post(path, data={"done_on": "2026-11-23", "t-list": "无"}).status_code == 400
    assert client.post(path, data={"csrf": "x.y", "done_on": "2026-11-23", "t-list": "无"}).status_code == 400
    assert site.state(duty) == "open"


def test_a_form_of_another_link_does_not_serve(site, collect, local_time):
    client, path, duty = collect
    other = site.path(None, site.owner(duty), local_time(NOW))
    stranger = site.duty("half-year-review", "collect", "wenhua")
    page = client.get(site.path(stranger, site.owner(stranger), local_time(NOW))).text
    token = page.split('name="csrf" value="')[1].split('"')[0]

    assert client.post(path, data={"csrf": token, "done_on": "2026-11-23", "t-list": "无"}).status_code == 400
    assert client.get(other).status_code == 200
    assert site.state(duty) == "open"


def test_a_post_from_another_site_does_nothing(site, collect):
    client, path, duty = collect
    token = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]
    fields = {"csrf": token, "done_on": "2026-11-23", "t-list": "无"}

    assert client.post(path, data=fields, headers={"Origin": "https://evil.example"}).status_code == 400
    assert client.post(path, data=fields, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400
    assert site.state(duty) == "open"


def test_the_same_form_handed_in_at_once_counts_once(site, collect):
    client, path, duty = collect
    token = client.get(path).text.split('name="csrf" value="')[1].split('"')[0]

    def hand_in(_: int) -> int:
        fields = {"csrf": token, "done_on": "2026-11-23", "t-list": "无"}
        return int(site.app.test_client().post(path, data=fields).status_code)

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(hand_in, range(12)))

    assert codes == {303}
    with site.world.db.reading() as session:
        assert session.scalar(select(func.count()).where(ConfirmationRow.obligation_id == duty)) == 1


def test_somebody_elses_duty_is_not_shown(site, collect, local_time):
    client, _, duty = collect
    stranger = site.person("zhaojing")

    answer = client.get(site.path(duty, stranger, local_time(NOW)))

    assert answer.status_code == 410
    assert "报送问题清单" not in answer.text
    assert "<form" not in answer.text


@pytest.mark.parametrize("change", ["flip", "cut", "other purpose", "person who left", "unknown duty"])
def test_links_that_are_not_ours_get_the_same_page(site, collect, local_time, change):
    client, path, duty = collect
    owner = site.owner(duty)
    match change:
        case "flip":
            bad = path[:-3] + ("A" if path[-3] != "A" else "B") + path[-2:]
        case "cut":
            bad = path[:-5]
        case "other purpose":
            bad = "/me/" + path.removeprefix("/c/")
        case "person who left":
            with site.world.db.writing.begin() as session:
                session.get_one(PersonRow, owner).left_on = local_time("2026-11-01 00:00").date()
            bad = path
        case _:
            bad = site.path(999_999, owner, local_time(NOW))
    pages = {client.get(bad).text, client.get("/c/forged").text}

    assert client.get(bad).status_code == 404
    assert len(pages) == 1


def test_an_expired_link_says_what_to_do(site, collect, local_time):
    client, _, duty = collect
    old = site.path(duty, site.owner(duty), local_time(NOW) - timedelta(days=61))

    answer = client.get(old)

    assert answer.status_code == 410
    assert "60" in answer.text
    assert "<form" not in answer.text
    assert f'href="/c/my-{duty}"' in answer.text
    asked = client.get(f"/c/my-{duty}")
    assert asked.status_code == 401
    assert "登录链接会发到您平时收提醒的地方" in asked.text


def test_the_page_of_all_duties_lists_the_most_urgent_first(site, collect, local_time):
    client, _, duty = collect

    text = client.get(site.path(None, site.owner(duty), local_time(NOW))).text

    assert "报送问题清单" in text
    assert "/c/" in text


def test_hours_are_handed_in_once_and_wait_for_approval(site, local_time):
    duty = site.duty("enforcement-training", "")
    client, path = site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW))
    fields = {"amount": "4", "title": "执法文书", "kind": "", "done_on": "2026-11-13"}

    assert site.send(client, path, fields).status_code == 303
    assert site.send(client, path, fields).status_code == 303

    text = client.get(path).text
    assert text.count("执法文书") == 1
    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, duty).progress in (0, 400)


def test_a_reason_is_answered_and_stays_on_the_page(site, local_time):
    late = "2026-11-25 09:05"
    site.stand_at(local_time(late))
    duty = site.duty("half-year-review", "collect", "minzhu")
    client, path = site.app.test_client(), site.path(duty, site.owner(duty), local_time(late))

    answer = site.send(
        client, f"{path}/reason", {"reason": "等物业进场", "new_date": "2026-12-04"}, page=path
    )

    shown = client.get(answer.headers["Location"]).text
    assert "已填报。" in shown
    for page in (shown, client.get(path).text):
        assert "原因：等物业进场" in page
        assert "新时限：12月4日（周五）" in page
    assert "已填报。" not in client.get(path).text


def test_of_a_capped_kind_the_page_says_what_counts(site, clerk_hours, local_time):
    duty = site.duty("enforcement-training", "")

    page = site.app.test_client().get(site.path(duty, site.owner(duty), local_time(NOW))).text

    assert "自学：已登记30，计20" in page


def test_more_hours_than_a_day_holds_come_back_with_the_reason(site, local_time):
    duty = site.duty("enforcement-training", "")
    client, path = site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW))

    answer = site.send(client, path, {"amount": "400", "title": "执法文书", "done_on": "2026-11-13"})

    assert answer.status_code == 422
    assert "一天最多登记12学时" in answer.text


def test_hours_that_are_no_number_come_back(site, local_time):
    duty = site.duty("enforcement-training", "")
    client, path = site.app.test_client(), site.path(duty, site.owner(duty), local_time(NOW))

    answer = site.send(client, path, {"amount": "四", "title": "", "done_on": "2026-11-13"})

    assert answer.status_code == 422
    assert 'href="#f-amount"' in answer.text
    assert 'href="#f-title"' in answer.text


@pytest.mark.parametrize(
    "payload",
    [
        '"><script>alert(1)</script>',
        "'; DROP TABLE obligation; --",
        "{{ 7*7 }}",
        "${7*7}",
        "<img src=x onerror=alert(1)>",
    ],
    ids=["script", "sql", "template", "expression", "image"],
)
def test_what_people_type_is_shown_as_text(site, collect, payload):
    client, path, _ = collect
    site.send(client, path, {"done_on": "2026-11-23", "t-list": payload, "note": payload})

    text = client.get(path).text

    assert "<script" not in text
    assert "<img src=x" not in text
    assert "49" not in text.split("<main")[1].split("11月")[0]


def test_every_page_closes_what_it_does_not_need(site, collect):
    client, path, _ = collect
    answer = client.get(path)

    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/c/forged").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/me").headers["Cache-Control"] == "no-store"
    assert " style=" not in answer.text
    assert "<script" not in answer.text
