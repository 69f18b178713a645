"""The pages behind the board: what they show of a unit, a schedule, an occurrence, a person, and to whom."""

import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from models.obligations import ConfirmationRow, EvidenceRow, FileRow, ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from tasks.gatherings.attend import record_session
from worker.web.duties import uploads

LEADER, CLERK, HEAD, OTHER = "linhaifeng", "wangmin", "chenxia", "linzhi"
NOW = "2026-11-25 09:05"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def later(site, local_time):
    """Two days later: the lists of the communities are overdue."""
    site.world.at("2026-11-25 08:40")
    site.stand_at(local_time(NOW))
    return site


def occurrence_of(site, obligation_id):
    with site.world.db.reading() as session:
        return session.get_one(ObligationRow, obligation_id).occurrence_id


def main(answer):
    assert answer.status_code == 200, answer.status
    return answer.text.split("<main")[1]


def test_a_unit_shows_its_head_people_and_what_is_late(later):
    text = main(later.signed_in(LEADER).get("/unit/minzhu"))

    assert "负责人陈霞" in text
    assert "分管领导徐文静" in text
    assert re.search(r"报送问题清单.*?逾期2天", text, re.DOTALL)
    assert 'href="/person/chenxia"' in text
    assert "周五集中学习" in text, "attendance"


def test_a_group_of_units_shows_those_below(later):
    text = main(later.signed_in(LEADER).get("/unit/communities"))

    for key in ("minzhu", "wenhua"):
        assert f'href="/unit/{key}"' in text


def test_a_schedule_says_what_it_is_and_what_became_of_it(later):
    text = main(later.signed_in(LEADER).get("/schedule/friday-study"))

    for words in (
        "周五 15:00",
        "机关工作人员",
        "到会即办结；缺席的10个工作日内补学",
        "on_holiday: previous-workday",
        "11月20日",
        "12月4日",
    ):
        assert words in text, words


def test_a_schedule_is_told_in_the_language_of_the_reader(later):
    client = later.signed_in("linhaifeng")

    study = client.get("/schedule/friday-study?lang=en").text
    review = client.get("/schedule/half-year-review?lang=en").text

    assert "every week: every Friday 15:00" in study
    assert "in certain months: by the last working day of Jul, Nov" in review
    assert "5 working days before 召开研判会" in review
    assert "from 召开研判会, within 5 working days" in review
    assert "个工作日" not in review.split("<pre")[0]


def test_a_schedule_of_steps_lists_them_with_who_and_term(later):
    text = main(later.signed_in(LEADER).get("/schedule/half-year-review"))

    assert "报送问题清单" in text
    assert "环节" in text


def test_an_occurrence_lists_who_owes_what_in_its_chain(later):
    occurrence = occurrence_of(later, later.duty("half-year-review", "collect", "minzhu"))

    text = main(later.signed_in(LEADER).get(f"/occurrence/{occurrence}"))

    assert re.search(r'<ol class="chain.*?is-late.*?报送问题清单', text, re.DOTALL)
    for unit in ("民主社区", "文化社区"):
        assert unit in text
    assert "逾期2天" in text


def test_a_gathering_shows_its_record(later, local_time):
    record = later.duty("friday-study", "record")
    absent = later.person("zhoukai")
    with later.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=record, away={absent: "absent"}, evidence={"topic": ["行政处罚法"], "law": ["无"]}, files={},
            done_on=local_time("2026-11-20 12:00").date(), by=later.person("liuyang"), how="desk", now=local_time(NOW),
        )  # fmt: skip
    occurrence = occurrence_of(later, record)

    whole = main(later.signed_in(LEADER).get(f"/occurrence/{occurrence}"))
    own = main(later.signed_in(HEAD).get(f"/occurrence/{occurrence}"))

    assert "行政处罚法" in whole
    assert "周凯" in whole
    assert "周凯" not in own, "absent from another unit"
    assert "只统计您负责的单位" in own
    missed = main(later.signed_in(LEADER).get("/person/zhoukai"))
    assert re.search(r"缺席.*?<dd>1</dd>", missed, re.DOTALL)
    assert "11月20日周五集中学习补学" in missed


