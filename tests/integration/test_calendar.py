"""A year's notice arrives: what is open moves once, in one transaction, with its trail, and each person hears of it once."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from models.messages import MessageRow, NoticeRow, ReminderRow
from models.obligations import AuditRow, DueChangeRow, ObligationRow, OccurrenceRow
from models.schedules import CalendarChangeRow, CalendarDayRow, ScheduleRow
from schedules.calendar import Notice, Override
from schedules.dues import Due
from tasks.days.calendar_change import Corrected, import_days
from tasks.delivery.payloads import SummaryMessage
from tasks.duties.due import move_due
from tasks.duties.duty import load
from tasks.live import current
from tasks.reporting.overdue import overdue

EXTRA = """\
year-end:
  title: 年终自查
  when: {yearly: "12-21"}
  who: {roles: [staff]}
  done: {by: each, within: 20 workdays}
  remind:
    - {at: open}
    - {before: due, by: 10 workdays}
    - {before: due, by: 1 workday}
    - {after: due, by: 1 workday}
gathering:
  title: 节前部署会
  when: {yearly: "01-22", time: "15:00", on_holiday: next-workday, opens: 30 days before}
  who: {roles: [staff]}
  record: {by: {role: clerk}, within: 1 workday, evidence: {topic: {label: 主题, kind: text}}}
  done: {by: each, through: attendance, mark: absentees-only, make_up: 10 workdays}
assembly:
  title: 新春座谈会
  when: {yearly: "01-25", on_holiday: skip, opens: 40 days before}
  who: {roles: [staff]}
  done: {by: each}
