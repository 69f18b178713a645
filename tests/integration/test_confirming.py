"""Confirming: it stops the ladder at once, opens what follows, can be undone; a gathering is recorded once for all."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.messages import MessageRow, ReminderRow
from models.obligations import ConfirmationRow, FileRow, ObligationRow, OccurrenceRow
from models.people import CredentialRow, MembershipRow, PartyRow, PersonRow
from models.schedules import ScheduleRow
from schedules.errors import Refused
from tasks.delivery.release import draft, hold_back, release
from tasks.duties.approve import approve, give_back, waive
from tasks.duties.children import ChildEntry, children_of
from tasks.duties.confirm import confirm
from tasks.duties.credit import add_credit, approve_credit, return_credit
from tasks.duties.evidence import BadEvidence
from tasks.duties.late import explain_late
from tasks.duties.undo import undo
from tasks.gatherings.attend import Mark, record_session


def duties(session, schedule: str, part: str, *, key: str | None = None) -> list[ObligationRow]:
    query = (
        select(ObligationRow)
        .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
        .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
        .where(ScheduleRow.key == schedule, ObligationRow.part == part)
        .order_by(ObligationRow.id)
    )
    if key is not None:
        query = query.where(OccurrenceRow.key == key)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def person(session, key: str) -> int:
    return session.scalars(select(PersonRow.id).where(PersonRow.key == key)).one()


def owed_by(session, rows: list[ObligationRow], key: str) -> ObligationRow:
    party = session.scalars(select(PartyRow.id).where(PartyRow.kind == "person", PartyRow.key == key)).one()
    return next(row for row in rows if row.party_id == party)


def a_file(session) -> int:
    row = FileRow(sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=10)
    session.add(row)
    session.flush()
    return row.id


@pytest.fixture
def november(world, local_time):
    """The starter office since Monday 2 November, on Thursday the 26th: the reviews are open, the study day is announced."""
    world.begin("2026-11-02 09:00", "2026-11-02 09:00", "2026-11-26 08:40", "2026-11-26 16:00")
    return world


def confirmed(world, obligation_id: int, now, *, done_on: date, by: str | None = None, **more):
    with world.writing() as (session, live):
        return confirm(
            session,
            live,
            obligation_id=obligation_id,
            by=person(session, by) if by else None,
            done_on=done_on,
            evidence=more.pop("evidence", {}),
            files=more.pop("files", {}),
            note=None,
            how="link" if by else "cli",
            now=now,
            **more,
        )


def meet(world, now, held_on: str):
    with world.db.reading() as session:
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
    return confirmed(
        world, duty.id, now, done_on=date.fromisoformat(held_on), by="liqiang", evidence={"held_on": held_on}
    )


def test_confirming_a_step_stops_its_ladder_and_opens_the_next_from_the_fact(november, local_time):
    now = local_time("2026-11-26 17:00")

    answer = meet(november, now, "2026-11-25")

    assert answer.on_time
    with november.db.reading() as session:
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
        (minutes,) = duties(session, "half-year-review", "minutes", key="2026-11")
        assert (duty.state, duty.next_at, duty.done_on) == ("done", None, date(2026, 11, 25))
        assert (minutes.state, minutes.due_on) == ("open", date(2026, 12, 2))


def test_a_second_click_answers_the_same_and_records_nothing(november, local_time):
    now = local_time("2026-11-26 17:00")
    meet(november, now, "2026-11-25")

    again = meet(november, now + timedelta(seconds=1), "2026-11-25")

    assert again.again
    with november.db.reading() as session:
        assert len(session.scalars(select(ConfirmationRow)).all()) == 1


def test_every_missing_field_is_named_at_once(november, local_time):
    with november.db.reading() as session:
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")

    with pytest.raises(BadEvidence) as caught:
        confirmed(
            november,
            duty.id,
            local_time("2026-11-26 17:00"),
            done_on=date(2026, 11, 25),
            evidence={"held_on": "yesterday", "x": "1"},
        )

    assert [name for name, _ in caught.value.faults] == ["x", "held_on"]


@pytest.mark.parametrize("day", ["2026-11-27", "2026-10-30"], ids=["tomorrow", "before it began"])
def test_the_day_it_was_done_must_be_possible(november, local_time, day):
    with pytest.raises(Refused) as caught:
        meet(november, local_time("2026-11-26 17:00"), day)

    assert caught.value.field == "done_on"


def test_only_those_who_owe_it_and_the_clerk_may_confirm(november, local_time):
    now = local_time("2026-11-26 17:00")
    with november.db.reading() as session:
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")

    with pytest.raises(Refused):
        confirmed(
            november,
            duty.id,
            now,
            done_on=date(2026, 11, 25),
            by="zhaogang",
            evidence={"held_on": "2026-11-25"},
        )

    assert confirmed(
        november, duty.id, now, done_on=date(2026, 11, 25), by="wangmin", evidence={"held_on": "2026-11-25"}
    ).on_time


def test_an_undo_reopens_it_and_cancels_the_step_it_had_opened(november, local_time):
    now = local_time("2026-11-26 17:00")
    meet(november, now, "2026-11-25")
    with november.writing() as (session, live):
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
        undo(session, live, obligation_id=duty.id, by=person(session, "liqiang"), reason="日期填错", now=now)

    with november.db.reading() as session:
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
        (minutes,) = duties(session, "half-year-review", "minutes", key="2026-11")
        assert (duty.state, duty.done_on, minutes.state) == ("open", None, "cancelled")
        assert duty.next_at is not None
        assert duty.next_at > now, "nothing that was passed is made up for"

    meet(november, now, "2026-11-24")
    with november.db.reading() as session:
        (minutes,) = duties(session, "half-year-review", "minutes", key="2026-11")
        assert (minutes.state, minutes.due_on) == ("open", date(2026, 12, 1))


def test_problems_become_children_closed_one_by_one_and_then_the_review_is_archived(november, local_time):
    now = local_time("2026-11-26 17:00")
    meet(november, now, "2026-11-25")
    with november.writing() as (session, _):
        (minutes,) = duties(session, "half-year-review", "minutes", key="2026-11")
        file = a_file(session)
    entries = [
        ChildEntry(title="楼道堆物", owner="民主社区", due_on=date(2026, 12, 4)),
        ChildEntry(title="台账不全", owner="zongzhiban", due_on=date(2026, 12, 10)),
    ]
    confirmed(
        november, minutes.id, now, done_on=date(2026, 11, 26), files={"minutes": [file]}, children=entries
    )

    with november.writing() as (session, live):
        children = children_of(session, minutes.id)
        assert [(row.title, title) for row, _, title in children] == [
            ("楼道堆物", "民主社区"),
            ("台账不全", "综治办"),
        ]
        deputy = person(session, "xuwenjing")
        for _, child, _ in children:
            answer = confirm(
                session, live, obligation_id=child.id, by=None, done_on=date(2026, 11, 26), evidence={}, files={},
                note=None, how="cli", now=now,
            )  # fmt: skip
            assert answer.state == "submitted"
        give_back(session, live, obligation_id=children[0][1].id, by=deputy, reason="照片看不清", now=now)
        approve(session, live, obligation_id=children[1][1].id, by=deputy, now=now)
        review = session.scalars(select(OccurrenceRow).where(OccurrenceRow.key == "2026-11")).one()
        assert review.state == "open"
        confirm(
            session, live, obligation_id=children[0][1].id, by=None, done_on=date(2026, 11, 26), evidence={}, files={},
            note=None, how="cli", now=now,
        )  # fmt: skip
        approve(session, live, obligation_id=children[0][1].id, by=deputy, now=now)
        session.flush()
        assert review.state == "closed"


def session_of(world, now, away: dict[str, Mark]):
    with world.writing() as (session, live):
        (duty,) = duties(session, "friday-study", "record", key="2026-11-27")
        return record_session(
            session, live, obligation_id=duty.id, away={person(session, key): mark for key, mark in away.items()},
            evidence={"topic": "行政处罚法", "law": ["行政处罚法"]}, files={}, done_on=date(2026, 11, 27),
            by=person(session, "liuyang"), how="desk", now=now,
        )  # fmt: skip


def test_only_the_absent_are_asked_to_make_up(november, local_time):
    november.at("2026-11-27 09:00")
    now = local_time("2026-11-27 17:00")

    counted = session_of(november, now, {"chenxia": "absent", "majun": "leave"})
    told = november.at("2026-11-30 08:40")

    assert (counted.expected, counted.present, counted.leave, counted.absent) == (60, 58, 1, 1)
    assert "chenxia" in {message.recipient_key for message in told if "补学" in message.title}
    assert {message.recipient_key for message in told if "补学" in message.title} == {"chenxia"}


def test_a_corrected_record_takes_back_what_was_not_yet_sent(november, local_time):
    november.at("2026-11-27 09:00")
    session_of(november, local_time("2026-11-27 17:00"), {"chenxia": "absent", "majun": "absent"})

    counted = session_of(november, local_time("2026-11-27 17:30"), {"majun": "absent"})
    told = november.at("2026-11-30 08:40")

    assert (counted.present, counted.absent) == (59, 1)
    assert {message.recipient_key for message in told if "补学" in message.title} == {"majun"}


def test_a_stranger_cannot_be_absent(november, local_time):
    with pytest.raises(Refused) as caught:
        session_of(november, local_time("2026-11-27 17:00"), {"liqiang": "absent"})

    assert caught.value.field == "away"


def test_hours_wait_for_the_reviewer_count_to_the_cap_and_reach_the_figure(november, local_time):
    now = local_time("2026-11-26 17:00")

    def add(session, live, days: Sequence[int], kind: str, by: str):
        """Ten hours on each of these days of November; the duty and the entries."""
        duty = owed_by(session, duties(session, "enforcement-training", ""), "zhaogang")
        return duty, [
            add_credit(
                session, live, obligation_id=duty.id, amount=1000, kind=kind, title="执法文书", done_on=date(2026, 11, day),
                by=person(session, by), source=f"{kind}{day}", how="link", now=now,
            )
            for day in days
        ]  # fmt: skip

    with november.writing() as (session, live):
        duty, own = add(session, live, (2, 3), "", "zhaogang")
        assert ({each.state for each in own}, duty.progress) == ({"submitted"}, 0)
        for each in own:
            approve_credit(session, live, credit_id=each.id, by=person(session, "liqiang"), now=now)
        assert duty.progress == 2000
        add(session, live, (4, 5, 6), "self-study", "wangmin")
        assert duty.progress == 4000, "self-study counts up to 20 hours"
        _, (*_, last) = add(session, live, (19, 20), "", "wangmin")
        assert (duty.state, duty.progress, duty.done_on, duty.next_at) == (
            "done",
            6000,
            date(2026, 11, 20),
            None,
        )
        return_credit(session, live, credit_id=last.id, by=person(session, "liqiang"), reason="重复", now=now)
        assert (duty.state, duty.progress) == ("open", 5000)
        assert duty.next_at > now


def test_an_approvers_own_hours_wait_for_somebody_else(november, local_time):
    """李强 and 董洁 both agree to hours; neither to those of the own year."""
    now = local_time("2026-11-26 17:00")
    with november.writing() as (session, live):
        duty = owed_by(session, duties(session, "enforcement-training", ""), "liqiang")
        own = add_credit(
            session, live, obligation_id=duty.id, amount=400, kind="", title="执法文书", done_on=date(2026, 11, 20),
            by=person(session, "liqiang"), source="own", how="link", now=now,
        )  # fmt: skip
        assert (own.state, duty.progress) == ("submitted", 0)
        with pytest.raises(Refused):
            approve_credit(session, live, credit_id=own.id, by=person(session, "liqiang"), now=now)

        approve_credit(session, live, credit_id=own.id, by=person(session, "dongjie"), now=now)

        assert (own.state, duty.progress) == ("accepted", 400)


def test_a_later_certificate_closes_the_renewal_and_pending_is_quiet(november, local_time):
    now = local_time("2026-11-26 17:00")
    with november.writing() as (session, live):
        mains = duties(session, "enforcement-certificate", "")
        main = owed_by(session, mains, "suntao")
        submit = next(
            row
            for row in duties(session, "enforcement-certificate", "submit")
            if row.occurrence_id == main.occurrence_id
        )
        confirm(
            session, live, obligation_id=submit.id, by=person(session, "sunli"), done_on=date(2026, 11, 25),
            evidence={"receipt": "区司法局〔2026〕5号"}, files={}, note=None, how="link", now=now,
        )  # fmt: skip
        assert main.quiet_until == date(2027, 1, 7)
        assert live.today(main.next_at) >= date(2026, 12, 20), "silent until the day it expires"
        issue = next(
            row
            for row in duties(session, "enforcement-certificate", "issue")
            if row.occurrence_id == main.occurrence_id
        )

    with pytest.raises(Refused):
        confirmed(november, issue.id, now, done_on=date(2026, 11, 26), evidence={"new_expiry": "2026-12-20"})

    confirmed(november, issue.id, now, done_on=date(2026, 11, 26), evidence={"new_expiry": "2031-12-19"})

    with november.db.reading() as session:
        main = owed_by(session, duties(session, "enforcement-certificate", ""), "suntao")
        assert (main.state, main.closed_why) == ("done", "renewed")
        assert session.get_one(OccurrenceRow, main.occurrence_id).state == "closed"
        newest = session.scalars(select(CredentialRow).order_by(CredentialRow.id.desc())).first()
        assert newest.expires_on == date(2031, 12, 19)
    november.at("2026-11-26 17:01")
    with november.db.reading() as session:
        until = session.scalars(
            select(MembershipRow.valid_to).where(
                MembershipRow.kind == "credential", MembershipRow.person_id == person(session, "suntao")
            )
        ).one()
        assert until == date(2031, 12, 20)


def test_a_holder_cannot_say_it_is_renewed_without_the_new_certificate(november, local_time):
    with november.db.reading() as session:
        main = owed_by(session, duties(session, "enforcement-certificate", ""), "suntao")

    with pytest.raises(Refused):
        confirmed(november, main.id, local_time("2026-11-26 17:00"), done_on=date(2026, 11, 26), by="suntao")


def test_what_is_released_is_what_was_shown(november, local_time):
    for moment in ("2026-12-01 08:40", "2026-12-03 08:40", "2026-12-07 08:40"):
        november.at(moment)
    now = local_time("2026-12-07 09:00")
    with november.writing() as (session, live):
        held = session.scalars(
            select(MessageRow).where(MessageRow.state == "held", MessageRow.lane == "normal")
        ).first()
        shown = draft(session, live, november.texts, message_id=held.id, now=now)
        row = session.scalars(
            select(ObligationRow)
            .join(ReminderRow, ReminderRow.obligation_id == ObligationRow.id)
            .where(ReminderRow.message_id == held.id)
        ).first()
        explain_late(
            session, obligation_id=row.id, reason="等物业进场", new_date=date(2026, 12, 20), by=None, now=now
        )
        session.flush()
        with pytest.raises(Refused):
            release(
                session,
                live,
                message_id=held.id,
                by=person(session, "wangmin"),
                shown_digest=shown.digest,
                now=now,
            )
        again = draft(session, live, november.texts, message_id=held.id, now=now)
        assert "等物业进场" in again.body
        release(
            session,
            live,
            message_id=held.id,
            by=person(session, "wangmin"),
            shown_digest=again.digest,
            now=now,
        )

    sent = november.deliver(now + timedelta(minutes=1))

    assert again.body in {message.body for message in sent}


def test_a_draft_that_is_not_to_be_sent_needs_a_reason_and_stays(november, local_time):
    november.at("2026-12-07 08:40")
    now = local_time("2026-12-07 09:00")
    with november.writing() as (session, _):
        held = session.scalars(select(MessageRow).where(MessageRow.state == "held")).first()
        with pytest.raises(Refused):
            hold_back(session, message_id=held.id, by=None, reason=" ", now=now)
        hold_back(session, message_id=held.id, by=None, reason="已当面说过", now=now)

    with november.db.reading() as session:
        assert session.get_one(MessageRow, held.id).state == "withdrawn"


def collected(world, now) -> None:
    """Every unit hands in its list."""
    with world.writing() as (session, live):
        for row in duties(session, "half-year-review", "collect", key="2026-11"):
            confirm(
                session, live, obligation_id=row.id, by=None, done_on=live.today(now), evidence={"list": "无"}, files={},
                note=None, how="cli", now=now,
            )  # fmt: skip


def test_a_step_that_an_undo_cancelled_does_not_count_as_met(november, local_time):
    now = local_time("2026-11-26 17:00")
    meet(november, now, "2026-11-25")
    with november.writing() as (session, live):
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
        undo(session, live, obligation_id=duty.id, by=person(session, "liqiang"), reason="日期填错", now=now)

    collected(november, now)

    with november.db.reading() as session:
        assert (
            session.scalars(select(OccurrenceRow.state).where(OccurrenceRow.key == "2026-11")).one() == "open"
        )


def test_excusing_the_meeting_does_not_leave_the_review_open_for_ever(november, local_time):
    now = local_time("2026-11-26 17:00")
    collected(november, now)
    with november.writing() as (session, live):
        (duty,) = duties(session, "half-year-review", "meet", key="2026-11")
        waive(session, live, obligation_id=duty.id, by=None, reason="并入区里的会", now=now)

    with november.db.reading() as session:
        assert (
            session.scalars(select(OccurrenceRow.state).where(OccurrenceRow.key == "2026-11")).one()
            == "closed"
        )
