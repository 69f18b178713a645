"""The pages as a real browser sees them: an office a week after it was applied, its web process, a phone and the clerk's screen."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
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
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow, PersonRow
from models.schedules import OfficeStateRow
from schedules.loader import SourceFile, load
from tasks.apply import apply
from tasks.delivery.deliver import claim, record
from tasks.delivery.outcomes import Outcome, Result
from tasks.live import current
from tasks.open import open_due
from tasks.sweep import sweep
from worker.bootstrap import Runtime
from worker.clock import machine_now
from worker.office_files import read_folder
from worker.readiness import http_answers, wait_until
from worker.settings import Settings

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
    serve: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """Take the pages off the network."""
        os.kill(self.process.pid, signal.SIGTERM)
        self.process.wait(timeout=20)

    def start(self) -> None:
        """Bring them back at the same address."""
        self.process = self.serve()

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

    def serve() -> subprocess.Popen[bytes]:
        with (tmp_path / "web.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "worker", "web"], env={**environ, **own}, stdout=log, stderr=log
            )
        ready = wait_until(lambda: http_answers("127.0.0.1", free_port, "/healthz"), seconds=20)
        if not ready:
            process.kill()
        assert ready, (tmp_path / "web.log").read_text()
        return process

    served = Office(run, address, serve, serve())
    try:
        yield served
    finally:
        served.stop()
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


def sign_in(page: Page, office: Office, name: str = "王敏") -> None:
    """Open a sign-in link of somebody and press its one button."""
    page.goto(office.run.tokens.sign_in_link(office.person(name), machine_now()))
    page.get_by_role("button").click()


@pytest.fixture
def desk(browser: Browser, office: Office) -> Iterator[Page]:
    """The clerk's browser, signed in."""
    context = browser.new_context(viewport=DESK, locale="zh-CN")
    page = context.new_page()
    sign_in(page, office)
    yield page
    context.close()
