"""Handing a duty over, and what a leaver leaves behind."""

import pytest

from models.obligations import ObligationRow
from schedules.errors import NotFound, Refused

DUTY = """\
report:
  title: 台账报送
  when: {dates: [2026-11-30]}
  who: {people: [xuli]}
  remind:
    - {before: due, by: 4 workdays}
    - {before: due, by: 3 workdays}
    - {before: due, by: 1 workday}
    - {after: due, by: 1 workday, to: unit-head}
"""


@pytest.fixture
def given(desk):
    """Xu Li was told on Tuesday."""
    desk.begin(DUTY)
    assert desk.told("2026-11-24 08:40") == ["xuli"]
    return desk


def test_the_new_owner_is_told_at_once_and_from_here_on(given):
    duty = given.duty().id
    given.transfer(duty, "wutao", "2026-11-24 10:00")

    (message,) = given.at("2026-11-24 10:01")
    assert (message.recipient_key, message.title) == ("wutao", "【转办】台账报送")
    assert "原由徐莉承办，现转由您承办，请于11月30日（周一）18:00前办结。原因：岗位调整。" in message.body
    assert given.told("2026-11-25 08:40") == ["wutao"]
    given.at("2026-11-27 08:40")
    assert given.told("2026-12-01 08:40") == [], (
        "he heads his community himself, and nobody is told about himself"
    )
    (detail,) = given.audited("transfer")
    assert detail["before"] != detail["after"]


def test_the_one_before_hears_nothing_more_and_is_not_given_it_anew(given):
    duty = given.duty().id
    given.world.sweep(given.local("2026-11-25 08:41"))  # a message to Xu Li waits
    given.transfer(duty, "tangning", "2026-11-25 08:42")

    sent = given.world.deliver(given.local("2026-11-25 08:43"))
    assert "xuli" not in {message.recipient_key for message in sent}
    given.world.apply(given.local("2026-11-25 09:00"))
    given.at("2026-11-26 00:00")

    rows = {row.party_id: row for row in given.duties()}
    assert sorted((row.state, row.closed_why) for row in rows.values()) == [
        ("open", None),
        ("withdrawn", "transferred"),
    ]


def test_it_may_go_to_a_unit_and_back(given):
    duty = given.duty().id
    given.transfer(duty, "友谊社区", "2026-11-24 10:00")
    assert given.told("2026-11-24 10:01") == ["zhoukai"]
    assert given.told("2026-11-25 08:40") == ["zhoukai"]

    given.transfer(duty, "xuli", "2026-11-25 10:00", reason="还是她办")

    assert "xuli" in given.told("2026-11-27 08:40")
    assert [row.state for row in given.duties()].count("open") == 1
    given.confirm(duty, "2026-11-27 10:00", by="xuli")
    assert given.occurrence(duty) == "closed"


@pytest.mark.parametrize(
    ("to", "by", "reason"), [("xuli", None, "同一人"), ("wutao", "xuli", "自己转"), ("wutao", None, "  ")]
)
def test_a_transfer_that_makes_no_sense_changes_nothing(given, to, by, reason):
    duty = given.duty()

    with pytest.raises(Refused):
        given.transfer(duty.id, to, "2026-11-24 10:00", by=by, reason=reason)

    assert given.again(duty.id).party_id == duty.party_id


def test_a_stranger_cannot_take_it_over(given):
    with pytest.raises(NotFound):
        given.transfer(given.duty().id, "nobody", "2026-11-24 10:00")


def test_what_is_done_stays_with_who_did_it(given):
    duty = given.duty().id
    given.confirm(duty, "2026-11-24 09:00", by="xuli")

    with pytest.raises(Refused):
        given.transfer(duty, "wutao", "2026-11-24 10:00")


def test_who_owes_the_same_does_not_owe_it_twice(desk):
    desk.begin(DUTY.replace("[xuli]", "[xuli, wutao]"))
    desk.at("2026-11-24 08:40")

    with pytest.raises(Refused):
        desk.transfer(desk.duty(owner="xuli").id, "wutao", "2026-11-24 10:00")


def test_hours_and_certificates_are_each_ones_own(desk):
    enforcement = desk.world.files["enforcement.yaml"]
    desk.begin(enforcement)

    for schedule in ("enforcement-training", "enforcement-certificate"):
        with pytest.raises(Refused):
            desk.transfer(desk.duty(schedule=schedule).id, "wutao", "2026-11-24 10:00")


def leave(desk, person: str, at: str) -> None:
    """The person is not in the roster any more."""
    roster = desk.world.files["people.csv"].splitlines(keepends=True)
    desk.world.files["people.csv"] = "".join(row for row in roster if not row.startswith(f"{person},"))
    desk.world.apply(desk.local(at))


def test_what_a_leaver_owed_alone_is_told_to_head_and_clerk_and_can_be_taken_over(desk):
    desk.begin(DUTY.replace("people: [xuli]", "tags: [临聘], except: {people: [liwei, caoyong, shenjie]}"))
    assert desk.told("2026-11-24 08:40") == ["tangning"]
    leave(desk, "tangning", "2026-11-24 09:00")

    sent = {message.recipient_key: message for message in desk.at("2026-11-24 09:01")}

    assert sorted(sent) == ["majun", "wangmin"]
    assert "期限11月30日（周一），原只由唐宁承办，现无人承办" in sent["majun"].body
    assert desk.told("2026-11-24 09:02") == [], "once"
    desk.transfer(desk.duty().id, "xuli", "2026-11-24 09:10")
    assert desk.duty().state == "open"
    assert "xuli" in desk.told("2026-11-25 08:40")


def test_what_others_owe_too_is_no_orphan(desk):
    desk.begin(DUTY.replace("people: [xuli]", "tags: [临聘]"))
    desk.at("2026-11-24 08:40")
    leave(desk, "tangning", "2026-11-24 09:00")

    assert desk.told("2026-11-24 09:01") == []


def test_what_somebody_took_over_and_leaves_is_told_too(given):
    duty = given.duty().id
    given.transfer(duty, "tangning", "2026-11-24 09:00")
    given.at("2026-11-24 09:01")
    leave(given, "tangning", "2026-11-24 10:00")

    assert given.told("2026-11-24 10:01") == ["majun", "wangmin"]
    with given.world.db.reading() as session:
        assert session.get_one(ObligationRow, duty).closed_why == "left"
