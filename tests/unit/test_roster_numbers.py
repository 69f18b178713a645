"""A roster's text without its mobile numbers."""

import pytest

from schedules.roster_numbers import without_mobiles

HEAD = "工号,姓名,科室/社区,手机号,职务\n"


@pytest.mark.parametrize(
    "written",
    ["13800000101", "138 0000 0101", "138-0000-0101", "+8613800000101", " +86 138 0000 0101 ", "1.3800000101E+10", "13800000101.0"],
)  # fmt: skip
def test_a_number_is_taken_out_however_it_is_written(written):
    text = f"{HEAD}A1,张三,x,{written},科员\n"
    assert without_mobiles("people.csv", text) == f"{HEAD}A1,张三,x,,科员\n"


def test_other_cells_stay_as_they_are():
    text = f'{HEAD}A1,"张三, 甲",x,无,无\r\nA2,李四,x,"138 0000 0101",2026-09-01\r\n'
    assert without_mobiles("people.csv", text) == text.replace("138 0000 0101", "")


def test_a_roster_without_that_column_stays_as_it_is():
    assert without_mobiles("people.csv", "工号,姓名\nA1,138 0000 0101\n") == "工号,姓名\nA1,138 0000 0101\n"
