"""Each kind of figure, its list and what is lacking, on both databases."""

from datetime import date

import pytest
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from schedules.errors import NotFound
from tasks.duties.children import ChildEntry
from tasks.reporting.report import sentence
from tasks.reporting.report_result import BY_HAND, HIDDEN
from tasks.wording.texts import Texts

CHINESE = Texts.load("zh_CN").gettext("zh_CN")


def words(found):
    return found.text(CHINESE)


def told(figure):
    return words(figure.exact), words(figure.said), [words(gap) for gap in figure.result.gaps]


def titles(figure, *, counts=True):
    return [words(line.title) for line in figure.result.lines if line.counts is counts]


def expected_at(year, key):
    """How many were expected, counted one by one."""
    with year.world.db.reading() as session:
        query = (
            select(ObligationRow.id)
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .where(OccurrenceRow.key == key, ObligationRow.part == "make_up")
        )
        return len(session.scalars(query).all())


def test_gatherings_are_planned_held_and_attended(year):
    expected = expected_at(year, "2026-09-04")
    year.hold("2026-09-04", absent=["zhaogang", "lihong"], leave=["machao"], law=["宪法", "民法典"])
    year.do("friday-study", "make_up", "2026-09-09", "2026-09-04", party="zhaogang")

    present, asked = expected - 3, expected - 1
    plan = year.figure("planned", now="2026-09-16 09:00")
    # 46 Fridays at work, four moved to the working day before and that of 1 January 2027, as the scripted year has them.
    assert told(plan) == ("51场", "50余场", ["33场在启用前"])
    notes = [words(line.note) for line in plan.result.lines if line.note]
    assert (notes.count("启用前"), notes.count("尚未到期")) == (33, 15)
    assert [str(line.on) for line in plan.result.lines if line.place] == [
        "2026-09-04",
        "2026-09-11",
        "2026-09-18",
    ]
    assert told(year.figure("held", now="2026-09-12 09:00")) == ("1场", "1场", ["1场未登记"])
    people = year.figure("people")
    assert told(people)[0] == f"{present}人次"
    assert sum(line.amount for line in people.result.lines) == present * 100
    assert words(people.result.lines[0].note) == f"应到{expected}，实到{present}，请假1，缺席2，已补学1"
    rate = year.figure("rate").result
    assert (rate.part, rate.whole) == (present * 100, asked * 100)
    made_up = year.figure("made-up").result
    assert (made_up.part, made_up.whole) == ((present + 1) * 100, asked * 100)


def test_a_session_that_nobody_recorded_is_lacking_and_not_held(year):
    year.hold("2026-09-11", law=["无"])

    held = year.figure("held", now="2026-09-12 09:00")

    assert told(held) == ("1场", "1场", ["1场未登记"])
    assert [line.on for line in held.result.lines if not line.counts] == [date(2026, 9, 4)]


def test_what_sessions_count_to_and_cover(year):
    assert told(year.figure("laws"))[0] == "0.0%（0/2）"
    year.hold("2026-09-04", law=["宪法"])
    year.hold("2026-09-11", law=["无"])

    law, laws = year.figure("law"), year.figure("laws")

    assert told(law)[0] == "1场"
    assert [line.on for line in law.result.lines] == [date(2026, 9, 4)]
    assert told(laws) == ("50.0%（1/2）", "50.0%", ["缺民法典"])
    assert (titles(laws), titles(laws, counts=False)) == (["宪法"], ["民法典"])


def test_hours_are_counted_by_who_owes_them(year):
    year.learn("zhaogang", 60, "2026-09-01")
    year.learn("machao", 30, "2026-09-01")

    full, average = year.figure("full"), year.figure("average")

    people = len(full.result.lines)
    owed = sum(1 for line in full.result.lines if not line.counts)
    assert told(year.figure("trained"))[1] == f"{people}人"
    assert (full.result.part, full.result.whole) == ((people - owed) * 100, people * 100)
    assert owed == people - 1
    assert titles(full) == ["赵刚"]
    assert average.result.number == 9000 // people
    assert f"{owed}人未达到" in told(full)[2][0]
    assert "30/60，差30" in [words(line.note) for line in full.result.lines]


