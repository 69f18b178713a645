"""How people are reached without a message of their own, in a real browser: slips, a phone that is bound, paper."""

from pathlib import Path

import pytest
from pages_office import NOW, PHONE, Office, sign_in
from playwright.sync_api import Page
from sqlalchemy import select

from models.messages import MessageRow, ReminderRow
from models.people import ChannelRow, DeviceRow, RecipientRow, SlipRow
from tasks.live import current
from tasks.roster.devices import print_slips
from worker.clock import machine_now

pytestmark = pytest.mark.browser
# A folder for pictures, for whoever wants to look at the pages while the tests run.
PICTURES: Path | None = None


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


def pdf(page: Page, path: Path, name: str) -> int:
    """How many sheets the page prints on."""
    data = page.pdf(path=str(path / f"{name}.pdf"), prefer_css_page_size=True)
    if PICTURES:
        (PICTURES / f"{name}.pdf").write_bytes(data)
    return data.count(b"/Type /Page\n")


def slip(office: Office, name: str) -> str:
    with office.db.writing.begin() as session:
        made = print_slips(
            session, current(session), person_ids=[office.person(name)], by=None, now=NOW, machine_now=machine_now()
        )  # fmt: skip
        return office.run.tokens.bind_link(made[0].id, "slip").reveal()


def on_paper(office: Office, *names: str) -> None:
    """The last messages to these people as ones that wait to be printed."""
    with office.db.writing.begin() as session:
        channel = session.scalars(select(ChannelRow.id).where(ChannelRow.url == "paper://")).one()
        for name in names:
            message = session.scalars(
                select(MessageRow)
                .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
                .where(RecipientRow.person_id == office.person(name), MessageRow.state == "sent")
                .where(MessageRow.id.in_(select(ReminderRow.message_id)))
                .order_by(MessageRow.id.desc())
            ).first()
            assert message is not None, name
            message.state, message.channel_id, message.sent_at = "held", channel, None


def test_a_phone_scans_a_slip_says_yes_once_and_finds_the_duties_at_a_plain_address(office, phone, browser):
    address = slip(office, "陈霞")
    page = phone.new_page()
    page.goto(address)
    picture(page, "bind")
    assert "您是陈霞吗" in page.inner_text("h1")
    with office.db.reading() as session:
        assert session.scalars(select(SlipRow.used_at)).one() is None, "looking binds nothing"

    page.click("button.btn-big")

    page.wait_for_url(f"{office.address}/me?*")
    picture(page, "me")
    assert "陈霞" in page.inner_text("main")
    again = phone.new_page()
    again.goto(f"{office.address}/me")
    assert "陈霞" in again.inner_text("main"), "the phone is remembered"
    other = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    other.goto(address)
    picture(other, "slip-used")
    assert "已经用过" in other.inner_text("h1")
    other.context.close()


def test_a_bound_phone_confirms_a_duty_of_the_group_without_any_token(office, phone):
    duty = office.duty("collect", "民主社区")
    page = phone.new_page()
    page.goto(slip(office, "陈霞"))
    page.click("button.btn-big")

    page.goto(f"{office.address}/d/{duty.id}")
    page.fill("#t-list", "无")
    page.click("button.btn-big")

    page.wait_for_selector(".done-mark")
    assert office.state(duty.id) == "done"
    assert page.url == f"{office.address}/c/my-{duty.id}"


def test_a_phone_ends_itself(office, phone):
    page = phone.new_page()
    page.goto(slip(office, "陈霞"))
    page.click("button.btn-big")
    page.wait_for_selector("#phones")

    page.click("#phones button")

    assert "已解除绑定" in page.inner_text("h1")
    page.goto(f"{office.address}/me")
    assert "请先确认您是谁" in page.inner_text("h1")
    with office.db.reading() as session:
        assert session.scalars(select(DeviceRow.ended_at)).one() is not None


