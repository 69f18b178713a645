"""A summary goes to whoever stands in for its reader, where that one can be sent anything; else to its reader."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.messages import MessageRow, NoticeRow
from models.people import ChannelRow, PartyRow, PersonRow, RecipientRow, RouteRow
from tasks.wording.summary_text import KIND


@pytest.mark.parametrize("channel", ["@none", "@paper"])
def test_a_stand_in_without_a_wire_gets_no_summary_and_breaks_no_channel(acts, local_time, channel):
    for moment in ("2026-12-01 08:40", "2026-12-03 08:40", "2026-12-07 08:40"):
        acts.world.at(moment)
    now = local_time("2026-12-07 09:00")
    with acts.world.db.writing.begin() as session:
        message = session.scalars(
            select(MessageRow)
            .join(NoticeRow, NoticeRow.message_id == MessageRow.id)
            .where(NoticeRow.kind == KIND, MessageRow.state == "held")
        ).first()
        reader = session.get_one(RecipientRow, message.recipient_id)
        other = session.scalars(select(RecipientRow).where(RecipientRow.key == "zhaogang")).one()
        party = session.scalars(select(PartyRow.id).where(PartyRow.person_id == reader.person_id)).one()
        wireless = session.scalars(select(ChannelRow.id).where(ChannelRow.key == channel)).one()
        session.execute(
            update(RouteRow)
            .where(
                RouteRow.party_id == party, RouteRow.to_kind == "assignee", RouteRow.recipient_id == reader.id
            )
            .values(recipient_id=other.id, channel_id=wireless)
        )
        message.state, message.send_at = "queued", now
        name = session.get_one(PersonRow, reader.person_id).name

    sent = acts.world.deliver(now + timedelta(seconds=1))

    assert name in [each.recipient_name for each in sent]
    assert channel not in [each.channel_key for each in sent]
