"""Moving a due date: the ladder goes with it, the trail keeps what it was, and nothing is said twice or made up for."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.messages import ReminderRow
from models.obligations import AuditRow, DueChangeRow, ObligationRow, OccurrenceRow, RungRow
from schedules.dues import Due
from schedules.errors import Refused
from tasks.duties.due import Trail, groups, move_due, move_many
from tasks.duties.duty import load
from tasks.live import definition


@pytest.fixture
def item(acts, local_time) -> ObligationRow:
    """A problem of the community, found on 26 November and due on Friday 4 December, whose warning went out on the 2nd."""
    minutes = acts.review_with_problems(local_time("2026-11-26 17:00"), 1)
    for moment in ("2026-11-27 08:40", "2026-12-01 08:40", "2026-12-02 08:40"):
        acts.world.at(moment)
    (child,) = acts.children(minutes)
    return child


def due(local_time, day: str) -> Due:
    return Due(date.fromisoformat(day), local_time(f"{day} 18:00"))


def move(acts, obligation_id: int, to: Due, now, **more: Any) -> bool:
    how: dict[str, Any] = {"kind": "extension", "reason": "等物业进场", "new_epoch": True} | more
    with acts.world.writing() as (session, live):
        return move_due(session, live, load(session, obligation_id), to, now=now, **how)


def trail(acts, obligation_id: int) -> list[DueChangeRow]:
    with acts.reading() as session:
        rows = select(DueChangeRow).where(DueChangeRow.obligation_id == obligation_id)
        return list(session.scalars(rows.order_by(DueChangeRow.seq)))


def told(acts, obligation_id: int) -> int:
    with acts.reading() as session:
        rows = select(func.count()).select_from(ReminderRow)
        return session.scalar(rows.where(ReminderRow.obligation_id == obligation_id)) or 0


def test_an_extension_keeps_its_trail_and_speaks_anew_about_the_new_day(acts, item, local_time):
    now = local_time("2026-12-02 10:00")
    said = told(acts, item.id)
    assert said > 0
    with acts.reading() as session:
        leader = acts.person(session, "xuwenjing")

    moved = move(
        acts,
        item.id,
        due(local_time, "2026-12-18"),
        now,
        basis="办法12条",
        asked_by=leader,
        approved_by=leader,
    )

    row = acts.again(item.id)
    assert moved
    assert (row.due_on, row.epoch, row.state) == (date(2026, 12, 18), 1, "open")
    assert row.soon_on
    assert date(2026, 12, 4) < row.soon_on < date(2026, 12, 18)
    assert row.next_at
    assert now < row.next_at <= local_time("2026-12-18 08:40")
    (change,) = trail(acts, item.id)
    assert (change.seq, change.old_due_on, change.new_due_on) == (1, date(2026, 12, 4), date(2026, 12, 18))
    assert (change.kind, change.reason, change.basis) == ("extension", "等物业进场", "办法12条")
    assert (change.asked_by_id, change.approved_by_id, change.at) == (leader, leader, now)
    acts.world.at("2026-12-16 08:40")
    assert told(acts, item.id) > said, "the warning before the day is given again for the new day"


def test_every_move_is_another_line_of_the_trail_and_of_the_audit(acts, item, local_time):
    for number, day in enumerate(("2026-12-18", "2026-12-10", "2026-12-25"), 1):
        move(acts, item.id, due(local_time, day), local_time(f"2026-12-02 1{number}:00"))

    assert [(each.seq, each.old_due_on, each.new_due_on) for each in trail(acts, item.id)] == [
        (1, date(2026, 12, 4), date(2026, 12, 18)),
        (2, date(2026, 12, 18), date(2026, 12, 10)),
        (3, date(2026, 12, 10), date(2026, 12, 25)),
    ]
    assert acts.again(item.id).epoch == 3
    with acts.reading() as session:
        details = session.scalars(select(AuditRow.detail).where(AuditRow.act == "move-due")).all()
    assert [each["due_on"] for each in details] == ["2026-12-18", "2026-12-10", "2026-12-25"]


def test_a_corrected_calendar_says_nothing_twice(acts, item, local_time):
    now = local_time("2026-12-02 10:00")
    said = told(acts, item.id)

    move(acts, item.id, due(local_time, "2026-12-07"), now, kind="calendar", new_epoch=False)
    acts.world.at("2026-12-03 08:40")

    row = acts.again(item.id)
    assert (row.due_on, row.epoch) == (date(2026, 12, 7), 0)
    assert told(acts, item.id) == said, (
        "the warning was given; the new day has the same one, which stays given"
    )
    acts.world.at("2026-12-07 08:40")
    acts.world.at("2026-12-08 08:40")
    assert told(acts, item.id) > said


def test_nothing_is_made_up_for_when_the_day_moves_into_the_past(acts, item, local_time):
    now = local_time("2026-12-02 10:00")
    said = told(acts, item.id)

    move(acts, item.id, due(local_time, "2026-11-30"), now)
    acts.world.at("2026-12-02 10:01")

    row = acts.again(item.id)
    assert row.next_at is None or row.next_at > now
    assert told(acts, item.id) == said


def test_an_equal_day_leaves_no_trail_and_no_new_epoch(acts, item, local_time):
    same = due(local_time, "2026-12-04")

    moved = move(acts, item.id, Due(same.on, same.at, provisional=True), local_time("2026-12-02 10:00"))

    row = acts.again(item.id)
    assert (moved, row.epoch, row.provisional, trail(acts, item.id)) == (False, 0, True, [])


def test_what_waits_for_approval_moves_in_silence_and_what_is_closed_is_refused(acts, item, local_time):
    now = local_time("2026-12-02 10:00")
    acts.confirm(item.id, now, done_on="2026-12-02")
    asks_at = acts.again(item.id).next_at
    move(acts, item.id, due(local_time, "2026-12-18"), now)
    row = acts.again(item.id)
    assert (row.state, row.due_on, row.next_at) == ("submitted", date(2026, 12, 18), asks_at)

    acts.approve(item.id, now, by="xuwenjing")

    with pytest.raises(Refused, match="closed"):
        move(acts, item.id, due(local_time, "2026-12-25"), now)
    assert acts.again(item.id).due_on == date(2026, 12, 18)


def test_a_group_moves_as_one_and_who_has_handed_in_stays_where_he_is(acts, local_time):
    now = local_time("2026-11-10 10:00")
    first = acts.look("half-year-review", "collect", key="2026-11")
    acts.confirm(first.id, now, done_on="2026-11-10", files={"list": [acts.file()]})
    with acts.world.writing() as (session, live):
        occurrence = session.get_one(OccurrenceRow, first.occurrence_id)
        (alike,) = [each for each in groups(session, occurrence.id) if each.part == "collect"]
        schedule = definition(session, occurrence.version_id)
        count = move_many(
            session, live, occurrence, schedule, alike, due(local_time, "2026-11-24"),
            Trail(kind="calendar", reason="放假安排公布"), now=now,
        )  # fmt: skip
    with acts.reading() as session:
        owed = select(ObligationRow).where(
            ObligationRow.part == "collect", ObligationRow.occurrence_id == first.occurrence_id
        )
        rows = session.scalars(owed).all()
        changes = session.scalar(select(func.count()).select_from(DueChangeRow))
        moved = [row for row in rows if row.due_on == date(2026, 11, 24)]
        rungs = set(session.scalars(select(RungRow.at).where(RungRow.timeline_id == moved[0].timeline_id)))
    assert count == changes == len(moved) == len(rows) - 1
    assert {row.epoch for row in rows} == {0}
    assert len({row.timeline_id for row in moved}) == 1
    assert {row.next_at for row in moved} <= rungs
    assert min(row.next_at for row in moved) > now + timedelta(days=1)
    assert acts.again(first.id).due_on == first.due_on
