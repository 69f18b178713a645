"""What preview answers; definitions as JSON and back; the JSON Schema; summaries."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schedules.assignees import assignees
from schedules.audience import Roll, memberships
from schedules.errors import NotFound, Refused
from schedules.fields import WEEKDAYS
from schedules.grammar import Event, Schedule, Summary
from schedules.loader import Loaded
from schedules.occurrences import slots
from schedules.office import OfficeSpec
from schedules.preview import iter_preview, preview, require_calendar
from schedules.serial import digest, from_json, ladder_hash, summary_from_json, to_json
from schedules.summaries import drafts, is_first_of_quarter, next_draft

One = Callable[..., tuple[Schedule, OfficeSpec]]
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=8)


def test_the_preview_of_a_study_day(starter: OfficeSpec) -> None:
    (shown,) = preview(starter, ["friday-study"], date(2026, 5, 1), date(2026, 5, 1))
    assignees = shown.pop("assignees")
    secretary = list(starter.holders("study-secretary"))
    same = {
        "part": "record", "step": None, "release": "auto", "notice": None, "unsigned": False, "behind": False,
    }  # fmt: skip

    assert shown == {
        "schedule": "friday-study", "key": "2026-05-01", "title": "周五集中学习", "date": "2026-04-30",
        "starts_at": "2026-04-30T15:00:00+08:00", "opens_at": "2026-04-29T08:40:00+08:00", "due_on": "2026-04-30",
        "due_at": "2026-04-30T18:00:00+08:00", "provisional": False, "moved_from": "2026-05-01", "moved_why": "a rest day",
        "skipped": None, "history": False,
        "rungs": [
            {
                "at": "2026-04-29T16:00:00+08:00", "to": "group", "label": "one working day before the start",
                "recipients": [], "channels": {"group": 1}, "text": None, **same,
            },
            {
                "at": "2026-05-06T09:00:00+08:00", "to": "role:study-secretary", "label": "one working day after the start",
                "recipients": secretary, "channels": {"personal": 1}, "text": None, **same,
            },
            {
                "at": "2026-05-08T08:40:00+08:00", "to": "role:study-secretary", "label": "3 working days after the start",
                "recipients": secretary, "channels": {"personal": 1}, "text": "请尽快登记签到", **same,
            },
            {
                "at": "2026-05-08T08:40:00+08:00", "to": "unit-head", "label": "3 working days after the start",
                "recipients": ["qinlan"], "channels": {"personal": 1}, "text": "请尽快登记签到", **same,
            },
        ],
        "later": [
            {"to": "absent", "label": "right after the record", "part": "make_up", "step": None},
            {"to": "absent", "label": "2 working days before the make-up deadline", "part": "make_up", "step": None},
            {"to": "unit-head", "label": "one working day after the make-up deadline", "part": "make_up", "step": None},
        ],
    }  # fmt: skip
    joined = {
        person.id
        for person in starter.people
        if person.joined_on is None or person.joined_on <= date(2026, 4, 29)
    }
    assert assignees == sorted(set(starter.holders("staff")) & joined)
    assert len(assignees) < len(starter.holders("staff"))


def shout(msgid: str) -> str:
    """A catalogue that knows only sentences without fields."""
    return msgid if "{" in msgid else msgid.upper()


def test_a_skipped_day_is_shown_with_its_reason(starter: OfficeSpec) -> None:
    (shown,) = preview(starter, ["friday-study"], date(2026, 2, 20), date(2026, 2, 20), gettext=shout)

    assert (shown["date"], shown["assignees"], shown["rungs"]) == (None, [], [])
    assert shown["skipped"] == "moved to 14 FEB 2026 it would come less than 3 working days after 13 FEB 2026"
    assert shown["moved_why"] == "A REST DAY"


def test_all_schedules_are_shown_if_none_is_named(starter: OfficeSpec) -> None:
    shown = preview(starter, [], *YEAR)

    counts = Counter(item["schedule"] for item in shown)
    four = {
        "enforcement-training": 1,
        "enforcement-certificate": 4,
        "half-year-review": 2,
        "friday-study": 52,
    }
    assert counts | four == counts
    by_themselves = {each.id for each in starter.schedules if not isinstance(each.when, Event)}
    assert set(counts) == by_themselves - {"certificate-check"}, "switched off"
    assert json.loads(json.dumps(shown)) == shown


def test_who_owes_is_shown_for_holders_units_and_roles(starter: OfficeSpec) -> None:
    ids = ["enforcement-certificate", "half-year-review"]
    shown = {item["key"]: item["assignees"] for item in preview(starter, ids, *YEAR)}

    assert set(shown["豫H0800-0004@2026-12-20"]) == {"suntao", *starter.holders("credential-keeper")}
    assert "chenxia" in shown["2026-11"], "the head of a community"
    assert set(starter.holders("justice-head")) <= set(shown["2026-11"])


def test_steps_say_their_title_and_what_waits_for_another_is_listed_without_a_day(
    starter: OfficeSpec,
) -> None:
    (shown,) = preview(starter, ["half-year-review"], date(2026, 11, 30), date(2026, 11, 30))

    assert {rung["step"] for rung in shown["rungs"]} == {"报送问题清单", "召开研判会"}
    assert {each["part"] for each in shown["later"]} == {"minutes", "child"}
    assert {each["step"] for each in shown["later"] if each["part"] == "minutes"} == {"印发纪要"}


def test_nobody_is_told_of_what_was_due_before_the_office_began_with_duban(starter: OfficeSpec) -> None:
    began = replace(starter, file=starter.file.model_copy(update={"start_on": date(2026, 5, 1)}))

    (before,) = preview(began, ["friday-study"], date(2026, 4, 24), date(2026, 4, 24))
    (after,) = preview(began, ["friday-study"], date(2026, 5, 8), date(2026, 5, 8))

    assert (before["history"], before["rungs"], {each["part"] for each in before["later"]}) == (
        True,
        [],
        {"make_up"},
    )
    assert not after["history"]
    assert after["rungs"]


def test_a_step_without_a_term_is_silent(one: One) -> None:
    _schedule, office = one(
        "a:\n  title: 甲\n  when: {monthly: 20}\n  who: {role: clerk}\n  steps:\n    plan: {title: 方案}\n"
        "    act: {title: 办理, due: due}\n  remind: [{at: open}]\n"
    )

    (shown,) = preview(office, [], date(2026, 6, 1), date(2026, 6, 30))

    assert {rung["part"] for rung in shown["rungs"]} == {"act"}
    assert shown["later"] == []


def test_an_unknown_schedule_is_refused(starter: OfficeSpec) -> None:
    with pytest.raises(NotFound, match="friday"):
        preview(starter, ["friday"], *YEAR)


def test_a_missing_year_is_refused_and_a_year_to_come_is_not(starter: OfficeSpec) -> None:
    with pytest.raises(Refused, match=r"2021, 2022 are missing; import calendar/2021\.json"):
        preview(starter, [], date(2021, 12, 1), date(2022, 1, 31))

    require_calendar(starter, date(2023, 1, 1), date(2030, 1, 1))


# ── JSON ────────────────────────────────────────────────────
def test_definitions_are_stored_and_read_back(starter: OfficeSpec) -> None:
    for schedule in starter.schedules:
        text = to_json(schedule)
        assert from_json(text) == schedule
        assert to_json(from_json(text)) == text
        assert list(from_json(text).steps) == list(schedule.steps), "steps come in the clerk's order"
    for summary in starter.summaries:
        assert summary_from_json(to_json(summary)) == summary


def test_a_definition_has_one_identity_however_it_is_written(one: One) -> None:
    short, _ = one(
        "a: {title: 周报, when: {weekly: 周五}, who: {roles: staff}, remind: [{on: due, to: assignee}]}\n"
    )
    long, _ = one(
        "a:\n  title: 周报\n  who: {roles: [staff]}\n  when: {weekly: friday, on_holiday: keep}\n  done: {by: each}\n"
        "  remind:\n    - {on: due, to: [assignee], as: each}\n"
    )
    other, _ = one("a: {title: 周报, when: {weekly: 周四}, who: {roles: staff}, remind: [{on: due}]}\n")

    assert digest(short) == digest(long)
    assert digest(short) != digest(other)
    assert len(digest(short)) == 64


def test_what_is_no_definition_is_not_read() -> None:
    with pytest.raises(ValidationError):
        from_json('{"id": "a"}')


EVERYTHING = """\
a:
  title: 全部
  when: {yearly: ["12-04", "03-15"], time: "09:00", on_holiday: next-workday, min_gap: {n: 3, unit: 日, roll: none}, opens: 10 days before}
  who: {roles: staff, units: [司法所], people: [alice], tags: [党员], except: {people: [bob]}}
  done: {by: any, evidence: {f: {kind: choice, from: [是, 否], label: 结果, required: false, least: 2}}, approve: {role: keeper}}
  steps:
    x: {title: 一, due: start, basis: {text: 某法1条, kind: law}, evidence: {on: date}}
    z: {title: 二, after: x, from: on, within: {n: 15, unit: days, roll: next-workday}, owed_by: {role: keeper}}
  on_time: x
  pending: {after: x, quiet: 3 workdays}
  effect: {after: due, block: everything}
  privacy: case
  soon: 2 workdays
  remind: [{before: x, by: 1 workday, time: "09:00", to: [unit-head], channel: personal, as: list, release: auto, text: 请办, id: one}]
