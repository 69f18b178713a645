"""docs/reference.*.md are what the definitions say of themselves, and whoever reads them finds every key."""

import re
from pathlib import Path

import pytest

import worker
from schedules.about.everything import PARTS
from schedules.about.pages import CHAPTERS
from schedules.about.said import Language
from schedules.grammar import Entry
from schedules.steps import Gate
from schedules.yaml_tree import parse_yaml
from worker.cli.reference import page

DOCS = Path(worker.__file__).parents[1] / "docs"
PAGES: list[tuple[Language, str]] = [("zh_CN", "reference.zh.md"), ("en", "reference.en.md")]
WRITTEN_AS_TEXT = {Entry, Gate}  # an id stands before the colon, a gate is one word


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_the_page_is_what_the_definitions_say(language: Language, name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == page(language) + "\n", (
        f"run `python -m worker.cli.reference {language} > docs/{name}`"
    )


def test_every_definition_has_its_place_once() -> None:
    placed = [definition for chapter in CHAPTERS for definition in chapter.definitions]

    assert len(placed) == len(set(placed))
    assert set(placed) == PARTS.keys() - WRITTEN_AS_TEXT


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_every_key_is_in_the_page_and_every_link_leads_somewhere(language: Language, name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    keys = {
        key for definition, part in PARTS.items() if definition not in WRITTEN_AS_TEXT for key in part.keys
    }

    assert {key for key in keys if f"\n| `{key}` |" not in text} == set()
    assert set(re.findall(r"\(#([^)]+)\)", text)) <= set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_every_example_of_the_page_is_yaml_that_the_loader_reads(language: Language, name: str) -> None:
    examples = re.findall(r"```yaml\n(.*?)\n```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)

    assert len(examples) > len(PARTS) // 2
    for example in examples:
        tree, mistakes = parse_yaml(example)
        assert tree is not None, example
        assert mistakes == [], example
