"""The clerk's desk in a real browser: a table is uploaded, tried, written; refused rows come back; no serious fault of accessibility."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from accessible import serious
from pages_office import Office
from playwright.sync_api import Page
from sqlalchemy import select

from models.people import CredentialRow
from worker.web.workbook import workbook

pytestmark = pytest.mark.browser
HEADS = ["证件编号", "证件种类", "持证人工号", "发证日期", "有效期至", "发证机关", "状态", "类型"]
GOOD = ["新-0001", "enforcement", "zhaogang", "2026-11-01", "2031-10-31", "焦作市司法局", "有效", "换证"]
PAGES = (
    "/desk", "/desk/import", "/desk/tick", "/desk/find", "/desk/find?state=open", "/desk/absences", "/desk/schedules",
    "/desk/schedules/friday-study", "/desk/reach", "/act/event", "/desk/go-live", "/desk/all/history",
)  # fmt: skip


def table(folder: Path, name: str, *rows: list[str]) -> str:
    path = folder / name
    path.write_bytes(workbook("证件", HEADS, rows, widths=[14] * len(HEADS)))
    return str(path)


def choose(page: Page, office: Office, path: str) -> None:
    page.goto(f"{office.address}/desk/import")
    page.get_by_label("证件", exact=False).first.check()
    page.get_by_label("文件", exact=True).set_input_files(path)
    page.get_by_role("button", name="看看会有哪些变化").click()


def numbers(office: Office) -> list[str]:
    with office.db.reading() as session:
        return list(session.scalars(select(CredentialRow.number).where(CredentialRow.number.like("新-%"))))


def test_a_table_is_uploaded_tried_and_written_and_refused_rows_come_back(
    office: Office, desk: Page, tmp_path: Path
) -> None:
    choose(desk, office, table(tmp_path, "新证.xlsx", GOOD))
    assert "赵刚" in desk.inner_text("main")
    assert numbers(office) == [], "a trial writes nothing"
    desk.get_by_role("button", name="写入").click()
    assert "证件已登记" in desk.inner_text("main")
    assert numbers(office) == ["新-0001"]

    bad = ["新-0002", "enforcement", "没有这个人", "2026-11-01", "2026年13月", "", "", ""]
    choose(desk, office, table(tmp_path, "错的.xlsx", GOOD, bad))
    assert "退回1行" in desk.inner_text("h1")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载退回的行").click()
    download.value.save_as(tmp_path / "refused.xlsx")
    rows: list[Any] = list(
        openpyxl.load_workbook(tmp_path / "refused.xlsx").worksheets[0].iter_rows(values_only=True)
    )
    assert rows[0][: len(HEADS)] == tuple(HEADS)
    assert rows[1][0] == "新-0002"
    assert "没有这个人" in rows[1][-1]
    assert numbers(office) == ["新-0001"]


def test_several_are_ticked_checked_and_recorded_and_nothing_overflows_a_phone(
    office: Office, desk: Page
) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    desk.goto(f"{office.address}/desk/tick")
    desk.get_by_role("link", name="报送问题清单", exact=False).first.click()
    boxes = desk.locator("input[name=duty]")
    for n in range(2):
        boxes.nth(n).check()
    desk.locator("input[name=t-list]").fill("无")
    desk.get_by_role("button", name="核对后登记").click()
    assert "登记" in desk.inner_text("h1")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    desk.get_by_role("button", name="登记", exact=True).click()
    assert "已登记2项" in desk.inner_text("main")


def test_the_pages_of_the_desk_have_no_serious_fault_of_accessibility(office: Office, desk: Page) -> None:
    found: list[str] = []
    for path in PAGES:
        desk.goto(office.address + path)
        found += serious(desk)
    assert found == []
