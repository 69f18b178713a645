"""What follows from a ladder's corners: excused parts, approvals that wait, leavers, late openings, and days that move."""

from datetime import date

import pytest

from models.people import PartyRow
from schedules.calendar import Override
from schedules.errors import Refused
from tasks.days.by_hand import move, skip
from tasks.days.calendar_change import import_days
from tasks.duties.children import ChildEntry
from tasks.duties.confirm import confirm
from tasks.open import resume_by_hand
from tasks.pausing import pause

DRAFT = """\
report:
  title: 年度报告
  when: {dates: [2026-12-10]}
  who: {people: [xuli], responsible: {role: justice-head}}
  done: {all: [draft]}
  steps:
    draft: {title: 初稿, owed_by: responsible, due: {before: due, by: 5 workdays}, approve: {role: deputy-secretary}}
  remind: [{at: open}, {before: draft, by: 6 workdays}, {before: draft, by: 3 workdays}]
"""
LISTS = """\
report:
  title: 会议
  when: {dates: [2026-12-10]}
  who: {people: [xuli], responsible: {role: justice-head}, assist: {units: [综治办, 党建办]}}
  done: {all: [meet]}
  steps:
    collect: {title: 报清单, owed_by: assist, due: {before: due, by: 5 workdays}, evidence: {list: text}}
    meet: {title: 开会, owed_by: responsible, after: collect, within: 5 workdays}
  remind: [{at: open}, {before: collect, by: 6 workdays}, {before: meet, by: 3 workdays}]
"""
REVIEW = """\
report:
  title: 研判
  when: {dates: [2026-12-10], opens: 30 days before}
  who: {people: [xuli], responsible: {role: justice-head}}
  done: {all: [minutes, children]}
  steps:
    minutes: {title: 纪要, owed_by: responsible, due: {before: due, by: 1 workday}, approve: {role: deputy-secretary}}
  children:
    from: minutes
    template: {title: 问题名称, owner: 牵头单位, due: 完成时限}
    remind: [{at: open}, {before: due, by: 1 workday}]
  remind: [{at: open}, {before: minutes, by: 3 workdays}]
"""
EACH = """\
report:
  title: 台账
  when: {dates: [2026-12-10], opens: 30 days before}
  who: {tags: [临聘]}
  done: {by: each}
  remind: [{at: open}]
"""
SIGN = """\
report:
  title: 月报
  when: {dates: [2026-11-30], opens: 20 days before}
  who: {people: [xuli]}
  remind:
    - before: due
      by: 5 workdays
      acknowledge: {within: 2 workdays, else: [unit-head]}
      repeat: {every: 2 workdays, most: 2}
    - {before: due, by: 4 workdays}
"""


@pytest.fixture
def drafted(desk):
    """The draft was handed in on Wednesday morning and waits for approval."""
    desk.begin(DRAFT)
    desk.world.open(desk.local("2026-11-25 08:40"))
    desk.at("2026-11-25 08:40")
    desk.confirm(desk.duty("draft").id, "2026-11-25 09:00", by="liqiang")
    return desk


def hand_in(desk, at: str, due: str) -> None:
    """Record the minutes with one item for a unit."""
    obligation_id = desk.duty("minutes").id
    with desk.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=obligation_id, by=None, evidence={}, files={}, note=None, how="cli", now=desk.local(at),
            done_on=date.fromisoformat(at[:10]), children=[ChildEntry(title="问题一", owner="综治办", due_on=date.fromisoformat(due))],
        )  # fmt: skip


def by_owner(desk) -> dict[str, int]:
    with desk.world.db.reading() as session:
        return {session.get_one(PartyRow, row.party_id).key: row.id for row in desk.duties()}


def rest_day(desk, day: str, at: str) -> None:
    off = Override(day=date.fromisoformat(day), is_workday=False, name="停工", reason="暴雨")
    with desk.world.db.writing.begin() as session:
        import_days(session, [off], by="test", now=desk.local(at))


def leave(desk, person: str, at: str) -> None:
    roster = desk.world.files["people.csv"].splitlines(keepends=True)
    desk.world.files["people.csv"] = "".join(row for row in roster if not row.startswith(f"{person},"))
    desk.world.apply(desk.local(at))


def test_who_approves_is_told_after_a_schedule_stood_still(drafted):
    with drafted.world.writing() as (session, live):
        pause(
            session,
            live,
            key="report",
            until=None,
            reason="停",
            actor="cli",
            now=drafted.local("2026-11-25 09:30"),
        )
    assert drafted.told("2026-11-25 15:00") == []
    with drafted.world.writing() as (session, live):
        resume_by_hand(
            session, live, key="report", reason="续", actor="cli", now=drafted.local("2026-11-25 16:00")
        )

    told = [each for day in (26, 27, 30) for each in drafted.told(f"2026-11-{day} 08:40")]
    assert "xuwenjing" in told


