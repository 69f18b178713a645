"""Silences by the clerk: what they hold back, that nobody forgets them, and that nothing due after their end is swallowed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post import DUTY
from sqlalchemy import select

from models.messages import MessageRow, ReminderRow, SilenceRow
from models.people import PersonRow, RecipientRow
from models.queries.pages_record import reminded
from models.queries.payload import urged
from schedules.errors import NotFound, Refused
from tasks.delivery.release import draft
from tasks.reporting.overdue import overdue
from tasks.roster.silences import LONGEST, add_silence, end_silence, silences
from tasks.wording.summary_text import written

TWO = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao, liwen]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
    - {on: due, time: "16:00"}
    - {after: due, by: 1 workday, to: [assignee, unit-head]}
other:
  title: 另一件事
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each}
  obligatory: true
  remind:
    - {before: due, by: 3 workdays}
"""
TUESDAY, THURSDAY, MONDAY = "2026-11-24 08:40", "2026-11-26 08:40", "2026-11-30 08:40"


def told(sent) -> dict[str, int]:
    """How many duties each reader is told of."""
    return {message.recipient_key: message.count for message in sent}


def end(post, number: int, at: str, *, by: str | None = None) -> None:
    with post.world.writing() as (session, live):
        end_silence(
            session, live, silence_id=number, by=post.person(by) if by else None, now=post.local(at), how="cli:test"
        )  # fmt: skip


