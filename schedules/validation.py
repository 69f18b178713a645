"""From pydantic's errors to sentences with a position in the file."""

import re
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schedules.fields import shown
from schedules.problems import Choices, Problem, choices, close_to
from schedules.strict import Unknown
from schedules.words import Words, phrase
from schedules.yaml_tree import Node

T = TypeVar("T", covariant=True)
_LITERAL = re.compile(r"'([^']*)'")
# What stands under a key, for whoever left it out.
EXAMPLES: Mapping[str, str] = {
    "title": "title: 周报", "when": "when: {weekly: 周五}", "who": "who: {roles: [staff]}", "send": 'send: {weekly: 周一, time: "08:40"}',
    "draft": 'draft: {weekly: 周五, time: "16:30"}', "within": "within: 10 workdays", "opens": "opens: 90 days before",
    "make_up": "make_up: 10 workdays", "kind": "kind: text", "channels": 'channels: {personal: {url: "outbox://{id}"}}',
    "reach": "reach: {people: personal}", "url": 'url: "outbox://{id}"', "record": "record: {by: {role: …}, within: 1 workday}",
}  # fmt: skip
# Keys in the words of the forms that offices fill in.
CHINESE_KEYS: Mapping[str, tuple[str, ...]] = {
    "名称": ("title", "label"), "标题": ("title", "label"), "事项": ("title",), "时间": ("time", "when"), "何时": ("when",),
    "谁": ("who",), "谁来办": ("who",), "责任人": ("who", "responsible"), "承办人": ("who",), "角色": ("roles", "role"),
    "单位": ("units", "unit"), "人员": ("people", "who"), "标签": ("tags",), "办结": ("done",), "完成": ("done",),
    "催办": ("remind",), "提醒": ("remind",), "依据": ("basis",), "环节": ("steps",), "步骤": ("steps",), "期限": ("within",),
    "每周": ("weekly",), "每月": ("monthly",), "每季": ("quarterly",), "每季度": ("quarterly",), "每年": ("yearly",),
    "渠道": ("channel", "channels"), "密级": ("privacy",), "台账": ("register",),
}  # fmt: skip


class Adapter(Protocol[T]):
    """What pydantic's TypeAdapter does here; TypeAdapter itself is invariant in its type."""

    def validate_python(self, value: object, /) -> T:
        """Build the definition or raise ValidationError."""
        ...


Said = tuple[Words, Words | str | None]


def validate(
    adapter: Adapter[T], node: Node, value: object, *, file: str, subject: str
) -> tuple[T | None, list[Problem]]:
    """Build a definition from `value`, the plain form of `node`; or every problem of it."""
    try:
        return adapter.validate_python(value), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [_problem(each, node, file, subject) for each in found if not _follows(each, found)]


def _follows(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list is only too short because an entry was refused, or a key only missing because it was written wrongly."""
    place = error["loc"]
    if error["type"] == "missing":
        return any(
            other["type"] == "extra_forbidden"
            and other["loc"][:-1] == place[:-1]
            and key_meant(other) == place[-1]
            for other in errors
        )
    return error["type"] == "too_short" and any(other["loc"][:-1] == place for other in errors)


def key_meant(error: ErrorDetails) -> str | None:
    """The key that an unknown one was probably meant to be."""
    return (
        _key(str(error["loc"][-1]), error["input"].allowed).meant
        if isinstance(error["input"], Unknown)
        else None
    )


def _key(found: str, allowed: tuple[str, ...]) -> Choices:
    """The keys that may stand where an unknown one was found."""
    asked = next((key for key in CHINESE_KEYS.get(found, ()) if key in allowed), None)
    return choices(allowed, meant=asked or close_to(found, allowed))


def _problem(error: ErrorDetails, node: Node, file: str, subject: str) -> Problem:
    path = tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith("<")))
    of_key = error["type"] == "extra_forbidden" or "[key]" in path
    path = tuple(part for part in path if part != "[key]")
    line, col = node.find(path, key=of_key)
    what, allowed = _said(error, path)
    return Problem(file, line, col, subject, what, allowed)


def _said(error: ErrorDetails, path: tuple[object, ...]) -> Said:
    name = next((str(part) for part in reversed(path) if isinstance(part, str)), "")
    context = error.get("ctx", {})
    match error["type"]:
        case "duban":
            what: Words = context["words"]
            return (phrase("'{key}' {what}", key=name, what=what) if _needs_subject(what) else what), context[
                "allowed"
            ]
        case "extra_forbidden":
            allowed = error["input"].allowed if isinstance(error["input"], Unknown) else ()
            return phrase("unknown key '{key}'", key=shown(name)), _key(name, allowed) if allowed else None
        case "missing":
            return phrase("'{key}' is missing", key=name), EXAMPLES.get(name)
        case "one_of":
            return _one_of(error["input"], tuple(error["msg"].split(", ")))
        case "literal_error":
            names = _LITERAL.findall(context["expected"])
            found = shown(error["input"])
            return phrase("'{key}' cannot be '{found}'", key=name, found=found), choices(
                tuple(names), meant=close_to(found, names)
            )
        case other:
            return _of_shape(other, name, error["input"], context) or (
                phrase("'{key}' is not right: {said}", key=name, said=error["msg"]), None
            )  # fmt: skip


def _one_of(value: object, keys: tuple[str, ...]) -> Said:
    """Several of the keys, or none; a key that looks like one of them is named."""
    written = value if isinstance(value, Mapping) else {}
    if not any(key in written for key in keys):
        for key in written:
            meant = _key(str(key), keys)
            if meant.meant is not None:
                return phrase("unknown key '{key}'", key=shown(key)), meant
    both = [key for key in keys if key in written]
    if both:
        return phrase("'{one}' and '{other}' do not go together", one=both[0], other=both[1]), choices(keys)
    return phrase("needs exactly one of {keys}", keys=", ".join(keys)), None


def _of_shape(kind: str, name: str, value: object, context: Mapping[str, Any]) -> Said | None:
    """What is said of a value of the wrong type or size."""
    found, scalar = shown(value), not isinstance(value, (dict, list))
    match kind:
        case "greater_than" | "greater_than_equal":
            least = context["ge"] if "ge" in context else context["gt"] + 1
            return phrase(
                "'{key}' must be at least {least}, found {found}", key=name, least=least, found=found
            ), None
        case "less_than_equal":
            return phrase(
                "'{key}' must be at most {most}, found {found}", key=name, most=context["le"], found=found
            ), None
        case "too_short" | "string_too_short":
            return phrase("'{key}' is empty", key=name), None
        case "string_too_long":
            return phrase("'{key}' is too long", key=name), phrase(
                "at most {n} characters", n=context["max_length"]
            )
        case "too_long":
            return phrase("'{key}' has too many entries", key=name), phrase(
                "at most {n}", n=context["max_length"]
            )
        case "string_type":
            return phrase("'{key}' must be text, found {found}", key=name, found=found), None
        case "tuple_type":
            return phrase("'{key}' must be a list: [a, b]", key=name), f"[{found}]" if scalar else None
        case "model_type" | "model_attributes_type" | "dict_type" | "mapping_type":
            if scalar and value is not None:
                return phrase(
                    "'{key}' must be a mapping, found {found}", key=name, found=found
                ), EXAMPLES.get(name, f"{name}: {{…: …}}")
            return phrase("'{key}' must be a mapping: {example}", key=name, example="{key: value}"), None
        case _:
            return None


def _needs_subject(what: Words) -> bool:
    """Whether a refusal is a predicate ("is empty") that speaks of the key before it."""
    return what.msgid.startswith(("is ", "holds ", "must "))
