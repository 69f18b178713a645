"""A rule that is written anew: which occurrence of the new one stands for which of the old."""

from collections.abc import Callable
from datetime import date

import pytest

from schedules.grammar import Schedule
from schedules.loader import Loaded
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.shifts import Shift, place, shifts

One = Callable[..., tuple[Schedule, OfficeSpec]]
Read = Callable[[str, str], tuple[Shift, ...]]
NOVEMBER = date(2026, 11, 1), date(2026, 12, 31)


@pytest.fixture
def small_pairs(small: Callable[..., Loaded]) -> Read:
    """The pairs of two rules in November and December 2026."""

    def read(old: str, new: str) -> tuple[Shift, ...]:
        found: list[tuple[Schedule, OfficeSpec]] = []
        for when in (old, new):
            loaded = small(f"a:\n  title: A\n  when: {when}\n  who: {{roles: [staff]}}\n  remind: []\n")
            assert loaded.office is not None, [problem.text() for problem in loaded.problems]
            found.append((loaded.office.schedules[0], loaded.office))
        (was, before), (now, after) = found
        return shifts(slots(was, before, *NOVEMBER), slots(now, after, *NOVEMBER), place(was, now))

    return read


def keys(pairs: tuple[Shift, ...]) -> list[tuple[str | None, str | None]]:
    return [(pair.old.key if pair.old else None, pair.new.key if pair.new else None) for pair in pairs]


def test_the_same_key_is_the_same_occurrence_and_another_time_is_seen(small_pairs: Read) -> None:
    pairs = small_pairs("{weekly: 周五, time: '15:00'}", "{weekly: 周五, time: '14:00'}")
    same = small_pairs("{weekly: 周五, time: '15:00'}", "{weekly: 周五, time: '15:00'}")

    assert keys(pairs)[0] == ("2026-11-06", "2026-11-06")
    assert not any(pair.alike for pair in pairs)
    assert all(pair.alike for pair in same)


def test_another_weekday_is_the_occurrence_of_the_same_week(small_pairs: Read) -> None:
    pairs = keys(small_pairs("{weekly: 周五}", "{weekly: 周三}"))

    assert pairs[:2] == [("2026-11-06", "2026-11-04"), ("2026-11-13", "2026-11-11")]
    assert [pair for pair in pairs if None in pair] == [(None, "2026-12-30")], "its Friday is next year's"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{monthly: 5}", "{monthly: 20}", ("2026-11-05", "2026-11-20")),
        ("{quarterly: 10}", "{quarterly: 20}", ("2026-12-10", "2026-12-20")),
        ("{by: '11-20'}", "{by: '12-20'}", ("2026-11-20", "2026-12-20")),
        ("{yearly: '11-20'}", "{before: '12-01'}", ("2026-11-20", "2026-11-30")),
    ],
)
def test_months_quarters_and_years_belong_together(
    small_pairs: Read, old: str, new: str, expected: tuple[str, str]
) -> None:
    assert keys(small_pairs(old, new))[0] == expected


def test_several_in_one_span_go_in_their_order_and_what_both_name_is_left_alone(small_pairs: Read) -> None:
    pairs = small_pairs("{by: ['11-10', '11-20', '12-10']}", "{by: ['11-12', '11-20', '12-20', '12-25']}")

    assert keys(pairs) == [
        ("2026-11-10", "2026-11-12"),
        ("2026-11-20", "2026-11-20"),
        ("2026-12-10", "2026-12-20"),
        (None, "2026-12-25"),
    ]
    assert not pairs[-1].alike


def test_rules_of_different_rhythm_share_nothing_but_days(small_pairs: Read) -> None:
    pairs = keys(small_pairs("{monthly: 6}", "{weekly: 周五}"))

    assert ("2026-11-06", "2026-11-06") in pairs
    assert (None, "2026-11-13") in pairs
    assert pairs[-1] == ("2026-12-06", None)
