"""One thing that is broken holds up nothing else."""

from datetime import timedelta

from sqlalchemy import select, update

from models.messages import MessageRow
from models.people import PersonRow
from models.schedules import ScheduleRow, ScheduleVersionRow


def test_a_schedule_that_cannot_be_opened_is_put_off_and_the_others_open(world, local_time):
    now = local_time("2026-11-23 09:00")
    world.apply(now)
    with world.db.writing.begin() as session:
        broken = (
            select(ScheduleRow.live_version_id).where(ScheduleRow.key == "half-year-review").scalar_subquery()
        )
        session.execute(
            update(ScheduleVersionRow)
            .where(ScheduleVersionRow.id == broken)
            .values(spec_json='{"id": 7}', digest="broken")
        )

    sent = world.at("2026-11-23 09:00")

    assert sent
    with world.db.reading() as session:
        rows = {row.key: row for row in session.scalars(select(ScheduleRow))}
    assert rows["half-year-review"].next_at == now + timedelta(hours=1)
    assert rows["enforcement-training"].opened_through == now


def test_a_message_that_cannot_be_composed_fails_alone(world, local_time):
    world.apply(local_time("2026-11-23 09:00"))
    with world.db.writing.begin() as session:
        no_text = world.cipher._fernet.encrypt(b"\xff\xfe")
        session.execute(update(PersonRow).where(PersonRow.key == "dongjie").values(mobile_enc=no_text))

    sent = world.at("2026-11-23 09:00")

    assert len(sent) > 20
    assert "dongjie" not in {message.recipient_key for message in sent}
    with world.db.reading() as session:
        failed = session.scalars(select(MessageRow).where(MessageRow.state == "failed")).all()
    assert [row.reason for row in failed] == ["cannot-be-composed"]