def test_an_unknown_phone_asks_for_a_link_and_gets_the_same_answer_for_any_number(office, phone):
    page = phone.new_page()
    answers = set()
    for typed in ("chenxia", "nobody"):
        page.goto(f"{office.address}/me")
        picture(page, "who")
        page.fill("#f-who", typed)
        page.click("#chat button")
        page.wait_for_selector(".note-ok")
        answers.add(page.inner_text("main"))
    picture(page, "who-asked")

    assert len(answers) == 1
    with office.db.reading() as session:
        assert len(session.scalars(select(MessageRow).where(MessageRow.lane == "sign-in")).all()) == 1


def test_the_clerk_prints_slips_that_fit_eight_on_a_sheet(office, desk, tmp_path):
    desk.goto(f"{office.address}/desk")
    picture(desk, "desk")
    desk.click("#reach a[href*='slips']")
    picture(desk, "slips")
    boxes = desk.locator(".person input:checked")
    assert boxes.count() > 16
    for number in range(boxes.count() - 1, 10, -1):
        boxes.nth(number).uncheck()

    desk.click(".submit button")

    desk.wait_for_selector(".cut")
    picture(desk, "slips-sheet")
    assert desk.locator(".cut").count() == 11
    assert desk.locator(".cut svg.qr").count() == 11
    assert pdf(desk, tmp_path, "slips-sheet") == 2
    desk.emulate_media(media="print")
    widths = desk.evaluate(
        "() => [...document.querySelectorAll('.cut')].map(e => e.scrollWidth - e.clientWidth)"
    )
    heights = desk.evaluate(
        "() => [...document.querySelectorAll('.cut')].map(e => e.scrollHeight - e.clientHeight)"
    )
    assert max(widths) <= 0
    assert max(heights) <= 0, "nothing is cut off"


def test_the_clerk_prints_the_lists_and_says_what_was_handed_over(office, desk, tmp_path):
    on_paper(office, "陈霞", "周凯", "李强")
    desk.goto(f"{office.address}/desk")
    desk.click("#reach a[href*='paper']")
    picture(desk, "paper")
    assert pdf(desk, tmp_path, "paper") == 3, "a sheet for each unit"
    desk.locator("a", has_text="单独打印").first.click()
    picture(desk, "paper-slip")
    assert pdf(desk, tmp_path, "paper-slip") == 1
    desk.go_back()
    desk.locator(".t-paper input[type=checkbox]").first.uncheck()

    desk.click(".submit button")

    desk.wait_for_selector(".note-ok")
    with office.db.reading() as session:
        told = session.scalars(
            select(MessageRow.state)
            .join(ChannelRow, ChannelRow.id == MessageRow.channel_id)
            .where(ChannelRow.url == "paper://")
        ).all()
    assert sorted(told) == ["held", "sent", "sent"]
    assert desk.locator(".t-paper input[type=checkbox]").count() == 1


@pytest.mark.parametrize("text_size", ["100%", "200%"])
def test_no_page_of_reach_is_wider_than_a_phone_and_every_field_has_a_label(office, phone, text_size):
    on_paper(office, "陈霞", "周凯")
    page = phone.new_page()
    trouble: list[str] = []
    page.on("console", lambda message: None if "401" in message.text else trouble.append(message.text))
    address = slip(office, "李强")
    sign_in(page, office)
    wide, unnamed = {}, []
    paths = [
        "/me",
        address.removeprefix(office.address),
        "/desk/slips?pick=unbound",
        "/desk/slips/1/1",
        "/desk/paper",
        "/desk",
    ]
    for path in paths:
        page.goto(office.address + path)
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if text_size == "100%":
            picture(page, "phone" + path.split("?")[0].replace("/", "-")[:20])
        if over > 0:
            wide[path] = over
        unnamed += page.evaluate(
            """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea')]
                 .filter(e => !e.labels.length).map(e => e.outerHTML)"""
        )

    assert wide == {}
    assert unnamed == []
    assert trouble == [], "the policy blocks something that a page uses"
