"""Signed links: what is ours is read, everything else gets one answer."""

import string
from datetime import UTC, datetime, timedelta

import pytest

from worker.settings import Secret
from worker.tokens import BadToken, Tokens

NOW = datetime(2026, 11, 23, 0, 40, tzinfo=UTC)
LETTERS = string.ascii_letters + string.digits + "-_."


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(Secret("a" * 43), base_url="https://duban.example.cn")


def test_a_personal_link_says_who_what_and_when(tokens):
    link = tokens.personal_link(17, 4, NOW).reveal()

    found = tokens.read_personal(link.removeprefix("https://duban.example.cn/c/"))

    assert (found.obligation_id, found.person_id, found.issued_at) == (17, 4, NOW)
    assert len(link) < 120, "an SMS must hold it"


def test_a_link_without_a_duty_opens_the_page_of_all_duties(tokens):
    link = tokens.personal_link(None, 4, NOW).reveal()

    assert link.startswith("https://duban.example.cn/me/")
    assert tokens.read_personal(link.rpartition("/")[2]).obligation_id is None


def test_every_other_letter_at_every_place_is_refused(tokens):
    token = tokens.personal_token(17, 4, NOW)
    accepted = []
    for place in range(len(token)):
        for letter in LETTERS:
            forged = token[:place] + letter + token[place + 1 :]
            if forged == token:
                continue
            try:
                tokens.read_personal(forged)
            except BadToken:
                continue
            accepted.append(forged)

    assert accepted == []


@pytest.mark.parametrize("length", [0, 1, 20, 43, -1])
def test_a_link_cut_short_is_refused(tokens, length):
    with pytest.raises(BadToken):
        tokens.read_personal(tokens.personal_token(17, 4, NOW)[:length])


@pytest.mark.parametrize("text", ["", ".", "..", "é" * 20, "x" * 10_000, "null", "WzEsMl0.x"])
def test_nonsense_is_refused(tokens, text):
    with pytest.raises(BadToken):
        tokens.read_personal(text)


def test_a_token_serves_its_own_purpose_only(tokens):
    personal, sign_in = tokens.personal_token(17, 4, NOW), tokens.sign_in_link(4, NOW).rpartition("/")[2]

    with pytest.raises(BadToken):
        tokens.read_sign_in(personal, NOW)
    with pytest.raises(BadToken):
        tokens.read_personal(sign_in)
    assert not tokens.form_fits(personal, "link:x", NOW)


def test_another_key_reads_nothing(tokens):
    other = Tokens(Secret("b" * 43), base_url="https://duban.example.cn")

    with pytest.raises(BadToken):
        other.read_personal(tokens.personal_token(17, 4, NOW))


def test_an_old_key_still_reads_and_the_new_one_signs(tokens):
    token = tokens.personal_token(17, 4, NOW)
    both = Tokens(Secret("n" * 43 + " " + "a" * 43), base_url="https://duban.example.cn")

    assert both.read_personal(token).obligation_id == 17
    with pytest.raises(BadToken):
        tokens.read_personal(both.personal_token(17, 4, NOW))


@pytest.mark.parametrize(
    ("age", "expired"),
    [(timedelta(days=60), False), (timedelta(days=60, seconds=1), True)],
    ids=["on its last day", "a second later"],
)
def test_a_personal_link_works_for_sixty_days(tokens, age, expired):
    link = tokens.read_personal(tokens.personal_token(17, 4, NOW))

    assert link.expired(NOW + age) is expired


def test_a_sign_in_link_works_for_a_day(tokens):
    token = tokens.sign_in_link(4, NOW).rpartition("/")[2]

    link = tokens.read_sign_in(token, NOW + timedelta(hours=24))
    assert (link.who, link.id) == ("person", 4)
    with pytest.raises(BadToken):
        tokens.read_sign_in(token, NOW + timedelta(hours=24, seconds=1))


def test_a_sign_in_link_says_whose_it_is_and_is_never_the_same_twice(tokens):
    first, second = (tokens.sign_in_token(4, NOW, who) for who in ("person", "inspector"))

    assert tokens.read_sign_in(first, NOW).who == "person"
    assert tokens.read_sign_in(second, NOW).who == "inspector"
    assert tokens.read_sign_in(first, NOW).once != tokens.read_sign_in(tokens.sign_in_token(4, NOW), NOW).once
    made = [tokens.read_sign_in(tokens.sign_in_token(4, NOW, once="message-7"), NOW) for _ in range(2)]
    assert made[0].once == made[1].once


def test_a_form_fits_only_whom_it_was_shown_to_and_for_twelve_hours(tokens):
    token = tokens.form("session:abc", NOW)

    assert tokens.form_fits(token, "session:abc", NOW + timedelta(hours=12))
    assert not tokens.form_fits(token, "session:abd", NOW)
    assert not tokens.form_fits(token, "session:abc", NOW + timedelta(hours=12, seconds=1))


def test_what_a_page_keeps_comes_back_unchanged(tokens):
    token = tokens.keep("file", {"name": "签到表.jpg", "size": 3})

    assert tokens.kept("file", token) == {"name": "签到表.jpg", "size": 3}
    with pytest.raises(BadToken):
        tokens.kept("other", token)
