"""The check-in in real Chromium: the screen of the hall changes its code by itself, and a phone follows the code that it shows."""

import re
from itertools import pairwise

import pytest
import segno
from accessible import serious
from pages_office import Office, local
from playwright.sync_api import Page
from sqlalchemy import select

from models.gatherings import ArrivalRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import DeviceRow
from models.schedules import OfficeStateRow
from tasks.roster.devices import digest_of
from worker.clock import machine_now

pytestmark = pytest.mark.browser
FRIDAY = local("2026-11-20 14:50")


@pytest.fixture
def screen(office: Office, desk: Page) -> Page:
    """The screen of the hall, ten minutes before the study day, opened from the desk."""
    with office.db.writing.begin() as session:
        session.get_one(OfficeStateRow, 1).stepped_at = FRIDAY
    desk.set_viewport_size({"width": 1920, "height": 1080})
    query = (
        select(ObligationRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(ObligationRow.part == "record", OccurrenceRow.starts_at == local("2026-11-20 15:00"))
    )
    with office.db.reading() as session:
        record = session.scalars(query).one()
    desk.goto(f"{office.address}/desk/session/{record}")
    desk.click("#check-in form.filter button")
    desk.click("text=投到这个屏幕")
    desk.wait_for_selector("svg.qr")
    return desk


def modules(drawing: str) -> set[tuple[int, int]]:
    """The dark modules of a drawn code, as (row, column) from the first one: a path of horizontal strokes."""
    path = re.search(r'stroke="#000" d="([^"]+)"', drawing)
    assert path
    dark, x, y = set(), 0, 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path[1]):
        values = [float(each) for each in numbers.split()]
        if command == "M":
            x, y = int(values[0]), values[1]
        elif command == "m":
            x, y = x + int(values[0]), y + values[1]
        else:
            dark |= {(int(y - 0.5), x + step) for step in range(int(values[0]))}
            x += int(values[0])
    top, left = min(row for row, _ in dark), min(column for _, column in dark)
    return {(row - top, column - left) for row, column in dark}


def shown(office: Office, screen: Page) -> str:
    """The address that the code on the screen spells: that of this half minute, or of the one before."""
    drawing = modules(screen.locator("svg.qr").evaluate("each => each.outerHTML"))
    occurrence = int(screen.url.rpartition("/")[2])
    for back in (0, 1):
        code = office.run.tokens.check_in_code(occurrence, machine_now().replace(microsecond=0))
        if back:
            at = machine_now().timestamp() - 30
            code = office.run.tokens.check_in_code(
                occurrence, machine_now().fromtimestamp(at, machine_now().tzinfo)
            )
        address = f"{office.address}/s/{code}"
        matrix = segno.make(address, error="m", micro=False).matrix
        if {(r, c) for r, line in enumerate(matrix) for c, bit in enumerate(line) if bit} == drawing:
            return address
    raise AssertionError("the screen shows another code")


def test_the_screen_fits_the_projector_and_shows_large_figures_without_names(office, screen):
    box = screen.locator("svg.qr").bounding_box()
    assert box
    assert box["height"] >= 600, "read from ten metres"
    assert screen.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "王敏" not in screen.inner_text("body")
    assert screen.locator("script").count() == 0
    assert screen.url == f"{office.address}/live/{screen.url.rpartition('/')[2]}", (
        "no token for the hall to read"
    )
    sizes = screen.locator(".figures dd").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 60
    assert all(a == b for a, b in pairwise(sizes))


def test_a_phone_follows_the_code_and_the_screen_counts_it(office, screen, phone):
    with office.db.writing.begin() as session:
        now = machine_now()
        device = DeviceRow(person_id=office.person("陈霞"), how="slip", bound_at=now, seen_at=now)
        device.digest = digest_of("s" * 43)
        session.add(device)
    phone.add_cookies([{"name": "phone", "value": "s" * 43, "url": office.address}])
    page = phone.new_page()
    page.goto(shown(office, screen), wait_until="networkidle")
    assert "陈霞，您到了吗" in page.inner_text("h1")
    with office.db.reading() as session:
        assert session.scalars(select(ArrivalRow)).all() == [], "looking must not act"

    page.click("text=我到了")

    page.wait_for_selector(".done-mark")
    assert "已签到" in page.inner_text("h1")
    screen.reload()
    assert screen.locator(".figures dd").nth(1).inner_text() == "1"


def test_the_code_changes_by_itself_without_a_script(office, screen):
    before = screen.locator("svg.qr").evaluate("each => each.outerHTML")
    screen.wait_for_function(
        "before => { const found = document.querySelector('svg.qr'); return found && found.outerHTML !== before }",
        arg=before,
        timeout=40_000,
    )
    assert shown(office, screen)


def test_the_pages_of_a_gathering_keep_nobody_out(office, screen):
    found = serious(screen)
    record = f"{office.address}/desk/session/{office.duty('record').id}"
    for path in (record, f"{record}/sheet"):
        screen.goto(path)
        found += serious(screen)
    screen.goto(f"{office.address}/s/1-x")
    found += serious(screen)

    assert found == []


def test_a_sheet_prints_on_one_a4_page_for_sixty_people(office, desk):
    desk.goto(f"{office.address}/desk/session/{office.duty('record').id}/sheet")
    printed = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == desk.locator("section.a4").count() == 1
