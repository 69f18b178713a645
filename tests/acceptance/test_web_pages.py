"""The pages in a real browser, served by the real process: a phone confirms, the clerk records, nothing overflows."""

import pytest
from pages_office import NOW, Office, sign_in
from pictures import PNG
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import ObligationRow
from models.people import RecipientRow

pytestmark = pytest.mark.browser


def link(office: Office, duty: ObligationRow, name: str) -> str:
    return office.run.tokens.personal_link(duty.id, office.person(name), NOW).reveal()


def test_a_phone_confirms_with_one_tap_after_filling_in(office, phone):
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()

    page.goto(link(office, duty, "陈霞"), wait_until="networkidle")
    assert office.state(duty.id) == "open", "looking must not act, scripts or not"
    page.fill("#t-list", "无")
    page.click("button.btn-big")

    page.wait_for_selector(".done-mark")
    assert office.state(duty.id) == "done"
    assert "无" in page.inner_text("dl.facts")
    narrowest = page.locator("dl.facts dd").evaluate_all(
        "all => Math.min(...all.map(one => one.offsetWidth))"
    )
    assert narrowest >= 180, "a long label leaves room for the day and the name beside it"


def told(office: Office, name: str) -> str:
    """The path of the page of everything that the first message to somebody spoke of."""
    with office.db.reading() as session:
        message = session.scalars(
            select(MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == office.person(name), MessageRow.state == "sent")
        ).first()
    assert message is not None
    return f"/m/{office.run.tokens.message_token(message, office.person(name), NOW)}"


def test_what_is_missing_is_said_at_the_top_and_at_the_field(office, phone):
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()
    page.goto(link(office, duty, "陈霞"))

    page.fill("#f-note", "下午补传")
    page.click("button.btn-big")

    page.click(".note-bad a")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "f-list"
    assert page.input_value("#f-note") == "下午补传"
    assert office.state(duty.id) == "open"


def test_taking_it_back_brings_the_form_again(office, phone):
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()
    page.goto(link(office, duty, "陈霞"))
    page.fill("#t-list", "无")
    page.click("button.btn-big")
    page.wait_for_selector(".done-mark")

    page.click("details summary")
    page.click("details button")

    page.wait_for_selector("#t-list")
    assert office.state(duty.id) == "open"


def test_a_file_is_handed_in(office, phone, tmp_path):
    duty = office.duty("collect", "民主社区")
    photo = tmp_path / "清单.png"
    photo.write_bytes(PNG)
    page = phone.new_page()
    page.goto(link(office, duty, "陈霞"))

    page.set_input_files("#f-list", photo)
    page.click("button.btn-big")

    page.wait_for_selector(".done-mark")
    assert "清单.png" in page.inner_text("dl.facts")


def test_the_clerk_records_a_session(office, desk):
    duty = office.duty("record")
    desk.goto(f"{office.address}/desk")
    desk.click(f"a.btn[href*='/desk/session/{duty.id}']")
    desk.fill("#f-topic", "行政处罚法")
    desk.check("input[name='e-law'][value='行政处罚法']")
    person = desk.locator(".person").nth(3)
    assert not person.locator(".why").is_visible()
    person.locator("input[type=checkbox]").check()
    assert person.locator(".why").is_visible()

    desk.click("button[value=check]")
    assert office.state(duty.id) == "open"
    desk.click("button[value=save]")

    desk.wait_for_selector(".note-ok")
    assert office.state(duty.id) == "done"


def test_the_clerk_releases_what_was_shown(office, desk):
    desk.goto(f"{office.address}/desk")
    first = desk.locator("article.slip").first
    message = int((first.get_attribute("id") or "").removeprefix("m"))
    with office.db.reading() as session:
        assert session.get_one(MessageRow, message).state == "held"

    first.locator("button").click()

    desk.wait_for_selector(".note-ok")
    with office.db.reading() as session:
        assert session.get_one(MessageRow, message).state == "queued"


def test_a_newcomer_opens_a_message_as_its_recipient(office, desk):
    with office.db.reading() as session:
        message = session.scalars(
            select(MessageRow.id)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .where(RecipientRow.person_id == office.person("陈霞"), MessageRow.state == "sent")
        ).first()
    desk.goto(f"{office.address}/outbox?who=陈霞")
    desk.click(f"a[href*='/outbox/{message}']")

    desk.click("form.acts button")

    desk.wait_for_url("**/c/*", timeout=5000) if "/c/" in desk.url else desk.wait_for_selector("h1")
    assert any(page in desk.url for page in ("/c/", "/me/", "/m/"))
    assert "陈霞" in desk.inner_text("main")


@pytest.mark.parametrize("text_size", ["100%", "200%"])
def test_no_page_is_wider_than_a_phone(office, phone, text_size):
    page = phone.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: trouble.append(message.text))
    sign_in(page, office)
    record_, collect, hours = office.duty("record"), office.duty("collect", "民主社区"), office.duty("")
    paths = [
        "/",
        "/desk",
        "/outbox",
        "/desk/find?q=社区",
        f"/desk/session/{record_.id}",
        f"/desk/duty/{collect.id}",
        f"/duty/{collect.id}/waive",
    ]
    paths += [link(office, collect, "陈霞").removeprefix(office.address), f"/desk/duty/{hours.id}"]
    own = office.run.tokens.personal_token(None, office.person("宋丽华"), NOW)
    paths += [f"/me/{own}", f"/units/{own}", told(office, "孙丽")]

    wide = {}
    for path in paths:
        page.goto(office.address + path)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[path] = over

    assert wide == {}
    assert trouble == [], "the policy blocks something that a page uses"


def test_every_field_has_a_label_and_every_light_a_word(office, desk):
    unnamed = []
    for path in (
        "/",
        "/desk",
        "/outbox",
        f"/desk/session/{office.duty('record').id}",
        f"/desk/duty/{office.duty('collect').id}",
    ):
        desk.goto(office.address + path)
        unnamed += desk.evaluate(
            """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
                 .filter(e => !e.labels.length).map(e => e.outerHTML)"""
        )
        unnamed += desk.evaluate(
            "() => [...document.querySelectorAll('.light')].filter(e => !e.textContent.trim()).map(e => e.outerHTML)"
        )

    assert unnamed == []
