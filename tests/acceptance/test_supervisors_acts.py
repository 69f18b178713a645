"""What a supervisor does in a real browser: urge from the board with a phone, and read an archive package without a server."""

import io
import zipfile
from pathlib import Path

import pytest
from accessible import serious
from pages_office import DESK, PHONE, act, local, sign_in
from sqlalchemy import func, select

from models.handovers import UrgeRow
from models.obligations import ObligationRow
from models.schedules import OfficeStateRow

pytestmark = pytest.mark.browser


@pytest.fixture
def leader(office, browser):
    """The leader's phone on Tuesday, when the lists are a day late."""
    with office.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = local("2026-11-24 09:05")
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = context.new_page()
    sign_in(page, office, "林海峰")
    yield page
    context.close()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_late_duty_is_urged_from_the_board(office, leader):
    duty = office.duty("collect", "友谊社区").id
    leader.click(f'a[href="/duty/{duty}"]')
    assert "逾期1天" in leader.inner_text("main")
    leader.click("text=催办 >> nth=0")
    leader.fill("#f-reason", "今天下班前请报来")
    leader.click("button.btn")

    leader.wait_for_selector("[role=status]")
    assert leader.url.endswith(f"/duty/{duty}?said=urged")
    act(office.run, "2026-11-24 09:06")
    leader.reload()
    assert "今天下班前请报来" in leader.inner_text("#messages")
    assert "已送达" in leader.inner_text("#messages")
    assert "林海峰" in leader.inner_text("#trail")
    with office.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(UrgeRow)) == 1


def test_the_pages_fit_a_phone_and_have_no_serious_fault(office, leader):
    duty = office.duty("collect", "友谊社区").id
    paths = [f"/duty/{duty}", "/act/urge", f"/act/urge?duty={duty}", "/act/event"]
    paths += [f"/duty/{duty}/{name}" for name in ("urge", "extend", "reassign", "waive")]

    found = {}
    for path in paths:
        leader.goto(office.address + path)
        found[path] = (serious(leader), fits(leader))

    assert found == dict.fromkeys(paths, ([], True))


def test_a_package_opens_and_prints_without_a_server(office, leader, browser, tmp_path: Path):
    with office.db.reading() as session:
        occurrence = session.get_one(ObligationRow, office.duty("record").id).occurrence_id
    answer = leader.context.request.get(f"{office.address}/occurrence/{occurrence}/archive.zip")
    assert answer.status == 200
    zipfile.ZipFile(io.BytesIO(answer.body())).extractall(tmp_path)
    page = browser.new_context(viewport=DESK, locale="zh-CN", offline=True).new_page()

    page.goto((tmp_path / "index.html").as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    for link, heading in (("notice.html", "消息"), ("sign-in.html", "签到表"), ("trail.html", "办理痕迹")):
        page.goto((tmp_path / "index.html").as_uri())
        page.click(f'a[href="{link}"]')
        assert page.inner_text("h1") == heading
        assert serious(page) == []
    assert page.pdf(format="A4").startswith(b"%PDF")