"""


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [date.fromordinal(n) for n in range(start.toordinal(), end.toordinal() + 1)]


OFF = [
    *days("2027-01-01", "2027-01-03"), *days("2027-02-05", "2027-02-12"), *days("2027-04-03", "2027-04-05"),
    *days("2027-05-01", "2027-05-05"), date(2027, 6, 9), date(2027, 9, 15), *days("2027-10-01", "2027-10-07"),
]  # fmt: skip


def notice(*, worked: list[date], off: list[date] | None = None) -> Notice:
    """A made-up notice of 2027: the holidays, and weekends that are worked."""
    said = dict.fromkeys([*OFF, *(off or [])], False) | dict.fromkeys(worked, True)
    return Notice(2027, said, dict.fromkeys(said, "节日"))


EARLIER = notice(worked=[date(2026, 12, 26), date(2027, 1, 30)])  # a worked Saturday of the December before


@pytest.fixture
def office(world) -> Any:
    """The starter office with a duty that runs into 2027, on 28 December 2026; every message so far is out."""
    world.files["extra.yaml"] = EXTRA
    world.begin(
        "2026-12-14 09:00", "2026-12-21 08:40", "2026-12-22 08:40", "2026-12-28 08:40", "2026-12-28 09:00"
    )
    return world


def bring(world: Any, given: Any, now: Any) -> Corrected:
    with world.db.writing.begin() as session:
        return import_days(session, given, by="test", now=now)


def owed(world: Any, schedule: str = "year-end") -> list[ObligationRow]:
    with world.db.reading() as session:
        return list(
            session.scalars(
                select(ObligationRow)
                .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
                .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
                .where(ScheduleRow.key == schedule)
                .order_by(ObligationRow.id)
            )
        )


def counted(world: Any, what: Any, *where: Any) -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def test_a_date_through_an_unannounced_year_is_provisional_and_says_so(office, local_time):
    rows = owed(office)

    assert {(row.due_on, row.provisional) for row in rows} == {(date(2027, 1, 19), True)}
    told = [message for _, message in office.sent if "年终自查" in message.body]
    assert told
    assert all("暂定" in message.body for message in told)


def test_the_notice_moves_what_is_open_and_tells_everybody_once(office, local_time):
    now = local_time("2026-12-28 10:00")
    before, reminders = owed(office), counted(office, ReminderRow)

    result = bring(office, EARLIER, now)

    rows = owed(office)
    assert {(row.due_on, row.provisional, row.epoch) for row in rows} == {(date(2027, 1, 18), False, 0)}
    assert len(rows) == len(before) > 50
    with office.db.reading() as session:
        trail = session.scalars(
            select(DueChangeRow).where(DueChangeRow.obligation_id.in_([row.id for row in rows]))
        ).all()
        live = current(session)
        audit = session.scalars(select(AuditRow).where(AuditRow.act == "calendar")).one()
    assert {(each.old_due_on, each.new_due_on, each.kind) for each in trail} == {
        (date(2027, 1, 19), date(2027, 1, 18), "calendar")
    }
    assert {(each.reason, each.calendar_revision) for each in trail} == {
        ("2027年放假安排公布", result.revision)
    }
    assert live.office.calendar.last_announced == date(2027, 12, 31)
    assert audit.detail["moved"] == result.moved
    assert counted(office, ReminderRow) == reminders, "nothing is said again by the ladder"

    sent = office.deliver(local_time("2026-12-28 15:00"))

    moved = [message for message in sent if "年终自查" in message.body]
    assert len(moved) == result.told == len({message.recipient_key for message in moved}) == len(sent)
    assert "因2027年放假安排公布" in moved[0].body
    assert "由2027年1月19日（周二）改为2027年1月18日（周一）" in moved[0].body
    assert bring(office, EARLIER, local_time("2026-12-29 10:00")) == Corrected(
        changed=False, revision=result.revision
    )


def test_who_keeps_their_day_hears_nothing(office, local_time):
    same = notice(worked=[date(2027, 1, 30)])

    result = bring(office, same, local_time("2026-12-28 10:00"))

    assert {(row.due_on, row.provisional) for row in owed(office)} == {(date(2027, 1, 19), False)}
    assert (result.moved, result.told) == (0, 0)
    assert result.recounted > 50
    assert counted(office, DueChangeRow) == 0
    assert office.deliver(local_time("2026-12-28 15:00")) == []


def test_what_was_said_is_not_said_again_and_what_comes_is_said_on_the_new_days(office, local_time):
    office.at("2027-01-04 08:40")  # ten working days before the provisional day
    bring(office, EARLIER, local_time("2027-01-04 10:00"))
    office.deliver(local_time("2027-01-04 15:00"))
    office.sent.clear()

    for day in ("05", "06", "07", "08", "11", "12", "13"):
        office.at(f"2027-01-{day} 08:40")
    quiet = [message for _, message in office.sent if "年终自查" in message.body]
    last = [message for message in office.at("2027-01-15 08:40") if "年终自查" in message.body]

    assert quiet == []
    assert last, "one working day before the 18th is Friday the 15th"
    assert all("暂定" not in message.body for message in last)


def test_two_corrections_before_the_message_goes_out_are_told_as_one(office, local_time):
    evening = local_time("2026-12-28 19:00")
    bring(office, EARLIER, evening)
    more = notice(worked=[date(2026, 12, 26), date(2027, 1, 9), date(2027, 1, 30)])

    bring(office, more, local_time("2026-12-28 19:30"))
    sent = [each for each in office.deliver(local_time("2026-12-29 08:40")) if "年终自查" in each.body]

    assert len({message.recipient_key for message in sent}) == len(sent) > 50
    assert "“年终自查”的期限由2027年1月19日（周二）改为2027年1月15日（周五）" in sent[0].body
    assert counted(office, MessageRow, MessageRow.reason == "superseded") == len(sent)


def test_a_gathering_follows_its_rule_and_those_expected_are_told(office, local_time):
    (held,) = {row.occurrence_id for row in owed(office, "gathering")}
    friday = notice(worked=[date(2026, 12, 26)], off=[date(2027, 1, 22)])

    bring(office, friday, local_time("2026-12-28 10:00"))

    with office.db.reading() as session:
        occurrence = session.get_one(OccurrenceRow, held)
    assert (occurrence.held_on, occurrence.moved_from) == (date(2027, 1, 25), date(2027, 1, 22))
    assert occurrence.starts_at == local_time("2027-01-25 15:00")
    sent = office.deliver(local_time("2026-12-28 15:00"))
    assert any("“节前部署会”由2027年1月22日（周五）改为2027年1月25日（周一）" in each.body for each in sent)


def test_what_the_rule_skips_now_does_not_take_place(office, local_time):
    monday = notice(worked=[date(2026, 12, 26)], off=[date(2027, 1, 25)])

    bring(office, monday, local_time("2026-12-28 10:00"))

    assert {(row.state, row.closed_why, row.next_at) for row in owed(office, "assembly")} == {
        ("cancelled", "calendar", None)
    }
    sent = office.deliver(local_time("2026-12-28 15:00"))
    assert any("“新春座谈会”原定2027年1月25日（周一），本期不再进行" in each.body for each in sent)


def test_a_granted_day_stays_as_it_was_granted(office, local_time):
    one = owed(office)[0]
    with office.writing() as (session, live):
        granted = Due(date(2027, 2, 19), local_time("2027-02-19 18:00"), provisional=True)
        move_due(
            session, live, load(session, one.id), granted, kind="extension", reason="病假", now=local_time("2026-12-28 09:30"),
            new_epoch=True,
        )  # fmt: skip

    bring(office, EARLIER, local_time("2026-12-28 10:00"))

    rows = {row.id: row for row in owed(office)}
    assert (rows[one.id].due_on, rows[one.id].provisional, rows[one.id].epoch) == (
        date(2027, 2, 19),
        False,
        1,
    )
    assert {row.due_on for row in rows.values() if row.id != one.id} == {date(2027, 1, 18)}


def test_what_is_done_keeps_its_day(office, local_time):
    with office.db.writing.begin() as session:
        row = session.get_one(ObligationRow, owed(office)[0].id)
        row.state, row.next_at, row.next_no = "done", None, None

    bring(office, EARLIER, local_time("2026-12-28 10:00"))

    assert owed(office)[0].due_on == date(2027, 1, 19)


def test_an_override_wins_over_the_notice_and_keeps_its_reason(office, local_time):
    bring(office, EARLIER, local_time("2026-12-28 10:00"))
    storm = Override(day=date(2027, 1, 6), is_workday=False, name="停工", reason="暴雪停工通知")

    result = bring(office, [storm], local_time("2026-12-28 11:00"))

    assert {row.due_on for row in owed(office)} == {date(2027, 1, 19)}
    with office.db.reading() as session:
        reasons = set(
            session.scalars(
                select(DueChangeRow.reason).where(DueChangeRow.calendar_revision == result.revision)
            )
        )
        day = session.scalars(select(CalendarDayRow).where(CalendarDayRow.source == "override")).one()
    assert reasons == {"工作日调整（暴雪停工通知）"}
    assert (day.day, day.is_workday, day.name, day.reason) == (
        date(2027, 1, 6),
        False,
        "停工",
        "暴雪停工通知",
    )


def rename(world: Any, old: str, new: str) -> None:
    with world.db.writing.begin() as session:
        session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def test_an_import_that_fails_half_way_leaves_nothing(office, local_time):
    before = [(row.id, row.due_on, row.timeline_id, row.next_at) for row in owed(office)]
    changes = counted(office, CalendarChangeRow)
    rename(office, "notice", "notice_away")  # everything is counted anew, then nobody can be told

    with pytest.raises(DBAPIError):
        bring(office, EARLIER, local_time("2026-12-28 10:00"))

    rename(office, "notice_away", "notice")
    assert [(row.id, row.due_on, row.timeline_id, row.next_at) for row in owed(office)] == before
    assert counted(office, CalendarChangeRow) == changes
    assert counted(office, DueChangeRow) == 0
    with office.db.reading() as session:
        assert current(session).office.calendar.last_announced == date(2026, 12, 31)
    assert bring(office, EARLIER, local_time("2026-12-28 11:00")).moved > 50


def test_what_has_not_opened_yet_opens_by_the_corrected_calendar(office, local_time):
    off = notice(worked=[date(2026, 12, 26)], off=[date(2027, 1, 8)])
    bring(office, off, local_time("2026-12-28 10:00"))

    for moment in ("2027-01-06 16:00", "2027-01-07 08:40", "2027-01-08 08:40", "2027-01-14 16:00"):
        office.at(moment)

    with office.db.reading() as session:
        keys = set(session.scalars(select(OccurrenceRow.key).where(OccurrenceRow.key.like("2027-01-%"))))
    assert "2027-01-15" in keys
    with office.db.reading() as session:
        held = session.scalars(
            select(OccurrenceRow.held_on).where(OccurrenceRow.key == "2027-01-08")
        ).one_or_none()
    assert held is None or held == date(2027, 1, 7)


def test_the_files_of_the_office_bring_a_year_too_and_an_older_file_does_not_undo_an_import(
    office, local_time
):
    corrected = Notice(2026, {date(2026, 12, 31): False}, {})
    bring(office, corrected, local_time("2026-12-28 10:00"))
    office.files["study.yaml"] += "\n# 说明\n"
    office.apply(local_time("2026-12-28 11:00"))
    with office.db.reading() as session:
        assert not current(session).office.calendar.is_workday(date(2026, 12, 31))

    office.files["calendar/2027.json"] = (
        '{"year": 2027, "days": [{"date": "2026-12-26", "isOffDay": false, "name": "元旦"},'
        '{"date": "2027-01-01", "isOffDay": true, "name": "元旦"}]}'
    )
    office.apply(local_time("2026-12-28 12:00"))

    with office.db.reading() as session:
        live = current(session)
        assert live.office.calendar.years == {2023, 2024, 2025, 2026, 2027}
        assert live.office.calendar.is_workday(date(2026, 12, 26))
    assert {row.provisional for row in owed(office)} == {False}
    assert counted(office, NoticeRow, NoticeRow.kind == "calendar-moved") > 50


def test_the_later_notice_keeps_december_whatever_comes_after(office, local_time):
    bring(office, EARLIER, local_time("2026-12-28 10:00"))
    bring(
        office,
        Notice(2026, {date(2026, 12, 26): False, date(2026, 12, 24): False}, {}),
        local_time("2026-12-28 11:00"),
    )

    with office.db.reading() as session:
        found = current(session).office.calendar
    assert found.is_workday(date(2026, 12, 26))
    assert not found.is_workday(date(2026, 12, 24))


def test_the_clerk_is_asked_weekly_then_daily_until_the_year_is_there(world, local_time):
    world.apply(local_time("2026-10-20 09:00"))
    heard: list[str] = []
    for number in range(1, 62):
        day = date.fromordinal(date(2026, 10, 31).toordinal() + number)
        for message in world.at(f"{day} 08:40") + world.at(f"{day} 15:00"):
            if "2027年放假安排尚未导入" in message.title:
                heard.append(f"{day:%m-%d} {message.recipient_key}")

    assert [each.split()[0] for each in heard] == [
        "11-02", "11-09", "11-16", "11-23", "11-30", "12-07",
        "12-10", "12-11", "12-14", "12-15", "12-16", "12-17", "12-18", "12-21", "12-22", "12-23", "12-24", "12-25", "12-28",
        "12-29", "12-30", "12-31",
    ]  # fmt: skip
    assert {each.split()[1] for each in heard} == {"wangmin"}

    bring(world, EARLIER, local_time("2026-12-31 16:00"))
    with world.db.reading() as session:
        row = session.scalars(select(ScheduleRow).where(ScheduleRow.kind == "calendar")).one()
    assert row.next_at == local_time("2027-11-01 08:40")


def test_from_20_december_the_missing_year_is_a_red_line_of_the_summary(world, local_time):
    world.apply(local_time("2026-12-14 09:00"))
    said = {}
    for day in ("2026-12-19", "2026-12-20"):
        now = local_time(f"{day} 16:30")
        with world.db.reading() as session:
            live = current(session)
            report = overdue(session, live, now=now)
        summary = SummaryMessage(report=report, recipient_name="", tz=live.office.tz, answer_by=now)
        said[day] = (
            report.missing_year,
            "【红】2027年放假安排尚未导入" in world.texts.message(summary, "zh_CN").body,
        )
        assert report.to_json()["missing_year"] == report.missing_year

    assert said == {"2026-12-19": (None, False), "2026-12-20": (2027, True)}


def test_looking_twice_asks_once(world, local_time):
    world.apply(local_time("2026-12-01 09:00"))
    first = world.at("2026-12-10 08:40")
    with world.db.writing.begin() as session:
        row = session.scalars(select(ScheduleRow).where(ScheduleRow.kind == "calendar")).one()
        row.next_at = row.opened_through = local_time("2026-12-09 08:40")

    again = world.at("2026-12-10 15:00")

    assert [m.recipient_key for m in first if "尚未导入" in m.title] == ["wangmin"]
    assert [m for m in again if "尚未导入" in m.title] == []
