"""The JSON Schema of the files, for editors: made from the same definitions that the loader reads with."""

from typing import Any

from pydantic import TypeAdapter

from schedules.grammar import Schedule, Summary
from schedules.office_grammar import OfficeFile
from schedules.registers import Register

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def office_schema() -> dict[str, Any]:
    """The schema of `office.yaml`."""
    return {
        "$schema": DIALECT,
        "title": "office.yaml 单位设置",
        **OfficeFile.model_json_schema(by_alias=True),
    }


def schedules_schema() -> dict[str, Any]:
    """The schema of a file of schedules: ids with definitions, `summaries` and `registers`."""
    definitions: dict[str, Any] = {}
    entry = _part(Schedule, definitions)
    summary = _part(Summary, definitions)
    register = _part(Register, definitions)
    return {
        "$schema": DIALECT,
        "title": "schedules 日程",
        "type": "object",
        "properties": {
            "summaries": {"type": "object", "description": "汇总", "additionalProperties": summary},
            "registers": {"type": "object", "description": "台账", "additionalProperties": register},
        },
        "additionalProperties": entry,
        "$defs": definitions,
    }


def _part(
    model: type[Schedule] | type[Summary] | type[Register], definitions: dict[str, Any]
) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions.update(schema.pop("$defs", {}))
    schema["properties"].pop("id")
    schema["required"].remove("id")
    return schema
