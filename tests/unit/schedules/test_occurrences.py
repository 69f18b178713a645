"""Which days a schedule names, what becomes of them on holidays, and when each opens."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from schedules.calendar import WorkCalendar
from schedules.grammar import Dated, Schedule, Weekly
from schedules.occurrences import Slot, holding, next_opening, opening, slots
from schedules.office import OfficeSpec
from schedules.recurrence import held_days, rule_days

One = Callable[..., tuple[Schedule, OfficeSpec]]
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
SHANGHAI = timedelta(hours=8)


def local(text: str) -> datetime:
    """An instant in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - SHANGHAI


def of(one: One, when: str, **keys: str) -> tuple[Schedule, OfficeSpec]:
    rest = "".join(
        f"  {key}: {value}\n" for key, value in ({"who": "{roles: [staff]}", "remind": "[]"} | keys).items()
    )
    return one(f"a:\n  title: 周报\n  when: {when}\n{rest}")


def days(one: One, when: str, first: date = FIRST, last: date = LAST) -> list[str]:
    return [str(slot.date) for slot in slots(*of(one, when), first, last)]


def test_the_friday_study_of_2026(starter: OfficeSpec) -> None:
    found = slots(starter.schedule("friday-study"), starter, FIRST, LAST)
    changed = {slot.key: str(slot.date) for slot in found if slot.key != str(slot.date)}

    assert len(found) == 52
    assert changed == {
        "2026-01-02": "2025-12-31", "2026-02-20": "None", "2026-05-01": "2026-04-30", "2026-06-19": "2026-06-18",
        "2026-09-25": "2026-09-24", "2026-10-02": "2026-09-30",
    }  # fmt: skip
    skipped = next(slot for slot in found if slot.date is None)
    assert (
        str(skipped.skipped)
        == "moved to 14 Feb 2026 it would come less than 3 working days after 13 Feb 2026"
    )
    moved = found[0]
    assert (moved.moved_from, str(moved.moved_why)) == (date(2026, 1, 2), "a rest day")
    assert moved.starts_at == local("2025-12-31T15:00")
    assert moved.opens_at == local("2025-12-30T08:40")


def test_a_day_has_one_fate_whatever_range_it_is_asked_in(starter: OfficeSpec) -> None:
    study = starter.schedule("friday-study")
    year = slots(study, starter, FIRST, LAST)
    weeks = [
        slot
        for n in range(52)
        for slot in slots(study, starter, FIRST + timedelta(7 * n), FIRST + timedelta(7 * n + 6))
    ]

    assert [slot for slot in weeks if slot.key <= "2026-12-31"] == list(year)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (
            "{weekly: 周五, effective_from: 2026-12-01, effective_to: 2026-12-20}",
            ["2026-12-04", "2026-12-11", "2026-12-18"],
        ),
        ("{monthly: 31, effective_to: 2026-04-30}", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (
            "{monthly: last-workday, effective_from: 2026-09-01, effective_to: 2026-10-31}",
            ["2026-09-30", "2026-10-30"],
        ),
        ("{quarterly: 25}", ["2026-03-25", "2026-06-25", "2026-09-25", "2026-12-25"]),
        (
            "{quarterly: last-workday, on_holiday: skip}",
            ["2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"],
        ),
        ("{yearly: 12-04}", ["2026-12-04"]),
        ("{yearly: [12-04, 03-15], on_holiday: next-workday}", ["2026-03-16", "2026-12-04"]),
        ("{yearly: 10-01, on_holiday: previous-workday}", ["2026-09-30"]),
        ("{yearly: 02-20, on_holiday: keep}", ["2026-02-20"]),
        ("{dates: [2026-03-15, 2026-02-28, 2027-01-01], on_holiday: skip}", ["2026-02-28", "None"]),
        ("{cron: '30 8 1,15 12 *', time: null}", ["2026-12-01", "2026-12-15"]),
        ("{window: [7, 11]}", ["2026-07-31", "2026-11-30"]),
        ("{window: [2, 5], due: last-day}", ["2026-02-28", "2026-05-31"]),
        ("{window: [5]}", ["2026-05-29"]),
        ("{window: [7, 11], effective_from: 2026-08-01}", ["2026-11-30"]),
        ("{window: [7, 11], effective_to: 2026-08-01}", ["2026-07-31"]),
        ("{cycle: calendar-year}", ["2026-12-31"]),
    ],
)
def test_a_rule_names_days(one: One, when: str, expected: list[str]) -> None:
    assert days(one, when) == expected


def test_windows_and_cycles_are_named_and_open_at_midnight(one: One) -> None:
    (window,) = slots(*of(one, "{window: [11]}"), FIRST, LAST)
    (cycle,) = slots(*of(one, "{cycle: calendar-year}"), FIRST, LAST)

    assert (window.key, window.opens_at, window.due_at) == (
        "2026-11",
        local("2026-11-01T00:00"),
        local("2026-11-30T18:00"),
    )
    assert (cycle.key, cycle.opens_at, cycle.due_at) == (
        "2026",
        local("2026-01-01T00:00"),
        local("2026-12-31T18:00"),
    )
    assert window.starts_at is None


