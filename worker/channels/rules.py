"""What the answer of a gateway means, by the rules of its URL; without a rule, by the fields that such gateways usually have.

`ok=code:0`, `ok=data.status:success,ok`, `ok=text:0,` (how a body that is no JSON begins) or `ok=http` (any 2xx) say what success is;
`busy=`, `person=` and `channel=` in the same form say which refusals pass, which are of the recipient and which of the gateway itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tasks.delivery.outcomes import Outcome
from worker.channels.answers import TOO_OFTEN_SECONDS, WORDS, of_status, read_json, retry_after
from worker.channels.http import Answer
from worker.channels.verdict import Verdict

HTTP, TEXT = "http", "text"
RULES = ("ok", "busy", "person", "channel")
MEANING = {"busy": Outcome.RETRY, "person": Outcome.PERSON, "channel": Outcome.CHANNEL}
SAID = (*WORDS, "msg", "desc", "description", "reason", "info", "resultMsg", "respDesc")

# Fields that say yes or no in most gateways, in the order in which they are looked for, and what says yes there.
ZERO = frozenset({"0", "00", "000", "0000", "00000", "000000"})
WORD = frozenset({"ok", "success", "succeed", "successful", "true"})
USUAL: Mapping[str, frozenset[str]] = {
    "errcode": ZERO,
    "success": WORD,
    "code": ZERO | WORD | {"200"},
    "status": ZERO | WORD | {"200"},
    "result": ZERO | WORD | {"200"},
}
# 1 is yes with some gateways and no with others: without a rule nobody can tell.
EITHER = frozenset({"1"})
SURE = frozenset({"errcode", "success"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A field of the answer, by its path with points, and the values that fulfil the rule; `field` may be `http` or `text`."""

    field: str
    values: tuple[str, ...] = ()

    def holds(self, answer: Answer, body: Mapping[str, Any] | None) -> bool | None:
        """Whether it is fulfilled; None if the answer does not have the field."""
        if self.field == HTTP:
            return True
        if self.field == TEXT:
            start = answer.body[:200].decode("utf-8", "replace").strip().lower()
            return any(start.startswith(value.lower()) for value in self.values)
        found = at(body, self.field)
        return None if found is None else found.lower() in {value.lower() for value in self.values}


def read_rule(text: str) -> Rule:
    """`FIELD:VALUE,VALUE` or `http`. Raises ValueError."""
    field, colon, values = text.partition(":")
    found = tuple(value.strip() for value in values.split(",") if value.strip())
    if field == TEXT and values:
        found = (values,)
    if not field or (field == HTTP) == bool(colon) or (field != HTTP and not found):
        raise ValueError(text)
    return Rule(field, found)


def at(body: Mapping[str, Any] | None, path: str) -> str | None:
    """The value at a path, as text: true and false in small letters; None if there is none, or no plain one."""
    found: object = body
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if isinstance(found, (str, int, float)) else None


def judge(answer: Answer, rules: Mapping[str, Rule], *, now: datetime) -> Verdict:
    """What an answer means. A code that neither a rule nor custom knows is no success, and is not sent again: it may have been one."""
    body = read_json(answer.body)
    for name, outcome in MEANING.items():
        if name in rules and rules[name].holds(answer, body):
            wait = retry_after(answer.headers, now) or TOO_OFTEN_SECONDS
            return Verdict(
                outcome, _code(body, rules[name].field), _words(answer, body),
                wait if outcome is Outcome.RETRY else None,
            )  # fmt: skip
    refused = of_status(answer, now=now)
    if refused is not None:
        return refused
    if "ok" in rules:
        return _by_rule(answer, body, rules["ok"])
    return _by_custom(answer, body)


def _by_rule(answer: Answer, body: Mapping[str, Any] | None, rule: Rule) -> Verdict:
    held = rule.holds(answer, body)
    code = _code(body, rule.field)
    if held is None:
        return Verdict(Outcome.UNKNOWN, f"HTTP {answer.status}", _words(answer, body))
    if held:
        return Verdict(Outcome.SENT, code)
    return Verdict(Outcome.CONTENT, code, _words(answer, body))


def _by_custom(answer: Answer, body: Mapping[str, Any] | None) -> Verdict:
    for field, yes in USUAL.items():
        found = at(body, field)
        if found is None:
            continue
        if found.lower() in yes or (field == "success" and found in EITHER):
            return Verdict(Outcome.SENT, found)
        if found in EITHER and field not in SURE:
            return Verdict(Outcome.UNVERIFIED, found, _words(answer, body))
        return Verdict(Outcome.CONTENT, found, _words(answer, body))
    if answer.body.lstrip()[:1] == b"<":  # a log-in page, a proxy's apology
        return Verdict(Outcome.UNKNOWN, f"HTTP {answer.status}", _words(answer, body))
    return Verdict(Outcome.UNVERIFIED, f"HTTP {answer.status}", _words(answer, body))


def _code(body: Mapping[str, Any] | None, field: str) -> str:
    return at(body, field) or ""


def _words(answer: Answer, body: Mapping[str, Any] | None, names: Iterable[str] = SAID) -> str:
    """What the gateway says, on one line."""
    said = next((str(body[name]) for name in names if body.get(name)), "") if body else ""
    return " ".join((said or answer.body[:400].decode("utf-8", "replace")).split())[:300]
