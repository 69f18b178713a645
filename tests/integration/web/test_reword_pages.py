"""The clerk changes the words of a draft: they go out as written, the words before stay, links and length are kept."""

import re
from html import unescape

import pytest
from integration.web.test_desk_pages import summaries
from sqlalchemy import select, update

from models.messages import MessageRow, MessageWordsRow, ReminderRow
from models.obligations import AuditRow, ObligationRow
from models.people import ChannelRow, PersonRow, RecipientRow
from tasks.delivery.links import LINK

HEAD = "chenxia"
DIGEST = re.compile(r'name="digest" value="([^"]+)"')
SAID = "请各位今天下班前报送，数据以台账为准。"


@pytest.fixture
def held(site):
    """A draft of reminders to a head, waiting for release."""
    with site.world.db.writing.begin() as session:
        draft = session.scalars(
            select(MessageRow)
            .join(RecipientRow, RecipientRow.id == MessageRow.recipient_id)
            .join(PersonRow, PersonRow.id == RecipientRow.person_id)
            .join(ReminderRow, ReminderRow.message_id == MessageRow.id)
            .join(ObligationRow, ObligationRow.id == ReminderRow.obligation_id)
            .where(PersonRow.key == HEAD, MessageRow.state == "sent", ObligationRow.state == "open")
        ).first()
        draft.state, draft.title, draft.body, draft.sent_at = "held", None, None, None
        return int(draft.id)


def typed_in(client, message):
    """What stands in the form."""
    text = client.get(f"/desk/words/{message}").text
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert found
    return unescape(found[1])


def reword(site, client, message, body, **changes):
    path = f"/desk/words/{message}"
    digest = DIGEST.search(client.get(path).text)
    assert digest
    return site.send(client, path, {"digest": digest[1], "body": body, **changes})


def release(site, client, message):
    """Release it as the desk shows it."""
    drafts = dict(re.findall(r'name="draft" value="(\d+):(\w+)"', client.get("/desk").text))
    return site.send(client, "/desk/release", {"draft": f"{message}:{drafts[str(message)]}"}, page="/desk")


def arrived(site, local_time, message):
    """The body that went out."""
    sent = site.world.deliver(local_time("2026-11-23 15:00"))
    return next(each.body for each in sent if each.message_id == message)


def test_changed_words_go_out_as_they_were_written_and_those_before_stay(site, clerk, held, local_time):
    before = typed_in(clerk, held)
    assert "[个人链接]" in before
    words = f"{SAID}\n办理：[个人链接]"

    done = reword(site, clerk, held, words)

    assert done.headers["Location"] == "/desk?said=reworded"
    desk = clerk.get("/desk?said=reworded").text
    assert SAID in desk
    assert "查看原文" in desk
    with site.world.db.reading() as session:
        assert session.get_one(MessageRow, held).state == "held", "changing the words sends nothing"
        assert session.scalars(select(AuditRow.actor).where(AuditRow.act == "reword")).all() == [
            f"person:{site.person('wangmin')}"
        ]
    assert release(site, clerk, held).status_code == 303
    body = arrived(site, local_time, held)
    assert body.replace(LINK, "[个人链接]") == words
    page = clerk.get(f"/outbox/{held}").text
    assert "改文字记录" in page
    assert unescape(before.splitlines()[0]) in unescape(page.split('id="words"')[1])
    assert "王敏" in page.split('id="words"')[1]


def test_a_summary_too_is_worded_by_the_clerk(site, clerk, local_time):
    message = summaries(site)[0]
    was = typed_in(clerk, message)

    assert reword(site, clerk, message, f"{SAID}\n{was}").status_code == 303
    assert typed_in(clerk, message).startswith(SAID)
    assert release(site, clerk, message).status_code == 303

    with site.world.db.reading() as session:
        row = session.get_one(MessageRow, message)
        assert row.body.startswith(SAID)
        assert session.scalars(select(MessageWordsRow.was)).one().replace(LINK, "[个人链接]") == was