def test_a_person_shows_duties_hours_and_certificates_but_no_phone(later):
    text = main(later.signed_in(LEADER).get("/person/zhaogang"))

    assert "执法人员年度培训" in text
    assert "****" in text
    assert not re.search(r"1[39]\d{9}", text)


def test_what_lies_outside_a_readers_units_is_not_there(later):
    mine = occurrence_of(later, later.duty("half-year-review", "collect", "minzhu"))
    head, other = later.signed_in(HEAD), later.signed_in(OTHER)

    assert head.get("/unit/minzhu").status_code == 200
    assert head.get("/person/chenxia").status_code == 200
    for path in (
        "/unit/wenhua",
        "/unit/communities",
        "/person/linzhi",
        "/person/linhaifeng",
        "/unit/x",
        "/person/x",
        "/schedule/x",
    ):
        assert head.get(path).status_code == 404, path
    for path in ("/occurrence/999999", "/occurrence/99999999999999", "/file/99999999999999"):
        assert head.get(path).status_code == 404, path
    text = main(other.get(f"/occurrence/{mine}"))
    assert "文化社区" in text
    assert "民主社区" not in text
    assert head.get("/schedule/enforcement-training").status_code == 404, "nobody of the unit owes it"
    assert head.get("/schedule/friday-study").status_code == 200


def test_nobody_comes_in_without_signing_in(later):
    stranger = later.app.test_client()
    for path in ("/unit/minzhu", "/schedule/friday-study", "/occurrence/1", "/person/chenxia", "/file/1", "/overdue.xlsx",
                 "/occurrence/1/table.xlsx", "/schedule/friday-study/table.xlsx"):  # fmt: skip
        assert stranger.get(path).status_code == 401, path
    # 许芳 heads nothing and leads nothing.
    plain = later.signed_in("xufang")
    assert plain.get("/unit/minzhu").status_code == 401


@pytest.fixture
def photo(later, local_time):
    """The list of 民主社区 with a photo; the id of the file."""
    duty = later.duty("half-year-review", "collect", "minzhu")
    with later.world.db.writing.begin() as session:
        file = FileRow(sha256="a" * 64, name="清单.png", media_type="image/png", size=len(PNG))
        now = local_time(NOW)
        record = ConfirmationRow(
            obligation_id=duty, done_on=now.date(), recorded_at=now, how="link", was="open", state="accepted"
        )
        session.add_all([file, record])
        session.flush()
        session.add(EvidenceRow(confirmation_id=record.id, name="list", file_id=file.id))
        row = session.get_one(ObligationRow, duty)
        row.state, row.done_on, row.closed_at = "done", now.date(), now
        found = file.id
    path = uploads.path_of(later.run.settings.data, "a" * 64)
    path.parent.mkdir(parents=True)
    path.write_bytes(PNG)
    return found


def test_a_file_is_saved_by_whoever_sees_the_duty_and_by_nobody_else(later, photo):
    occurrence = occurrence_of(later, later.duty("half-year-review", "collect", "wenhua"))

    assert f'href="/file/{photo}"' in main(later.signed_in(HEAD).get(f"/occurrence/{occurrence}"))
    with later.signed_in(HEAD).get(f"/file/{photo}") as answer:
        assert answer.data == PNG
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f"/file/{photo}" not in main(later.signed_in(OTHER).get(f"/occurrence/{occurrence}"))
    assert later.signed_in(OTHER).get(f"/file/{photo}").status_code == 404


