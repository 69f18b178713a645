"""Five-field cron, against Debian's reading of it as cronsim has it."""

from datetime import date, datetime, time
from itertools import takewhile

import pytest
from cronsim import CronSim
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from schedules.cron import read_cron


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0 8 * * *", "has 6 fields, not five"),
        ("@daily", "has 1 fields"),
        ("0 25 * * *", "out of range"),
        ("60 * * * *", "out of range"),
        ("59/5 * * * *", "'59/5' is not a cron field"),
        ("*/0 * * * *", "out of range"),
        ("5-1 * * * *", "runs backwards"),
        ("0 9 L * *", "'l' is not a cron field"),
        ("0 9 * * fri#2", "'fri#2' is not a cron field"),
        ("0 9 ? * *", "'?' is not a cron field"),
        ("R 9 * * *", "'r' is not a cron field"),
        ("0 9 * abc *", "out of range"),
        ("0 9 1,,2 * *", "'' is not a cron field"),
    ],
)
def test_a_bad_expression_is_refused(text: str, said: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        read_cron(text)

    assert said in str(error.value)


def test_names_and_sunday_are_read() -> None:
    rule = read_cron("30 8 * JAN-mar sun,7,fri")

    assert rule.times == (time(8, 30),)
    assert rule.months == {1, 2, 3}
    assert rule.weekdays == {6, 4}


FIELDS = st.tuples(
    st.sampled_from(["0", "30", "*/20", "5,50"]),
    st.sampled_from(["9", "8-10", "*/6"]),
    st.sampled_from(["*", "1", "31", "1-7", "*/2", "10,20"]),
    st.sampled_from(["*", "2", "1-6", "*/3", "nov"]),
    st.sampled_from(["*", "5", "mon-fri", "0", "7", "*/2", "1,3"]),
)


@given(fields=FIELDS)
@settings(max_examples=60, deadline=None)
def test_it_agrees_with_cronsim(fields: tuple[str, ...]) -> None:
    text = " ".join(fields)
    assume(fields[3] not in ("2", "nov") or fields[2] != "31")  # cronsim refuses what never comes
    start, end = datetime(2026, 1, 1), datetime(2026, 5, 1)  # noqa: DTZ001 - cron speaks of local times
    theirs = list(takewhile(lambda at: at < end, CronSim(text, start.replace(hour=0))))
    rule = read_cron(text)
    days = rule.between(date(2026, 1, 1), date(2026, 4, 30))

    ours = [datetime.combine(day, clock) for day in days for clock in rule.times]

    assert [at for at in ours if at > start] == theirs
