"""Steps that somebody has to agree to: nothing follows before, what is handed in asks until it is looked at, a return opens it."""

from datetime import date

import pytest

from schedules.dues import Due, due_instant
from schedules.errors import Refused
from tasks.duties.due import move_due
from tasks.duties.duty import load

STEPS = """\
report:
  title: 年度报告
  when: {dates: [2026-12-10]}
  who: {people: [xuli], responsible: {role: justice-head}}
  done: {all: [draft, print]}
  steps:
    draft:
      title: 初稿
      owed_by: responsible
      due: {before: due, by: 5 workdays}
      evidence: {held_on: date}
      approve: {role: deputy-secretary}
    print: {title: 印发, owed_by: responsible, after: draft, from: held_on, within: 5 workdays}
  remind: [{at: open}, {before: draft, by: 6 workdays}, {before: draft, by: 3 workdays}, {before: print, by: 1 workday}]
"""
HANDED_IN = {"held_on": "2026-11-25"}


@pytest.fixture
def handed_in(desk):
    """The draft was handed in on Wednesday 25 November at 09:00."""
    desk.begin(STEPS)
    desk.world.open(desk.local("2026-11-25 08:40"))
    desk.at("2026-11-25 08:40")
    desk.confirm(desk.duty("draft").id, "2026-11-25 09:00", by="liqiang", evidence=HANDED_IN)
    return desk


def test_what_follows_opens_when_it_is_agreed_to(handed_in):
    draft = handed_in.duty("draft")
    assert (draft.state, handed_in.duty("print")) == ("submitted", None)

    handed_in.approve(draft.id, "2026-11-27 10:00", by="xuwenjing")

    following = handed_in.duty("print")
    assert (following.state, following.due_on) == ("open", date(2026, 12, 2))
    assert handed_in.again(draft.id).next_at is None
    assert (handed_in.again(draft.id).done_on, handed_in.again(draft.id).state) == (
        date(2026, 11, 25),
        "done",
    )


def test_who_approves_is_told_soon_and_every_second_working_day_until_it_is_looked_at(handed_in):
    (message,) = handed_in.at("2026-11-25 15:00")
    assert message.recipient_key == "xuwenjing"
    assert message.title == "【待审】年度报告：初稿"
    assert "已由司法所负责人报办结，请审核" in message.body
    assert message.link_obligation == handed_in.duty("draft").id

    assert handed_in.told("2026-11-26 15:00") == []
    assert handed_in.told("2026-11-27 15:00") == ["xuwenjing"]
    handed_in.approve(handed_in.duty("draft").id, "2026-11-30 10:00", by="xuwenjing")
    assert "xuwenjing" not in handed_in.told("2026-12-01 15:00")


def test_nobody_is_told_of_what_was_agreed_to_while_the_message_waited(handed_in):
    handed_in.world.sweep(handed_in.local("2026-11-25 15:00"))
    handed_in.approve(handed_in.duty("draft").id, "2026-11-25 15:01", by="xuwenjing")

    assert "xuwenjing" not in [
        each.recipient_key for each in handed_in.world.deliver(handed_in.local("2026-11-25 15:02"))
    ]


def test_a_return_opens_it_and_the_next_record_asks_anew(handed_in):
    draft = handed_in.duty("draft").id
    handed_in.at("2026-11-25 15:00")

    handed_in.give_back(draft, "2026-11-26 09:00", by="xuwenjing")

    assert handed_in.again(draft).state == "open"
    assert handed_in.duty("print") is None
    assert handed_in.told("2026-11-26 09:01") == ["liqiang"], "with the reason"
    assert handed_in.told("2026-11-30 08:40") == ["liqiang"], "the ladder goes on"
    handed_in.confirm(draft, "2026-11-30 10:00", by="liqiang", evidence=HANDED_IN)
    assert handed_in.told("2026-11-30 15:00") == ["xuwenjing"]


def test_a_record_that_is_taken_back_and_given_again_asks_anew(handed_in):
    draft = handed_in.duty("draft").id
    handed_in.at("2026-11-25 15:00")
    handed_in.undo(draft, "2026-11-25 16:00", by="liqiang")
    handed_in.confirm(draft, "2026-11-25 16:10", by="liqiang", evidence=HANDED_IN)

    assert handed_in.told("2026-11-26 08:40") == ["xuwenjing"]


def test_what_was_agreed_to_is_taken_back_with_what_followed(handed_in):
    draft = handed_in.duty("draft").id
    handed_in.approve(draft, "2026-11-26 10:00", by="xuwenjing")

    with pytest.raises(Refused):
        handed_in.undo(draft, "2026-11-26 11:00", by="liqiang")
    handed_in.undo(draft, "2026-11-26 11:00", by="xuwenjing")

    assert (handed_in.again(draft).state, handed_in.duty("print").state) == ("open", "cancelled")


def test_only_the_role_or_who_stands_in_agrees(handed_in):
    draft = handed_in.duty("draft").id
    with pytest.raises(Refused):
        handed_in.approve(draft, "2026-11-26 10:00", by="liqiang")
    handed_in.absence("xuwenjing", "2026-11-26", "2026-11-28", "zhangjianguo", at="2026-11-25 10:00")

    handed_in.approve(draft, "2026-11-26 10:00", by="zhangjianguo")

    assert handed_in.again(draft).state == "done"


def test_the_deputy_of_who_approves_is_told(handed_in):
    handed_in.absence("xuwenjing", "2026-11-25", "2026-11-28", "zhangjianguo", at="2026-11-25 10:00")

    (message,) = handed_in.at("2026-11-25 15:00")

    assert message.recipient_key == "zhangjianguo"
    assert message.body.startswith("代徐文静：")


def test_a_date_that_moves_meanwhile_does_not_silence_who_approves(handed_in):
    now = handed_in.local("2026-11-25 10:00")
    day = date(2026, 12, 8)
    with handed_in.world.writing() as (session, live):
        duty = load(session, handed_in.duty("draft").id)
        due = Due(day, due_instant(day, None, live.office))
        assert move_due(session, live, duty, due, kind="manual", reason="改期", now=now, new_epoch=False)

    assert handed_in.told("2026-11-25 15:00") == ["xuwenjing"]
