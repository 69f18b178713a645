"""From the definitions to JSON Schema, in the dialect and with the words that YAML editors understand best (draft-07).

A union that is chosen by a key becomes `if`/`then`/`else`, so that an editor completes and complains about that branch alone, as the
loader does. `$ref` with a description beside it: validators pass over the description, editors show it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from schedules.strict import ByKey, tag

Schema = dict[str, Any]
DIALECT = "http://json-schema.org/draft-07/schema#"
REF = "#/definitions/{model}"
CHOICE = "x-choice"
# What only an empty value is. `type: null` would have editors offer the word null.
# What pydantic leaves as it is where a reader of our own stands before the bound.
BOUNDS = {"gt": "exclusiveMinimum", "ge": "minimum", "le": "maximum", "min_length": "minItems"}
EMPTY: Schema = {"not": {"type": ["string", "number", "boolean", "object", "array"]}}


class Maker(GenerateJsonSchema):
    """As pydantic makes it, but for unions by key, single words and empty values. For one use, like its base."""

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> Schema:
        """The branches by key, to be written out once every definition is known (`branches`)."""
        by = schema["discriminator"]
        made = {str(name): self.generate_inner(each) for name, each in schema["choices"].items()}
        if not isinstance(by, ByKey):
            return {"anyOf": list(made.values())}
        keys = [[key, made[tag(key)]] for key in by.keys]
        return {CHOICE: {"keys": keys, "default": made[tag(by.default)] if by.default else None}}

    def literal_schema(self, schema: core_schema.LiteralSchema) -> Schema:
        """Words as a list, a single one too: editors describe each."""
        return {"enum": list(schema["expected"])}

    def dict_schema(self, schema: core_schema.DictSchema) -> Schema:
        """A mapping; its keys too, where they are fixed words."""
        made = super().dict_schema(schema)
        keys = schema.get("keys_schema", {})
        if keys.get("type") != "literal":
            return made
        return {**made, "propertyNames": self.generate_inner(keys)}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> Schema:
        """The value, or nothing after the colon."""
        return either([self.generate_inner(schema["schema"]), EMPTY])

    def field_title_should_be_set(self, schema: object) -> bool:
        """Never: keys have texts, not titles."""
        return False


def make(adapters: Mapping[str, TypeAdapter[Any]]) -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The schema of each, and the definitions that they refer to."""
    maker = Maker(by_alias=True, ref_template=REF)
    found, definitions = maker.generate_definitions(
        [(name, "validation", adapter.core_schema) for name, adapter in adapters.items()]
    )
    return {name: schema for (name, _), schema in found.items()}, {
        str(name): schema for name, schema in definitions.items()
    }


def either(schemas: Iterable[Schema]) -> Schema:
    """Any of them; alternatives among them are drawn in.

    Each has `properties` of its own, if only an empty one: editors tell alternatives apart by it when they collect their texts.
    """
    flat: list[Schema] = []
    for each in schemas:
        flat += each["anyOf"] if each.keys() == {"anyOf"} else [each]
    return {"anyOf": [each if "$ref" in each else {"properties": {}, **each} for each in flat]}


def branches(node: Any, definitions: Mapping[str, Schema], needs: str) -> Any:
    """The same schema with its unions by key written out. `needs` says "one of {keys}" where none is there."""
    if isinstance(node, list):
        return [branches(each, definitions, needs) for each in node]
    if not isinstance(node, dict):
        return node
    if CHOICE in node:
        made = _written_out(node[CHOICE]["keys"], node[CHOICE]["default"], definitions, needs)
        return {**{key: each for key, each in node.items() if key != CHOICE}, **made}
    return {_bound(key, each): branches(each, definitions, needs) for key, each in node.items()}


def _bound(key: str, value: Any) -> str:
    return BOUNDS.get(key, key) if isinstance(value, int) else key


def _written_out(
    keys: list[tuple[str, Schema]], default: Schema | None, definitions: Mapping[str, Schema], needs: str
) -> Schema:
    """Each branch under its key; without any the default, which a word is too where it is no definition."""
    begin = {key: _value_of(key, branch, definitions) for key, branch in keys}
    if default is None:
        return _chain(keys, _nothing_chosen(begin, needs))
    if "$ref" not in default:
        return either([default, _chain(keys, _nothing_chosen(begin, needs))])
    return _chain(keys, _by_default(default, begin, definitions, needs))


def _chain(keys: list[tuple[str, Schema]], otherwise: Schema) -> Schema:
    made = otherwise
    for key, branch in reversed(keys):
        made = {"if": {"type": "object", "required": [key]}, "then": branch, "else": made}
    return made


def _nothing_chosen(begin: Schema, needs: str) -> Schema:
    """What is offered while no key has been written, and said where none ever is."""
    return {
        "type": "object",
        "properties": begin,
        **must_have(begin, needs),
    }


def _by_default(default: Schema, begin: Schema, definitions: Mapping[str, Schema], needs: str) -> Schema:
    """The definition of a value without any of the keys, which are offered beside its own."""
    own = branches(definitions[default["$ref"].rpartition("/")[2]], definitions, needs)
    return {**own, "properties": {**own["properties"], **begin}}


def _value_of(key: str, branch: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """What stands after the key in its branch."""
    found = [f"{ref}/properties/{key}" for ref in _refs(branch)]
    first = definitions[found[0].split("/")[2]]["properties"][key]
    words = {
        name: text
        for name, text in first.items()
        if name in ("description", "markdownDescription", "examples")
    }
    return (
        {**words, "$ref": found[0]}
        if len(found) == 1
        else {**words, "anyOf": [{"$ref": ref} for ref in found]}
    )


def _refs(branch: Schema) -> Iterator[str]:
    if "$ref" in branch:
        yield branch["$ref"]
    for each in branch.get("anyOf", ()):
        yield from _refs(each)


def must_have(keys: Iterable[str], needs: str) -> Schema:
    """That one of the keys is there, said in words; editors print `errorMessage`, validators only refuse."""
    names = list(keys)
    return {
        "if": {"type": "object", "not": {"anyOf": [{"required": [key]} for key in names]}},
        "then": {"type": "integer", "errorMessage": needs.format(keys="、".join(names))},
    }
