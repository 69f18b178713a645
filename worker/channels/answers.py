"""From a provider's answer to a verdict: the status, then the code in the body, by a table for each provider.

Most providers here answer HTTP 200 whatever became of the message, so only the code that they document as success is success. A code
that no table knows is tried again with the ledger's back-off, ends as failed and falls back to the next channel: it may be a passing
fault, and it is never taken as sent. A body without any code (empty, a log-in page, a proxy's apology) leaves unknown what became of
the message.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from tasks.delivery.outcomes import Outcome
from worker.channels.http import Answer, Unanswered
from worker.channels.verdict import Verdict

TOO_OFTEN_SECONDS = 60
LONGEST_WAIT = 86_400
WORDS = ("errmsg", "msg", "message", "Message", "StatusMessage", "error", "error_description")


@dataclass(frozen=True, slots=True)
class Means:
    """What a code means; `wait` in seconds. `said`: only if the provider's words hold this, in any case."""

    outcome: Outcome
    wait: int | None = None
    said: str = ""


def means(outcome: Outcome, *codes: int | str, wait: int | None = None) -> dict[str, tuple[Means, ...]]:
    """Several codes of one meaning, as part of a table."""
    return {str(code): (Means(outcome, wait),) for code in codes}


@dataclass(frozen=True, slots=True)
class Codes:
    """A provider's codes. `keys`: where the body holds them, the first that is there counts; `pages`: the provider's own."""

    pages: tuple[str, ...]
    keys: tuple[str, ...]
    table: Mapping[str, tuple[Means, ...]]
    success: frozenset[str] = frozenset({"0"})
    words: tuple[str, ...] = field(default=WORDS)

    def meaning(self, code: str, words: str = "") -> Means | None:
        """What a code means, by the words where one code has several meanings; None if it is not known."""
        known = self.table.get(code, ())
        return next((each for each in known if each.said in words.lower()), None)


def judge(answer: Answer, codes: Codes, *, now: datetime) -> Verdict:
    """What an answer means; `now` is machine time, for a Retry-After that names a date."""
    found = read(answer, codes.keys)
    if found is not None and (200 <= answer.status < 300 or _tells_more(answer.status, found, codes)):
        return of_code(found, codes, wait=retry_after(answer.headers, now))
    refused = of_status(answer, now=now)
    return refused or Verdict(Outcome.UNKNOWN, f"HTTP {answer.status}", _unread(answer.body))


@dataclass(frozen=True, slots=True)
class Found:
    """The code and the words that an answer holds."""

    code: str
    body: Mapping[str, Any]

    def words(self, names: Iterable[str]) -> str:
        """What the provider says, on one line."""
        said = next((str(self.body[name]) for name in names if self.body.get(name)), "")
        return " ".join(said.split())[:300]


def read(answer: Answer, keys: Iterable[str]) -> Found | None:
    """The first of `keys` that the answer's JSON object holds; one that is no success goes first. None if there is none."""
    body = read_json(answer.body)
    if body is None:
        return None
    values = (body.get(key) for key in keys)
    codes = [str(value) for value in values if isinstance(value, (int, str)) and not isinstance(value, bool)]
    code = next((each for each in codes if each != "0"), codes[0] if codes else None)
    return None if code is None else Found(code, body)


def read_json(body: bytes) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def of_code(found: Found, codes: Codes, *, wait: int | None = None) -> Verdict:
    """What a provider's code means."""
    words = found.words(codes.words)
    if found.code in codes.success:
        return Verdict(Outcome.SENT, found.code)
    known = codes.meaning(found.code, words)
    if known is None:
        return Verdict(Outcome.RETRY, found.code, words, wait)
    return Verdict(known.outcome, found.code, words, wait or known.wait)


def _tells_more(status: int, found: Found, codes: Codes) -> bool:
    """Whether a refusal under HTTP 4xx has a code that the table knows: it says more than the status."""
    return 400 <= status < 500 and found.code in codes.table and found.code not in codes.success


def of_status(answer: Answer, *, now: datetime) -> Verdict | None:
    """What a status means by itself; None for 2xx, where the body decides."""
    status, wait = answer.status, retry_after(answer.headers, now)
    code, words = f"HTTP {status}", _unread(answer.body)
    if 200 <= status < 300:
        return None
    if status in (408, 425, 429):
        return Verdict(Outcome.RETRY, code, words, wait or TOO_OFTEN_SECONDS)
    if status == 504:  # a gateway gave up waiting; what is behind it may have sent the message
        return Verdict(Outcome.UNKNOWN, code, words)
    if status >= 500:
        return Verdict(Outcome.RETRY, code, words, wait)
    if status in (
        400,
        413,
        422,
    ):  # this request, not the channel: one bad number must not stop a gateway for everybody
        return Verdict(Outcome.CONTENT, code, words)
    return Verdict(Outcome.CHANNEL, code, words)


def of_failure(error: Unanswered) -> Verdict:
    """What it means that there was no answer."""
    if error.lasting:
        return Verdict(Outcome.CHANNEL, words=error.words)
    return Verdict(Outcome.UNKNOWN if error.written else Outcome.RETRY, words=error.words)


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds of a Retry-After, which is a number or a date (RFC 9110, 10.2.3); None without one or if it makes no sense."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", text):
        return min(int(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(int(seconds) + 1, LONGEST_WAIT) if seconds > 0 else None


def _unread(body: bytes) -> str:
    """The beginning of an answer on one line."""
    return " ".join(body[:400].decode("utf-8", "replace").split())[:200]
