"""A message that asks for a signature climbs if nobody gives one within the term; otherwise it does not."""

import pytest
from sqlalchemy import event, select

from models.obligations import AcknowledgementRow
from models.queries.fire import Terms
from models.queries.sweep import sweep_chunk
from schedules.errors import Refused
from tasks.duties.acknowledge import acknowledge, signatures, waits_for_signature

ASKING = """\
report:
  title: 月报
  when: {dates: [2026-11-30]}
  who: {people: [xuli]}
  done: {by: each, within: 1 days}
  remind:
    - before: due
      by: 5 workdays
      acknowledge: {within: 1 workday, else: [unit-head]}
      repeat: {every: 4 hours, most: 1}
    - {after: due, by: 1 workday, notice: red, to: [assignee, deputy]}
"""


@pytest.fixture
def asked(desk):
    """Xu Li was asked on Tuesday at 08:40 to sign until Wednesday 08:40."""
    desk.begin(ASKING)
    (message,) = desk.at("2026-11-24 08:40")
    assert message.recipient_key == "xuli"
    assert "请先打开链接签收" in message.body
    return desk


def sign(desk, person: str, at: str) -> bool:
    with desk.world.writing() as (session, live):
        return acknowledge(
            session, live, obligation_id=desk.duty().id, person_id=desk.person(session, person),
            by=desk.person(session, person), how="link", now=desk.local(at),
        )  # fmt: skip


def test_nobody_signs_and_the_head_is_told_once(asked):
    asked.at("2026-11-24 15:00")

    (message,) = asked.at("2026-11-25 08:40")

    assert message.recipient_key == "majun"
    assert "至今无人签收" in message.body
    assert asked.told("2026-11-25 09:40") == []


def test_who_has_signed_is_not_reported(asked):
    assert sign(asked, "xuli", "2026-11-24 09:00")
    assert not sign(asked, "xuli", "2026-11-24 09:01"), "signing twice changes nothing"

    assert asked.told("2026-11-24 12:40") == ["xuli"], "what is not done is still asked for"
    assert asked.told("2026-11-25 08:40") == []
    assert len(asked.audited("acknowledge")) == 1
    with asked.world.db.reading() as session:
        (signature,) = signatures(session, asked.duty())
        assert signature.name == "徐莉"


def test_a_signature_given_while_the_climb_waits_holds_it_back(asked):
    asked.world.sweep(asked.local("2026-11-25 08:41"))
    assert asked.waiting() > 0

    sign(asked, "xuli", "2026-11-25 08:42")

    assert {message.recipient_key for message in asked.world.deliver(asked.local("2026-11-25 08:43"))} == {
        "xuli"
    }
    assert ("majun", "closed", None) in asked.reminders(asked.duty().id)


def test_what_was_missed_while_everything_stood_still_is_not_lost(desk):
    desk.begin(ASKING)

    assert desk.told("2026-11-26 09:00") == ["majun", "xuli"]


def test_a_duty_given_anew_asks_anew_and_climbs_for_nothing_older(asked):
    sign(asked, "xuli", "2026-11-24 09:00")
    asked.transfer(asked.duty().id, "tangning", "2026-11-24 10:00")

    told = {message.recipient_key: message.title for message in asked.at("2026-11-24 15:00")}
    assert told.keys() == {"tangning", "xuli"}
    assert told["xuli"].startswith("【转出】"), "the one before hears once that it is no longer hers"
    # The repeat asked Tang Ning at 12:40; nobody signed in this epoch, so the climb of the ladder comes.
    assert "majun" in asked.told("2026-11-25 08:40")


def test_only_those_who_were_asked_sign(asked):
    with pytest.raises(Refused):
        sign(asked, "wutao", "2026-11-24 09:00")
    with asked.world.db.reading() as session:
        assert session.scalars(select(AcknowledgementRow)).all() == []
        assert waits_for_signature(
            session, asked.duty(), asked.person(session, "xuli"), now=asked.local("2026-11-24 09:00")
        )
        assert not waits_for_signature(
            session, asked.duty(), asked.person(session, "wutao"), now=asked.local("2026-11-24 09:00")
        )


def test_nothing_to_sign_before_it_is_asked_or_after_it_is_done(desk):
    desk.begin(ASKING)
    desk.world.open(desk.local("2026-11-24 08:40"))
    with pytest.raises(Refused):
        sign(desk, "xuli", "2026-11-24 08:40")
    desk.at("2026-11-24 08:40")
    desk.confirm(desk.duty().id, "2026-11-24 09:00", by="xuli")
    with pytest.raises(Refused):
        sign(desk, "xuli", "2026-11-24 09:30")
    assert desk.told("2026-11-25 08:40") == []


def test_a_red_notice_is_a_word_in_the_title_and_reaches_no_deputy_of_somebody_here(asked):
    sign(asked, "xuli", "2026-11-24 09:00")
    asked.at("2026-11-25 08:40")

    (message,) = asked.at("2026-12-02 08:40")

    assert message.title.startswith("【红色督办】月报")
    assert asked.reminders(asked.duty().id)[-1] == ("xuli", None, None)


def test_a_sweep_is_the_same_few_statements_however_many_sign_or_are_away(desk):
    everybody = ASKING.replace("{people: [xuli]}", "{roles: [staff]}")
    counts: list[int] = []

    def count(_conn, _cursor, _statement, *_rest) -> None:
        counts[-1] += 1

    desk.begin(everybody)
    desk.absence("xuli", "2026-11-24", "2026-11-30", "tangning")
    desk.world.open(desk.local("2026-11-24 08:40"))
    event.listen(desk.world.db.engine, "before_cursor_execute", count)
    for at in ("2026-11-24 08:41", "2026-11-25 08:41"):
        counts.append(0)
        with desk.world.db.writing.begin() as session:
            sweep_chunk(session, Terms(now=desk.local(at), later=desk.local(at)), chunk=10_000)
    event.remove(desk.world.db.engine, "before_cursor_execute", count)

    assert len(desk.reminders(desk.duties()[0].id)) > 1
    assert counts[0] == counts[1] <= 12