def test_a_silent_schedule_is_told_to_nobody_and_what_is_left_goes_out(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-11-26", schedule="report")

    assert told(post.at(TUESDAY)) == {"jiangtao": 1}

    assert sorted(post.reminders(), key=str) == [None, "silenced", "silenced"]
    assert post.messages("liwen") == [("withdrawn", "app", "nothing-left")]
    assert told(post.at(THURSDAY)) == {"jiangtao": 1, "liwen": 1}


def test_a_silent_person_is_told_nothing_and_those_above_are(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-12-02", person="jiangtao")

    assert told(post.at(TUESDAY)) == {"liwen": 1}
    assert told(post.at(THURSDAY)) == {"liwen": 1}
    post.at("2026-11-27 16:00")
    late = told(post.at(MONDAY))
    assert "jiangtao" not in late
    assert late["zhenghua"] == 2, "the head of both hears of both"


def test_a_silent_schedule_tells_those_above_nothing_either(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-12-02", schedule="report")
    for moment in (TUESDAY, THURSDAY, "2026-11-27 16:00"):
        post.at(moment)

    assert post.at(MONDAY) == []


def test_of_one_schedule_and_one_person_only_that_is_silent(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-12-02", schedule="report", person="jiangtao")

    assert told(post.at(TUESDAY)) == {"jiangtao": 1, "liwen": 1}


def test_in_a_group_a_silent_person_is_not_mentioned(post):
    post.begin(reach="{level: group, people: [], group: group}", duty=TWO[: TWO.index("other:")])
    post.silence("2026-11-23 16:00", "2026-12-02", person="jiangtao")

    (message,) = post.at(TUESDAY)

    assert [each.name for each in message.mentions] == ["李雯"]


def test_a_draft_and_a_sheet_of_paper_leave_out_what_is_silent(post):
    post.begin(
        duty=DUTY.replace("by: 3 workdays}", "by: 3 workdays, release: clerk}") + TWO[TWO.index("other:") :]
    )
    post.at(TUESDAY)
    with post.world.db.reading() as session:
        held = session.scalars(select(MessageRow.id).where(MessageRow.state == "held")).one()

    def shown(at: str) -> str:
        with post.world.writing() as (session, live):
            return draft(session, live, post.world.texts, message_id=held, now=post.local(at)).body

    assert "情况报送" in shown("2026-11-24 09:00")
    post.silence("2026-11-24 10:00", "2026-12-02", schedule="report")
    assert "情况报送" not in shown("2026-11-24 10:01")


def test_the_answer_names_what_the_office_must_remind_of(post):
    post.begin(duty=TWO)

    assert post.silence("2026-11-23 16:00", "2026-12-02", person="jiangtao").obligatory == ("另一件事",)
    assert post.silence("2026-11-23 16:00", "2026-12-02", schedule="report").obligatory == ()
    assert told(post.at(TUESDAY)) == {}


@pytest.mark.parametrize(
    ("until", "reason", "schedule", "field"),
    [
        ("2026-11-23", "迁移", "report", "until"), ("2027-01-23", "迁移", "report", "until"), ("2026-12-01", "  ", "report", "reason"),
        ("2026-12-01", "迁移", None, "schedule"),
    ],
)  # fmt: skip
def test_a_silence_needs_a_near_end_a_reason_and_something_to_silence(post, until, reason, schedule, field):
    post.begin(duty=TWO)

    with post.world.writing() as (session, live), pytest.raises(Refused) as refused:
        add_silence(
            session, live, schedule=schedule, person_id=None, until=date.fromisoformat(until), reason=reason, by=None,
            now=post.local("2026-11-23 16:00"),
        )  # fmt: skip

    assert refused.value.field == field


def test_the_longest_silence_is_taken_and_no_second_one_of_the_same(post):
    post.begin(duty=TWO)
    until = (date(2026, 11, 23) + LONGEST).isoformat()
    post.silence("2026-11-23 16:00", until, schedule="report")

    with pytest.raises(Refused):
        post.silence("2026-11-23 16:01", "2026-12-01", schedule="report")
    with pytest.raises(Refused):
        post.silence("2026-11-23 16:01", "2026-12-01", schedule="report", by="liwen")
    with pytest.raises(NotFound):
        post.silence("2026-11-23 16:01", "2026-12-01", schedule="reports")


def test_one_that_was_ended_early_keeps_its_row_and_silences_nothing_any_more(post):
    post.begin(duty=TWO)
    (number,) = post.silence("2026-11-23 16:00", "2026-12-02", schedule="report").ids
    end(post, number, "2026-11-23 17:00", by="wangmin")

    assert told(post.at(TUESDAY)) == {"jiangtao": 2, "liwen": 1}
    with post.world.db.reading() as session:
        row = session.get_one(SilenceRow, number)
        assert (row.until_on, row.ended_by) == (date(2026, 12, 2), f"person:{post.person('wangmin')}")
    with pytest.raises(Refused):
        end(post, number, "2026-11-23 17:01")
    with pytest.raises(NotFound):
        end(post, 999, "2026-11-23 17:01")
    post.audit("2026-12-02 08:40")
    assert post.notices("silence-over") == []


def test_its_author_is_told_once_when_it_is_over(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-11-26", schedule="report", by="wangmin")

    assert post.audit("2026-11-25 23:59") == 0
    assert post.audit("2026-11-26 00:01") == 1
    assert post.audit("2026-11-26 00:02") == 0
    (message,) = [
        each for each in post.deliver(post.local("2026-11-26 08:40")) if each.recipient_key == "wangmin"
    ]

    assert message.title == "静默已结束"
    assert "“情况报送”，所有人：今天起恢复提醒。\n静默原因：系统迁移" in message.body


def test_of_one_that_was_begun_at_a_shell_the_clerks_are_told(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-11-26", schedule="report")
    post.audit("2026-11-26 08:00")

    assert post.notices("silence-over") == ["wangmin"]


def test_running_silences_stand_in_the_summary_of_whoever_sees_everything(post):
    post.begin(duty=TWO)
    post.silence("2026-11-23 16:00", "2026-12-05", person="jiangtao", by="wangmin")
    for moment in (TUESDAY, THURSDAY, MONDAY):
        post.at(moment)
    now = post.local("2026-11-30 09:00")

    with post.world.writing() as (session, live):
        report = overdue(session, live, now=now)
        reader = session.get_one(PersonRow, post.person("wangmin"))
        whole = written(
            live, post.world.texts, report, reader, send_at=now, released=True, overheard=False
        ).body
        units = {unit.unit_id or 0 for unit in report.units if unit.key == "chengjianban"}
        part = written(
            live, post.world.texts, report.under(units), reader, send_at=now, released=True, overheard=False
        ).body

    assert "静默：江涛的所有事项，12月5日恢复（王敏：系统迁移）" in whole
    assert "静默" not in part
    assert [each.to_json()["person"] for each in report.silences] == ["jiangtao"]


def test_of_a_sealed_schedule_the_summary_does_not_even_tell_the_title(post):
    post.begin(duty=TWO.replace("  title: 情况报送\n", "  title: 情况报送\n  privacy: sealed\n"))
    post.silence("2026-11-23 16:00", "2026-12-05", schedule="report")

    with post.world.writing() as (session, live):
        (found,) = silences(session, live, today=date(2026, 11, 24))

    assert "情况报送" in found.what.text(str)
    assert "情况报送" not in found.told.text(str)
    assert found.cleaned(str).reason == ""
    assert replace(found, privacy="case").cleaned(str, overheard=True).reason == ""
    assert replace(found, privacy="case").cleaned(str).reason == "系统迁移"


def test_a_silenced_request_for_a_signature_climbs_to_nobody(post):
    signed = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays, acknowledge: {within: 1 workday, else: unit-head}}
"""
    post.begin(duty=signed)
    post.silence("2026-11-23 16:00", "2026-11-25", schedule="report")
    post.at(TUESDAY)

    assert post.at("2026-11-25 08:40") == []


def test_a_message_counts_as_urging_only_for_what_it_spoke_of(post):
    post.begin(duty=TWO.replace("  obligatory: true\n", ""))
    post.silence("2026-11-23 16:00", "2026-11-25", schedule="report")
    post.at(TUESDAY)

    with post.world.db.reading() as session:
        duties = {key: post.duty("jiangtao", key) for key in ("report", "other")}
        assert urged(session, list(duties.values())) == {duties["other"]: 1}
        assert reminded(session, duties["report"]) == (0, None)


MORNINGS = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao, liwen]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
    - {on: due}
    - {after: due, by: 1 workday, to: [assignee, unit-head]}
    - {after: due, by: 3 workdays}
"""
FIRST = date(2026, 11, 23)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    begins=st.integers(0, 9),
    lasts=st.integers(1, 9),
    schedule=st.sampled_from([None, "report"]),
    person=st.sampled_from([None, "jiangtao", "zhenghua"]),
)
def test_a_silence_swallows_what_falls_into_it_and_nothing_else(post, begins, lasts, schedule, person):
    since = FIRST + timedelta(days=begins)
    until = since + timedelta(days=lasts)
    post.again(duty=MORNINGS)
    for day in (FIRST + timedelta(days=n) for n in range(17)):
        if day == since and (schedule or person):
            post.silence(f"{day} 00:01", until.isoformat(), schedule=schedule, person=person)
        post.at(f"{day} 08:40")

    with post.world.db.reading() as session:
        query = select(ReminderRow.at, ReminderRow.withdrawn, RecipientRow.key).join(
            RecipientRow, RecipientRow.id == ReminderRow.recipient_id
        )
        rows = session.execute(query).all()
    assert len(rows) > 10
    for at, withdrawn, reader in rows:
        covered = since <= post.day(at) < until and (schedule or person) and person in (None, reader)
        assert withdrawn == ("silenced" if covered else None)
