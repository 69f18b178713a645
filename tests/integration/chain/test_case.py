"""A penalty case from filing to payment: what opens when, until when, what is refused, and what it takes to be closed."""

from datetime import date

import pytest
from sqlalchemy import func, select

from models.events import EventRow
from models.obligations import OccurrenceRow
from schedules.errors import NotFound, Refused
from tasks.duties.transfer import party_of, transfer
from tasks.events import record_event


def words(refusal) -> list[str]:
    return [str(what) for _, what in refusal.value.faults]


def test_what_a_filed_case_opens(case, local_time):
    now = local_time("2026-09-01 10:00")

    recorded = case.file(now)

    assert len(recorded.occurrences) == 1
    assert not recorded.again
    decide = case.step("decide")
    assert (decide.due_on, decide.internal_on) == (date(2026, 11, 30), date(2026, 11, 15))
    assert decide.due_at == local_time("2026-12-01 00:00"), "a legal term ends at 24:00"
    assert case.owner("decide") == ("people", "machao+zhaogang")
    assert case.step("found").due_on is None
    assert case.step("found").next_at is None, "a step without a term is silent"
    assert case.steps("review") == []
    assert case.occurrence().subject == "17"


def test_both_handlers_are_told_and_either_may_act(case, local_time):
    case.file(local_time("2026-09-01 10:00"))

    sent = case.world.at("2026-09-01 15:00")

    assert sorted(message.recipient_key for message in sent if "行政处罚案件" in message.title) == [
        "machao",
        "zhaogang",
    ]
    assert "行政处罚法60条" in sent[0].body
    case.do("notify", local_time("2026-09-02 10:00"), on="2026-09-02", by="machao", served_on="2026-09-02")
    with pytest.raises(Refused, match="this duty belongs to 赵刚、马超"):
        case.do(
            "found", local_time("2026-09-02 10:00"), on="2026-09-02", by="chenxia", closed_on="2026-09-02"
        )


