"""Who is told in somebody's place: deputies, heads, chains that are bounded and never run in a circle."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.types import UTC_MAX, UTC_MIN
from tasks.roster.stand_in import MOST_DEPUTIES, Leave, Span, StandIns, merged

DAY = timedelta(days=1)
START = datetime(2026, 12, 1, tzinfo=UTC)
NAMES = {1: "甲", 2: "乙", 3: "丙", 4: "丁", 9: "科长", 10: "主任"}
SUPERIORS = {1: 9, 2: 9, 3: 9, 4: None, 9: 10, 10: None}


def day(n: int) -> datetime:
    return START + n * DAY


def away(person: int, first: int, last: int, deputy: int | None = None) -> Leave:
    return Leave(person, day(first), day(last), deputy)


def standing(*leaves: Leave) -> StandIns:
    return StandIns(leaves, names=NAMES, superiors=SUPERIORS)


def at(standing: StandIns, person: int, n: int) -> tuple[int, str]:
    moment = day(n)
    (span,) = [span for span in standing.spans(person) if span.since <= moment < span.until]
    return span.person_id, span.via


def test_a_deputy_stands_in_from_the_first_day_until_the_day_of_return():
    found = standing(away(1, 1, 3, 2))

    assert list(found.spans(1)) == [
        Span(UTC_MIN, day(1), 1),
        Span(day(1), day(3), 2, "甲 → 乙（代）"),
        Span(day(3), UTC_MAX, 1),
    ]
    assert list(found.spans(2)) == [Span(UTC_MIN, UTC_MAX, 2)]


def test_without_a_deputy_the_head_stands_in_and_for_the_head_the_leader():
    found = standing(away(1, 0, 9), away(9, 3, 5))

    assert at(found, 1, 1) == (9, "甲 → 科长（代）")
    assert at(found, 1, 4) == (10, "甲 → 科长 → 主任（代）")
    assert at(found, 9, 4) == (10, "科长 → 主任（代）")


def test_a_deputy_who_is_away_too_hands_on_to_his_own():
    found = standing(away(1, 0, 9, 2), away(2, 2, 4, 3))

    assert [at(found, 1, n) for n in (1, 2, 4)] == [
        (2, "甲 → 乙（代）"),
        (3, "甲 → 乙 → 丙（代）"),
        (2, "甲 → 乙（代）"),
    ]


def test_a_circle_is_left_by_the_head():
    found = standing(away(1, 0, 9, 2), away(2, 0, 9, 1))

    assert at(found, 1, 1) == (9, "甲 → 乙 → 科长（代）")


def test_where_nobody_is_left_the_person_is_told_himself():
    found = standing(away(4, 0, 9), away(10, 0, 9, 9), away(9, 0, 9, 10))

    assert at(found, 4, 1) == (4, "")
    assert at(found, 9, 1) == (9, "")


def test_a_deputy_who_left_the_office_is_passed_over():
    assert at(standing(away(1, 0, 9, 77)), 1, 1) == (9, "甲 → 科长（代）")


def test_a_chain_is_bounded():
    people = {n: str(n) for n in range(20)}
    leaves = [Leave(n, day(0), day(9), n + 1) for n in range(MOST_DEPUTIES + 1)]
    found = StandIns(leaves, names=people, superiors={})

    assert at(found, 1, 1)[0] == MOST_DEPUTIES + 1, "four deputies"
    assert at(found, 0, 1)[0] == 0, "five are too many"


def test_who_is_told_in_his_own_right_is_not_told_in_somebodys_place_too():
    spans = [Span(UTC_MIN, UTC_MAX, 2), Span(day(1), day(3), 2, "甲 → 乙（代）")]

    assert list(merged(spans)) == [Span(UTC_MIN, UTC_MAX, 2)]


def test_places_taken_one_after_another_stay_apart():
    spans = [
        Span(day(1), day(3), 2, "甲 → 乙（代）"), Span(day(2), day(4), 2, "丙 → 乙（代）"), Span(day(6), day(7), 2, "丙 → 乙（代）"),
    ]  # fmt: skip

    assert list(merged(spans)) == [
        Span(day(1), day(3), 2, "甲 → 乙（代）"),
        Span(day(3), day(4), 2, "丙 → 乙（代）"),
        Span(day(6), day(7), 2, "丙 → 乙（代）"),
    ]


leaves = st.lists(
    st.builds(
        lambda person, first, length, deputy: away(person, first, first + length, deputy),
        st.sampled_from(list(NAMES)),
        st.integers(0, 10),
        st.integers(1, 6),
        st.sampled_from([None, *NAMES, 77]),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(leaves)
def test_at_every_moment_somebody_is_told_and_only_one(found: list[Leave]):
    standing = StandIns(found, names=NAMES, superiors=SUPERIORS)
    for person in NAMES:
        spans = list(standing.spans(person))
        assert (spans[0].since, spans[-1].until) == (UTC_MIN, UTC_MAX)
        assert all(one.until == other.since for one, other in pairwise(spans))
        assert {span.person_id for span in spans} <= NAMES.keys()
        assert all(bool(span.via) == (span.person_id != person) for span in spans)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 10), st.integers(1, 6), st.sampled_from(["", "甲 → 乙（代）", "丙 → 乙（代）"])
        ),
        min_size=1,
    )
)
def test_merged_spans_cover_the_same_time_without_overlap(given_spans: list[tuple[int, int, str]]):
    spans = [Span(day(first), day(first + length), 2, via) for first, length, via in given_spans]
    found = list(merged(spans))

    for n in range(20):
        covering = [span for span in spans if span.since <= day(n) < span.until]
        result = [span for span in found if span.since <= day(n) < span.until]
        assert len(result) == bool(covering)
        assert not result or ("" in {span.via for span in covering}) == (result[0].via == "")