def test_a_legal_term_ends_at_midnight(one: One) -> None:
    (slot,) = slots(*of(one, "{cycle: calendar-year}", basis="某条例3条"), FIRST, LAST)

    assert slot.due_at == local("2027-01-01T00:00")


def test_a_cron_rule_with_several_times_a_day_names_each(one: One) -> None:
    found = slots(*of(one, "{cron: '0 9,15 4 12 *'}"), FIRST, LAST)

    assert [(slot.key, slot.starts_at) for slot in found] == [
        ("2026-12-04T09:00", local("2026-12-04T09:00")), ("2026-12-04T15:00", local("2026-12-04T15:00")),
    ]  # fmt: skip


def test_within_sets_the_due_day(one: One) -> None:
    found = slots(
        *of(one, "{dates: [2026-09-25, 2026-12-25]}", done="{by: each, within: 10 workdays}"), FIRST, LAST
    )

    assert [(str(slot.due_on), slot.provisional) for slot in found] == [
        ("2026-10-15", False),
        ("2027-01-11", True),
    ]


def test_days_of_an_unannounced_year_are_provisional(one: One) -> None:
    year = date(2027, 1, 1), date(2027, 3, 31)

    assert all(
        slot.provisional for slot in slots(*of(one, "{weekly: 周五, on_holiday: previous-workday}"), *year)
    )
    assert all(slot.provisional for slot in slots(*of(one, "{monthly: last-workday}"), *year))
    assert all(slot.provisional for slot in slots(*of(one, "{window: [3]}"), *year))
    assert not any(slot.provisional for slot in slots(*of(one, "{weekly: 周五}"), *year))
    assert not any(slot.provisional for slot in slots(*of(one, "{window: [3], due: last-day}"), *year))


def test_certificates_open_before_they_expire(one: One) -> None:
    schedule, office = of(
        one,
        "{expiry: enforcement, opens: 180 days before}",
        who="{holder: true}",
        remind="[{before: expiry, by: 181 days}]",
    )
    (slot,) = slots(schedule, office, FIRST, LAST)

    assert slot.key == "B-1@2026-10-08"
    assert slot.subject == "bob"
    assert (slot.date, slot.due_on) == (date(2026, 10, 8), date(2026, 10, 8))
    assert slot.opens_at == local("2026-04-10T00:00"), (
        "181 days before is a Friday, 180 days before a Saturday"
    )
    assert next_opening(schedule, office, after=local("2026-04-09T00:00")) == slot.opens_at
    assert next_opening(schedule, office, after=local("2026-04-10T00:00")) == local("2030-12-13T00:00"), (
        "carol's, in 2031"
    )


def test_a_later_certificate_takes_the_place_of_the_one_before(one: One) -> None:
    cards = (
        "证件编号,证件种类,持证人工号,发证日期,有效期至,状态\nB-2,x,bob,2026-10-01,2031-10-01,\n"
        "B-1,x,bob,2021-10-09,2026-10-08,\nC-1,x,carol,2021-01-01,2026-01-01,注销\n"
    )
    schedule, office = one(
        "a: {title: 换证, when: {expiry: x, opens: 提前180日}, who: {holder: true}, remind: []}\n",
        credentials_csv=cards,
    )

    assert [slot.key for slot in slots(schedule, office, date(2000, 1, 1), date(2040, 1, 1))] == [
        "B-2@2031-10-01"
    ]


@pytest.mark.parametrize(
    ("when", "remind", "opens"),
    [
        ("{dates: [2026-10-09]}", "[]", "2026-10-08T08:40"),
        ("{dates: [2026-10-08]}", "[]", "2026-09-30T08:40"),
        ("{dates: [2026-10-09], opens: 10 days}", "[]", "2026-09-29T08:40"),
        ("{dates: [2026-10-09], opens: 提前7天}", "[]", "2026-09-30T08:40"),
        ("{dates: [2026-10-09], time: '10:00'}", "[{before: start, by: 3 workdays}]", "2026-09-29T08:40"),
        ("{dates: [2026-10-09], time: '10:00'}", "[{before: start, by: 30 minutes}]", "2026-10-08T08:40"),
        ("{dates: [2026-10-09]}", "[{before: due, by: 9 days}, {at: open}]", "2026-09-30T08:40"),
        ("{dates: [2026-10-09]}", "[{on: due}, {after: due, by: 1 workday}]", "2026-10-08T08:40"),
    ],
)
def test_a_day_opens_at_its_first_reminder(one: One, when: str, remind: str, opens: str) -> None:
    (slot,) = slots(*of(one, when, remind=remind), FIRST, LAST)

    assert slot.opens_at == local(opens)


