"""The monthly ranking of units: by the share done in time, units only, to those who supervise at least two."""

from datetime import date

import pytest
from sqlalchemy import select, update

from models.messages import MessageRow, NoticeRow
from models.obligations import ObligationRow
from models.people import PartyRow, UnitRow
from tasks.delivery.payloads import RankingMessage
from tasks.live import current
from tasks.reporting.overdue import overdue
from tasks.reporting.ranking import Ranked, Ranking, month_before, month_end, ranking
from tasks.wording.texts import LIMIT, size, standard

RANK = """\
summaries:
  ranking:
    title: 单位排名
    draft: {monthly: 1, time: "09:00", on_holiday: next-workday}
    send: {monthly: 1, time: "14:30", on_holiday: next-workday}
    to: [unit-head, deputy-leader, leader]
    release: clerk
    rank: units
"""
MONTH = (date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def ended(world):
    """The office on 1 December, with what communities owed in November met in time, late or not at all."""
    world.files["ranking.yaml"] = RANK
    world.begin("2026-11-02 08:00", "2026-11-16 08:40", "2026-11-23 09:00")
    with world.db.writing.begin() as session:
        lists = session.scalars(
            select(ObligationRow)
            .join(PartyRow, PartyRow.id == ObligationRow.party_id)
            .join(UnitRow, UnitRow.id == PartyRow.unit_id)
            .where(ObligationRow.part == "collect", PartyRow.kind == "unit")
            .order_by(UnitRow.position, UnitRow.id)
        ).all()
        for number, row in enumerate(lists):
            day = date(2026, 11, 20) if number % 3 else date(2026, 11, 25)
            if number % 5:
                row.state, row.done_on, row.next_no, row.next_at = "done", day, None, None
        training = session.scalars(
            select(ObligationRow).where(ObligationRow.part == "").order_by(ObligationRow.id)
        ).all()
        for number, row in enumerate(training):
            row.due_on = date(2026, 11, 20)
            if number % 3:
                row.state, row.done_on, row.next_no, row.next_at = "done", date(2026, 11, 19), None, None
    return world


def ranks(world, now, **only):
    with world.db.reading() as session:
        live = current(session)
        units = {unit.unit_id for unit in overdue(session, live, now=now).units if unit.unit_id is not None}
        return ranking(session, live, month=MONTH, units=only.get("units", units), now=now)


def test_units_are_ranked_by_what_was_done_in_time_and_equals_share_a_place(ended, local_time):
    found = ranks(ended, local_time("2026-12-01 09:00"))

    rates = [each.on_time / each.due for each in found.ranked]
    assert rates == sorted(rates, reverse=True)
    assert len(set(rates)) > 2
    for before, after in zip(found.ranked, found.ranked[1:], strict=False):
        same = before.on_time * after.due == after.on_time * before.due
        assert (before.place == after.place) is same
    assert [each.place for each in found.ranked] == [
        1 + sum(other.on_time * each.due > each.on_time * other.due for other in found.ranked)
        for each in found.ranked
    ]
    assert all(each.due for each in found.ranked)
    assert not {each.title for each in found.ranked} & set(found.idle)


def test_only_the_month_counts_and_outside_bodies_do_not(ended, local_time):
    now = local_time("2026-12-01 09:00")
    whole = ranks(ended, now)
    with ended.db.writing.begin() as session:
        moved = session.scalars(select(ObligationRow).where(ObligationRow.part == "collect").limit(1)).one()
        unit = session.get_one(UnitRow, session.get_one(PartyRow, moved.party_id).unit_id)
        moved.due_on = date(2026, 12, 1)
        others = session.scalars(select(UnitRow.id).where(UnitRow.id != unit.id)).first()
        session.execute(update(UnitRow).where(UnitRow.id == others).values(kind="external"))

    found = {each.key: each for each in ranks(ended, now).ranked}

    with ended.db.reading() as session:
        assert session.get_one(UnitRow, others).key not in found
    before = {each.key: each for each in whole.ranked}[unit.key]
    assert (found[unit.key].due if unit.key in found else 0) == before.due - 1


def test_it_goes_to_those_who_have_two_units_to_compare_and_names_nobody(ended, local_time):
    ended.at("2026-12-01 09:00")

    with ended.db.reading() as session:
        drafted = session.scalars(select(MessageRow).where(MessageRow.lane == "summary rank")).all()
        data = [
            session.scalars(select(NoticeRow.data).where(NoticeRow.message_id == row.id)).one()
            for row in drafted
        ]
    assert drafted
    assert {row.state for row in drafted} == {"held"}
    assert all(len(each["units"]) > 1 and each["rank"] == "2026-11-01" for each in data)
    names = [person.name for person in ended.office().people]
    for row in drafted:
        lines = [line for line in row.body.splitlines() if line[:1].isdigit()]
        assert lines
        assert not [name for line in lines for name in names if name in line]
        assert "2026年11月" in row.title


def test_a_month_in_which_nothing_was_due_is_told_to_nobody(world):
    world.files["ranking.yaml"] = RANK
    world.begin("2026-11-30 18:30", "2026-12-01 09:00")

    with world.db.reading() as session:
        assert session.scalars(select(MessageRow).where(MessageRow.lane == "summary rank")).all() == []


@pytest.mark.parametrize("lang", ["zh_CN", "en"])
def test_a_ranking_of_two_hundred_units_keeps_within_the_bytes_of_a_chat(local_time, lang):
    ranked = tuple(
        Ranked(
            place=number,
            key=f"u{number}",
            title=f"第{number}社区居民委员会综合办公室",
            due=20,
            on_time=20 - number % 20,
            overdue=1,
        )
        for number in range(1, 201)
    )
    found = Ranking(
        first=MONTH[0],
        last=MONTH[1],
        as_of=local_time("2026-12-01 09:00"),
        ranked=ranked,
        idle=tuple(f"某某科室{n}" for n in range(90)),
    )

    text = standard().message(RankingMessage(ranking=found, tz=local_time("2026-12-01 09:00").tzinfo), lang)

    assert size(text) <= LIMIT
    shown = [line for line in text.body.splitlines() if line[:1].isdigit()]
    assert len(shown) > 8
    rest = 200 - len([line for line in shown if "." in line[:4]])
    assert str(rest) in text.body


def test_months_end_where_they_end():
    assert month_before(date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_before(date(2026, 1, 1)) == (date(2025, 12, 1), date(2025, 12, 31))
    assert month_end(date(2028, 2, 1)) == date(2028, 2, 29)
