"""What an event is recorded with, whom it names, and by how much a stopped clock lengthens a term."""

from datetime import date

import pytest
from unit.schedules.chains import CASE

from schedules.calendar import WorkCalendar
from schedules.event_fields import asked, complete, people_faults, unanswered, unfit
from schedules.grammar import EventField
from schedules.stops import extended, longer_by
from schedules.terms import parse_term


@pytest.fixture(scope="module")
def case(one):
    return one(CASE)


def test_what_is_asked_for_holds_those_who_owe(case, starter, one):
    schedule, _ = case
    plain, _ = one("a: {title: a, when: {event: e, key: k}, who: {roles: [staff]}, remind: []}\n")

    fields = asked([schedule, starter.schedule("friday-study"), plain])

    assert list(fields) == ["major", "hearing", "amount", "kind", "station", "witness", "handlers"]
    assert fields["handlers"].kind == "people"


def test_values_as_they_are_kept(case):
    schedule, office = case
    fields = asked([schedule])

    found = complete(
        fields,
        {"major": ["yes"], "station": ["执法队"], "handlers": [" bob ", "carol", ""], "other": ["x"]},
        office,
    )

    assert found == {"major": ["yes"], "hearing": ["no"], "station": ["team"], "handlers": ["bob", "carol"]}
    assert complete(fields, {"station": ["财务科"]}, office)["station"] == ["财务科"]


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("unit", ["team"], []),
        ("unit", ["财务科"], ["there is no unit '财务科'"]),
        ("people", ["bob", "carol"], []),
        ("people", ["bob", "bob"], ["'f' names somebody twice"]),
        ("people", ["zoe"], ["there is no person 'zoe' in the roster"]),
        ("person", ["bob", "carol"], ["'f' takes one value"]),
    ],
)
def test_people_and_units_must_be_known(case, kind, values, words):
    _, office = case

    found = [str(each) for each in people_faults("f", EventField(kind=kind), values, office)]

    assert found == words


@pytest.mark.parametrize(
    ("named", "certified", "words"),
    [
        (("bob", "carol"), ("bob", "carol"), []),
        (("bob",), ("bob",), ["'行政处罚案件' needs at least 2 people, found 1"]),
        (("bob", "carol"), ("bob",), ["卡萝 has no valid certificate on that day"]),
        ((), (), ["'行政处罚案件' needs at least 2 people, found 0"]),
        (("bob", "nobody"), ("bob",), []),
    ],
)
def test_a_case_needs_two_with_a_card(case, named, certified, words):
    """行政处罚法 42条."""
    schedule, office = case

    found = [str(each) for each in unfit(schedule, {"handlers": named}, office, certified)]

    assert found == words


def test_handlers_belong_to_the_unit(one):
    schedule, office = one(
        "a: {title: a, when: {event: e, key: k}, who: {from_event: h, unit: 执法队}, remind: []}\n"
    )

    found = [str(each) for each in unfit(schedule, {"h": ("bob", "alice")}, office, ())]

    assert found == ["艾丽 does not belong to 执法队"]
    plain, _ = one("a: {title: a, when: {event: e, key: k}, who: {from_event: h}, remind: []}\n")
    assert list(unfit(plain, {"h": ("alice",)}, office, ())) == []


@pytest.mark.parametrize(
    ("due", "stopped", "again", "term", "days", "moved"),
    [
        ("2026-11-30", "2026-10-09", "2026-10-29", "90 days", 20, "2026-12-20"),
        ("2026-11-30", "2026-10-09", "2026-10-09", "90 days", 0, "2026-11-30"),
        ("2026-10-22", "2026-09-21", "2026-10-09", "20 workdays", 8, "2026-11-03"),
        ("2026-10-22", "2026-09-26", "2026-09-27", "20 workdays", 0, "2026-10-22"),
        ("2026-12-01", "2026-11-02", "2026-11-12", "3 months", 10, "2026-12-11"),
    ],
)
def test_a_term_grows_by_what_was_stopped(calendar: WorkCalendar, due, stopped, again, term, days, moved):
    found = longer_by(
        date.fromisoformat(due),
        date.fromisoformat(stopped),
        date.fromisoformat(again),
        parse_term(term),
        calendar,
    )

    assert found == (days, date.fromisoformat(moved))


def test_a_rolled_last_day_rolls_again(calendar: WorkCalendar):
    term = parse_term({"n": 15, "unit": "days", "roll": "next-workday"})

    assert longer_by(date(2026, 9, 30), date(2026, 9, 20), date(2026, 9, 23), term, calendar) == (
        3,
        date(2026, 10, 8),
    )
    assert extended(date(2026, 11, 30), parse_term("30 days"), calendar) == date(2026, 12, 30)


def test_an_event_that_names_nobody_asks_for_nobody(one):
    schedule, office = one("a: {title: a, when: {event: e, key: k}, who: {roles: [staff]}, remind: []}\n")

    assert list(unfit(schedule, {}, office, ())) == []


def test_a_yes_no_that_is_left_out_is_unanswered() -> None:
    fields = {
        "major": EventField(kind="yes-no"),
        "hearing": EventField(kind="yes-no", label="应告知听证权利"),
        "urgent": EventField(kind="yes-no", required=False),
        "amount": EventField(kind="number"),
    }

    found = [(name, str(what)) for name, what in unanswered(fields, {"major": ["no"], "hearing": [" "]})]

    assert found == [("hearing", "'应告知听证权利' is missing")]
