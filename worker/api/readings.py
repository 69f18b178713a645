"""What is wrong with a value that does not fit its shape, in words to translate; never the value, which may be anybody's data."""

from collections.abc import Mapping
from typing import Any

from schedules.words import Words, phrase

_PLAIN: Mapping[str, Words] = {
    "missing": phrase("is missing"),
    "extra_forbidden": phrase("is not known here"),
    "string_type": phrase("must be text"),
    "string_pattern_mismatch": phrase("holds characters that cannot be kept"),
    "string_unicode": phrase("holds characters that cannot be kept"),
    "int_type": phrase("must be a whole number"),
    "int_parsing": phrase("must be a whole number"),
    "int_parsing_size": phrase("must be a whole number"),
    "list_type": phrase("must be a list"),
    "dict_type": phrase("must be an object"),
    "model_type": phrase("must be an object"),
    "model_attributes_type": phrase("must be an object"),
    "timezone_aware": phrase("write an instant with its offset, like 2026-11-23T09:05:00+08:00"),
}
_DATES = phrase("there is no such day or instant")


def said(error: Mapping[str, Any]) -> Words:
    """Words for one error of pydantic, as `ValidationError.errors` lists it with its context."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "duban":
        words: Words = context["words"]
        return words
    if kind.startswith(("date_", "datetime_")):
        return _DATES
    return _PLAIN.get(kind) or _of_size(kind, context) or phrase("is not right: {said}", said=error["msg"])


def _of_size(kind: str, context: Mapping[str, Any]) -> Words | None:
    match kind:
        case "string_too_short" if context["min_length"] == 1:
            return phrase("is empty")
        case "string_too_short":
            return phrase("must have at least {n} characters", n=context["min_length"])
        case "string_too_long":
            return phrase("may have {n} characters", n=context["max_length"])
        case "too_long":
            return phrase("may have {n} entries", n=context["max_length"])
        case "greater_than_equal":
            return phrase("must be {n} or more", n=context["ge"])
        case "less_than_equal":
            return phrase("may be {n} at most", n=context["le"])
        case "literal_error" | "enum":
            names = context["expected"].replace(" or ", ", ").replace("'", "")
            return phrase("must be one of: {names}", names=names)
        case "json_invalid":
            return phrase("this is no JSON: {said}", said=context["error"])
        case _:
            return None
