"""Refusals as application/problem+json (RFC 9457): a stable `type` for each kind, a sentence, and every field at fault by JSON pointer."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response
from pydantic import Field
from werkzeug.exceptions import HTTPException

from schedules.words import Gettext, Words, phrase
from worker.api.types import Shape

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/problems/"
Fault = Mapping[str, str | Words]  # its `detail` in words, translated when it is answered


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status and what it is called."""

    status: int
    title: Words


KINDS: Mapping[str, Kind] = {
    "invalid": Kind(400, phrase("The request cannot be read")),
    "unauthorized": Kind(401, phrase("No valid key")),
    "forbidden": Kind(403, phrase("This key may not do that")),
    "not-found": Kind(404, phrase("There is no such thing")),
    "method-not-allowed": Kind(405, phrase("This address does not take that method")),
    "in-progress": Kind(409, phrase("The same request is being worked on")),
    "too-large": Kind(413, phrase("The request is too large")),
    "unsupported-media-type": Kind(415, phrase("Send JSON")),
    "refused": Kind(422, phrase("A rule of the office refuses it")),
    "key-reused": Kind(422, phrase("The idempotency key belongs to another request")),
    "too-many": Kind(429, phrase("Too many requests")),
    "internal": Kind(500, phrase("Something went wrong here")),
    "unavailable": Kind(503, phrase("Not available at the moment")),
}
_BY_STATUS = {kind.status: name for name, kind in reversed(list(KINDS.items()))}


class Detail(Shape):
    """One thing at fault: where in the body, or which parameter or header. 出错之处。"""

    pointer: str | None = None
    parameter: str | None = None
    header: str | None = None
    detail: str


class ProblemShape(Shape):
    """A refusal as RFC 9457 writes it. 拒绝的原因。"""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Detail] = Field(default=[])


class Problem(Exception):
    """A request that is refused. `errors` names what is at fault, `headers` go with the answer."""

    def __init__(
        self,
        name: str,
        detail: Words,
        errors: Sequence[Fault] = (),
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(detail))
        self.name, self.detail, self.errors, self.headers = name, detail, errors, dict(headers or {})

    def body(self, gettext: Gettext) -> dict[str, object]:
        """The JSON of it."""
        kind = KINDS[self.name]
        found: dict[str, object] = {
            "type": TYPES + self.name, "title": kind.title.text(gettext), "status": kind.status, "detail": self.detail.text(gettext),
        }  # fmt: skip
        return found | ({"errors": [_told(each, gettext) for each in self.errors]} if self.errors else {})

    def response(self, gettext: Gettext) -> Response:
        """The answer."""
        return answer(
            self.body(gettext), KINDS[self.name].status, media_type=MEDIA_TYPE, headers=self.headers
        )


def _told(fault: Fault, gettext: Gettext) -> dict[str, str]:
    return {key: each.text(gettext) if isinstance(each, Words) else each for key, each in fault.items()}


def answer(
    body: object,
    status: int,
    *,
    media_type: str = "application/json",
    headers: Mapping[str, str] | None = None,
    ordered: bool = False,
) -> Response:
    """A JSON answer; `ordered` as answers are kept, so that the same answer is the same bytes."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=ordered)
    return Response(text, status, mimetype=media_type, headers=dict(headers or {}))


def of_http(error: HTTPException) -> Problem:
    """What the framework refused before a handler was asked."""
    status = error.code or 500
    headers = {}
    if status == 405:
        headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    match status:
        case 404:
            what = phrase("There is nothing at this address; see /api/openapi.json.")
        case 405:
            what = phrase("See /api/openapi.json for what it takes.")
        case 413:
            what = phrase("A request may have 1 MB, one with a file 14 MB.")
        case _:
            what = phrase("The server could not read the request.")
    return Problem(_BY_STATUS.get(status, "invalid" if status < 500 else "internal"), what, headers=headers)