def test_words_are_changed_once_more_and_back(site, clerk, held):
    was = typed_in(clerk, held)
    reword(site, clerk, held, f"{SAID}[个人链接]")
    reword(site, clerk, held, f"{SAID}再改。[个人链接]")

    assert reword(site, clerk, held, was).headers["Location"].endswith("said=reworded")
    assert reword(site, clerk, held, was).headers["Location"].endswith("said=same-words")

    desk = clerk.get("/desk").text
    assert SAID not in desk
    assert "查看原文" not in desk
    with site.world.db.reading() as session:
        assert session.scalars(select(MessageWordsRow.no)).all() == [1, 2, 3]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (" \n ", "请写消息内容"),
        (SAID, "个人链接须原样保留"),
        (f"{SAID}[个人链接][个人链接]", "个人链接须原样保留"),
        ("字" * 700 + "[个人链接]", "请再删约"),
    ],
)
def test_words_without_the_link_or_too_long_are_refused_and_stay_in_the_form(site, clerk, held, body, words):
    refused = reword(site, clerk, held, body)

    assert refused.status_code == 422
    assert words in refused.text
    assert body.strip() in unescape(refused.text)
    with site.world.db.reading() as session:
        assert not session.scalars(select(MessageWordsRow)).all()


def test_what_cannot_be_seen_is_taken_out(site, clerk, held):
    reword(site, clerk, held, "第一行\u202e\u200b\n\n\n第二行⟦⟧ [个人链接]")

    assert typed_in(clerk, held) == "第一行\n第二行 [个人链接]"


def test_a_draft_that_changed_meanwhile_is_read_again_first(site, clerk, held):
    refused = reword(site, clerk, held, f"{SAID}[个人链接]", digest="0" * 64)

    assert refused.status_code == 422
    assert "内容有变" in refused.text
    assert SAID in refused.text


def test_changed_words_are_dropped_and_shown_once_what_they_are_about_changes(site, clerk, held, local_time):
    reword(site, clerk, held, f"{SAID}[个人链接]")
    site.stand_at(local_time("2026-11-25 09:05"))

    desk = clerk.get("/desk").text
    form = clerk.get(f"/desk/words/{held}").text

    assert SAID not in desk
    assert "曾改过文字" in desk
    assert SAID in form.split('id="before"')[1]
    assert release(site, clerk, held).status_code == 303
    assert SAID not in arrived_at(site, local_time("2026-11-25 15:00"), held)


def arrived_at(site, now, message):
    return next(each.body for each in site.world.deliver(now) if each.message_id == message)


def test_what_waits_for_the_same_reader_does_not_swallow_the_words(site, clerk, held, local_time):
    with site.world.db.writing.begin() as session:
        draft = session.get_one(MessageRow, held)
        session.add(
            MessageRow(
                recipient_id=draft.recipient_id, channel_id=draft.channel_id, lane=draft.lane, state="queued", merged_at=draft.merged_at,
                send_at=local_time("2026-11-30 15:00"),
            )
        )  # fmt: skip
    reword(site, clerk, held, f"{SAID}[个人链接]")

    assert release(site, clerk, held).status_code == 303

    assert SAID in arrived(site, local_time, held)


@pytest.mark.parametrize("url", ["alisms://key:secret@sign/template/{mobile}", "paper://"])
def test_where_the_words_are_fixed_nothing_is_changed(site, clerk, held, url):
    with site.world.db.writing.begin() as session:
        channel = session.get_one(MessageRow, held).channel_id
        session.execute(update(ChannelRow).where(ChannelRow.id == channel).values(url=url))

    refused = reword(site, clerk, held, f"{SAID}[个人链接]")

    assert refused.status_code == 422
    assert "文字是固定的" in refused.text


def test_only_the_clerk_words_what_waits(site, clerk, held):
    assert site.signed_in("linhaifeng").get(f"/desk/words/{held}").status_code == 403
    assert clerk.get("/desk/words/999999").status_code == 404
    with site.world.db.writing.begin() as session:
        session.get_one(MessageRow, held).state = "sent"
    assert clerk.get(f"/desk/words/{held}").status_code == 404
