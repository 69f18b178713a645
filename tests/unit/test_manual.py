"""docs/commands.md is what the commands say of themselves."""

import re
from pathlib import Path

import click

import worker
from worker.cli.command_tree import FILE
from worker.cli.language import choose
from worker.cli.main import COMMANDS, cli
from worker.cli.manual import manual
from worker.cli.tree_file import VALUES, text_of_tree

PAGE = Path(worker.__file__).parents[1] / "docs" / "commands.md"


def test_every_command_is_in_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    wanted = {f"## duban {name}" for name in COMMANDS}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        if isinstance(command, click.Group):
            wanted |= {f"### duban {name} {word}" for word in command.commands}

    titles = {line for line in page.splitlines() if line.startswith("#")}
    assert wanted | {"## duban", "## duban help"} == titles - {"# 命令 · Commands"}


def test_the_page_is_what_the_help_says() -> None:
    try:
        assert PAGE.read_text(encoding="utf-8") == manual().rstrip() + "\n", (
            "run `python -m worker.cli.manual > docs/commands.md`"
        )
    finally:
        choose([])


def test_completion_knows_the_commands_as_they_are() -> None:
    assert FILE.read_text(encoding="utf-8") == text_of_tree(), "run `python -m worker.cli.tree_file`"
    meant = set(re.findall(r'"values": "(\w+)"', FILE.read_text(encoding="utf-8")))
    assert meant == set(VALUES.values())
