"""Days that may be held within a span, last days in the year, and what is counted from either."""

from collections.abc import Callable
from datetime import date

import pytest
from unit.schedules.test_occurrences import local, of

from schedules.grammar import Schedule
from schedules.ladder import fitting_ladder
from schedules.occurrences import Slot, slots
from schedules.office import OfficeSpec
from schedules.parts import parts
from schedules.preview import preview

One = Callable[..., tuple[Schedule, OfficeSpec]]
Said = Callable[..., list[str]]
Y2026 = date(2026, 1, 1), date(2026, 12, 31)
ACTIVITY = """\
day:
  title: 宣传日
  when: {yearly: "03-15", held: {from: 5 days before, to: 3 days after}}
  who: {unit: law}
  steps:
    plan:   {title: 方案, due: {before: on, by: 10 workdays}}
    open:   {title: 启动, due: on}
    report: {title: 情况, due: {after: held_on, by: 3 workdays}}
  remind:
    - {before: plan, by: 3 workdays}
    - {before: on, by: 1 workday, to: unit-head}
    - {after: held_on, by: 0 days, to: deputy-leader}
"""


def single(one: One, when: str, first: date, last: date, **keys: str) -> Slot:
    (slot,) = slots(*of(one, when, **keys), first, last)
    return slot


def test_a_sunday_moves_nothing_that_may_be_held_within_a_span(one: One) -> None:
    slot = single(one, "{yearly: 03-15, held: {from: 5 days before, to: 3 days after}}", *Y2026)

    assert (slot.key, slot.date, slot.moved_from) == ("2026-03-15", date(2026, 3, 15), None)
    assert (slot.due_on, slot.due_at) == (date(2026, 3, 18), local("2026-03-18T18:00"))
    assert slot.opens_at == local("2026-03-09T08:40"), "the working day before the first day of the span"


@pytest.mark.parametrize(
    ("held", "last"),
    [
        ("{from: 5日前}", "2026-03-15"),
        ("{to: 2个工作日后}", "2026-03-17"),
        ("{to: {n: 3, unit: days}}", "2026-03-18"),
    ],
)
def test_the_ends_of_a_span(one: One, held: str, last: str) -> None:
    assert str(single(one, f"{{yearly: 03-15, held: {held}}}", *Y2026).due_on) == last


def test_a_span_in_working_days_of_an_unannounced_year_is_provisional(one: One) -> None:
    year = date(2027, 1, 1), date(2027, 12, 31)

    assert single(one, "{yearly: 03-15, held: {to: 2 workdays after}}", *year).provisional
    assert not single(one, "{yearly: 03-15, held: {to: 2 days after}}", *year).provisional


def test_the_term_of_a_confirmation_counts_from_the_end_of_the_span(one: One) -> None:
    slot = single(one, "{yearly: 03-15, held: {to: 3 days after}}", *Y2026, done="{by: each, within: 5 days}")

    assert slot.due_on == date(2026, 3, 23)


def test_steps_and_rungs_are_counted_from_the_day_and_from_the_end_of_the_span(one: One) -> None:
    schedule, office = one(ACTIVITY.replace("open:", "begin:"))
    (slot,) = slots(schedule, office, *Y2026)
    (shown,) = preview(office, [], *Y2026)

    assert {part.key: str(part.due_on) for part in parts(schedule, slot, office)} == {
        "plan": "2026-03-02", "begin": "2026-03-15", "report": "2026-03-23",
    }  # fmt: skip
    assert [(rung["at"][:16], rung["to"], rung["part"], rung["label"]) for rung in shown["rungs"]] == [
        ("2026-02-26T08:40", "assignee", "plan", "3 working days before '方案'"),
        ("2026-03-13T08:40", "assignee", "begin", "one working day before the day"),
        ("2026-03-19T08:40", "deputy-leader", "begin", "right after the last day for holding it"),
    ]
    assert shown["opens_at"].startswith("2026-02-26T08:40")


def test_of_steps_that_all_come_before_the_day_the_last_one_is_spoken_of(one: One) -> None:
    text = ACTIVITY.replace("due: on}", "due: {before: on, by: 2 days}}")
    text = text.replace("{after: held_on, by: 3 workdays}", "{before: on, by: 1 workday}")
    schedule, office = one(text.replace("open:", "begin:"))
    (shown,) = preview(office, [], *Y2026)

    assert [rung["part"] for rung in shown["rungs"]] == ["plan", "report", "report"]
    assert schedule.steps