@pytest.mark.parametrize(
    ("remind", "opens"),
    [
        ("[{before: plan, by: 3 workdays}]", "2026-11-17T08:40"),
        ("[{before: due, by: 1 workday}]", "2026-11-19T08:40"),
        ("[{before: report, by: 1 workday}]", "2026-12-03T08:40"),
    ],
)
def test_a_day_with_steps_opens_before_the_first_of_them(one: One, remind: str, opens: str) -> None:
    steps = (
        "{plan: {title: 方案, due: {before: start, by: 10 workdays}, evidence: {on: date}},"
        " report: {title: 情况, after: plan, from: on, within: 3 workdays}}"
    )
    (slot,) = slots(*of(one, "{yearly: 12-04}", steps=steps, remind=remind), FIRST, LAST)

    assert slot.opens_at == local(opens)


def test_what_opens_between_two_instants(starter: OfficeSpec) -> None:
    study = starter.schedule("friday-study")
    found = opening(study, starter, after=local("2026-02-05T08:40"), until=local("2026-02-26T08:40"))

    assert [slot.key for slot in found] == ["2026-02-13", "2026-02-27"], (
        "2026-02-20 is skipped; the start is excluded, the end included"
    )


def test_openings_in_pieces_are_the_openings_at_once(starter: OfficeSpec) -> None:
    begin, end = local("2025-12-01T00:00"), local("2026-12-31T00:00")
    for schedule in starter.schedules:
        whole = opening(schedule, starter, after=begin, until=end)
        pieces: list[Slot] = []
        at = begin
        while at < end:
            pieces += opening(schedule, starter, after=at, until=min(at + timedelta(hours=151), end))
            at += timedelta(hours=151)
        assert tuple(pieces) == whole


@pytest.mark.parametrize(
    ("when", "after", "expected"),
    [
        ("{weekly: 周五}", "2026-11-23T00:00", "2026-11-26T08:40"),
        ("{weekly: 周五}", "2026-11-26T08:40", "2026-12-03T08:40"),
        ("{yearly: 12-04}", "2026-12-03T08:40", "2027-12-03T08:40"),
        ("{window: [7]}", "2026-07-01T00:00", "2027-07-01T00:00"),
        ("{cycle: calendar-year}", "2026-11-23T00:00", "2027-01-01T00:00"),
        ("{dates: [2026-12-04]}", "2026-12-03T08:40", None),
        ("{dates: [2033-12-05]}", "2026-12-03T08:40", "2033-12-02T08:40"),
    ],
)
def test_the_next_opening(one: One, when: str, after: str, expected: str | None) -> None:
    assert next_opening(*of(one, when), after=local(after)) == (local(expected) if expected else None)


def test_what_is_open_now(starter: OfficeSpec, one: One) -> None:
    now = local("2026-11-27T12:00")
    open_now = {
        schedule.id: [slot.key for slot in holding(schedule, starter, now)] for schedule in starter.schedules
    }

    assert open_now["friday-study"] == ["2026-11-27"]
    assert open_now["half-year-review"] == ["2026-11"]
    assert open_now["enforcement-training"] == ["2026"]
    assert "豫H0800-0004@2026-12-20" in open_now["enforcement-certificate"]
    assert [
        slot.key for slot in holding(starter.schedule("friday-study"), starter, local("2026-11-30T18:00"))
    ] == ["2026-11-27"]
    assert holding(starter.schedule("friday-study"), starter, local("2026-11-30T18:01")) == ()


def test_a_skipped_day_opens_nothing(one: One) -> None:
    schedule, office = of(one, "{dates: [2026-10-01, 2026-12-04], on_holiday: skip}")
    skipped = slots(schedule, office, FIRST, LAST)[0]

    assert (skipped.date, str(skipped.skipped)) == (None, "a rest day")
    opened = opening(schedule, office, after=local("2026-01-01T00:00"), until=local("2027-01-01T00:00"))
    assert [slot.key for slot in opened] == ["2026-12-04"]


def test_a_gap_is_kept_to_the_day_held_before_and_not_to_one_that_was_skipped(calendar: WorkCalendar) -> None:
    daily = Weekly.model_validate(
        {"weekly": "周四", "on_holiday": "previous-workday", "min_gap": "30 workdays"}
    )
    held = held_days(daily, calendar, date(2026, 9, 20), date(2026, 10, 20))

    assert [(str(each.by_rule), str(each.day)) for each in held] == [
        ("2026-09-24", "2026-09-24"), ("2026-10-01", "None"), ("2026-10-08", "2026-10-08"), ("2026-10-15", "2026-10-15"),
    ]  # fmt: skip


def test_a_rule_without_any_worked_day_looks_back_to_its_end(one: One) -> None:
    when = "{yearly: 10-01, on_holiday: previous-workday, min_gap: 3 workdays}"

    assert days(one, when) == ["2026-09-30"]


def test_a_rule_of_no_known_kind_is_an_error(calendar: WorkCalendar) -> None:
    with pytest.raises(TypeError, match="Dated is not a rule"):
        list(rule_days(Dated(), calendar, FIRST, LAST))
