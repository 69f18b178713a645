"""How figures add up: progress, milestones, the day that reached them; topics; spans of days; what counts; what is late."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.belated import entered_late
from schedules.counts import counted, counts_of
from schedules.done import Topics
from schedules.grammar import Cycle, Monthly, Quarterly, Quota, Schedule, Weekly, Window, Yearly
from schedules.quota import counts_up, full_target, milestone
from schedules.spans import covers, span
from schedules.tally import WHOLE, Fact, Tally, covered, hundredths, progress, reached_on, stages

DAY = date(2026, 5, 1)
OPTIONS = {"entrance": ("机关", "社区")}


def quota(**more):
    reach = {"events": 4, "leaflets": 100, "each": {"entrance": 1}}
    milestones = [{"by": "06-30", "reach": {"events": 1}}, {"by": "09-30", "reach": {"leaflets": 50}}]
    given_ = {"id": "q", "title": "q", "when": {"cycle": "calendar-year"}, "who": {"unit": "a"},
              "done": {"register": "r", "reach": reach}, "milestones": milestones}  # fmt: skip
    return Schedule.model_validate(given_ | more)


def test_every_turn_of_a_cycle_has_milestones_of_its_own():
    halves = quota(
        when={"cycle": "calendar-half"},
        milestones=[{"by": "03-31", "reach": {"events": 2}}, {"by": "09-30", "reach": {"leaflets": 50}}],
    )

    assert stages(halves, date(2026, 4, 1))[:-1] == ({("events", ""): 2},)
    assert stages(halves, date(2026, 7, 1))[:-1] == ({("leaflets", ""): 50},)
    assert [milestone(halves, number) for number in (0, 1)] == [WHOLE // 2, WHOLE // 2]


def fact(day: int, leaflets: str, *entrance: str) -> Fact:
    return Fact(date(2026, 5, day), {"leaflets": [leaflets], "entrance": entrance})


def test_every_figure_is_measured_in_hundredths():
    tally = Tally([fact(1, "30", "机关"), fact(2, "0.5", "机关")])
    found = tally.measures(stages(quota(), DAY)[-1], OPTIONS)

    assert [(m.name, m.choice, m.done, m.wanted, m.missing) for m in found] == [
        ("events", "", 200, 400, 200), ("leaflets", "", 3050, 10000, 6950), ("entrance", "机关", 200, 100, 0),
        ("entrance", "社区", 0, 100, 100),
    ]  # fmt: skip


def test_a_later_stage_still_asks_for_what_an_earlier_one_did():
    events, leaflets, each = ("events", ""), ("leaflets", ""), ("each", "entrance")

    assert stages(quota(), DAY) == (
        {events: 1}, {events: 1, leaflets: 50}, {events: 4, leaflets: 100, each: 1}
    )  # fmt: skip
    assert [milestone(quota(), number) for number in (0, 1)] == [3333, 6666]


@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["机关", "社区"])), max_size=8))
def test_progress_is_at_a_mark_exactly_when_its_milestone_is_reached(given_):
    asked, tally = (
        stages(quota(), DAY),
        Tally(fact(1, str(leaflets), entrance) for leaflets, entrance in given_),
    )
    found = progress(asked, tally, OPTIONS)

    for number, wanted in enumerate(asked):
        reached = not any(m.missing for m in tally.measures(wanted, OPTIONS))
        mark = WHOLE if number == len(asked) - 1 else milestone(quota(), number)
        assert (found >= mark) == reached, (found, mark)


def test_the_day_is_that_of_the_fact_that_reached_it():
    wanted = {("events", ""): 2}
    facts = [fact(9, "0"), fact(3, "0"), fact(5, "0")]

    assert reached_on(wanted, facts, OPTIONS) == date(2026, 5, 5)
    assert reached_on(wanted, facts[:1], OPTIONS) is None


def test_topics_are_covered_once_and_done_with_the_last():
    done = Topics.model_validate({"topics": ["宪法", "民法典"], "from": "day.3·15.law"})
    some = covered(done, [(date(2026, 3, 6), "宪法"), (date(2026, 2, 6), "宪法"), (date(2026, 4, 3), "无")])
    both = covered(done, [(date(2026, 3, 6), "宪法"), (date(2026, 2, 6), "民法典")])

    assert done.source == ("day.3·15", "law")
    assert (some.topics, some.missing, some.on) == (("宪法",), ("民法典",), None)
    assert (both.missing, both.on) == ((), date(2026, 3, 6))


def test_what_counts_up_has_a_whole():
    topics = Topics.model_validate({"topics": ["a", "b"], "from": "s.f"})
    declared = quota(done={"register": "r", "declared": True}, milestones=[])

    assert [full_target(each) for each in (Quota(sum="count", reach=4), topics, quota().done)] == [
        400,
        200,
        WHOLE,
    ]
    assert (full_target(declared.done), counts_up(declared.done), stages(declared, DAY)) == (None, True, ())
    assert full_target(quota(done={"by": "each"}, milestones=[]).done) is None
    hours = quota(done={"sum": "hours", "reach": 60}, milestones=[{"by": "06-30", "reach": 30}])
    assert (milestone(hours, 0), stages(hours, DAY)) == (3000, ())


@pytest.mark.parametrize(
    ("when", "day", "expected"),
    [
        (Cycle(cycle="calendar-year"), "2026-12-31", ("2026-01-01", "2026-12-31")),
        (Window(window=(11,)), "2026-11-30", ("2026-11-01", "2026-11-30")),
        (Window(window=(10,)), "2026-10-30", ("2026-10-01", "2026-10-31")),
        (Weekly(weekly="周五"), "2026-11-27", ("2026-11-21", "2026-11-27")),
        (Monthly(monthly=5), "2026-03-05", ("2026-02-06", "2026-03-05")),
        (Monthly(monthly=5), "2026-01-05", ("2025-12-06", "2026-01-05")),
        (Monthly(monthly="last-workday"), "2026-10-30", ("2026-10-01", "2026-10-30")),
        (Monthly(monthly=31), "2026-02-28", ("2026-02-01", "2026-02-28")),
        (Quarterly(quarterly=20), "2026-06-20", ("2026-03-21", "2026-06-20")),
        (Quarterly(quarterly="last-workday"), "2026-06-30", ("2026-04-01", "2026-06-30")),
        (Yearly(yearly=("12-31",)), "2026-12-31", ("2026-01-01", "2026-12-31")),
        (Yearly(yearly=("03-15", "12-04")), "2026-12-04", ("2026-11-20", "2026-12-04")),
    ],
)
def test_what_days_an_occurrence_speaks_of(when, day, expected):
    found = span(when, date.fromisoformat(day), date(2026, 11, 20))

    assert tuple(each.isoformat() for each in found) == expected


@pytest.mark.parametrize(
    ("last", "expected"), [(31, True), (30, True), (29, False)], ids=["whole", "to its last working day", "a day less"]
)  # fmt: skip
def test_a_zero_covers_a_month_up_to_its_last_working_day(calendar, last, expected):
    october = date(2026, 10, 1), date(2026, 10, 31)  # the 30th is a Friday

    assert covers(date(2026, 10, 1), date(2026, 10, last), october, calendar) == expected
    assert not covers(date(2026, 10, 2), date(2026, 10, 31), october, calendar)


@pytest.mark.parametrize(
    ("recorded", "late"),
    [("2026-09-30", False), ("2026-10-08", False), ("2026-10-09", True)],
    ids=["two days", "the third working day after the holiday", "the fourth"],
)
def test_a_record_more_than_three_working_days_after_the_fact_is_marked(calendar, recorded, late):
    assert entered_late(date(2026, 9, 28), date.fromisoformat(recorded), calendar) == late


COUNTS = """\
a:
  title: a
  when: {window: [7], due: last-workday}
  who: {responsible: {role: keeper}}
  steps:
    s:
      title: s
      due: window
      evidence: {law: {kind: choice, from: [宪法, 无], many: true}, held: date, pages: {kind: number, required: false}, fine: yes-no}
      counts: {all: 2, law: "law != 无", by_due: "held <= due", few: "pages <= 3", pages: pages, fine: fine, early: "held <= 2026-07-01"}
  remind: [{before: s, by: 1 workday}]
