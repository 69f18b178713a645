"""Pausing a schedule; moving and skipping one occurrence: with a reason, the rule's own day kept."""

from datetime import date

import pytest
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import AuditRow, DueChangeRow, OccurrenceRow
from models.schedules import OccurrenceOverrideRow, SchedulePauseRow
from schedules.errors import NotFound, Refused
from schedules.preview import preview
from tasks.days.by_hand import move, skip
from tasks.duties.records import as_recorded
from tasks.events import record_event
from tasks.live import current
from tasks.open import resume_by_hand
from tasks.pausing import pause
from tasks.reporting.overdue import overdue

WEEKLY = """\
report:
  title: 周报
  for_each:
    a: {title: 综治, owner: {unit: 综治办}}
    b: {title: 城建, owner: {unit: 城建办}}
  when: {weekly: 周五, missed: all}
  remind: [{before: due, by: 1 workday}, {on: due}, {after: due, by: 1 workday}]
"""


@pytest.fixture
def weekly(office):
    office.write(weekly_yaml=WEEKLY)
    office.begin("2026-11-23 09:00")
    return office


def on_hold(
    office, now: str, *, key: str = "report", until: str | None = None, reason: str = "防汛"
) -> list[str]:
    with office.world.writing() as (session, live):
        end = date.fromisoformat(until) if until else None
        return pause(session, live, key=key, until=end, reason=reason, actor="cli:test", now=office.at(now))


def resumed(office, now: str, *, key: str = "report", reason: str = "汛情解除") -> list[str]:
    with office.world.writing() as (session, live):
        return resume_by_hand(session, live, key=key, reason=reason, actor="cli:test", now=office.at(now))


def moved(office, now: str, key: str, to: str, *, schedule: str = "report.a", reason: str = "调休"):
    with office.world.writing() as (session, live):
        return move(
            session, live, schedule=schedule, key=key, to=date.fromisoformat(to), reason=reason, actor="cli:test",
            now=office.at(now),
        )  # fmt: skip


def skipped(office, now: str, key: str, *, schedule: str = "report.a", reason: str = "并入大会"):
    with office.world.writing() as (session, live):
        return skip(
            session, live, schedule=schedule, key=key, reason=reason, actor="cli:test", now=office.at(now)
        )


def foreseen(office, schedule: str, first: str, last: str) -> dict[str, object]:
    with office.world.db.reading() as session:
        recorded = as_recorded(session, current(session).office)
    shown = preview(recorded, [schedule], date.fromisoformat(first), date.fromisoformat(last))
    return {item["key"]: item["date"] or item["skipped"] for item in shown}


# ── pausing ─────────────────────────────────────────────────
def test_while_it_is_paused_nothing_opens_and_nobody_is_reminded(weekly):
    weekly.world.at("2026-11-26 08:40")
    assert weekly.states("report.a") == {"2026-11-27 zongzhiban": "open"}

    assert on_hold(weekly, "2026-11-26 10:00") == ["report.a", "report.b"]

    for moment in ("2026-11-27 08:40", "2026-11-30 08:40", "2026-12-03 08:40"):
        assert not [m for m in weekly.world.at(moment) if "周报" in m.body], moment
    (only,) = weekly.seen("report.a")
    assert (only.state, only.next_at, only.due_on) == ("open", None, date(2026, 11, 27))
    with weekly.world.writing() as (session, live):
        report = overdue(session, live, now=weekly.at("2026-12-03 09:00"), units=None)
    assert not [item for item in report.items if item.schedule.startswith("report.")]


def test_a_message_that_waited_when_it_was_paused_is_not_sent(weekly):
    now = weekly.at("2026-11-26 08:40")
    weekly.world.open(now)
    weekly.world.sweep(now)
    on_hold(weekly, "2026-11-26 08:40")

    assert not [message for message in weekly.world.deliver(now) if "周报" in message.body]


def test_after_a_pause_it_goes_on_with_what_is_to_come(weekly):
    weekly.world.at("2026-11-26 08:40")
    on_hold(weekly, "2026-11-26 10:00")
    for moment in ("2026-11-27 08:40", "2026-12-03 08:40", "2026-12-10 08:40"):
        weekly.world.at(moment)

    resumed(weekly, "2026-12-10 10:00")

    seen = {each.key: each for each in weekly.seen("report.a")}
    assert set(seen) == {"2026-11-27", "2026-12-11"}, "what passed meanwhile is not made up for"
    assert seen["2026-11-27"].next_at is None
    assert seen["2026-12-11"].next_at is not None
    weekly.world.at("2026-12-11 08:40")
    assert weekly.row("report.a").paused_at is None
    with weekly.world.db.reading() as session:
        trail = session.scalars(select(SchedulePauseRow).order_by(SchedulePauseRow.id)).all()
        acts = session.scalars(select(AuditRow.act).where(AuditRow.subject_kind == "schedule")).all()
    assert {(row.reason, row.end_reason, row.began_by, row.ended_by) for row in trail} == {
        ("防汛", "汛情解除", "cli:test", "cli:test")
    }
    assert sorted(acts) == ["pause", "pause", "resume", "resume"]


