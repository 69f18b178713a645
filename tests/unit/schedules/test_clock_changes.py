"""The two nights of a year on which clocks change, in zones that change by an hour, by half an hour, in the north and in the south.

Debian's cron is the measure, as cronsim has it: a job at a named time runs once a day, at the next valid instant if its time is left
out; a job whose minutes or hours begin with a star follows the clock.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.calendar import WorkCalendar
from schedules.grammar import Schedule
from schedules.instants import instant, instants
from schedules.occurrences import next_opening, opening, slots
from schedules.office import OfficeSpec
from schedules.office_grammar import QuietSpan
from schedules.quiet import next_sending

One = Callable[..., tuple[Schedule, OfficeSpec]]
BERLIN, NEW_YORK, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
)
# The night in which clocks go forward, and the one in which they go back.
NIGHTS = {
    BERLIN: (date(2026, 3, 29), date(2026, 10, 25)),
    NEW_YORK: (date(2026, 3, 8), date(2026, 11, 1)),
    LORD_HOWE: (date(2026, 10, 4), date(2026, 4, 5)),
}
FORWARD, BACK = 0, 1
ZONES = pytest.mark.parametrize("zone", list(NIGHTS), ids=str)


def of(one: One, zone: ZoneInfo, when: str) -> tuple[Schedule, OfficeSpec]:
    """One duty in an office of this zone, in which every day of the year is worked."""
    schedule, office = one(f"a: {{title: 日报, when: {when}, who: {{roles: [staff]}}, remind: []}}\n")
    file = office.file.model_copy(update={"timezone": zone.key})
    days = {date(2026, 1, 1) + timedelta(n): True for n in range(365)}
    return schedule, replace(office, file=file, calendar=WorkCalendar(days=days, years=frozenset({2026})))


def starts(one: One, zone: ZoneInfo, cron: str, first: date, last: date) -> dict[str, str]:
    """When the occurrences of these days begin, local with offset, by key."""
    found = slots(*of(one, zone, f"{{cron: '{cron}'}}"), first, last)
    assert len({slot.key for slot in found}) == len(found)
    local = {slot.key: slot.starts_at.astimezone(zone) for slot in found if slot.starts_at}
    return {key: at.isoformat()[:16] + at.isoformat()[19:] for key, at in local.items()}


@pytest.mark.parametrize(
    ("zone", "cron", "night", "expected"),
    [
        (BERLIN, "0 3 * * *", FORWARD, "2026-03-29T03:00+02:00"),
        (BERLIN, "0 3 * * *", BACK, "2026-10-25T03:00+01:00"),
        (BERLIN, "30 2 * * *", FORWARD, "2026-03-29T03:00+02:00"),
        (BERLIN, "30 2 * * *", BACK, "2026-10-25T02:30+02:00"),
        (NEW_YORK, "0 3 * * *", FORWARD, "2026-03-08T03:00-04:00"),
        (NEW_YORK, "0 3 * * *", BACK, "2026-11-01T03:00-05:00"),
        (NEW_YORK, "30 2 * * *", FORWARD, "2026-03-08T03:00-04:00"),
        (NEW_YORK, "30 1 * * *", BACK, "2026-11-01T01:30-04:00"),
        (LORD_HOWE, "0 3 * * *", FORWARD, "2026-10-04T03:00+11:00"),
        (LORD_HOWE, "15 2 * * *", FORWARD, "2026-10-04T02:30+11:00"),
        (LORD_HOWE, "30 2 * * *", FORWARD, "2026-10-04T02:30+11:00"),
        (LORD_HOWE, "45 1 * * *", BACK, "2026-04-05T01:45+11:00"),
        (LORD_HOWE, "0 2 * * *", BACK, "2026-04-05T02:00+10:30"),
    ],
)
def test_a_daily_time_comes_once_on_both_nights(
    one: One, zone: ZoneInfo, cron: str, night: int, expected: str
) -> None:
    day = NIGHTS[zone][night]
    found = starts(one, zone, cron, day - timedelta(1), day + timedelta(1))

    assert list(found) == [(day + timedelta(n)).isoformat() for n in (-1, 0, 1)]
    assert found[day.isoformat()] == expected


@ZONES
@pytest.mark.parametrize("clock", ["03:00", "02:30", "02:10", "01:45"])
@pytest.mark.parametrize("rule", ["weekly: 周日", "monthly: {day}", "yearly: '{month:02}-{day:02}'", "cron"])
def test_every_kind_of_rule_holds_to_it(one: One, zone: ZoneInfo, clock: str, rule: str) -> None:
    for day in NIGHTS[zone]:
        when = f"{rule.format(day=day.day, month=day.month)}, time: '{clock}'"
        if rule == "cron":
            when = f"cron: '{int(clock[3:])} {int(clock[:2])} * * 0'"
        (slot,) = slots(*of(one, zone, f"{{{when}}}"), day, day)

        assert slot.key == day.isoformat()
        assert slot.starts_at == instant(day, time.fromisoformat(clock), zone)


def test_an_hourly_rule_follows_the_clock(one: One) -> None:
    spring, autumn = NIGHTS[BERLIN]
    short = starts(one, BERLIN, "0 * * * *", spring, spring)
    long = starts(one, BERLIN, "0 * * * *", autumn, autumn)

    assert (len(short), len(long)) == (23, 25)
    assert "2026-03-29T02:00" not in short
    assert [key for key in long if "T02" in key] == ["2026-10-25T02:00", "2026-10-25T02:00+01:00"]
    assert list(long.values())[2:5] == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]


def test_half_an_hour_comes_twice_on_lord_howe(one: One) -> None:
    spring, autumn = NIGHTS[LORD_HOWE]
    short = starts(one, LORD_HOWE, "*/15 1-2 * * *", spring, spring)
    long = starts(one, LORD_HOWE, "*/15 1-2 * * *", autumn, autumn)

    assert [key[11:] for key in short] == ["01:00", "01:15", "01:30", "01:45", "02:30", "02:45"]
    assert [key[11:] for key in long if "+" in key] == ["01:30+10:30", "01:45+10:30"]
    assert len(long) == 10


def test_named_times_that_fall_together_stay_apart(one: One) -> None:
    """Debian's cron makes up for each minute left out, and then runs the one that is there."""
    found = starts(one, BERLIN, "0 2,3 * * *", *[NIGHTS[BERLIN][FORWARD]] * 2)

    assert found == {
        "2026-03-29T02:00": "2026-03-29T03:00+02:00",
        "2026-03-29T03:00": "2026-03-29T03:00+02:00",
    }


