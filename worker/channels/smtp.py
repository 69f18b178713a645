"""One letter to a mail server: the conversation, and what each of its replies means.

Replies: RFC 5321, 4.2 and 4.3; extended codes: RFC 3463; of a log-in: RFC 4954, 6. Once the point that ends a letter is on the wire,
a connection that breaks leaves unknown whether it was taken (RFC 5321, 4.5.3.2.6 asks for ten minutes of patience that no lease has).
"""

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Any, BinaryIO

from tasks.delivery.outcomes import Outcome
from worker.channels.http import READ_SECONDS, WHOLE_SECONDS, trust
from worker.channels.verdict import Verdict

BUSY_SECONDS = 600
SSL, STARTTLS, PLAIN = "ssl", "starttls", "plain"
PORTS = {SSL: 465, STARTTLS: 587, PLAIN: 25}
_EXTENDED = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})\b")
_RELAY = re.compile(r"relay|not local|authentication required|auth.* first", re.IGNORECASE)
_TOO_OFTEN = re.compile(r"frequen|too many|rate limit|too fast", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `mode`: ssl (TLS from the first byte), starttls, or plain, which only loopback or an office's word allows."""

    host: str
    port: int
    mode: str
    user: str = ""
    password: str = ""


class _Refused(Exception):
    """The server said no; the verdict says what that means."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


class _Lines:
    """The server's lines; one that breaks off is no reply, whatever figure it begins with."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.close = file.close

    def readline(self, most: int) -> bytes:
        line = self._file.readline(most)
        if line and len(line) < most and not line.endswith(b"\n"):
            raise smtplib.SMTPServerDisconnected("the reply was cut off")
        return line


class _Whole:
    """Reads whole replies only; mixed into both kinds of `smtplib.SMTP`."""

    file: Any
    sock: Any

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Lines(self.sock.makefile("rb"))
        found: tuple[int, bytes] = super().getreply()  # type: ignore[misc] # of the class it is mixed into
        return found


class _Clear(_Whole, smtplib.SMTP):
    pass


class _Tls(_Whole, smtplib.SMTP_SSL):
    pass


class _Stage:
    """How far a conversation came."""

    ended = False  # the letter's last byte is on the wire


def carry(server: Server, sender: str, recipients: tuple[str, ...], letter: bytes) -> Verdict:
    """Hand a letter over for all recipients or for none. Never waits longer than `WHOLE_SECONDS`."""
    stage = _Stage()
    smtp: smtplib.SMTP = _Clear(timeout=READ_SECONDS)
    if server.mode == SSL:
        smtp = _Tls(timeout=READ_SECONDS, context=trust())
    end = threading.Timer(WHOLE_SECONDS, _cut, (smtp,))
    end.daemon = True
    end.start()
    try:
        return _converse(smtp, server, sender, recipients, letter, stage)
    except _Refused as error:
        return error.verdict
    except ssl.SSLCertVerificationError as error:
        return Verdict(Outcome.CHANNEL, words=f"TLS: {error.verify_message}")
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError, smtplib.SMTPServerDisconnected, TimeoutError) as error:
        return _broken(error, stage)
    except ssl.SSLError as error:
        return Verdict(
            Outcome.CHANNEL, words=f"TLS: {error.reason or type(error).__name__}".replace("_", " ")
        )
    except smtplib.SMTPResponseException as error:
        return of_reply("connect", error.smtp_code, _text(error.smtp_error))
    except smtplib.SMTPNotSupportedError as error:
        return Verdict(Outcome.CHANNEL, words=str(error))
    except (OSError, smtplib.SMTPException) as error:
        return _broken(error, stage)
    finally:
        end.cancel()
        smtp.close()


def _converse(
    smtp: smtplib.SMTP, server: Server, sender: str, recipients: tuple[str, ...], letter: bytes, stage: _Stage
) -> Verdict:
    _greet(smtp, server)
    if server.user:
        _log_in(smtp, server)
    _ask(smtp, "from", f"MAIL FROM:<{sender}>")
    for recipient in recipients:
        _ask(smtp, "to", f"RCPT TO:<{recipient}>")
    _ask(smtp, "data", "DATA")
    smtp.send(re.sub(rb"(?m)^\.", b"..", letter if letter.endswith(b"\r\n") else letter + b"\r\n"))
    stage.ended = True
    smtp.send(b".\r\n")
    code, said = smtp.getreply()
    verdict = of_reply("end", code, _text(said))
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.putcmd("QUIT")
    return verdict


