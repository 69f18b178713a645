"""Mail through exim: what arrives, and what its refusals mean to the ledger."""

import email
import re
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

import pytest
from fakes.certificates import Authority
from integration.real_servers.conftest import PASSWORD, USER, MailServer, running_exim
from one_message import message, send, sender_with

from tasks.delivery.outcomes import Outcome
from worker.channels import http
from worker.channels.send import Sender
from worker.readiness import wait_until

pytestmark = pytest.mark.usefixtures("by_the_system")


@pytest.fixture
def sender(tmp_path: Path) -> Sender:
    return sender_with(tmp_path, {"USER": USER, "PASSWORD": PASSWORD, "WRONG": "wrong"})


def url(
    server: MailServer,
    *,
    port: int | None = None,
    key: str = "PASSWORD",
    more: str = "",
    scheme: str = "mailtos",
) -> str:
    mode = "" if port == server.clear or scheme == "mailto" else "&mode=ssl"
    place = f"{{secret.USER}}:{{secret.{key}}}@127.0.0.1:{port or server.tls}"
    return f"{scheme}://{place}?to={{email}}&from=duban@example.cn&name=民主街道{mode}{more}"


def text_of(letter: Message, header: str) -> str:
    return str(make_header(decode_header(letter[header])))


def find(server: MailServer, message_id: int, *, least: int = 1) -> list[Message]:
    return [
        each for each in server.letters(least=least) if each["Message-ID"].startswith(f"<duban.{message_id}.")
    ]


@pytest.mark.parametrize("way", ["ssl", "starttls", "clear"])
def test_a_reminder_arrives(sender: Sender, mail_server: MailServer, way: str) -> None:
    number = {"ssl": 101, "starttls": 102, "clear": 103}[way]
    template = {
        "ssl": url(mail_server),
        "starttls": url(mail_server, port=mail_server.clear),
        "clear": url(mail_server, port=mail_server.clear, scheme="mailto"),
    }[way]
    before = len(mail_server.letters(least=0)) if number > 101 else 0

    result = send(sender, message(template, message_id=number))

    assert (result.outcome, result.code) == (Outcome.SENT, "250"), result
    (letter,) = find(mail_server, number, least=before + 1)
    assert text_of(letter, "Subject") == "【提醒】周报"
    assert parseaddr(text_of(letter, "From")) == ("民主街道", "duban@example.cn")
    assert parseaddr(text_of(letter, "To")) == ("何建国", "he@example.cn")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert email.utils.parsedate_to_datetime(letter["Date"]).tzinfo is not None
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode().strip() == "请于周五18:00前登记"
    assert letter["Subject"].isascii()


def test_a_repeat_has_the_same_id_and_another_message_another(
    sender: Sender, mail_server: MailServer
) -> None:
    have = len(mail_server.letters(least=0))
    for attempt, number, to in ((1, 201, "he"), (2, 201, "he"), (1, 202, "he"), (1, 201, "qin")):
        outgoing = message(url(mail_server), message_id=number, attempt=attempt, email=f"{to}@example.cn")
        assert send(sender, outgoing).outcome is Outcome.SENT

    ids = [each["Message-ID"] for each in mail_server.letters(least=have + 4)[have:]]
    assert len(set(ids)) == 3


def test_nothing_in_a_message_becomes_a_header_or_another_recipient(
    sender: Sender, mail_server: MailServer
) -> None:
    evil = "周报\r\nBcc: qin@example.cn\nX-Evil: 1\u2028 \u202e<b>"
    have = len(mail_server.letters(least=0))

    result = send(
        sender,
        message(
            url(mail_server),
            message_id=301,
            title=evil,
            recipient_name="何\r\nX-Evil: 2",
            body="a\n.\n..b\n.c",
        ),
    )

    assert result.outcome is Outcome.SENT
    letters = mail_server.letters(least=have + 1)
    assert len(letters) == have + 1
    letter = letters[-1]
    assert "X-Evil" not in letter
    assert "Bcc" not in letter
    assert "Bcc: qin@example.cn" in text_of(letter, "Subject")
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert payload.decode() == "a\n.\n..b\n.c\n"


@pytest.mark.parametrize(
    ("more", "outcome", "words"),
    [
        ({"email": "nobody@example.cn"}, "person", "no such user"),
        ({"email": "he@elsewhere.example"}, "channel", "relay not permitted"),
        ({"email": "busy@example.cn"}, "retry", "mailbox busy"),
        ({"email": "he@example.cn,qin@example.cn> SIZE=1"}, "person", "no mail address"),
        ({"email": "何@example.cn"}, "person", "no mail address"),
        ({"title": "FORBIDDEN"}, "content", "not welcome"),
    ],
    ids=["nobody", "relay", "busy", "several", "unicode", "content"],
)
def test_what_the_server_answers_decides(
    sender: Sender, mail_server: MailServer, more: dict[str, str], outcome: str, words: str
) -> None:
    result = send(sender, message(url(mail_server), message_id=401, **more))

    assert result.outcome == outcome, result
    assert words in result.words
    assert "@example.cn" not in result.words


def test_a_wrong_password_is_the_channels_fault_and_tried_once(
    sender: Sender, mail_server: MailServer
) -> None:
    result = send(sender, message(url(mail_server, key="WRONG")))

    assert (result.outcome, result.code) == (Outcome.CHANNEL, "535"), result
    # Exim answers first and writes its log afterwards.
    assert wait_until(lambda: "authenticator failed" in mail_server.log(), seconds=20)
    assert len(re.findall(r"authenticator failed", mail_server.log())) == 1


def test_a_certificate_that_nobody_vouches_for_is_the_channels_fault(
    sender: Sender, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    http.forget()

    for template in (url(mail_server), url(mail_server, port=mail_server.clear)):
        result = send(sender, message(template))
        assert result.outcome is Outcome.CHANNEL
        assert result.words.startswith("TLS: ")


def test_a_server_that_is_stopped_is_tried_again(sender: Sender, trusted: Authority) -> None:
    with running_exim(trusted) as server:
        assert send(sender, message(url(server), message_id=501)).outcome is Outcome.SENT
        template = url(server)

    result = send(sender, message(template, message_id=502))

    assert result.outcome is Outcome.RETRY
