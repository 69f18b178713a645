"""Undoing, giving back, agreeing: what rests on a record goes with it or stops it, and ladders go on from where they stand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.obligations import ObligationRow, OccurrenceRow
from models.people import CredentialRow
from models.schedules import OfficeVersionRow
from schedules.errors import Refused
from tasks.duties.approve import give_back, waive
from tasks.duties.confirm import confirm


def test_a_step_whose_follower_is_recorded_cannot_be_undone(acts, local_time):
    now = local_time("2026-11-26 17:00")
    minutes = acts.review_with_problems(now, 1)
    meet = acts.look("half-year-review", "meet", key="2026-11")

    with pytest.raises(Refused):
        acts.undo(meet.id, now, by="liqiang")

    assert (acts.again(meet.id).state, acts.again(minutes).state) == ("done", "done")


def test_a_follower_that_was_only_given_back_or_undone_does_not_stop_an_undo(acts, local_time):
    now = local_time("2026-11-26 17:00")
    minutes = acts.review_with_problems(now, 0)
    acts.undo(minutes, now)
    meet = acts.look("half-year-review", "meet", key="2026-11")

    acts.undo(meet.id, now, by="liqiang")

    assert (acts.again(meet.id).state, acts.again(minutes).state) == ("open", "cancelled")


def test_what_the_deputy_agreed_to_is_taken_back_by_him_or_the_desk(acts, local_time):
    now = local_time("2026-11-26 17:00")
    minutes = acts.review_with_problems(now, 2)
    child, _ = acts.children(minutes)
    acts.confirm(child.id, now, done_on="2026-11-26")
    acts.approve(child.id, now, by="xuwenjing")
    head = acts.head_of("民主社区")

    with pytest.raises(Refused):
        acts.undo(child.id, now, by=head)
    acts.undo(child.id, now, by="xuwenjing")

    assert acts.again(child.id).state == "open"


def test_an_item_given_back_goes_on_with_what_is_still_to_come(acts, local_time):
    now = local_time("2026-12-03 12:00")
    minutes = acts.review_with_problems(local_time("2026-11-26 17:00"), 1)
    (child,) = acts.children(minutes)
    acts.confirm(child.id, now, done_on="2026-12-03")
    assert acts.again(child.id).approval_id is not None, "from here on the deputy secretary is told"

    with acts.world.writing() as (session, live):
        give_back(
            session,
            live,
            obligation_id=child.id,
            by=acts.person(session, "xuwenjing"),
            reason="照片看不清",
            now=now,
        )

    row = acts.again(child.id)
    assert (row.state, row.done_on) == ("open", None)
    assert row.next_at > now


def test_an_archived_review_is_open_again_when_an_item_is(acts, local_time):
    now = local_time("2026-11-26 17:00")
    minutes = acts.review_with_problems(now, 1)
    (child,) = acts.children(minutes)
    acts.confirm(child.id, now, done_on="2026-11-26")
    acts.approve(child.id, now, by="xuwenjing")
    assert acts.occurrence(minutes).state == "closed"

    acts.undo(child.id, now)

    assert acts.occurrence(minutes).state == "open"


def test_excusing_needs_the_desk_and_a_reason(acts, local_time):
    now = local_time("2026-11-26 17:00")
    duty = acts.look("half-year-review", "collect", key="2026-11")

    def excuse(by: str | None, reason: str):
        with acts.world.writing() as (session, live):
            waive(
                session,
                live,
                obligation_id=duty.id,
                by=acts.person(session, by) if by else None,
                reason=reason,
                now=now,
            )

    for by, reason in (("liqiang", "无问题"), (None, "  "), (None, "\x00")):
        with pytest.raises(Refused):
            excuse(by, reason)
    excuse("wangmin", "本次无问题")

    assert (acts.again(duty.id).state, acts.again(duty.id).next_at) == ("waived", None)


@pytest.fixture
def issued(acts, local_time):
    """Sun Tao's renewal, whose new card was recorded with a new expiry date."""
    now = local_time("2026-11-26 17:00")
    main = acts.look("enforcement-certificate", "", owner="suntao")
    with acts.reading() as session:
        issue = session.scalars(
            select(ObligationRow).where(
                ObligationRow.occurrence_id == main.occurrence_id, ObligationRow.part == "issue"
            )
        ).one()
    acts.confirm(issue.id, now, done_on="2026-11-26", by="sunli", evidence={"new_expiry": "2031-12-19"})
    return main.id, issue.id, now


