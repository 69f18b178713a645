"""What went over the wire while a message was sent, and what it means.

Apprise 2.2 answers yes or no, and for WeCom bots, DingTalk, Feishu and Lark it says yes to any HTTP 200, whatever the provider
wrote. So `requests.Session.send` is wrapped once for each process (as tracing libraries do): within `watching()` every request of
this thread leaves an `Exchange` with the provider's status and body, or with the exception that ended it. The provider's
own answer decides; Apprise's counts only where nothing was seen (mail, the outbox).
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from tasks.outcomes import Outcome
from worker.clock import monotonic

CONNECT_SECONDS = 5.0
READ_SECONDS = 15.0
WHOLE_SECONDS = 25.0  # of one answer, however slowly it drips
MOST_BYTES = 65_536
TOO_OFTEN_SECONDS = 60
BLOCKED_SECONDS = 600  # DingTalk blocks a bot for ten minutes

# Too many messages, or a server that is busy: the same text may go through later.
RATE_CODES: dict[int, int] = {
    45009: TOO_OFTEN_SECONDS, 45033: TOO_OFTEN_SECONDS, -1: TOO_OFTEN_SECONDS,  # WeCom
    130101: BLOCKED_SECONDS, 90030: BLOCKED_SECONDS, 410100: BLOCKED_SECONDS,  # DingTalk
    11232: TOO_OFTEN_SECONDS, 9499: TOO_OFTEN_SECONDS,  # Feishu
}  # fmt: skip
ERRCODE = ("errcode",)
CODE = ("code", "StatusCode")
KEYS_OF = {"feishu": CODE, "lark": CODE, "schan": CODE}  # every other body is asked for errcode only
WORDS_OF = ("errmsg", "msg", "message", "StatusMessage", "error")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: the answer's status and body, or why there was none. `written`: the request may have reached the provider."""

    status: int | None
    body: bytes = b""
    error: str = ""
    written: bool = True
    wait: int | None = None


@dataclass(slots=True)
class Watch:
    """What one message left on the wire, and what Apprise complained about."""

    exchanges: list[Exchange] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a message; `wait` in seconds before another try."""

    outcome: Outcome
    words: str = ""
    wait: int | None = None


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)
_session: Any = requests.Session
_send: Any = _session.send
_turn = threading.Lock()


def watched() -> Watch | None:
    """The watch of this thread, if one is on."""
    return _watch.get()


@contextmanager
def watching() -> Iterator[Watch]:
    """Note every request of this thread for the length of a `with`."""
    install()
    watch = Watch()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


def install() -> None:
    """Wrap `requests.Session.send`; again does no harm."""
    with _turn:
        _session.send = _observed


def _observed(
    session: requests.Session, request: requests.PreparedRequest, **kwargs: Any
) -> requests.Response:
    """Send, and note what happened if somebody watches; bodies are read within bounds of size and time."""
    watch = _watch.get()
    if watch is None:
        untouched: requests.Response = _send(session, request, **kwargs)
        return untouched
    kwargs["stream"] = True
    try:
        response: requests.Response = _send(session, request, **kwargs)
    except requests.RequestException as error:
        watch.exchanges.append(Exchange(None, error=type(error).__name__, written=_was_written(error)))
        raise
    try:
        body = _read(response)
    except (requests.RequestException, HTTPError, OSError) as error:
        watch.exchanges.append(Exchange(response.status_code, error=type(error).__name__))
        raise requests.ConnectionError("the answer was cut off") from error
    finally:
        response.close()
    response._content = body  # noqa: SLF001 - as `Response.content` does after reading
    response._content_consumed = True  # noqa: SLF001
    watch.exchanges.append(Exchange(response.status_code, body, wait=_retry_after(response)))
    return response


def _read(response: requests.Response) -> bytes:
    """The first bytes of the body; a body that drips too slowly counts as cut off."""
    end = monotonic() + WHOLE_SECONDS
    body: bytes = b""
    while piece := response.raw.read1(MOST_BYTES, decode_content=True):
        body += piece
        if len(body) > MOST_BYTES:
            break
        if monotonic() > end:
            raise TimeoutError("the answer took too long")
    return bytes(body[:MOST_BYTES])


def _was_written(error: requests.RequestException) -> bool:
    """Whether the provider may have got the request before this error: not if no connection was made."""
    if isinstance(
        error, (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)
    ):
        return False
    if isinstance(
        error,
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidHeader,
        ),
    ):
        return False
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(reason, (NewConnectionError, NameResolutionError, ConnectTimeoutError))


def _retry_after(response: requests.Response) -> int | None:
    text = response.headers.get("Retry-After", "").strip()
    return min(int(text), 86_400) if re.fullmatch(r"\d{1,9}", text) else None


def judge(scheme: str, watch: Watch, *, said_yes: bool) -> Verdict:
    """What became of the message: the last exchange decides, as it carried the message itself."""
    if not watch.exchanges:
        words = "; ".join(watch.complaints)
        return Verdict(Outcome.SENT) if said_yes else Verdict(Outcome.RETRY, words)
    last = watch.exchanges[-1]
    if last.status is None:
        return Verdict(Outcome.UNKNOWN if last.written else Outcome.RETRY, last.error)
    if last.error:
        return Verdict(Outcome.UNKNOWN, f"HTTP {last.status}, {last.error}")
    if not 200 <= last.status < 300:
        return _of_status(last)
    refusal = _refusal(scheme, last)
    if refusal is not None:
        return refusal
    return (
        Verdict(Outcome.SENT)
        if said_yes
        else Verdict(Outcome.CHANNEL, "; ".join(watch.complaints) or _text(last.body))
    )


def _of_status(exchange: Exchange) -> Verdict:
    words = f"HTTP {exchange.status} {_text(exchange.body)}".strip()
    if exchange.status in (408, 425, 429):
        return Verdict(Outcome.RETRY, words, exchange.wait or TOO_OFTEN_SECONDS)
    if exchange.status == 504:  # a gateway gave up waiting; what is behind it may have sent the message
        return Verdict(Outcome.UNKNOWN, words)
    if exchange.status is not None and exchange.status >= 500:
        return Verdict(Outcome.RETRY, words, exchange.wait)
    return Verdict(Outcome.CHANNEL, words)


def _refusal(scheme: str, exchange: Exchange) -> Verdict | None:
    """What a provider wrote under HTTP 200, if it is a refusal."""
    try:
        answer = json.loads(exchange.body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    for key in KEYS_OF.get(scheme, ERRCODE):
        code = _number(answer.get(key))
        if code:
            said = next((str(answer[name]) for name in WORDS_OF if answer.get(name)), "")
            words = f"{key} {code} {said}".strip()
            if code in RATE_CODES:
                return Verdict(Outcome.RETRY, words, RATE_CODES[code])
            return Verdict(Outcome.CHANNEL, words)
    return None


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value) else None


def _text(body: bytes) -> str:
    """The beginning of an answer on one line."""
    return " ".join(body[:400].decode("utf-8", "replace").split())[:200]