def _greet(smtp: smtplib.SMTP, server: Server) -> None:
    """Connect, name ourselves by our address (a name would need a look-up), and encrypt."""
    smtp._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - what TLS verifies; set by the constructor only if it connects
    code, said = smtp.connect(server.host, server.port)
    if code != 220:
        raise _Refused(of_reply("connect", code, _text(said)))
    sock: socket.socket = smtp.sock  # type: ignore[assignment] # it is connected
    sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # the point that ends a letter would wait for an acknowledgement
    address = sock.getsockname()[0]
    smtp.local_hostname = f"[IPv6:{address}]" if ":" in address else f"[{address}]"
    _hello(smtp)
    if server.mode == STARTTLS:
        if not smtp.has_extn("starttls"):
            raise _Refused(Verdict(Outcome.CHANNEL, words="the server offers no STARTTLS"))
        smtp.starttls(context=trust())
        _hello(smtp)


def _hello(smtp: smtplib.SMTP) -> None:
    code, said = smtp.ehlo()
    if code != 250:
        raise _Refused(of_reply("connect", code, _text(said)))


def _log_in(smtp: smtplib.SMTP, server: Server) -> None:
    """Log in once: a wrong password tried in several ways would count several times towards a lock."""
    offered = str(smtp.esmtp_features.get("auth", "")).upper().split()
    smtp.user, smtp.password = server.user, server.password
    try:
        if "PLAIN" in offered:
            smtp.auth("PLAIN", smtp.auth_plain)
        elif "LOGIN" in offered:
            smtp.auth("LOGIN", smtp.auth_login)
        else:
            raise _Refused(Verdict(Outcome.CHANNEL, words="the server offers no log-in that is known here"))
    except smtplib.SMTPAuthenticationError as error:
        raise _Refused(of_reply("login", error.smtp_code, _text(error.smtp_error))) from error


def _ask(smtp: smtplib.SMTP, stage: str, command: str) -> None:
    smtp.putcmd(command)
    code, said = smtp.getreply()
    if not 200 <= code < 400:
        raise _Refused(of_reply(stage, code, _text(said)))


def of_reply(stage: str, code: int, said: str) -> Verdict:
    """What a reply means; `stage`: connect, login, from, to, data, or end (of the letter)."""
    extended = _EXTENDED.match(said)
    name = f"{code} {extended[0]}" if extended else str(code)
    words = said[extended.end() :].strip() if extended else said  # the code is said once
    if stage == "end" and 200 <= code < 300:
        return Verdict(Outcome.SENT, name)
    if 400 <= code < 500 or code < 200:
        return Verdict(Outcome.RETRY, name, words, BUSY_SECONDS if _TOO_OFTEN.search(said) else None)
    if _TOO_OFTEN.search(said):  # QQ and others say so with 550
        return Verdict(Outcome.RETRY, name, words, BUSY_SECONDS)
    return Verdict(_lasting(stage, code, said, extended[2] if extended else ""), name, words)


def _lasting(stage: str, code: int, said: str, subject: str) -> Outcome:
    """Who is meant by a refusal that a repeat does not change; `subject`: the second figure of an extended code."""
    if stage in ("connect", "login", "data") or code in (530, 534, 535, 538):
        return Outcome.CHANNEL
    if stage == "end":
        return Outcome.CONTENT
    if stage == "from":
        return Outcome.CONTENT if code == 552 else Outcome.CHANNEL
    if subject == "7" or _RELAY.search(said):
        return Outcome.CHANNEL
    return Outcome.CONTENT if code == 552 and subject not in ("1", "2") else Outcome.PERSON


def _broken(error: Exception, stage: _Stage) -> Verdict:
    outcome = Outcome.UNKNOWN if stage.ended else Outcome.RETRY
    return Verdict(outcome, words=type(error).__name__)


def _cut(smtp: smtplib.SMTP) -> None:
    """End a conversation from another thread: whoever waits for the next byte wakes up."""
    sock = smtp.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            super(ssl.SSLSocket, sock).shutdown(2) if isinstance(sock, ssl.SSLSocket) else sock.shutdown(2)


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]
