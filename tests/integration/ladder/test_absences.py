"""Leave and deputies: who is told is decided at sending, changes by itself at the boundary days, and both names are kept."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from sqlalchemy import select

from models.people import RouteRow
from schedules.errors import NotFound, Refused
from tasks.roster.absences import absences, away_on, end_absence, proposed_leave
from tasks.roster.stand_in import Leave, StandIns

DAILY = """\
report:
  title: 日报
  when: {dates: [2026-11-30]}
  who: {people: [xuli]}
  remind:
    - {before: due, by: 4 workdays}
    - {before: due, by: 3 workdays, to: [assignee, deputy]}
    - {before: due, by: 2 workdays, to: deputy}
    - {on: due}
    - {after: due, by: 1 workday, to: unit-head}
"""


def of_ladders(sent):
    """What rungs said, without the clerk's weekly word about the calendar of next year."""
    return [message for message in sent if "放假安排" not in message.title]


def test_the_deputy_is_told_from_the_first_day_until_the_return_and_both_names_are_kept(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-11-25", "2026-11-30", "tangning")

    assert desk.told("2026-11-24 08:40") == ["xuli"]
    (message,) = desk.at("2026-11-25 08:40")
    assert message.recipient_key == "tangning"
    assert message.body.startswith("代徐莉：“日报”应于11月30日")
    assert "办理：" in message.body
    assert desk.told("2026-11-26 08:40") == ["tangning"]
    assert desk.told("2026-11-30 08:40") == ["xuli"], "back on the day"
    assert desk.reminders(desk.duty().id) == [
        ("xuli", None, None),
        ("tangning", None, "徐莉 → 唐宁（代）"),
        ("tangning", None, "徐莉 → 唐宁（代）"),
        ("tangning", None, "徐莉 → 唐宁（代）"),
        ("xuli", None, None),
    ]


def test_without_a_deputy_the_head_is_told(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-11-24", "2026-11-26")

    assert desk.told("2026-11-24 08:40") == ["majun"]


def test_a_head_on_leave_is_stood_in_for_as_a_supervisor_too(desk):
    desk.begin(DAILY)
    desk.absence("majun", "2026-12-01", "2026-12-05", "tangning")
    for day in ("11-24", "11-25", "11-26", "11-30"):
        desk.at(f"2026-{day} 08:40")

    (message,) = desk.at("2026-12-01 08:40")

    assert message.recipient_key == "tangning"
    assert message.body.startswith("代马军：唐宁：您负责的综治办有1项逾期")


def test_whoever_stands_in_may_record_it_and_nobody_else(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-11-24", "2026-11-26", "tangning")
    desk.at("2026-11-24 08:40")
    duty = desk.duty().id

    with pytest.raises(Refused):
        desk.confirm(duty, "2026-11-24 09:00", by="wutao")
    desk.confirm(duty, "2026-11-24 09:00", by="tangning")

    assert desk.again(duty).state == "done"


def test_a_message_that_waits_over_the_boundary_goes_to_whom_it_belongs_then(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-11-25", "2026-11-30", "tangning")
    desk.world.open(desk.local("2026-11-24 08:40"))
    desk.world.sweep(desk.local("2026-11-24 08:41"))

    sent = desk.world.deliver(desk.local("2026-11-25 00:00"))
    sent += desk.world.deliver(desk.local("2026-11-25 00:01"))

    assert [message.recipient_key for message in of_ladders(sent)] == ["tangning"]
    assert desk.reminders(desk.duty().id) == [
        ("tangning", None, "徐莉 → 唐宁（代）"),
        ("xuli", "moved", None),
    ]


def test_two_holders_of_a_role_on_leave_with_one_deputy_make_one_message(desk):
    desk.begin(
        "report:\n  title: 审核\n  when: {dates: [2026-11-30]}\n  who: {role: legal-reviewer}\n"
        "  remind: [{before: due, by: 4 workdays}]\n"
    )
    desk.world.open(desk.local("2026-11-24 08:40"))
    desk.world.sweep(desk.local("2026-11-24 08:41"))
    desk.absence("liqiang", "2026-11-24", "2026-11-30", "xuli", at="2026-11-24 08:42")
    desk.absence("dongjie", "2026-11-24", "2026-11-30", "xuli", at="2026-11-24 08:42")

    sent = desk.world.deliver(desk.local("2026-11-24 08:43")) + desk.world.deliver(
        desk.local("2026-11-24 08:44")
    )

    assert [message.recipient_key for message in of_ladders(sent)] == ["xuli"]


def test_of_one_audience_nobody_has_two_routes_at_a_time(desk):
    desk.begin(DAILY)
    desk.absence("liqiang", "2026-11-24", "2026-11-30", "dongjie")
    with desk.world.db.reading() as session:
        rows = session.scalars(select(RouteRow)).all()

    seen: dict[tuple[int, str, int], list[RouteRow]] = {}
    for row in rows:
        seen.setdefault((row.party_id, row.to_kind, row.recipient_id), []).append(row)
    for same in seen.values():
        ordered = sorted(same, key=lambda row: row.valid_from)
        assert all(one.valid_to <= other.valid_from for one, other in pairwise(ordered))


@pytest.mark.parametrize(
    ("first", "until", "deputy", "more"),
    [
        ("2026-12-02", "2026-12-02", None, {}),
        ("2026-12-02", "2026-12-01", None, {}),
        ("2026-12-02", "2030-12-01", None, {}),
        ("2026-12-02", "2026-12-04", "xuli", {}),
        ("2026-12-02", "2026-12-04", None, {"kind": "holiday"}),
        ("2026-12-02", "2026-12-04", None, {"by": "zhoukai"}),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(desk, first, until, deputy, more):
    desk.begin(DAILY)

    with pytest.raises(Refused):
        desk.absence("xuli", first, until, deputy, **more)
    with desk.world.db.reading() as session:
        assert absences(session, since=date(2026, 1, 1)) == []


def test_one_absence_at_a_time(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-12-01", "2026-12-05")

    with pytest.raises(Refused):
        desk.absence("xuli", "2026-12-04", "2026-12-06")
    desk.absence("xuli", "2026-12-05", "2026-12-06")


def test_deputies_in_a_circle_are_refused_only_where_the_days_meet(desk):
    desk.begin(DAILY)
    desk.absence("xuli", "2026-12-01", "2026-12-05", "tangning")
    desk.absence("tangning", "2026-12-03", "2026-12-08", "majun")

    with pytest.raises(Refused, match=r"马军 → 徐莉 → 唐宁 → 马军"):
        desk.absence("majun", "2026-12-04", "2026-12-09", "xuli")
    desk.absence("majun", "2026-12-05", "2026-12-09", "xuli")


def test_an_absence_ends_early_or_never_begins(desk):
    desk.begin(DAILY)
    number = desk.absence("xuli", "2026-11-24", "2026-11-30", "tangning")
    later = desk.absence("majun", "2026-12-10", "2026-12-12")

    def end(absence_id: int, until: str, at: str) -> None:
        with desk.world.writing() as (session, live):
            end_absence(
                session,
                live,
                absence_id=absence_id,
                until_on=date.fromisoformat(until),
                by=None,
                now=desk.local(at),
            )

    end(later, "2026-11-24", "2026-11-24 09:00")
    for until, at in (("2026-11-30", "2026-11-25 09:00"), ("2026-11-24", "2026-11-25 09:00")):
        with pytest.raises(Refused):
            end(number, until, at)
    with pytest.raises(NotFound):
        end(99, "2026-11-26", "2026-11-25 09:00")
    end(number, "2026-11-26", "2026-11-25 09:00")

    with desk.world.db.reading() as session:
        assert [(each.person, each.until_on) for each in absences(session, since=date(2026, 11, 1))] == [
            ("xuli", date(2026, 11, 26))
        ]
    assert desk.told("2026-11-26 08:40") == ["xuli"]
    assert len(desk.audited("absence-end")) == 2


def test_who_is_on_leave_on_the_day_of_a_gathering_is_proposed_as_excused(desk):
    study = desk.world.files["study.yaml"]
    desk.begin(study)
    desk.absence("xuli", "2026-11-27", "2026-11-28", "tangning")
    desk.absence("tangning", "2026-11-28", "2026-11-30")
    desk.at("2026-11-26 16:00")
    record = desk.duty("record", schedule="friday-study", key="2026-11-27").id

    with desk.world.db.reading() as session:
        assert proposed_leave(session, record, except_for=()) == {"xuli": "徐莉"}
        assert proposed_leave(session, record, except_for=("xuli",)) == {}
        assert len(away_on(session, date(2026, 11, 29))) == 1


def test_where_every_deputy_is_away_too_the_head_is_told():
    """Not the one on leave: six people on leave, each the deputy of the one before."""
    since, until = datetime(2026, 6, 8, tzinfo=UTC), datetime(2026, 6, 15, tzinfo=UTC)
    leaves = [Leave(n, since, until, n + 1) for n in range(1, 7)]
    names = {n: f"职工{n}" for n in range(1, 8)} | {9: "负责人"}

    def told(person: int, head: int | None) -> int:
        spans = StandIns(leaves, names=names, superiors=dict.fromkeys(range(1, 8), head)).spans(person)
        return next(each.person_id for each in spans if each.since <= since < each.until)

    assert told(3, 9) == 7, "four deputies on, somebody is here"
    assert told(1, 9) == 9
    assert told(1, 2) == 1, "the head is away too"
