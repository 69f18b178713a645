"""The board and the pages behind it in a real browser: one sheet of paper, a phone, large text, a screen reader's rules."""

import subprocess

import pytest
from accessible import serious
from pages_office import DESK, PHONE, Office, act, local, sign_in
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PersonRow
from models.schedules import OfficeStateRow

pytestmark = pytest.mark.browser
MOMENTS = (
    "2026-11-27 08:40",
    "2026-12-03 08:40",
    "2026-12-10 08:40",
    "2026-12-17 08:40",
    "2026-12-24 08:40",
    "2026-12-28 08:40",
)
LATER = "2026-12-28 09:05"


@pytest.fixture
def late(office: Office) -> Office:
    """Five weeks later: more is late than fits on the paper."""
    for moment in MOMENTS:
        act(office.run, moment)
    with office.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = local(LATER)
        people = session.scalars(
            select(ObligationRow)
            .where(ObligationRow.part == "make_up", ObligationRow.state == "expected")
            .limit(14)
        )
        for row in people:  # absent, and not made up in time
            row.state, row.mark, row.due_on = "open", "absent", local("2026-12-04 12:00").date()
    office.db.dispose()
    return office


def addresses(office: Office) -> list[str]:
    """One page of each kind."""
    with office.db.reading() as session:
        person = session.scalars(select(PersonRow.key).where(PersonRow.name == "陈霞")).one()
        chain = session.scalars(
            select(OccurrenceRow.id)
            .join(ObligationRow, ObligationRow.occurrence_id == OccurrenceRow.id)
            .where(ObligationRow.part == "collect")
        ).first()
        gathering = session.scalars(
            select(OccurrenceRow.id).where(OccurrenceRow.starts_at.is_not(None))
        ).first()
    paths = [
        "/",
        "/?unit=minzhu",
        "/unit/minzhu",
        "/unit/communities",
        "/schedule/friday-study",
        "/schedule/half-year-review",
    ]
    return [
        office.address + path
        for path in (*paths, f"/occurrence/{chain}", f"/occurrence/{gathering}", f"/person/{person}")
    ]


def test_the_board_prints_on_one_sheet(late, browser, tmp_path):
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    sign_in(page, late, "林海峰")
    page.goto(late.address + "/")

    page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)

    context.close()
    said = subprocess.run(
        ["pdfinfo", tmp_path / "board.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Pages:           1\n" in said
    assert "A4" in said
    words = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "board.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    assert "项见附表" in words
    assert "导出表格" not in words


@pytest.mark.parametrize("text_size", ["100%", "200%"])
def test_no_page_behind_the_board_is_wider_than_a_phone(late, browser, text_size):
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    sign_in(page, late, "林海峰")

    wide = {}
    for address in addresses(late):
        page.goto(address)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[address] = over

    context.close()
    assert wide == {}
    assert trouble == [], "the policy blocks something that a page uses"


def test_every_light_is_a_word_and_no_rule_of_accessibility_is_seriously_broken(late, browser):
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    sign_in(page, late, "林海峰")

    found, mute = [], []
    for address in addresses(late):
        page.goto(address)
        words = page.evaluate(
            "() => [...document.querySelectorAll('.light')].map(e => e.lastChild.textContent)"
        )
        mute += [word for word in words if word not in ("红", "黄", "绿", "灰")]
        found += serious(page)

    context.close()
    assert mute == []
    assert found == []
