"""How a report says numbers: downwards, with 余 and 多, and rates that are only cut."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.rounding import amount, dated, day, exact, listed, months, percent, rounded
from schedules.words import phrase
from tasks.wording.texts import Texts

CHINESE = Texts.load("zh_CN").gettext("zh_CN")
SAYS_LESS = ("余", "多")


def said(n: int, unit: str = "处") -> str:
    return rounded(n * 100, unit).text(CHINESE)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0处"), (1, "1处"), (9, "9处"), (10, "10处"), (11, "10余处"), (19, "10余处"), (20, "20处"), (22, "20余处"), (63, "60余处"),
        (99, "90余处"), (100, "100处"), (101, "100多处"), (412, "400多处"), (700, "700处"), (748, "700多处"), (1000, "1000处"),
        (2998, "2900多处"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_offices_say_them(n, words):
    assert said(n) == words


def test_halves_are_not_rounded_away_below_ten():
    assert rounded(950, "学时").text(CHINESE) == "9.5学时"
    assert rounded(1050, "学时").text(CHINESE) == "10余学时"
    assert exact(6420, "学时").text(CHINESE) == "64.2学时"


@given(st.integers(0, 10_000_000))
def test_a_report_never_says_more_than_there_was(hundredths):
    words = rounded(hundredths, "").text(CHINESE)
    number = Decimal(words.strip("余多"))

    assert number * 100 <= hundredths
    assert (number * 100 == hundredths) is not words.endswith(SAYS_LESS)
    assert hundredths < 1000 or number * 100 > hundredths - (1000 if hundredths < 10_000 else 10_000)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_rate_is_cut_and_says_all_only_of_all(part, whole):
    part = min(part, whole)
    found = percent(part, whole)

    assert Fraction(found) <= Fraction(part * 100, whole) < Fraction(found) + Fraction(1, 10)
    assert (found == "100.0") is (part == whole)
    assert len(found.partition(".")[2]) == 1


def test_thirteen_of_fourteen_is_not_rounded_up():
    assert percent(13, 14) == "92.8"


@given(st.integers(0, 10**9))
def test_an_amount_reads_back(hundredths):
    assert Decimal(amount(hundredths)) * 100 == hundredths


def test_what_came_once_a_month_is_said_by_its_months():
    july, november = date(2026, 7, 28), date(2026, 11, 30)

    assert str(months([july], "次")) == "1 次 in Jul"
    words = months([november, july], "次")
    assert words is not None
    assert words.text(CHINESE) == "7月、11月各1次"
    assert months([july, july.replace(day=1)], "次") is None
    assert months([], "次") is None


def test_days_are_said_and_listed():
    assert day(date(2026, 2, 11)).text(CHINESE) == "2月11日"
    assert dated(date(2026, 2, 11)).text(CHINESE) == "2026年2月11日"
    assert str(listed([phrase("a"), phrase("b"), phrase("c")])) == "a, b, c"
