"""An office that reaches people on paper: what routing leaves for the clerk is what the clerk prints, hands over, and counts."""

from sqlalchemy import select

from models.messages import MessageRow
from tasks.delivery.paper import hand_over, to_print

NOW = "2026-11-16 08:41"


def test_at_level_paper_everything_for_a_person_is_printed_and_counts_once_handed_over(world, local_time):
    office = world.files["office.yaml"]
    world.files["office.yaml"] = office.replace(
        "reach: {people: personal", "reach: {level: paper, people: personal"
    )
    world.begin("2026-11-16 08:30", "2026-11-16 08:40")
    assert [message for message in world.sent if not message.is_group] == []

    with world.writing() as (session, live):
        notes = to_print(session, live, world.texts, now=local_time(NOW))
        for note in notes:
            hand_over(
                session, live, world.texts, message_id=note.message_id, version=note.version, on=live.today(local_time(NOW)), by=None,
                now=local_time(NOW),
            )  # fmt: skip

    assert {"陈霞", "周凯"} <= {note.name for note in notes}
    assert all(note.unit for note in notes if note.name), "only what is posted for all stands under no unit"
    with world.db.reading() as session:
        states = session.scalars(
            select(MessageRow.state).where(MessageRow.id.in_([n.message_id for n in notes]))
        ).all()
    assert set(states) == {"sent"}
    with world.writing() as (session, live):
        assert to_print(session, live, world.texts, now=local_time(NOW)) == []
