"""Registers at the desk: figures of the year, entries, declared zeros; and the page of a duty that counts them."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from pictures import JPEG
from sqlalchemy import select

from models.registers import RegisterEntryRow, RegisterFileRow, RegisterZeroRow

REGISTERS = """\
activity-quota:
  title: 年度活动数量
  when: {cycle: calendar-year}
  who: {unit: 司法所}
  done: {register: activities, reach: {events: 2, people: 50}}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
centre-study:
  title: 中心组学习次数
  when: {cycle: calendar-year}
  who: {role: study-secretary}
  done: {sum: count, reach: 4}
  remind: [{before: due, by: 20 workdays, when_behind: true}]
registers:
  activities:
    title: 宣传活动
    fields: {people: {label: 参加人数, kind: number}, place: text, photos: {kind: photo, required: false}}
  complaints: {title: 违规执法投诉, fields: {matter: text}}
"""


@pytest.fixture
def office_files(office_files: dict[str, str]) -> dict[str, str]:
    return {**office_files, "registers.yaml": REGISTERS}


def rows(site: Any, table: Any) -> list[Any]:
    with site.world.db.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def section(page: str, name: str) -> str:
    return page.split(f'id="{name}"')[1].split("</section>")[0]


def test_the_desk_lists_registers_and_says_what_nobody_recorded(site, clerk):
    text = section(clerk.get("/desk").text, "registers")

    assert text.count("未登记") == 2
    assert "0条" not in text


def test_an_entry_with_a_photo_is_kept_once_and_counted(site, clerk):
    before = site.rows()
    page = clerk.get("/desk/register/activities").text
    assert site.rows() == before, "looking does nothing"
    once = page.split('name="once" value="')[1].split('"')[0]
    fields = {"done_on": "2026-11-10", "e-people": "30", "e-place": "广场", "once": once}

    for _ in range(2):
        photo = (BytesIO(JPEG), "a.jpg")
        answer = site.send(clerk, "/desk/register/activities", {**fields, "e-photos": photo})
        assert answer.status_code == 303, answer.text

    (row,) = rows(site, RegisterEntryRow)
    assert (row.held_on.isoformat(), row.fields) == ("2026-11-10", {"people": ["30"], "place": ["广场"]})
    with site.world.db.reading() as session:
        assert [file.name for file in session.scalars(select(RegisterFileRow))] == ["photos"]
    shown = clerk.get("/desk/register/activities?said=entered").text
    assert "补录" in section(shown, "entries"), "thirteen days after the fact"
    assert "本年1条" in shown
    assert "参加人数 30" in section(clerk.get("/desk").text, "registers")


def test_every_fault_of_an_entry_is_said_and_nothing_is_kept(site, clerk):
    answer = site.send(clerk, "/desk/register/activities", {"done_on": "2026-11-24", "e-people": "many"})

    assert answer.status_code == 422
    assert {name for name in ("done_on", "people", "place") if f'id="e-{name}"' in answer.text} == {
        "done_on", "people", "place"
    }  # fmt: skip
    assert rows(site, RegisterEntryRow) == []


def test_a_zero_is_declared_shown_and_taken_back(site, clerk):
    page = "/desk/register/complaints"
    span = {"from_on": "2026-10-01", "to_on": "2026-10-31"}
    assert site.send(clerk, f"{page}/zero", span, page=page).status_code == 303
    (zero,) = rows(site, RegisterZeroRow)
    assert "10月1日至10月31日" in section(clerk.get("/desk").text, "registers")

    site.send(clerk, f"{page}/undo", {"what": f"zero:{zero.id}", "reason": "有一件"}, page=page)
    assert "未登记" in clerk.get(page).text


@pytest.mark.parametrize(
    ("span", "field"),
    [
        ({"from_on": "", "to_on": "2026-10-31"}, "from_on"),
        ({"from_on": "2026-11-01", "to_on": "2026-11-24"}, "to_on"),
    ],
    ids=["no first day", "a day to come"],
)
def test_a_zero_that_cannot_be_is_refused_at_its_field(site, clerk, span, field):
    page = "/desk/register/complaints"
    answer = site.send(clerk, f"{page}/zero", span, page=page)

    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert rows(site, RegisterZeroRow) == []


def test_an_entry_is_taken_back_and_what_is_not_there_is_refused(site, clerk):
    page = "/desk/register/complaints"
    site.send(clerk, page, {"done_on": "2026-11-10", "e-matter": "态度"})
    (entry,) = rows(site, RegisterEntryRow)

    gone = [
        site.send(clerk, f"{page}/undo", {"what": f"entry:{entry.id}"}, page=page).status_code
        for _ in range(2)
    ]

    assert gone == [303, 422]
    assert "未登记" in section(clerk.get(page).text, "entries")


def test_a_register_that_is_not_kept_is_not_there(site, clerk):
    assert clerk.get("/desk/register/nothing").status_code == 404


def test_a_duty_that_counts_a_register_shows_its_figures_and_no_form(site, clerk):
    duty = site.duty("activity-quota", "")
    for day, people in (("2026-11-10", "30"), ("2026-11-11", "25")):
        page = clerk.get(f"/desk/duty/{duty}").text
        assert "参加人数" in page
        assert 'name="done_on"' not in page
        site.send(clerk, "/desk/register/activities", {"done_on": day, "e-people": people, "e-place": "广场"})

    assert site.state(duty) == "done"
    done = clerk.get(f"/desk/duty/{duty}").text
    assert "已办结：按期" in done
    assert ">55<" in done


def test_times_are_entered_at_the_desk_as_whole_numbers(site, clerk):
    duty = site.duty("centre-study", "")
    page = f"/desk/duty/{duty}"
    given = {"title": "中心组学习", "done_on": "2026-11-12"}

    half = site.send(clerk, page, {**given, "amount": "0.5"})
    whole = site.send(clerk, page, {**given, "amount": "1"})

    assert (half.status_code, whole.status_code) == (422, 303)
    assert "已办1次，应办4次" in clerk.get(page).text


def test_an_entry_is_corrected_in_one_go_and_keeps_its_photo(site, clerk):
    page = "/desk/register/activities"
    fields = {"done_on": "2026-11-10", "e-people": "30", "e-place": "广场"}
    site.send(clerk, page, {**fields, "e-photos": (BytesIO(JPEG), "a.jpg")})
    (old,) = rows(site, RegisterEntryRow)
    form = clerk.get(f"{page}?correct={old.id}").text
    kept = form.split('name="k-photos" value="')[1].split('"')[0]

    once = form.split('name="once" value="')[1].split('"')[0]

    answer = site.send(
        clerk, page, {**fields, "e-people": "35", "k-photos": kept, "correct": str(old.id), "once": once}
    )

    assert answer.status_code == 303
    before, after = rows(site, RegisterEntryRow)
    assert (before.state != "accepted", after.state, after.fields["people"]) == (True, "accepted", ["35"])
    with site.world.db.reading() as session:
        assert len(session.scalars(select(RegisterFileRow)).all()) == 2
    twice = site.send(
        clerk, page, {**fields, "e-people": "35", "k-photos": kept, "correct": str(old.id), "once": once}
    )
    assert twice.status_code == 303, "the button was pressed twice"
    assert len(rows(site, RegisterEntryRow)) == 2
    again = site.send(clerk, page, {**fields, "e-people": "36", "correct": str(old.id)})
    assert again.status_code == 422, "what was taken back is not corrected once more"


def test_entries_are_listed_by_period_and_unit_and_go_out_as_text(site, clerk):
    page = "/desk/register/activities"
    for day, unit in (("2026-11-10", "minzhu"), ("2026-11-11", "wenhua")):
        site.send(clerk, page, {"done_on": day, "e-people": "007", "e-place": "=1+1", "unit": unit})

    assert clerk.get(f"{page}/list").text.count("=1+1") == 2
    assert clerk.get(f"{page}/list?unit=minzhu").text.count("=1+1") == 1
    assert "=1+1" not in clerk.get(f"{page}/list?from=2026-11-12").text
    sheet = openpyxl.load_workbook(BytesIO(clerk.get(f"{page}/list.xlsx?unit=minzhu").data)).worksheets[0]
    (row,) = sheet.iter_rows(min_row=2)
    assert [cell.value for cell in row][:4] == ["2026-11-10", "民主社区", "007", "=1+1"]
    assert {cell.data_type for cell in row if cell.value} == {"s"}
    assert clerk.get("/desk/register/nothing/list").status_code == 404


def test_declared_zeros_stand_in_the_list_with_their_day_and_only_under_their_unit(site, clerk):
    page = "/desk/register/activities"
    for month, unit in (("2026-09", "minzhu"), ("2026-10", "wenhua")):
        span = {"from_on": f"{month}-01", "to_on": f"{month}-30", "unit": unit}
        assert site.send(clerk, f"{page}/zero", span, page=page).status_code == 303

    sheet = openpyxl.load_workbook(BytesIO(clerk.get(f"{page}/list.xlsx?unit=minzhu").data)).worksheets[0]

    (row,) = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert row[:3] == ["2026-09-01", "民主社区", "零报告"]
    assert row[-2:] == ["2026-11-23 09:05", "至2026-09-30"]
    shown = clerk.get(f"{page}/list?unit=minzhu").text
    assert ("9月1日" in shown, "10月1日" in shown) == (True, False)
    assert "10月1日" in clerk.get(f"{page}/list").text
