"""Cycles of the calendar, anniversaries of each person, and campaigns with their tables of targets."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.schedules.test_occurrences import local, of

from schedules.grammar import Schedule
from schedules.loader import Loaded
from schedules.occurrences import holding, next_opening, opening, slots
from schedules.office import OfficeSpec
from schedules.parts import parts
from schedules.periods import MONTHS, period_at, periods
from schedules.preview import preview
from schedules.serial import from_json, to_json

One = Callable[..., tuple[Schedule, OfficeSpec]]
Small = Callable[..., Loaded]
Said = Callable[..., list[str]]
Y2026 = date(2026, 1, 1), date(2026, 12, 31)


# ── cycles ──────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("cycle", "keys", "opens", "due"),
    [
        ("calendar-year", ["2026"], "2026-01-01", "2026-12-31"),
        ("calendar-half", ["2026-H1", "2026-H2"], "2026-01-01", "2026-06-30"),
        ("calendar-quarter", ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"], "2026-01-01", "2026-03-31"),
        ("calendar-month", [f"2026-{month:02}" for month in range(1, 13)], "2026-01-01", "2026-01-31"),
    ],
)
def test_the_turns_of_a_year(one: One, cycle: str, keys: list[str], opens: str, due: str) -> None:
    found = slots(*of(one, f"{{cycle: {cycle}}}"), *Y2026)

    assert [slot.key for slot in found] == keys
    assert found[0].opens_at == local(f"{opens}T00:00")
    assert str(found[0].due_on) == due


@given(cycle=st.sampled_from(sorted(MONTHS)), day=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_turns_leave_no_gap_and_do_not_overlap(cycle: str, day: date) -> None:
    found = period_at(cycle, day)

    assert found.first <= day <= found.last
    assert period_at(cycle, found.last + timedelta(days=1)).first == found.last + timedelta(days=1)
    assert list(periods(cycle, found.last, found.last)) == [found]


QUARTER = "{cycle: calendar-quarter}"


def test_a_milestone_belongs_to_the_turn_it_lies_in(one: One) -> None:
    _, office = of(
        one, QUARTER, done="{sum: count, reach: 4}", milestones="[{by: 02-10, reach: 2}, {by: 05-08, reach: 1}]",
        remind="[{after: milestone, by: 0 days, when_behind: true}]",
    )  # fmt: skip
    shown = {item["key"]: [rung["at"][:10] for rung in item["rungs"]] for item in preview(office, [], *Y2026)}

    assert shown == {"2026-Q1": ["2026-02-11"], "2026-Q2": ["2026-05-09"], "2026-Q3": [], "2026-Q4": []}


def test_milestones_rise_within_a_turn_only(said: Said) -> None:
    def text(when: str) -> str:
        milestones = "[{by: 02-10, reach: 2}, {by: 05-08, reach: 1}]"
        return f"a: {{title: 次数, when: {when}, who: {{roles: [staff]}}, done: {{sum: count, reach: 4}}, milestones: {milestones}}}\n"

    assert said(text(QUARTER)) == []
    assert "milestones must follow each other" in said(text("{cycle: calendar-half}"))[0]


def test_only_a_year_is_pro_rated_by_month(said: Said) -> None:
    text = f"a: {{title: 学时, when: {QUARTER}, who: {{credential: enforcement, prorate: by-month}}, done: {{sum: hours, reach: 4}}}}\n"

    assert [each.partition(": a: ")[2] for each in said(text)] == [
        "'prorate' only goes with 'when: {cycle: calendar-year}'"
    ]


def test_a_cycle_ends_with_the_rule(one: One) -> None:
    schedule, office = of(one, "{cycle: calendar-half, effective_from: 2026-07-01}")

    assert [slot.key for slot in slots(schedule, office, *Y2026)] == ["2026-H2"]


# ── anniversaries ───────────────────────────────────────────
EVERY_TWO_YEARS = "{cycle: anniversary, every: 2 years, opens: 60 days before}"


def test_without_a_completion_it_is_counted_from_joining(one: One) -> None:
    schedule, office = of(one, EVERY_TWO_YEARS, who="{people: [carol]}")  # joined on 2026-06-01
    (slot,) = slots(schedule, office, date(2026, 1, 1), date(2028, 12, 31))

    assert (slot.key, slot.subject, slot.due_on) == ("carol@2028-06-01", "carol", date(2028, 6, 1))
    assert slot.opens_at == local("2028-04-02T00:00")
    assert not slot.provisional
    (part,) = parts(schedule, slot, office)
    assert part.owner.kind == "holder"
    assert from_json(to_json(schedule)) == schedule


def test_after_a_completion_it_is_counted_from_that(one: One) -> None:
    schedule, office = of(one, EVERY_TWO_YEARS, who="{people: [carol]}")
    done = replace(office, completions={"a": {"carol": date(2026, 8, 31)}})

    assert [slot.key for slot in slots(schedule, done, date(2026, 1, 1), date(2031, 1, 1))] == [
        "carol@2028-08-31", "carol@2030-08-31",
    ]  # fmt: skip
    assert next_opening(schedule, done, after=local("2026-09-01T00:00")) == local("2028-07-02T00:00")
    assert [s.key for s in opening(schedule, done, after=local("2028-07-01T00:00"), until=local("2028-07-02T00:00"))] == [
        "carol@2028-08-31"
    ]  # fmt: skip
    assert [s.key for s in holding(schedule, done, local("2028-08-01T00:00"))] == ["carol@2028-08-31"]


def test_a_month_end_is_not_lost_on_the_way(one: One) -> None:
    schedule, office = of(
        one, "{cycle: anniversary, every: 1 month, opens: 3 days before}", who="{people: [alice]}"
    )
    done = replace(office, completions={"a": {"alice": date(2026, 1, 31)}})

    assert [str(slot.due_on) for slot in slots(schedule, done, *Y2026)][:3] == [
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
    ]


def test_it_may_be_counted_from_the_issue_of_a_certificate(one: One) -> None:
    when = "{cycle: anniversary, every: 5 years, opens: 60 days before, from: {issued: enforcement}}"
    found = slots(*of(one, when, who="{roles: [staff]}"), date(2026, 1, 1), date(2031, 6, 30))

    assert [slot.key for slot in found if slot.date] == ["bob@2026-10-09", "carol@2031-06-15"]
    assert [str(slot.skipped) for slot in found if slot.skipped] == [
        "艾丽 has no valid certificate to count from"
    ]


def test_whose_joining_is_unknown_is_said_and_opens_nothing(one: One) -> None:
    schedule, office = of(one, EVERY_TWO_YEARS)
    shown = preview(office, [], date(2026, 1, 1), date(2028, 12, 31))

    assert [(item["key"], item["skipped"]) for item in shown] == [
        ("alice", "it is not known when 艾丽 joined"),
        ("bob", "it is not known when 包博 joined"),
        ("carol@2028-06-01", None),
    ]
    assert shown[2]["assignees"] == ["carol"]
    assert [slot.key for slot in opening(schedule, office, after=local("2026-01-01T00:00"), until=local("2030-01-01T00:00"))] == [
        "carol@2028-06-01"
    ]  # fmt: skip


def test_an_anniversary_ends_with_the_rule(one: One) -> None:
    schedule, office = of(
        one, EVERY_TWO_YEARS.replace("}", ", effective_to: 2028-01-01}"), who="{people: [carol]}"
    )

    assert slots(schedule, office, date(2026, 1, 1), date(2031, 1, 1)) == ()
    later, office = of(one, EVERY_TWO_YEARS, who="{people: [carol]}")
    assert [slot.key for slot in slots(later, office, date(2029, 1, 1), date(2031, 1, 1))] == [
        "carol@2030-06-01"
    ]


@pytest.mark.parametrize(
    ("when", "who", "sentence"),
    [
        ("{cycle: anniversary, opens: 3 days}", "{roles: [staff]}", "'every' is missing"),
        ("{cycle: anniversary, every: 0 days, opens: 3 days}", "{roles: [staff]}", "'0 days' is too short to come round"),
        ("{cycle: anniversary, every: 5 hours, opens: 3 days}", "{roles: [staff]}", "'5 hours' is too short to come round"),
        ("{cycle: anniversary, every: 1 year, opens: 3 days}", "{responsible: {role: keeper}}", "an anniversary is owed person by person"),
        (
            "{cycle: anniversary, every: 1 year, opens: 3 days, from: {issued: driving}}", "{roles: [staff]}",
            "nobody has a certificate of the kind 'driving'",
        ),
        ("{cycle: anniversary, every: 1 year, opens: 3 days, from: birth}", "{roles: [staff]}", "'from' cannot be 'birth'"),
        ("{cycle: yearly}", "{roles: [staff]}", "'cycle' cannot be 'yearly'; allowed: calendar-year, calendar-half"),
    ],
)  # fmt: skip
def test_mistakes_in_a_cycle(said: Said, when: str, who: str, sentence: str) -> None:
    found = said(f"a: {{title: 轮训, when: {when}, who: {who}}}\n")

    assert any(sentence in each for each in found), found


# ── campaigns ───────────────────────────────────────────────
CAMPAIGN = """\
powers:
  title: 承接事项
  when: {once: {from: 2026-03-01, to: 2026-12-31}, targets: 承接事项.csv}
  who: {target: owner}
  remind: []
