"""The pages in a real browser, served by the real process: a phone confirms, the clerk records, nothing overflows."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from kept import Kept
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from small_office import FOUR_KINDS
from sqlalchemy import select

from models.engine import Database
from models.messages import MessageRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow, RecipientRow
from models.schedules import OfficeStateRow
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.deliver import claim, record
from tasks.live import current
from tasks.open import open_due
from tasks.outcomes import Outcome, Result
from tasks.sweep import sweep
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.office_files import read_folder
from worker.readiness import http_answers, wait_until
from worker.settings import Settings

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE = ViewportSize(width=390, height=844)
DESK = ViewportSize(width=1440, height=900)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


NOW = local("2026-11-23 09:05")


@dataclass
class Office:
    """Four duties of the starter office, a week after they were applied, and its pages."""

    run: Runtime
    address: str

    @property
    def db(self) -> Database:
        return self.run.db

    def person(self, name: str) -> int:
        with self.db.reading() as session:
            return session.scalars(select(PersonRow.id).where(PersonRow.name == name)).one()

    def duty(self, part: str, party: str | None = None) -> ObligationRow:
        query = (
            select(ObligationRow)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .where(ObligationRow.part == part, ObligationRow.state == "open")
            .order_by(OccurrenceRow.starts_at, ObligationRow.id)
        )
        if party is not None:
            query = query.where(PartyRow.title == party)
        with self.db.reading() as session:
            found = session.scalars(query).first()
        assert found is not None
        return found

    def state(self, obligation_id: int) -> str:
        with self.db.reading() as session:
            return session.get_one(ObligationRow, obligation_id).state


def act(run: Runtime, text: str) -> None:
    """Open, sweep and deliver at a moment, as beat and the workers do."""
    now = local(text)
    with run.db.writing.begin() as session:
        open_due(session, current(session), now=now)
    with run.db.writing.begin() as session:
        sweep(session, current(session), now=now + timedelta(milliseconds=1))
    now += timedelta(milliseconds=2)
    while True:
        with run.db.writing.begin() as session:
            batch = claim(
                session, current(session), run.texts, run.cipher, now=now, machine_now=now, owner="test"
            )
        if not batch:
            return
        results = [
            Result(message_id=one.message_id, attempt=one.attempt, outcome=Outcome.SENT)
            for each in batch
            for one in each.members
        ]
        with run.db.writing.begin() as session:
            record(session, results, now=now, machine_now=now)


def seed(run: Runtime) -> None:
    files = {source.path: source.data.decode() for source in read_folder(FOUR_KINDS)}
    office = load([SourceFile(path, text.encode()) for path, text in files.items()]).office
    assert office is not None
    with run.db.writing.begin() as session:
        apply(session, office, files, by="test", now=local("2026-11-16 08:30"), cipher=run.cipher)
    for moment in (
        "2026-11-16 08:40",
        "2026-11-19 16:00",
        "2026-11-20 15:00",
        "2026-11-20 16:30",
        "2026-11-23 09:00",
    ):
        act(run, moment)
    with run.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = NOW
    run.db.dispose()


@pytest.fixture
def office(
    sqlite_url: str,
    kept_sqlite: Kept,
    redis_url: str,
    tmp_path: Path,
    free_port: int,
    environ: dict[str, str],
) -> Iterator[Office]:
    address = f"http://127.0.0.1:{free_port}"
    own = {
        "DUBAN_DATA": str(tmp_path / "data"),
        "DUBAN_DATABASE_URL": sqlite_url,
        "DUBAN_REDIS_URL": redis_url,
        "DUBAN_BASE_URL": address,
        "DUBAN_SECRET_KEY": "k" * 43,
    }
    settings = Settings.load(own)
    settings.prepare()
    run = Runtime(settings)
    kept_sqlite.begin("the office of the pages", lambda: seed(run))
    with (tmp_path / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker", "web"], env={**environ, **own}, stdout=log, stderr=log
        )
    try:
        ready = wait_until(lambda: http_answers("127.0.0.1", free_port, "/healthz"), seconds=20)
        assert ready, (tmp_path / "web.log").read_text()
        yield Office(run, address)
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        run.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", has_touch=True)
    yield context
    context.close()


@pytest.fixture
def desk(browser: Browser, office: Office) -> Iterator[Page]:
    """The clerk's browser, signed in."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    page.goto(office.run.tokens.sign_in_link(office.person("王敏"), machine_now()))
    yield page
    context.close()


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
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
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
    page.goto(office.run.tokens.sign_in_link(office.person("王敏"), machine_now()))
    record_, collect, hours = office.duty("record"), office.duty("collect", "民主社区"), office.duty("")
    paths = [
        "/",
        "/desk",
        "/outbox",
        "/desk/find?q=社区",
        f"/desk/session/{record_.id}",
        f"/desk/duty/{collect.id}",
        f"/desk/waive/{collect.id}",
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
