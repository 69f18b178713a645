"""What a message asks for that is not the duty itself: a signature, an approval. Looking never gives either."""

import io
from datetime import date

import pytest
from pictures import JPEG
from sqlalchemy import select

from models.messages import MessageRow
from models.obligations import AcknowledgementRow, ObligationRow
from tasks.roster.absences import add_absence

NOW = "2026-11-23 09:05"
OWN = """\
report:
  title: 月报
  when: {monthly: 30}
  who: {people: [xuli]}
  done: {by: each, approve: {role: deputy-secretary}, evidence: {sheet: file}}
  remind:
    - {before: due, by: 5 workdays, notice: yellow, acknowledge: {within: 1 workday, else: [unit-head]}}
"""


@pytest.fixture
def asked(site, local_time):
    """Xu Li was asked on Monday at 08:40 to sign for her monthly report: (site, duty)."""
    site.world.files["own.yaml"] = OWN
    site.world.apply(local_time("2026-11-23 09:01"))
    site.world.at("2026-11-23 09:02")
    return site, site.duty("report", "")


def page_of(site, duty: int, person: str, local_time) -> str:
    return str(site.path(duty, site.person(person), local_time(NOW)))


def signatures(site) -> int:
    with site.world.db.reading() as session:
        return len(session.scalars(select(AcknowledgementRow)).all())


def test_signing_is_one_tap_and_looking_is_none(asked, local_time):
    site, duty = asked
    client, path = site.app.test_client(), page_of(site, duty, "xuli", local_time)
    before = site.rows()
    text = client.get(path).text
    assert ">签收</button>" in text
    assert client.get(f"{path}/acknowledge").status_code == 405
    assert site.rows() == before

    answer = site.send(client, f"{path}/acknowledge", page=path)

    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    text = client.get(path).text
    assert ">签收</button>" not in text
    assert "已签收：徐莉（" in text, "who signed, and when"
    assert signatures(site) == 1
    assert site.state(duty) == "open"


def test_a_signature_without_the_form_of_the_page_is_refused(asked, local_time):
    site, duty = asked
    path = page_of(site, duty, "xuli", local_time)

    assert site.app.test_client().post(f"{path}/acknowledge").status_code == 400
    assert signatures(site) == 0


def test_who_was_not_asked_has_no_page_to_sign(asked, local_time):
    site, duty = asked
    client = site.app.test_client()

    head = client.get(page_of(site, duty, "majun", local_time))

    assert (head.status_code, ">签收</button>" in head.text) == (200, False)
    answer = site.send(client, f"{page_of(site, duty, 'majun', local_time)}/acknowledge",
                       page=page_of(site, duty, "xuli", local_time))  # fmt: skip
    assert answer.status_code == 400
    assert signatures(site) == 0


@pytest.fixture
def handed_in(asked, local_time):
    """Xu Li has handed her report in: (site, duty, the path of who approves)."""
    site, duty = asked
    path = page_of(site, duty, "xuli", local_time)
    answer = site.send(
        site.app.test_client(), path, {"done_on": "2026-11-23", "e-sheet": (io.BytesIO(JPEG), "报表.jpg")}
    )
    assert answer.status_code == 303
    assert site.state(duty) == "submitted"
    return site, duty, page_of(site, duty, "xuwenjing", local_time)


def test_who_approves_sees_what_was_handed_in_and_agrees(handed_in):
    site, duty, path = handed_in
    client = site.app.test_client()
    text = client.get(path).text
    for words in ("月报", "徐莉", "报表.jpg", "同意", "退回"):
        assert words in text
    link = text.split(f'href="{path}/file/')[1].partition('"')[0]
    with client.get(f"{path}/file/{link}") as file:
        assert (file.status_code, file.data) == (200, JPEG)
    assert client.get(f"{path}/file/999").status_code == 404

    odd = site.send(client, f"{path}/verdict", {"verdict": "approve", "reason": "齐\x07全"}, page=path)
    assert odd.status_code == 422
    answer = site.send(client, f"{path}/verdict", {"verdict": "approve", "reason": "材料齐全"}, page=path)

    assert answer.status_code == 303
    assert site.state(duty) == "done"
    assert "“月报”已同意办结。" in client.get(path).text


def test_a_return_needs_a_reason_and_its_owner_reads_it(handed_in, local_time):
    site, duty, path = handed_in
    client = site.app.test_client()

    answer = site.send(client, f"{path}/verdict", {"verdict": "return", "reason": " "}, page=path)
    assert answer.status_code == 422
    assert 'href="#f-reason"' in answer.text
    assert site.state(duty) == "submitted"
    site.send(client, f"{path}/verdict", {"verdict": "return", "reason": "附件看不清"}, page=path)

    assert site.state(duty) == "open"
    assert "已退回或撤回" in client.get(path).text
    own = client.get(page_of(site, duty, "xuli", local_time)).text
    assert "已退回。" in own
    assert "附件看不清" in own


def test_nobody_else_decides_or_reads_the_files(handed_in, local_time):
    site, duty, path = handed_in
    client = site.app.test_client()
    own = page_of(site, duty, "xuli", local_time)
    file = client.get(path).text.split(f'href="{path}/file/')[1].partition('"')[0]

    answer = site.send(client, f"{own}/verdict", {"verdict": "approve"}, page=own)

    assert answer.status_code == 303
    assert site.state(duty) == "submitted"
    assert client.get(f"{own}/file/{file}").status_code == 404


def test_the_outbox_says_colour_and_rung_in_words(asked):
    site, duty = asked
    client = site.signed_in("wangmin")
    with site.world.db.reading() as session:
        row = session.get_one(ObligationRow, duty)
        assert row.epoch == 0
        message = session.scalars(select(MessageRow).where(MessageRow.title.contains("月报"))).first()
        assert message is not None

    text = client.get(f"/outbox/{message.id}").text

    assert "<h2>【黄色预警】月报</h2>" in text
    assert '<td role="cell">【黄色预警】到期前，发承办人</td>' in text


def absence(site, local_time, person: str, first, until, deputy: str | None = None) -> None:
    with site.world.writing() as (session, live):
        add_absence(
            session, live, person_id=site.person(person), from_on=first, until_on=until, kind="leave",
            deputy_id=site.person(deputy) if deputy else None, by=None, now=local_time("2026-11-16 08:30"),
        )  # fmt: skip


def test_who_is_on_leave_that_day_is_ticked_before_the_record_is_made(site, local_time):
    absence(site, local_time, "xuli", date(2026, 11, 20), date(2026, 11, 21))
    record = site.duty("friday-study", "record")
    client = site.signed_in("wangmin")

    text = client.get(f"/desk/session/{record}").text

    ticked = text.split(f'value="{site.person("xuli")}"')[1][:400]
    assert ticked.startswith(" checked>")
    assert 'value="leave" checked' in ticked
    assert "已按请假记录将以下人员勾为请假：徐莉" in text


def test_the_stand_in_finds_the_duty_among_his_own_and_the_one_away_keeps_it(asked, local_time):
    site, _ = asked
    absence(site, local_time, "xuli", date(2026, 11, 23), date(2026, 11, 28), "tangning")

    for person in ("tangning", "xuli"):
        text = site.app.test_client().get(site.path(None, site.person(person), local_time(NOW))).text
        assert "月报" in text, person
