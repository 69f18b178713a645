"""Attendance as tables: taken over with every mistake named, the sign-in sheet on paper and as a workbook."""

import io
import re

import pytest
from office_sheets import fill, new, saved
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from models.gatherings import LeaveRequestRow
from models.obligations import ConfirmationRow, ObligationRow
from worker.web.sessions import signin_sheet

AFTER = "2026-11-20 17:00"


@pytest.fixture
def clerk(site, local_time):
    site.stand_at(local_time(AFTER))
    return site.signed_in("wangmin")


@pytest.fixture
def path(site):
    return f"/desk/session/{site.duty('friday-study', 'record')}"


def rows_of(data):
    return [
        [cell or "" for cell in row]
        for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    ]


def workbook(rows):
    book, written = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(written)
    return written.getvalue()


def upload(site, clerk, path, data, name="签到.xlsx"):
    return site.send(clerk, f"{path}/import", {"table": (io.BytesIO(data), name)}, page=path)


def posted(page):
    """The form as a browser would hand it in."""
    found: dict[str, list[str] | str] = {"away": re.findall(r'name="away" value="(\d+)" checked', page)}
    for person in found["away"]:
        mark = re.search(rf'name="w{person}" value="(\w+)" checked', page)
        assert mark
        found[f"w{person}"] = mark[1]
    for name, value in re.findall(r'<input type="hidden" name="(r\d+)" value="([^"]*)"', page):
        found[name] = value
    note = re.search(r'name="note"[^>]*>([^<]*)<', page)
    return {
        **found,
        "done_on": "2026-11-20",
        "e-topic": "行政处罚法",
        "e-law": "行政处罚法",
        "note": note[1] if note else "",
    }


def test_the_empty_table_holds_everybody_and_comes_back_as_all_present(site, clerk, path):
    data = clerk.get(f"{path}/table.xlsx")
    assert "spreadsheetml" in data.headers["Content-Type"]
    rows = rows_of(data.data)
    assert rows[0] == ["工号", "姓名", "科室", "状态", "原因"]
    assert {row[3] for row in rows[1:]} == {"出勤"}
    assert len(rows) - 1 == clerk.get(path).text.count('class="person"')

    answer = upload(site, clerk, path, data.data)

    assert answer.status_code == 200
    assert f"出勤{len(rows) - 1}人，迟到0人，请假0人，缺席0人" in answer.text
    assert posted(answer.text)["away"] == []


def test_a_table_becomes_ticks_and_only_saving_records_it(site, clerk, path):
    rows = rows_of(clerk.get(f"{path}/table.xlsx").data)
    rows[1][3], rows[2][3], rows[2][4], rows[3][3], rows[3][4] = "迟到", "请假", "住院", "缺席", "电话不通"
    before = site.rows()

    shown = upload(site, clerk, path, workbook(rows))

    assert "迟到1人，请假1人，缺席1人" in shown.text
    assert site.rows() == before, "nothing was recorded"
    fields = posted(shown.text)
    assert len(fields["away"]) == 3
    assert site.send(clerk, path, {**fields, "step": "save"}, page=path).status_code == 303
    with site.world.db.reading() as session:
        leave = session.scalars(select(LeaveRequestRow)).one()
        note = session.scalars(select(ConfirmationRow.note)).one()
    assert (leave.state, leave.reason) == ("granted", "住院")
    assert note == f"{rows[3][1]}：电话不通"
    sheet = rows_of(clerk.get(f"{path}/sheet.xlsx").data)
    signed = {row[1]: row[3] for row in sheet[1:]}
    assert signed[rows[1][1]] == "迟到"
    assert signed[rows[2][1]] == "请假：住院"
    assert signed[rows[3][1]] == "缺席"
    assert len(sheet) == len(rows)


def test_every_mistake_is_named_and_handed_back_as_a_file(site, clerk, path):
    rows = rows_of(clerk.get(f"{path}/table.xlsx").data)
    name, key = rows[1][1], rows[1][0]
    wrong = [
        rows[0], [key, name, "", "在岗", ""], ["nobody", "", "", "出勤", ""], ["", "无名氏", "", "出勤", ""], [key, "改名", "", "出勤", ""],
        ["", "", "", "出勤", "x"], [rows[2][0], "", "", "", ""], [rows[3][0], "", "", "请假", "长" * 201], [rows[4][0], "", "", "出勤", ""],
        [rows[4][0], "", "", "缺席", "@cmd()"],
    ]  # fmt: skip
    before = site.rows()

    answer = upload(site, clerk, path, workbook(wrong))

    assert answer.status_code == 422
    assert "有8行不能采用" in answer.text
    for words in (
        "“在岗”不是规定的状态",
        "应到人员里没有工号nobody",
        "无名氏不在应到名单上",
        "没有填状态",
        f"工号{key}是{name}，不是改名",
        "工号、姓名都没有填",
    ):
        assert words in answer.text, words
    assert site.rows() == before
    found = re.search(r'name="rows" value="([^"]*)"', answer.text)
    assert found
    given = found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    file = site.send(clerk, f"{path}/refused.xlsx", {"rows": given}, page=path)
    heading, *back = rows_of(file.data)
    assert (len(back), heading[-1]) == (8, "退回原因")
    assert [row[4] for row in back][-1] == "@cmd()"
    assert load_workbook(io.BytesIO(file.data)).worksheets[0].cell(9, 5).data_type == "s", (
        "what would run as a formula is text"
    )


