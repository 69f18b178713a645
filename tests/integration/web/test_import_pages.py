"""Imports at the desk: tried first, written as shown or not at all, refused rows back with their reasons."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office_sheets import fill, new, saved
from sqlalchemy import select

from models.obligations import AuditRow
from models.people import CredentialRow, PersonRow
from models.schedules import CalendarDayRow
from worker.web.desk import imports
from worker.web.workbook import workbook

SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
CARDS = "证件编号,证件种类,持证人工号,发证日期,有效期至,发证机关,状态\n"


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


def roster(office_files: dict[str, str]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(office_files["people.csv"])))


def as_xlsx(rows: list[list[str]]) -> bytes:
    return workbook("花名册", rows[0], rows[1:], widths=[12] * len(rows[0]))


def as_csv(rows: list[list[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def upload(site: Any, client: Any, kind: str, data: bytes, name: str) -> Any:
    return site.send(client, "/desk/import", {"kind": kind, "file": (io.BytesIO(data), name)})


def tried(site: Any, client: Any, kind: str, data: bytes, name: str) -> tuple[str, str]:
    """The address of the trial and its page."""
    answer = upload(site, client, kind, data, name)
    assert answer.status_code == 303, answer.text
    return answer.location, client.get(answer.location).text


def write(site: Any, client: Any, address: str, page: str) -> Any:
    shown = SHOWN.search(page)
    assert shown, page
    return site.send(client, address, {"shown": shown[1]})


def known(site: Any, key: str) -> PersonRow | None:
    with site.world.db.reading() as session:
        return session.scalars(select(PersonRow).where(PersonRow.key == key)).one_or_none()


def changed_roster(office_files: dict[str, str]) -> list[list[str]]:
    """One who joins, one who leaves, one with another role, one without the number."""
    rows = roster(office_files)
    heads = rows[0]
    rows = [row for row in rows if row[0] != "songjia"]
    for row in rows:
        if row[0] == "zhaogang":
            row[heads.index("手机号")] = ""
        if row[0] == "xuli":
            row[heads.index("角色")] = ""
    new = dict.fromkeys(heads, "")
    new |= {"工号": "xinren", "姓名": "辛仁", "单位": "民主社区", "手机号": "13800009999"}
    return [*rows, list(new.values())]


def test_a_roster_is_shown_first_and_then_written_as_shown(site, clerk, office_files, office_folder):
    rows = changed_roster(office_files)
    before = site.rows()

    address, page = tried(site, clerk, "people", as_xlsx(rows), "花名册.xlsx")

    assert site.rows() == before, "a trial writes nothing"
    for text in ("辛仁（民主社区）", "宋佳", "赵刚：手机号"):
        assert text in page, text
    assert (office_folder / "people.csv").read_text() == office_files["people.csv"]
    assert write(site, clerk, address, page).status_code == 303
    new, gone = known(site, "xinren"), known(site, "songjia")
    assert new is not None
    assert gone is not None
    assert (new.name, new.mobile_hmac) == ("辛仁", site.run.cipher.digest("13800009999"))
    assert gone.left_on is not None
    assert (office_folder / "people.xlsx").is_file(), "the folder says the same as the office in force"
    assert not (office_folder / "people.csv").exists()
    assert not list((site.run.settings.data / "imports").iterdir()), "the numbers do not lie about"


def test_the_same_table_written_twice_is_written_once(site, clerk, office_files):
    other = site.signed_in("wangmin")
    first, shown = tried(site, clerk, "people", as_csv(changed_roster(office_files)), "名册.csv")
    again, page = tried(site, other, "people", as_csv(changed_roster(office_files)), "名册.csv")

    assert write(site, clerk, first, shown).status_code == 303
    late = write(site, other, again, page)
    assert late.status_code == 404
    assert "这张表已不再保留" in late.text
    assert 'href="/desk/import"' in late.text
    third, _ = tried(site, other, "people", as_csv(changed_roster(office_files)), "名册.csv")
    stale = write(site, other, third, page)
    assert stale.status_code == 409
    assert "同样的内容刚才已经写入，不用再写入。" in stale.text


def test_a_roster_as_excel_saves_it_on_chinese_windows_is_read(site, clerk, office_files, office_folder):
    table = as_csv(changed_roster(office_files)).decode("utf-8-sig").encode("gb18030")
    address, page = tried(site, clerk, "people", table, "名册.csv")

    assert write(site, clerk, address, page).status_code == 303
    assert "工号" in (office_folder / "people.csv").read_text(encoding="utf-8-sig")


def test_a_role_alone_is_a_change(site, clerk, office_files):
    rows = roster(office_files)
    roles = rows[0].index("角色")
    next(row for row in rows if row[0] == "xuli")[roles] = ""

    address, page = tried(site, clerk, "people", as_csv(rows), "people.csv")

    assert "徐莉：角色" in page
    assert write(site, clerk, address, page).status_code == 303


def test_refused_rows_come_back_with_their_reasons_and_nothing_is_written(site, clerk, office_files):
    rows = roster(office_files)
    heads = rows[0]
    for row, column, value in (
        (rows[2], "单位", "不存在的科室"), (rows[4], "手机号", "110101199003070011"), (rows[5], "邮箱", "=1+1"),
    ):  # fmt: skip
        row[heads.index(column)] = value
    before = site.rows()

    address, page = tried(site, clerk, "people", as_xlsx(rows), "花名册.xlsx")

    assert "3行" in page
    assert SHOWN.search(page) is None, "there is no button for it"
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{address}/refused.xlsx").data))
    found = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert found[0][:-1] == heads
    assert [row[0] for row in found[1:]] == [rows[2][0], rows[4][0], rows[5][0]]
    assert "没有" in str(found[1][-1])
    assert {
        cell.data_type for row in book.worksheets[0].iter_rows(min_row=2) for cell in row if cell.value
    } == {"s"}
    assert site.send(clerk, address, {"shown": "0" * 64}, page="/desk/import").status_code == 409
    assert site.rows() == before


def test_a_reason_names_its_column_and_what_may_stand_there_as_people_write_it(site, clerk, office_files):
    rows = roster(office_files)
    unit, name = rows[0].index("单位"), rows[0].index("姓名")
    rows[1][unit], rows[2][name] = "没有的社区", ""

    _, text = tried(site, clerk, "people", as_xlsx(rows), "花名册.xlsx")

    assert "单位：没有单位“没有的社区”；可填：" in text
    assert ("司法所" in text, "sifasuo" in text) == (True, False)
    assert "姓名：单元格是空的" in text


def test_citizen_numbers_are_refused(site, clerk, office_files):
    rows = [[*row, "110101199003070011" if n else "身份证号"] for n, row in enumerate(roster(office_files))]

    _, page = tried(site, clerk, "people", as_xlsx(rows), "花名册.xlsx")

    assert "身份证号" in page
    assert SHOWN.search(page) is None


def test_what_has_changed_meanwhile_is_shown_anew(site, clerk, office_files):
    rows = changed_roster(office_files)
    address, page = tried(site, clerk, "people", as_csv(rows), "people.csv")
    other = [row for row in roster(office_files) if row[0] != "songjia"]
    assert write(site, clerk, *tried(site, clerk, "people", as_csv(other), "people.csv")).status_code == 303

    answer = write(site, clerk, address, page)

    assert answer.status_code == 409
    assert "辛仁" in answer.text, "it is shown as it is now"
    assert "宋佳" not in answer.text, "who has left already does not leave again"
    assert known(site, "xinren") is None
    assert write(site, clerk, address, answer.text).status_code == 303


def test_most_people_missing_is_said_before_it_is_done(site, clerk, office_files):
    rows = roster(office_files)
    named = "".join(text for path, text in office_files.items() if path != "people.csv")
    plain = {row[0] for row in rows if row[0] not in named and row[rows[0].index("角色")] == "机关工作人员"}
    kept = [row for row in rows if row[0] not in plain]

    address, page = tried(site, clerk, "people", as_csv(kept), "people.csv")

    assert "花名册必须是全部人员" in page
    assert "请核对" in page
    assert "确已离职" in page
    answer = write(site, clerk, address, page)
    assert (answer.status_code, "请勾选" in answer.text) == (409, True)
    shown = SHOWN.search(answer.text)
    assert shown
    assert site.send(clerk, address, {"shown": shown[1], "sure": "1"}).status_code == 303


def test_whom_a_certificate_still_names_leaves_by_a_day_and_not_by_a_missing_row(site, clerk, office_files):
    rows = roster(office_files)
    _, page = tried(site, clerk, "people", as_csv([row for row in rows if row[0] != "machao"]), "people.csv")
    assert SHOWN.search(page) is None
    assert "填写离职日期" in page

    dated = [
        [*row, "离职日期" if row[0] == "工号" else "2026-11-20" if row[0] == "machao" else ""] for row in rows
    ]
    address, page = tried(site, clerk, "people", as_csv(dated), "people.csv")
    assert "马超" in page
    assert write(site, clerk, address, page).status_code == 303
    gone = known(site, "machao")
    assert gone is not None
    assert gone.left_on is not None


def test_the_starter_office_stays_as_it_came(site, office_files):
    clerk = site.signed_in("wangmin")
    _, page = tried(site, clerk, "people", as_csv(changed_roster(office_files)), "people.csv")

    assert "duban init" in page
    assert SHOWN.search(page) is None


def test_certificates_are_recorded_once(site, clerk):
    table = (CARDS + "新-01,enforcement,zhaogang,2026-11-01,2031-10-31,焦作市司法局,有效\n").encode()
    address, page = tried(site, clerk, "credentials", table, "新证.csv")
    assert "赵刚" in page
    assert write(site, clerk, address, page).status_code == 303

    with site.world.db.reading() as session:
        row = session.scalars(select(CredentialRow).where(CredentialRow.number == "新-01")).one()
    assert row.expires_on.isoformat() == "2031-10-31"
    _, again = tried(site, clerk, "credentials", table, "新证.csv")
    assert SHOWN.search(again) is None
    assert "已经记录在案" in again


def test_a_certificate_of_nobody_is_refused(site, clerk):
    table = (CARDS + "新-01,enforcement,nobody,2026-11-01,2031-10-31,焦作市司法局,有效\n").encode()
    address, page = tried(site, clerk, "credentials", table, "新证.csv")

    assert "1行" in page
    assert clerk.get(f"{address}/refused.xlsx").status_code == 200


def test_single_days_are_tried_and_put_into_force_with_their_reason(site, clerk, office_folder):
    table = "日期,是否上班,名称,原因\n2026-12-04,否,停电,供电通知\n".encode()
    before = site.rows()
    address, page = tried(site, clerk, "calendar", table, "停电.csv")
    assert site.rows() == before
    assert "供电通知" in page

    assert write(site, clerk, address, page).status_code == 303

    with site.world.db.reading() as session:
        assert (
            session.scalars(select(CalendarDayRow.name).where(CalendarDayRow.name == "停电")).first()
            == "停电"
        )
    assert "供电通知" in (office_folder / "calendar" / "overrides.json").read_text()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("花名册.xls", b"\xd0\xcf\x11\xe0"),
        ("花名册.xlsx", b"not a workbook"),
        ("people.csv", b""),
        ("people.csv", b"PK\x03\x04zip"),
    ],
    ids=["old Excel", "another content", "empty", "a workbook by another name"],
)
def test_a_file_that_is_no_table_is_refused_at_its_field(site, clerk, name, data):
    answer = upload(site, clerk, "people", data, name)

    assert (answer.status_code, 'id="e-file"' in answer.text) == (422, True)


def test_no_file_is_said_in_a_sentence(site, clerk):
    answer = site.send(clerk, "/desk/import", {"kind": "people"})

    assert (answer.status_code, 'id="e-file"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    "path", ["people/template.xlsx", "credentials/template.xlsx", "calendar/template.xlsx?of=days"]
)
def test_a_template_has_headings_an_example_and_text_cells(clerk, path):
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"/desk/import/{path}").data))
    rows = list(book.worksheets[0].iter_rows())

    assert len(rows) == 2
    assert {cell.number_format for row in rows for cell in row} == {"@"}


def test_the_roster_in_force_goes_out_with_numbers_and_comes_back_unchanged(site, clerk):
    page = "/desk/import"
    answer = site.send(clerk, f"{page}/people/roster.xlsx", page=page)
    cells = [
        [cell.value or "" for cell in row]
        for row in openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0].iter_rows()
    ]
    assert next(row for row in cells if row[1] == "周建平")[6] == "13800000101"
    with site.world.db.reading() as session:
        assert (
            session.scalars(select(AuditRow.actor).where(AuditRow.act == "roster-export"))
            .one()
            .startswith("person:")
        )

    _, again = tried(site, clerk, "people", answer.data, "people.xlsx")

    assert "已经记录在案" in again


def test_nobody_waits_while_the_roster_is_written_out(site, clerk, monkeypatch):
    noted = []

    def look(*given, **more):
        with site.world.db.reading() as session:
            noted.extend(session.scalars(select(AuditRow.id).where(AuditRow.act == "roster-export")))
        return workbook(*given, **more)

    monkeypatch.setattr(imports, "workbook", look)

    assert site.send(clerk, "/desk/import/people/roster.xlsx", page="/desk/import").status_code == 200
    assert len(noted) == 1, "the transaction had ended before the workbook was begun"


def test_of_several_sheets_the_clerk_chooses_one_and_the_file_is_kept(site, clerk):
    book, page = new("旧证")
    heading = CARDS.strip().split(",")
    fill(page, [heading, ["ZF-1", "enforcement", "zhaogang", "2026-09-01", "2031-08-31", "市司法局", "有效"]])
    fill(
        book.create_sheet("新证"),
        [heading, ["ZF-2", "enforcement", "zhaogang", "2026-09-01", "2031-08-31", "市司法局", "有效"]],
    )

    address, asked = tried(site, clerk, "credentials", saved(book), "证件.xlsx")
    shown = clerk.get(f"{address}?sheet=新证").text

    assert "要读哪张工作表？" in asked
    assert "<option>新证</option>" in asked
    assert "ZF-2" in shown
    assert "ZF-1" not in shown
    written = write(site, clerk, f"{address}?sheet=新证", shown)
    assert written.status_code == 303


def test_nobody_but_the_clerk_imports(site, office_folder):
    leader = site.signed_in("linhaifeng")

    for path in ("/desk/import", "/desk/import/people/template.xlsx", f"/desk/import/people/{'0' * 64}"):
        assert leader.get(path).status_code == 403


def test_a_file_that_is_kept_no_longer_is_not_there(clerk):
    assert clerk.get(f"/desk/import/people/{'0' * 64}").status_code == 404
