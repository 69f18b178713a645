"""One record for one duty, whoever clicks how often; every fault is said in words."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models.obligations import ConfirmationRow, ObligationRow
from schedules.errors import NotFound, Refused
from tasks.duties.approve import approve
from tasks.duties.confirm import settle_history
from tasks.duties.evidence import BadEvidence
from tasks.duties.late import explain_late


def test_fifty_clicks_at_once_make_one_record_and_one_answer(acts, local_time):
    now = local_time("2026-11-26 17:00")
    duty = acts.look("half-year-review", "meet", key="2026-11")

    with ThreadPoolExecutor(max_workers=5) as pool:
        answers = list(
            pool.map(
                lambda _: acts.confirm(
                    duty.id, now, done_on="2026-11-25", by="liqiang", evidence={"held_on": "2026-11-25"}
                ),
                range(50),
            )
        )

    assert {(each.state, each.done_on, each.on_time) for each in answers} == {
        ("done", date(2026, 11, 25), True)
    }
    assert sum(not each.again for each in answers) == 1
    with acts.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConfirmationRow)) == 1
    assert (acts.audited("confirm"), acts.audited("confirm-again")) == (1, 49)


def test_who_may_not_record_it_learns_nothing_from_a_closed_one(acts, local_time):
    now = local_time("2026-11-26 17:00")
    done = acts.meet(now, "2026-11-25")

    with pytest.raises(Refused):
        acts.confirm(done, now, done_on="2026-11-25", by="zhaogang")


def test_the_last_two_closed_at_once_close_the_occurrence(acts, local_time):
    """Two problems agreed to in the same moment: neither may see the other as still open."""
    now = local_time("2026-11-26 17:00")
    minutes = acts.review_with_problems(now, 2)
    children = acts.children(minutes)
    for child in children:
        acts.confirm(child.id, now, done_on="2026-11-26")
    first, second = [child.id for child in children]

    with ThreadPoolExecutor(max_workers=1) as pool:
        with acts.world.writing() as (session, live):
            approve(session, live, obligation_id=first, by=None, now=now)
            session.flush()
            other = pool.submit(acts.approve, second, now, by="xuwenjing")
            wait([other], timeout=1)  # it is through only if nothing holds it up
        other.result(timeout=20)

    assert acts.occurrence(minutes).state == "closed"


@pytest.mark.parametrize(
    ("evidence", "fault"),
    [
        ({"held_on": "20261125"}, "held_on"),
        ({"held_on": "2026-W48-3"}, "held_on"),
        ({"held_on": "2026-11-25\x00"}, "held_on"),
        ({"held_on": "2026-11-27"}, "held_on"),
        ({"held_on": ["2026-11-25", "2026-11-26"]}, "held_on"),
        ({}, "held_on"),
    ],
    ids=["basic form", "week form", "invisible character", "a fact of tomorrow", "two of one", "missing"],
)
def test_a_date_that_a_term_counts_from_must_be_a_day_that_was(acts, local_time, evidence, fault):
    duty = acts.look("half-year-review", "meet", key="2026-11")

    with pytest.raises(BadEvidence) as caught:
        acts.confirm(duty.id, local_time("2026-11-26 17:00"), done_on="2026-11-25", evidence=evidence)

    assert [name for name, _ in caught.value.faults] == [fault]
    assert acts.again(duty.id).state == "open"


def test_a_file_must_be_one_that_was_uploaded(acts, local_time):
    now = local_time("2026-11-26 17:00")
    acts.meet(now, "2026-11-25")
    minutes = acts.look("half-year-review", "minutes", key="2026-11")

    with pytest.raises(BadEvidence) as caught:
        acts.confirm(minutes.id, now, done_on="2026-11-26", files={"minutes": [987654]})

    assert [name for name, _ in caught.value.faults] == ["minutes"]


@pytest.mark.parametrize("note", ["\x00", "好\x1b[31m"], ids=["nul", "escape"])
def test_a_note_with_characters_that_cannot_be_seen_is_refused(acts, local_time, note):
    duty = acts.look("half-year-review", "meet", key="2026-11")

    with pytest.raises(Refused) as caught:
        acts.confirm(
            duty.id,
            local_time("2026-11-26 17:00"),
            done_on="2026-11-25",
            note=note,
            evidence={"held_on": "2026-11-25"},
        )

    assert caught.value.field == "note"


def test_a_make_up_cannot_have_come_before_the_gathering(acts, local_time):
    acts.world.at("2026-11-27 09:00")
    now = local_time("2026-11-27 17:00")
    acts.gather(now, {"chenxia": "absent"})
    duty = acts.look("friday-study", "make_up", key="2026-11-27", owner="chenxia")

    with pytest.raises(Refused) as caught:
        acts.confirm(duty.id, now, done_on="2026-11-26", by="chenxia")

    assert caught.value.field == "done_on"


def test_a_reason_for_lateness_comes_from_who_owes_it_and_names_a_day_of_the_office(acts, local_time):
    duty = acts.look("half-year-review", "meet", key="2026-11")
    night = local_time("2026-11-27 00:30")  # still the 26th in UTC

    def explain(by: str, day: date, reason: str = "等会议室"):
        with acts.world.writing() as (session, _):
            explain_late(
                session,
                obligation_id=duty.id,
                reason=reason,
                new_date=day,
                by=acts.person(session, by),
                now=night,
            )

    with pytest.raises(Refused):
        explain("zhaogang", date(2026, 12, 4))
    with pytest.raises(Refused) as caught:
        explain("liqiang", date(2026, 11, 26))
    assert caught.value.field == "new_date"
    with pytest.raises(Refused) as caught:
        explain("liqiang", date(2026, 12, 4), "\x00")
    assert caught.value.field == "reason"
    explain("liqiang", date(2026, 12, 4))

    assert (acts.again(duty.id).late_reason, acts.again(duty.id).new_date) == ("等会议室", date(2026, 12, 4))


@pytest.mark.parametrize(
    ("verdict", "done_on", "state"),
    [("done", date(2026, 11, 25), "done"), ("late", None, "waived"), ("drop", None, "cancelled")],
)
def test_what_was_due_before_the_office_began_is_settled_once(acts, local_time, verdict, done_on, state):
    now = local_time("2026-11-26 17:00")
    duty = _as_history(acts)

    def settle(day, by=None):
        with acts.world.writing() as (session, live):
            settle_history(
                session, live, obligation_id=duty, verdict=verdict, by=acts.person(session, by) if by else None,
                done_on=day, now=now,
            )  # fmt: skip

    with pytest.raises(Refused):
        settle(done_on, by="zhaogang")
    if done_on is not None:
        for wrong in (None, date(2026, 11, 27)):
            with pytest.raises(Refused) as caught:
                settle(wrong)
            assert caught.value.field == "done_on"
    settle(done_on)

    row = acts.again(duty)
    assert (row.state, row.done_on, row.closed_why, row.next_at) == (state, done_on, verdict, None)
    with pytest.raises(NotFound):
        settle(done_on)


def test_an_undo_of_what_was_settled_puts_it_back_on_the_list(acts, local_time):
    now = local_time("2026-11-26 17:00")
    duty = _as_history(acts)
    with acts.world.writing() as (session, live):
        settle_history(
            session, live, obligation_id=duty, verdict="done", by=None, done_on=date(2026, 11, 25), now=now
        )

    acts.undo(duty, now + timedelta(minutes=1))

    assert (acts.again(duty).state, acts.again(duty).next_at) == ("history", None)


def _as_history(acts) -> int:
    duty = acts.look("half-year-review", "meet", key="2026-11")
    with acts.world.writing() as (session, _):
        row = session.get_one(ObligationRow, duty.id)
        row.state, row.timeline_id, row.next_no, row.next_at = "history", None, None, None
    return duty.id
