"""How often an address may come with what does not fit."""

from datetime import UTC, datetime, timedelta

import pytest

from worker.settings import Secret
from worker.tokens import BadToken, Tokens
from worker.web.pace import MOST_ADDRESSES, Count, network

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_so_many_are_taken_within_any_minute_and_what_is_refused_is_not_counted() -> None:
    count = Count(3)

    waits = [count.wait("a", NOON + timedelta(seconds=at)) for at in (0, 20, 40, 45, 59, 60, 61, 79.5)]

    assert waits == [0, 0, 0, 15, 1, 0, 19, 1]
    assert count.wait("b", NOON + timedelta(seconds=45)) == 0


def test_of_too_many_addresses_the_quietest_is_forgotten() -> None:
    count = Count(1)
    count.wait("first", NOON)
    for each in range(MOST_ADDRESSES):
        count.wait(str(each), NOON)

    assert count.wait("first", NOON) == 0
    assert count.wait(str(MOST_ADDRESSES - 1), NOON) == 60


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_connection_is_one_address(address: str, counted: str) -> None:
    assert network(address) == counted


def test_a_code_that_was_shown_within_the_hour_is_no_guess() -> None:
    tokens = Tokens(Secret("k" * 43), base_url="https://duban.example.cn")
    code = tokens.check_in_code(17, NOON)

    tokens.check_in_shown(code, NOON + timedelta(minutes=59))
    for forged in (code[:-1] + "!", "18" + code[2:], "17-x"):
        with pytest.raises(BadToken):
            tokens.check_in_shown(forged, NOON)
    with pytest.raises(BadToken):
        tokens.check_in_shown(code, NOON + timedelta(hours=2))
