"""Working days as a table: a notice, or overrides with their reasons; and every row that is refused."""

from datetime import date

import pytest

from schedules.calendar import Notice
from schedules.calendar_table import against_law, read_days
from schedules.source_text import SourceFile


def read(text: str, path: str = "2027.csv"):
    return read_days(SourceFile(path, text.encode()))


def refused(text: str) -> list[str]:
    found = read(text)
    assert (found.notice, found.overrides) == (None, ())
    return [problem.text() for problem in found.problems]


@pytest.mark.parametrize(
    "text",
    [
        "日期,是否上班,名称\n2027-01-01,否,元旦\n2026-12-26,是,元旦\n",
        "放假安排\n\n名称, 日期 ,isOffDay\n元旦,2027/01/01,TRUE\n元旦,2026-12-26,false\n",
        "date,isWorkday,name\n2027-01-01,0,元旦\n2026-12-26,1,元旦\n",
        "日期,是否放假,名称\n2027-01-01,休,元旦\n2026-12-26,班,元旦\n".replace("休", "是").replace(
            "班", "否"
        ),
    ],
)
def test_a_notice_as_a_table(text: str) -> None:
    found = read(text)

    assert found.problems == []
    assert found.notice == Notice(
        2027, {date(2027, 1, 1): False, date(2026, 12, 26): True}, {date(2027, 1, 1): "元旦", date(2026, 12, 26): "元旦"}
    )  # fmt: skip


def test_a_table_without_names_is_a_notice_too() -> None:
    found = read("日期,是否上班\n2027-01-01,否\n")

    assert found.notice == Notice(2027, {date(2027, 1, 1): False}, {date(2027, 1, 1): ""})


def test_overrides_have_reasons_and_may_lie_in_any_year() -> None:
    found = read("日期,是否上班,名称,原因\n2026-09-03,否,纪念日,市政府通知\n2028-02-01,是,,防汛值班\n")

    assert found.problems == []
    assert [(each.day, each.is_workday, each.name, each.reason) for each in found.overrides] == [
        (date(2026, 9, 3), False, "纪念日", "市政府通知"),
        (date(2028, 2, 1), True, "", "防汛值班"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "2027.csv:1:1: the file is empty"),
        ("日期,名称\n2027-01-01,元旦\n", "2027.csv:2:1: there is no column '是否上班'; allowed: 是否上班, isOffDay"),
        ("名称,是否上班\n元旦,否\n", "2027.csv:1:1: there is no column '日期'"),
        ("日期,是否上班\n", "2027.csv:1:1: ?: the notice names no day"),
        ("日期,是否上班\n2027-02-30,否\n", "2027.csv:2:1: 2027-02-30: '2027-02-30' is not a date"),
        ("日期,是否上班\n0001-01-01,否\n", "2027.csv:2:1: 0001-01-01: '0001-01-01' is not a date"),
        ("日期,是否上班\n2027-01-01,可能\n", "2027.csv:2:2: 2027-01-01: '可能' does not say whether the day is worked; allowed: 是"),
        ("日期,是否上班\n2027-01-01,否\n2027-01-01,是\n", "2027.csv:3:1: 2027-01-01: 2027-01-01 stands here twice"),
        ("日期,是否上班\n2027-01-01,否\n2026-11-30,是\n", "2027.csv:3:1: 2026-11-30: 2026-11-30 is outside the notice of 2027"),
        ("日期,是否上班,原因\n2027-01-01,否,\n", "2027.csv:2:3: 2027-01-01: 2027-01-01 needs a reason"),
    ],
)  # fmt: skip
def test_a_bad_table_is_refused(text: str, said: str) -> None:
    assert refused(text)[0].startswith(said)


def test_every_bad_row_is_named_at_once() -> None:
    lines = refused("日期,是否上班\n昨天,否\n2027-01-01,?\n2025-01-01,否\n2027-05-01,否\n")

    assert [line.split(":")[1] for line in lines] == ["2", "3", "4"]


def test_a_notice_that_leaves_out_a_holiday_of_the_law_is_noticed() -> None:
    cut = Notice(2027, {date(2027, 1, 1): False})
    worked = Notice(2027, {date(2027, 5, 1): True})

    assert date(2027, 2, 5) in against_law(cut)
    assert date(2027, 1, 1) not in against_law(cut)
    assert date(2027, 2, 6) not in against_law(cut), "a Saturday is off in any case"
    assert date(2027, 5, 1) in against_law(worked)
    assert against_law(Notice(2024, {})) == ()