def test_numbers_of_an_exam_that_nobody_wrote_down_are_not_nought(year):
    assert told(year.figure("expected", now="2026-09-10 09:00")) == ("未登记", "（须人工确认）", [])
    assert told(year.figure("expected")) == ("未登记", "（须人工确认）", ["1项未办"])
    assert told(year.figure("exam-rate"))[:2] == ("未登记", "（须人工确认）")
    assert not year.figure("passed").result.recorded


def test_an_exam_has_rates_and_a_rate_above_all_is_not_said(year):
    year.do("exam", "", "2026-09-15", expected="10", taken="9", passed="8", list="见纸质")

    assert told(year.figure("expected")) == ("10人", "10人", ["1项未附成绩册"])
    assert told(year.figure("exam-rate")) == ("90.0%（9/10）", "90.0%", [])
    assert told(year.figure("odd-rate")) == ("111.1%（10/9）", "（须人工确认）", ["分子大于分母，请核对"])


def test_records_are_told_by_their_months_and_days_and_what_was_not_done_is_lacking(year):
    year.do("talks", "", "2026-09-08", "2026-09-08", result="成")

    talks = year.figure("talks")

    assert told(talks) == ("1次（9月8日）", "9月1次", ["1项未办"])
    assert [(line.on, line.counts) for line in talks.result.lines] == [
        (date(2026, 9, 8), True),
        (date(2026, 9, 22), False),
    ]
    assert told(year.figure("talks-well"))[0] == "1次（9月8日）"
    year.do("talks", "", "2026-09-22", "2026-09-22", result="不成")
    assert told(year.figure("talks")) == ("2次（9月8日、9月22日）", "2次", []), "two of one month"
    assert told(year.figure("talks-well"))[0] == "1次（9月8日）"


def test_facts_belong_to_the_year_in_which_they_happened(year):
    year.do("talks", "", "2026-09-08", "2026-09-08", result="成", at="2027-01-05 10:00")

    assert told(year.figure("talks", now="2027-01-15 09:00"))[0] == "1次（9月8日）"
    assert told(year.figure("talks", 2027, now="2027-01-15 09:00"))[0] == "未登记"


def test_certificates_are_those_of_the_last_day(year):
    cards = year.figure("cards")
    later = year.figure("cards", now="2026-12-15 09:00")

    assert cards.result.number == len(cards.result.lines) * 100
    assert len(cards.result.lines) + len(year.figure("expired").result.lines) == 18
    assert len(later.result.lines) < len(cards.result.lines), "some expire in autumn"
    assert any("有效期至" in words(line.note) for line in cards.result.lines)
    assert f"{18 - len(later.result.lines)}本过期" in told(later)[2]


@pytest.fixture
def cases(year):
    """17: reviewed, decided, published late; 18: decided, published in time; 19: pending; 20: decided before its review."""
    year.file_case("17", "2026-09-01", major="yes")
    year.do("case", "review", "2026-09-04", "17", files=["opinion"])
    year.do("case", "decide", "2026-09-07", "17", decided_on="2026-09-07")
    year.do("case", "publish", "2026-09-17", "17", url="https://www.example.gov.cn/17")
    year.file_case("18", "2026-09-02")
    year.do("case", "decide", "2026-09-08", "18", decided_on="2026-09-08")
    year.do("case", "publish", "2026-09-10", "18", url="https://www.example.gov.cn/18")
    year.file_case("19", "2026-09-03")
    year.file_case("20", "2026-09-03", major="yes")
    year.do("case", "decide", "2026-09-09", "20", decided_on="2026-09-09")
    year.do("case", "review", "2026-09-11", "20", opinion="在纸质卷里")
    return year


def test_cases_are_filed_decided_pending_and_overdue(cases):
    assert [told(cases.figure(key))[0] for key in ("filed", "decided", "pending", "overdue")] == [
        "4件",
        "3件",
        "1件",
        "0件",
    ]
    assert titles(cases.figure("pending")) == ["行政处罚案件（19）"]
    assert told(cases.figure("overdue", now="2026-12-03 09:00"))[0] == "1件"
    assert titles(cases.figure("overdue", now="2026-12-03 09:00")) == ["行政处罚案件（19）"]


