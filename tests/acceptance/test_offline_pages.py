"""A phone whose network goes away while somebody hands in: one step back everything that was typed is still there, whatever comes then."""

import pytest
from pages_office import NOW
from sqlalchemy import func, select

from models.obligations import ConfirmationRow

pytestmark = pytest.mark.browser


@pytest.fixture
def filled(office, phone):
    """The page of a duty, filled in and never handed in: (page, obligation)."""
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()
    page.goto(
        office.run.tokens.personal_link(duty.id, office.person("陈霞"), NOW).reveal(),
        wait_until="networkidle",
    )
    page.fill("#t-list", "无")
    page.fill("#f-note", "打好的字")
    page.fill("#f-done_on", "2026-11-20")
    return page, duty.id


def fails(page):
    """Press the button and wait for the browser's own page that says so."""
    page.click("button.btn-big")
    page.wait_for_url("chrome-error://**")


def records(office, duty: int) -> list[str]:
    with office.db.reading() as session:
        return list(
            session.scalars(select(ConfirmationRow.note).where(ConfirmationRow.obligation_id == duty))
        )


def test_one_step_back_everything_typed_is_there_while_the_network_is_still_down(office, filled):
    page, duty = filled
    office.stop()
    fails(page)

    page.go_back()

    assert page.input_value("#f-note") == "打好的字"
    assert page.input_value("#f-done_on") == "2026-11-20"
    fails(page)
    page.go_back()
    office.start()
    page.click("button.btn-big")
    page.wait_for_selector(".done-mark")
    assert records(office, duty) == ["打好的字"]


def test_the_same_after_a_form_that_came_back_with_a_fault(office, filled):
    page, duty = filled
    page.fill("#t-list", "")
    page.click("button.btn-big")
    page.wait_for_selector(".note-bad")
    page.fill("#t-list", "无")
    office.stop()
    fails(page)

    page.go_back()

    assert page.input_value("#f-note") == "打好的字"
    office.start()
    page.click("button.btn-big")
    page.wait_for_selector(".done-mark")
    assert records(office, duty) == ["打好的字"]


def test_trying_again_from_the_error_page_hands_in_once(office, filled):
    page, duty = filled
    office.stop()
    fails(page)
    office.start()

    page.reload()

    page.wait_for_selector(".done-mark")
    page.reload()
    page.wait_for_selector(".done-mark")
    assert records(office, duty) == ["打好的字"]
    with office.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConfirmationRow)) == 1
