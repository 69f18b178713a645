"""Hours and lists of campaigns at the desk, tables as offices have them, and the choice of columns."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from integration.web.test_import_pages import SHOWN, tried, upload, write
from office_sheets import titled
from sqlalchemy import select

from models.messages import NoticeRow
from models.obligations import AuditRow, CreditRow, ObligationRow
from models.people import PersonRow
from schedules.hours_table import HourRow
from tasks.duties.hours_import import compare_hours, write_hours
from tasks.live import current
from worker.clock import office_now

SCHEDULE = "enforcement-training"
LIST = "承接事项.csv"


@pytest.fixture
def office_folder(site: Any, office_files: dict[str, str], tmp_path: Path) -> Path:
    """The office in a folder of its own, as an installation has it."""
    folder = tmp_path / "office"
    for path, text in office_files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    site.run.settings = replace(site.run.settings, office=folder)
    return folder


@pytest.fixture
def clerk(site: Any, office_folder: Path) -> Any:
    return site.signed_in("wangmin")


def handed(site: Any, clerk: Any, kind: str, data: bytes, name: str, of: str = "") -> tuple[str, str]:
    """The address of the trial and its page, of a table for a schedule."""
    answer = site.send(
        clerk, "/desk/import", {"kind": kind, "file": (io.BytesIO(data), name), f"of-{kind}": of}
    )
    assert answer.status_code == 303, answer.text
    return answer.location, clerk.get(answer.location).text


def credits_of(site: Any, person: str) -> list[tuple[str, int, str]]:
    duty = site.duty(SCHEDULE, "", person)
    with site.world.db.reading() as session:
        found = session.scalars(
            select(CreditRow).where(CreditRow.obligation_id == duty).order_by(CreditRow.id)
        )
        return [(each.title, each.amount, each.state) for each in found]


HOURS = ["姓名", "手机号码", "培训时间", "培训班名称", "学时数"]


def test_hours_are_shown_entered_counted_and_entered_once(site, clerk):
    data = titled(
        HOURS,
        [
            ["赵刚", "", "2026.9.1", "行政处罚法专题", "4学时"],
            ["张建国", "13800000104", "20260902", "听证", "1.5"],
        ],
    )
    before = site.rows()
    address, page = handed(site, clerk, "hours", data, "学时.xlsx", SCHEDULE)

    assert site.rows() == before, "a trial writes nothing"
    assert "赵刚，2026-09-01，行政处罚法专题：4学时" in page
    assert "日期 ← C 培训时间" in page
    assert write(site, clerk, address, page).status_code == 303
    assert credits_of(site, "zhaogang") == [("行政处罚法专题", 400, "accepted")]
    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, site.duty(SCHEDULE, "", "zhangjianguo")).progress >= 150

    _, again = handed(site, clerk, "hours", data, "学时.xlsx", SCHEDULE)
    assert SHOWN.search(again) is None
    assert "2条已经在册" in again


def test_other_hours_of_the_same_course_are_a_correction_on_the_trail(site, clerk):
    table = "工号,日期,课程,学时\nzhaogang,2026-09-01,听证,{}\n"
    page = ""
    for hours in (4, 6):
        address, page = handed(site, clerk, "hours", table.format(hours).encode(), "学时.csv", SCHEDULE)
        assert write(site, clerk, address, page).status_code == 303

    assert "4 → 6学时" in page
    assert credits_of(site, "zhaogang") == [("听证", 600, "accepted")]
    with site.world.db.reading() as session:
        (note,) = session.scalars(select(AuditRow).where(AuditRow.act == "credit-correct"))
    assert note.detail == {"amount": 600, "was": 400}


def test_hours_that_a_clerk_enters_for_himself_wait_for_somebody_else(site, clerk):
    rows = [
        HourRow(row=n, person=person, done_on=date(2026, 9, 1), amount=400, kind="", title="听证")
        for n, person in enumerate(("zhaogang", "suntao"))
    ]
    with site.world.db.writing.begin() as session:
        live, now = current(session), office_now(session)
        change = compare_hours(session, live.office.schedule(SCHEDULE), rows, today=live.today(now))
        write_hours(session, live, change, by="person:1", clerk="zhaogang", now=now)

    assert credits_of(site, "zhaogang") == [("听证", 400, "submitted")]
    assert credits_of(site, "suntao") == [("听证", 400, "accepted")]
    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, site.duty(SCHEDULE, "", "zhaogang")).progress == 0
        assert "hours" in set(session.scalars(select(NoticeRow.kind)))


def test_hours_that_cannot_count_come_back_with_their_reasons(site, clerk):
    rows = [
        "zhaogang,2026-09-01,听证,13", "zhaogang,2025-09-01,听证,4", "zhaogang,2026-12-30,听证,4", "songjia,2026-09-01,听证,4",
        "nobody,2026-09-01,听证,4",
    ]  # fmt: skip
    table = "\n".join(["工号,日期,课程,学时", *rows]).encode("gb18030")
    before = site.rows()

    address, page = handed(site, clerk, "hours", table, "学时.csv", SCHEDULE)

    for text in (
        "5行",
        "一天最多登记12学时",
        "2026",
        "不能晚于今天",
        "没有“执法人员年度培训”的学时任务",
        "nobody",
    ):
        assert text in page, text
    path, _, query = address.partition("?")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{path}/refused.xlsx?{query}").data))
    found = list(book.worksheets[0].iter_rows(values_only=True))
    assert found[0][:4] == ("工号", "日期", "课程", "学时")
    assert [row[0] for row in found[1:]] == ["zhaogang", "zhaogang", "zhaogang", "songjia", "nobody"]
    assert site.rows() == before


# ── lists of campaigns ────────────────────────────────────────
CAMPAIGN = """\
powers:
  title: 承接事项
  when: {once: {from: "2026-11-01", to: "2026-12-31"}, targets: 承接事项.csv}
  who: {target: owner}
