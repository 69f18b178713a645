"""Messages that wait for the clerk: only the clerk releases, and what waits already takes it along."""

import pytest
from sqlalchemy import func, select

from models.messages import MessageRow, ReminderRow
from schedules.errors import Refused
from tasks.delivery.release import draft, hold_back, release


@pytest.fixture
def held(acts, local_time):
    """A held message of the ladder, on 7 December."""
    for moment in ("2026-12-01 08:40", "2026-12-03 08:40", "2026-12-07 08:40"):
        acts.world.at(moment)
    with acts.reading() as session:
        message = session.scalars(
            select(MessageRow).where(MessageRow.state == "held", MessageRow.lane == "normal")
        ).first()
        assert message is not None
        return message


def let_go(acts, message_id: int, now, *, by: str | None):
    with acts.world.writing() as (session, live):
        shown = draft(session, live, acts.world.texts, message_id=message_id, now=now)
        release(
            session, live, message_id=message_id, by=acts.person(session, by) if by else None, shown_digest=shown.digest, now=now
        )  # fmt: skip


def test_only_the_clerk_releases_or_holds_back(acts, held, local_time):
    now = local_time("2026-12-07 09:00")

    with pytest.raises(Refused):
        let_go(acts, held.id, now, by="zhaogang")
    with acts.world.writing() as (session, _), pytest.raises(Refused):
        hold_back(session, message_id=held.id, by=acts.person(session, "zhaogang"), reason="不必", now=now)

    let_go(acts, held.id, now, by="wangmin")
    with acts.reading() as session:
        assert session.get_one(MessageRow, held.id).state == "queued"


def twin_of(acts, held: MessageRow, now) -> int:
    with acts.world.db.writing.begin() as session:
        twin = MessageRow(
            recipient_id=held.recipient_id, channel_id=held.channel_id, lane=held.lane, state="queued", send_at=now, merged_at=now
        )  # fmt: skip
        session.add(twin)
        session.flush()
        return twin.id


def test_it_joins_what_already_waits_for_the_same_reader(acts, held, local_time):
    now = local_time("2026-12-07 09:00")
    twin = twin_of(acts, held, now)

    let_go(acts, held.id, now, by="wangmin")

    with acts.reading() as session:
        moved = session.scalar(select(func.count()).where(ReminderRow.message_id == twin))
        left = session.scalar(select(func.count()).where(ReminderRow.message_id == held.id))
        emptied = session.get_one(MessageRow, held.id)
        assert (emptied.state, emptied.reason) == ("withdrawn", "merged")
        assert moved
        assert not left


def test_nothing_joins_what_was_released_and_not_read(acts, held, local_time):
    now = local_time("2026-12-07 09:00")
    let_go(acts, held.id, now, by="wangmin")

    newer = twin_of(acts, held, now)

    with acts.reading() as session:
        assert session.get_one(MessageRow, held.id).state == "queued"
        assert session.get_one(MessageRow, newer).state == "queued"


def test_a_summary_takes_the_place_of_an_older_one_that_still_waits(acts, held, local_time):
    now = local_time("2026-12-07 09:00")
    with acts.reading() as session:
        summary = session.scalars(
            select(MessageRow).where(MessageRow.state == "held", MessageRow.lane == "summary")
        ).first()
        assert summary is not None
    older = twin_of(acts, summary, now)

    let_go(acts, summary.id, now, by="wangmin")

    with acts.reading() as session:
        assert (session.get_one(MessageRow, summary.id).state, session.get_one(MessageRow, older).state) == (
            "queued",
            "withdrawn",
        )


@pytest.mark.parametrize("reason", ["", " \n", "\x00"])
def test_holding_back_needs_a_reason_that_can_be_read(acts, held, local_time, reason):
    with acts.world.writing() as (session, _), pytest.raises(Refused) as caught:
        hold_back(session, message_id=held.id, by=None, reason=reason, now=local_time("2026-12-07 09:00"))

    assert caught.value.field == "reason"