def test_a_pause_until_a_day_ends_by_itself(weekly):
    on_hold(weekly, "2026-11-23 10:00", until="2026-12-07")
    assert weekly.row("report.a").next_at == weekly.at("2026-12-07 00:00")

    weekly.world.at("2026-12-03 08:40")
    assert weekly.seen("report.a") == []
    weekly.world.at("2026-12-07 00:00")
    assert weekly.row("report.a").paused_at is None
    weekly.world.at("2026-12-10 08:40")
    assert [each.key for each in weekly.seen("report.a")] == ["2026-12-11"]


def test_a_new_definition_does_not_end_a_pause(weekly):
    on_hold(weekly, "2026-11-23 10:00")
    weekly.write(weekly_yaml=WEEKLY.replace("周报", "周报表"))
    weekly.apply("2026-11-24 09:00")
    weekly.world.at("2026-11-26 08:40")

    assert weekly.seen("report.a") == []


def test_a_paused_summary_is_not_drafted(weekly):
    on_hold(weekly, "2026-11-23 10:00", key="overdue-weekly")
    weekly.world.at("2026-11-27 16:30")
    with weekly.world.db.reading() as session:
        assert session.scalars(select(MessageRow.id).where(MessageRow.state == "held")).all() == []

    resumed(weekly, "2026-11-30 10:00", key="overdue-weekly")

    assert weekly.row("overdue-weekly").next_at == weekly.at("2026-12-04 16:30")


def test_the_silence_of_those_at_work_outlasts_a_pause(office):
    office.begin("2026-11-23 09:00")
    submit = next(
        each
        for each in office.seen("enforcement-certificate")
        if each.part == "submit" and "0004" in each.key
    )
    office.confirm(submit.id, "2026-11-24 10:00", done_on="2026-11-24", receipt="回执3号")
    main = [
        each for each in office.seen("enforcement-certificate") if each.part == "" and each.key == submit.key
    ]
    on_hold(office, "2026-11-24 11:00", key="enforcement-certificate")
    resumed(office, "2026-11-26 11:00", key="enforcement-certificate")

    again = [
        each for each in office.seen("enforcement-certificate") if each.part == "" and each.key == submit.key
    ]
    assert main[0].next_at is not None
    assert again[0].next_at == main[0].next_at


def test_an_open_session_moves_with_its_announcement(office):
    office.apply("2026-11-23 09:00")
    for moment in ("2026-11-23 09:00", "2026-11-26 08:40"):
        office.world.at(moment)
    decided = moved(
        office, "2026-11-26 10:00", "2026-11-27", "2026-11-30", schedule="friday-study", reason="周五防汛检查"
    )

    assert (decided.rule_on, decided.duties) == (date(2026, 11, 27), 1)
    (record,) = [
        each for each in office.seen("friday-study") if each.part == "record" and each.key == "2026-11-27"
    ]
    assert record.due_on == date(2026, 12, 1)
    assert not [m for m in office.world.at("2026-11-26 16:00") if m.recipient_key == "group"]
    posts = [m.body for m in office.world.at("2026-11-27 16:00") if m.recipient_key == "group"]
    assert ["11月30日（周一）15:00" in body for body in posts] == [True], posts