"""


def test_everything_that_can_be_said_survives(one: One) -> None:
    schedule, _ = one(EVERYTHING)

    assert from_json(to_json(schedule)) == schedule


def test_the_ladder_in_force_has_an_identity(starter: OfficeSpec) -> None:
    review = starter.schedule("half-year-review")
    study = starter.schedule("friday-study")
    ladders = {**starter.file.ladders, "monthly-task": starter.file.ladders["statute"]}
    changed = replace(starter, file=starter.file.model_copy(update={"ladders": ladders}))

    assert ladder_hash(review, starter) == ladder_hash(review, replace(starter))
    assert ladder_hash(review, starter) != ladder_hash(review, changed)
    assert ladder_hash(study, starter) == ladder_hash(study, changed)


@given(
    weekday=st.integers(0, 6), title=st.text(st.characters(categories=["Lo", "Lu", "Nd"]), min_size=1, max_size=30),
    n=st.integers(1, 300), unit=st.sampled_from(["workdays", "days", "months"]), missed=st.sampled_from(["all", "latest", "skip"]),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_definition_survives(weekday: int, title: str, n: int, unit: str, missed: str) -> None:
    schedule = Schedule.model_validate(
        {
            "id": "a", "title": title, "when": {"weekly": WEEKDAYS[weekday], "missed": missed}, "who": {"roles": ["staff"]},
            "remind": [{"before": "due", "by": f"{n} {unit}"}],
        }
    )  # fmt: skip

    assert from_json(to_json(schedule)) == schedule


# ── summaries ───────────────────────────────────────────────
def test_the_weekly_summary(starter: OfficeSpec) -> None:
    summary = starter.summaries[0]
    found = drafts(summary, starter, after=local("2026-11-20T16:30"), until=local("2026-12-04T16:30"))

    assert [(draft.key, draft.at, draft.send_at) for draft in found] == [
        ("2026-11-27", local("2026-11-27T16:30"), local("2026-11-30T08:15")),
        ("2026-12-04", local("2026-12-04T16:30"), local("2026-12-07T08:15")),
    ]  # fmt: skip
    assert next_draft(summary, starter, after=local("2026-11-27T16:30")) == local("2026-12-04T16:30")


def test_a_summary_before_a_holiday_is_sent_after_it(starter: OfficeSpec) -> None:
    summary = starter.summaries[0]
    (draft,) = drafts(summary, starter, after=local("2026-09-28T00:00"), until=local("2026-10-05T00:00"))

    assert (draft.key, draft.at, draft.send_at) == (
        "2026-10-02",
        local("2026-09-30T16:30"),
        local("2026-10-08T08:15"),
    )


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-10-02", True), ("2026-10-09", False), ("2026-12-25", False), ("2027-01-01", True)],
    ids=["sent after the holiday in October", "a week later", "sent in December", "sent in January"],
)
def test_the_first_summary_of_a_quarter(starter: OfficeSpec, day: str, *, first: bool) -> None:
    summary = starter.summaries[0]
    since = local(f"{day}T00:00")
    (draft,) = (
        d
        for d in drafts(summary, starter, after=since - timedelta(days=9), until=since + timedelta(days=5))
        if d.key == day
    )

    assert is_first_of_quarter(summary, draft, starter) is first


@pytest.mark.parametrize(
    ("after", "drafted", "sent"),
    [
        pytest.param("2026-11-15", "2026-12-01T09:00", "2026-12-01T14:30", id="the first is a working day"),
        pytest.param("2026-10-15", "2026-11-02T09:00", "2026-11-02T14:30", id="the first is a Sunday"),
        pytest.param(
            "2026-09-15",
            "2026-10-08T09:00",
            "2026-10-08T14:30",
            id="the first is in the National Day holiday",
        ),
    ],
)
def test_the_ranking_of_a_month_is_drafted_and_sent_on_the_first_working_day_of_the_next(
    starter: OfficeSpec, after: str, drafted: str, sent: str
) -> None:
    summary = starter.summaries[1]

    (draft,) = drafts(
        summary, starter, after=local(f"{after}T00:00"), until=local(f"{after}T00:00") + timedelta(days=28)
    )

    assert summary.rank == "units"
    assert summary.release == "clerk"
    assert (draft.at, draft.send_at) == (local(drafted), local(sent))


def test_a_summary_that_has_ended_is_drafted_no_more(starter: OfficeSpec) -> None:
    ended = {
        "id": "s", "title": "汇总", "draft": {"weekly": "周五", "time": "16:30", "effective_to": "2026-06-30"},
        "send": {"weekly": "周一"},
    }  # fmt: skip
    summary = Summary.model_validate(ended)

    assert next_draft(summary, starter, after=local("2026-07-01T00:00")) is None
    (last,) = drafts(summary, starter, after=local("2026-06-20T00:00"), until=local("2026-07-30T00:00"))
    assert last.send_at == local("2026-06-29T09:00")


def test_a_skipped_draft_is_left_out_and_a_send_that_never_comes_is_the_draft(starter: OfficeSpec) -> None:
    ended = {
        "id": "s", "title": "汇总", "draft": {"weekly": "周五", "time": "16:30", "on_holiday": "skip"},
        "send": {"weekly": "周一", "effective_to": "2026-01-01"},
    }  # fmt: skip
    found = drafts(
        Summary.model_validate(ended),
        starter,
        after=local("2026-09-28T00:00"),
        until=local("2026-10-10T00:00"),
    )

    assert [(draft.key, draft.send_at) for draft in found] == [("2026-10-09", local("2026-10-09T16:30"))]


def test_only_what_is_told_in_a_span_names_assignees_and_each_schedule_is_announced(
    small: Callable[..., Loaded],
) -> None:
    office = small(
        "a:\n  title: A\n  when: {weekly: 周五}\n  who: {roles: [staff]}\n  remind: [{before: due, by: 1 workday}]\n"
    ).office
    assert office is not None
    span = datetime(2026, 11, 4, tzinfo=UTC), datetime(2026, 11, 8, tzinfo=UTC)
    steps: list[tuple[int, int, str]] = []

    found = list(
        iter_preview(
            office,
            (),
            date(2026, 11, 1),
            date(2026, 11, 15),
            told=span,
            step=lambda *step: steps.append(step),
        )
    )

    assert [(item["key"], len(item["rungs"]), bool(item["assignees"])) for item in found] == [
        ("2026-11-06", 1, True),
        ("2026-11-13", 0, False),
    ]
    assert steps == [(0, 1, "A")]


def test_who_owes_one_occurrence_is_seen_on_any_day(starter: OfficeSpec) -> None:
    schedule = starter.schedule("friday-study")
    (slot,) = slots(schedule, starter, date(2026, 5, 1), date(2026, 5, 1))
    roll = Roll(memberships(starter))
    (shown,) = preview(starter, ["friday-study"], date(2026, 5, 1), date(2026, 5, 1))

    found = assignees(starter, roll, schedule, slot, on=date(2026, 11, 30))

    assert set(found) - set(shown["assignees"]) == {"xiatian"}, "who joined in September"
