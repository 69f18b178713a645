"""Snoozing: who owes a duty is left alone for some working days and then reminded once; everybody else hears as ever."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from models.messages import ReminderRow
from models.obligations import RungNameRow
from models.people import RecipientRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from tasks.roster.snooze import end_snooze, snoozing

DUTY = """
report:
  title: 情况报送
  when: {monthly: 11}
  who: {people: [jiangtao, liwen]}
  done: {by: each}
  remind:
    - {before: due, by: 8 workdays}
    - {before: due, by: 7 workdays, to: [assignee, unit-head]}
    - {before: due, by: 2 workdays}
    - {on: due}
    - {after: due, by: 1 workday}
"""
# Due on Friday 11 December; the rungs are on the 1st, 2nd, 9th, 11th and 14th.
MORNING = "08:40"


def go(post, *days: int) -> list[str]:
    """Let days of December pass, each with its auditor; whom a message reached on each day."""
    found = []
    for day in days:
        moment = f"2026-12-{day:02}"
        post.audit(f"{moment} 00:01")
        sent = post.at(f"{moment} {MORNING}")
        post.audit(f"{moment} 09:00")
        found += [f"{day} {key}" for key in sorted({message.recipient_key for message in sent})]
    return found


@pytest.fixture
def begun(post):
    """The first reminder has gone out."""
    post.begin(duty=DUTY)
    assert go(post, 1) == ["1 jiangtao", "1 liwen"]
    return post


def test_who_snoozes_is_left_alone_and_others_are_told(begun):
    assert begun.snooze("jiangtao", "2026-12-01 09:00", 3) == date(2026, 12, 4)

    assert go(begun, 2) == ["2 liwen", "2 zhenghua"]
    with begun.world.db.reading() as session:
        query = select(ReminderRow.withdrawn).where(ReminderRow.withdrawn.is_not(None))
        assert session.scalars(query).all() == ["snoozed"]


def test_when_it_ends_there_is_one_reminder_at_the_first_sending_time(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 3)
    go(begun, 2, 3)
    begun.audit("2026-12-04 00:01")
    begun.audit("2026-12-04 00:02")
    assert begun.at("2026-12-04 08:39") == []

    (message,) = begun.at("2026-12-04 08:40")

    assert (message.recipient_key, message.count) == ("jiangtao", 1)
    assert message.title == "【提醒】情况报送"
    assert go(begun, 4, 7, 8) == []
    assert go(begun, 9) == ["9 jiangtao", "9 liwen"]


def test_when_nothing_was_held_back_there_is_the_one_reminder_too(begun):
    go(begun, 2)
    begun.snooze("jiangtao", "2026-12-02 09:00", 3)  # until the 7th; no rung in between

    assert go(begun, 3, 4, 7, 8) == ["7 jiangtao"]


def test_a_duty_that_is_done_meanwhile_says_nothing(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 3)
    begun.confirm("jiangtao", "2026-12-02 10:00")

    assert go(begun, 2, 3, 4, 7) == ["2 liwen", "2 zhenghua"]


def test_a_duty_that_is_done_between_the_end_and_the_sending_says_nothing(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 3)
    go(begun, 2)
    begun.audit("2026-12-04 00:01")
    begun.confirm("jiangtao", "2026-12-04 08:00")

    assert go(begun, 4) == []


def test_a_rung_of_the_same_morning_and_the_end_make_one_message(begun):
    begun.snooze("jiangtao", "2026-12-02 09:00", 5)
    go(begun, 3, 4, 7, 8)
    begun.audit("2026-12-09 00:01")

    sent = begun.at("2026-12-09 08:40")

    assert sorted((m.recipient_key, m.count) for m in sent) == [("jiangtao", 1), ("liwen", 1)]


def test_an_auditor_that_was_down_over_the_end_makes_up_for_it_once(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 1)

    begun.audit("2026-12-03 11:00")

    assert [m.recipient_key for m in begun.deliver(begun.local("2026-12-03 11:00"))] == ["jiangtao"]


def choices(post, person: str, at: str) -> dict[int, date]:
    with post.world.writing() as (session, live):
        return snoozing(
            session, live, obligation_id=post.duty(person), person_id=post.person(person), now=post.local(at)
        ).choices


@pytest.mark.parametrize(
    ("at", "days"),
    [("2026-12-01 09:00", {1: 2, 3: 4, 5: 8}), ("2026-12-07 09:00", {1: 8, 3: 10}), ("2026-12-09 09:00", {1: 10}),
     ("2026-12-10 09:00", {}), ("2026-12-11 09:00", {}), ("2026-12-14 09:00", {})],
)  # fmt: skip
def test_it_never_reaches_beyond_the_day_before_the_due_day(begun, at, days):
    assert choices(begun, "jiangtao", at) == {n: date(2026, 12, day) for n, day in days.items()}


def test_twice_is_enough(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 1)
    go(begun, 2, 3)
    begun.snooze("jiangtao", "2026-12-03 09:00", 1)
    assert go(begun, 4) == ["4 jiangtao"]

    with pytest.raises(Refused):
        begun.snooze("jiangtao", "2026-12-04 09:00", 1)
    assert choices(begun, "liwen", "2026-12-04 09:00") == {1: date(2026, 12, 7), 3: date(2026, 12, 9)}
    with begun.world.db.reading() as session:
        names = session.scalars(
            select(RungNameRow.key)
            .join(ReminderRow, ReminderRow.name_id == RungNameRow.id)
            .where(RungNameRow.key.like("snoozed%"))
        )
        assert sorted(names) == ["snoozed 1", "snoozed 2"]


def test_one_at_a_time(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 1)

    with pytest.raises(Refused):
        begun.snooze("jiangtao", "2026-12-01 09:01", 3)


def test_what_is_taken_back_at_once_does_not_count_and_holds_nothing(begun):
    for _ in range(3):
        begun.snooze("jiangtao", "2026-12-01 09:00", 3)
        with begun.world.writing() as (session, live):
            end_snooze(
                session, live, obligation_id=begun.duty("jiangtao"), person_id=begun.person("jiangtao"),
                now=begun.local("2026-12-01 09:05"),
            )  # fmt: skip

    assert go(begun, 2, 3, 4) == ["2 jiangtao", "2 liwen", "2 zhenghua"]


def test_what_must_be_reminded_of_cannot_be_snoozed(post):
    post.begin(duty=DUTY + "  obligatory: true\n")
    go(post, 1)

    assert choices(post, "jiangtao", "2026-12-01 09:00") == {}
    with pytest.raises(Refused):
        post.snooze("jiangtao", "2026-12-01 09:00", 1)


def test_a_schedule_that_becomes_obligatory_speaks_in_spite_of_a_snooze(begun):
    begun.snooze("jiangtao", "2026-12-01 09:00", 3)
    with begun.world.db.writing.begin() as session:
        session.execute(update(ScheduleRow).where(ScheduleRow.key == "report").values(obligatory=True))

    assert go(begun, 2) == ["2 jiangtao", "2 liwen", "2 zhenghua"]


def test_nobody_snoozes_what_another_owes(begun):
    with begun.world.writing() as (session, live):
        found = snoozing(
            session, live, obligation_id=begun.duty("jiangtao"), person_id=begun.person("liwen"),
            now=begun.local("2026-12-01 09:00"),
        )  # fmt: skip
    assert found.choices == {}


def test_of_a_duty_that_a_role_owes_only_the_one_who_snoozed_is_left_alone(post):
    role = DUTY.replace("{people: [jiangtao, liwen]}", "{role: legal-reviewer}").replace(
        "{by: each}", "{by: any}"
    )
    post.begin(duty=role.replace(", to: [assignee, unit-head]", ""))
    assert go(post, 1) == ["1 dongjie", "1 liqiang"]
    post.snooze("liqiang", "2026-12-01 09:00", 3, duty=post.duty("legal-reviewer"))

    assert go(post, 2, 3, 4) == ["2 dongjie", "4 liqiang"]


def test_in_a_group_the_line_of_who_snoozed_is_left_out_and_comes_back(post):
    post.begin(reach="{level: group, people: [], group: group}", duty=DUTY)
    go(post, 1)
    post.snooze("jiangtao", "2026-12-01 09:00", 3)
    post.audit("2026-12-02 00:01")
    (group,) = [m for m in post.at("2026-12-02 08:40") if m.is_group]
    assert [each.name for each in group.mentions] == ["李雯"]

    post.audit("2026-12-04 00:01")
    (group,) = [m for m in post.at("2026-12-04 08:40") if m.is_group]

    assert [each.name for each in group.mentions] == ["江涛"]


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(begins=st.integers(1, 8), days=st.sampled_from([1, 3, 5]))
def test_a_snooze_swallows_nothing_that_is_due_after_its_end(post, begins, days):
    """And nothing of anybody else; where it was taken there is one reminder on the day it ends."""
    post.again(duty=DUTY)
    since, until = date(2026, 12, 1) + timedelta(days=begins), None
    for day in (date(2026, 12, 1) + timedelta(days=n) for n in range(15)):
        post.world.open(post.local(f"{day} 00:01"))
        post.audit(f"{day} 00:01")
        if day == since and days in choices(post, "jiangtao", f"{day} 00:02"):
            until = post.snooze("jiangtao", f"{day} 00:02", days)
        post.at(f"{day} 08:40")

    with post.world.db.reading() as session:
        query = (
            select(ReminderRow.at, ReminderRow.withdrawn, RecipientRow.key, RungNameRow.key)
            .join(RecipientRow, RecipientRow.id == ReminderRow.recipient_id)
            .join(RungNameRow, RungNameRow.id == ReminderRow.name_id)
        )
        rows = session.execute(query).all()
    ends = [post.day(at) for at, _, _, name in rows if name.startswith("snoozed")]
    assert ends == ([until] if until else [])
    for at, withdrawn, reader, _ in rows:
        covered = until is not None and reader == "jiangtao" and since <= post.day(at) < until
        assert withdrawn == ("snoozed" if covered else None)