def test_what_is_taken_back_under_a_pause_stays_silent(weekly):
    weekly.world.at("2026-11-26 08:40")
    on_hold(weekly, "2026-11-26 10:00", key="report.a")
    with weekly.world.db.writing.begin() as session:
        row = session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == "2026-11-27")).first()
        assert row is not None
    weekly.world.sweep(weekly.at("2026-11-27 08:40"))

    assert [each.next_at for each in weekly.seen("report.a")] == [None]
    assert [each.next_at is None for each in weekly.seen("report.b")] == [False]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda office: on_hold(office, "2026-11-23 10:00", reason=" "), "say in a few words why it is paused"),
        (lambda office: on_hold(office, "2026-11-23 10:00", until="2026-11-23"), "the first day that counts again must lie ahead"),
        (
            lambda office: on_hold(office, "2026-11-23 10:00", key="repot"),
            "there is no schedule 'repot'; allowed: report, enforcement-certificate, enforcement-training, friday-study, half-year-review, "
            "overdue-weekly, report.a, report.b; did you mean report?",
        ),
        (lambda office: resumed(office, "2026-11-23 10:00"), "'report' is not paused"),
        (lambda office: moved(office, "2026-11-23 10:00", "2026-12-04", "2026-11-20"), "the day 20 Nov 2026 lies in the past"),
        (lambda office: moved(office, "2026-11-23 10:00", "2026-12-04", "2026-12-03", reason=""), "say in a few words why it is moved"),
        (lambda office: skipped(office, "2026-11-23 10:00", "2026-12-04", reason=""), "say in a few words why it is skipped"),
        (lambda office: skipped(office, "2026-11-23 10:00", "2026-12-05"), "'report.a' has no occurrence '2026-12-05' open or to come"),
        (
            lambda office: moved(office, "2026-11-23 10:00", "豫H0800-0007@2027-04-10", "2027-04-30", schedule="enforcement-certificate"),
            "the day is printed on the certificate",
        ),
        (
            lambda office: moved(office, "2026-11-23 10:00", "2026", "2027-03-31", schedule="enforcement-training"),
            "hours are counted by the year; its end cannot be moved",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(weekly, act, sentence):
    with pytest.raises(Refused) as refused:
        act(weekly)

    assert str(refused.value).startswith(sentence)


def test_it_is_not_paused_twice(weekly):
    on_hold(weekly, "2026-11-23 10:00")

    with pytest.raises(Refused, match="is paused already: 防汛"):
        on_hold(weekly, "2026-11-24 10:00")


# ── moving ──────────────────────────────────────────────────
def test_one_that_has_not_opened_yet_opens_for_its_new_day(weekly):
    decided = moved(weekly, "2026-11-23 10:00", "2026-12-04", "2026-12-02")
    assert (decided.rule_on, decided.duties) == (date(2026, 12, 4), 0)
    assert foreseen(weekly, "report.a", "2026-12-01", "2026-12-11") == {
        "2026-12-04": "2026-12-02", "2026-12-11": "2026-12-11",
    }  # fmt: skip

    weekly.world.at("2026-12-01 08:40")

    found = {each.key: each.due_on for each in weekly.seen("report.a")}
    assert found["2026-12-04"] == date(2026, 12, 2)
    with weekly.world.db.reading() as session:
        row = session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == "2026-12-04")).first()
        assert row is not None
        assert (row.held_on, row.moved_from) == (date(2026, 12, 2), date(2026, 12, 4))
    weekly.world.at("2026-12-03 08:40")
    assert [each.key for each in weekly.seen("report.a")].count("2026-12-04") == 1


def test_one_that_is_moved_far_opens_when_its_new_time_comes(weekly):
    moved(weekly, "2026-11-23 10:00", "2026-12-04", "2027-03-05")

    weekly.world.at("2026-12-10 08:40")
    assert "2026-12-04" not in {each.key for each in weekly.seen("report.a")}
    weekly.world.at("2027-03-04 08:40")
    assert "2026-12-04" in {each.key for each in weekly.seen("report.a")}


def test_one_whose_new_time_has_come_opens_at_once(weekly):
    decided = moved(weekly, "2026-11-23 10:00", "2026-12-04", "2026-11-24")

    assert decided.duties == 1
    assert weekly.states("report.a")["2026-12-04 zongzhiban"] == "open"


def test_an_open_one_moves_with_its_ladder_and_its_trail(weekly):
    weekly.world.at("2026-11-26 08:40")
    decided = moved(weekly, "2026-11-26 10:00", "2026-11-27", "2026-12-02")

    assert (decided.rule_on, decided.duties) == (date(2026, 11, 27), 1)
    (one,) = [each for each in weekly.seen("report.a") if each.key == "2026-11-27"]
    assert (one.due_on, one.state) == (date(2026, 12, 2), "open")
    assert one.next_at == weekly.at("2026-12-01 08:40")
    with weekly.world.db.reading() as session:
        (change,) = session.scalars(select(DueChangeRow)).all()
        kept = session.scalars(select(OccurrenceOverrideRow)).one()
    assert (change.kind, change.reason, change.old_due_on) == ("manual", "调休", date(2026, 11, 27))
    assert (kept.rule_on, kept.to_date, kept.decided_by) == (
        date(2026, 11, 27),
        date(2026, 12, 2),
        "cli:test",
    )
    assert [m for m in weekly.world.at("2026-12-01 08:40") if "周报：综治" in m.body]


def test_an_open_review_moves_its_steps_and_keeps_what_hangs_on_facts(office):
    office.begin("2026-11-23 09:00")

    moved(office, "2026-11-23 10:00", "2026-11", "2026-12-04", schedule="half-year-review")

    due = {each.part: each.due_on for each in office.seen("half-year-review")}
    assert due == {"collect": date(2026, 11, 27), "meet": date(2026, 12, 4)}


