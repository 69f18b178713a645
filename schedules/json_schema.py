"""The JSON Schema of the files, for editors: made from the same definitions that the loader reads with."""

from typing import Any

from pydantic import BaseModel, TypeAdapter

from schedules.for_each import FOR_EACH
from schedules.grammar import Schedule, Summary
from schedules.office_grammar import OfficeFile
from schedules.registers import Register
from schedules.remind import Rung
from schedules.report import Chapter

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def office_schema() -> dict[str, Any]:
    """The schema of `office.yaml`."""
    return {
        "$schema": DIALECT,
        "title": "office.yaml 单位设置",
        **OfficeFile.model_json_schema(by_alias=True),
    }


def schedules_schema() -> dict[str, Any]:
    """The schema of a file of schedules: ids with definitions, alone or `for_each` of several, and the groups with a key of their own."""
    definitions: dict[str, Any] = {}
    entry = _part(Schedule, definitions)
    summary = _part(Summary, definitions)
    register = _part(Register, definitions)
    chapter = _part(Chapter, definitions)
    ladder = {"type": "array", "items": _whole(Rung, definitions)}
    definitions["Schedule"], definitions["Family"] = entry, _family(entry)
    owed = {
        "if": {"required": [FOR_EACH]},
        "then": {"$ref": "#/$defs/Family"},
        "else": {"$ref": "#/$defs/Schedule"},
    }
    return {
        "$schema": DIALECT,
        "title": "schedules 日程",
        "type": "object",
        "properties": {
            "summaries": _group("汇总", summary, owed),
            "registers": _group("台账", register, owed),
            "report": _group("年度报告", chapter, owed),
            "ladders": {"type": "object", "description": "催办阶梯", "additionalProperties": ladder},
        },
        "additionalProperties": owed,
        "$defs": definitions,
    }


def _group(title: str, member: dict[str, Any], owed: dict[str, Any]) -> dict[str, Any]:
    """A key of its own for several definitions; an entry with `when` is a schedule that happens to be called so."""
    members = {"type": "object", "description": title, "additionalProperties": member}
    return {"if": {"required": ["when"]}, "then": owed, "else": members}


def _family(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry that is written out for each of its items: what an item lacks the entry has, so that nothing is required of either.

    In `when` the word `on` stands for the day of the item.
    """
    keys = {
        **entry["properties"],
        "when": {"type": "object", "description": entry["properties"]["when"]["description"]},
    }
    own = {
        "title": {**keys["title"], "description": "added to the entry's title 名称"},
        "on": {"description": "what the word on in when stands for 日期"},
        "owner": {"$ref": "#/$defs/Who", "description": "who owes this one 谁来办"},
    }
    item = {"type": "object", "properties": {**keys, **own}, "additionalProperties": False}
    items = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": item,
        "description": "one schedule for each 逐项展开",
    }
    return {
        "type": "object",
        "properties": {**keys, FOR_EACH: items},
        "required": [FOR_EACH],
        "additionalProperties": False,
    }


def _part(
    model: type[Schedule] | type[Summary] | type[Register] | type[Chapter], definitions: dict[str, Any]
) -> dict[str, Any]:
    """The schema of an entry, without the id that is its key."""
    schema = _whole(model, definitions)
    schema["properties"].pop("id")
    schema["required"].remove("id")
    return schema


def _whole(model: type[BaseModel], definitions: dict[str, Any]) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    return schema
