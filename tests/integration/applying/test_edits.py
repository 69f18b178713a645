"""A running office whose files are edited as a clerk would: what is open keeps its days, the future follows, nobody hears a thing twice."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.messages import ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from tasks.apply import Cause, apply, plan
from tasks.live import current
from tasks.open import open_due

STUDY = "study.yaml"
FRIDAY = "weekly: 周五"


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def edit(world, file, old, new):
    assert old in world.files[file]
    world.files[file] = world.files[file].replace(old, new)


def opened(world, schedule="friday-study"):
    """Key, day held and state of what was opened from that week on."""
    with world.db.reading() as session:
        rows = session.scalars(
            select(OccurrenceRow)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == schedule, OccurrenceRow.held_on >= date(2026, 11, 23))
            .order_by(OccurrenceRow.held_on)
        )
        return [(row.key, row.held_on.isoformat(), row.state) for row in rows]


def reminders(world):
    with world.db.reading() as session:
        return session.scalars(select(ReminderRow)).all()


def put(world, text, **more):
    with world.db.writing.begin() as session:
        return apply(
            session, world.office(), world.files, by="test", now=local(text), cipher=world.cipher, **more
        )


@pytest.fixture
def running(world):
    """Applied on Monday; the study of Friday 2026-11-27 is open since Thursday morning."""
    world.begin("2026-11-23 09:00", "2026-11-23 09:01", "2026-11-26 08:40", "2026-11-26 16:00")
    return world


def test_another_weekday_leaves_the_open_study_alone_and_opens_no_second_one_in_its_week(running):
    edit(running, STUDY, FRIDAY, "weekly: 周六")
    edit(running, STUDY, "on_holiday: previous-workday", "on_holiday: keep")
    put(running, "2026-11-26 16:30")

    running.at("2026-11-26 16:31")
    running.at("2026-11-28 08:40")
    running.at("2026-12-04 08:40")

    assert [(key, day) for key, day, _state in opened(running)] == [
        ("2026-11-27", "2026-11-27"),
        ("2026-12-05", "2026-12-05"),
    ]


def test_a_day_of_this_week_that_opened_before_the_edit_is_opened_late_if_none_was_yet(world):
    world.begin("2026-11-23 09:00", "2026-11-23 09:01")
    edit(world, STUDY, FRIDAY, "weekly: 周三")
    put(world, "2026-11-24 14:35")  # the reminder of the day before, with which Wednesday opens, was at 08:40

    world.at("2026-11-24 14:36")
    world.at("2026-11-27 09:00")

    assert [key for key, _day, _state in opened(world)] == ["2026-11-25"]


def test_a_duty_of_the_year_that_becomes_one_of_the_month_is_opened_for_this_month(running):
    extra = "tidy:\n  title: 清理\n  when: {cycle: calendar-year}\n  who: {roles: [staff]}\n  remind: []\n"
    running.files["extra.yaml"] = extra
    put(running, "2026-11-26 16:30")
    running.at("2026-11-26 16:31")
    running.files["extra.yaml"] = extra.replace("calendar-year", "calendar-month")
    put(running, "2026-11-26 16:40")

    running.at("2026-11-26 16:41")

    keys = [key for key, _day, _state in opened(running, "tidy")]
    assert keys == ["2026-11", "2026"], "what is open of the year stays"


def test_another_time_keeps_key_and_time_of_what_is_open_and_reminders_are_not_sent_again(running):
    before = Counter((row.obligation_id, row.epoch, row.name_id) for row in reminders(running))
    edit(running, STUDY, 'time: "15:00"', 'time: "14:45"')
    put(running, "2026-11-26 16:30")

    assert running.at("2026-11-26 16:31") == []
    after = Counter((row.obligation_id, row.epoch, row.name_id) for row in reminders(running))
    assert after == before
    assert [key for key, _day, _state in opened(running)] == ["2026-11-27"]


def test_another_ladder_speaks_from_the_next_occurrence_on(running):
    sent = len(reminders(running))
    edit(
        running,
        STUDY,
        '{before: start, by: 1 workday, time: "16:00", to: group}',
        '{before: start, by: 1 workday, time: "17:00", to: group}',
    )
    put(running, "2026-11-26 16:30")

    assert running.at("2026-11-26 17:00") == []
    assert len(reminders(running)) == sent
    running.at("2026-12-03 08:40")
    assert [each for each in running.at("2026-12-03 16:00") if each.recipient_key == "group"] == []
    assert [each.recipient_key for each in running.at("2026-12-03 17:00")] == ["group"]


def test_a_removed_schedule_with_open_duties_is_refused_until_told_what_becomes_of_them(running):
    kept = running.files.pop(STUDY)
    with pytest.raises(Refused) as refused:
        put(running, "2026-11-26 16:30")
    assert "--close" in str(refused.value)
    assert [state for *_rest, state in opened(running)] == ["open"]

    running.files[STUDY] = kept
    with running.db.reading() as session:
        assert plan(session, running.office(), running.files, cipher=running.cipher).unchanged


def test_removed_and_cancelled_falls_silent(running):
    running.files.pop(STUDY)
    put(running, "2026-11-26 16:30", removed="cancel")

    said = [message for day in ("2026-11-30 09:00", "2026-12-03 16:00") for message in running.at(day)]

    assert [message for message in said if "周五集中学习" in message.body] == []
    with running.db.reading() as session:
        states = session.scalars(
            select(ObligationRow.state)
            .join(OccurrenceRow)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == "friday-study")
        ).all()
    assert set(states) == {"cancelled"}


def test_removed_and_kept_is_asked_after_until_done_and_no_new_one_opens(running):
    running.files.pop(STUDY)
    put(running, "2026-11-26 16:30", removed="keep")

    said = running.at("2026-11-30 09:00")  # the recorder is asked for the record of Friday
    running.at("2026-12-04 09:00")

    assert any("周五集中学习" in message.body for message in said)
    assert [key for key, _day, _state in opened(running)] == ["2026-11-27"]


def test_what_was_removed_and_comes_back_does_not_make_up_for_the_weeks_between(running):
    kept = running.files.pop(STUDY)
    put(running, "2026-11-26 16:30", removed="cancel")
    running.at("2026-12-14 09:00")
    running.files[STUDY] = kept
    put(running, "2026-12-22 09:00")

    running.at("2026-12-22 09:01")
    running.at("2026-12-24 08:40")

    assert [(key, state) for key, _day, state in opened(running)] == [
        ("2026-11-27", "cancelled"),
        ("2026-12-25", "open"),
    ]


def test_an_office_that_came_into_force_after_the_run_had_read_it_opens_nothing_half_old_half_new(running):
    with running.db.reading() as session:
        live = current(session)
    edit(running, STUDY, "title: 周五集中学习", "title: 周五学习")
    put(running, "2026-11-26 16:30")

    with running.db.writing.begin() as session:
        assert open_due(session, live, now=local("2026-12-03 08:40")).occurrences == 0
    running.at("2026-12-03 08:41")
    assert [key for key, _day, _state in opened(running)] == ["2026-11-27", "2026-12-04"]


def test_a_rollback_opens_again_what_ended_with_its_schedule_and_sends_nothing_twice(running):
    with running.db.reading() as session:
        before = Counter(
            (row.part, row.state, row.next_at)
            for row in session.scalars(
                select(ObligationRow)
                .join(OccurrenceRow)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .where(ScheduleRow.key == "friday-study", OccurrenceRow.key == "2026-11-27")
            )
        )
    sent = len(running.sent)
    kept = running.files.pop(STUDY)
    put(running, "2026-11-26 16:30", removed="cancel")
    running.at("2026-11-26 16:40")
    running.files[STUDY] = kept
    put(running, "2026-11-26 17:00", cause=Cause(origin="rollback", returned_to=1))

    assert running.at("2026-11-26 17:01") == []
    assert len(running.sent) == sent
    with running.db.reading() as session:
        after = Counter(
            (row.part, row.state, row.next_at)
            for row in session.scalars(
                select(ObligationRow)
                .join(OccurrenceRow)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .where(ScheduleRow.key == "friday-study", OccurrenceRow.key == "2026-11-27")
            )
        )
    assert after == before
    assert [(key, state) for key, _day, state in opened(running)] == [("2026-11-27", "open")]