OF_THE_LAW = """\
data:
  title: 执法数据公开
  basis: {text: 国办发〔2018〕118号, kind: law}
  when: {by: "01-31", opens: 15 workdays before}
  who: {unit: 综治办}
roster:
  title: 名单公示更新
  when: {event: holders.changed, key: 变动编号, fields: {what: {label: 变动情况, kind: text}}}
  who: {unit: 综治办}
  steps: {publish: {title: 更新公示, after: event, within: 20 workdays}}
"""


def test_a_last_day_of_the_law_moves_forward_only(office):
    office.write(law_yaml=OF_THE_LAW)
    office.begin("2026-11-23 09:00")

    with pytest.raises(Refused, match="only the extension that its schedule allows"):
        moved(office, "2026-11-23 10:00", "2027-01-31", "2027-02-01", schedule="data")
    moved(office, "2026-11-23 10:00", "2027-01-31", "2027-01-15", schedule="data")
    with pytest.raises(Refused, match="only the extension that its schedule allows"):
        moved(office, "2026-11-23 10:00", "2027-01-31", "2027-02-01", schedule="data")
    moved(office, "2026-11-23 10:00", "2027-01-31", "2027-01-31", schedule="data")

    assert foreseen(office, "data", "2027-01-01", "2027-02-28") == {"2027-01-31": "2027-01-31"}


def test_what_an_event_started_has_the_day_of_the_event(office):
    office.write(law_yaml=OF_THE_LAW)
    office.begin("2026-11-23 09:00")
    with office.world.writing() as (session, live):
        record_event(
            session, live, kind="holders.changed", key="变动1号", on=date(2026, 11, 23), given={"what": ["新增1人"]}, by=None,
            now=office.at("2026-11-23 10:00"),
        )  # fmt: skip

    with pytest.raises(Refused, match="correct the event instead"):
        moved(office, "2026-11-23 10:30", "变动1号", "2026-12-04", schedule="roster")


def test_the_last_decision_counts_and_the_first_days_stay(weekly):
    moved(weekly, "2026-11-23 10:00", "2026-12-04", "2026-12-02")
    skipped(weekly, "2026-11-23 11:00", "2026-12-04")
    assert foreseen(weekly, "report.a", "2026-12-04", "2026-12-04") == {
        "2026-12-04": "skipped by hand: 并入大会"
    }

    moved(weekly, "2026-11-23 12:00", "2026-12-04", "2026-12-03")

    assert foreseen(weekly, "report.a", "2026-12-04", "2026-12-04") == {"2026-12-04": "2026-12-03"}
    with weekly.world.db.reading() as session:
        rows = session.scalars(select(OccurrenceOverrideRow).order_by(OccurrenceOverrideRow.seq)).all()
    assert [(row.seq, row.action, row.rule_on) for row in rows] == [
        (1, "move", date(2026, 12, 4)), (2, "skip", date(2026, 12, 4)), (3, "move", date(2026, 12, 4)),
    ]  # fmt: skip


# ── skipping ────────────────────────────────────────────────
def test_one_that_is_skipped_does_not_open(weekly):
    skipped(weekly, "2026-11-23 10:00", "2026-12-04")
    for moment in ("2026-11-26 08:40", "2026-12-03 08:40", "2026-12-10 08:40"):
        weekly.world.at(moment)

    assert [each.key for each in weekly.seen("report.a")] == ["2026-11-27", "2026-12-11"]
    assert [each.key for each in weekly.seen("report.b")] == ["2026-11-27", "2026-12-04", "2026-12-11"]


def test_an_open_one_that_is_skipped_ends(weekly):
    weekly.world.at("2026-11-26 08:40")
    decided = skipped(weekly, "2026-11-26 10:00", "2026-11-27")

    (one,) = weekly.seen("report.a")
    assert decided.duties == 1
    assert (one.state, one.why, one.occurrence, one.next_at) == ("cancelled", "skipped", "cancelled", None)
    with pytest.raises(Refused, match="is closed"):
        moved(weekly, "2026-11-26 11:00", "2026-11-27", "2026-12-02")


def test_the_family_is_named_where_only_one_member_has_the_key(office):
    office.write(
        days_yaml='days:\n  title: 宣传\n  for_each: {x: {on: "12-04"}, y: {on: "12-10"}}\n  when: {yearly: on}\n  who: {unit: 司法所}\n'
    )
    office.begin("2026-11-23 09:00")

    assert skipped(office, "2026-11-23 10:00", "2026-12-10", schedule="days").schedule == "days.y"
    with pytest.raises(NotFound, match="allowed: 2026-12-04"):
        skipped(office, "2026-11-23 10:00", "2026-12-11", schedule="days")
