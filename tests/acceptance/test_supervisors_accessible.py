"""Every page that a supervisor or an inspector can open, walked by the routes the application lists, under the rules of axe-core."""

import tempfile
from typing import Any

import pytest
from accessible import serious
from pages_office import DESK, PHONE, Office, act, local, sign_in
from playwright.sync_api import Page
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import OfficeStateRow
from worker.bootstrap import Runtime
from worker.settings import Settings
from worker.web.app import create_app

pytestmark = pytest.mark.browser
PARTS = (
    "board", "drill", "supervise", "acts", "act_urge", "act_event", "outbox", "report", "summary", "inspect", "inspect_cases",
    "inspect_certificates", "inspect_late",
)  # fmt: skip
FILES = (".xlsx", ".zip", ".docx")
NOT_PAGES = ("drill.file", "supervise.file")
TUESDAY = "2026-11-24 09:05"


def routes() -> dict[str, str]:
    """Endpoint and address of every page of these parts that is opened by GET."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(
            {"DUBAN_DATA": folder, "DUBAN_SECRET_KEY": "k" * 43, "DUBAN_REDIS_URL": "redis://127.0.0.1:1/0"}
        )
        settings.prepare()
        rules = list(create_app(Runtime(settings)).url_map.iter_rules())
    return {
        rule.endpoint: rule.rule
        for rule in rules
        if rule.endpoint.partition(".")[0] in PARTS and "GET" in (rule.methods or ())
        if not rule.rule.endswith(FILES) and rule.endpoint not in NOT_PAGES
    }


@pytest.fixture
def late(office: Office) -> Office:
    """Tuesday: the lists are a day late and were told of."""
    act(office.run, "2026-11-24 09:00")
    with office.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = local(TUESDAY)
        absent = session.scalars(select(ObligationRow).where(ObligationRow.part == "make_up").limit(1)).one()
        absent.state, absent.mark, absent.due_on = "open", "absent", local("2026-11-23 12:00").date()
    return office


def samples(office: Office) -> dict[str, list[Any]]:
    """What stands in an address, by the name of the variable; where several look different, several."""
    duties = [office.duty("collect", "友谊社区"), office.duty("make_up")]
    with office.db.reading() as session:
        occurrences = list(session.scalars(select(OccurrenceRow.id).order_by(OccurrenceRow.id)))
        messages = list(session.scalars(select(MessageRow.id).order_by(MessageRow.id.desc()).limit(2)))
    return {
        "<int:obligation_id>": [duty.id for duty in duties], "<int:occurrence_id>": occurrences[:4],
        "<int:message_id>": messages, "<int:year>": [2026], "<int:draw_id>": [1], "<figure>": ["study-held"],
        "/person/<key>": ["/person/chenxia"], "/unit/<key>": ["/unit/youyi", "/unit/communities"],
        "/schedule/<key>": ["/schedule/friday-study", "/schedule/half-year-review"],
    }  # fmt: skip


def addresses(rule: str, known: dict[str, list[Any]]) -> list[str]:
    """A route with its variables filled in."""
    found = [rule]
    for name, values in known.items():
        found = [
            each.replace(name, str(value)) for each in found for value in (values if name in each else [""])
        ]
    assert not any("<" in each for each in found), f"no sample for {rule}"
    return found


def wrong(page: Page) -> list[str]:
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return serious(page) + ([f"wider than the screen by {over}"] if over > 0 else [])


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_page_of_a_supervisor_has_a_serious_fault(late, browser, size):
    context = browser.new_context(viewport=size, locale="zh-CN")
    page = context.new_page()
    sign_in(page, late)

    found, seen = {}, set()
    known = samples(late)
    for endpoint, rule in routes().items():
        for path in addresses(rule, known):
            answer = page.goto(late.address + path)
            assert answer is not None
            assert answer.status < 500, path
            if answer.status == 200:
                seen.add(endpoint)
            faults = wrong(page)
            if faults:
                found[path] = faults

    context.close()
    assert found == {}
    # Four duties hold no file to draw from; a browser draws one in test_inspection_in_a_browser.py.
    assert set(routes()) - seen == {"inspect.drawn", "inspect_cases.case"}, "a sample opens no page"
