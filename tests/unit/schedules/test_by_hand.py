"""Occurrences that somebody moved or skipped: where they open then, and what is kept of the rule's own day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from unit.schedules.offices import OFFICE_YAML
from unit.schedules.test_occurrences import local, of

from schedules.grammar import Schedule
from schedules.lights import Light, light
from schedules.occurrences import Slot, holding, opening, slots, taking_place
from schedules.office import OfficeSpec
from schedules.overrides import Override

One = Callable[..., tuple[Schedule, OfficeSpec]]
Said = Callable[..., list[str]]
Y2026 = date(2026, 1, 1), date(2026, 12, 31)


def decided(
    one: One, when: str, key: str, rule_on: str, to: str | None, **keys: str
) -> tuple[Schedule, OfficeSpec]:
    schedule, office = of(one, when, **keys)
    decision = Override(
        key=key, action="move" if to else "skip", rule_on=date.fromisoformat(rule_on),
        to=date.fromisoformat(to) if to else None, reason="调休",
    )  # fmt: skip
    return schedule, replace(office, overrides={"a": (decision,)})


def the(found: tuple[Slot, ...], key: str) -> Slot:
    (slot,) = [each for each in found if each.key == key]
    return slot


@pytest.mark.parametrize(
    ("when", "key", "rule_on", "to", "starts", "opens"),
    [
        ("{weekly: 周五, time: '15:00'}", "2026-11-27", "2026-11-27", "2026-11-25", "2026-11-25T15:00", "2026-11-24T08:40"),
        ("{monthly: 25, on_holiday: skip}", "2026-10-25", "2026-10-25", "2026-10-26", None, "2026-10-23T08:40"),  # was a rest day
        ("{cron: '30 9 * * 1'}", "2026-11-23", "2026-11-23", "2026-11-24", "2026-11-24T09:30", "2026-11-23T08:40"),
        ("{cron: '0 9,14 * * 1'}", "2026-11-23T14:00", "2026-11-23", "2026-11-24", "2026-11-24T14:00", "2026-11-23T08:40"),
        ("{yearly: 12-04, held: {to: 3 days after}}", "2026-12-04", "2026-12-04", "2026-12-07", None, "2026-12-04T08:40"),
        ("{window: [7]}", "2026-07", "2026-07-31", "2026-08-07", None, "2026-07-01T00:00"),
        ("{window: [7]}", "2026-07", "2026-07-31", "2026-06-26", None, "2026-06-26T00:00"),
        ("{cycle: calendar-half}", "2026-H1", "2026-06-30", "2026-07-03", None, "2026-01-01T00:00"),
    ],
)  # fmt: skip
def test_a_moved_occurrence_keeps_the_rules_own_day(
    one: One, when: str, key: str, rule_on: str, to: str, starts: str | None, opens: str
) -> None:
    slot = the(slots(*decided(one, when, key, rule_on, to), *Y2026), key)

    assert (str(slot.date), str(slot.moved_from), str(slot.moved_why)) == (to, rule_on, "moved by hand: 调休")
    assert slot.starts_at == (local(starts) if starts else None)
    assert slot.opens_at == local(opens)
    assert slot.skipped is None


def test_the_span_moves_with_its_day(one: One) -> None:
    found = decided(
        one, "{yearly: 12-04, held: {to: 3 days after}}", "2026-12-04", "2026-12-04", "2026-12-07"
    )

    assert the(slots(*found, *Y2026), "2026-12-04").due_on == date(2026, 12, 10)


def test_a_skipped_occurrence_says_why(one: One) -> None:
    schedule, office = decided(one, "{weekly: 周五, time: '15:00'}", "2026-11-27", "2026-11-27", None)
    slot = the(slots(schedule, office, *Y2026), "2026-11-27")

    assert (slot.date, slot.starts_at, slot.due_on, slot.due_at) == (None, None, None, None)
    assert str(slot.skipped) == "skipped by hand: 调休"
    assert opening(schedule, office, after=local("2026-11-26T00:00"), until=local("2026-11-27T00:00")) == ()


def test_what_is_moved_far_opens_when_its_new_time_comes(one: One) -> None:
    schedule, office = decided(one, "{weekly: 周五}", "2026-03-06", "2026-03-06", "2026-11-25")

    def keys(after: str, until: str) -> list[str]:
        return [slot.key for slot in opening(schedule, office, after=local(after), until=local(until))]

    assert keys("2026-03-01T00:00", "2026-03-08T00:00") == []
    assert keys("2026-11-23T00:00", "2026-11-25T00:00") == ["2026-03-06"]
    assert [slot.key for slot in holding(schedule, office, local("2026-11-25T12:00"))] == ["2026-03-06"]


def test_what_was_skipped_long_ago_is_not_looked_for(one: One) -> None:
    schedule, office = decided(one, "{weekly: 周五}", "2020-03-06", "2020-03-06", None)

    assert [slot.key for slot in holding(schedule, office, local("2026-11-27T12:00"))] == ["2026-11-27"]


def test_a_paused_schedule_is_grey_even_when_it_is_late() -> None:
    late = {"state": "open", "due_on": date(2026, 11, 2), "today": date(2026, 11, 23)}

    assert light(**late) == Light.RED  # type: ignore[arg-type]
    assert light(**late, paused=True) == Light.GREY  # type: ignore[arg-type]
    assert light(state="done", due_on=None, today=date(2026, 11, 23), paused=True) == Light.GREEN


@pytest.mark.parametrize(
    ("rung", "sentence"),
    [
        ("{before: due, to: responsible}", "tells 'responsible', whom this schedule does not have; allowed: who: {responsible: …}"),
        ("{before: due, to: recorder}", "tells 'recorder', whom this schedule does not have; allowed: record: …"),
        ("{before: due, to: assignee}", None),
    ],
)  # fmt: skip
def test_a_ladder_tells_only_whom_the_schedule_has(said: Said, rung: str, sentence: str | None) -> None:
    office = OFFICE_YAML.replace("weekly: [{before: start, by: 1 workday}]", f"weekly: [{rung}]")
    found = said(
        "a: {title: x, when: {weekly: 周五}, who: {roles: [staff]}, remind: {use: weekly}}\n",
        office_yaml=office,
    )

    assert [each.partition(": a: ")[2] for each in found] == (
        [f"the ladder 'weekly' {sentence}"] if sentence else []
    )


@pytest.mark.parametrize(
    ("key", "rule_on", "to", "first", "last", "kept"),
    [
        ("2026-11-27", "2026-11-27", None, "2026-11-20", "2026-11-30", ["2026-11-20"]),
        ("2026-11-27", "2026-11-27", "2026-11-25", "2026-11-20", "2026-11-30", ["2026-11-20", "2026-11-25"]),
        ("2027-02-26", "2027-02-26", "2026-12-30", "2026-12-25", "2026-12-31", ["2026-12-25", "2026-12-30", "2026-12-31"]),
        ("2026-12-25", "2026-12-25", "2027-03-01", "2026-12-25", "2026-12-31", ["2026-12-31"]),
    ],
)  # fmt: skip
def test_what_takes_place_in_a_span_is_told_by_the_days_it_is_held_on(
    one: One, key: str, rule_on: str, to: str | None, first: str, last: str, kept: list[str]
) -> None:
    schedule, office = decided(
        one, "{weekly: 周五, time: '15:00', on_holiday: previous-workday}", key, rule_on, to
    )

    found = taking_place(schedule, office, date.fromisoformat(first), date.fromisoformat(last))

    assert [str(slot.date) for slot in found] == kept
