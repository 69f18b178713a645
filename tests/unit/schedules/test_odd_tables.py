"""Each oddity of real tables comes out as it was meant, or is refused in a sentence."""

import pytest
from odd_tables import LI, ODD, PEOPLE, ZHANG, one_sheet_each, sheet
from unit.schedules.tables import NOBODY, notes, own, said

from schedules.cell_forms import lost_digits
from schedules.handed_in import hand_in
from schedules.problems import Problem
from schedules.roster import read_credentials
from schedules.roster_handed_in import own_roster
from schedules.roster_table import Cell
from schedules.row_reader import RowReader
from schedules.source_text import SourceFile
from schedules.table_forms import PEOPLE as PEOPLE_FORM


@pytest.mark.parametrize("case", ODD)
def test_an_oddity_is_read_as_it_was_meant_or_refused_in_a_sentence(case: str) -> None:
    odd = ODD[case]

    found = own(odd.kind, odd.name, odd.data)

    told = " | ".join(said(found)) if odd.refused else notes(found)
    assert odd.says in told
    assert bool(said(found)) == odd.refused, said(found)
    if odd.rows is not None:
        rows = [dict(zip(found.fields, row, strict=True)) for row in found.rows]
        assert [{name: row[name] for name in want} for row, want in zip(rows, odd.rows, strict=True)] == [
            dict(each) for each in odd.rows
        ]


def test_of_several_sheets_the_one_that_is_named_is_read() -> None:
    source = SourceFile("表.xlsx", sheet(PEOPLE, ZHANG, touch=one_sheet_each))

    asked = hand_in(source, PEOPLE_FORM, {})
    named = own_roster(hand_in(source, PEOPLE_FORM, {}, sheet="执法大队"), NOBODY)
    unknown = own_roster(hand_in(source, PEOPLE_FORM, {}, sheet="民政办"), NOBODY)

    assert asked.sheets == ("党政办", "执法大队")
    assert [row[0] for row in named.rows] == [LI[0]]
    assert "not: 党政办" in notes(named)
    assert said(unknown) == ["表.xlsx:1:1: there is no sheet '民政办'; allowed: 党政办、执法大队"]


def test_a_number_of_fifteen_digits_is_still_whole() -> None:
    assert not lost_digits(Cell("123456789012345", 1, 1, number=True))
    assert not lost_digits(Cell("1E5", 1, 1))


def test_a_certificate_without_an_end_is_refused_with_what_to_do() -> None:
    rows = "证件编号,证件种类,持证人工号,发证日期,有效期至\nT1,enforcement,1001,2026-09-01,长期\n"

    _, problems = read_credentials(SourceFile("a.csv", rows.encode()), None)

    assert [problem.text() for problem in problems] == [
        "a.csv:2:5: T1: '长期' is no date: duban keeps certificates that end; allowed: leave out the row; there is nothing to renew"
    ]


@pytest.mark.parametrize("text", ["2026.9-10", "2026111"])
def test_a_day_that_may_be_two_is_none(text: str) -> None:
    problems: list[Problem] = []
    reader = RowReader(SourceFile("a.csv", b""), problems, "id")

    assert reader.day({"id": Cell("1", 2, 1), "day": Cell(text, 2, 2)}, "day") is None
    assert "is not a date" in str(problems[0].what)