CRONS = (
    "0 3 * * *", "30 2 * * *", "0 2,3 * * *", "10,50 1-3 * * *", "0 0 * * *", "59 23 * * *", "0 * * * *", "*/20 * * * *",
    "*/15 1-3 * * *", "30 */2 * * *", "0 2 1,8,25,29 * 0", "15 1-2 * * sun",
)  # fmt: skip


def debian(cron: str, begin: datetime, end: datetime) -> set[datetime]:
    """The instants of [begin, end) at which Debian's cron would run, UTC."""
    runs = CronSim(cron, begin - timedelta(seconds=1))
    return {at.astimezone(UTC) for at in takewhile(lambda at: at.astimezone(UTC) < end, runs)}


@ZONES
@pytest.mark.parametrize("cron", CRONS)
def test_the_instants_are_those_of_debian(one: One, zone: ZoneInfo, cron: str) -> None:
    schedule, office = of(one, zone, f"{{cron: '{cron}'}}")
    for day in NIGHTS[zone]:
        first, last = day - timedelta(2), day + timedelta(2)
        midnight, end = (
            datetime.combine(each, time(0), tzinfo=zone) for each in (first, last + timedelta(1))
        )

        assert {slot.starts_at for slot in slots(schedule, office, first, last)} == debian(
            cron, midnight, end
        )


