"""A gathering is recorded once for all; recording again moves people between present, on leave and absent."""

from datetime import date

import pytest
from sqlalchemy import func, select

from models.messages import ReminderRow
from models.obligations import ConfirmationRow, EvidenceRow
from schedules.errors import Refused

MADE_UP_BY = date(2026, 12, 11)  # 10 working days after Friday 27 November


@pytest.fixture
def held(acts):
    acts.world.at("2026-11-27 09:00")
    return acts


def member(acts, key: str):
    return acts.look("friday-study", "make_up", key="2026-11-27", owner=key)


def told_to_make_up(acts, moment: str) -> set[str]:
    return {message.recipient_key for message in acts.world.at(moment) if "补学" in message.title}


def test_the_term_to_make_up_counts_from_the_gathering_however_late_it_is_recorded(held, local_time):
    held.gather(local_time("2026-12-01 10:00"), {"chenxia": "absent"})

    assert member(held, "chenxia").due_on == MADE_UP_BY


def test_what_was_passed_before_the_record_is_not_made_up_for(held, local_time):
    held.gather(local_time("2026-12-14 10:00"), {"chenxia": "absent"})

    assert told_to_make_up(held, "2026-12-14 15:00") == {"chenxia"}, (
        "neither twice nor over the head of who was absent"
    )


def test_recording_again_moves_people_and_repeats_no_message(held, local_time):
    held.gather(local_time("2026-11-27 17:00"), {"chenxia": "absent", "majun": "absent"})
    assert told_to_make_up(held, "2026-11-30 08:40") == {"chenxia", "majun"}

    held.gather(local_time("2026-11-30 10:00"), {"chenxia": "leave", "zhaogang": "absent"})
    counted = held.gather(local_time("2026-11-30 11:00"), {"chenxia": "absent", "zhaogang": "absent"})

    assert (counted.present, counted.leave, counted.absent) == (58, 0, 2)
    assert told_to_make_up(held, "2026-11-30 15:00") == {"zhaogang"}
    assert (member(held, "majun").state, member(held, "majun").next_at) == ("done", None)
    with held.reading() as session:
        sent = select(func.count()).where(ReminderRow.obligation_id == member(held, "chenxia").id)
        assert session.scalar(sent) == 1


def test_the_earlier_record_is_kept_beside_its_correction(held, local_time):
    sheet = held.file("image/jpeg")
    held.gather(local_time("2026-11-27 17:00"), {"chenxia": "absent"}, files={"sheet": [sheet]})

    held.gather(local_time("2026-11-27 18:00"), {}, evidence={"topic": "宪法", "law": ["宪法"]})

    with held.reading() as session:
        records = session.scalars(select(ConfirmationRow).order_by(ConfirmationRow.id)).all()
        topics = [
            session.scalars(
                select(EvidenceRow.value).where(
                    EvidenceRow.confirmation_id == row.id, EvidenceRow.name == "topic"
                )
            ).one()
            for row in records
        ]
        sheets = session.scalars(select(EvidenceRow.file_id).where(EvidenceRow.name == "sheet")).all()
    assert [(row.state, row.was) for row in records] == [("corrected", "open"), ("accepted", "open")]
    assert topics == ["行政处罚法", "宪法"]
    assert sheets == [sheet, sheet], "the sheet need not be uploaded again"
    assert (held.audited("confirm"), held.audited("correct")) == (1, 1)


def test_a_corrected_record_can_be_taken_back_whole(held, local_time):
    held.gather(local_time("2026-11-27 17:00"), {"chenxia": "absent"})
    held.gather(local_time("2026-11-27 18:00"), {"majun": "absent"})
    record = held.look("friday-study", "record", key="2026-11-27")

    held.undo(record.id, local_time("2026-11-27 18:30"), by="liuyang")

    assert {member(held, key).state for key in ("chenxia", "majun")} == {"expected"}
    assert held.again(record.id).state == "open"


def test_a_mark_is_leave_or_absent(held, local_time):
    with pytest.raises(Refused) as caught:
        held.gather(local_time("2026-11-27 17:00"), {"chenxia": "late"})

    assert caught.value.field == "away"
