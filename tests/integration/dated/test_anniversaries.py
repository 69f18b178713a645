"""What a person owes anew some time after having done it, else after joining."""

from datetime import date

import pytest
from sqlalchemy import select

from models.schedules import ScheduleRow
from schedules.calendar import Override
from tasks.days.calendar_change import import_days
from tasks.duties.records import as_recorded
from tasks.duties.undo import undo
from tasks.live import current

YAML = """\
retraining:
  title: 复训
  when: {cycle: anniversary, every: 1 year, opens: 30 days before}
  who: {people: [zhaogang]}
"""
JOINED = "2025-12-10"


@pytest.fixture
def joined(office):
    people = office.world.files["people.csv"]
    line = next(line for line in people.splitlines() if line.startswith("zhaogang,"))
    office.world.files["people.csv"] = people.replace(line, line.rstrip(",") + f",{JOINED}")
    office.write(retraining_yaml=YAML)
    office.begin("2026-11-23 09:00")
    return office


def test_it_is_recomputed_from_the_completion(joined):
    (first,) = joined.seen("retraining")
    assert (first.key, first.state, first.due_on) == ("zhaogang@2026-12-10", "open", date(2026, 12, 10))

    joined.confirm(first.id, "2026-11-25 10:00", done_on="2026-11-24")

    assert joined.row("retraining").next_at == joined.at("2026-11-25 10:00"), (
        "looked at in the same transaction"
    )
    joined.world.at("2026-11-25 10:00")
    assert joined.row("retraining").next_at == joined.at("2027-10-25 00:00"), "30 days before 2027-11-24"
    assert [each.key for each in joined.seen("retraining")] == ["zhaogang@2026-12-10"]
    with joined.world.writing() as (session, live):
        assert as_recorded(session, live.office).completions == {
            "retraining": {"zhaogang": date(2026, 11, 24)}
        }

    joined.world.at("2027-10-25 00:00")
    assert [each.key for each in joined.seen("retraining")] == ["zhaogang@2026-12-10", "zhaogang@2027-11-24"]


def test_nobody_owes_two_at_once(joined):
    joined.world.at("2027-11-15 09:00")

    assert [each.key for each in joined.seen("retraining")] == ["zhaogang@2026-12-10"]
    (late,) = joined.seen("retraining")
    joined.confirm(late.id, "2027-11-16 10:00", done_on="2027-11-16")
    joined.world.at("2027-11-16 10:00")
    assert [each.key for each in joined.seen("retraining")] == ["zhaogang@2026-12-10"]
    assert joined.row("retraining").next_at == joined.at("2028-10-17 00:00")


def test_a_record_taken_back_is_no_completion(joined):
    (first,) = joined.seen("retraining")
    joined.confirm(first.id, "2026-11-25 10:00", done_on="2026-11-24")
    with joined.world.writing() as (session, live):
        undo(
            session, live, obligation_id=first.id, by=None, reason="记错人", now=joined.at("2026-11-25 11:00")
        )

    with joined.world.writing() as (session, live):
        assert as_recorded(session, live.office).completions == {}
    assert joined.states("retraining") == {"zhaogang@2026-12-10 zhaogang": "open"}


def test_who_leaves_owes_it_no_longer(joined):
    people = joined.world.files["people.csv"]
    line = next(line for line in people.splitlines(keepends=True) if line.startswith("zhaogang,"))
    joined.world.files["people.csv"] = people.replace(
        line, line.replace("zhaogang,", "zhaogangx,", 1).replace("13800", "13811")
    )
    joined.world.files["credentials.csv"] = joined.world.files["credentials.csv"].replace(
        ",zhaogang,", ",zhaogangx,"
    )
    joined.write(retraining_yaml=YAML.replace("zhaogang", "zhaogangx"))
    joined.apply("2026-11-26 09:00")
    joined.world.at("2026-11-26 09:00")
    joined.world.at("2026-11-26 09:01")

    assert joined.states("retraining") == {
        "zhaogang@2026-12-10 zhaogang": "withdrawn", "zhaogangx@2026-12-10 zhaogangx": "open",
    }  # fmt: skip


def test_the_kind_of_schedule_lets_changes_of_people_wake_it(joined):
    with joined.world.db.reading() as session:
        kind = session.scalar(select(ScheduleRow.kind).where(ScheduleRow.key == "retraining"))
        assert kind == "anniversary"
        assert current(session).office.schedule("retraining").title == "复训"


def test_a_new_calendar_does_not_open_an_anniversary_twice(joined):
    joined.world.at("2027-11-15 09:00")

    off = Override(day=date(2027, 11, 17), is_workday=False, name="停工", reason="暴雨")
    with joined.world.db.writing.begin() as session:
        import_days(session, [off], by="test", now=joined.at("2027-11-16 10:00"))

    assert [each.key for each in joined.seen("retraining")] == ["zhaogang@2026-12-10"]