@ZONES
@pytest.mark.parametrize("cron", ["0 3 * * *", "0 * * * *", "*/15 1-3 * * *"])
def test_the_next_opening_never_stands_still_and_loses_none(one: One, zone: ZoneInfo, cron: str) -> None:
    """What beat does: from each instant to the next one, and everything that lies between."""
    schedule, office = of(one, zone, f"{{cron: '{cron}'}}")
    for day in NIGHTS[zone]:
        begin, end = (instant(day + timedelta(n), time(0), zone) for n in (-2, 2))
        after, keys = begin, list[str]()
        while after < end:
            at = min(next_opening(schedule, office, after=after) or end, end)
            assert at > after
            keys += [slot.key for slot in opening(schedule, office, after=after, until=at)]
            after = at

        assert keys == [slot.key for slot in opening(schedule, office, after=begin, until=end)]
        assert len(set(keys)) == len(keys) > 0


@given(
    zone=st.sampled_from(list(NIGHTS)), night=st.sampled_from((FORWARD, BACK)), minutes=st.integers(-300, 600)
)
@settings(max_examples=200, deadline=None)
def test_local_times_and_instants_agree(zone: ZoneInfo, night: int, minutes: int) -> None:
    begin = datetime.combine(NIGHTS[zone][night], time(0), tzinfo=zone).astimezone(UTC)
    at = begin + timedelta(minutes=minutes)
    local = at.astimezone(zone)

    found = instants(local.date(), local.time(), zone)

    assert at in found
    assert len(found) == 1 + (local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset())
    assert instant(local.date(), local.time(), zone) == found[0]


def quiet(one: One, zone: ZoneInfo, begin: str, end: str) -> OfficeSpec:
    """An office that is quiet from one time to another."""
    _, office = of(one, zone, "{weekly: 周五}")
    span = QuietSpan.model_validate({"from": begin, "to": end})
    return replace(office, file=office.file.model_copy(update={"quiet": (span,)}))


@pytest.mark.parametrize(
    ("span", "now", "sent"),
    [
        pytest.param(("22:00", "02:30"), "2026-03-29T00:30+01:00", "2026-03-29T03:00+02:00", id="the end is left out"),
        pytest.param(("22:00", "02:30"), "2026-03-28T23:00+01:00", "2026-03-29T03:00+02:00", id="left out after midnight"),
        pytest.param(("22:00", "02:30"), "2026-10-24T23:00+02:00", "2026-10-25T02:30+02:00", id="the first of two ends"),
        pytest.param(("22:00", "02:30"), "2026-10-25T02:10+02:00", "2026-10-25T02:30+02:00", id="before the first end"),
        pytest.param(("22:00", "02:30"), "2026-10-25T02:10+01:00", "2026-10-25T02:30+01:00", id="quiet comes again"),
        pytest.param(("22:00", "02:30"), "2026-10-25T02:40+02:00", "2026-10-25T02:40+02:00", id="between the two"),
        pytest.param(("01:00", "03:00"), "2026-10-25T02:40+01:00", "2026-10-25T03:00+01:00", id="through both hours"),
    ],
)  # fmt: skip
def test_quiet_hours_end_when_the_clock_says(one: One, span: tuple[str, str], now: str, sent: str) -> None:
    office = quiet(one, BERLIN, *span)

    assert next_sending(datetime.fromisoformat(now).astimezone(UTC), office) == datetime.fromisoformat(sent)


def test_a_rest_day_ends_at_the_first_valid_instant(one: One) -> None:
    """In Beirut the clock goes from 00:00 to 01:00 in the night to Sunday 2026-03-29, here a working day after one of rest."""
    beirut = ZoneInfo("Asia/Beirut")
    office = quiet(one, beirut, "20:00", "21:00")
    calendar = replace(office.calendar, days={**office.calendar.days, date(2026, 3, 28): False})

    found = next_sending(datetime(2026, 3, 28, 12, tzinfo=UTC), replace(office, calendar=calendar))

    assert found.astimezone(beirut).isoformat() == "2026-03-29T01:00:00+03:00"
