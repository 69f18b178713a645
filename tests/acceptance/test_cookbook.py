"""Every recipe of docs/cookbook.*.md does what its page says: it is taken out of the page, and the product is asked again."""

import re
from datetime import date
from pathlib import Path

import pytest
from cookbook import PAGES, STARTER, Recipe, answers, recipes, said_by_check, text_of
from cookbook_words import CHINESE, ENGLISH, Words
from small_office import Terminal

from schedules.about.everything import PARTS
from schedules.about.pages import CHAPTERS
from schedules.loader import load
from worker.office_files import read_folder

TODAY = date(2026, 12, 1)  # of the office; the recipes' dates begin then
COOKBOOK = {words: recipes(text_of(words), words) for words in PAGES}
EVERY = [
    pytest.param(words, recipe, id=f"{words.lang}-{number:02}")
    for words, found in COOKBOOK.items()
    for number, recipe in enumerate(found, start=1)
]
TO_RENEW = "read what changed after `python tests/cookbook.py`"
# `rungs` is another way to write the list under `remind`; that the earlier of two steps counts, no duty of the twenty needs.
NOT_SHOWN = {"earlier", "rungs"}
CLERKS_CHAPTERS = ("schedules", "when", "who", "done", "steps", "remind", "groups")


def test_twenty_duties_are_told_and_one_more_page_of_summaries() -> None:
    for words, found in COOKBOOK.items():
        numbers = [re.match(r"(\d+)\. ", recipe.title) for recipe in found]
        assert [int(each[1]) for each in numbers if each] == list(range(1, 21)), words.page
        assert len(found) == 21
        assert all(recipe.mistakes for recipe in found)


def test_both_pages_hold_the_same_yaml_commands_and_mistakes() -> None:
    for chinese, english in zip(COOKBOOK[CHINESE], COOKBOOK[ENGLISH], strict=True):
        for name in ("mine", "office", "credentials"):
            assert getattr(chinese, name) == getattr(english, name), english.title
        assert [run.commands for run in chinese.runs] == [run.commands for run in english.runs]
        assert [(each.right, each.wrong) for each in chinese.mistakes] == [
            (each.right, each.wrong) for each in english.mistakes
        ]


@pytest.mark.parametrize(("words", "recipe"), EVERY)
def test_the_dates_of_the_page_are_those_of_the_product(words: Words, recipe: Recipe, tmp_path: Path) -> None:
    assert [run.table for run in recipe.runs] == answers(recipe, words, tmp_path), TO_RENEW


@pytest.mark.parametrize(("words", "recipe"), EVERY)
def test_a_recipe_alone_is_fine_and_its_mistake_is_refused_as_printed(
    words: Words, recipe: Recipe, tmp_path: Path
) -> None:
    alone = load(read_folder(recipe.write(tmp_path / "alone", words)), today=TODAY, warn=True)
    assert alone.problems == ()
    assert [each.text() for each in alone.warnings if not each.file.startswith("calendar/")] == []

    for number, mistake in enumerate(recipe.mistakes):
        said = said_by_check(recipe, words, mistake, tmp_path / f"{number}")
        assert mistake.said == said, TO_RENEW
        assert said


def test_all_recipes_stand_beside_the_whole_starter_office(tmp_path: Path) -> None:
    office = COOKBOOK[CHINESE][0].write(tmp_path / "office", CHINESE)
    (office / CHINESE.mine).unlink()
    for file in STARTER.glob("*.yaml"):
        if file.name != "office.yaml":
            (office / file.name).write_bytes(file.read_bytes())
    for number, recipe in enumerate(COOKBOOK[CHINESE]):
        (office / f"{number}.yaml").write_text(recipe.mine, encoding="utf-8")
        if number:
            recipe.add(office)

    done = Terminal(office, tmp_path / "data").run("check", str(office))

    assert done.exit_code == 0, done.output


def test_the_recipes_show_every_key_that_a_clerk_writes() -> None:
    shown = "\n".join(recipe.mine for recipe in COOKBOOK[CHINESE])
    keys = {
        key
        for chapter in CHAPTERS
        if chapter.id in CLERKS_CHAPTERS
        for definition in chapter.definitions
        for key in PARTS[definition].keys
    }

    assert {key for key in keys if not re.search(rf"(^|[\s{{,]){re.escape(key)}:", shown)} == NOT_SHOWN


@pytest.mark.parametrize("words", PAGES, ids=lambda each: each.lang)
def test_every_question_of_the_contents_leads_to_its_recipe(words: Words) -> None:
    text = text_of(words)
    linked = re.findall(r"^- \[(.+)\]\(#(.+)\)$", text, re.MULTILINE)

    assert linked == [(title, anchor) for anchor, title in re.findall(r'<a id="(.+)"></a>\n\n## (.+)', text)]
    assert len(linked) == 21