def test_a_plain_case_to_its_end(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    case.do("found", local_time("2026-09-10 10:00"), on="2026-09-10", closed_on="2026-09-10")
    case.do("notify", local_time("2026-09-11 10:00"), on="2026-09-11", served_on="2026-09-11")

    case.do("decide", local_time("2026-09-18 10:00"), on="2026-09-18", decided_on="2026-09-18")

    # 7 working days after Friday 18 September: Sunday the 20th is worked, the 25th to 27th are holidays
    assert case.step("serve").due_on == case.step("publish").due_on == date(2026, 9, 29)
    case.do("publish", local_time("2026-09-22 10:00"), on="2026-09-22", url="https://example.cn/1")
    case.do("serve", local_time("2026-09-22 10:00"), on="2026-09-22", served_on="2026-09-18")
    pay = case.step("pay")
    assert (pay.due_on, pay.waits_for) == (date(2026, 10, 8), "party")  # 3 October is a holiday
    assert case.occurrence().state == "open"
    case.do("pay", local_time("2026-10-08 10:00"), on="2026-10-08")
    assert case.occurrence().state == "closed"


def test_nothing_is_decided_before_its_gates(case, local_time):
    now = local_time("2026-09-20 10:00")
    case.file(local_time("2026-09-01 10:00"), major="yes", hearing="yes")

    with pytest.raises(Refused) as refusal:
        case.do("decide", now, on="2026-09-20", decided_on="2026-09-20")

    said = words(refusal)[0]
    for part in (
        "'事先告知' has to be done first",
        "'听证申请期' has not begun yet",
        "'法制审核' has to be done first",
    ):
        assert part in said
    assert case.step("decide").state == "open"


def test_a_major_case_is_reviewed_by_somebody_else_before_the_decision(case, local_time):
    case.file(local_time("2026-09-01 10:00"), major="yes", handlers=["zhaogang", "sunli"])
    case.do("found", local_time("2026-09-10 10:00"), on="2026-09-10", closed_on="2026-09-10")
    case.do("notify", local_time("2026-09-10 10:00"), on="2026-09-10", served_on="2026-09-10")

    review = case.step("review")

    assert review.due_on == date(2026, 9, 17)
    kind, key = case.owner("review")
    assert kind in ("person", "people", "role")
    assert "zhaogang" not in key
    case.do("review", local_time("2026-09-15 10:00"), on="2026-09-15", result="修改")
    with pytest.raises(Refused, match="has to end with '同意'"):
        case.do("decide", local_time("2026-09-16 10:00"), on="2026-09-16", decided_on="2026-09-16")
    case.undo("review", local_time("2026-09-16 11:00"))
    case.do("review", local_time("2026-09-17 10:00"), on="2026-09-17", result="同意")
    with pytest.raises(Refused, match="was done only on 17 Sep 2026"):
        case.do("decide", local_time("2026-09-18 10:00"), on="2026-09-16", decided_on="2026-09-16")
    case.do("decide", local_time("2026-09-18 10:00"), on="2026-09-18", decided_on="2026-09-18")
    with pytest.raises(Refused, match="recorded"):
        case.undo("review", local_time("2026-09-19 10:00"))


def test_a_waiting_period_must_pass(case, local_time):
    case.file(local_time("2026-09-01 10:00"), hearing="yes")
    case.do("found", local_time("2026-09-10 10:00"), on="2026-09-10", closed_on="2026-09-10")
    case.do("notify", local_time("2026-09-10 10:00"), on="2026-09-10", served_on="2026-09-10")

    with pytest.raises(Refused, match="lasts until 17 Sep 2026"):
        case.do("decide", local_time("2026-09-17 10:00"), on="2026-09-17", decided_on="2026-09-17")
    case.do("decide", local_time("2026-09-18 10:00"), on="2026-09-18", decided_on="2026-09-18")
    asked = case.step("ask")
    assert (asked.waits_for, asked.due_on) == ("qusifaju", date(2026, 9, 20))


def test_undoing_takes_back_what_it_opened(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    case.do("notify", local_time("2026-09-02 10:00"), on="2026-09-02", served_on="2026-09-02")
    case.do("decide", local_time("2026-09-18 10:00"), on="2026-09-18", decided_on="2026-09-18")

    case.undo("decide", local_time("2026-09-19 10:00"))

    assert (case.step("serve").state, case.step("serve").closed_why) == ("cancelled", "undone")
    case.do("decide", local_time("2026-09-21 10:00"), on="2026-09-21", decided_on="2026-09-21")
    assert (case.step("serve").state, case.step("serve").due_on) == ("open", date(2026, 10, 8))


def test_what_follows_an_excused_step_is_not_missed(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    now = local_time("2026-09-10 10:00")
    case.do("found", now, on="2026-09-10", closed_on="2026-09-10")
    case.do("notify", now, on="2026-09-10", served_on="2026-09-10")

    case.waive("decide", now)

    assert case.occurrence().state == "closed"


def test_the_same_event_again_changes_nothing_and_another_is_refused(case, local_time):
    now = local_time("2026-09-01 10:00")
    first = case.file(now)

    again = case.file(now)

    assert (again.again, again.occurrences) == (True, first.occurrences)
    with pytest.raises(Refused, match="was recorded before, of 1 Sep 2026; amend that one"):
        case.file(now, major="yes")
    with case.world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 1
        assert (
            session.scalar(select(func.count()).select_from(OccurrenceRow).where(OccurrenceRow.key == "17"))
            == 1
        )


def test_every_fault_of_an_event_is_told_at_once_and_nothing_is_kept(case, local_time):
    with pytest.raises(Refused) as refusal:
        case.file(
            local_time("2026-09-01 10:00"), major="vielleicht", colour="rot", handlers=["zhaogang", "nobody"]
        )

    assert words(refusal) == [
        "'colour' is not asked for here",
        "'major' must be yes or no",
        "there is no person 'nobody' in the roster",
    ]
    with case.world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(EventRow)) == 0


def test_no_card_no_case(case, local_time):
    """行政处罚法 42条: two people, each with a card that is valid on the day. xiejun's expired on 2026-03-20."""
    with pytest.raises(Refused) as refusal:
        case.file(local_time("2026-09-01 10:00"), handlers=["xiejun"])

    assert words(refusal) == [
        "'行政处罚案件' needs at least 2 people, found 1",
        "谢军 has no valid certificate on that day",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"on": "2026-09-02"}, "cannot lie in the future"),
        ({"key": "\u200b"}, "cannot name an event"),
        ({"key": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_an_event_may_not_be(case, local_time, change, sentence):
    with pytest.raises(Refused, match=sentence):
        case.file(local_time("2026-09-01 10:00"), **change)


def test_an_unknown_event_names_those_there_are(case, local_time):
    with (
        case.world.writing() as (session, live),
        pytest.raises(NotFound, match=r"case\.field'; allowed: case\.filed"),
    ):
        record_event(
            session, live, kind="case.field", key="1", on=date(2026, 9, 1), given={}, by=None,
            now=local_time("2026-09-01 10:00"),
        )  # fmt: skip


def test_a_case_from_before_the_start_is_worked_on_where_it_stands(case, local_time):
    case.file(local_time("2026-09-01 10:00"), on="2026-08-20")

    # steps without a term are owed as in any other case; only what was due before the start is history
    assert {part: case.step(part).state for part in ("found", "notify", "decide")} == {
        "found": "open",
        "notify": "open",
        "decide": "open",
    }


def test_a_decision_is_not_dated_before_what_has_to_come_first(case, local_time):
    case.file(local_time("2026-09-01 10:00"))
    case.do("notify", local_time("2026-09-10 10:00"), on="2026-09-10", served_on="2026-09-09")

    with pytest.raises(Refused, match="9 Sep 2026"):
        case.do("decide", local_time("2026-09-11 10:00"), on="2026-09-11", decided_on="2026-09-08")

    case.do("decide", local_time("2026-09-11 10:00"), on="2026-09-11", decided_on="2026-09-09")
    assert case.step("serve").due_on == date(2026, 9, 18)


def test_a_date_that_a_term_counts_from_does_not_lie_before_the_event(case, local_time):
    case.file(local_time("2026-09-01 10:00"), hearing="yes")

    with pytest.raises(Refused, match="1 Sep 2026"):
        case.do("notify", local_time("2026-09-10 10:00"), on="2026-09-10", served_on="2025-01-05")

    assert case.step("notify").state == "open"


def test_a_step_of_the_handlers_is_not_handed_to_somebody_without_a_certificate(case, local_time):
    """行政处罚法42条: handlers are changed where they are checked, in the event."""
    case.file(local_time("2026-09-01 10:00"))
    duty = case.step("decide").id

    with case.world.writing() as (session, live), pytest.raises(Refused, match="handlers"):
        transfer(
            session, live, obligation_id=duty, to_party=party_of(session, live, "qinlan"), by=None, reason="调整",
            now=local_time("2026-09-02 10:00"),
        )  # fmt: skip

    assert case.owner("decide") == ("people", "machao+zhaogang")
