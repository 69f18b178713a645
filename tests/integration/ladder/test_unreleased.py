"""Drafts that nobody released: the clerk is reminded after a working day, once a day, and not of what is settled."""

import pytest
from sqlalchemy import select, update

from models.messages import MessageRow, NoticeRow
from models.obligations import ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow
from tasks.delivery.links import LINK
from tasks.delivery.unreleased import KIND, remind_of_drafts

THURSDAY, FRIDAY, MONDAY = "2026-11-19", "2026-11-20", "2026-11-23"


@pytest.fixture
def held(world, local_time):
    """A message to a head that has waited for release since Thursday 19 November, 08:40."""
    world.begin("2026-11-16 08:30", "2026-11-16 08:40")
    with world.db.writing.begin() as session:
        message = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .where(PersonRow.key == "chenxia", MessageRow.state == "sent")
        ).one()
        message.state, message.send_at = "held", local_time(f"{THURSDAY} 08:40")
        return message.id


def remind(world, now):
    with world.writing() as (session, live):
        return remind_of_drafts(session, live, now=now)


def reminders(world):
    with world.db.reading() as session:
        query = (
            select(MessageRow)
            .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
            .where(NoticeRow.kind == KIND)
            .order_by(MessageRow.id)
        )
        return list(session.scalars(query))


def test_the_clerk_is_reminded_after_one_working_day_and_not_before(world, held, local_time):
    assert remind(world, local_time(f"{FRIDAY} 08:39")) == 0
    assert remind(world, local_time(f"{FRIDAY} 08:41")) == 1

    (message,) = reminders(world)
    assert message.title == "有1份消息待您核发"
    assert "陈霞" in message.body
    assert "11月19日（周四）" in message.body
    assert LINK in message.body


def test_once_a_day_however_often_it_looks(world, held, local_time):
    assert remind(world, local_time(f"{FRIDAY} 09:00")) == 1
    assert remind(world, local_time(f"{FRIDAY} 09:00")) == 0
    assert remind(world, local_time(f"{FRIDAY} 16:00")) == 0
    assert remind(world, local_time("2026-11-21 09:00")) == 0, "a rest day"
    assert remind(world, local_time(f"{MONDAY} 09:00")) == 1

    first, second = reminders(world)
    assert (first.state, first.reason) == ("withdrawn", "superseded"), "two reminders never wait side by side"
    assert second.state == "queued"


def test_nothing_of_the_draft_is_quoted(world, held, local_time):
    with world.db.writing.begin() as session:
        session.execute(
            update(MessageRow).where(MessageRow.id == held).values(title="金丝雀标题", body="金丝雀正文")
        )

    remind(world, local_time(f"{FRIDAY} 09:00"))

    (message,) = reminders(world)
    assert "金丝雀" not in f"{message.title}{message.body}"
    assert "研判" not in f"{message.title}{message.body}"


@pytest.mark.parametrize("change", ["released", "paper", "done"])
def test_what_does_not_wait_for_a_release_is_no_draft(world, held, local_time, change):
    with world.db.writing.begin() as session:
        if change == "released":
            session.get_one(MessageRow, held).state = "queued"
        elif change == "done":
            session.execute(update(ObligationRow).values(state="done"))
        else:
            paper = session.scalars(select(ChannelRow.id).where(ChannelRow.url == "paper://")).one()
            session.get_one(MessageRow, held).channel_id = paper

    assert remind(world, local_time(f"{FRIDAY} 09:00")) == 0


def test_a_draft_for_next_week_is_not_late(world, held, local_time):
    with world.db.writing.begin() as session:
        session.get_one(MessageRow, held).send_at = local_time("2026-11-30 08:15")

    assert remind(world, local_time(f"{FRIDAY} 09:00")) == 0


def test_after_a_holiday_the_first_working_day_counts(world, held, local_time):
    """2026-10-01 to 10-07 are the National Day holiday; 10-08 is the first working day after 09-30."""
    with world.db.writing.begin() as session:
        session.get_one(MessageRow, held).send_at = local_time("2026-09-30 15:00")

    assert remind(world, local_time("2026-10-08 14:00")) == 0
    assert remind(world, local_time("2026-10-08 15:00")) == 1
