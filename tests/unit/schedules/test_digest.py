"""The time of day that somebody wishes: never in quiet hours, never later than the next day on which the office sends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.digest import digest_times, next_digest
from schedules.office import OfficeSpec
from schedules.quiet import is_quiet, next_sending
from schedules.sending import sending_day_from

MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants them naive
    datetime(2026, 12, 20),  # noqa: DTZ001
).map(lambda at: at.replace(tzinfo=UTC))


@given(MOMENTS, st.data())
def test_the_next_wished_moment_is_soon_and_outside_quiet_hours(
    starter: OfficeSpec, now: datetime, data: st.DataObject
) -> None:
    clock = data.draw(st.sampled_from(digest_times(starter)))
    at = next_digest(now, clock, starter)
    local, today = at.astimezone(starter.tz), now.astimezone(starter.tz).date()
    latest = sending_day_from(sending_day_from(today, starter) + timedelta(days=1), starter)

    assert at >= now
    assert next_sending(at, starter) == at
    assert local.time() == clock
    assert local.date() <= latest


@given(MOMENTS, st.times())
def test_even_a_time_that_became_quiet_is_answered_with_one_that_is_not(
    starter: OfficeSpec, now: datetime, clock: time
) -> None:
    at = next_digest(now, clock.replace(second=0, microsecond=0), starter)

    assert at >= now
    assert not is_quiet(at.astimezone(starter.tz).time(), starter)


def test_a_span_over_midnight_is_quiet_on_both_sides_of_it(starter: OfficeSpec) -> None:
    assert is_quiet(time(23, 0), starter)
    assert is_quiet(time(0, 0), starter)
    assert not is_quiet(time(8, 30), starter)
    assert is_quiet(time(12, 0), starter)
    assert not is_quiet(time(14, 30), starter)


@pytest.mark.parametrize(
    ("more", "must"),
    [
        ("", False),
        ("  basis: 行政处罚法60条\n", True),
        ("  basis: 行政处罚法60条\n  obligatory: false\n", False),
        ("  obligatory: true\n", True),
    ],
)
def test_what_a_law_asks_for_must_be_reminded_of_unless_the_office_says_otherwise(one, more: str, must: bool):
    text = f"x:\n  title: 报送\n  when: {{weekly: 周五, time: '15:00'}}\n  who: {{roles: [staff]}}\n{more}"

    assert one(text)[0].must_remind is must
