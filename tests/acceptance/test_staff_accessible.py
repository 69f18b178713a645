"""The staff's pages for everybody: axe-core finds nothing grave, and a keyboard is enough."""

import pytest
from accessible import serious
from pages_office import DESK, NOW, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def links(office):
    """The staff's pages by name; the session belongs to the desk."""
    person = office.person("陈霞")
    duty, late = office.duty("collect", "民主社区"), office.duty("collect", "文化社区")
    tokens = office.run.tokens
    mine, of_duty = (
        tokens.personal_link(None, person, NOW).reveal(),
        tokens.personal_link(duty.id, person, NOW).reveal(),
    )
    watcher = tokens.personal_link(late.id, office.person("张建国"), NOW).reveal()
    return {
        "confirm": of_duty, "ask": f"{of_duty}/ask", "watcher": watcher, "me": mine, "done": f"{mine}/done", "away": f"{mine}/away",
        "calendar": f"{mine}/calendar", "reminders": f"{mine}/reminders", "forged": f"{office.address}/c/forged",
        "expired": tokens.personal_link(duty.id, person, NOW.replace(year=2025)).reveal(), "unknown phone": f"{office.address}/me",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_grave_on_the_staffs_pages(office, browser, links, viewport, lang):
    context = browser.new_context(viewport=viewport, locale="zh-CN")
    page = context.new_page()
    found = {}
    for name, link in links.items():
        page.goto(f"{link}?lang={lang}")
        found[name] = serious(page)
    page.goto(links["confirm"])
    page.fill("#f-done_on", "")
    page.click("button.btn-big")
    found["faults"] = serious(page)
    page.goto(links["calendar"])
    page.click("button.btn-big")
    found["calendar with an address"] = serious(page)
    page.goto(links["confirm"])
    page.fill("#t-list", "无")
    page.click("button.btn-big")
    page.wait_for_selector(".done-mark")
    found["receipt"] = serious(page)
    context.close()

    assert {name: each for name, each in found.items() if each} == {}


def press_until(page, selector: str, *, most: int = 40) -> None:
    """Go on by Tab until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard")


def test_a_keyboard_is_enough_to_fill_in_and_confirm(office, phone, links):
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()
    page.goto(links["confirm"])

    press_until(page, ".skip")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    press_until(page, "#t-list")
    page.keyboard.type("无")
    press_until(page, "#f-note")
    page.keyboard.type("键盘填写")
    press_until(page, "button.btn-big")
    page.keyboard.press("Enter")

    page.wait_for_selector(".done-mark")
    assert office.state(duty.id) == "done"
    assert "键盘填写" in page.inner_text("dl.facts")


def test_a_keyboard_is_enough_to_ask_for_longer(office, phone, links):
    page = phone.new_page()
    page.goto(links["ask"])

    press_until(page, "#longer summary")
    page.keyboard.press("Enter")
    press_until(page, "#f-x-reason")
    page.keyboard.type("等物业进场")
    press_until(page, "#longer button")
    page.keyboard.press("Enter")

    page.wait_for_selector(".note-bad")
    assert page.input_value("#f-x-reason") == "等物业进场"
    assert page.locator("#longer").get_attribute("open") is not None