"""
ROWS = "编号,名称,责任单位\n1,占道经营,综治办\n2,违法建设,城建办\n"


@pytest.fixture
def campaign(site: Any, office_folder: Path, local_time: Any) -> str:
    """A campaign over two rows, open."""
    for name, content in (("powers.yaml", CAMPAIGN), (LIST, ROWS)):
        site.world.files[name] = content
        (office_folder / name).write_text(content)
    site.world.apply(local_time("2026-11-23 09:05"))
    site.world.open(local_time("2026-11-23 09:05"))
    return "powers"


def test_a_list_is_shown_row_by_row_and_put_into_force_and_into_the_folder(
    site, clerk, office_folder, campaign
):
    table = titled(
        ["序号", "事项名称", "责任科室", "责任人"],
        [["2", "违法搭建", "城建办", ""], ["3", "噪声扰民", "", "赵刚"]],
    )

    address, page = handed(site, clerk, "targets", table, "清单.xlsx", campaign)

    for text in (
        "3 噪声扰民",
        "2 违法搭建：姓名 违法建设 → 违法搭建",
        "1 占道经营",
        "1行不在表中，将移出清单",
        "编号 ← A 序号",
    ):
        assert text in page, text
    assert (office_folder / LIST).read_text() == ROWS
    assert write(site, clerk, address, page).status_code == 303
    written = (office_folder / LIST).read_text(encoding="utf-8-sig")
    assert "3,噪声扰民,,zhaogang" in written
    assert "占道经营" not in written

    address, _ = handed(site, clerk, "targets", "编号,名称\n4,占道停车\n".encode("gbk"), "新增.csv", campaign)
    page = clerk.get(f"{address}&keep=1").text
    assert "不在表中的2行保持原样" in page
    assert "责任" in page, "a row without an owner is refused"
    assert SHOWN.search(page) is None


def test_what_the_list_has_no_column_for_stays(site, clerk, office_folder, campaign):
    address, page = handed(
        site, clerk, "targets", "编号,名称\n1,占道经营\n2,违法搭建\n".encode(), "清单.csv", campaign
    )

    assert write(site, clerk, address, page).status_code == 303
    assert "2,违法搭建,cheng" in (office_folder / LIST).read_text(encoding="utf-8-sig")


@pytest.mark.usefixtures("campaign")
def test_a_schedule_without_a_list_is_said_so(site, clerk):
    _, page = handed(site, clerk, "targets", b"a,b\n1,2\n", "a.csv", "friday-study")

    assert "没有清单" in page


# ── columns ───────────────────────────────────────────────────
def test_a_column_that_was_not_found_is_chosen_and_the_file_is_kept(site, clerk):
    table = "人员代号,日期,讲了什么,学时\nzhaogang,2026-09-01,听证,4\n".encode()
    address, page = handed(site, clerk, "hours", table, "学时.csv", SCHEDULE)
    assert 'id="e-c.id"' in page
    assert 'id="e-c.title"' in page
    assert SHOWN.search(page) is None

    chosen = f"{address}&c.id=A&c.title=C"
    page = clerk.get(chosen).text
    assert "课程 ← C 讲了什么" in page
    assert write(site, clerk, chosen, page).status_code == 303
    assert credits_of(site, "zhaogang") == [("听证", 400, "accepted")]


def test_what_was_shown_with_other_columns_is_not_written(site, clerk):
    table = "工号,日期,课程,内容,学时\nzhaogang,2026-09-01,听证,处罚,4\n".encode()
    address, page = handed(site, clerk, "hours", table, "学时.csv", SCHEDULE)
    shown = SHOWN.search(page)
    assert shown

    answer = site.send(clerk, f"{address}&c.title=D", {"shown": shown[1]}, page=address)

    assert answer.status_code == 409
    assert credits_of(site, "zhaogang") == []


def test_a_roster_of_some_people_by_phone_changes_only_them(site, clerk):
    with site.world.db.reading() as session:
        sealed = session.scalars(select(PersonRow.mobile_enc).where(PersonRow.key == "zhaogang")).one()
    number = site.run.cipher.decrypt(sealed)
    table = f"姓名,手机,科室,职务\n赵刚,+86 {number[:3]}-{number[3:]},民主社区,副主任\n".encode("gbk")
    address, page = tried(site, clerk, "people", table, "部分人员.csv")
    assert "不在表中的保持原样" in page or SHOWN.search(page) is None

    page = clerk.get(f"{address}?keep=1").text

    assert "赵刚：职务" in page
    assert "表中没有角色、标签、企业微信、邮箱，这些保持原样" in page
    assert write(site, clerk, f"{address}?keep=1", page).status_code == 303
    with site.world.db.reading() as session:
        here = session.scalars(select(PersonRow).where(PersonRow.left_on.is_(None))).all()
    assert len(here) > 50
    assert {each.post for each in here if each.key == "zhaogang"} == {"副主任"}


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("名册.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧格式的表格"),
        (
            "名册.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "设了密码",
        ),
        ("名册.xlsx", b"\x89PNG\r\n\x1a\n", "这是图片"),
        ("名册.xlsx", b"%PDF-1.7", "这是PDF"),
        ("名册.xlsx", b"PK\x03\x04cut", "已损坏或不完整"),
    ],
)
def test_what_is_no_table_is_refused_by_what_it_is(site, clerk, name, data, said):
    answer = upload(site, clerk, "people", data, name)

    assert (answer.status_code, said in answer.text) == (422, True)
