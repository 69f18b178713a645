"""A week of the starter office, by hand: what opens, who is told, who is left in peace."""

from datetime import date, timedelta

from sqlalchemy import func, select, update

from models.messages import MessageRow, ReminderRow
from models.obligations import ObligationRow, OccurrenceRow
from models.people import PersonRow, RecipientRow
from models.schedules import ScheduleRow
from tasks.delivery.release import draft, release
from tasks.roster.absences import add_absence


def states(world, schedule: str, part: str) -> dict[str, int]:
    with world.db.reading() as session:
        query = (
            select(ObligationRow.state, func.count())
            .join(OccurrenceRow, OccurrenceRow.id == ObligationRow.occurrence_id)
            .join(ScheduleRow, ScheduleRow.id == OccurrenceRow.schedule_id)
            .where(ScheduleRow.key == schedule, ObligationRow.part == part)
            .group_by(ObligationRow.state)
        )
        return dict(session.execute(query).all())


def test_a_first_apply_opens_what_holds_now_and_tells_only_that(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))

    sent = world.at("2026-11-23 09:00")

    assert states(world, "half-year-review", "collect")["open"] >= 6
    assert states(world, "enforcement-training", "")["open"] == 15, (
        "three of the eighteen cards have expired by then"
    )
    assert sent
    assert len({message.recipient_key for message in sent}) == len(sent), "one message for each person"


def test_opening_and_sweeping_twice_changes_nothing(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.at("2026-11-23 09:00")
    with world.db.reading() as session:
        before = session.scalar(select(func.count()).select_from(ReminderRow))

    with world.db.writing.begin() as session:
        session.execute(update(ScheduleRow).values(next_at=local_time("2026-11-23 09:00")))
    sent = world.at("2026-11-23 09:01")

    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReminderRow)) == before
    assert sent == []


def test_the_study_day_is_announced_once_to_the_group_and_to_nobody_who_only_attends(world, local_time):
    world.apply(local_time("2026-11-24 09:00"))
    world.at("2026-11-24 09:00")
    world.at("2026-11-26 08:40")

    announced = world.at("2026-11-26 16:00")

    assert [message.is_group for message in announced] == [True]
    assert "11月27日" in announced[0].body
    assert states(world, "friday-study", "make_up") == {"expected": 60}


def test_each_head_gets_a_summary_of_the_own_unit_to_release(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.at("2026-11-23 09:00")
    world.at("2026-11-27 16:30")

    with world.db.reading() as session:
        drafted = dict(
            session.execute(
                select(RecipientRow.key, MessageRow.body)
                .join(MessageRow, MessageRow.recipient_id == RecipientRow.id)
                .where(MessageRow.lane == "summary", MessageRow.state == "held")
            ).all()
        )
    assert {"hanxue", "chenxia", "xuwenjing"} <= drafted.keys(), (
        "a section's head, a community's, their leader"
    )
    assert "党建办|韩雪" in drafted["hanxue"]
    assert "民主社区" not in drafted["hanxue"]


def test_the_summary_of_a_head_who_went_on_leave_meanwhile_goes_to_the_stand_in(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    world.at("2026-11-23 09:00")
    world.at("2026-11-27 16:30")
    saturday = local_time("2026-11-28 10:00")
    with world.writing() as (session, live):
        people = dict(session.execute(select(PersonRow.key, PersonRow.id)).all())
        add_absence(
            session, live, person_id=people["hanxue"], from_on=date(2026, 11, 28), until_on=date(2026, 12, 5), kind="leave",
            deputy_id=people["chenxia"], by=None, now=saturday,
        )  # fmt: skip
        for message_id in session.scalars(select(MessageRow.id).where(MessageRow.state == "held")).all():
            shown = draft(session, live, world.texts, message_id=message_id, now=saturday)
            release(
                session,
                live,
                message_id=message_id,
                by=people["wangmin"],
                shown_digest=shown.digest,
                now=saturday,
            )

    sent = [message for message in world.at("2026-11-30 08:15") if "督办提示" in message.title]

    assert "hanxue" not in {message.recipient_key for message in sent}
    own, instead = sorted(
        (each.body for each in sent if each.recipient_key == "chenxia"), key=lambda body: "代韩雪" in body
    )
    assert instead.startswith("代韩雪：\n")
    assert "党建办|韩雪" in instead
    assert "党建办|韩雪" not in own


def test_nobody_is_invited_to_a_study_day_that_has_begun(world, local_time):
    world.apply(local_time("2026-11-24 09:00"))
    world.at("2026-11-24 09:00")

    late = world.at("2026-11-27 15:00")

    assert [message.body for message in late if message.is_group] == []
    with world.db.reading() as session:
        assert session.scalars(
            select(ReminderRow.withdrawn).where(ReminderRow.withdrawn.is_not(None))
        ).all() == ["begun"]


def test_an_invitation_that_is_late_still_goes_out_before_the_study_day_begins(world, local_time):
    world.apply(local_time("2026-11-24 09:00"))
    world.at("2026-11-24 09:00")

    late = world.at("2026-11-27 14:59")

    assert ["今天15:00" in message.body for message in late if message.is_group] == [True]


def test_nothing_is_sent_after_the_duty_was_withdrawn_between_sweep_and_claim(world, local_time):
    now = local_time("2026-11-23 09:00")
    world.apply(now)
    world.open(now)
    world.sweep(now)
    with world.db.writing.begin() as session:
        session.execute(update(ObligationRow).values(state="done", next_at=None, next_no=None))

    sent = world.deliver(now + timedelta(seconds=1))

    assert sent == []
    with world.db.reading() as session:
        assert set(session.scalars(select(MessageRow.state))) == {"withdrawn"}