def test_the_ladder_of_an_activity_fits_a_plan_and_a_report_within_a_span(one: One) -> None:
    schedule, _ = of(
        one,
        "{yearly: 03-15, held: {to: 3 days after}}",
        steps="{plan: {title: 方案, due: {before: on, by: 3 days}}}",
    )

    assert fitting_ladder(schedule) == "activity"
    assert fitting_ladder(of(one, "{yearly: 03-15}")[0]) == "monthly-task"


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (
            "{yearly: 03-15, on_holiday: skip, held: {to: 3 days after}}",
            "a: 'on_holiday' does not go with 'held'",
        ),
        ("{yearly: 03-15, held: {until: 3 days}}", "a: unknown key 'until'; allowed: from, to"),
        ("{yearly: 03-15, held: {to: 3 days before}}", "a: '3 days before': unknown unit 'days before'"),
        ("{before: 03-01, time: '08:00'}", "a: 'time' does not go with 'before, by'"),
        ("{by: 03-31, held: {to: 3 days}}", "a: 'held' does not go with 'before, by'"),
        ("{by: 03-31, min_gap: 3 days}", "a: 'min_gap' does not go with 'before, by'"),
        ("{by: 03-31, on_holiday: skip}", "a: 'on_holiday' cannot be 'skip'"),
        ("{by: 03-31, before: 03-01}", "a: 'before' and 'by' do not go together"),
    ],
)
def test_what_does_not_go_together(said: Said, when: str, sentence: str) -> None:
    found = said(f"a: {{title: 报告, when: {when}, who: {{roles: [staff]}}}}\n")

    assert any(sentence in each for each in found), found


@pytest.mark.parametrize("word", ["on", "held_on"])
def test_only_single_days_have_a_day_to_count_from(said: Said, word: str) -> None:
    text = f"a: {{title: 报告, when: {{window: [7]}}, who: {{roles: [staff]}}, steps: {{x: {{title: 一, due: {word}}}}}}}\n"

    assert [each.partition(": a: ")[2] for each in said(text)] == [
        f"'{word}' is nothing to count from here; allowed: due"
    ]


# ── deadlines in the year ───────────────────────────────────
@pytest.mark.parametrize(
    ("when", "year", "key", "day"),
    [
        ('{before: "03-01"}', 2027, "2027-02-28", "2027-02-26"),  # 2027-02-28 is a Sunday
        ('{before: "03-01"}', 2028, "2028-02-29", "2028-02-29"),  # a leap day is the last of its February
        ('{before: "04-01"}', 2027, "2027-03-31", "2027-03-31"),
        ('{by: "03-31"}', 2027, "2027-03-31", "2027-03-31"),
        ('{by: "02-28"}', 2027, "2027-02-28", "2027-02-26"),
        ('{by: "10-06"}', 2026, "2026-10-06", "2026-09-30"),
        ('{by: "10-06", on_holiday: next-workday}', 2026, "2026-10-06", "2026-10-08"),
        ('{by: "10-06", on_holiday: keep}', 2026, "2026-10-06", "2026-10-06"),
        ('{before: "01-01"}', 2026, "2026-12-31", "2026-12-31"),
        ('{before: "10-11"}', 2026, "2026-10-10", "2026-10-10"),  # a worked Saturday
    ],
)
def test_a_deadline_in_the_year(one: One, when: str, year: int, key: str, day: str) -> None:
    slot = single(one, when, date(year, 1, 1), date(year, 12, 31))

    assert (slot.key, str(slot.date), str(slot.due_on)) == (key, day, day)
    assert slot.moved_from == (date.fromisoformat(key) if day != key else None)


def test_several_deadlines_a_year_and_how_long_before_they_open(one: One) -> None:
    schedule, office = of(one, '{by: ["06-30", "12-31"], opens: 30 days before}')
    found = slots(schedule, office, *Y2026)

    assert [slot.key for slot in found] == ["2026-06-30", "2026-12-31"]
    assert [slot.opens_at for slot in found] == [local("2026-05-29T08:40"), local("2026-12-01T08:40")]


def test_a_deadline_by_law_ends_at_midnight(one: One) -> None:
    slot = single(one, '{before: "03-01"}', date(2027, 1, 1), date(2027, 12, 31), basis="督察工作规定24条")

    assert slot.due_at == local("2027-02-27T00:00")


def test_the_last_year_of_the_calendar_has_its_deadlines(one: One) -> None:
    schedule, office = of(one, '{before: "12-31", on_holiday: keep}')

    assert [slot.key for slot in slots(schedule, office, date(9999, 1, 1), date.max)] == ["9999-12-30"]