def test_what_is_no_table_is_answered_in_a_sentence(site, clerk, path):
    for data, name, words in (
        (b"", "签到.xlsx", "请先选一张表"), (b"x", "签到.docx", "不是表格"), (b"x" * 1_000_001, "签到.csv", "超过1MB"),
        (b"PK no zip", "签到.xlsx", "不是xlsx文件；请在WPS或Excel里打开"),
        ("姓名,备注\n甲,x\n".encode(), "签到.csv", "（可填：状态、出勤、"),
        ("姓名,备注\n甲,x\n".encode(), "签到.csv", "状态"), ("状态\n出勤\n".encode(), "签到.csv", "姓名"),
    ):  # fmt: skip
        answer = upload(site, clerk, path, data, name)
        assert answer.status_code == 422, name
        assert words in answer.text, words


def test_a_short_table_leaves_the_others_as_they_were(site, clerk, path):
    rows = rows_of(clerk.get(f"{path}/table.xlsx").data)
    answer = upload(site, clerk, path, f"姓名,状态\n{rows[1][1]},缺席\n".encode("gb18030"), "没到.csv")
    assert answer.status_code == 200, "Excel saves a csv in the encoding of Chinese Windows"
    assert "表里没有、保持原样的" in answer.text
    assert len(posted(answer.text)["away"]) == 1


def test_a_blank_within_a_name_is_layout(site, clerk, path):
    rows = rows_of(clerk.get(f"{path}/table.xlsx").data)
    numbered, named = next(row for row in rows[1:] if len(row[1]) == 2), rows[-1]
    table = [
        rows[0],
        [numbered[0], " ".join(numbered[1]), "", "缺席", ""],
        ["", "　".join(named[1]), "", "缺席", ""],
    ]

    answer = upload(site, clerk, path, workbook(table))

    assert answer.status_code == 200, answer.text
    assert len(posted(answer.text)["away"]) == 2


def test_a_state_stands_under_any_heading_that_offices_give_it(site, clerk, path):
    rows = rows_of(clerk.get(f"{path}/table.xlsx").data)
    for heading in ("签到状态", "签到情况", "出勤情况"):
        answer = upload(site, clerk, path, f"姓名,{heading}\n{rows[1][1]},缺席\n".encode(), "没到.csv")
        assert answer.status_code == 200, heading


def test_the_sheet_is_blank_before_the_record_and_repeats_its_heading(site, clerk, path, monkeypatch):
    monkeypatch.setattr(signin_sheet, "ROWS", 2)
    page = clerk.get(f"{path}/sheet").text
    people = clerk.get(path).text.count('class="person"')
    sheets = -(-people // 4)
    assert page.count('class="a4 sheet-a4"') == sheets
    assert page.count("周五集中学习签到表") == sheets
    assert page.count("应到：") == sheets
    assert set(re.findall(r'class="c-signed">([^<]*)<', page)) == {""}
    assert "<script" not in page
    assert "style=" not in page


def test_a_host_has_the_same_tables_behind_the_own_link(site, local_time, path):
    record = int(path.rpartition("/")[2])
    own = site.path(record, site.owner(record), local_time(AFTER))
    site.stand_at(local_time(AFTER))
    client = site.app.test_client()
    for what in ("sheet", "sheet.xlsx", "table.xlsx"):
        assert client.get(f"{own}/session/{what}").status_code == 200
    data = client.get(f"{own}/session/table.xlsx").data
    answer = site.send(client, f"{own}/session/import", {"table": (io.BytesIO(data), "签到.xlsx")}, page=own)
    assert answer.status_code == 200
    with site.world.db.reading() as session:
        assert session.get_one(ObligationRow, record).state == "open"


def test_once_it_is_recorded_the_host_finds_the_filled_sheet_from_the_receipt(site, local_time, path):
    record = int(path.rpartition("/")[2])
    own = site.path(record, site.owner(record), local_time(AFTER))
    site.stand_at(local_time(AFTER))
    client = site.app.test_client()
    form = {"done_on": "2026-11-20", "e-topic": "行政处罚法", "e-law": "行政处罚法"}
    assert site.send(client, own, {**form, "step": "save"}).status_code == 303

    receipt = client.get(own).text

    assert "已办结" in receipt
    for address in re.findall(rf'href="({own}/session/sheet[^"]*)"', receipt):
        assert client.get(address).status_code == 200
    assert receipt.count(f"{own}/session/sheet") == 2


def test_columns_are_chosen_while_the_file_is_kept(site, clerk, path):
    table = workbook([["谁", "来没来", "为什么"], ["马超", "年假", ""], ["赵刚", "√", ""]])

    asked = upload(site, clerk, path, table)
    kept = re.search(r'name="kept" value="([0-9a-f]{64})"', asked.text)
    assert kept
    assert asked.status_code == 422
    assert "请选列" in asked.text
    assert "B 来没来" in asked.text
    answer = site.send(clerk, f"{path}/import", {"kept": kept[1], "c.name": "A", "c.state": "B"}, page=path)

    assert answer.status_code == 200, answer.text
    assert "请假1" in answer.text
    assert posted(answer.text)["away"]
    gone = site.send(clerk, f"{path}/import", {"kept": "0" * 64, "c.name": "A"}, page=path)
    assert (gone.status_code, "请重新选择" in gone.text) == (422, True)


def test_of_several_sheets_one_is_chosen_while_the_file_is_kept(site, clerk, path):
    book, page = new("上周")
    fill(page, [["姓名", "状态"], ["马超", "缺席"]])
    fill(book.create_sheet("本周"), [["姓名", "状态"], ["马超", "请假"]])

    asked = upload(site, clerk, path, saved(book))
    kept = re.search(r'name="kept" value="([0-9a-f]{64})"', asked.text)
    assert kept
    answer = site.send(clerk, f"{path}/import", {"kept": kept[1], "sheet": "本周"}, page=path)

    assert answer.status_code == 200, answer.text
    assert "请假1" in answer.text
