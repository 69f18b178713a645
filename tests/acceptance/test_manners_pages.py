"""Putting a duty off, choosing a time, beginning a silence: with a real phone's screen and the desk's."""

import pytest
from pages_office import NOW

pytestmark = pytest.mark.browser


def fits(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_phone_puts_a_duty_off_and_takes_it_back(office, phone, tmp_path):
    duty = office.duty("", "马超")
    page = phone.new_page()
    page.goto(office.run.tokens.personal_link(duty.id, office.person("马超"), NOW).reveal())
    page.get_by_text("过几天再提醒我").click()
    page.screenshot(path=tmp_path / "later-choices.png", full_page=True)
    assert fits(page)

    page.get_by_role("button", name="3个工作日后").click()

    assert "11月26日" in page.locator(".note").inner_text()
    page.screenshot(path=tmp_path / "later-chosen.png", full_page=True)
    assert fits(page)
    page.get_by_role("button", name="照常提醒我").click()
    assert page.get_by_text("过几天再提醒我").is_visible()


def test_a_phone_chooses_a_time(office, phone, tmp_path):
    page = phone.new_page()
    token = office.run.tokens.personal_token(None, office.person("陈霞"), NOW)
    page.goto(f"{office.address}/me/{token}")
    page.get_by_role("link", name="修改").click()
    page.locator("#f-at").select_option("15:30")
    page.screenshot(path=tmp_path / "reminders.png", full_page=True)
    assert fits(page)

    page.get_by_role("button", name="保存").click()

    assert "15:30" in page.locator("#reminders").inner_text()
    page.screenshot(path=tmp_path / "me.png", full_page=True)


def test_the_desk_begins_a_silence(office, desk, tmp_path):
    desk.goto(f"{office.address}/desk/silences")
    desk.locator("#f-person").fill("陈霞")
    desk.locator("#f-until").fill("2026-12-05")
    desk.locator("#f-reason").fill("家中有事，已当面说好")
    desk.get_by_role("button", name="开始静默").click()

    assert "陈霞的所有事项" in desk.locator("#running").inner_text()
    desk.screenshot(path=tmp_path / "silences.png", full_page=True)
    assert fits(desk)
    desk.goto(f"{office.address}/desk")
    assert "陈霞的所有事项" in desk.locator("#silences").inner_text()
    desk.screenshot(path=tmp_path / "desk.png", full_page=True)
