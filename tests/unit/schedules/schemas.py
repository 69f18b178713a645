"""Files as JSON Schema sees them, and validators of the two schemas."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema

from schedules.json_schema import office_schema, schedules_schema
from schedules.yaml_tree import parse_yaml


def as_json(text: str) -> object:
    """The content of a YAML file, its dates as text."""
    tree, mistakes = parse_yaml(text)
    assert tree is not None
    assert mistakes == []
    return json.loads(json.dumps(tree.plain(), default=str))


@cache
def of_schedules() -> dict[str, Any]:
    """The schema of a file of schedules."""
    return schedules_schema()


@cache
def of_office() -> dict[str, Any]:
    """The schema of `office.yaml`."""
    return office_schema()


@cache
def entries() -> jsonschema.Draft7Validator:
    """The validator of a file of schedules."""
    return jsonschema.Draft7Validator(of_schedules())


@cache
def settings_file() -> jsonschema.Draft7Validator:
    """The validator of `office.yaml`."""
    return jsonschema.Draft7Validator(of_office())


def part(schema: dict[str, Any], definitions: dict[str, Any]) -> jsonschema.Draft7Validator:
    """The validator of one schema among these definitions."""
    return jsonschema.Draft7Validator({"allOf": [schema], "definitions": definitions})


def nodes(schema: object) -> Iterator[dict[str, Any]]:
    """Every object of a schema."""
    if isinstance(schema, dict):
        yield schema
    for each in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from nodes(each)
