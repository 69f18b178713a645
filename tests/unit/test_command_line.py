"""Rules of the command line, held for every command there is: help, examples, --json, and the question before harm."""

import shlex
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import click
import pytest

from worker.cli.command import Argument, Context
from worker.cli.language import LANGUAGES, _catalogue
from worker.cli.main import cli

# Why a command has no --json.
NO_JSON = {
    "schema": "prints a JSON Schema",
    "completion": "prints a script for a shell",
    "help": "prints a page for people; the same stands in docs/commands.md",
    "up": "runs until it is stopped",
    "web": "runs until it is stopped",
    "demo": "runs until it is stopped",
    "rehearse": "runs until it is stopped",
}
# What takes something away, changes what was promised, or reaches people who need not have been reached: it asks, or is told --yes.
HARM = {
    "apply", "rollback", "restore", "go-live", "demo", "waive", "occurrence skip", "chain end", "register undo", "confirm",
    "absence end", "silence end", "inspector end", "api rotate", "api end", "messages retry", "messages hold", "messages release",
    "messages drop", "messages stop", "messages start", "summary draft", "channels test", "report",
}  # fmt: skip
# Shows what it would do, and does nothing at all without --yes.
DRY_RUN = {
    "people import", "credentials import", "attendance import", "hours import", "targets import", "calendar import"
}  # fmt: skip


def leaves(command: click.Command = cli, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for word in command.list_commands(context):
        below = command.get_command(context, word)
        assert below is not None, word
        yield from leaves(below, f"{name} {word}".strip())


ALL = dict(leaves())
each_command = pytest.mark.parametrize("name", ALL)


def options(command: click.Command) -> set[str]:
    return {option for param in command.params for option in param.opts}


@each_command
def test_it_says_what_it_does_and_what_each_of_its_words_means(name: str) -> None:
    command = ALL[name]
    silent = [
        param.name
        for param in command.params
        if (isinstance(param, click.Option) and not param.help and not param.hidden)
        or (isinstance(param, click.Argument) and not (isinstance(param, Argument) and param.about))
    ]  # fmt: skip

    assert command.help
    assert silent == []


@each_command
def test_it_has_examples_in_both_languages(name: str) -> None:
    examples = getattr(ALL[name], "examples", ())

    assert any(f"{line} ".startswith(f"duban {name} ") for line, _about in examples)
    for _line, about in examples:
        for language in set(LANGUAGES.values()) - {"en"}:
            assert about in _catalogue(language), about


@each_command
def test_its_examples_are_read_without_a_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Really through click's parser, every word converted; nothing is done, since the command's own function is not called."""
    monkeypatch.chdir(tmp_path)
    for file in ("duban-20261130-020000.zip", "year.yaml"):
        (tmp_path / file).touch()
    for line, _about in getattr(ALL[name], "examples", ()):
        words = list(takewhile(lambda word: word not in ("<", ">", ">>"), shlex.split(line)))
        context, words = named_by(words)
        assert context.command.parse_args(context, words) == [], line


def named_by(words: list[str]) -> tuple[Context, list[str]]:
    """The command that a line names, with what is left of the line."""
    context, left = Context(cli, info_name=words[0]), words[1:]
    while isinstance(context.command, click.Group):
        command = context.command.get_command(context, left[0])
        assert command is not None, left[0]
        context, left = Context(command, info_name=left[0], parent=context), left[1:]
    return context, left


@each_command
def test_programs_can_read_it_unless_there_is_a_reason(name: str) -> None:
    assert ("--json" in options(ALL[name])) != (name in NO_JSON)


def test_the_reasons_are_of_commands_there_are() -> None:
    assert set(NO_JSON) | HARM | DRY_RUN <= set(ALL)


@each_command
def test_yes_is_said_to_what_asks_and_to_nothing_else(name: str) -> None:
    assert ("--yes" in options(ALL[name])) == (name in HARM | DRY_RUN)


@each_command
def test_what_asks_says_so(name: str) -> None:
    if name not in HARM:
        return
    command = ALL[name]
    said = " ".join([command.help or "", *(about for _line, about in getattr(command, "examples", ()))])

    assert "ask" in said, "its help says that it asks, or an example that it does not"
    assert any("--yes" in line for line, _about in getattr(command, "examples", ()))