def test_what_is_sealed_is_for_the_clerk_and_the_leader_only(later, photo, local_time):
    later.world.files["reviews.yaml"] = later.world.files["reviews.yaml"].replace(
        "half-year-review:\n", "half-year-review:\n  privacy: sealed\n", 1
    )
    later.world.apply(local_time(NOW))
    duty = later.duty("half-year-review", "collect", "wenhua")
    with later.world.db.writing.begin() as session:
        occurrence = session.get_one(OccurrenceRow, session.get_one(ObligationRow, duty).occurrence_id)
        occurrence.version_id = session.get_one(ScheduleRow, occurrence.schedule_id).live_version_id
        number = occurrence.id
    head, deputy = later.signed_in("linzhi"), later.signed_in("zhangjianguo")
    leader, clerk = later.signed_in(LEADER), later.signed_in(CLERK)

    for path in (
        f"/occurrence/{number}",
        f"/file/{photo}",
        "/schedule/half-year-review",
        f"/occurrence/{number}/table.xlsx",
    ):
        for reader, status in ((head, 404), (deputy, 404), (leader, 200), (clerk, 200)):
            with reader.get(path) as answer:
                assert answer.status_code == status, path
    unit = main(head.get("/unit/wenhua"))
    assert "报送问题清单" not in unit
    assert "不公开事项" in unit


def test_a_sealed_gathering_is_on_no_board_and_for_the_clerk_and_the_leader_on_a_person(later, local_time):
    files = later.world.files
    name = next(name for name, text in files.items() if "friday-study:\n" in text)
    files[name] = files[name].replace("friday-study:\n", "friday-study:\n  privacy: sealed\n", 1)
    later.world.apply(local_time(NOW))
    record = later.duty("friday-study", "record")
    with later.world.db.writing.begin() as session:
        occurrence = session.get_one(OccurrenceRow, occurrence_of(later, record))
        live = session.get_one(ScheduleRow, occurrence.schedule_id).live_version_id
        for each in session.scalars(
            select(OccurrenceRow).where(OccurrenceRow.schedule_id == occurrence.schedule_id)
        ):
            each.version_id = live
        missed = session.scalars(
            select(ObligationRow)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(
                ObligationRow.occurrence_id == occurrence.id, PartyRow.person_id == later.person("chenxia")
            )
        ).one()
        missed.mark, missed.state, missed.due_on = "absent", "open", local_time(NOW).date()
        missing = missed.id
    head, deputy = later.signed_in(HEAD), later.signed_in("xuwenjing")
    for reader in (head, deputy, later.signed_in(LEADER), later.signed_in(CLERK)):
        for path in ("/", "/unit/minzhu"):
            assert 'class="heat"' not in main(reader.get(path)), "a board hangs on a wall"
    assert "周五集中学习" not in main(head.get("/person/chenxia"))
    assert "周五集中学习" in main(later.signed_in(LEADER).get("/person/chenxia"))
    assert "周五集中学习" in main(later.signed_in(CLERK).get("/person/chenxia"))
    above = later.app.test_client().get(later.path(missing, later.person("xuwenjing"), local_time(NOW)))
    assert above.status_code == 410
    assert "周五集中学习" not in above.text


def rows_of(answer):
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_long_tables_are_spreadsheets_too(later):
    occurrence = occurrence_of(later, later.duty("half-year-review", "collect", "minzhu"))
    leader = later.signed_in(LEADER)

    owed = rows_of(leader.get(f"/occurrence/{occurrence}/table.xlsx"))
    held = rows_of(leader.get("/schedule/friday-study/table.xlsx"))

    assert any(row[0] == "民主社区 陈霞" and row[8] == "红" for row in owed)
    assert held[0][:3] == ["名称", "日期", "期限"]
    assert len(held) > 1


def test_long_lists_have_pages(later):
    occurrence = occurrence_of(later, later.duty("friday-study", "record"))
    leader = later.signed_in(LEADER)

    first, second = (main(leader.get(f"/occurrence/{occurrence}?page={n}")) for n in (1, 2))

    assert "第1页，共2页" in first
    assert set(re.findall("/person/(\\w+)", first)).isdisjoint(re.findall("/person/(\\w+)", second))
    assert "第2页，共2页" in main(leader.get(f"/occurrence/{occurrence}?page=99999"))
    assert "第1页" in main(leader.get(f"/occurrence/{occurrence}?page=x"))


def test_only_the_clerk_is_led_to_the_desk(later):
    occurrence = occurrence_of(later, later.duty("half-year-review", "collect", "minzhu"))

    assert "/desk/duty/" in main(later.signed_in(CLERK).get(f"/occurrence/{occurrence}"))
    assert "/desk/" not in main(later.signed_in(LEADER).get(f"/occurrence/{occurrence}"))
