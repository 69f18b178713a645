"""When each rung of a ladder fires and whom it tells, over holidays, for quotas, for steps and for late starts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.anchors import slot_anchors
from schedules.dues import make_up_due
from schedules.grammar import Event, Schedule
from schedules.ladder import Anchor, RungAt, anchors_of, fitting_ladder, ladder, timeline
from schedules.lights import soon_from
from schedules.occurrences import Slot, event_slot, slots
from schedules.office import OfficeSpec
from schedules.opened_late import late
from schedules.own_head import for_a_unit
from schedules.parts import parts
from schedules.posts import audience
from schedules.quiet import next_sending
from schedules.sending import first_sending

One = Callable[..., tuple[Schedule, OfficeSpec]]
SHANGHAI = timedelta(hours=8)
PLAIN = {"when": "{weekly: 周五, time: '15:00'}", "who": "{roles: [staff]}"}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - SHANGHAI


def at(text: str) -> Anchor:
    """An anchor that is reached at an instant."""
    return Anchor(date.fromisoformat(text[:10]), local(text))


def of(one: One, remind: str, **keys: str) -> tuple[Schedule, OfficeSpec]:
    rest = "".join(f"  {key}: {value}\n" for key, value in (PLAIN | keys).items())
    return one(f"a:\n  title: 周报\n{rest}  remind: {remind}\n")


def fired(
    schedule: Schedule,
    office: OfficeSpec,
    part: str,
    anchors: Mapping[str, Anchor],
    opens: str = "2026-01-01T00:00",
    **figures: int,
) -> list[str]:
    rungs = timeline(schedule, part, anchors, office, opens_at=local(opens), **figures)
    assert [rung.no for rung in rungs] == list(range(len(rungs)))
    assert [rung.at for rung in rungs] == sorted(rung.at for rung in rungs)
    return [f"{rung.at + SHANGHAI:%Y-%m-%dT%H:%M} {rung.to}" for rung in rungs]


DUE = {"due": at("2026-10-08T18:00"), "start": at("2026-10-08T15:00")}


@pytest.mark.parametrize(
    ("rung", "instant"),
    [
        pytest.param("{before: due, by: 1 workday}", "2026-09-30T08:40", id="working days over a holiday"),
        pytest.param("{before: due, by: 7 days}", "2026-09-30T08:40", id="natural days roll back"),
        pytest.param("{before: due, by: 1 month}", "2026-09-08T08:40", id="a month before"),
        pytest.param("{before: due}", "2026-10-08T08:40", id="on the day, said as before"),
        pytest.param("{on: due}", "2026-10-08T08:40", id="on the day"),
        pytest.param("{on: due, time: '09:00'}", "2026-10-08T09:00", id="at a time"),
        pytest.param("{after: due, by: 1 workday}", "2026-10-09T08:40", id="the next working day"),
        pytest.param("{after: due, by: 3 days}", "2026-10-12T08:40", id="natural days roll on"),
        pytest.param("{after: due, by: 2 days}", "2026-10-10T08:40", id="a worked Saturday"),
        pytest.param("{after: due, by: 0 days}", "2026-10-09T08:40", id="never before the day is over"),
        pytest.param("{after: start}", "2026-10-08T15:00", id="once it has begun, at the next sending"),
        pytest.param("{after: start, time: '16:00'}", "2026-10-08T16:00", id="the same day if there is time"),
        pytest.param("{after: start, time: '14:00'}", "2026-10-09T14:00", id="else the next working day"),
        pytest.param("{before: start, by: 30 minutes}", "2026-10-08T14:30", id="minutes before"),
        pytest.param("{after: start, by: 24 hours}", "2026-10-09T15:00", id="hours after"),
        pytest.param("{at: open}", "2026-01-04T08:40", id="opening on a holiday waits for a worked Sunday"),
        pytest.param("{at: open, time: '10:00'}", "2026-01-04T10:00", id="opening at a time"),
    ],
)
def test_a_rung_fires(one: One, rung: str, instant: str) -> None:
    schedule, office = of(one, f"[{rung}]")

    assert fired(schedule, office, "", DUE) == [f"{instant} assignee"]


def test_a_rung_on_a_rest_day_waits_for_the_next(one: One) -> None:
    schedule, office = of(one, "[{on: due}, {before: due, by: 0 days}]")

    assert fired(schedule, office, "", {"due": at("2026-10-03T18:00")}) == [
        "2026-09-30T08:40 assignee",
        "2026-10-08T08:40 assignee",
    ]


def test_an_office_that_sends_on_rest_days(one: One) -> None:
    schedule, office = of(one, "[{on: due}]")
    always = replace(office, file=office.file.model_copy(update={"rest_days": "send"}))

    assert fired(schedule, always, "", {"due": at("2026-10-03T18:00")}) == ["2026-10-03T08:40 assignee"]
    assert first_sending(local("2026-10-03T09:00"), always) == local("2026-10-03T15:00")


def test_anchors_that_are_not_known_yet_have_no_rungs(one: One) -> None:
    schedule, office = of(one, "[{on: due}, {on: start}, {at: open}]")

    assert fired(schedule, office, "", {}) == ["2026-01-04T08:40 assignee"]


def test_a_rung_says_what_it_is(one: One) -> None:
    first = "before: due, by: 5 workdays, to: [assignee, leader, keeper, group], as: list, text: 请办, channel: personal"
    remind = f"[{{{first}}}, {{id: x, on: due}}]"
    schedule, office = of(one, remind)
    rungs = timeline(schedule, "", DUE, office, opens_at=local("2026-01-01T00:00"))

    assert [(rung.to, rung.release) for rung in rungs] == [
        ("assignee", "auto"), ("leader", "clerk"), ("role:keeper", "auto"), ("group", "clerk"), ("assignee", "auto"),
    ]  # fmt: skip
    assert rungs[0] == RungAt(
        no=0, at=local("2026-09-23T08:40"), key="before due 5 workdays 08:40 -> assignee", to="assignee", threshold=None,
        release="auto", as_list=True, text="请办", channel="personal", anchor="due", anchor_on=date(2026, 10, 8), phase="before",
        label=rungs[0].label,
    )  # fmt: skip
    assert str(rungs[0].label) == "5 working days before the due day"
    assert rungs[-1].key == "x -> assignee"


@pytest.mark.parametrize(
    ("rung", "key", "label"),
    [
        ("{at: open}", "open 08:40 -> assignee", "at the opening"),
        ("{on: due}", "on due 08:40 -> assignee", "on the day of the due day"),
        (
            "{before: start, by: 1 workday, time: '16:00'}",
            "before start 1 workdays 16:00 -> assignee",
            "one working day before the start",
        ),
        ("{after: due, by: 0 days}", "after due 0 days 08:40 -> assignee", "right after the due day"),
        (
            "{after: due, by: 3 days, release: clerk}",
            "after due 3 days 08:40 -> assignee",
            "3 days after the due day",
        ),
    ],
)
def test_a_rung_is_known_by_its_offset_time_and_audience(one: One, rung: str, key: str, label: str) -> None:
    schedule, office = of(one, f"[{rung}]")
    (found,) = timeline(schedule, "", DUE, office, opens_at=local("2026-01-01T00:00"))

    assert (found.key, str(found.label)) == (key, label)


def test_the_release_can_be_said(one: One) -> None:
    schedule, office = of(
        one, "[{on: due, to: [deputy-leader, group], release: auto}, {on: start, to: [deputy-leader, group]}]"
    )
    rungs = timeline(schedule, "", DUE, office, opens_at=local("2026-01-01T00:00"))

    assert [(rung.to, rung.release) for rung in rungs] == [
        ("deputy-leader", "auto"), ("group", "auto"), ("deputy-leader", "clerk"), ("group", "auto"),
    ]  # fmt: skip


# ── ladders by name ─────────────────────────────────────────
def test_a_named_ladder_is_used_and_its_plain_rungs_told_to_others(one: One) -> None:
    schedule, office = of(one, "{use: monthly-task, to: [keeper, assignee]}")
    rungs = ladder(schedule, office)

    assert [rung.to for rung in rungs] == [
        ("keeper", "assignee"),
        ("keeper", "assignee"),
        ("unit-head", "deputy-leader"),
    ]
    assert [rung.to for rung in ladder(of(one, "{use: statute}")[0], office)] == [("assignee",)]


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({}, "monthly-task"),
        ({"basis": "某条例3条"}, "statute"),
        ({"basis": "惯例"}, "monthly-task"),
        (
            {
                "done": "{through: attendance, make_up: 3 days}",
                "record": "{by: {role: keeper}, within: 1 workday}",
            },
            "weekly",
        ),
        ({"when": "{expiry: enforcement, opens: 90 days before}", "who": "{holder: true}"}, "certificate"),
        (
            {"when": "{window: [5]}", "steps": "{x: {title: x, due: window, basis: 某条例〔2020〕3号}}"},
            "statute",
        ),
    ],
)
def test_a_schedule_that_says_nothing_takes_the_ladder_that_fits(
    one: One, keys: dict[str, str], name: str
) -> None:
    rest = "".join(f"  {key}: {value}\n" for key, value in (PLAIN | keys).items())
    schedule, office = one(f"a:\n  title: 周报\n{rest}")

    assert fitting_ladder(schedule) == name
    assert ladder(schedule, office) == office.file.ladders[name]


def test_children_have_a_ladder_of_their_own(starter: OfficeSpec) -> None:
    review = starter.schedule("half-year-review")

    assert ladder(review, starter, of_children=True) == starter.file.ladders["monthly-task"]
    assert fitting_ladder(review, of_children=True) == "monthly-task"
    assert anchors_of(review, of_children=True) == ("due", "open")
    assert fired(review, starter, "child", {"due": at("2026-12-31T18:00")}, "2026-12-24T10:00")[:2] == [
        "2026-12-24T08:40 assignee", "2026-12-24T15:00 assignee",
    ]  # fmt: skip


# ── the four schedules of the starter office ────────────────
def test_the_reminders_of_a_study_day(starter: OfficeSpec) -> None:
    study = starter.schedule("friday-study")
    record = {"start": at("2026-11-27T15:00"), "due": at("2026-11-30T18:00")}
    make_up = {"recorded": at("2026-11-30T16:30"), "make_up": at("2026-12-14T18:00")}

    assert fired(study, starter, "record", record) == [
        "2026-11-26T16:00 group",
        "2026-11-30T09:00 role:study-secretary",
        "2026-12-02T08:40 role:study-secretary",
        "2026-12-02T08:40 unit-head",
    ]
    assert fired(study, starter, "make_up", make_up) == [
        "2026-12-01T08:40 assignee", "2026-12-10T08:40 assignee", "2026-12-15T08:40 unit-head",
    ]  # fmt: skip
    assert make_up_due(study, date(2026, 11, 30), starter).on == date(2026, 12, 14)
    with pytest.raises(TypeError, match="not a gathering"):
        make_up_due(starter.schedule("half-year-review"), date(2026, 11, 30), starter)


def test_the_milestones_of_a_training_year(starter: OfficeSpec) -> None:
    training = starter.schedule("enforcement-training")
    anchors = {"due": at("2026-12-31T18:00")}
    whole = timeline(
        training, "", anchors, starter, opens_at=local("2026-01-01T00:00"), target=6000, full=6000
    )
    late_start = timeline(
        training, "", anchors, starter, opens_at=local("2026-01-01T00:00"), target=3500, full=6000
    )

    assert [(rung.anchor, rung.threshold, rung.anchor_on) for rung in whole if rung.phase == "before"] == [
        ("milestone:03-31", 1500, date(2026, 3, 31)), ("milestone:06-30", 3000, date(2026, 6, 30)),
        ("milestone:09-30", 4500, date(2026, 9, 30)), ("due", 6000, date(2026, 12, 31)), ("due", 6000, date(2026, 12, 31)),
    ]  # fmt: skip
    assert [(rung.anchor, rung.threshold) for rung in late_start if rung.phase == "before"] == [
        ("milestone:06-30", 500), ("milestone:09-30", 2000), ("due", 3500), ("due", 3500),
    ]  # fmt: skip
    assert whole[0].phase == "open"
    assert whole[0].threshold is None
    assert whole[1].key == "before milestone:03-31 15 workdays 08:40 -> assignee"
    assert str(whole[1].label) == "15 working days before the milestone of 03-31"
    assert whole[-1].threshold is None, "the list of a leader is not held back"
    assert len({rung.key for rung in whole}) == len(whole)


def test_who_owes_nothing_is_not_asked(starter: OfficeSpec) -> None:
    training = starter.schedule("enforcement-training")
    anchors = {"due": at("2026-12-31T18:00")}
    rungs = timeline(training, "", anchors, starter, opens_at=local("2026-01-01T00:00"), target=0, full=6000)

    assert [(rung.phase, rung.to) for rung in rungs] == [("open", "assignee"), ("after", "deputy-leader")]


def test_milestones_before_the_due_day_is_known_are_those_of_the_year_of_opening(one: One) -> None:
    keys = {
        "when": "{cycle: calendar-year}",
        "done": "{sum: hours, reach: 60}",
        "milestones": "[{by: 03-31, reach: 15}]",
    }
    schedule, office = of(one, "[{before: milestone, by: 1 workday, id: m}]", **keys)
    (rung,) = timeline(schedule, "", {}, office, opens_at=local("2026-01-01T00:00"))

    assert (rung.at, rung.threshold, rung.key) == (
        local("2026-03-30T08:40"),
        None,
        "m milestone:03-31 -> assignee",
    )


def test_the_reminders_of_an_expiring_certificate(starter: OfficeSpec) -> None:
    certificate = starter.schedule("enforcement-certificate")
    rungs = timeline(
        certificate, "", {"expiry": at("2026-12-20T18:00")}, starter, opens_at=local("2026-06-23T00:00")
    )

    assert [f"{rung.at + SHANGHAI:%m-%dT%H:%M} {rung.to} {rung.release}" for rung in rungs] == [
        "06-23T08:40 role:credential-keeper auto", "09-21T08:40 assignee auto", "09-21T08:40 role:credential-keeper auto",
        "11-20T08:40 assignee auto", "11-20T08:40 unit-head auto", "12-14T08:40 role:credential-keeper auto",
        "12-14T08:40 unit-head auto", "12-21T08:40 assignee auto", "12-21T08:40 unit-head auto", "12-21T08:40 deputy-leader clerk",
    ]  # fmt: skip
    assert str(rungs[-1].label) == "right after the expiry"
    assert (
        timeline(
            certificate,
            "submit",
            {"due": at("2026-10-21T18:00")},
            starter,
            opens_at=local("2026-06-23T00:00"),
        )
        == ()
    )


def test_a_ladder_over_steps_speaks_of_each_and_a_named_step_of_itself(one: One) -> None:
    steps = "{plan: {title: 方案, due: {before: due, by: 10 workdays}}, hold: {title: 活动, due: start}}"
    schedule, office = of(
        one, "[{on: due}, {before: start, by: 1 workday}, {before: plan, by: 3 workdays}]", steps=steps
    )
    anchors = {"due": at("2026-12-04T18:00"), "start": at("2026-12-04T15:00"), "plan": at("2026-11-20T18:00")}

    assert fired(schedule, office, "plan", anchors) == [
        "2026-11-17T08:40 assignee", "2026-12-03T08:40 assignee", "2026-12-04T08:40 assignee",
    ]  # fmt: skip
    assert fired(schedule, office, "hold", anchors) == ["2026-12-04T08:40 assignee"]
    rungs = timeline(schedule, "plan", anchors, office, opens_at=local("2026-01-01T00:00"))
    assert str(rungs[0].label) == "3 working days before '方案'"


def test_audiences_are_canonical(starter: OfficeSpec) -> None:
    study, review = starter.schedule("friday-study"), starter.schedule("half-year-review")

    assert [audience(study, name) for name in ("absent", "recorder", "responsible", "leader", "group", "staff")] == [
        "assignee", "role:study-secretary", "role:responsible", "leader", "group", "role:staff",
    ]  # fmt: skip
    assert audience(review, "responsible") == "role:justice-head"


# ── late starts ─────────────────────────────────────────────
def late_at(
    one: One, remind: str, now: str, start_on: str = "2026-01-01", *, opens_at: str = "2026-09-01T08:40"
) -> list[str]:
    schedule, office = of(one, remind)
    begins = local(opens_at)
    rungs = timeline(schedule, "", DUE, office, opens_at=begins)
    found = late(rungs, now=local(now), start_on=date.fromisoformat(start_on), office=office, opens_at=begins)
    assert [rung.no for rung in found] == list(range(len(found)))
    return [f"{rung.at + SHANGHAI:%Y-%m-%dT%H:%M} {rung.key}" for rung in found]


LADDER = (
    "[{at: open}, {before: due, by: 5 workdays}, {before: due, by: 1 workday, to: [assignee, unit-head]},"
    " {after: due, by: 1 workday}]"
)


def test_a_late_start_tells_the_opening_once_and_what_is_still_to_come(one: One) -> None:
    assert late_at(one, LADDER, "2026-09-29T10:00") == [
        "2026-09-29T10:00 open 08:40 -> assignee", "2026-09-30T08:40 before due 1 workdays 08:40 -> assignee",
        "2026-09-30T08:40 before due 1 workdays 08:40 -> unit-head", "2026-10-09T08:40 after due 1 workdays 08:40 -> assignee",
    ]  # fmt: skip


def test_a_late_start_without_an_opening_tells_the_latest_missed_rung_to_all_its_audiences(one: One) -> None:
    assert late_at(one, LADDER.replace("{at: open}, ", ""), "2026-10-08T10:00") == [
        "2026-10-08T10:00 before due 1 workdays 08:40 -> assignee", "2026-10-08T10:00 before due 1 workdays 08:40 -> unit-head",
        "2026-10-09T08:40 after due 1 workdays 08:40 -> assignee",
    ]  # fmt: skip


def test_what_opens_now_is_told_of_its_opening_first_and_of_nothing_that_has_passed(one: One) -> None:
    """A step that a confirmation opens on Tuesday morning, four working days before its end."""
    assert late_at(
        one, "[{at: open}, {before: due, by: 5 workdays}, {before: due, by: 1 workday}]", "2026-09-29T10:13",
        opens_at="2026-09-29T10:13",
    ) == ["2026-09-29T15:00 open 08:40 -> assignee", "2026-09-30T08:40 before due 1 workdays 08:40 -> assignee"]  # fmt: skip


def test_what_opens_now_without_an_opening_notice_is_told_at_a_sending_time(one: One) -> None:
    assert late_at(
        one, "[{before: due, by: 5 workdays}]", "2026-09-29T15:30", opens_at="2026-09-29T15:30"
    ) == ["2026-09-30T08:40 before due 5 workdays 08:40 -> assignee"]


def test_a_late_start_tells_each_role_the_latest_that_spoke_to_it(one: One) -> None:
    rungs = (
        "[{before: due, by: 9 workdays, to: clerk}, {before: due, by: 8 workdays, to: [assignee, clerk]},"
        " {before: due, by: 5 workdays}]"
    )

    assert late_at(one, rungs, "2026-09-29T10:00") == [
        "2026-09-29T10:00 before due 8 workdays 08:40 -> role:clerk", "2026-09-29T10:00 before due 5 workdays 08:40 -> assignee",
    ]  # fmt: skip


def test_of_what_a_unit_owes_its_head_is_told_as_the_owner_and_never_about_himself(one: One) -> None:
    ladder = "[{before: due, by: 1 workday, to: [assignee, unit-head]}, {after: due, by: 1 workday, to: [unit-head, deputy-leader]}]"
    schedule, office = of(one, ladder)

    found = for_a_unit(timeline(schedule, "", DUE, office, opens_at=local("2026-09-01T08:40")))

    assert [(rung.no, rung.key) for rung in found] == [
        (0, "before due 1 workdays 08:40 -> assignee"), (1, "after due 1 workdays 08:40 -> deputy-leader"),
    ]  # fmt: skip


def test_a_start_in_time_loses_nothing(one: One) -> None:
    assert late_at(one, "[{before: due, by: 1 workday}]", "2026-09-01T08:00") == [
        "2026-09-30T08:40 before due 1 workdays 08:40 -> assignee"
    ]


def test_nothing_is_sent_before_the_office_starts(one: One) -> None:
    assert late_at(one, LADDER, "2026-09-20T08:00", "2026-10-01") == [
        "2026-10-01T00:00 open 08:40 -> assignee", "2026-10-09T08:40 after due 1 workdays 08:40 -> assignee",
    ]  # fmt: skip


# ── quiet hours ─────────────────────────────────────────────
@pytest.mark.parametrize(
    ("now", "sent"),
    [
        ("2026-11-27T08:40", "2026-11-27T08:40"), ("2026-11-27T11:59", "2026-11-27T11:59"), ("2026-11-27T12:00", "2026-11-27T14:30"),
        ("2026-11-27T07:00", "2026-11-27T08:30"), ("2026-11-27T18:00", "2026-11-30T08:30"), ("2026-11-29T10:00", "2026-11-30T08:30"),
        ("2026-11-26T23:00", "2026-11-27T08:30"),
    ],
)  # fmt: skip
def test_quiet_hours_and_rest_days(starter: OfficeSpec, now: str, sent: str) -> None:
    assert next_sending(local(now), starter) == local(sent)


# ── yellow ──────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("due", "opens", "soon", "yellow"),
    [
        ("2026-11-30", "2026-11-26T08:40", None, "2026-11-25"),
        ("2026-11-30", "2026-11-15T08:40", None, "2026-11-25"),
        ("2026-11-30", "2026-11-14T08:40", None, "2026-11-19"),
        ("2026-11-30", "2026-11-01T08:40", "2 days", "2026-11-28"),
    ],
)
def test_a_duty_turns_yellow(one: One, due: str, opens: str, soon: str | None, yellow: str) -> None:
    schedule, office = of(one, "[]", **({"soon": soon} if soon else {}))

    assert soon_from(schedule, date.fromisoformat(due), local(opens), office) == date.fromisoformat(yellow)


# ── properties ──────────────────────────────────────────────
@given(
    due=st.dates(date(2024, 1, 1), date(2027, 6, 30)), n=st.integers(0, 60), unit=st.sampled_from(["days", "weeks", "workdays", "months"]),
    side=st.sampled_from(["before", "after"]),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_rungs_fire_on_working_days_on_their_own_side(
    starter: OfficeSpec, due: date, n: int, unit: str, side: str
) -> None:
    rung = {side: "due", "by": f"{n or 1} {unit}" if unit == "workdays" else f"{n} {unit}"}
    schedule = starter.schedule("half-year-review").model_copy(update={"steps": {}})
    keys = schedule.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {
        "remind": [rung],
        "done": {},
    }
    keys.pop("children")
    plain = Schedule.model_validate(keys)
    anchor = Anchor(due, datetime(due.year, due.month, due.day, 10, tzinfo=UTC))

    (found,) = timeline(plain, "", {"due": anchor}, starter, opens_at=anchor.at)

    day = (found.at + SHANGHAI).date()
    assert starter.calendar.is_workday(day)
    assert day <= due if side == "before" else found.at >= anchor.at


def _first_slot(schedule: Schedule, office: OfficeSpec) -> Slot | None:
    """The first occurrence of 2026, or what an event of a day in it would open."""
    if isinstance(schedule.when, Event):
        day = date(2026, 3, 2)
        opens_at = datetime.combine(day, time(10), office.tz)
        return event_slot(schedule, office, key="1", on=day, at=opens_at, fields={}, opens_at=opens_at)
    found = slots(schedule, office, date(2026, 1, 1), date(2026, 12, 31))
    return next((slot for slot in found if slot.date is not None), None)


def test_every_part_of_every_starter_schedule_has_a_ladder_without_repeats(starter: OfficeSpec) -> None:
    from_slots = {
        "friday-study": {"record": 4}, "half-year-review": {"collect": 6, "meet": 6}, "enforcement-training": {"": 13},
        "enforcement-certificate": {"": 10, "submit": 0, "issue": 0},
    }  # fmt: skip
    for schedule in starter.schedules:
        slot = _first_slot(schedule, starter)
        if slot is None:
            assert schedule.id == "certificate-check", "switched off"
            continue
        found = [part for part in parts(schedule, slot, starter) if part.due_on is not None]
        counts = {}
        for part in found:
            rungs = timeline(
                schedule,
                part.key,
                slot_anchors(schedule, slot, part, starter),
                starter,
                opens_at=slot.opens_at,
                target=6000,
                full=6000,
            )
            assert len({(rung.key, rung.to) for rung in rungs}) == len(rungs)
            counts[part.key] = len(rungs)
        assert counts == from_slots.get(schedule.id, counts)