def test_a_review_belongs_before_the_decision(cases):
    before = cases.figure("before")

    assert told(before) == ("50.0%（1/2）", "50.0%", ["1件先后不符"])
    assert titles(before, counts=False) == ["行政处罚案件（20）：作出决定"]
    assert told(cases.figure("reviews")) == ("2件（9月4日、9月11日）", "2件", ["1项未附opinion"])


def test_on_time_is_of_what_fell_due_and_was_ours_to_do(cases):
    published = cases.figure("published")

    assert told(published) == ("33.3%（1/3）", "33.3%", ["1项逾期办结", "1项未办"])
    assert titles(published) == ["行政处罚案件（18）：公示"]
    assert told(cases.figure("asked"))[0] == "无应办项", "区司法局 is neither late nor in time"
    assert told(cases.figure("counted"))[0] == "2件"


def test_what_is_due_today_is_not_late_yet(year):
    year.file_case("17", "2026-09-01")
    year.do("case", "decide", "2026-09-07", "17", decided_on="2026-09-07")

    assert told(year.figure("published", now="2026-09-16 09:00"))[0] == "无应办项"
    assert told(year.figure("published", now="2026-09-17 09:00"))[0] == "0.0%（0/1）"


def test_items_found_are_closed_one_by_one_and_what_is_sealed_stays_so(year):
    assert told(year.figure("problems"))[0] == "未登记"
    found = [
        ChildEntry(title=f"问题{n}", owner="民主社区", due_on=date(2026, 9, 10 + 20 * n)) for n in (0, 1)
    ]
    year.do("check", "inspect", "2026-09-10", found=found)
    with year.world.db.reading() as session:
        keys = session.scalars(select(OccurrenceRow.key).where(OccurrenceRow.parent_id.is_not(None))).all()
    year.do("check", "child", "2026-09-11", min(keys))

    problems, closed = year.figure("problems"), year.figure("closed")
    assert told(year.figure("closed", now="2026-10-08 09:00"))[2] == ["1项未销号"], (
        "late ones are not counted as to come"
    )

    assert told(problems)[0] == "2条"
    assert told(closed) == ("1条", "1条", ["1项未销号，其中1项未到期"])
    assert [line.title for line in problems.result.lines] == [HIDDEN, HIDDEN]
    assert {(line.unit, line.who) for line in problems.result.lines} == {("", "")}


def test_no_item_is_none_once_the_step_that_finds_them_is_recorded(year):
    year.do("check", "inspect", "2026-09-10")

    assert told(year.figure("problems"))[0] == "0条"


def test_registers_are_counted_rounded_down_and_what_is_lacking_counts_all_the_same(year):
    year.enter("cleanup", "2026-09-10", 21, place="人民路", photo=True)
    year.enter("cleanup", "2026-09-11", place="民主路", at="2026-09-25 10:00")

    assert told(year.figure("cleanup")) == ("22次", "20余次", ["1条补录", "1条无照片，已计"])
    assert len(year.figure("cleanup").result.lines) == 22
    assert told(year.figure("cleanup", 2025))[0] == "未登记"


def test_a_register_that_nobody_used_is_not_recorded_and_never_zero(year):
    unused = year.figure("unused")

    assert told(unused) == ("未登记", "（须人工确认）", ["台账未启用，不得写0，请综合执法大队确认"])
    assert unused.result.recorded is False


def test_a_declared_zero_is_zero_for_its_days_only(year):
    year.zero("complaints", "2026-01-01", "2026-06-30")
    assert told(year.figure("complaints")) == (
        "0件（零报告）",
        "（须人工确认）",
        ["7月1日起有92天未登记、未报零，不得写0"],
    )

    year.zero("complaints", "2026-07-01", "2026-09-30")
    complaints = year.figure("complaints")
    assert told(complaints) == ("0件（零报告）", "0件", [])
    assert [words(line.title) for line in complaints.result.lines] == [
        "1月1日至6月30日零报告",
        "7月1日至9月30日零报告",
    ]
    assert told(year.figure("complaints", now="2026-10-01 09:00"))[1] == "（须人工确认）"


def test_an_entry_of_a_sealed_register_shows_its_day_alone(year):
    year.enter("complaints", "2026-09-10", matter="某人被投诉")

    (line,) = year.figure("complaints").result.lines

    assert (line.on, line.title, line.unit, line.who) == (date(2026, 9, 10), HIDDEN, "", "")


