"""Rules of days in a running office: the span, missed runs after a stop of a week, and the days between which a rule counts."""

from datetime import date

import pytest

from schedules.errors import Refused

ACTIVITY = """\
law-day:
  title: 国家宪法日
  when: {yearly: "12-04", held: {from: 5 days before, to: 3 days after}}
  who: {unit: 司法所}
  steps:
    plan:   {title: 活动方案, due: {before: on, by: 5 workdays}}
    report: {title: 活动情况, due: {after: held_on, by: 3 workdays}, evidence: {held_on: date}}
"""
DAILY = """\
duty:
  title: 值守
  when: {cron: "0 9 * * *", missed: MISSED}
  who: {unit: 综治办}
  remind: []
"""


@pytest.fixture
def activity(office):
    office.write(activity_yaml=ACTIVITY)
    office.begin("2026-11-24 09:00")
    return office


def test_an_activity_is_planned_and_reported_around_its_span(activity):
    assert {each.part: each.due_on for each in activity.seen("law-day")} == {
        "plan": date(2026, 11, 27), "report": date(2026, 12, 10),
    }  # fmt: skip
    bodies = [m.body for m in activity.world.at("2026-12-03 08:40") if "国家宪法日" in m.body]
    assert bodies, "the head is told on the eve"


@pytest.mark.parametrize(("day", "written"), [("2026-11-28", "28 Nov 2026"), ("2026-12-08", "8 Dec 2026")])
def test_what_was_held_outside_the_span_is_refused(activity, day, written):
    report = activity.seen("law-day")[1]

    with pytest.raises(Refused, match=f"it may be held from 29 Nov 2026 to 7 Dec 2026, not on {written}"):
        activity.confirm(report.id, "2026-12-09 09:00", done_on="2026-12-09", held_on=day)


@pytest.mark.parametrize("day", ["2026-11-29", "2026-12-07"])
def test_both_ends_of_the_span_are_in_it(activity, day):
    report = activity.seen("law-day")[1]

    assert activity.confirm(report.id, "2026-12-09 09:00", done_on="2026-12-09", held_on=day).on_time


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ("all", ["23", "24", "25", "26", "27", "28", "29", "30"]),
        ("latest", ["23", "29", "30"]),
        ("skip", ["23", "30"]),
        ("{policy: all, within: 3 days}", ["23", "27", "28", "29", "30"]),
        ("{policy: all, within: 2 workdays}", ["23", "26", "27", "28", "29", "30"]),
        ("{policy: latest, within: 3 days}", ["23", "29", "30"]),
    ],
)
def test_what_is_made_up_for_after_a_stop_of_a_week(office, missed, expected):
    office.write(duty_yaml=DAILY.replace("MISSED", missed))
    office.begin("2026-11-23 08:00")
    assert [each.key for each in office.seen("duty")] == ["2026-11-23"]

    office.world.at("2026-11-30 09:30")  # nothing ran for a week

    found = [each.key for each in office.seen("duty") if each.key <= "2026-11-30"]
    assert found == [f"2026-11-{day}" for day in expected]
    office.world.at("2026-11-30 09:31")
    assert [each.key for each in office.seen("duty") if each.key <= "2026-11-30"] == found, "and once only"


def test_a_rule_counts_between_two_days_even_after_a_stop(office):
    text = DAILY.replace(
        "missed: MISSED", "missed: all, effective_from: 2026-11-25, effective_to: 2026-11-27"
    )
    office.write(duty_yaml=text)
    office.begin("2026-11-23 08:00")
    assert office.seen("duty") == []
    assert office.row("duty").next_at == office.at("2026-11-24 08:40")

    office.world.at("2026-11-30 09:30")

    assert [each.key for each in office.seen("duty")] == ["2026-11-25", "2026-11-26", "2026-11-27"]
    assert office.row("duty").next_at is None
