"""The JSON Schema of the files, for editors: made from the same definitions that the loader reads with.

Two schemas: `office.yaml`, and a file of schedules. Texts stand in both languages, the chosen one first.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from schedules.about import file as texts_of_file
from schedules.about.defaults import default_of
from schedules.about.everything import PARTS, key_of, part_of
from schedules.about.said import Language, Said
from schedules.about.snippets import ENTRIES, GROUPS, Snippet
from schedules.about.values import BETWEEN, CHOICES, NEEDS_ONE, ONE_WORD, ONLY, PATTERNS, TERM_KEYS
from schedules.flow_text import flow
from schedules.for_each import FOR_EACH
from schedules.grammar import Schedule, Summary
from schedules.office_grammar import OfficeFile
from schedules.patterns import TERM, WEEKDAY_PATTERN
from schedules.registers import Register
from schedules.remind import PHASES, Rung
from schedules.report import Chapter
from schedules.schema_maker import CHOICE, DIALECT, Schema, branches, either, make, must_have
from schedules.schema_names import NO_NAMES, OfficeNames, offered
from schedules.steps import After, RelativeDue
from schedules.strict import Definition

ONE_OF: Mapping[type[Definition], tuple[str, ...]] = {
    Rung: PHASES, RelativeDue: ("before", "after"), After: ("all", "earlier"),
}  # fmt: skip
_DAYS = ("周一",)
_LADDER: Schema = {"type": "array", "items": {"$ref": "#/definitions/Rung"}}
_TEXTS = ("title", "description", "markdownDescription", "examples")
DEFINITIONS = {each.__name__: each for each in PARTS}


def office_schema(language: Language = "zh_CN", names: OfficeNames = NO_NAMES) -> Schema:
    """The schema of `office.yaml`."""
    writer = _Writer(language, names)
    definitions = writer.definitions({"office": TypeAdapter(OfficeFile)})
    root = definitions.pop(OfficeFile.__name__)
    return {"$schema": DIALECT, **root, "definitions": definitions}


def schedules_schema(language: Language = "zh_CN", names: OfficeNames = NO_NAMES) -> Schema:
    """The schema of a file of schedules: ids with definitions, alone or `for_each` of several, and the groups with a key of their own."""
    writer = _Writer(language, names)
    entries = {each.__name__: TypeAdapter[Any](each) for each in (Schedule, Summary, Register, Chapter)}
    definitions = writer.definitions(entries | {"Rung": TypeAdapter(Rung)})
    for name in entries:
        definitions[name]["properties"].pop("id")
        definitions[name]["required"].remove("id")
    definitions["Family"] = writer.family(definitions[Schedule.__name__])
    return {"$schema": DIALECT, **writer.file(), "definitions": definitions}


class _Writer:
    """Puts the texts of one language first, and the names of one office where names stand."""

    def __init__(self, language: Language, names: OfficeNames) -> None:
        self.language, self.names = language, names
        self._languages: tuple[Language, Language] = (
            ("zh_CN", "en") if language == "zh_CN" else ("en", "zh_CN")
        )
        self.long_term: Schema = {}  # as pydantic makes it; met on the way

    def definitions(self, adapters: Mapping[str, TypeAdapter[Any]]) -> dict[str, Schema]:
        """Every definition by name, with texts, examples and names."""
        _, found = make(adapters)
        described = {name: self._definition(DEFINITIONS[name], schema) for name, schema in found.items()}
        needs = NEEDS_ONE.text(self.language)
        return {
            **{name: branches(each, described, needs) for name, each in described.items()},
            TERM: self._term(),
        }

    def said(self, text: Said) -> Schema:
        """A description, in Markdown with the other language below it."""
        own, other = text.text(self.language), text.other(self.language)
        return {"description": own, "markdownDescription": f"{own}\n\n*{other}*"}

    def _definition(self, definition: type[Definition], schema: Schema) -> Schema:
        texts = part_of(definition)
        schema = {
            **schema, "title": texts.title.text(self.language), **self.said(texts.what),
            "properties": {key: self._key(definition, key, each) for key, each in schema.get("properties", {}).items()},
        }  # fmt: skip
        if definition in ONE_OF:
            schema |= must_have(ONE_OF[definition], NEEDS_ONE.text(self.language))
        return schema

    def _key(self, definition: type[Definition], key: str, schema: Schema) -> Schema:
        """A key: its text, its examples, and what may stand after it. Of a definition that stands there the key's text is shown."""
        text = key_of(definition, key)
        said = self._with_examples(text)
        words = {name: each for name, each in schema.items() if name not in ("default", "description")}
        found = self._values(words, CHOICES.get(key, {}), offered(definition, key, self.names))
        own = _text_of(said)
        if CHOICE in found:
            keys = [[name, self._led(text, branch)] for name, branch in found[CHOICE]["keys"]]
            found = {**found, CHOICE: {**found[CHOICE], "keys": keys}}
        if "anyOf" in found:
            found = {
                **found,
                "anyOf": [{**own, **each} if "$ref" in each else each for each in found["anyOf"]],
            }
        elif "$ref" in found:  # beside which editors would pass over templates
            found = {"allOf": [{**own, **found}]}
        return {**said, **_default(definition, key), **found}

    def _led(self, text: Said, branch: Schema) -> Schema:
        """A branch under its key: first what the key asks, then what the branch is."""
        if "anyOf" in branch:
            return {"anyOf": [self._led(text, each) for each in branch["anyOf"]]}
        of = part_of(DEFINITIONS[branch["$ref"].rpartition("/")[2]])
        own, other = (
            f"{text.text(each)}\n\n"
            + texts_of_file.BRANCH.text(each).format(title=of.title.text(each), what=of.what.text(each))
            for each in self._languages
        )
        return {
            "description": own,
            "markdownDescription": f"{own}\n\n*{other.replace(chr(10) * 2, ' ')}*",
            **branch,
        }

    def _with_examples(self, text: Said) -> Schema:
        """Single words as examples. What needs quotes or braces as templates: editors write an example out line by line, unquoted."""
        written = [flow(each) for each in text.examples]
        plain = [each for each, as_yaml in zip(text.examples, written, strict=True) if str(each) == as_yaml]
        quoted = [each for each in written if each not in map(str, plain)]
        said = self.said(text)
        if quoted:
            examples = "　".join(f"`{each}`" for each in quoted)
            said["markdownDescription"] += "\n\n" + texts_of_file.EXAMPLES.text(self.language).format(
                examples=examples
            )
        templates = [{"label": each, "body": "^" + each.replace("$", r"\$")} for each in quoted]
        return {
            **said,
            **({"examples": plain} if plain else {}),
            **({"defaultSnippets": templates} if templates else {}),
        }

    def _values(self, node: Schema, words: Mapping[str, Said], names: Mapping[str, Said]) -> Any:
        """Fixed words get their meanings, names that are known are offered, patterns say what they want."""
        if "enum" in node:
            return self._one_of(node, words)
        if node.get("pattern") in PATTERNS:
            return {**node, "patternErrorMessage": PATTERNS[node["pattern"]].text(self.language)}
        if names and node.get("type") == "string":
            enum = {"enum": list(names), **self._meanings(list(names.values()))}
            return either([node, enum])
        if node.get("title") == TERM:
            self.long_term = node
            return {"$ref": f"#/definitions/{TERM}"}
        if CHOICE in node:
            default = node[CHOICE]["default"] or {}
            choice = {**node[CHOICE], "default": self._values(default, words, {}) or None}
            return {**node, CHOICE: choice}
        if "enum" in node.get("propertyNames", {}):
            return self._of_words(node, words)
        for below in ("anyOf", "items", "additionalProperties", "propertyNames"):
            if isinstance(node.get(below), dict):
                node = {**node, below: self._values(node[below], words, names if below == "items" else {})}
            elif isinstance(node.get(below), list):
                each = [self._values(one, words, names) for one in node[below]]
                node = {**node, below: either(each)["anyOf"]}
        return node

    def _of_words(self, node: Schema, words: Mapping[str, Said]) -> Schema:
        """A mapping whose keys are fixed words, each with its text."""
        below = node["additionalProperties"]
        own = {key: {**self.said(words[key]), **below} for key in node["propertyNames"]["enum"]}
        return {"type": "object", "properties": own, "additionalProperties": False}

    def _term(self) -> Schema:
        """The long form of a term, described."""
        properties = {
            key: {
                **self.said(text),
                **self._values(self.long_term["properties"][key], CHOICES.get(key, {}), {}),
            }
            for key, text in TERM_KEYS.items()
        }
        return {**self.long_term, "title": texts_of_file.TERM.text(self.language), "properties": properties}

    def _one_of(self, node: Schema, words: Mapping[str, Said]) -> Schema:
        """Fixed words with their meanings, and what is said of any other. Of days of the week there is nothing to say."""
        if node["enum"][0] in _DAYS:
            return {**node, "errorMessage": PATTERNS[WEEKDAY_PATTERN].text(self.language)}
        texts = {each: words[each] for each in node["enum"]}
        one = ONE_WORD.text(self.language)
        listed = [
            one.format(word=each, meaning=text.text(self.language).rstrip("。."))
            for each, text in texts.items()
        ]
        only = ONLY.text(self.language).format(words=BETWEEN.text(self.language).join(listed))
        return {**node, **self._meanings(list(texts.values())), "errorMessage": only}

    def _meanings(self, texts: list[Said]) -> Schema:
        if not any(each.zh for each in texts):
            return {}
        return {
            "enumDescriptions": [each.text(self.language) for each in texts],
            "markdownEnumDescriptions": [each.line(self.language) for each in texts],
        }

    def family(self, entry: Schema) -> Schema:
        """An entry that is written out for each of its items: what an item lacks the entry has, so that nothing is required of either.

        In `when` the word `on` stands for the day of the item.
        """
        keys: Schema = {
            key: {**_text_of(each), "$ref": f"#/definitions/Schedule/properties/{key}"}
            for key, each in entry["properties"].items()
        }
        keys["when"] = {**_text_of(entry["properties"]["when"]), "type": "object"}
        own = {
            "title": {**entry["properties"]["title"], **self.said(texts_of_file.ITEM["title"])},
            "on": self.said(texts_of_file.ITEM["on"]),
            "owner": {**self.said(texts_of_file.ITEM["owner"]), "$ref": "#/definitions/Who"},
        }
        item = {"type": "object", "properties": {**keys, **own}, "additionalProperties": False}
        items = {
            **self.said(texts_of_file.FAMILY),
            "type": "object",
            "minProperties": 1,
            "additionalProperties": item,
        }
        return {
            **_text_of(entry),
            "type": "object",
            "properties": {**keys, FOR_EACH: items},
            "required": [FOR_EACH],
            "additionalProperties": False,
        }

    def file(self) -> Schema:
        """A file: its groups by key, every other key an entry."""
        entry = {
            "if": {"type": "object", "required": [FOR_EACH]},
            "then": {"$ref": "#/definitions/Family"},
            "else": {"$ref": "#/definitions/Schedule"},
        }
        groups = {
            "summaries": {"$ref": "#/definitions/Summary"},
            "registers": {"$ref": "#/definitions/Register"},
            "report": {"$ref": "#/definitions/Chapter"},
        }
        return {
            "title": texts_of_file.TITLE.text(self.language),
            "type": "object",
            "defaultSnippets": [self._snippet(each) for each in ENTRIES],
            "properties": {
                **{key: self._group(key, member, entry) for key, member in groups.items()},
                "ladders": {
                    **self.said(texts_of_file.GROUPS["ladders"]),
                    "type": "object",
                    "additionalProperties": _LADDER,
                },
            },
            "additionalProperties": entry,
        }

    def _group(self, key: str, member: Schema, entry: Schema) -> Schema:
        """A key of its own for several definitions; an entry with `when` is a schedule that happens to be called so."""
        members: Schema = {"type": "object", "additionalProperties": member}
        if key in GROUPS:
            members["defaultSnippets"] = [self._snippet(GROUPS[key])]
        return {
            **self.said(texts_of_file.GROUPS[key]),
            "if": {"type": "object", "required": ["when"]},
            "then": entry,
            "else": members,
        }

    def _snippet(self, snippet: Snippet) -> Schema:
        return {
            "label": snippet.label.text(self.language), "description": snippet.what.text(self.language), "bodyText": snippet.body,
        }  # fmt: skip


def _text_of(schema: Schema) -> Schema:
    return {name: schema[name] for name in _TEXTS if name in schema}


def _default(definition: type[Definition], key: str) -> Schema:
    """A default that editors may write as it is: they would put a time without its quotes, and a list in lines of its own."""
    default = default_of(definition, key)
    plain = str(default).lower() if isinstance(default, bool) else str(default)
    return {} if default is None or flow(default) != plain else {"default": default}
