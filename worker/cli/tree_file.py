"""The file `command_tree.json`: what shell completion knows of the commands. `python -m worker.cli.tree_file` writes it."""

import json

import click

from worker.cli.command_tree import FILE, Tree
from worker.cli.main import cli

FOLDERS = ("office", "folder")
# What the value of an option or argument is, by the name that its function knows it by; `COMMAND NAME` where one means something else.
VALUES = {
    "person": "people", "by": "people", "deputy": "people", "approved_by": "people", "reader": "people", "absent": "people",
    "leave": "people", "present": "people", "channels test to": "people", "transfer target": "people",
    "schedule": "schedules", "schedule_id": "schedules", "schedules": "schedules", "preview ids": "drafts",
    "unit": "units", "units": "units", "part": "parts", "archive occurrences": "archived", "channels test key": "channels",
    "people prefer channels": "channels", "api rotate key": "clients", "api end key": "clients",
    "register list key": "registers", "register add key": "registers", "register zero key": "registers",
    "event record kind": "kinds", "event amend kind": "kinds", "event list kind": "kinds", "help names": "commands",
    "confirm key": "occurrences", "waive key": "occurrences", "transfer key": "occurrences", "extend key": "occurrences",
    "urge key": "occurrences", "explain key": "occurrences", "occurrence move key": "occurrences",
    "occurrence skip key": "occurrences", "chain show key": "occurrences", "chain pause key": "occurrences",
    "chain resume key": "occurrences", "chain end key": "occurrences",
}  # fmt: skip


def written(command: click.Command, name: str = "") -> Tree:
    """What is kept of a command and of those below it."""
    context = click.Context(command)
    kept: Tree = {
        "about": (command.help or "").partition("\n")[0],
        "params": [_param(each, name) for each in command.params if not getattr(each, "hidden", False)],
    }
    if isinstance(command, click.Group):
        below = ((word, command.get_command(context, word)) for word in command.list_commands(context))
        kept["commands"] = {word: written(each, f"{name} {word}".strip()) for word, each in below if each}
    return kept


def _param(param: click.Parameter, command: str) -> Tree:
    name = str(param.name)
    kind = param.type
    found: Tree = {
        "argument": isinstance(param, click.Argument), "name": name, "opts": [*param.opts, *param.secondary_opts],
        "flag": isinstance(param, click.Option) and (param.is_flag or param.flag_value is True),
        "nargs": param.nargs if param.nargs != 1 else 0, "multiple": param.multiple, "about": getattr(param, "help", None) or "",
        "choices": list(kind.choices) if isinstance(kind, click.Choice) else [],
        "path": _path(kind, name) if isinstance(kind, click.Path) else "",
        "values": VALUES.get(f"{command} {name}", VALUES.get(name, "")),
    }  # fmt: skip
    return {key: value for key, value in found.items() if value}


def _path(kind: click.Path, name: str) -> str:
    return "dir" if name in FOLDERS or (kind.dir_okay and not kind.file_okay) else "file"


def text_of_tree() -> str:
    """The whole file."""
    return json.dumps(written(cli), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text_of_tree(), encoding="utf-8")