"""
TABLE = "承接清单（2026年）,,,\n编号,名称,责任单位,责任人工号\n1,占道　经营,司法所,\nA-2,违法建设,,bob\n3,渣土,law,dave\n合计,3,,\n"


def test_each_row_of_the_table_is_owed_by_whom_it_names(small: Small) -> None:
    loaded = small(CAMPAIGN, 承接事项_csv=TABLE)
    assert [problem.text() for problem in loaded.problems] == []
    office = loaded.office
    assert office is not None
    shown = preview(office, [], *Y2026)

    assert [(item["key"], item["title"], item["assignees"]) for item in shown] == [
        ("1", "承接事项：占道　经营", ["alice"]), ("A-2", "承接事项：违法建设", ["bob"]), ("3", "承接事项：渣土", ["dave"]),
    ]  # fmt: skip
    assert {item["opens_at"] for item in shown} == {"2026-03-01T00:00:00+08:00"}
    assert {item["due_on"] for item in shown} == {"2026-12-31"}
    (schedule,) = office.schedules
    assert from_json(to_json(schedule)) == schedule
    assert slots(schedule, office, date(2027, 1, 1), date(2027, 12, 31)) == ()
    assert next_opening(schedule, office, after=local("2026-01-01T00:00")) == local("2026-03-01T00:00")


def test_nobody_owes_a_row_that_is_gone(small: Small) -> None:
    office = small(CAMPAIGN, 承接事项_csv=TABLE).office
    assert office is not None
    slot = slots(office.schedules[0], office, *Y2026)[0]
    (part,) = parts(office.schedules[0], slot, replace(office, targets={}))

    assert (part.owner.kind, part.owner.keys) == ("units", ())


def test_a_campaign_ends_with_the_rule(one: One) -> None:
    assert (
        slots(*of(one, "{once: {from: 2026-03-01, to: 2026-05-31}, effective_from: 2026-06-01}"), *Y2026)
        == ()
    )


def test_whoever_joins_later_is_not_yet_unknown(one: One) -> None:
    schedule, office = of(one, EVERY_TWO_YEARS, who="{people: [dave]}")
    people = tuple(replace(each, joined_on=None, left_on=date(2026, 1, 1)) for each in office.people)

    assert slots(schedule, replace(office, people=people), *Y2026) == ()


def test_a_campaign_without_targets_comes_once(one: One) -> None:
    (slot,) = slots(*of(one, "{once: {from: 2026-03-01, to: 2026-05-31}}"), *Y2026)

    assert (slot.key, slot.due_on) == ("2026-03-01", date(2026, 5, 31))


def test_a_workbook_serves_as_the_table_and_so_does_the_csv_it_became(small: Small) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["编号", "名称", "责任单位"], [1, "占道经营", "司法所"]):
        sheet.append(row)
    data = io.BytesIO()
    book.save(data)
    text = CAMPAIGN.replace("承接事项.csv", "表/承接事项.xlsx")

    for files in (
        {"表__承接事项_xlsx": data.getvalue()},
        {"承接事项_csv": "编号,名称,责任单位\n1,占道经营,司法所\n"},
    ):
        office = small(text, **files).office
        assert office is not None
        assert [slot.key for slot in slots(office.schedules[0], office, *Y2026)] == ["1"]


@pytest.mark.parametrize(
    ("table", "sentences"),
    [
        ("编号,名称,责任单位\n1,甲,财政所\n", ["承接事项.csv:2:3: 1: there is no unit '财政所'"]),
        ("编号,名称,责任单位\n1,甲,各科室\n", ["承接事项.csv:2:3: 1: the unit '各科室' has no head to answer for it"]),
        ("编号,名称,责任人工号\n1,甲,eve\n", ["承接事项.csv:2:3: 1: there is no person 'eve'"]),
        ("编号,名称,责任单位\n1,甲,\n", ["承接事项.csv:2:3: 1: the row names neither a unit nor a person"]),
        ("编号,名称\n1,甲\n", ["承接事项.csv:2:1: 1: the row names neither a unit nor a person"]),
        ("编号,名称,责任单位\n1,,law\n,乙,law\n", ["承接事项.csv:2:2: 1: the cell is empty", "承接事项.csv:3:1: ?: the cell is empty"]),
        ("编号,名称,责任单位\n1,甲,law\n1,乙,law\n", ["承接事项.csv:3:1: 1: two rows have the same number"]),
        ("编号,名称,责任单位\n13800000001,甲,law\n", ["承接事项.csv:2:1: 13800000001: '13800000001' looks like a mobile number"]),
        ("名称,责任单位\n甲,law\n", ["承接事项.csv:1:1: there is no column '编号'"]),
        ("编号,名称,责任单位\n", ["承接事项.csv:1:1: the table has no rows"]),
        ("", ["s.yaml:3:61: powers: there is no file '承接事项.csv' in this folder; allowed: credentials.csv, people.csv"]),
    ],
)  # fmt: skip
def test_mistakes_in_the_table_of_a_campaign(said: Said, table: str, sentences: list[str]) -> None:
    found = said(CAMPAIGN, 承接事项_csv=table)

    assert len(found) == len(sentences), found
    assert all(each.startswith(sentence) for each, sentence in zip(found, sentences, strict=True)), found


def test_a_table_in_gbk_is_named_as_such(said: Said) -> None:
    assert said(CAMPAIGN, 承接事项_csv=TABLE.encode("gb18030")) == [
        "承接事项.csv:1:1: the file is GBK, not UTF-8; allowed: save it as UTF-8: in WPS or Excel 'Save As', "
        "kind 'CSV UTF-8'; or leave it an .xlsx"
    ]


@pytest.mark.parametrize(
    ("when", "who", "sentence"),
    [
        ("{once: {from: 2026-03-01, to: 2026-02-01}}", "{roles: [staff]}", "it ends on 2026-02-01, before it begins on 2026-03-01"),
        ("{once: {from: 2026-03-01}}", "{roles: [staff]}", "'to' is missing"),
        ("{once: {from: 2026-03-01, to: 2026-12-31}}", "{target: owner}", "'target' only goes with 'when: {once: …, targets: …}'"),
        ("{weekly: 周五}", "{target: owner}", "'target' only goes with"),
        ("{once: {from: 2026-03-01, to: 2026-12-31}}", "{target: staff}", "'target' cannot be 'staff'; allowed: owner"),
    ],
)  # fmt: skip
def test_mistakes_in_a_campaign(said: Said, when: str, who: str, sentence: str) -> None:
    found = said(f"a: {{title: 走访, when: {when}, who: {who}}}\n")

    assert any(sentence in each for each in found), found


def test_a_table_is_not_looked_into_while_there_is_no_office(said: Said) -> None:
    (only,) = said(CAMPAIGN, office_yaml="", 承接事项_csv="x")
    assert only.startswith("office.yaml:1:1: there is no office.yaml in this folder")


# ── missed ──────────────────────────────────────────────────
@pytest.mark.parametrize("missed", ["all", "{policy: all, within: 31 days}", "{policy: skip}"])
def test_how_much_is_made_up_for_survives(one: One, missed: str) -> None:
    schedule, _ = of(one, f"{{weekly: 周五, missed: {missed}}}")

    assert from_json(to_json(schedule)) == schedule
