"""What went over the wire while Apprise's own plugins sent a message, and what it means.

Apprise 2.2 answers yes or no, and for several services it says yes to any HTTP 200, whatever the provider wrote. So
`requests.Session.send` is wrapped once for each process (as tracing libraries do): within `watching()` every request of this thread
leaves an `Exchange` with the provider's status and body, or with the exception that ended it. A refusal that can be read there counts;
a yes is only "accepted?", as nobody here knows that provider's codes. Our own services do not pass here.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from tasks.delivery.outcomes import Outcome
from worker.channels.answers import WORDS, Codes, of_code, of_status, read
from worker.channels.http import MOST_BYTES, WHOLE_SECONDS, Answer
from worker.channels.verdict import Verdict
from worker.clock import machine_now, monotonic

ANY = Codes(pages=(), keys=("errcode",), table={}, words=WORDS)
SERVERCHAN = Codes(pages=("https://sct.ftqq.com",), keys=("code",), table={}, words=WORDS)
CODES = {"schan": SERVERCHAN}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: the answer, or why there was none. `written`: the request may have reached the provider."""

    answer: Answer | None
    error: str = ""
    written: bool = True


@dataclass(slots=True)
class Watch:
    """What one message left on the wire, and what Apprise complained about."""

    exchanges: list[Exchange] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


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
    headers = {name.lower(): text for name, text in response.headers.items()}
    try:
        body = _read(response)
    except (requests.RequestException, HTTPError, OSError) as error:
        watch.exchanges.append(
            Exchange(Answer(response.status_code, headers, b""), error=type(error).__name__)
        )
        raise requests.ConnectionError("the answer was cut off") from error
    finally:
        response.close()
    response._content = body  # noqa: SLF001 - as `Response.content` does after reading
    response._content_consumed = True  # noqa: SLF001
    watch.exchanges.append(Exchange(Answer(response.status_code, headers, body)))
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


def judge(scheme: str, watch: Watch, *, said_yes: bool) -> Verdict:
    """What became of the message: the last exchange decides, as it carried the message itself."""
    complaints = "; ".join(watch.complaints)
    if not watch.exchanges:
        return (
            Verdict(Outcome.UNVERIFIED) if said_yes else Verdict(Outcome.RETRY, words=complaints)
        )  # fmt: skip
    last = watch.exchanges[-1]
    if last.answer is None:
        lasting = last.error == "SSLError"
        outcome = Outcome.UNKNOWN if last.written else Outcome.CHANNEL if lasting else Outcome.RETRY
        return Verdict(outcome, words=last.error)
    if last.error:
        return Verdict(Outcome.UNKNOWN, f"HTTP {last.answer.status}", last.error)
    refused = of_status(last.answer, now=machine_now()) or _refusal(scheme, last.answer)
    if refused is not None:
        return refused
    return Verdict(Outcome.UNVERIFIED) if said_yes else Verdict(Outcome.CHANNEL, words=complaints)


def _refusal(scheme: str, answer: Answer) -> Verdict | None:
    """What a provider wrote under HTTP 200, if it is a refusal."""
    codes = CODES.get(scheme, ANY)
    found = read(answer, codes.keys)
    if found is None or found.code in codes.success or not re.fullmatch(r"-?\d{1,9}", found.code):
        return None
    return of_code(found, codes)
