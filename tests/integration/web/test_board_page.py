"""The board: its figures are those of the overdue report; what it lists is bounded, filtered, exported, and only of one's own units."""

import io
import re
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from models.obligations import ObligationRow, OccurrenceRow
from models.people import UnitRow
from models.queries import pages_board
from tasks.reporting.board import Chosen, board
from tasks.reporting.overdue import overdue

LEADER, CLERK, HEAD = "linhaifeng", "wangmin", "chenxia"
LATER = "2026-12-02 09:05"


@pytest.fixture
def late(site, local_time):
    """A week later: the communities' lists are overdue."""
    for moment in ("2026-11-25 08:40", "2026-11-27 08:40", "2026-11-30 08:40"):
        site.world.at(moment)
    site.stand_at(local_time(LATER))
    return site


def main(answer):
    assert answer.status_code == 200
    return answer.text.split("<main")[1]


def section(text, heading):
    """What stands under a heading, up to the next section."""
    return re.split(rf"<h2>(?:<a[^>]*>)?{heading}", text)[1].split("<section")[0]


def test_the_figures_are_those_of_the_overdue_report(late, local_time):
    with late.world.writing() as (session, live):
        report = overdue(session, live, now=local_time(LATER))
        found = board(session, live, Chosen(units=None), now=local_time(LATER), most=500, lines=50)

    assert found.figures == report.figures
    assert found.figures.overdue > 0
    assert {unit.key: unit.figures for unit in found.units} == {
        unit.key: unit.figures for unit in report.units
    }
    assert [item.id for item in found.late] == [item.id for item in report.items]
    assert found.worst == max(item.days_late for item in report.items)


def test_what_is_late_is_cut_and_the_rest_is_counted(late, local_time):
    with late.world.writing() as (session, live):
        found = board(session, live, Chosen(units=None), now=local_time(LATER), most=2, lines=50)

    assert len(found.late) == 2
    assert found.figures.overdue > 2


def test_this_week_lists_gatherings_and_groups_what_many_owe(site, local_time):
    site.stand_at(local_time("2026-11-23 09:05"))

    week = section(main(site.signed_in(LEADER).get("/")), "本周到期")

    assert re.search(r"周五集中学习.*?15:00", week, re.DOTALL), "held on Friday, opened only the day before"
    assert len(re.findall("报送问题清单", week)) == 1
    assert re.search(r"报送问题清单.*?\d+个单位", week, re.DOTALL)


def test_a_gathering_that_is_over_is_not_to_come(site, local_time):
    site.stand_at(local_time("2026-11-27 16:00"))

    week = section(main(site.signed_in(LEADER).get("/")), "本周到期")

    assert "15:00" not in week


def test_a_head_sees_the_own_unit_only_whatever_is_asked_for(late):
    head = late.signed_in(HEAD)

    text = main(head.get("/"))

    assert "民主社区" in text
    assert "文化社区" not in text
    assert head.get("/?unit=wenhua").status_code == 404
    assert head.get("/overdue.xlsx?unit=wenhua").status_code == 404
    assert "文化社区" not in str(rows_of(head.get("/overdue.xlsx")))


def rows_of(answer):
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_table_has_the_columns_that_offices_know(late):
    answer = late.signed_in(LEADER).get("/overdue.xlsx")
    rows = rows_of(answer)

    assert answer.headers["Content-Disposition"].isascii(), "servers send nothing else in a header"
    assert rows[0] == ["事项", "主办", "责任人", "时限", "逾期天数", "催办次数", "原因", "新时限", "灯"]
    collect = next(row for row in rows if row[0] == "法治建设集中研判：报送问题清单" and row[1] == "民主社区")
    assert collect[2] == "陈霞"
    assert re.fullmatch(r"\d+（\d+个工作日）", collect[4])
    assert collect[8] == "红"
    assert {row[8] for row in rows[1:]} <= {"红", "黄", "灰"}


def test_the_table_can_be_of_one_unit_or_one_schedule(late):
    leader = late.signed_in(LEADER)

    of_unit = rows_of(leader.get("/overdue.xlsx?unit=minzhu"))[1:]
    of_schedule = rows_of(leader.get("/overdue.xlsx?schedule=half-year-review"))[1:]

    assert {row[1] for row in of_unit} == {"民主社区"}
    assert all("集中研判" in row[0] for row in of_schedule)
    assert leader.get("/?unit=nowhere").status_code == 404
    assert leader.get("/?schedule=nothing").status_code == 404


def test_a_filter_narrows_figures_and_lists(late):
    leader = late.signed_in(LEADER)

    unit = main(leader.get("/?unit=minzhu"))
    schedule = main(leader.get("/?schedule=friday-study"))

    assert "文化社区" not in unit.split("</form>")[1]
    assert "报送问题清单" in section(unit, "逾期")
    assert "报送问题清单" not in schedule.split("</form>")[1]


def test_a_year_ago_stands_beside_the_rate_where_there_was_one(late, local_time):
    before = main(late.signed_in(LEADER).get("/"))
    assert "上年同日" not in before
    # The office ran duban a year before: what was due then is the same duty, met on its day.
    with late.world.db.writing.begin() as session:
        done = session.query(ObligationRow).filter(ObligationRow.part == "record").first()
        session.execute(
            update(ObligationRow).where(ObligationRow.id == done.id).values(
                state="done", due_on=local_time("2025-11-20 12:00").date(), done_on=local_time("2025-11-20 12:00").date()
            )
        )  # fmt: skip
    late.world.files["office.yaml"] = late.world.files["office.yaml"].replace(
        "mode: live", "mode: live\nstart_on: 2025-01-01", 1
    )
    late.world.apply(local_time(LATER))

    assert "上年同日100.0%" in main(late.signed_in(LEADER).get("/"))


def test_names_lead_to_their_pages(late):
    text = main(late.signed_in(LEADER).get("/"))

    for address in ("/unit/minzhu", "/schedule/friday-study"):
        assert f'href="{address}"' in text
        assert late.signed_in(LEADER).get(address).status_code == 200


def test_nothing_is_changed_by_looking(late):
    reader = late.signed_in(CLERK)
    before = late.rows()

    for path in (
        "/",
        "/?unit=minzhu",
        "/overdue.xlsx",
        "/unit/minzhu",
        "/schedule/friday-study",
        "/person/chenxia",
    ):
        assert reader.get(path).status_code == 200

    assert late.rows() == before


def test_a_unit_above_stands_for_those_below(late):
    leader = late.signed_in(LEADER)

    rows = rows_of(leader.get("/overdue.xlsx?unit=communities"))[1:]

    with late.world.db.reading() as session:
        top = session.query(UnitRow).filter_by(key="communities").one()
        below = {unit.title for unit in session.query(UnitRow).filter_by(parent_id=top.id)}
    assert len({row[1] for row in rows}) > 1
    assert {row[1] for row in rows} <= below


def test_a_study_day_that_did_not_take_place_is_none_of_the_last_ones(site, clerk):
    with site.world.db.reading() as session:
        before = pages_board.last_sessions(session, today=date(2026, 11, 23))
        key = session.get_one(OccurrenceRow, before[-1].occurrence_id).key
    page = "/desk/schedules/friday-study"

    skipped = site.send(clerk, f"{page}/skip", {"of": key, "reason": "防汛"}, page=f"{page}/skip?of={key}")

    assert skipped.status_code == 303
    with site.world.db.reading() as session:
        after = pages_board.last_sessions(session, today=date(2026, 11, 23))
    assert after == before[:-1]