def test_events_leaflets_entrances_and_themes(year):
    year.enter("publicity", "2026-09-08", theme="反诈", leaflets="300", entrance="社区")
    year.enter("publicity", "2026-09-09", theme="反诈", leaflets="400", entrance="企业")
    year.enter("publicity", "2026-09-10", theme="宪法", leaflets="48", entrance="社区")
    year.enter("publicity", "2026-09-11", leaflets="0", entrance="社区")

    assert told(year.figure("events"))[:2] == ("4场", "4场")
    assert told(year.figure("leaflets"))[:2] == ("748份", "700多份")
    assert told(year.figure("firms"))[0] == "1场"
    assert told(year.figure("entrances")) == ("66.6%（2/3）（社区3、企业1）", "66.6%", ["缺机关"])
    assert told(year.figure("themes")) == ("2个（反诈2、宪法1）", "2个", ["1场无主题"])
    assert told(year.figure("activities")) == ("4次", "4次", ["其中2项未登记"])
    assert told(year.figure("nothing"))[0] == "未登记"


def test_a_used_register_in_which_nothing_fits_has_none(year):
    year.enter("publicity", "2026-09-08", leaflets="300", entrance="社区")

    assert told(year.figure("firms"))[:2] == ("0场", "0场")


def test_a_campaign_is_a_share_of_its_list(year):
    year.do("visits", "", "2026-09-08", "S-1")

    visited = year.figure("visited")

    assert told(visited) == ("33.3%（1/3）", "33.3%", ["2项未办"])
    assert [title for title in titles(visited) if "S-1" in title] == titles(visited)
    assert [title[-4:-1] for title in titles(visited, counts=False)] == ["S-2", "S-3"]


def test_the_office_has_its_figures_in_its_own_order_with_its_own_sentence(year):
    year.hold("2026-09-04", law=["宪法"])

    found = year.report()

    assert [chapter.title for chapter in found.chapters] == ["履职情况", "存在的问题"]
    assert [section.title for section in found.sections] == ["学法用法", "行政执法", "普法"]
    assert next(iter(found.figures)) == "planned"
    pieces = sentence(next(found.sections), found.figures)
    assert (
        "".join(each if isinstance(each, str) else words(each) for each in pieces)
        == "学习1场，违建（须人工确认）。"
    )
    assert pieces[-2] == BY_HAND
    assert found.figures["held"].previous is None, "the office began in 2026"


def test_the_year_before_stands_beside_it(year):
    year.enter("cleanup", "2026-09-10", 12, place="人民路")
    year.enter("cleanup", "2027-03-02", place="人民路")

    found = year.report(2027, now="2027-03-03 09:00").figures["cleanup"]

    assert (words(found.exact), words(found.before)) == ("1次", "12次")


def test_every_number_is_that_of_its_list(cases):
    cases.hold("2026-09-04", absent=["zhaogang"], law=["宪法"])
    cases.enter("cleanup", "2026-09-10", 22, place="人民路")
    cases.enter("publicity", "2026-09-08", leaflets="300", entrance="社区")

    for figure in cases.report().figures.values():
        result, lines = figure.result, figure.result.lines
        again = cases.figure(figure.key).result
        assert (again.number, again.part, again.whole, again.lines) == (
            result.number,
            result.part,
            result.whole,
            lines,
        )
        if figure.key in (
            "planned",
            "held",
            "filed",
            "decided",
            "pending",
            "cleanup",
            "events",
            "cards",
            "problems",
            "talks",
            "reviews",
        ):
            assert result.number == 100 * sum(line.counts for line in lines), figure.key
        if figure.key in ("published", "before", "full", "laws", "visited"):
            assert (result.part, result.whole) == (
                100 * sum(line.counts for line in lines),
                100 * len(lines),
            ), figure.key
        if figure.key in ("people", "leaflets", "expected"):
            assert result.number == sum(line.amount for line in lines if line.counts), figure.key


def test_there_is_no_report_of_a_year_to_come_and_no_unknown_figure(year):
    with pytest.raises(NotFound, match="2026"):
        year.report(2027)
    with pytest.raises(NotFound, match="cleanup"):
        year.figure("cleanups")
