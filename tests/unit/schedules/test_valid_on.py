"""Whether somebody held a valid certificate on a day."""

from datetime import date

import pytest

from schedules.valid_on import Held, holding

OLD = Held(number="1", issued_on=date(2016, 3, 1), expires_on=date(2021, 2, 28))
NEW = Held(number="2", issued_on=date(2021, 10, 9), expires_on=date(2026, 10, 8))
STOPPED = Held(number="3", issued_on=date(2021, 10, 9), expires_on=date(2026, 10, 8), state="revoked")


@pytest.mark.parametrize(
    ("cards", "day", "how", "card"),
    [
        ([], "2026-09-01", "none", None),
        ([OLD, NEW], "2021-10-09", "held", NEW),
        ([OLD, NEW], "2026-10-08", "held", NEW),
        ([OLD, NEW], "2026-10-09", "expired", NEW),
        ([OLD, NEW], "2021-03-01", "expired", OLD),
        ([OLD, NEW], "2016-02-29", "not-yet", OLD),
        ([STOPPED], "2026-09-01", "stopped", STOPPED),
        ([STOPPED, NEW], "2026-09-01", "held", NEW),
    ],
    ids=[
        "none at all", "the day of issue", "the last day", "a day after", "between two", "before the first", "revoked",
        "revoked, and another one",
    ],
)  # fmt: skip
def test_how_somebody_stood_on_a_day(cards, day, how, card):
    assert holding(cards, date.fromisoformat(day)) == (how, card)
