"""Signing in and inspecting as a real browser sees it: the button, pages for phones and at 200 % text, A4, and what axe finds."""

from datetime import date

import pytest
from accessible import serious
from pages_office import NOW, sign_in

from tasks.live import current
from tasks.roster.inspectors import invite
from worker.clock import machine_now

PATHS = [
    "/signin", "/inspect", "/inspect/cases", "/inspect/certificates", "/inspect/late", "/inspect/late?kind=events",
]  # fmt: skip
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def inspector(office):
    """The address of an inspector's sign-in link."""
    with office.db.writing.begin() as session:
        made = invite(
            session, current(session), name="王建国", body="区司法局", until=date(2026, 12, 4), by=None, now=NOW, machine_now=machine_now(),
        )  # fmt: skip
    return office.run.tokens.sign_in_link(made.id, machine_now(), "inspector")


def test_one_button_signs_in_and_one_signs_out(office, phone, inspector):
    page = phone.new_page()
    page.goto(inspector)
    assert "王建国" in page.inner_text("h1")
    page.keyboard.press("Tab")
    page.get_by_role("button").press("Enter")

    page.wait_for_url("**/inspect")
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/signin?said=out")
    page.goto(inspector)

    assert "用过" in page.inner_text("main")


def test_files_are_drawn_by_pressing_one_button_and_print_on_one_sheet(office, phone, inspector):
    page = phone.new_page()
    page.goto(inspector)
    page.get_by_role("button").click()
    page.select_option("#f-among", "")
    page.fill("#f-n", "5")
    page.get_by_role("button", name="抽取").click()

    page.wait_for_url("**/inspect/draw/*")
    assert page.locator("tbody tr").count() == 5
    assert "结果一致" in page.inner_text("#proof")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("text_size", ["100%", "200%"])
def test_no_page_of_inspection_is_wider_than_a_phone(office, phone, text_size):
    page = phone.new_page()
    sign_in(page, office)
    wide = []
    for path in [*PATHS, "/desk/inspectors"]:
        page.goto(office.address + path)
        page.evaluate(f"document.documentElement.style.fontSize = '{text_size}'")
        if page.evaluate(WIDER) > 0:
            wide.append(path)

    assert wide == []


def test_axe_finds_nothing_serious(office, phone):
    page = phone.new_page()
    page.goto(office.address + "/signin")
    found = serious(page)
    sign_in(page, office)
    for path in [*PATHS[1:], "/desk/inspectors"]:
        page.goto(office.address + path)
        found += serious(page)

    assert found == []