def test_who_approves_is_told_though_the_whole_moves_meanwhile(drafted):
    drafted.world.sweep(drafted.local("2026-11-25 15:00"))
    with drafted.world.writing() as (session, live):
        move(
            session, live, schedule="report", key="2026-12-10", to=date(2026, 12, 14), reason="改期", actor="cli",
            now=drafted.local("2026-11-25 15:01"),
        )  # fmt: skip

    told = [message.recipient_key for message in drafted.world.deliver(drafted.local("2026-11-25 15:02"))]
    told += [each for at in ("25 16:00", "26 08:40", "26 15:00") for each in drafted.told(f"2026-11-{at}")]
    assert "xuwenjing" in told


def test_excusing_the_last_opens_what_follows(desk):
    desk.begin(LISTS)
    desk.world.open(desk.local("2026-11-25 08:40"))
    desk.at("2026-11-25 08:40")
    one, two = desk.duties(part="collect")
    desk.confirm(one.id, "2026-11-25 09:00", evidence={"list": "甲"})

    desk.waive(two.id, "2026-11-25 10:00")

    assert desk.duty("meet").state == "open"


def test_items_are_told_of_once_the_minutes_are_agreed_to(desk):
    desk.begin(REVIEW)
    hand_in(desk, "2026-11-25 09:00", "2026-12-31")
    assert "majun" not in desk.told("2026-11-25 15:00")

    desk.give_back(desk.duty("minutes").id, "2026-11-26 09:00", by="xuwenjing")
    hand_in(desk, "2026-11-26 10:00", "2026-12-31")
    assert "majun" not in desk.told("2026-11-26 10:01")
    desk.approve(desk.duty("minutes").id, "2026-11-26 11:00", by="xuwenjing")

    assert "majun" in desk.told("2026-11-26 15:00")


def test_the_ladder_of_an_item_follows_the_calendar(desk):
    desk.begin(REVIEW.replace(", approve: {role: deputy-secretary}", ""))
    hand_in(desk, "2026-11-25 09:00", "2026-12-10")
    desk.at("2026-11-25 15:00")
    assert desk.duty("child").next_at == desk.local("2026-12-09 08:40")

    rest_day(desk, "2026-12-09", "2026-11-26 10:00")

    assert desk.duty("child").next_at == desk.local("2026-12-08 08:40")


def test_a_step_still_open_in_a_closed_whole_follows_the_calendar(desk):
    desk.begin(
        REVIEW.replace("done: {all: [minutes, children]}", "done: {all: [minutes]}")
        .replace(", approve: {role: deputy-secretary}", "")
        .replace(
            "  children:\n",
            "    tidy: {title: 归档, owed_by: responsible, due: {before: due, by: 2 workdays}}\n  children:\n",
        )
    )
    hand_in(desk, "2026-11-25 09:00", "2026-12-31")
    assert desk.duty("tidy").due_on == date(2026, 12, 8)

    rest_day(desk, "2026-12-09", "2026-11-26 10:00")

    assert desk.duty("tidy").due_on == date(2026, 12, 7)


def test_when_the_last_who_owes_it_leaves_the_whole_is_closed(desk):
    desk.begin(EACH)
    mine = by_owner(desk)
    for person, obligation_id in mine.items():
        if person != "tangning":
            desk.confirm(obligation_id, "2026-11-24 09:00")
    assert desk.occurrence(mine["tangning"]) == "open"

    leave(desk, "tangning", "2026-11-24 10:00")
    desk.at("2026-11-24 10:01")

    assert (desk.again(mine["tangning"]).state, desk.occurrence(mine["tangning"])) == ("withdrawn", "closed")


def test_what_is_taken_back_opens_nothing_for_who_left(desk):
    desk.begin(EACH.replace("{by: each}", "{by: each, quorum: 60%}"))
    mine = by_owner(desk)
    others = [obligation_id for person, obligation_id in mine.items() if person != "tangning"]
    for obligation_id in others:
        desk.confirm(obligation_id, "2026-11-24 09:00")
    assert desk.again(mine["tangning"]).closed_why == "quorum"
    leave(desk, "tangning", "2026-11-24 10:00")
    desk.at("2026-11-24 10:01")

    desk.undo(others[0], "2026-11-24 11:00")

    assert desk.again(mine["tangning"]).state != "open"


@pytest.mark.parametrize(("within", "climbs"), [("2 workdays", "27 08:40"), ("1 workday", "26 08:40")])
def test_a_late_opening_climbs_from_when_the_signature_is_asked_for(desk, within, climbs):
    """Five working days before are over on Tuesday afternoon; the repeat of Wednesday asks first."""
    desk.begin(SIGN.replace("2 workdays, else", f"{within}, else"), "2026-11-24 10:00")

    told = {
        at: desk.told(f"2026-11-{at}") for at in ("24 15:00", "25 08:40", "26 08:40", "27 08:40", "30 08:40")
    }

    assert [at for at, people in told.items() if "majun" in people][:1] == [climbs], told


def test_nothing_of_a_skipped_occurrence_is_taken_back(desk):
    desk.begin(EACH)
    one = min(by_owner(desk).values())
    desk.confirm(one, "2026-11-24 09:00")
    with desk.world.writing() as (session, live):
        skip(
            session,
            live,
            schedule="report",
            key="2026-12-10",
            reason="不开",
            actor="cli",
            now=desk.local("2026-11-24 10:00"),
        )

    with pytest.raises(Refused, match="cancelled as a whole"):
        desk.undo(one, "2026-11-24 11:00")
