"""The cookbook's pages, docs/cookbook.*.md: recipes, and the dates and refusals printed in them, worked out by the product itself.

`python tests/cookbook.py` writes them anew. A page is Markdown of this shape: a recipe is a section headed `## N. …`; its fences `yaml` are
the clerk's own file, `yaml office.yaml` and `csv credentials.csv` are lines added at the end of those files; a fence `console` holds
commands, and what follows it up to the next empty line is the table of their answer; a mistake is a sentence with the right text and the
wrong one in backticks, and the fence `text` after it is what `duban check` says.
"""

import json
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from cookbook_words import CHINESE, ENGLISH, Words, occurrences, reminders, steps
from small_office import Terminal

from schedules.loader import load
from worker.office_files import read_folder

REPOSITORY = Path(__file__).parents[1]
STARTER = REPOSITORY / "schedules" / "office"
ZONE = "+08:00"  # of the starter office, which the recipes are written for
_FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RUN = re.compile(r"^```console\n(.*?)^```\n\n(\|.*?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_TAB = "⇥"


PAGES = (CHINESE, ENGLISH)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What a clerk may write for what stands in the recipe, and what `duban check` says to it."""

    right: str
    wrong: str
    said: str


@dataclass(frozen=True, slots=True)
class Run:
    """Commands as printed, one a line, and the table printed after them."""

    commands: Sequence[str]
    table: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """One section of a page."""

    title: str
    mine: str
    office: str
    credentials: str
    runs: Sequence[Run]
    mistakes: Sequence[Mistake]

    def write(self, folder: Path, words: Words, mistake: Mistake | None = None) -> Path:
        """The starter office with nothing but this recipe in it; with the mistake made, if one is given."""
        shutil.copytree(STARTER, folder)
        for file in folder.glob("*.yaml"):
            if file.name != "office.yaml":
                file.unlink()
        text = self.mine
        if mistake is not None:
            assert text.count(mistake.right) == 1, (
                f"{mistake.right!r} stands {text.count(mistake.right)} times in {self.title}"
            )
            text = text.replace(mistake.right, mistake.wrong)
        (folder / words.mine).write_text(text, encoding="utf-8")
        self.add(folder)
        return folder

    def add(self, folder: Path) -> None:
        """What the recipe adds to the office's own files."""
        for name, lines in (("office.yaml", self.office), ("credentials.csv", self.credentials)):
            file = folder / name
            file.write_text(file.read_text(encoding="utf-8") + lines, encoding="utf-8")


def text_of(words: Words) -> str:
    return (REPOSITORY / "docs" / words.page).read_text(encoding="utf-8")


def recipes(text: str, words: Words) -> Sequence[Recipe]:
    """The sections of a page that hold a recipe."""
    found = (_recipe(section, words) for section in re.split(r"^(?=## )", text, flags=re.MULTILINE))
    return [each for each in found if each.mine]


def _recipe(section: str, words: Words) -> Recipe:
    fences: dict[str, str] = {}
    for kind, body in _FENCE.findall(section):
        if kind != "text":
            fences[kind] = fences.get(kind, "") + ("\n" if kind in fences else "") + body
    return Recipe(
        section.partition("\n")[0].removeprefix("## "),
        fences.get("yaml", ""),
        fences.get("yaml office.yaml", ""),
        fences.get("csv credentials.csv", ""),
        [Run(_commands(printed), table) for printed, table in _RUN.findall(section)],
        list(_mistakes(section, words)),
    )


def _commands(printed: str) -> Sequence[str]:
    return [line.removeprefix("$ duban ") for line in printed.splitlines()]


def _mistakes(section: str, words: Words) -> Iterator[Mistake]:
    for fence in _FENCE.finditer(section):
        if fence[1] == "text":
            before = section[: fence.start()].rstrip().rpartition("\n\n")[2]
            pair = words.wrong.search(before)
            alone = words.left_out.search(before)
            assert pair or alone, f"no mistake is named before {fence[0]}"
            right, wrong = (pair[1], pair[2]) if pair else (alone[1], "") if alone else ("", "")
            yield Mistake(right, wrong.replace(_TAB, "\t"), fence[2])


def said_by_check(recipe: Recipe, words: Words, mistake: Mistake | None, folder: Path) -> str:
    """The lines of `duban check` about the clerk's own file, as that office's folder is where the clerk stands."""
    office = recipe.write(folder / "office", words, mistake)
    done = Terminal(office, folder / "data").run("check", str(office), lang=words.lang)
    lines = (line.removeprefix(f"{office}/") for line in done.output.splitlines())
    return "".join(f"{line}\n" for line in dict.fromkeys(lines) if line.startswith(f"{words.mine}:"))


def answers(recipe: Recipe, words: Words, folder: Path) -> Sequence[str]:
    """The tables of the recipe's commands, run one after the other on one office."""
    office = Office(Terminal(recipe.write(folder / "office", words), folder / "data"), words)
    return [office.answer(run.commands) for run in recipe.runs]


@dataclass(frozen=True, slots=True)
class Office:
    """An office that commands are run on, as the page prints them."""

    terminal: Terminal
    words: Words

    def answer(self, commands: Sequence[str]) -> str:
        """Run the commands; the table of the last."""
        *before, last = (shlex.split(command) for command in commands)
        for command in before:
            self._act(command)
        if last[0] == "preview":
            return occurrences(self._json(last), self.words, self._roles())
        if last[:2] == ["chain", "show"]:
            return steps(self._json(last), self.words)
        assert last[0] == "explain", f"{commands[-1]} answers no table"
        case = (last[last.index(name) + 1] for name in ("--schedule", "--key"))
        titles = {each["step"]: each["title"] for each in self._json(["chain", "show", *case])["steps"]}
        return reminders(self._json(last), titles, self.words)

    def _act(self, command: Sequence[str]) -> None:
        """One command on the day that it names, or on the day of the one before."""
        days = [after for name, after in pairwise(command) if name in ("--on", "--done-on")]
        first = not self.terminal.data.exists()
        if days:
            self.terminal.stand_at(datetime.fromisoformat(f"{days[0]}T10:00{ZONE}"))
        if first:
            self._run(["apply", "--yes"])
        self._run(command)

    def _json(self, command: Sequence[str]) -> Any:
        return json.loads(self._run([*command, "--json"]))

    def _run(self, command: Sequence[str]) -> str:
        done = self.terminal.run(*command, lang=self.words.lang)
        assert done.exit_code == 0, f"duban {shlex.join(command)}: {done.output}"
        return done.stdout

    def _roles(self) -> Mapping[str, str]:
        office = load(read_folder(self.terminal.office)).office
        assert office is not None
        return {role: each.title for role, each in office.file.roles.items()}


def renewed(words: Words, folder: Path) -> str:
    """The page with every table and every refusal as the product says them today."""
    text = text_of(words)
    for number, recipe in enumerate(recipes(text, words)):
        for run, table in zip(recipe.runs, answers(recipe, words, folder / f"{number}"), strict=True):
            text = _put(text, run.table, table)
        for which, mistake in enumerate(recipe.mistakes):
            said = said_by_check(recipe, words, mistake, folder / f"{number}-{which}")
            text = _put(text, f"```text\n{mistake.said}```", f"```text\n{said}```")
    return text


def _put(text: str, old: str, new: str) -> str:
    """The first place that still says `old` says `new`; tables stand in the order of the page."""
    return text.replace(old, new, 1)


if __name__ == "__main__":
    for page in PAGES:
        with tempfile.TemporaryDirectory() as scratch:
            (REPOSITORY / "docs" / page.page).write_text(renewed(page, Path(scratch)), encoding="utf-8")
