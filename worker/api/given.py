"""What a request brings: its parameters and its body, read into shapes; every field at fault is named."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from schedules.words import phrase
from worker.api.problems import Fault, Problem
from worker.api.readings import said
from worker.api.types import Shape

S = TypeVar("S", bound=Shape)
LARGEST = 1024 * 1024
IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,120}")
MOST_FAULTS = 50


def query(shape: type[S]) -> S:
    """The parameters of the address. Raise Problem naming each that is unknown, given twice or not readable."""
    lists = {name for name, field in shape.model_fields.items() if "list" in str(field.annotation)}
    faults: list[Fault] = []
    given: dict[str, str | list[str]] = {}
    for name, values in request.args.lists():
        if name in lists:
            given[name] = values
        elif len(values) > 1:
            faults.append({"parameter": name[:100], "detail": phrase("may be given once")})
        else:
            given[name] = values[0]
    if faults:
        raise _invalid(faults)
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise _invalid(_faults(error, lambda path: {"parameter": str(path[0]) if path else ""})) from error


def body(shape: type[S], *, largest: int = LARGEST) -> S:
    """The JSON of the body. Raise Problem for another media type, too much of it, or what the shape does not take."""
    request.max_content_length = largest
    if (
        request.mimetype != "application/json"
        or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8"
    ):
        raise Problem("unsupported-media-type", phrase("The body must be application/json in UTF-8."))
    if request.content_encoding:
        raise Problem("unsupported-media-type", phrase("The body must not be compressed."))
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        most = phrase("The body may have {n} bytes here.", n=largest)
        raise Problem("too-large", most) from error
    try:
        return shape.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid(_faults(error, lambda path: {"pointer": pointer(path)})) from error


def idempotency_key() -> str | None:
    """The key under which a request may be sent again. Raise Problem for one that cannot be kept."""
    found = request.headers.get(IDEMPOTENCY_KEY)
    if found is None:
        return None
    # The draft writes it as a quoted string; most clients send it bare.
    key = found[1:-1] if len(found) > 2 and found[0] == found[-1] == '"' else found
    if not _KEY.fullmatch(key):
        what = phrase("an idempotency key is 1 to 120 visible ASCII characters without spaces")
        raise Problem("invalid", what, [{"header": IDEMPOTENCY_KEY, "detail": what}])
    return key


def pointer(path: Sequence[str | int]) -> str:
    """A JSON pointer as a fragment, as the example of RFC 9457 has it."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _invalid(faults: Sequence[Fault]) -> Problem:
    what = phrase("Not readable as the document describes it; see `errors` and /api/openapi.json.")
    return Problem("invalid", what, faults)


def _faults(error: ValidationError, where: Callable[[Sequence[str | int]], dict[str, str]]) -> list[Fault]:
    found = error.errors(include_url=False, include_input=False)
    return [{**where(each["loc"]), "detail": said(each)} for each in found[:MOST_FAULTS]]