def test_undoing_a_new_card_opens_the_renewal_again_and_forgets_the_card(acts, issued):
    main, issue, now = issued
    assert (acts.again(main).state, acts.again(main).closed_why) == ("done", "renewed")

    acts.undo(issue, now, by="sunli")

    assert (acts.again(main).state, acts.again(issue).state) == ("open", "open")
    assert acts.again(main).next_at > now
    assert acts.occurrence(main).state == "open"
    with acts.reading() as session:
        assert not session.scalars(
            select(CredentialRow).where(CredentialRow.expires_on == date(2031, 12, 19))
        ).all()
    acts.confirm(issue, now, done_on="2026-11-26", by="sunli", evidence={"new_expiry": "2031-12-20"})
    assert acts.again(main).closed_why == "renewed"


def test_a_card_whose_own_renewal_has_begun_cannot_be_forgotten(acts, issued):
    _, issue, now = issued
    with acts.world.writing() as (session, _):
        old = session.get_one(OccurrenceRow, session.get_one(ObligationRow, issue).occurrence_id)
        session.add(
            OccurrenceRow(
                schedule_id=old.schedule_id, key=f"{old.key.rpartition('@')[0]}@2031-12-19", version_id=old.version_id, title="x",
                held_on=date(2031, 12, 19), opens_at=now, state="open",
            )
        )  # fmt: skip

    with pytest.raises(Refused):
        acts.undo(issue, now, by="sunli")


def test_a_renewal_without_its_old_card_on_record_is_said_in_words(acts, local_time):
    now = local_time("2026-11-26 17:00")
    main = acts.look("enforcement-certificate", "", owner="suntao")
    with acts.world.writing() as (session, _):
        occurrence = session.get_one(OccurrenceRow, main.occurrence_id)
        number, _, _ = occurrence.key.rpartition("@")
        session.scalars(
            select(CredentialRow).where(CredentialRow.number == number)
        ).one().number = "corrected"
        issue = session.scalars(
            select(ObligationRow).where(
                ObligationRow.occurrence_id == main.occurrence_id, ObligationRow.part == "issue"
            )
        ).one()

    with pytest.raises(Refused):
        acts.confirm(issue.id, now, done_on="2026-11-26", evidence={"new_expiry": "2031-12-19"})


def test_where_any_of_several_may_act_the_others_are_asked_again_after_an_undo(acts_of_any, local_time):
    acts, rows, now = acts_of_any
    first, other = rows
    with acts.world.writing() as (session, live):
        confirm(
            session, live, obligation_id=first, by=None, done_on=date(2026, 11, 27), evidence={}, files={}, note=None,
            how="cli", now=now,
        )  # fmt: skip
    assert (acts.again(other).closed_why, acts.again(other).next_at) == ("other", None)

    acts.undo(first, now + timedelta(minutes=1))

    assert {acts.again(row).state for row in rows} == {"open"}
    assert all(acts.again(row).next_at > now for row in rows)


@pytest.fixture
def acts_of_any(acts, local_time, office_files):
    """A duty that any of three units' people may do; two of those who owe it."""
    acts.world.files["any.yaml"] = """\
monthly-check:
  title: 每月检查
  when: {monthly: 30}
  who: {units: [综治办, 党政办]}
  done: {by: any}
  remind:
    - {before: due, by: 1 workday, to: assignee}
    - {after: due, by: 1 workday, to: assignee}
"""
    now = local_time("2026-11-26 17:00")
    acts.world.apply(now)
    acts.world.at("2026-11-26 17:00")
    acts.world.at("2026-11-27 08:40")
    with acts.reading() as session:
        assert session.scalars(select(OfficeVersionRow)).all()
        duty = acts.duty(session, "monthly-check", "")
        ids = session.scalars(
            select(ObligationRow.id)
            .where(ObligationRow.occurrence_id == duty.occurrence_id)
            .order_by(ObligationRow.id)
        ).all()
    return acts, ids[:2], local_time("2026-11-27 10:00")
