"""Three levels of reach, each complete: on paper, by a group's bot that names who owes, by personal messages."""

import pytest
from post import DUTY, said
from sqlalchemy import func, select

from models.messages import MessageRow
from models.people import ChannelRow, PersonRow, RecipientRow
from models.queries import taking
from schedules.words import phrase
from tasks.delivery.outcomes import Outcome
from tasks.delivery.release import draft, release
from tasks.delivery.tell import tell
from tasks.job_names import CLAIM

TWO = DUTY.replace("[jiangtao]", "[jiangtao, liwen, xuli]")
LATE = """
report:
  title: 情况报送
  when: {weekly: 周五, time: "15:00"}
  who: {people: [jiangtao]}
  done: {by: each}
  remind:
    - {before: due, by: 3 workdays}
    - {after: due, by: 1 workday}
    - {after: due, by: 1 workday, to: unit-head}
"""
GROUP = "{level: group, people: [], group: group}"


def held(post, person: str) -> list[tuple[str, str, str | None]]:
    return post.messages(person)


def test_on_paper_everything_waits_for_the_clerk_and_nothing_is_sent(post):
    post.begin(reach="{level: paper}", duty=TWO)

    assert post.at("2026-11-24 08:40") == []

    for person in ("jiangtao", "liwen", "xuli"):
        assert post.messages(person) == [("held", "@paper", None)]


def test_on_paper_a_second_reminder_joins_what_was_not_handed_over_yet(post):
    post.begin(reach="{level: paper}")
    post.at("2026-11-24 08:40")
    post.at("2026-11-26 08:40")

    assert post.messages("jiangtao") == [("held", "@paper", None)]


def test_a_group_gets_one_message_that_mentions_only_those_who_owe(post):
    post.begin(reach=GROUP, duty=TWO)

    sent = post.at("2026-11-24 08:40")

    assert [(message.is_group, message.channel_key) for message in sent] == [(True, "group")]
    assert [(each.name, each.mobile) for each in sent[0].mentions] == [
        ("徐莉", "13800000116"), ("李雯", "13800000119"), ("江涛", "13800000120"),
    ]  # fmt: skip
    assert sent[0].link_person is None
    for name in ("江涛", "李雯", "徐莉", "13800000120"):
        assert name not in sent[0].title + sent[0].body


def test_an_announcement_to_the_group_mentions_nobody(post):
    post.begin(
        reach=GROUP,
        duty=DUTY.replace("- {before: due, by: 3 workdays}", "- {before: due, by: 3 workdays, to: group}"),
    )

    sent = post.at("2026-11-24 08:40")

    assert [message.mentions for message in sent] == [()]


def test_an_announcement_at_the_same_moment_silences_no_mention(post):
    rung = "- {before: due, by: 3 workdays}"
    post.begin(
        reach=GROUP, duty=TWO.replace(rung, f"{rung}\n    - {{before: due, by: 3 workdays, to: group}}")
    )

    sent = post.at("2026-11-24 08:40")

    assert [[each.name for each in message.mentions] for message in sent] == [["徐莉", "李雯", "江涛"]]


def test_who_is_late_is_named_in_the_group_only_after_the_clerk_released_it(post):
    post.begin(reach=GROUP, duty=LATE)
    post.at("2026-11-24 08:40")

    assert post.at("2026-11-30 08:40") == []

    assert ("held", "group", None) in post.messages("group")


def test_what_was_released_for_the_group_is_not_mixed_with_what_was_not(post):
    post.begin(reach=GROUP, duty=LATE)
    post.says["group"] = said(Outcome.LATER, retry_after=3 * 86_400)
    post.at("2026-11-24 08:40")
    post.at("2026-11-27 08:40")
    post.at("2026-11-30 08:40")
    post.says.clear()
    now = post.local("2026-11-30 09:00")
    with post.world.writing() as (session, live):
        query = select(MessageRow.id).join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
        draft_id = session.scalars(query.where(MessageRow.state == "held", RecipientRow.key == "group")).one()
        shown = draft(session, live, post.world.texts, message_id=draft_id, now=now)
        release(session, live, message_id=draft_id, by=None, shown_digest=shown.digest, now=now)

    sent = [message for message in post.deliver(post.local("2026-12-03 15:00")) if message.is_group]

    assert len(sent) == 2
    assert shown.body in [message.body for message in sent]


def test_who_is_late_is_not_named_either_by_what_comes_to_the_group_from_another_level(post):
    post.begin(duty=LATE)
    post.at("2026-11-24 08:40")
    post.says["app"] = said(Outcome.LATER, retry_after=3_600)
    post.at("2026-11-30 08:40")
    text = post.world.files["office.yaml"]
    start = text.index("\nreach:")
    post.world.files["office.yaml"] = (
        f"{text[:start]}\nreach: {GROUP}{text[text.index(chr(10), start + 1) :]}"
    )

    post.world.apply(post.local("2026-11-30 09:00"))

    sent = [message for message in post.deliver(post.local("2026-11-30 10:00")) if message.is_group]
    assert [message.mentions for message in sent] == [()]


