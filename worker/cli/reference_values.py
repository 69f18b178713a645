"""What may stand after a key, in words: read from its schema."""

from collections.abc import Iterator, Mapping
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
        return self._word("or").join(dict.fromkeys(self._kinds(schema)))

    def _word(self, name: str, **values: object) -> str:
        return VALUES[name].text(self.language).format(**values)

    def _kinds(self, schema: Schema) -> Iterator[str]:
        for below in ("allOf", "anyOf"):
            for each in schema.get(below, ()):
                yield from self._kinds(each)
        if "$ref" in schema:
            yield from self._named(schema["$ref"].split("/")[2:])
        if "if" in schema:
            yield from (*self._kinds(schema.get("then", {})), *self._kinds(schema.get("else", {})))
        elif "enum" in schema:
            meanings = schema.get("enumDescriptions") or [""] * len(schema["enum"])
            pairs = zip(schema["enum"], meanings, strict=True)
            yield "<br>".join(
                self._word("word", word=word, meaning=meaning).strip() for word, meaning in pairs
            )
        elif "type" in schema and "errorMessage" not in schema:
            yield from self._typed(schema)

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
                yield self._word("list", each=self._word("or").join(self._kinds(schema["items"])))
            case "object" if isinstance(schema.get("additionalProperties"), dict):
                yield self._word(
                    "mapping", each=self._word("or").join(self._kinds(schema["additionalProperties"]))
                )
            case "object" if schema.get("title") in self.titles.values():
                (name,) = [name for name, title in self.titles.items() if title == schema["title"]]
                yield f"[{schema['title']}](#{name.lower()})"
            case "object":
                yield "<br>".join(f"`{key}`" for key in schema.get("properties", ()))
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
