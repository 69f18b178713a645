"""What may stand after a key, in words: read from its schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from schedules.about.everything import PARTS
from schedules.about.pages import VALUES
from schedules.about.said import Language

Schema = Mapping[str, Any]
# A rule or a way of being done is one of many; their chapter lists them.
CHAPTER = {"when": "when", "done": "done", "figures": "report"}
_KEY_LENGTH = "maxLength"  # only names have a longest one


class Values:
    """Says it in one language."""

    def __init__(self, language: Language, schemas: Schema) -> None:
        self.language, self.schemas = language, schemas
        self.titles = {each.__name__: part.title.text(language) for each, part in PARTS.items()}

    def said(self, key: str, schema: Schema) -> str:
        """What stands after this key."""
        if key in CHAPTER:
            return f"[{key}](#{CHAPTER[key]})"
        return self._joined(schema)

    def _joined(self, schema: Schema) -> str:
        """All that may stand, fixed words first."""
        kinds = dict.fromkeys(self._kinds(schema))
        return self._word("or").join(sorted(kinds, key=lambda kind: not kind.startswith("`")))

    def _word(self, name: str, **values: object) -> str:
        return VALUES[name].text(self.language).format(**values)

    def _kinds(self, schema: Schema) -> Iterator[str]:
        yield from self._alternatives([*schema.get("allOf", ()), *schema.get("anyOf", ())])
        if "$ref" in schema:
            yield from self._named(schema["$ref"].split("/")[2:])
        if "if" in schema:
            yield from (*self._kinds(schema.get("then", {})), *self._kinds(schema.get("else", {})))
        elif "enum" in schema:
            pairs = list(zip(schema["enum"], schema.get("enumDescriptions", ()), strict=False))
            if pairs:  # days of the week have names of their own
                yield "<br>".join(
                    self._word("word", word=word, meaning=meaning).strip() for word, meaning in pairs
                )
        elif "type" in schema and "errorMessage" not in schema:
            yield from self._typed(schema)

    def _alternatives(self, schemas: Sequence[Schema]) -> Iterator[str]:
        """One or several of a kind are said at once."""
        lists = [each for each in schemas if each.get("type") == "array"]
        single = [kind for each in schemas if each not in lists for kind in self._kinds(each)]
        several = [each for each in lists if set(self._kinds(each["items"])) <= set(single)]
        told = {kind for each in several for kind in self._kinds(each["items"])}
        yield from (kind for kind in single if kind not in told)
        for each in lists:
            yield (
                self._word("several", each=self._joined(each["items"]))
                if each in several
                else self._list(each)
            )

    def _list(self, schema: Schema) -> str:
        return self._word("list", each=self._joined(schema["items"]))

    def _named(self, path: list[str]) -> Iterator[str]:
        if len(path) > 1:
            yield from self._kinds(self.schemas[path[0]]["properties"][path[2]])
        elif path[0] in self.titles:
            yield f"[{self.titles[path[0]]}](#{path[0].lower()})"

    def _typed(self, schema: Schema) -> Iterator[str]:
        match schema["type"]:
            case "string":
                yield self._word(self._text(schema))
            case "integer" if "maximum" in schema:
                least = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
                yield f"{self._word('integer')} {self._word('range', least=least, most=schema['maximum'])}"
            case "array":
                yield self._list(schema)
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                yield self._word("mapping", each=self._joined(schema["additionalProperties"]))
            case "object" if schema.get("title") in self.titles.values():
                (name,) = [name for name, title in self.titles.items() if title == schema["title"]]
                yield f"[{schema['title']}](#{name.lower()})"
            case "object":
                own = schema.get("properties", {})
                yield "<br>".join(
                    self._word("word", word=key, meaning=each["description"]) for key, each in own.items()
                )
            case list(several):
                for each in several:
                    yield from self._typed({**schema, "type": each})
            case plain:
                yield self._word(plain)

    def _text(self, schema: Schema) -> str:
        if schema.get("pattern") in VALUES:
            return str(schema["pattern"])
        if schema.get("format") == "date":
            return "date"
        return "name" if _KEY_LENGTH in schema else "text"