def test_more_than_one_look_of_paper_goes_over_no_wire(post, monkeypatch):
    monkeypatch.setattr(taking, "MOST", 1)
    post.begin(reach="{level: paper}")
    now = post.local("2026-11-24 09:00")
    with post.world.writing() as (session, live):
        told = tell(
            session, live, kind="test", key="1", people=session.scalars(select(PersonRow.id)).all(), now=now,
            title=phrase("A matter for you"), lines=lambda _lang: [phrase("A matter for you")],
        )  # fmt: skip

    assert told > CLAIM
    assert post.deliver(now) == []

    with post.world.db.reading() as session:
        assert (
            session.scalar(select(func.count()).where(MessageRow.state == "held", MessageRow.lane == "test"))
            == told
        )
        assert session.scalars(select(ChannelRow.broken_at).where(ChannelRow.key == "@paper")).one() is None


def test_a_supervisor_whom_the_provider_refuses_is_told_on_paper_from_then_on(post):
    post.begin(reach="{level: group, people: [app], group: group}", duty=LATE)
    post.says["app"] = said(Outcome.PERSON, "60111")
    post.at("2026-11-24 08:40")
    post.at("2026-11-30 08:40")
    post.at("2026-12-01 08:40")

    post.at("2026-12-07 08:40")

    assert [(state, channel) for state, channel, _ in post.messages("zhenghua")][-1] == ("held", "@paper")


def test_supervisors_are_told_on_paper_never_in_the_group(post):
    post.begin(reach=GROUP, duty=LATE)
    post.at("2026-11-24 08:40")
    post.at("2026-11-30 08:40")

    assert post.messages("zhenghua") == [("held", "@paper", None)]


def test_a_group_reaches_supervisors_by_their_own_channels_where_they_have_one(post):
    post.begin(reach="{level: group, people: [mail], group: group}", duty=LATE)
    post.at("2026-11-24 08:40")
    sent = post.at("2026-11-30 08:40")

    assert [(m.recipient_key, m.channel_key) for m in sent] == [("zhenghua", "mail")]


def test_whom_the_bot_cannot_name_is_told_on_paper(post, world):
    old = "jiangtao,江涛,城建办,科员,机关工作人员,执法人员,13800000120,jiangtao,"
    assert old in world.files["people.csv"]
    world.files["people.csv"] = world.files["people.csv"].replace(
        old, "jiangtao,江涛,城建办,科员,机关工作人员,执法人员,,,"
    )
    post.begin(reach=GROUP, duty=TWO)

    sent = post.at("2026-11-24 08:40")

    assert {each.name for each in sent[0].mentions} == {"徐莉", "李雯"}
    assert post.messages("jiangtao") == [("held", "@paper", None)]


def test_a_deputy_is_mentioned_while_somebody_is_away(post):
    from_on, until = "2026-11-24", "2026-11-25"
    post.begin(reach=GROUP)
    post.away("jiangtao", from_on, until, deputy="liwen")

    sent = post.at("2026-11-24 08:40")

    assert [each.name for each in sent[0].mentions] == ["李雯"]


@pytest.mark.parametrize("reach", ["{level: group, people: app}", "{level: personal}", "{people: nobody}"])
def test_a_level_that_has_nothing_to_stand_on_is_refused(post, reach):
    with pytest.raises(AssertionError, match="reach"):
        post.begin(reach=reach)


def test_personal_messages_may_have_one_channel_or_several(post):
    post.begin(reach="{people: mail, group: group}")

    assert [message.channel_key for message in post.at("2026-11-24 08:40")] == ["mail"]


def waiting_on_app(post) -> None:
    post.begin(reach="{people: [app, sms, mail], group: group}")
    post.says["app"] = said(Outcome.RETRY, "system busy")
    post.at("2026-11-24 08:40")
    assert post.messages("jiangtao") == [("retry", "app", "system busy")]
    post.says.clear()


def test_what_waits_when_the_office_turns_to_paper_is_printed_and_not_sent(post, world):
    waiting_on_app(post)
    office = world.files["office.yaml"]
    world.files["office.yaml"] = office.replace(
        "reach: {people: [app, sms, mail], group: group}", "reach: {level: paper}"
    )
    world.apply(post.local("2026-11-24 08:45"))

    assert post.deliver(post.local("2026-11-24 09:00")) == []
    assert [(state, channel) for state, channel, _ in post.messages("jiangtao")] == [("held", "@paper")]


def test_what_waits_on_a_channel_that_the_office_gave_up_goes_out_on_the_next(post, world):
    waiting_on_app(post)
    lines = world.files["office.yaml"].replace("[app, sms, mail]", "[sms, mail]").splitlines(keepends=True)
    world.files["office.yaml"] = "".join(line for line in lines if not line.startswith("  app:"))
    world.apply(post.local("2026-11-24 08:45"))

    assert [each.channel_key for each in post.deliver(post.local("2026-11-24 09:00"))] == ["sms"]
    assert post.messages("jiangtao") == [("sent", "sms", None)]
