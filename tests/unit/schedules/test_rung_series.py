"""Repeats, coloured notices, signatures and the climb without one; what is asked of those who approve; what a clerk may write."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from unit.schedules.offices import OFFICE_YAML

from schedules.approval import approval_rungs
from schedules.grammar import Schedule
from schedules.ladder import Anchor, RungAt, timeline
from schedules.office import OfficeSpec
from schedules.opened_late import late
from schedules.posts import audience
from schedules.preview import preview
from schedules.rung_series import read_back
from schedules.serial import from_json, to_json

One = Callable[..., tuple[Schedule, OfficeSpec]]
Said = Callable[..., list[str]]
SHANGHAI = timedelta(hours=8)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - SHANGHAI


DUE = {"due": Anchor(date(2026, 9, 23), local("2026-09-23T18:00"))}  # two days before the Mid-Autumn holiday


def rungs(one: One, remind: str, opens: str = "2026-09-01T09:00", **files: str) -> tuple[RungAt, ...]:
    schedule, office = one(
        f"a:\n  title: 周报\n  when: {{dates: [2026-09-23]}}\n  who: {{roles: [staff]}}\n  remind: {remind}\n",
        **files,
    )
    return timeline(schedule, "", DUE, office, opens_at=local(opens))


def told(found: tuple[RungAt, ...]) -> list[str]:
    return [f"{rung.at + SHANGHAI:%m-%d %H:%M} {rung.to}" for rung in found]


def test_a_rung_repeats_on_working_days_over_a_holiday_and_each_time_has_a_name_of_its_own(one: One):
    found = rungs(one, "[{after: due, by: 1 workday, time: '09:00', repeat: {every: 1 workday, most: 3}}]")

    # 25 to 27 September 2026 are the holiday; nothing falls on it, nothing piles up behind it.
    assert told(found) == [
        "09-24 09:00 assignee", "09-28 09:00 assignee", "09-29 09:00 assignee", "09-30 09:00 assignee",
    ]  # fmt: skip
    assert [rung.key for rung in found] == [
        "after due 1 workdays 09:00 -> assignee",
        "after due 1 workdays 09:00 #2 -> assignee",
        "after due 1 workdays 09:00 #3 -> assignee",
        "after due 1 workdays 09:00 #4 -> assignee",
    ]
    assert [str(rung.label) for rung in found[:2]] == [
        "one working day after the due day",
        "one working day after the due day, time no. 2",
    ]


def test_repeats_before_an_anchor_end_with_it(one: One):
    found = rungs(one, "[{before: due, by: 2 workdays, repeat: {every: 1 workday, most: 30}}]")

    assert told(found) == ["09-21 08:40 assignee", "09-22 08:40 assignee", "09-23 08:40 assignee"]


def test_an_opening_told_again_is_no_opening(one: One):
    found = rungs(one, "[{at: open, repeat: {every: 5 workdays, most: 1}}]")

    assert [rung.phase for rung in found] == ["open", "after"]


@pytest.mark.parametrize(("every", "second"), [("4 hours", "09-24 12:40"), ("1 workday", "09-28 08:40")])
def test_a_pace_is_hours_or_working_days(one: One, every: str, second: str):
    found = rungs(one, f"[{{after: due, by: 1 workday, repeat: {{every: {every}, most: 1}}}}]")

    assert told(found)[1] == f"{second} assignee"


@pytest.mark.parametrize(
    ("rung", "fault"),
    [
        ("{at: open, repeat: {every: 1 workday, most: 31}}", "'most' must be at most 30, found 31"),
        ("{at: open, repeat: {every: 1 workday, most: 0}}", "'most' must be at least 1, found 0"),
        ("{at: open, repeat: {every: 1 workday}}", "'most' is missing"),
        ("{at: open, repeat: {every: 2 days, most: 3}}", "'2 days' is no pace for reminders; allowed: 1 to 60 workdays, 1 to 480 hours"),
        ("{at: open, repeat: {every: 0 hours, most: 3}}", "'0 hours' is no pace for reminders; allowed: 1 to 60 workdays, 1 to 480 hours"),
        ("{at: open, repeat: {every: 61 workdays, most: 3}}", "'61 workdays' is no pace for reminders"),
        ("{at: open, notice: green}", "'notice' cannot be 'green'; allowed: blue, yellow, red"),
        ("{at: open, acknowledge: {within: 1 workday}}", "'else' is missing"),
        ("{at: open, acknowledge: {within: 1 workday, else: []}}", "'else' is empty"),
        ("{at: open, acknowledge: {within: 1 workday, else: [boss]}}", "there is no role 'boss'"),
    ],
)  # fmt: skip
def test_what_a_rung_may_not_say_is_refused_where_it_stands(said: Said, rung: str, fault: str):
    (problem,) = said(
        f"a:\n  title: 周报\n  when: {{weekly: 周五}}\n  who: {{roles: [staff]}}\n  remind:\n    - {rung}\n"
    )

    assert problem.startswith("s.yaml:6:")
    assert fault in problem


@pytest.mark.parametrize(
    ("colour", "words"), [("blue", "Blue notice"), ("yellow", "Yellow warning"), ("red", "Red notice")]
)
def test_a_coloured_notice_is_a_word_and_never_the_colour_alone(one: One, colour: str, words: str):
    (rung,) = rungs(one, f"[{{after: due, by: 3 workdays, notice: {colour}}}]")

    assert (rung.notice, str(rung.label)) == (colour, f"[{words}] 3 working days after the due day")


def test_the_office_says_what_its_notices_are_called(one: One):
    office = OFFICE_YAML + "notices: {red: {title: 挂牌督办}}\n"
    (rung,) = rungs(one, "[{after: due, by: 3 workdays, notice: red}]", office_yaml=office)

    assert str(rung.label) == "[挂牌督办] 3 working days after the due day"


def test_a_colour_that_is_none_has_no_name(said: Said):
    (problem,) = said("", office_yaml=OFFICE_YAML + "notices: {orange: {title: 橙色}}\n")

    assert "orange" in problem
    assert "office.yaml:" in problem


ASKING = "[{before: due, by: 2 workdays, acknowledge: {within: 1 workday, else: [unit-head, leader]}, repeat: {every: 4 hours, most: 1}}]"


def test_a_rung_that_asks_for_a_signature_climbs_a_term_later(one: One):
    found = rungs(one, ASKING)

    assert told(found) == [
        "09-21 08:40 assignee", "09-21 12:40 assignee", "09-22 08:40 unit-head", "09-22 08:40 leader",
    ]  # fmt: skip
    asked, again, head, leader = found
    assert asked.asks == again.asks == head.unless == leader.unless != None  # noqa: E711
    assert (asked.unless, head.asks, head.release, leader.release) == (None, None, "auto", "clerk")
    assert str(head.label) == "2 working days before the due day, not signed for within one working day"
    assert head.phase == "after"


def test_names_that_are_stored_are_read_back(one: One):
    asked, again, head, _ = rungs(one, ASKING)
    base = asked.key.partition(" -> ")[0]

    assert [read_back(rung.key, base) for rung in (asked, again, head)] == [(1, False), (2, False), (1, True)]
    assert read_back("after due 1 days 08:40 -> assignee", base) is None
    assert read_back(f"{base} else -> assignee", base) is None
    assert read_back(base, base) is None


def test_opened_late_the_climb_counts_from_the_notice_that_asks(one: One):
    schedule_rungs = rungs(one, ASKING)
    _, office = one("a:\n  title: 周报\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n")

    found = late(schedule_rungs, now=local("2026-09-22T10:00"), start_on=date(2026, 9, 1), office=office)

    assert told(found) == ["09-22 10:00 assignee", "09-23 10:00 unit-head", "09-23 10:00 leader"]
    assert [rung.no for rung in found] == [0, 1, 2]


def test_opened_late_nobody_climbs_for_what_was_never_asked(one: One):
    asking = f"{ASKING[:-1]}, {{after: due, by: 1 workday, acknowledge: {{within: 1 workday, else: [leader]}}}}, {{at: open}}]"
    schedule_rungs = rungs(one, asking)
    _, office = one("a:\n  title: 周报\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n")

    found = late(schedule_rungs, now=local("2026-09-22T10:00"), start_on=date(2026, 9, 1), office=office)

    # The opening is the one notice of what was missed; it asks for nothing. The rung still to come keeps its climb.
    assert told(found) == ["09-22 10:00 assignee", "09-24 08:40 assignee", "09-28 08:40 leader"]


def test_whoever_stands_in_is_an_audience(one: One):
    schedule, _ = one("a:\n  title: 周报\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n")

    assert audience(schedule, "deputy") == "deputy"


def test_the_preview_says_the_word_of_the_notice_and_that_a_climb_may_not_come(one: One):
    _, office = one(
        "a:\n  title: 周报\n  when: {dates: [2026-09-23]}\n  who: {roles: [staff]}\n"
        "  remind: [{before: due, by: 2 workdays, notice: yellow, acknowledge: {within: 1 workday, else: [unit-head]}}]\n"
    )

    (found,) = preview(office, [], date(2026, 9, 1), date(2026, 9, 30))

    assert [(rung["notice"], rung["unsigned"], rung["label"]) for rung in found["rungs"]] == [
        ("Yellow warning", False, "[Yellow warning] 2 working days before the due day"),
        (None, True, "2 working days before the due day, not signed for within one working day"),
    ]


def test_who_approves_is_told_at_once_and_every_second_working_day(starter: OfficeSpec):
    found = approval_rungs("justice-head", record=2, since=local("2026-09-22T16:00"), office=starter)

    assert told(found)[:3] == [
        "09-23 08:40 role:justice-head", "09-28 08:40 role:justice-head", "09-30 08:40 role:justice-head",
    ]  # fmt: skip
    assert (len(found), found[0].key, found[0].phase) == (
        16,
        "approve 2 #1 -> role:justice-head",
        "approve",
    )


QUORUM = (
    "a:\n  title: 周报\n  when: {{weekly: 周五}}\n  who: {who}\n  done: {done}\n  remind: [{{at: open}}]\n"
)


@pytest.mark.parametrize(("text", "percent"), [("90%", 90), ("'100 %'", 100), ("1％", 1)])
def test_a_quorum_is_a_percentage(one: One, text: str, percent: int):
    schedule, _ = one(QUORUM.format(who="{roles: [staff]}", done=f"{{by: each, quorum: {text}}}"))

    assert schedule.done.quorum == percent  # type: ignore[union-attr]
    assert from_json(to_json(schedule)) == schedule


@pytest.mark.parametrize("text", ["90", "0.9", "0%", "101%", "most", "'90'"])
def test_anything_else_is_no_quorum(said: Said, text: str):
    (problem,) = said(QUORUM.format(who="{roles: [staff]}", done=f"{{by: each, quorum: {text}}}"))

    assert problem.startswith("s.yaml:5:28: a: ")
    assert "is not a share of those who owe it; allowed: 1%–100%" in problem


@pytest.mark.parametrize(
    ("who", "done", "fault"),
    [
        ("{roles: [staff]}", "{by: any, quorum: 90%}", "'quorum' only goes with 'by: each'"),
        ("{role: staff}", "{by: each, quorum: 90%}", "'quorum' only goes with 'who: {roles | units | tags | people: …}'"),
        ("{unit: team}", "{by: each, quorum: 90%}", "'quorum' only goes with 'who: {roles | units | tags | people: …}'"),
    ],
)  # fmt: skip
def test_a_quorum_needs_several_who_owe_it_each(said: Said, who: str, done: str, fault: str):
    (problem,) = said(QUORUM.format(who=who, done=done))

    assert fault in problem


def test_a_step_may_be_approved_by_a_role_that_exists(one: One, said: Said):
    text = (
        "a:\n  title: 报告\n  when: {yearly: '06-01'}\n  who: {roles: [staff]}\n  steps:\n"
        "    draft: {title: 初稿, due: due, approve: {role: ROLE}}\n  remind: [{at: open}]\n"
    )
    schedule, _ = one(text.replace("ROLE", "keeper"))

    assert schedule.steps["draft"].approve is not None
    assert said(text.replace("ROLE", "kepeer")) == [
        "s.yaml:6:50: a: there is no role 'kepeer'; allowed: keeper, clerk, staff; did you mean keeper?"
    ]


def test_a_pace_reads_in_both_languages(one: One):
    found = rungs(one, "[{at: open, repeat: {every: 2个工作日, most: 1}}]")

    assert found[1].at - found[0].at == timedelta(days=2)
