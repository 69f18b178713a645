"""A planned roster: the duties that it ends and gives among those that are open, and the same afterwards on record."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.events import ClockStopRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PartyRow
from models.schedules import ScheduleRow
from tasks.apply import Cause, apply, plan
from tasks.applying.handed import Handed
from tasks.applying.outlook import outlook

REVIEW = "review.yaml"
UNIT_DUTY = """\
patrol-log:
  title: 巡查日志
  when: {monthly: 30, opens: 20 days before}
  who: {units: [综合执法大队]}
  remind: [{at: open}]
"""
STANDING = ("open", "expected")


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


@pytest.fixture
def running(world):
    """The study of Friday 2026-11-27 and the patrol log of November are open."""
    world.files[REVIEW] = UNIT_DUTY
    world.begin("2026-11-23 09:00", "2026-11-23 09:01", "2026-11-26 08:40")
    return world


def edit(world, person, old, new):
    lines = world.files["people.csv"].splitlines(keepends=True)
    world.files["people.csv"] = "".join(
        line.replace(old, new) if line.startswith(f"{person},") else line for line in lines
    )


def owed(world):
    """How many duties stand, by person."""
    query = (
        select(PartyRow.key)
        .join(ObligationRow, ObligationRow.party_id == PartyRow.id)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .where(ObligationRow.state.in_(STANDING), OccurrenceRow.state == "open", PartyRow.kind == "person")
    )
    with world.db.reading() as session:
        return Counter(session.scalars(query))


def foreseen(world, now):
    with world.db.reading() as session:
        found = plan(session, world.office(), world.files, cipher=world.cipher)
        return outlook(session, found, world.office(), now=local(now)).handed


def put(world, now, **more):
    with world.db.writing.begin() as session:
        apply(session, world.office(), world.files, by="test", now=local(now), cipher=world.cipher, **more)


def test_what_ends_and_begins_for_who_moves_is_foreseen_as_it_comes(running):
    edit(running, "caoyong", ",综合执法大队,", ",城建办,")  # the patrol log is no longer hers
    edit(running, "zhaojing", ",党政办,", ",综合执法大队,")  # now it is his
    edit(running, "fenglei", ",机关工作人员,", ",,")  # no study any more
    edit(running, "liqiang", "司法所负责人、", "司法所负责人、机关工作人员、")  # and one more who comes
    edit(running, "xuli", ",综治办,", ",党建办,")  # another unit, the same duties

    before, found = owed(running), foreseen(running, "2026-11-26 10:00")
    put(running, "2026-11-26 10:00")
    running.at("2026-11-26 10:01")
    after = owed(running)

    assert found["caoyong"] == Handed(ends=1)
    assert found["zhaojing"] == Handed(begins=1)
    assert found["fenglei"].ends >= 1
    assert found["liqiang"].begins >= 1
    assert len(found) == 4
    assert {
        key: after[key] - before[key] for key in before.keys() | after.keys() if after[key] != before[key]
    } == {key: each.begins - each.ends for key, each in found.items()}


def test_who_joins_is_given_what_is_open(running):
    row = "xinren,新仁,综合执法大队,科员,机关工作人员,,13800000999,xinren,,\n"
    running.files["people.csv"] += row

    found = foreseen(running, "2026-11-26 10:00")
    put(running, "2026-11-26 10:00")
    running.at("2026-11-26 10:01")

    assert found == {"xinren": Handed(begins=owed(running)["xinren"])}
    assert found["xinren"].begins >= 2


def test_a_unit_that_is_gone_does_not_keep_a_plan_from_being_shown(running):
    del running.files[REVIEW]
    edit(running, "caoyong", ",综合执法大队,", ",城建办,")
    for person in running.office().people:
        edit(running, person.id, ",综合执法大队,", ",城建办,")
    office = running.files["office.yaml"].splitlines(keepends=True)
    running.files["office.yaml"] = "".join(line for line in office if "title: 综合执法大队" not in line)

    assert foreseen(running, "2026-11-26 10:00") == {}


def test_a_duty_whose_clock_stands_counts_with_its_schedule_and_comes_back_standing(running):
    with running.db.writing.begin() as session:
        duty = session.scalars(
            select(ObligationRow)
            .join(OccurrenceRow)
            .join(ScheduleRow)
            .where(ScheduleRow.key == "patrol-log")
            .limit(1)
        ).one()
        number = duty.id
        duty.state, duty.next_no, duty.next_at = "paused", None, None
        session.add(
            ClockStopRow(
                obligation_id=duty.id,
                from_on=local("2026-11-26 09:00").date(),
                reason="鉴定",
                at=local("2026-11-26 09:00"),
            )
        )
        mine = select(ObligationRow).where(ObligationRow.occurrence_id == duty.occurrence_id)
        total = len(session.scalars(mine).all())
    text = running.files.pop(REVIEW)

    with running.db.reading() as session:
        found = plan(session, running.office(), running.files, cipher=running.cipher)
    assert found.open_of_removed == {"patrol-log": total}

    put(running, "2026-11-26 10:00", removed="cancel")
    with running.db.reading() as session:
        assert session.get_one(ObligationRow, number).state == "cancelled"
    running.files[REVIEW] = text
    put(running, "2026-11-26 11:00", cause=Cause(origin="rollback", returned_to=1))
    with running.db.reading() as session:
        again = session.get_one(ObligationRow, number)
        assert (again.state, again.next_at) == ("paused", None)
