"""A conversation with a mail server that goes wrong, at every point where it can."""

from pathlib import Path

import pytest
from fakes.mail import CUT, DRIP, SILENT, Mail
from one_message import message, send, sender_with

from tasks.delivery.outcomes import Outcome, Result
from worker.channels.smtp import of_reply


def result_of(tmp_path: Path, mail: Mail, more: str = "") -> Result:
    url = f"mailto://user:password@127.0.0.1:{mail.port}?to={{email}}&from=duban@example.cn{more}"
    return send(sender_with(tmp_path), message(url))


@pytest.mark.parametrize(
    ("name", "reply", "outcome"),
    [
        ("CONNECT", "421 too busy", "retry"),
        ("CONNECT", "554 no service for you", "channel"),
        ("CONNECT", CUT, "retry"),
        ("EHLO", "550 go away", "channel"),
        ("EHLO", CUT, "retry"),
        ("AUTH", "535 5.7.8 wrong", "channel"),
        ("AUTH", "454 4.7.0 later", "retry"),
        ("AUTH", CUT, "retry"),
        ("MAIL", "553 mail from must be same as authorization user", "channel"),
        ("MAIL", "550 User has no permission", "channel"),
        ("MAIL", "452 4.3.1 disk full", "retry"),
        ("MAIL", "552 5.3.4 too big", "content"),
        ("RCPT", "550 5.1.1 no such user", "person"),
        ("RCPT", "550 User not found", "person"),
        ("RCPT", "552 5.2.2 mailbox full", "person"),
        ("RCPT", "550 5.7.1 unable to relay", "channel"),
        ("RCPT", "550 Connection frequency limited", "retry"),
        ("RCPT", "450 4.2.1 later", "retry"),
        ("RCPT", CUT, "retry"),
        ("DATA", "451 local error", "retry"),
        ("DATA", "554 no valid recipients", "channel"),
        ("DATA", CUT, "retry"),
        ("DOT", "554 DT:SPM", "content"),
        ("DOT", "550 5.7.1 looks like spam", "content"),
        ("DOT", "451 4.3.0 later", "retry"),
        ("DOT", "421 4.3.2 shutting down", "retry"),
        ("DOT", CUT, "unknown"),
        ("DOT", "250 2.0.0 ok", "sent"),
    ],
)
def test_what_each_reply_means(tmp_path: Path, name: str, reply: str, outcome: str) -> None:
    with Mail(**{name: reply}) as mail:
        result = result_of(tmp_path, mail)

    assert result.outcome == outcome, result
    assert mail.commands.count("DATA") <= 1


@pytest.mark.parametrize(("name", "outcome"), [("CONNECT", "retry"), ("RCPT", "retry"), ("DOT", "unknown")])
@pytest.mark.parametrize("how", [SILENT, DRIP])
def test_no_server_keeps_a_sender_longer_than_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, outcome: str, how: str
) -> None:
    monkeypatch.setattr("worker.channels.smtp.READ_SECONDS", 0.4)
    monkeypatch.setattr("worker.channels.smtp.WHOLE_SECONDS", 0.8)
    with Mail(**{name: how}) as mail:
        result = result_of(tmp_path, mail)

    assert result.outcome == outcome, result


def test_encryption_that_was_asked_for_is_never_left_out(tmp_path: Path) -> None:
    with Mail() as mail:
        url = f"mailtos://user:password@127.0.0.1:{mail.port}?to={{email}}&from=duban@example.cn"
        result = send(sender_with(tmp_path), message(url))

    assert (result.outcome, result.words) == (Outcome.CHANNEL, "the server offers no STARTTLS")
    assert "AUTH" not in mail.commands


def test_a_server_without_a_known_login_is_not_given_the_password(tmp_path: Path) -> None:
    with Mail(EHLO="250-mail.test\r\n250 AUTH GSSAPI") as mail:
        result = result_of(tmp_path, mail)

    assert result.outcome is Outcome.CHANNEL
    assert mail.commands == ["EHLO"]


def test_too_often_is_waited_out() -> None:
    found = of_reply("to", 550, "Connection frequency limited")

    assert (found.outcome, found.wait) == (Outcome.RETRY, 600)
