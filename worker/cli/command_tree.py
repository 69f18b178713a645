"""The commands as shell completion knows them: names, options and what their values are, without a module of any command.

They are read from `command_tree.json`, which `worker/cli/tree_file.py` writes: loading the commands takes longer than a prompt may wait.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from worker.cli.known_values import known
from worker.cli.language import _

FILE = Path(__file__).with_suffix(".json")
Tree = dict[str, Any]


def commands() -> click.Group:
    """The commands, able to complete and nothing else."""
    return _group("duban", json.loads(FILE.read_text(encoding="utf-8")))


def _group(name: str, tree: Tree) -> click.Group:
    below = [
        _group(word, each)
        if "commands" in each
        else _Light(word, params=_params(each), help=each["about"], add_help_option=True)
        for word, each in tree["commands"].items()
    ]
    return _LightGroup(name, commands=below, params=_params(tree), help=tree["about"])


class _Short(click.Command):
    def get_short_help_str(self, limit: int = 45) -> str:
        return _(self.help) if self.help else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("Show this message and exit.")
        return option


class _Light(_Short):
    """A command."""


class _LightGroup(_Short, click.Group):
    """A command with commands of its own, in the order of the help page."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


def _params(tree: Tree) -> list[click.Parameter]:
    return [_made(each) for each in tree["params"]]


def _made(each: Tree) -> click.Parameter:
    values = each.get("values")
    completer = _completer(values) if values else None
    shared = {"type": _type(each), "nargs": each.get("nargs", 1), "shell_complete": completer}
    if each.get("argument"):
        return click.Argument([each["name"]], required=False, **shared)
    names, about = [each["name"], *each["opts"]], each.get("about")
    if each.get("flag"):
        return click.Option(
            names[:2] if "--no-" in names[-1] else names, is_flag=True, help=_(about) if about else None
        )
    return click.Option(
        names, multiple=each.get("multiple", False), help=_(about) if about else None, **shared
    )


def _type(each: Tree) -> click.ParamType[Any] | None:
    if choices := each.get("choices"):
        return click.Choice(choices)
    return click.Path(file_okay=each["path"] == "file") if "path" in each else None


def _completer(kind: str) -> Any:
    """What click calls for the values of a parameter."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        given = ctx.params.get("schedule") or ""
        found = _names(ctx) if kind == "commands" else known(kind, schedule=given)
        before, comma, last = incomplete.rpartition(",")  # several of a kind in one word
        return [
            CompletionItem(f"{before}{comma}{word}", help=title or None)
            for word, title in found
            if word.startswith(last)
        ]

    return complete


def _names(ctx: click.Context) -> Iterator[tuple[str, str]]:
    top = ctx.find_root().command
    if isinstance(top, click.Group):
        yield from ((word, each.get_short_help_str()) for word, each in top.commands.items())
