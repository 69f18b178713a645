"""Quotas over registers and topics follow every entry and every correction, and tell only those who are behind."""

from datetime import date

import pytest

from models.queries.figures import figures
from schedules.errors import Refused
from tasks.duties.confirm import confirm
from tasks.duties.credit import add_credit
from tasks.gatherings.attend import record_session

MAY, JULY, OCTOBER = "2026-05-06 10:00", "2026-07-01 09:00", "2026-10-08 09:00"


def entry(entrance: str, leaflets: str = "0") -> dict[str, str]:
    return {"people": "10", "leaflets": leaflets, "entrance": entrance}


def test_progress_is_the_stage_reached_and_the_least_fulfilled_figure_of_the_next(books, local_time):
    now = local_time(MAY)
    seen = [books.state("publicity-quota")]
    for number, entrance in enumerate(("机关", "社区", "社区"), start=1):
        books.add("publicity", now, f"2026-04-0{number}", entry(entrance, "40"))
        seen.append(books.state("publicity-quota"))

    assert [progress for _, progress, _ in seen] == [0, 3333 + 1666, 6666, 6666]
    assert {state for state, _, _ in seen} == {"open"}


def test_it_is_done_on_the_day_of_the_fact_that_reached_it_and_open_again_without(books, local_time):
    now = local_time(MAY)
    books.add("publicity", now, "2026-04-20", entry("机关", "100"))
    books.add("publicity", now, "2026-04-02", entry("企业"))
    duty = books.report(now, held_on="2026-04-14")
    assert books.state("publicity-quota") == ("done", 10000, date(2026, 4, 20))

    books.undo(duty, now)
    state, progress, done_on = books.state("publicity-quota")
    assert (state, done_on) == ("open", None)
    assert progress < 10000
    assert books.duty("publicity-quota").next_at > now


def test_entries_of_another_year_do_not_count(books, local_time):
    books.add("publicity", local_time(MAY), "2025-12-31", entry("机关", "100"))

    assert books.state("publicity-quota") == ("open", 0, None)


def test_only_who_is_behind_the_milestone_is_told(books, local_time):
    books.add("publicity", local_time(MAY), "2026-05-05", entry("机关"))
    july = books.world.at("2026-07-01 08:40")
    october = books.world.at("2026-10-08 08:40")

    about = [
        [m for m in sent if "年度普法活动数量" in m.body or "年度普法活动数量" in m.title]
        for sent in (july, october)
    ]
    assert (about[0], len(about[1])) == ([], 1), "one event was asked for by June, two by September"


def test_a_quota_that_counts_a_register_is_not_confirmed_by_hand(books, local_time):
    duty = books.duty("publicity-quota")
    with books.world.writing() as (session, live), pytest.raises(Refused, match="entries and records"):
        confirm(
            session, live, obligation_id=duty.id, by=None, done_on=date(2026, 5, 5), evidence={}, files={}, note=None, how="cli",
            now=local_time(MAY),
        )  # fmt: skip
    with pytest.raises(Refused, match="take those back"):
        books.undo(duty.id, local_time(MAY))


def test_a_month_without_complaints_is_met_by_a_declared_zero_and_by_an_entry(books, local_time):
    now = local_time(MAY)
    assert books.state("complaint-report", "2026-04-30")[0] == "open"

    zero = books.zero("complaints", now, "2026-04-01", "2026-04-30")
    assert books.state("complaint-report", "2026-04-30") == ("done", 0, date(2026, 5, 6)), (
        "the day it was declared"
    )
    books.undo_zero(zero, now)
    assert books.state("complaint-report", "2026-04-30")[0] == "open"
    books.zero("complaints", now, "2026-04-02", "2026-04-30")
    assert books.state("complaint-report", "2026-04-30")[0] == "open", "a day is missing"
    books.add("complaints", now, "2026-04-20", {"matter": "态度"})
    assert books.state("complaint-report", "2026-04-30") == ("done", 0, date(2026, 4, 20))


def test_what_was_entered_before_the_year_was_opened_counts(world, office_files, local_time, books):
    text = "extra-quota:\n  title: 补充\n  when: {cycle: calendar-year}\n  who: {unit: 司法所}\n"
    text += "  done: {register: publicity, reach: {events: 1}}\n  remind: [{before: due, by: 20 workdays}]\n"
    office_files["registers.yaml"] = text + office_files["registers.yaml"]
    books.add("publicity", local_time(MAY), "2026-04-20", entry("机关"))
    world.apply(local_time(JULY))
    world.open(local_time(JULY))

    assert books.state("extra-quota") == ("done", 10000, date(2026, 4, 20))


def test_counts_of_sessions_reach_their_figure(books, local_time):
    duty = books.duty("sessions-quota")
    for month in (1, 2, 3, 4):
        with books.world.writing() as (session, live):
            add_credit(
                session, live, obligation_id=duty.id, amount=100, kind="", title="中心组学习", done_on=date(2026, month, 20), by=None,
                source=f"c{month}", how="cli", now=local_time(MAY),
            )  # fmt: skip

    assert books.state("sessions-quota") == ("done", 400, date(2026, 4, 20))


def test_topics_are_covered_by_session_records_and_uncovered_by_their_correction(books, local_time):
    books.world.at("2026-05-07 16:00")
    now = local_time("2026-05-08 17:00")
    assert record(books, now, ["宪法", "民法典"]) == ("done", 200, date(2026, 5, 8))

    assert record(books, now, ["宪法", "无"]) == ("open", 100, None), (
        "a correction takes back what it no longer says"
    )
    books.undo(books.duty("friday-study", "record", key="2026-05-08").id, now)
    assert books.state("named-laws") == ("open", 0, None)


def record(books, now, laws):
    duty = books.duty("friday-study", "record", key="2026-05-08")
    with books.world.writing() as (session, live):
        record_session(
            session, live, obligation_id=duty.id, away={}, evidence={"topic": "学习", "law": laws}, files={},
            done_on=date(2026, 5, 8), by=None, how="cli", now=now,
        )  # fmt: skip
    return books.state("named-laws")


def test_a_session_counts_to_the_figures_once_however_often_it_is_corrected(books, local_time):
    books.world.at("2026-05-07 16:00")
    now = local_time("2026-05-08 17:00")
    year = date(2026, 1, 1), date(2026, 12, 31)
    found = []
    for laws in (["宪法"], ["无"], ["民法典"]):
        record(books, now, laws)
        with books.world.db.reading() as session:
            found.append({each.figure: each.amount for each in figures(session, *year)})

    assert found == [
        {"study_sessions": 100, "law_sessions": 100},
        {"study_sessions": 100},
        {"study_sessions": 100, "law_sessions": 100},
    ]
