"""Hours toward the yearly figure, in hundredths: the day that reached it, the cap, the clock."""

from collections.abc import Sequence
from datetime import date

import pytest

from schedules.errors import Refused
from tasks.duties.credit import add_credit, return_credit
from tasks.duties.undo import undo

NOW = "2026-11-26 17:00"


def add(acts, now, amount: int, day: date, source: str, *, kind: str = "", title: str = "执法文书"):
    duty = acts.look("enforcement-training", "", owner="zhaogang")
    with acts.world.writing() as (session, live):
        return add_credit(
            session, live, obligation_id=duty.id, amount=amount, kind=kind, title=title, done_on=day, by=None,
            source=source, how="cli", now=now,
        )  # fmt: skip


def twelve_a_day(acts, now, days: Sequence[date], source: str):
    """As many hours as a day holds on each of these days; the last entry."""
    return [add(acts, now, 1200, day, f"{source}{day}") for day in days][-1]


def november(*days: int) -> list[date]:
    return [date(2026, 11, day) for day in days]


def state(acts):
    row = acts.look("enforcement-training", "", owner="zhaogang")
    return row.state, row.progress, row.done_on


def test_the_day_is_that_of_the_course_that_reached_the_figure_in_order_of_the_facts(acts, local_time):
    now = local_time(NOW)
    twelve_a_day(acts, now, november(2, 3, 4, 5, 20), "a")
    assert state(acts) == ("done", 6000, date(2026, 11, 20))

    early = add(acts, now, 1200, date(2026, 5, 6), "c")
    assert state(acts) == ("done", 7200, date(2026, 11, 5)), "what was typed later may have been done earlier"

    with acts.world.writing() as (session, live):
        return_credit(session, live, credit_id=early.id, by=None, reason="重复", now=now)
    assert state(acts) == ("done", 6000, date(2026, 11, 20))


def test_an_undo_takes_the_last_entry_back_and_opens_what_falls_short(acts, local_time):
    now = local_time(NOW)
    twelve_a_day(acts, now, november(2, 3, 4, 5, 20), "a")
    duty = acts.look("enforcement-training", "", owner="zhaogang")

    with acts.world.writing() as (session, live):
        undo(session, live, obligation_id=duty.id, by=None, reason="重复", now=now)

    assert state(acts) == ("open", 4800, None)
    assert acts.again(duty.id).next_at > now


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "x" * 33}, "kind"), ({"title": "\x00"}, "title"), ({"amount": 0}, "amount"), ({"amount": 1201}, "amount"),
     ({"day": date(2026, 11, 27)}, "done_on"),
     ({"day": date(2025, 11, 27)}, "done_on"), ({"source": "s" * 81}, "source")],
    ids=["a kind too long to keep", "no title", "nothing", "more than a day holds", "tomorrow", "another year", "source"],
)  # fmt: skip
def test_what_cannot_be_hours_is_refused_by_field(acts, local_time, change, field):
    given = {
        "amount": 100,
        "day": date(2026, 11, 20),
        "source": "a",
        "kind": "",
        "title": "执法文书",
    } | change

    with pytest.raises(Refused) as caught:
        add(
            acts,
            local_time(NOW),
            given["amount"],
            given["day"],
            given["source"],
            kind=given["kind"],
            title=given["title"],
        )

    assert caught.value.field == field


def test_approving_and_returning_at_once_ends_in_one_of_the_two(acts, local_time):
    now = local_time(NOW)
    first = twelve_a_day(acts, now, november(2, 3, 4, 5, 20), "a")

    with acts.world.writing() as (session, live):
        return_credit(session, live, credit_id=first.id, by=None, reason="重复", now=now)
        with pytest.raises(Refused):
            return_credit(session, live, credit_id=first.id, by=None, reason="重复", now=now)

    assert state(acts) == ("open", 4800, None)


def test_a_day_holds_twelve_hours_however_many_courses(acts, local_time):
    now, day = local_time(NOW), date(2026, 11, 20)
    add(acts, now, 800, day, "a")

    with pytest.raises(Refused) as caught:
        add(acts, now, 600, day, "b")
    assert caught.value.field == "amount"
    add(acts, now, 400, day, "b")
    assert add(acts, now, 400, day, "b").source == "b", "handing in the same entry again is no further course"

    assert state(acts)[1] == 1200