"""


@pytest.mark.parametrize(
    ("values", "due", "expected"),
    [
        ({"law": ("宪法",), "held": ("2026-07-31",), "pages": ("3.5",), "fine": ("yes",)}, "2026-07-31",
         {"all": 200, "law": 100, "by_due": 100, "pages": 350, "fine": 100}),
        ({"law": ("无",), "held": ("2026-08-03",), "pages": ("2",), "fine": ("no",)}, "2026-07-31", {"all": 200, "few": 100, "pages": 200}),
        ({"held": ("2026-06-30",)}, None, {"all": 200, "early": 100}),
    ],
    ids=["held in time", "late and without law", "fields left out, no due day"],
)  # fmt: skip
def test_what_a_record_counts_to(one, values, due, expected):
    schedule, _ = one(COUNTS)
    fields = schedule.steps["s"].evidence

    assert (
        counted(counts_of(schedule, "s"), fields, values, date.fromisoformat(due) if due else None)
        == expected
    )
    assert counts_of(schedule, "") == {}


@pytest.mark.parametrize(
    ("count", "words"),
    [
        ('"lawn != 无"', "there is no field 'lawn' here; allowed: law"),
        ('"law <= 无"', "'law' is a choice and cannot be compared with <="),
        ('"law = 民法典"', "'law' cannot be '民法典'; allowed: 宪法、无"),
        ("held", "'held' alone counts only where it is a number or yes-no; allowed: held = …"),
        ('"? != x"', "'? != x' is not a comparison"),
    ],
)
def test_a_count_that_cannot_be_made(said, count, words):
    lines = said(COUNTS.replace('early: "held <= 2026-07-01"', f"early: {count}"))

    assert len(lines) == 1
    assert words in lines[0]


def test_a_number_as_recorded_is_hundredths():
    assert [hundredths(text) for text in ("0", "12", "1.5", "0.07")] == [0, 1200, 150, 7]
