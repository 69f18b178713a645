"""The pages `docs/reference.zh.md` and `docs/reference.en.md`: every key of the office's files, from the definitions.

`python -m worker.cli.reference zh_CN > docs/reference.zh.md` writes the one, `en` the other.
"""

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from schedules.about.defaults import default_of
from schedules.about.everything import PARTS, key_of, part_of
from schedules.about.file import EXAMPLE as FAMILY_EXAMPLE
from schedules.about.file import FAMILY, GROUPS, ITEM
from schedules.about.pages import (
    ALSO,
    AND,
    CHAPTERS,
    COLUMNS,
    EXAMPLE,
    HOW,
    INTRO,
    REQUIRED,
    TITLE,
    UNDER,
    VALUES_TITLE,
    Chapter,
)
from schedules.about.said import Language
from schedules.flow_text import flow
from schedules.for_each import FOR_EACH
from schedules.json_schema import office_schema, schedules_schema
from schedules.office_grammar import OfficeFile
from schedules.strict import Definition
from worker.cli.reference_values import Values
from worker.cli.terminal import say


class Reference:
    """The reference in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        office = office_schema(language)
        self.schemas: dict[str, Any] = {
            **office["definitions"], **schedules_schema(language)["definitions"], OfficeFile.__name__: office,
        }  # fmt: skip
        self.values = Values(language, self.schemas)

    def lines(self) -> Iterator[str]:
        """The page."""
        yield from (f"# {TITLE.text(self.language)}", "", INTRO.text(self.language), "")
        for chapter in CHAPTERS:
            yield f"- [{chapter.title.text(self.language)}](#{chapter.id})"
        yield from (f"- [{VALUES_TITLE.text(self.language)}](#values)", "")
        for chapter in CHAPTERS:
            yield from self._chapter(chapter)
        yield from self._heading(2, "values", VALUES_TITLE.text(self.language))
        for title, words in HOW:
            yield from (f"**{title.text(self.language)}** {words.text(self.language)}", "")

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        yield from self._heading(2, chapter.id, chapter.title.text(self.language))
        yield from (chapter.what.text(self.language), "")
        for definition in chapter.definitions:
            yield from self._definition(definition)
        if chapter.id == "schedules":
            yield from self._family()

    def _definition(self, definition: type[Definition]) -> Iterator[str]:
        texts = part_of(definition)
        yield from self._heading(3, definition.__name__.lower(), texts.title.text(self.language))
        yield from (texts.what.text(self.language), "")
        yield from self._table([self._row(definition, key) for key in texts.keys])
        others = [each for each in definition.__mro__[1:] if each in PARTS and self._has_keys(each)]
        if others:
            links = AND.text(self.language).join(
                f"[{PARTS[each].title.text(self.language)}](#{each.__name__.lower()})" for each in others
            )
            yield from (ALSO.text(self.language).format(others=links), "")
        if texts.example:
            yield from (
                EXAMPLE.text(self.language),
                "",
                "```yaml",
                _placed(definition, texts.example),
                "```",
                "",
            )

    def _has_keys(self, definition: type[Any]) -> bool:
        return bool(PARTS[definition].keys.keys() - {"id"})

    def _row(self, definition: type[Definition], key: str) -> tuple[str, ...]:
        text = key_of(definition, key)
        schema, required = self._schema(definition, key)
        default = default_of(definition, key)
        left_out = f"`{flow(default)}`" if default is not None else ""
        left_out = REQUIRED.text(self.language) if required else left_out
        examples = "<br>".join(f"`{flow(each)}`" for each in text.examples)
        return f"`{key}`", text.text(self.language), self.values.said(key, schema), left_out, examples

    def _schema(self, definition: type[Definition], key: str) -> tuple[dict[str, Any], bool]:
        """The schema of a key, and whether it has to be there. A base has none of its own: one built on it has the same key."""
        built = [
            definition,
            *definition.__subclasses__(),
            *(deep for each in definition.__subclasses__() for deep in each.__subclasses__()),
        ]
        found = next(self.schemas[each.__name__] for each in built if each.__name__ in self.schemas)
        return found["properties"][key], key in found.get("required", ())

    def _family(self) -> Iterator[str]:
        yield from self._heading(3, FOR_EACH, f"{FOR_EACH}")
        yield from (FAMILY.text(self.language), "")
        item = self.schemas["Family"]["properties"][FOR_EACH]["additionalProperties"]["properties"]
        rows = [
            (
                f"`{key}`",
                text.text(self.language),
                self.values.said(key, item[key]),
                "",
                "<br>".join(f"`{flow(each)}`" for each in text.examples),
            )
            for key, text in ITEM.items()
        ]
        yield from self._table(rows)
        yield from (EXAMPLE.text(self.language), "", "```yaml", FAMILY_EXAMPLE.rstrip(), "```", "")
        for group, text in GROUPS.items():
            yield f"- `{group}` {text.text(self.language)}"
        yield ""

    def _table(self, rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
        if not rows:
            return
        yield "| " + " | ".join(column.text(self.language) for column in COLUMNS) + " |"
        yield "|" + " --- |" * len(COLUMNS)
        for row in rows:
            yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        yield ""

    def _heading(self, level: int, name: str, title: str) -> Iterator[str]:
        yield from (f'<a id="{name}"></a>', "", f"{'#' * level} {title}", "")


def _placed(definition: type[Definition], example: str) -> str:
    """An example under the key that it stands under."""
    if definition not in UNDER:
        return example
    return f"{UNDER[definition]}:\n" + "\n".join(f"  {line}" for line in example.splitlines())


def page(language: Language) -> str:
    """The whole page."""
    return "\n".join(Reference(language).lines()).rstrip()


if __name__ == "__main__":
    say(page("en" if sys.argv[1:] == ["en"] else "zh_CN"))
